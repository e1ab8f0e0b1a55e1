//! `remove-opt-out`: an admin takes an opt-out back, for instance because the customer has asked for it on paper.
//!
//! - **Trigger**: `DELETE /api/workspaces/{workspace}/opt-outs/{optOut}` of the HTTP API, by administrators in person.
//! - **Writes**: `opt_outs` and the audit log, in one transaction. The carrier may go on refusing; its next refusal is an
//!   opt-out again.
//! - **Twice is harmless**: the second finds nothing to take back (404).

pub mod handler;
