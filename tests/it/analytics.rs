//! The closed money loop: the ledger, its sums, what is made of them, and the alarms.

mod alarms;
mod export;
mod fees;
mod golden_month;
mod payments;
mod rates;
mod reading;
mod reconciliation;
mod sums;
mod world;
