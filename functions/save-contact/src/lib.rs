//! `save-contact`: makes, changes and merges the people outside.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/contacts`, `PATCH …/contacts/{contact}` and
//!   `POST …/contacts/{contact}/merge` of the HTTP API, by any member in person.
//! - **Writes** the contact and its numbers, in one transaction. A number, in all its spellings, belongs to one contact of
//!   a workspace. A number that is taken from a contact goes to a contact of its own if it has conversations, and they go
//!   with it. A merge moves numbers and conversations over, keeps the other's row, and is in the audit log.
//! - **Twice is harmless**: a second contact with the same number is refused with the id of the first, a change that was
//!   made leaves everything as it is, and so does a merge. Only a contact without a number can be made twice.

pub mod api;
mod edit;
pub mod handler;
mod merge;
mod numbers;
pub mod request;
