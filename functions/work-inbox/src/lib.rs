//! `work-inbox`: stores the webhooks that Postgres could not take when they came, and answers customers' keywords.
//!
//! - **Trigger**: the inbox queue, first in, first out per conversation.
//! - **Writes**: what `receive-message`, `receive-message-status`, `receive-call` and `receive-call-status` write, by the
//!   same code; for an answer a message of the conversation, `automatic_replies`, and the text at the carrier.
//! - **Enqueues**: the answer that a stored keyword asks for.
//! - **Twice is harmless**: a text and a call are stored once by the carrier's sid, their states move forward only, and an
//!   answer is noted as given before the carrier is asked.
//! - **When it fails**: while Postgres is away every record comes back after the visibility time-out, for a day before
//!   the dead-letter queue. What can never be stored goes to `unroutable_events`, which the sweep tries again; watch
//!   "webhook cannot be stored" and the age of the oldest message.

pub mod handler;
mod reply;
