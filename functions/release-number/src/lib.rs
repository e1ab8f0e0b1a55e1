//! `release-number`: gives a number back.
//!
//! - **Trigger**: `DELETE /api/workspaces/{workspace}/phone-numbers/{number}` of the HTTP API, by administrators in person.
//! - **Writes**: the number (`released`: from here on it neither receives nor sends), what is owed to the carrier
//!   (`carrier_releases`) and the audit log, in one transaction under the workspace's lock.
//! - **Enqueues** the carrier's side, which may take two weeks: SignalWire takes no number back that is younger. A message
//!   that the queue does not take is noticed by `sweep`.
//! - **Twice is harmless**: a released number is answered as it is. Conversations keep pointing to it.

pub mod api;
pub mod handler;
