//! Clients of the local SQS and Secrets Manager server, and the ids that it uses.

use anyhow::{Context, Result};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::functions::LOCAL_CREDENTIAL;
use crate::template::{Bucket, CorsRule};

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

    /// Creates a bucket, or finds it there already. Two requests, so the S3 SDK is not worth compiling for them.
    pub async fn create_bucket(&self, bucket: &Bucket) -> Result<()> {
        let name = &bucket.name;
        self.put_s3(name, String::new()).await.with_context(|| format!("cannot create the bucket {name}"))?;
        if !bucket.cors.is_empty() {
            let cors = self.put_s3(&format!("{name}?cors"), cors_document(&bucket.cors)).await;
            cors.with_context(|| format!("cannot set the CORS rules of the bucket {name}"))?;
        }
        Ok(())
    }

    async fn put_s3(&self, path: &str, body: String) -> Result<()> {
        let url = format!("{}/{path}", self.endpoint);
        // The server tells services apart by the credential scope when the path alone is ambiguous.
        let authorization = format!("AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/s3/aws4_request");
        let request = crate::http::client()?.put(url).header("authorization", authorization).body(body);
        request.send().await?.error_for_status()?;
        Ok(())
    }
}

/// The body of `PutBucketCors` (Amazon S3). Origins, methods and header names have no character that XML would mind.
fn cors_document(rules: &[CorsRule]) -> String {
    let elements = |name: &str, values: &[String]| {
        values.iter().map(|value| format!("<{name}>{value}</{name}>")).collect::<Vec<_>>().concat()
    };
    let rule = |rule: &CorsRule| {
        let age = rule.max_age.map(|age| format!("<MaxAgeSeconds>{age}</MaxAgeSeconds>")).unwrap_or_default();
        let (methods, origins) = (elements("AllowedMethod", &rule.methods), elements("AllowedOrigin", &rule.origins));
        let headers = elements("AllowedHeader", &rule.headers);
        format!("<CORSRule>{methods}{origins}{headers}{age}</CORSRule>")
    };
    format!("<CORSConfiguration>{}</CORSConfiguration>", rules.iter().map(rule).collect::<String>())
}
