//! `read-workspace`: the workspace, its plan and how much of the limit is used.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}` of the HTTP API.
//! - **Reads** only; every member of the organisation may.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
