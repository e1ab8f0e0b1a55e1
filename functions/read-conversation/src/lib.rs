//! `read-conversation`: a conversation and its messages, newest first.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/conversations/{conversation}/messages` of the HTTP API.
//! - **Reads** only; every member of the organisation may.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
