//! The closed money loop: the ledger, its sums, what is made of them, and the alarms.

mod sums;
mod world;
