//! A whole stack per test: its own database, queues, simulators and function processes, on free ports.

mod app;
mod call;
pub mod chaos;
mod outage;
mod phones;
mod pooler;
mod quiet_logs;
mod receiver;
mod signing;

pub use app::{Answer, Organization, TestApp};
pub use call::CarrierCall;
pub use outage::Outage;
pub use pooler::Pooler;
pub use receiver::{Receiver, Told};
pub use signing::{SigningCase, basic, clerk_headers, sign_form, sign_json};
