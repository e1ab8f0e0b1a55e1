//! `list-numbers`: the workspace's numbers, and the attempts to get one that are not finished or
//! failed during the last day.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/phone-numbers` of the HTTP API.
//! - **Reads** only; every member of the organisation may.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
