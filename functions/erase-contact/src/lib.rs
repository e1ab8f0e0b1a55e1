//! `erase-contact`: forgets a person.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/contacts/{contact}/erase` of the HTTP API, by administrators in person.
//! - **Writes**, in one transaction (`erase_contact`, migrations/V0027): names, numbers, texts, files, transcriptions and raw
//!   events of the person, out of every table; what is to be deleted in the bucket and at the carrier as tasks for `sweep`;
//!   the audit log. Charges and figures stay, without the person, and so does an opt-out.
//! - **Twice is harmless**: the second finds the erasure of the first, and says how far it is.

pub mod api;
pub mod handler;
