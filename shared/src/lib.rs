#![cfg_attr(feature = "testing", expect(clippy::expect_used, reason = "the module testing fails tests, loudly"))]
//! What at least two functions need. `docs/architecture.md` shows which module may use which;
//! `tests/it/architecture.rs` holds them to it.

pub mod actions;
pub mod api;
pub mod auth;
pub mod aws;
pub mod clerk;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod http_client;
pub mod lambda;
pub mod mail;
pub mod queue;
pub mod signalwire;
pub mod storage;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tls;
pub mod webhooks;
