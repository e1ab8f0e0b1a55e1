//! `migrate`: brings the database up to date.
//!
//! - **Trigger**: the deployment, as a custom resource that every other function depends on; or invoked by hand, with any
//!   object as the event.
//! - **Writes**: the schema, by the files of `migrations/`, as the owner role.
//! - **Twice is harmless**: applied migrations are recorded, and two deployments at once wait for each other.
//! - **When it fails**: the deployment is told and taken back; who invoked it by hand gets the error.

pub mod deployment;
pub mod handler;
