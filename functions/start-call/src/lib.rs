//! `start-call`: connects a member with a customer. The member's own phone rings first; who picks up there is asked to press
//! a key, so that no voicemail is connected; then the customer's rings and shows the department's number.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/calls` of the HTTP API, by any member in person.
//! - **Reads**: the workspace's numbers and conversations. **Writes**: contact, conversation, entry and call in one
//!   transaction *before* the carrier is asked, the carrier's answer after it. What happens on the phones is told by
//!   `receive-call` and reported to `receive-call-status`.
//! - **Twice is harmless** with an `Idempotency-Key`: the key is taken in the transaction that stores the call, and the
//!   second request gets the first one's answer. The carrier is asked once per stored call: an answer that does not come
//!   leaves it `unknown`, and the carrier's callback (whose URL carries our call id) or `sweep` settles it.
//! - **When it fails**: 503 `carrier_unavailable` is for the operator (credentials, balance, outage); alarm on 5xx.

pub mod api;
pub mod handler;
pub mod request;
mod routing;
