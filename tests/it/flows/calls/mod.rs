//! Calls that come in: what callers hear, what staff sees, and what is left of it whatever the carrier does.

mod order;
mod outages;
mod stories;
mod webhooks;
