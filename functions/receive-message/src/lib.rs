//! `receive-message`: SignalWire's webhook for a text, picture message or WhatsApp message to one of our numbers.
//!
//! - **Trigger**: function URL, requested by the carrier for each inbound message; also as the number's fallback URL.
//! - **Reads**: the owner of the called number. **Writes**: contact, conversation, participant, message, counters, and
//!   what a keyword such as STOP means; or `unroutable_events`. One round trip to Postgres (`ingest_message` in
//!   migrations/V0011).
//! - **Enqueues**: the copying of pictures and files; the answer that a keyword asks for; and the whole webhook when Postgres is away or slow.
//! - **Twice is harmless**: the carrier's message sid is unique, and counters move only with the insert that won.
//! - **When it fails**: "webhook kept in the inbox queue" is an alarm about Postgres, and nothing is lost. When the queue
//!   fails too: 503, so that the carrier requests the fallback URL. Alarm on 5xx; a 403 count that grows means that a
//!   signing key was rotated without us.

pub mod handler;
