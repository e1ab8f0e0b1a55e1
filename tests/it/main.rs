//! Stories across functions, and the rules that hold the repository together. One binary, so that it links once.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod analytics;
mod architecture;
mod contract;
mod deployed_shape;
mod flows;
mod migrations;
mod openapi;
mod oracles;
mod support;
mod tenancy;
