//! `update-number`: name, department, call flow and emergency address of a number.
//!
//! - **Trigger**: `PATCH /api/workspaces/{workspace}/phone-numbers/{number}`, `PATCH` and `DELETE …/emergency-address` of the HTTP
//!   API, by administrators in person.
//! - **Reads**: who owns the numbers that calls shall be forwarded to.
//! - **Writes**: the number, the primary that it replaces (which becomes `custom`), and the audit log, in one transaction
//!   under the workspace's lock: of simultaneous promotions one number is the primary in the end.
//! - **Enqueues** an emergency address, which the worker tells the carrier; `sweep` makes up for a message that is lost.
//! - **Twice is harmless**: the second leaves everything as it is. The carrier is not told: there the name of a number
//!   ties it to its provisioning.

pub mod api;
mod emergency;
pub mod handler;
