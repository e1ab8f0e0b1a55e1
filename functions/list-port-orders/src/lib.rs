//! `list-port-orders`: a workspace's orders to bring numbers along, and one of them whole.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/port-orders` and `GET …/port-orders/{portOrder}` of the HTTP API, by any
//!   member. PIN, account number and the addresses of the documents are for administrators in person.
//! - **Reads**: `port_orders` and what belongs to them.
//! - **Twice is harmless**: it only reads.

pub mod handler;
