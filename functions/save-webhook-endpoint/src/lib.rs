//! `save-webhook-endpoint`: makes, changes, removes and tries the addresses that are told of the workspace's events.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/webhook-endpoints`, `PATCH` and `DELETE …/{endpoint}`,
//!   `POST …/{endpoint}/rotate-secret`, `POST …/{endpoint}/test` and `POST …/{endpoint}/deliveries/{delivery}/replay` of the
//!   HTTP API, by administrators in person. One function, because all of them lock the same row first.
//! - **Writes**: `webhook_endpoints` and the audit log; for a test an event, for it and a replay a delivery that is due.
//! - **Enqueues**: the deliveries of the workspace, for a test and a replay; when the queue is away, the relay finds them.
//! - **Twice**: a change, a removal and a replay leave what the first one left; a second POST makes a second endpoint, as far
//!   as the limit allows, another test another event, and another rotation drops the secret before the last.

pub mod api;
mod change;
pub mod handler;
pub mod request;
mod trial;
