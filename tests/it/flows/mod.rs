//! Stories across functions, through the real binaries.

mod clerk_events;
mod deliveries;
mod main_path;
mod plan_changes;
mod provisioning;
mod registration;
mod sends;
mod simultaneous;
mod sweep;
mod tenancy;
mod tokens;
mod webhooks;
