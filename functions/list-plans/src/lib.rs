//! `list-plans`: the plans, what each costs and allows.
//!
//! - **Trigger**: `GET /api/plans` of the HTTP API, with any session: who chooses a plan may not have one yet.
//! - **Reads** the configuration only; no database.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
