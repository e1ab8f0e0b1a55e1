//! The closed money loop: the ledger, its sums, what is made of them, and the alarms.

mod golden_month;
mod payments;
mod reading;
mod sums;
mod world;
