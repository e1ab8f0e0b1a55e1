//! `reconcile-costs`: the carrier's charges against the ledger.
//!
//! - **Trigger**: a schedule, every night. Invoked by hand with `{"days": ["2026-01-15"]}` it compares those days.
//! - **Reads**: the carrier's logs of messages and calls with their charges, day by day (UTC), and its list of numbers with
//!   their next bills.
//! - **Writes**: the carrier's charge as the price of each message and call, by which the ledger's estimate becomes final;
//!   `reconciliations` (what differs, by day, number and cause) and `reconciled_days` (the sums); the next bill of each
//!   number, and that its months before are paid.
//! - **Which days**: the last three, because prices come late, and any of the last week that were never compared.
//! - **Twice is harmless**: a day is compared with what was expected, not with what was found before, and written as a
//!   whole by one transaction. Whoever dies half-way leaves the day to the next run.
//! - **When it fails**: the function fails as a whole after every part had its turn; watch its errors. The alarm
//!   `CostVarianceAlarm` means that our rates or our books are wrong; docs/operations.md says what to look at.

mod compare;
mod days;
pub mod handler;
mod numbers;
