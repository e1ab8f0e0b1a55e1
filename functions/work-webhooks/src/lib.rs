//! `work-webhooks`: tells those who build on us what happened, by signed requests (docs/webhooks.md).
//!
//! - **Trigger**: the queue of webhooks. A message only names a workspace; the rows say what is to be delivered.
//! - **Reads** `outbound_events`, `webhook_endpoints`, and the message, call or number that is told of. **Requests** the
//!   endpoints, at addresses that are looked at when the connection is made. **Writes** `webhook_deliveries`, and of an
//!   endpoint since when it fails; one that has failed for five days, or says that it is gone, is disabled.
//! - **Enqueues**: the same again, later, while a delivery is not made.
//! - **Twice, late or out of order is harmless**: a lease on the row lets one worker at a time deliver it. One that dies
//!   between the answer and noting it leaves a delivery that is made again, with the same `webhook-id`: receivers are told at
//!   least once.
//! - **When it fails**: what is not delivered stays due, and `relay-webhooks` finds it.

mod deliver;
pub mod handler;
mod payload;
