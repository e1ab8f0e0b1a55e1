//! Stories across functions, through the real binaries.

mod chaos;
mod clerk_events;
mod clerk_read_back;
mod contacts;
mod conversations;
mod deliveries;
mod inbox_races;
mod killed_worker;
mod lifecycle_chaos;
mod main_path;
mod number_api;
mod number_api_races;
mod outages;
mod plan_changes;
mod plan_snapshots;
mod provisioning;
mod registration;
mod sends;
mod simultaneous;
mod sweep;
mod tenancy;
mod tokens;
mod webhooks;
