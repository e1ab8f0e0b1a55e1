//! `update-conversation`: read and unread, open, archived, closed or spam, and who looks after it.
//!
//! - **Trigger**: `PATCH /api/workspaces/{workspace}/conversations/{conversation}` of the HTTP API, by any member in person.
//! - **Writes** the conversation, in one transaction under its lock: a text that arrives at the same moment waits for it,
//!   and is counted as unread after it.
//! - **Twice is harmless**: the second leaves everything as it is.

pub mod api;
pub mod handler;
