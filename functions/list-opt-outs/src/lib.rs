//! `list-opt-outs`: the customers who do not want texts.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/opt-outs` of the HTTP API, by any member.
//! - **Reads**: `opt_outs` of the workspace.
//! - **Twice is harmless**: it only reads.

pub mod handler;
