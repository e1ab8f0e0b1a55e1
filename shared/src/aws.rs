//! One way to reach AWS: TLS by ring, Amazon's own root certificates, credentials and endpoints from the environment.

use std::time::Duration;

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider, timeout::TimeoutConfig,
};
use aws_sdk_sqs::config::SharedCredentialsProvider;
use aws_smithy_http_client::{
    Builder,
    tls::{self, TlsContext, TrustStore},
};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// The roots of every public endpoint of AWS (Amazon Trust Services, "Repository"): five certificates to read at a cold
/// start, and not the hundred and fifty of the system.
const ROOTS: &str = include_str!("amazon_roots.pem");

/// Longest time to connect, as the SDK's own default ("Timeouts", AWS SDK for Rust).
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3100);

/// Region, credentials and endpoint overrides (`AWS_ENDPOINT_URL_SQS`, …) of the environment, where Lambda puts them. The SDK's
/// own loader also looks for profiles, roles and metadata services, which no function of Lambda has and every program would
/// carry.
///
/// # Panics
/// Never: the context of TLS is built of constants.
pub fn sdk_config() -> SdkConfig {
    let roots = TrustStore::empty().with_pem_certificate(ROOTS);
    #[expect(clippy::expect_used, reason = "built of constants, and `the_roots_are_public_ones` reads them")]
    let context = TlsContext::builder().with_trust_store(roots).build().expect("a context of constants");
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let http = Builder::new().tls_provider(provider).tls_context(context).build_https();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(setting("AWS_REGION").map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .service_config(Environment)
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .http_client(http)
        .build()
}

/// What is set for one service, or for all.
#[derive(Debug)]
struct Environment;

impl LoadServiceConfig for Environment {
    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER` before `AWS_ENDPOINT_URL` (AWS SDKs and Tools, "Service-specific endpoints").
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        setting(&format!("{}_{service}", key.env())).or_else(|| setting(key.env()))
    }
}

#[expect(clippy::disallowed_methods, reason = "settings of AWS's, which its SDKs read themselves elsewhere")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
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
