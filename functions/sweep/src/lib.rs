//! `sweep`: finds what got stuck, lost or different, and puts it back on its way.
//!
//! - **Trigger**: a schedule, every five minutes. Each part takes a bounded batch or a bounded time; the rest is left to the
//!   next time.
//! - **Reads**: the carrier's numbers, and its messages and calls of the last day, the newest each time and older ones in
//!   turns; with a secret key, the plan of each
//!   workspace about once a day from Clerk.
//! - **Writes**: tier and subscription items of a workspace whose billing events were lost, or whose cancelled plan ran
//!   out, and what follows for its numbers; `workspace_phone_numbers` (released after the grace, suspended beyond the
//!   limit, ghosts, repaired webhooks), `carrier_releases`, a provisioning for an orphan that is adopted; the inbox, with
//!   texts and statuses that only the carrier has, and texts whose number has got its owner since; sends of unknown
//!   outcome, and the carrier's prices; the ledger's months of numbers, and its sums; the same for calls as for texts, and
//!   the end of calls whose last callback got lost. Deletes recordings after their time, and the carrier's copies of those
//!   that are ours; messages, files and raw webhooks after theirs; finishes what `erase-contact` began. Of port orders: the
//!   numbers that have come, with their webhooks; the completion on the day after the FOC date; the end of a rejection that
//!   nobody answered; the deletion of the documents, 90 days after an order's end.
//! - **Writes to** the administrators of a workspace by mail, about a rejected port order.
//! - **Enqueues**: provisionings that nobody works on, releases that are due, pending numbers that nobody looks at,
//!   emergency addresses that nobody told the carrier, answers to keywords that nobody gave.
//! - **Twice is harmless**: every row that is taken up is noted as such in the same statement; texts and statuses take
//!   the way of the webhooks, where the second changes nothing; the carrier is only read, but for webhooks, which are set
//!   to what the configuration says.
//! - **When it fails**: a part that fails stops no other; the function then fails as a whole, so watch its errors. Watch
//!   "orphan number at the carrier" and "ghost number" too: they cost money or texts, and a person has to decide. "the
//!   plan was repaired" means that Clerk's events get lost, "a text that never arrived was found" that the carrier's do, and
//!   "a ported number did not come on its day" that the carriers have to be asked,
//!   "an unknown send never reached the carrier" that somebody has to send a text again; the same
//!   sentences exist for calls.

mod call_outcomes;
mod call_prices;
mod calls;
mod carrier;
mod erasures;
pub mod handler;
mod ledger;
mod messages;
mod orphans;
mod outcomes;
mod pages;
mod plans;
mod porting;
mod prices;
mod recordings;
mod retention;
mod rows;
mod turns;
