//! Stories across functions, through the real binaries.

mod chaos;
mod clerk_events;
mod deliveries;
mod killed_worker;
mod main_path;
mod number_api;
mod number_api_races;
mod outages;
mod provisioning;
mod sends;
mod simultaneous;
mod tenancy;
mod tokens;
mod webhooks;
