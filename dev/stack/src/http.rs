//! One HTTP client for the few requests that the runner makes itself, all of them to this machine.

use std::time::Duration;

use anyhow::Result;

pub fn client() -> Result<reqwest::Client> {
    install_tls();
    Ok(reqwest::Client::builder().timeout(Duration::from_secs(10)).no_proxy().build()?)
}

/// The client is built without a TLS provider of its own and wants one installed, even for plain HTTP.
pub fn install_tls() {
    // An error means that somebody else has installed one, which is just as good.
    drop(rustls::crypto::ring::default_provider().install_default());
}
