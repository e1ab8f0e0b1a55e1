//! The local stack: runs `template.yaml` on one machine.
//!
//! The same binaries that are deployed run as processes behind the documented Lambda Runtime API; requests, queues and
//! schedules reach them as they do in AWS. `Stack` is what tests start; `up` and `services` are the commands.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool reads the environment and the clock itself, and talks on the console"
)]

mod accounts;
mod aws;
mod environment_file;
mod functions;
mod gateway;
mod http;
mod logs;
mod moto;
mod options;
mod page;
mod parameters;
mod ports;
mod postgres;
mod private_postgres;
mod queues;
mod schedules;
mod secrets;
pub mod services;
mod simulators;
mod stack;
mod template;
pub mod up;
mod urls;
mod watchdog;

pub use accounts::{Accounts, ClerkAccount, SignalWireAccount};
pub use functions::{Limits, Status};
pub use logs::{Line, LogBook, Logs};
pub use options::{Options, Ports};
pub use private_postgres::PrivatePostgres;
pub use stack::Stack;
pub use urls::Urls;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks without minding that another task panicked: what is locked here is never left half changed.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
