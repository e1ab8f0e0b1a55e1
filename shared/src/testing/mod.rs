//! Helps for tests: a database per test. Behind the feature `testing`; no deployed binary has it.

mod database;

pub use database::TestDatabase;
