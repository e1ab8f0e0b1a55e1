//! TLS with one library of cryptography or the other, one list of roots or the other.

use std::sync::Arc;

use anyhow::Result;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, pem::PemObject},
};

/// `more` are further roots in PEM.
pub fn config(more: &str) -> Result<ClientConfig> {
    let mut roots = roots();
    for certificate in CertificateDer::pem_slice_iter(more.as_bytes()) {
        roots.add(certificate?)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

#[cfg(not(feature = "native-roots"))]
fn roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

#[cfg(feature = "native-roots")]
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// With the curve first that Postgres before 18 takes and no other.
#[cfg(not(feature = "aws-lc"))]
fn provider() -> CryptoProvider {
    use rustls::crypto::ring::{default_provider, kx_group};
    let kx_groups = vec![kx_group::SECP256R1, kx_group::X25519, kx_group::SECP384R1];
    CryptoProvider { kx_groups, ..default_provider() }
}

#[cfg(feature = "aws-lc")]
fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}
