//! The one place that builds HTTP clients, so that each has time-outs, bundled root certificates and no redirects.

use std::time::Duration;

use reqwest::{redirect, retry};

use crate::tls;

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// TCP and TLS.
    pub connect: Duration,
    /// Everything, from the first byte out to the last byte in.
    pub total: Duration,
}

/// The client could not be built: its settings contradict each other.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be built")]
pub struct HttpClientError(#[source] reqwest::Error);

/// Builds a client.
///
/// - Redirects are not followed: credentials and bodies would go to a host that nobody configured.
/// - Connections are not kept: a frozen Lambda wakes up with connections that the peer has closed meanwhile, and a
///   POST written to one of them has an unknown outcome. A new handshake is cheaper than settling that.
/// - Proxy variables of the environment are not read, because `config` is the only reader of the environment.
///
/// # Errors
/// [`HttpClientError`]; never because of the network.
pub fn build(limits: TimeLimits) -> Result<reqwest::Client, HttpClientError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls::client_config())
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .pool_max_idle_per_host(0)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(HttpClientError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_be_built_without_a_process_wide_crypto_provider() {
        build(TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(10) }).unwrap();
    }
}
