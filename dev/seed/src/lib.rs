//! Demo data: three organisations, their numbers and a few conversations, made the way users make them, through the
//! simulators and the public API. `stack up` runs it once, on an empty database.

mod client;
mod history;
mod porting;
mod registrations;
mod stories;

use stack::Urls;

/// Makes the demo data.
///
/// # Errors
/// A simulator or the API does not do what is asked.
pub async fn plant(urls: &Urls) -> anyhow::Result<()> {
    stories::plant(&client::Client::new(urls)?, urls).await
}
