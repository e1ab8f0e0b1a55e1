//! `update-workspace`: when the workspace does not want to disturb its customers, and how long it keeps what.
//!
//! - **Trigger**: `PATCH /api/workspaces/{workspace}` of the HTTP API, by an administrator in person.
//! - **Writes** the settings and `audit_log`, and makes the messages that wait due when the hours change: `send-due-messages`
//!   looks at each of them again within a minute, by the new rule. `sweep` deletes what is kept for too long.
//! - **Twice is harmless**: the second leaves the settings as they are, and what is looked at again waits as long as before.

pub mod api;
pub mod handler;
mod retention;
