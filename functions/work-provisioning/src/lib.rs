//! `work-provisioning`: gets reserved numbers from the carrier, follows them until they can text, brings the 10DLC
//! registrations of workspaces forward, tells the carrier the numbers' emergency addresses, and gives released numbers back.
//!
//! - **Trigger**: the provisioning queue. A message only names a row; the row says what is to be done.
//! - **Writes**: `number_provisionings` (each step before and after the carrier is asked), `workspace_phone_numbers`,
//!   `carrier_releases`, `messaging_brands`, `messaging_campaigns` and the fees of the latter in the ledger.
//! - **Enqueues**: the same work again, later, while the carrier has not settled it.
//! - **Twice, late or out of order is harmless**: a lease on the row, longer than this function lives, lets one worker at
//!   a time act; every step starts from the row. No number is bought twice: the purchase carries the FriendlyName
//!   `sb-<provisioning id>`, is preceded by a committed `purchasing`, and an answer that is not understood is settled by
//!   looking that name up, several times over minutes, before anything else is bought. Brands and campaigns likewise. An emergency
//!   address is found by its label; of two the one that is not used is deleted.
//! - **When it fails**: the message comes back after the visibility time-out and, after eight times, goes to the
//!   dead-letter queue; alarm on both that queue and "Failed to provision phone number".

mod assignment;
mod emergency;
pub mod handler;
mod registration;
mod release;
