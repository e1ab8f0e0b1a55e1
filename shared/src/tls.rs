//! TLS for everything that we connect to: rustls with ring, and the root certificates of webpki-roots, which are
//! compiled in (reading the system's store costs milliseconds at each cold start).

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{
        CertificateDer,
        pem::{self, PemObject},
    },
};

/// A root certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// It is not PEM.
    #[error("it is not PEM ({0})")]
    Pem(pem::Error),
    /// It is not a certificate.
    #[error("it is not a certificate ({0})")]
    Certificate(rustls::Error),
}

/// A client configuration without a client certificate.
///
/// # Panics
/// Never: the protocol versions of the ring provider are supported by it.
#[must_use]
pub fn client_config() -> ClientConfig {
    with_roots(public_roots(), ring::default_provider())
}

/// The same for Postgres, which trusts these certificates (PEM) besides the public roots. It offers the curve first that
/// Postgres before 18 takes and no other (PostgreSQL, `ssl_ecdh_curve`): with another one first, the handshake takes a round
/// trip more.
///
/// # Errors
/// [`RootError`] for the first one that cannot be used.
pub fn database_config(certificates: &str) -> Result<ClientConfig, RootError> {
    let mut roots = public_roots();
    for certificate in CertificateDer::pem_slice_iter(certificates.as_bytes()) {
        roots.add(certificate.map_err(RootError::Pem)?).map_err(RootError::Certificate)?;
    }
    let kx_groups = vec![ring::kx_group::SECP256R1, ring::kx_group::X25519, ring::kx_group::SECP384R1];
    Ok(with_roots(roots, CryptoProvider { kx_groups, ..ring::default_provider() }))
}

fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

fn with_roots(roots: RootCertStore, provider: CryptoProvider) -> ClientConfig {
    #[expect(clippy::expect_used, reason = "ring supports the default protocol versions")]
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
