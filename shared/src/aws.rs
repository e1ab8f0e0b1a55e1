//! One way to reach AWS: TLS by ring, Amazon's own root certificates, credentials and endpoints from the environment.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::{
    Builder,
    tls::{self, TlsContext, TrustStore},
};

/// The roots of every public endpoint of AWS (Amazon Trust Services, "Repository"): five certificates to read at a cold
/// start, and not the hundred and fifty of the system.
const ROOTS: &str = include_str!("amazon_roots.pem");

/// Loads region, credentials and endpoint overrides (`AWS_ENDPOINT_URL_SQS`, …) from the environment.
///
/// # Panics
/// Never: the context of TLS is built of constants.
pub async fn sdk_config() -> SdkConfig {
    let roots = TrustStore::empty().with_pem_certificate(ROOTS);
    #[expect(clippy::expect_used, reason = "built of constants, and `the_roots_are_public_ones` reads them")]
    let context = TlsContext::builder().with_trust_store(roots).build().expect("a context of constants");
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let http = Builder::new().tls_provider(provider).tls_context(context).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}

#[cfg(test)]
mod tests {
    use rustls::{
        RootCertStore,
        pki_types::{CertificateDer, pem::PemObject},
    };

    use super::ROOTS;

    #[test]
    fn the_roots_are_public_ones() {
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ROOTS.as_bytes()) {
            store.add(certificate.unwrap()).unwrap();
        }
        assert_eq!(store.len(), 5);
        for root in store.roots {
            assert!(webpki_roots::TLS_SERVER_ROOTS.contains(&root), "{:?}", String::from_utf8_lossy(&root.subject));
        }
    }
}
