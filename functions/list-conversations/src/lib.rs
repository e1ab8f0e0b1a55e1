//! `list-conversations`: the inbox, most recent first.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/conversations` of the HTTP API.
//! - **Reads** only; every member of the organisation may.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
