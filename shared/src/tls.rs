//! TLS for everything that we connect to: rustls with ring, and the root certificates of webpki-roots, which are
//! compiled in (reading the system's store costs milliseconds at each cold start).

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// A client configuration without a client certificate.
///
/// # Panics
/// Never: the protocol versions of the ring provider are supported by it.
#[must_use]
pub fn client_config() -> ClientConfig {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    #[expect(clippy::expect_used, reason = "ring supports the default protocol versions")]
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
