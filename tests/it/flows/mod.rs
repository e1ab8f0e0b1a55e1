//! Stories across functions, through the real binaries.

mod chaos;
mod clerk_events;
mod clerk_read_back;
mod deliveries;
mod inbox_model;
mod inbox_queue;
mod killed_worker;
mod lifecycle_chaos;
mod main_path;
mod message_gaps;
mod number_api;
mod number_api_races;
mod opt_outs;
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
