//! A phone network in memory that answers like SignalWire: it sells numbers, sends and receives texts, delivers signed
//! webhooks, and goes wrong on demand. It is never deployed, and shares no code with the product that talks to it.
//!
//! - `api`: the provider's REST API, under both of its prefixes
//! - `control`: the JSON API under `/_sim/` with which tests and demonstrations steer it
//! - `page`: a customer's phone in the browser
//! - `lifecycle`, `registry`, `assignments`, `inbound`, `calls`: what happens over time
//! - `callbacks`, `delivery`, `cxml`, `sign`: webhooks
//! - `world`, `records`, `inventory`: what the network knows; `network`: the same, shared and saved

#![expect(clippy::expect_used, reason = "development tool: a broken assumption should stop it loudly")]
#![expect(clippy::doc_markdown, reason = "the provider's names of its resources are cited as its pages write them")]

mod api;
mod assignments;
mod behaviour;
mod callbacks;
mod calls;
mod clock;
mod connection;
mod control;
mod cxml;
mod delivery;
mod destinations;
mod faults;
mod form;
mod inbound;
mod inventory;
mod journal;
mod lifecycle;
mod network;
mod page;
mod records;
mod registry;
mod segments;
mod server;
mod settings;
mod sign;
mod wav;
mod world;

pub use behaviour::{AnswerCalls, AssignmentOutcome, Behaviour, Drops, TakenShape, TranscriptionOutcome};
pub use server::Simulator;
pub use settings::{OwnedNumber, Settings};

#[cfg(test)]
mod tests;
