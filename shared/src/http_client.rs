//! The one place that builds HTTP clients, so that each has time-outs, bundled root certificates and no redirects.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    ClientBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, retry,
};

use crate::{domain::WebhookDestinations, tls};

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
    builder(limits).build().map_err(HttpClientError)
}

/// Builds a client for addresses that customers give: it connects to what the destinations allow and to nothing else,
/// whatever a name led to a moment ago. An address without a name is not resolved: whoever asks has to look at it first.
///
/// # Errors
/// [`HttpClientError`]; never because of the network.
pub fn build_guarded(limits: TimeLimits, allowed: WebhookDestinations) -> Result<reqwest::Client, HttpClientError> {
    builder(limits).dns_resolver(Arc::new(GuardedResolver(allowed))).build().map_err(HttpClientError)
}

fn builder(limits: TimeLimits) -> ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls::client_config())
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .pool_max_idle_per_host(0)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
}

/// A name leads to an address that may not be connected to.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
pub struct ForbiddenAddress;

/// Whether a request was not made because of [`ForbiddenAddress`].
#[must_use]
pub fn is_forbidden(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<ForbiddenAddress>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The system's resolver, and one look at what it says. A name of which one address is forbidden is refused whole.
struct GuardedResolver(WebhookDestinations);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !found.iter().all(|address| allowed.allows(address.ip())) {
                return Err(ForbiddenAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_be_built_without_a_process_wide_crypto_provider() {
        build(TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(10) }).unwrap();
    }

    /// The address is looked at when the connection is made, so it does not help that a name was good when it was given.
    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let limits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_millis(500) };

        let guarded = build_guarded(limits, WebhookDestinations::Public).unwrap();
        let error = guarded.get(&url).send().await.unwrap_err();
        assert!(is_forbidden(&error), "{error:?}");
        assert!(tokio::time::timeout(Duration::from_millis(50), listener.accept()).await.is_err(), "nobody connected");

        let open = build_guarded(limits, WebhookDestinations::PublicAndLoopback).unwrap();
        let (answer, connected) = tokio::join!(open.get(&url).send(), listener.accept());
        assert!(connected.is_ok() && answer.is_err_and(|error| !is_forbidden(&error)));
    }
}
