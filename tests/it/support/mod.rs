//! A whole stack per test: its own database, queues, simulators and function processes, on free ports.

mod app;
pub mod chaos;
mod signing;

pub use app::{Answer, Organization, TestApp};
pub use signing::{SigningCase, clerk_headers, sign_form, sign_json};
