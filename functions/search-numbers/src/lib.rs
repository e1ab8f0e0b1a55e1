//! `search-numbers`: numbers that can be bought right now.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/phone-numbers/available` of the HTTP API, by any member.
//! - **Reads** the carrier's offer; writes nothing. The carrier holds nothing back for a search: an offered number may be
//!   gone a moment later, and `provision-number` says so.
//! - **Twice is harmless**: it changes nothing.
//! - **When it fails**: 503 `carrier_unavailable`; alarm on 5xx.

pub mod api;
pub mod handler;
mod request;
