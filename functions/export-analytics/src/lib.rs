//! `export-analytics`: a workspace's figures as CSV, for spreadsheets and accounting.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/analytics/export` of the HTTP API.
//! - **Two reports**: `days` (the sums by day, department and service, as `read-analytics` has them) and `charges` (the
//!   ledger itself, one row for each message, call and month of a number).
//! - **Pages**, because API Gateway passes on six megabytes and no stream: a page has at most 20 000 rows, and `Link` names
//!   the next one. Pages of `charges` go by time and id, so they stay right while charges are added. Only the first one has
//!   the header line: the pages put together are one file.
//! - **Safe to open**: what somebody could have typed never begins like a formula.
//! - **Reads** only; every member may, and administrators see revenue.
//! - **Twice is harmless**: it changes nothing.

pub mod handler;
mod table;
