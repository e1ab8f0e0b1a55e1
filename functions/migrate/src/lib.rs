//! `migrate`: brings the database up to date.
//!
//! - **Trigger**: invoked by the deployment, before traffic moves; the event's content does not matter.
//! - **Writes**: the schema, by the files of `migrations/`, as the owner role.
//! - **Twice is harmless**: applied migrations are recorded, and two deployments at once wait for each other.
//! - **When it fails**: the error goes to whoever invoked it, and the deployment stops.

pub mod handler;
