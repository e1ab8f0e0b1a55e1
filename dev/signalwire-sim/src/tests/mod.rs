//! Stories over HTTP against a whole simulator, with a receiver of webhooks that keeps what it got.

mod calls;
mod faults;
mod inbound;
mod messages;
mod numbers;
mod ports;
mod registry;
mod support;
