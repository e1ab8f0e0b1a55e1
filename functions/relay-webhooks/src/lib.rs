//! `relay-webhooks`: hands over what is due to be told and what nobody tells.
//!
//! - **Trigger**: a schedule, every minute. Only what is most urgent is queued by whoever stores it; everything else, what the
//!   queue did not take, what a worker left behind when it died, and what waits longer than a queue can hide it, is due here.
//! - **Reads** `webhook_deliveries`. **Enqueues** a message for each workspace with deliveries that are due.
//! - **Twice is harmless**: a message more finds nothing to do, because a lease on the row lets one worker deliver it.
//! - **When it fails**: what is due stays due; the next run finds it. Watch its errors.

pub mod handler;
