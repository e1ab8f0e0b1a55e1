//! `receive-call`: SignalWire's webhook for a call to one of our numbers, and for everything that the call asks next.
//!
//! - **Trigger**: function URL, requested by the carrier when a call comes in (also as the number's fallback URL) and, with a
//!   signed step in the query, after each `<Gather>`, `<Dial>` and `<Record>` and for a whisper.
//! - **Reads**: the owner of the called number and the workspace's call flows. **Writes**: contact, conversation, the call and
//!   its one entry, `call_events`; or `unroutable_events`. One round trip to Postgres (`receive_call` and
//!   `record_call_event` in migrations/V0019).
//! - **Answers** a cXML document, within five seconds. While Postgres is away or slow that is a plain voicemail, and the
//!   request goes into the inbox queue, whole.
//! - **Twice is harmless**: a call is stored once by the carrier's sid, and every document follows from the request alone.
//!   No call goes round in circles: the counters in the steps only grow.
//! - **When it fails**: "webhook kept in the inbox queue" is an alarm about Postgres, and nothing is lost. When the queue
//!   fails too: 503, so that the carrier requests the fallback URL.

pub mod cxml;
mod flow;
pub mod handler;
mod outbound;
