//! `list-webhook-endpoints`: the addresses that are told of the workspace's events, and what each was told.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/webhook-endpoints` and `GET …/webhook-endpoints/{endpoint}/deliveries` of
//!   the HTTP API, by administrators: an address may hold a password of its owner.
//! - **Reads**: `webhook_endpoints`, `webhook_deliveries`.
//! - **Twice is harmless**: it only reads.

pub mod handler;
