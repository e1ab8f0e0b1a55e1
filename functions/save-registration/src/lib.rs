//! `save-registration`: a workspace registers its company and its texts for 10DLC (docs/registration.md).
//!
//! - **Trigger**: `GET`, `PATCH /api/workspaces/{workspace}/registration`, `POST …/registration/check` and `…/submit` of the
//!   HTTP API, by administrators: a registration holds a tax number. `GET /api/admin/registrations` and
//!   `POST /api/admin/registrations/{registration}/notes` by the administrators of the platform, and for everybody else
//!   those do not exist.
//! - **Writes**: `messaging_brands`, `messaging_campaigns`, the audit log, and the fee of a correction that the operator handed
//!   in. The carrier is asked by the worker only.
//! - **Enqueues** what was submitted. A message that the queue does not take is made up for by `sweep`.
//! - **Twice is harmless**: a submission is taken under the lock of the row, and the second of two finds it taken.

pub mod api;
pub mod handler;
mod operator;
mod request;
mod show;
mod submit;
