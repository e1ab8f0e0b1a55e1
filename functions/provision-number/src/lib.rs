//! `provision-number`: gets the workspace a number, by area code or the very one that a search has shown.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/phone-numbers`, and `POST …/phone-numbers/provisionings/{provisioning}/retry`
//!   for one that failed; by administrators in person.
//! - **Writes**: the reservation against the plan's limit with its audit entry, in one transaction under the workspace's
//!   lock; then what the provisioning writes (`shared::actions::provisioning`).
//! - **Enqueues** the work *before* it starts on it, delayed by a little more than its own time budget: a process that
//!   dies, or a carrier that is slow, leaves the rest to the queue. 201 when it was settled in time, else 202.
//! - **Twice is harmless** with an `Idempotency-Key`: the key is taken together with the reservation, and the same key is
//!   answered from that provisioning, as it stands then. A failed provisioning is retried at most once; a second request
//!   is answered from the first one's provisioning.
//! - **When it fails**: 503 `carrier_unavailable` is for the operator (credentials, balance); alarm on "Failed to
//!   provision phone number" and on 5xx.

mod answer;
pub mod api;
pub mod handler;
pub mod request;
mod reserve;
