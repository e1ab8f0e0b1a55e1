//! `read-analytics`: what a workspace used, how well it went, what it cost and earned; and the same for the platform.
//!
//! - **Trigger**: `GET /api/workspaces/{workspace}/analytics` and `GET /api/admin/analytics` of the HTTP API.
//! - **Reads** only. The workspace's figures may be read by every member, what the workspace earns the platform by
//!   administrators; the platform's figures only by those whom `PLATFORM_ADMINS` names, and for everybody else the route
//!   does not exist.
//! - **Always exact**: sums and what is not in the sums yet are read by one statement (docs/decisions/0014-ledger).
//! - **Twice is harmless**: it changes nothing.

pub mod api;
pub mod handler;
mod money;
mod platform;
pub mod platform_api;
mod workspace;
