//! `receive-registration-event`: SignalWire's webhook for the 10DLC registry.
//!
//! - **Trigger**: function URL, requested by the carrier when a brand, a campaign, an order or the assignment of a number
//!   changes. JSON, signed over its bytes.
//! - **Writes**: the messaging status of the number that an assignment is about, the state of the registration that a brand
//!   or a campaign is about, and the event's name in `webhook_events`. It does not call the carrier: the worker does.
//! - **Enqueues** the next step of a registration that moved; `sweep` finds it when the queue does not take it.
//! - **Twice, late or out of order is harmless**: an activation is final; a failure and a new attempt are taken only when
//!   no later event was. News of a campaign has the time that it is of, a verified brand stays verified. An event about
//!   something that is not stored yet is made up for by the worker's polling. The company of a deleted workspace stays
//!   where it is.
//! - **When it fails**: 503; the carrier tries again.

pub mod event;
pub mod handler;
