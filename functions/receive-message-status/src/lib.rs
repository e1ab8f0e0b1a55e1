//! `receive-message-status`: SignalWire's webhook for the progress of a text that we sent.
//!
//! - **Trigger**: function URL, requested by the carrier at each step; the URL that a send gives carries our message id
//!   in `?message=`, so that a callback also settles a send whose answer was lost.
//! - **Writes**: `message_events` (every callback as it came) and the message's status, forward only. One round trip to
//!   Postgres (`record_message_status` in migrations/V0012).
//! - **Enqueues**: the whole webhook when Postgres is away or slow.
//! - **Twice, late or out of order is harmless**: a status is taken only when its rank is higher than the stored one.
//! - **When it fails**: "webhook kept in the inbox queue"; when the queue fails too: 503, and the carrier tries twice more.

pub mod handler;
