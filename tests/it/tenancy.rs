//! No workspace gets anything of another: two workspaces that have everything, and every way from one to the other that the
//! routes, the statements and the roles leave open.
//!
//! A new table needs its rows in `tests/data/tenancy/world.sql`, a new route its place in `tenancy/routes.rs` and
//! `tenancy/roles.rs`; the tests say so.

mod mixtures;
mod recorder;
mod roles;
mod routes;
mod statements;
mod world;
