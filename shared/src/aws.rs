//! One way to reach AWS: TLS by ring, credentials and endpoints from the environment.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::{Builder, tls};

/// Loads region, credentials and endpoint overrides (`AWS_ENDPOINT_URL_SQS`, …) from the environment.
pub async fn sdk_config() -> SdkConfig {
    let http = Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}
