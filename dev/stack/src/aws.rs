//! Clients of the local SQS and Secrets Manager server, and the ids that it uses.

use anyhow::{Context, Result};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::functions::LOCAL_CREDENTIAL;

pub const REGION: &str = "us-east-1";

/// The account of the moto server's resources.
pub const ACCOUNT_ID: &str = "123456789012";

pub struct Aws {
    pub sqs: aws_sdk_sqs::Client,
    pub secrets: aws_sdk_secretsmanager::Client,
    endpoint: String,
}

impl Aws {
    pub fn new(endpoint: &str) -> Self {
        let http =
            aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let credentials = Credentials::new(LOCAL_CREDENTIAL, LOCAL_CREDENTIAL, None, None, "local");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(endpoint)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http)
            .build();
        Self {
            sqs: aws_sdk_sqs::Client::new(&config),
            secrets: aws_sdk_secretsmanager::Client::new(&config),
            endpoint: endpoint.to_owned(),
        }
    }

    /// Creates a bucket, or finds it there already. One request, so the S3 SDK is not worth compiling for it.
    pub async fn create_bucket(&self, name: &str) -> Result<()> {
        let url = format!("{}/{name}", self.endpoint);
        // The server tells services apart by the credential scope when the path alone is ambiguous.
        let authorization = format!("AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/s3/aws4_request");
        let request = crate::http::client()?.put(url).header("authorization", authorization);
        request.send().await?.error_for_status().with_context(|| format!("cannot create the bucket {name}"))?;
        Ok(())
    }
}
