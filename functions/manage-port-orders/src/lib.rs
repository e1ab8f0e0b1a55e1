//! `manage-port-orders`: what the operator of the platform does about port orders, because the carrier has no API for it.
//!
//! - **Trigger**: `GET /api/admin/port-orders`, `GET …/port-orders/{portOrder}`, `POST …/{portOrder}/export`
//!   and `POST …/{portOrder}/answers` of the HTTP API, by administrators of the platform in person. Everybody else is answered
//!   as if there were no such routes, and drafts are nobody's business but their workspace's.
//! - **Reads**: the orders of all workspaces, with PIN and account number: they have to be entered at the carrier; for an
//!   export, their documents in the bucket.
//! - **Writes**: the carrier's answers (`port_orders`, their history, the audit log); for a completion also the numbers, which
//!   become the workspace's in the same transaction, and the release of those that they replace. The sweep queues what has to
//!   follow at the carrier. An export is a ZIP file in the bucket, which the sweep deletes when its address has expired.
//! - **Twice**: an answer names the version that it is about, so of two at once one is told that there is a newer one. Each
//!   export is a file of its own.

pub mod api;
mod export;
pub mod handler;
mod package;
mod page;
mod request;
