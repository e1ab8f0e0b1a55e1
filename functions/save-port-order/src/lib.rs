//! `save-port-order`: begins, changes, submits and cancels orders to bring numbers along.
//!
//! - **Trigger**: `POST /api/workspaces/{workspace}/port-orders`, `PATCH …/port-orders/{portOrder}`,
//!   `POST …/{portOrder}/documents`, `POST …/{portOrder}/submit` and `POST …/{portOrder}/cancel` of the HTTP API, by
//!   administrators in person. One function, because all of them lock the same row and look at its version first.
//! - **Reads**: for a submission, whether the documents are in the bucket, and the carrier's lookup of each number that it
//!   was not asked about before: last of all, and its answer is kept also when the submission is refused. A lookup that
//!   fails holds nothing up: the operator checks by hand then.
//! - **Writes**: `port_orders` and what belongs to them, and the audit log. PIN and account number go nowhere else.
//! - **Limit**: from submission the numbers count against the plan's limit, under the workspace's lock, and nobody else can
//!   claim them.
//! - **Twice**: the same `Idempotency-Key` begins one order; any other change names the version that it is about, and the
//!   second one is told that there is a newer one.

pub mod api;
mod change;
mod checks;
pub mod handler;
pub mod request;
mod submit;
