//! `send-message`: sends a text, a WhatsApp message or a mail from the right department's number or address, or calls from
//! that number and speaks the text.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/messages` of the HTTP API, by any member in person.
//! - **Reads**: the workspace's numbers and conversations. **Writes**: contact, conversation and message in one
//!   transaction *before* the carrier is asked, the carrier's answer after it.
//! - **Twice is harmless** with an `Idempotency-Key`: the key is taken in the transaction that stores the message, and
//!   the second request gets the first one's answer. The carrier is asked once per stored message, whatever happens: an
//!   answer that does not come leaves the message `unknown`, and the carrier's callback (whose URL carries our message
//!   id) or `sweep` settles it.
//! - In the customer's **quiet hours** the message is stored as `scheduled` instead, after the same checks, and
//!   `send-due-messages` sends it. Mails and, when the workspace says so, answers do not wait.
//! - A **mail** whose answer from Amazon SES is lost stays `unknown`: SES cannot be asked.
//! - A **call** has a row in `calls` beside its entry; `receive-call` tells the carrier what to say, and
//!   `receive-call-status` is told how it goes. Otherwise it is treated as a text is.
//! - **When it fails**: 503 `carrier_unavailable` is for the operator (credentials, balance, outage); alarm on 5xx.

pub mod api;
mod deferral;
pub mod handler;
mod mail;
pub mod request;
mod routing;
mod voice;
