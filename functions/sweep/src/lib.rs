//! `sweep`: finds what got stuck, lost or different, and puts it back on its way.
//!
//! - **Trigger**: a schedule, every five minutes. Each part takes a bounded batch; the rest is left to the next time.
//! - **Writes**: `workspace_phone_numbers` (released after the grace, suspended beyond the limit, ghosts, repaired
//!   webhooks), `carrier_releases`, a provisioning for an orphan that is adopted; the inbox, with texts and statuses that
//!   only the carrier's list of the last day has, and texts whose number has got its owner since.
//! - **Enqueues**: provisionings that nobody works on, releases that are due, pending numbers that nobody looks at,
//!   answers to keywords that nobody gave.
//! - **Twice is harmless**: every row that is taken up is noted as such in the same statement; the carrier is only read,
//!   but for webhooks, which are set to what the configuration says.
//! - **When it fails**: a part that fails stops no other; the function then fails as a whole, so watch its errors. Watch
//!   "orphan number at the carrier" and "ghost number" too: they cost money or texts, and a person has to decide.
//!   "a text that never arrived was found" means that webhooks get lost.

mod carrier;
pub mod handler;
mod messages;
mod orphans;
mod rows;
