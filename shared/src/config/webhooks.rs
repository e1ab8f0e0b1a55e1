use super::{ConfigError, Environment};
use crate::domain::WebhookDestinations;

/// Reads `WEBHOOK_DESTINATIONS`: `public`, or `public-and-loopback` where the receivers of a test are on the same machine.
///
/// # Errors
/// Another word, or none: a wrong value would open the way into a network.
pub fn webhook_destinations(env: &Environment) -> Result<WebhookDestinations, ConfigError> {
    let name = "WEBHOOK_DESTINATIONS";
    match env.required(name)? {
        "public" => Ok(WebhookDestinations::Public),
        "public-and-loopback" => Ok(WebhookDestinations::PublicAndLoopback),
        other => Err(ConfigError::invalid(name, format!("{other} is neither public nor public-and-loopback"))),
    }
}
