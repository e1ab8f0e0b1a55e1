//! `cancel-message`: calls a message off that waits for the end of quiet hours.
//!
//! - **Trigger**: `DELETE /api/workspaces/{workspace}/messages/{message}` of the HTTP API, by any member in person.
//! - **Writes** the message's status and `audit_log`. The message stays in its conversation.
//! - **Twice is harmless**: the second finds the message canceled. At the same time as `send-due-messages`, one of both
//!   takes the message away from `scheduled`, and the other one finds it gone.

pub mod api;
pub mod handler;
