//! `list-contacts`: the people outside, the newest first.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/contacts` of the HTTP API.
//! - **Searching** (`q`): all words begin a word of the name, the company or the address, or the text is a part of a
//!   number in any human format. It goes by indexes, in an SQL function (docs/decisions/0007).
//! - **Reads** only; every member of the organisation may.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
