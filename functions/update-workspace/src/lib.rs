//! `update-workspace`: when the workspace does not want to disturb its customers.
//!
//! - **Trigger**: `PATCH /api/workspaces/{workspace}` of the HTTP API, by an administrator in person.
//! - **Writes** the setting and `audit_log`, and makes the messages that wait due: `send-due-messages` looks at each of them
//!   again within a minute, by the new rule.
//! - **Twice is harmless**: the second leaves the setting as it is, and what is looked at again waits as long as before.

pub mod api;
pub mod handler;
