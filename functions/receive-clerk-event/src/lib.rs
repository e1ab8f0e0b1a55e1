//! `receive-clerk-event`: Clerk's webhook, by Svix.
//!
//! - **Trigger**: function URL; users, organisations, memberships and Clerk Billing. Unknown kinds are counted.
//! - **Reads**: with a secret key, the whole subscription from Clerk's Backend API on each billing event: events are
//!   partial and some get lost. Without a key, or an answer in time, the tier comes from the events so far.
//! - **Writes**: users, workspaces, members, subscription items and what they add up to (the tier); a reservation when a
//!   plan with own numbers has none yet; numbers that the plan does not cover any more (or of an organisation that is
//!   gone) are suspended, and restored by an upgrade within the grace; all in one transaction with the `svix-id`.
//! - **Enqueues**: one message per reservation, after the commit, and notes it in the row.
//! - **Twice, in any order, is harmless**: the `svix-id` is unique; every row keeps the time of the object that it came
//!   from and takes nothing older, nor does a subscription that was read before another one replace it; a tier is computed
//!   from all items, never from one event. A repeated delivery still enqueues what the first one could not.
//! - **When it fails**: 503, and Svix tries again for a day.

mod apply;
pub mod handler;
