//! Stories across functions, through the real binaries.

mod clerk_events;
mod deliveries;
mod main_path;
mod outages;
mod provisioning;
mod sends;
mod simultaneous;
mod tenancy;
mod tokens;
mod webhooks;
