//! `export-contact`: everything that is kept about a person, for the person.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/contacts/{contact}/export` of the HTTP API, by administrators.
//! - **Reads**: the contact with those that were merged into it, its conversations, messages, calls and opt-outs. Files and
//!   recordings are given as addresses that expire.
//! - **Twice is harmless**: it only reads.

pub mod api;
pub mod handler;
