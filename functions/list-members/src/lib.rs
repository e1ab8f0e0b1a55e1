//! `list-members`: the members of the organisation, to whom conversations can be given.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/members` of the HTTP API.
//! - **Reads** only; every member of the organisation may.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
