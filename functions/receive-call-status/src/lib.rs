//! `receive-call-status`: SignalWire's webhook for how calls go: their end, the phones that ring, recordings and
//! transcriptions.
//!
//! - **Trigger**: function URL, requested by the carrier. The number's own address tells of the end of an inbound call; every
//!   other one carries, signed, which call and which part of it the news is about.
//! - **Writes**: `call_events` (every callback as it came), the call and its entry in the conversation, recordings, and the
//!   unread counter for missed calls and voicemails. One round trip to Postgres (`record_call_event` in migrations/V0019).
//! - **Enqueues**: copying a recording; the whole webhook when Postgres is away or slow.
//! - **Twice, late or out of order is harmless**: a call is settled from all its callbacks, whatever their order, and its
//!   state moves forward only. What comes before its call waits for it.
//! - **When it fails**: "webhook kept in the inbox queue"; when the queue fails too: 503, and the carrier tries twice more.

pub mod handler;
