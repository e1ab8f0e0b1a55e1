//! The bucket (Amazon S3): private, written by workers and by members' uploads, read by members and by the carrier through
//! addresses that expire.

use std::{sync::OnceLock, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_sqs::config::ProvideCredentials;
use aws_types::service_config::ServiceConfigKey;
use reqwest::{StatusCode, header};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use url::Url;

use crate::{
    domain::{Document, Upload},
    http_client::{self, HttpClientError, TimeLimits},
};

/// How long an address of an object works.
pub const ADDRESS_LIFETIME: Duration = Duration::from_mins(15);
/// How long a member has to begin an upload.
const UPLOAD_LIFETIME: Duration = Duration::from_mins(10);
/// How long the carrier can fetch a file: as long as it keeps trying to send (SignalWire, Messages, create:
/// `ValidityPeriod`), or until the function's credentials expire, which the carrier's usual seconds never wait for.
const CARRIER_LIFETIME: Duration = Duration::from_hours(4);
/// How long a request of our own may be under way.
const REQUEST_LIFETIME: Duration = Duration::from_mins(1);

/// The bucket did not take or give an object.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There are no credentials, or no region.
    #[error("the bucket cannot be reached: {0}")]
    NotConfigured(String),
    /// No answer.
    #[error("the bucket did not answer")]
    Transport(#[source] reqwest::Error),
    /// A negative answer.
    #[error("the bucket refused the object (HTTP {status})")]
    Refused {
        /// Of the answer.
        status: u16,
    },
    /// An object that is larger than what it was stored as.
    #[error("the object is larger than {most} bytes")]
    TooLarge {
        /// What was asked for.
        most: u64,
    },
}

/// One bucket. Credentials are read at the first use, and again when they expire.
pub struct Storage {
    name: String,
    http: reqwest::Client,
    sdk: OnceLock<SdkConfig>,
}

impl Storage {
    /// The bucket of this name.
    ///
    /// # Errors
    /// [`HttpClientError`]; never because of the network.
    pub fn new(name: impl Into<String>, limits: TimeLimits) -> Result<Self, HttpClientError> {
        Ok(Self { name: name.into(), http: http_client::build(limits)?, sdk: OnceLock::new() })
    }

    /// Stores an object; a second time it takes the place of the first.
    ///
    /// # Errors
    /// [`StorageError`]; the object may be there or not.
    pub async fn put(&self, key: &str, content_type: &str, content: Vec<u8>) -> Result<(), StorageError> {
        let (bucket, credentials) = self.signer().await?;
        let mut action = bucket.put_object(Some(&credentials), key);
        action.headers_mut().insert("content-type", content_type);
        let request = self.http.put(action.sign(REQUEST_LIFETIME)).header(header::CONTENT_TYPE, content_type);
        let response = request.body(content).send().await.map_err(|e| StorageError::Transport(e.without_url()))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(StorageError::Refused { status: status.as_u16() }),
        }
    }

    /// How large an object is; `None` when there is none.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is known then.
    pub async fn size(&self, key: &str) -> Result<Option<u64>, StorageError> {
        let (bucket, credentials) = self.signer().await?;
        let url = bucket.head_object(Some(&credentials), key).sign(REQUEST_LIFETIME);
        let response = self.http.head(url).send().await.map_err(|e| StorageError::Transport(e.without_url()))?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => {
                let length = response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
                Ok(length.and_then(|length| length.parse().ok()))
            }
            status => Err(StorageError::Refused { status: status.as_u16() }),
        }
    }

    /// What an object holds, of which no more than `most` bytes are read; `None` when there is none.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is known then.
    pub async fn get(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, StorageError> {
        let (bucket, credentials) = self.signer().await?;
        let url = bucket.get_object(Some(&credentials), key).sign(REQUEST_LIFETIME);
        let mut response = self.http.get(url).send().await.map_err(|e| StorageError::Transport(e.without_url()))?;
        match response.status() {
            StatusCode::NOT_FOUND => return Ok(None),
            status if status.is_success() => {}
            status => return Err(StorageError::Refused { status: status.as_u16() }),
        }
        let most_here = usize::try_from(most).unwrap_or(usize::MAX);
        let mut content = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| StorageError::Transport(e.without_url()))? {
            if chunk.len() > most_here - content.len() {
                return Err(StorageError::TooLarge { most });
            }
            content.extend_from_slice(&chunk);
        }
        Ok(Some(content))
    }

    /// Deletes an object; one that is not there is deleted.
    ///
    /// # Errors
    /// [`StorageError`]; the object may be there or not.
    pub async fn delete(&self, key: &str) -> Result<(), StorageError> {
        let (bucket, credentials) = self.signer().await?;
        let url = bucket.delete_object(Some(&credentials), key).sign(REQUEST_LIFETIME);
        let response = self.http.delete(url).send().await.map_err(|e| StorageError::Transport(e.without_url()))?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(()),
            status if status.is_success() => Ok(()),
            status => Err(StorageError::Refused { status: status.as_u16() }),
        }
    }

    /// An address at which anybody can read this one object for a quarter of an hour. A browser shows what is a picture,
    /// a sound or a film, and saves anything else.
    ///
    /// # Errors
    /// [`StorageError::NotConfigured`].
    pub async fn address(&self, key: &str, content_type: &str) -> Result<Url, StorageError> {
        let (bucket, credentials) = self.signer().await?;
        let mut action = bucket.get_object(Some(&credentials), key);
        let kind = content_type.split('/').next().unwrap_or_default();
        let disposition = if ["image", "audio", "video"].contains(&kind) { "inline" } else { "attachment" };
        action.query_mut().insert("response-content-disposition", disposition);
        Ok(action.sign(ADDRESS_LIFETIME))
    }

    /// An address that takes this upload for ten minutes, and nothing else: type and size are signed.
    ///
    /// # Errors
    /// [`StorageError::NotConfigured`].
    pub async fn upload_address(&self, upload: &Upload) -> Result<Url, StorageError> {
        let (bucket, credentials) = self.signer().await?;
        let key = upload.key();
        let mut action = bucket.put_object(Some(&credentials), &key);
        action.headers_mut().insert("content-length", upload.byte_size.to_string());
        action.headers_mut().insert("content-type", upload.content_type.as_str());
        Ok(action.sign(UPLOAD_LIFETIME))
    }

    /// The same for a document.
    ///
    /// # Errors
    /// [`StorageError::NotConfigured`].
    pub async fn document_upload_address(&self, document: &Document) -> Result<Url, StorageError> {
        let (bucket, credentials) = self.signer().await?;
        let mut action = bucket.put_object(Some(&credentials), &document.key);
        action.headers_mut().insert("content-length", document.byte_size.to_string());
        action.headers_mut().insert("content-type", document.content_type.as_str());
        Ok(action.sign(UPLOAD_LIFETIME))
    }

    /// An address at which the carrier can fetch this one object for as long as it tries to send it.
    ///
    /// # Errors
    /// [`StorageError::NotConfigured`].
    pub async fn carrier_address(&self, key: &str) -> Result<Url, StorageError> {
        let (bucket, credentials) = self.signer().await?;
        Ok(bucket.get_object(Some(&credentials), key).sign(CARRIER_LIFETIME))
    }

    /// Where an object lies: an address that stays, by which it is spoken of, and at which nobody can read it.
    ///
    /// # Errors
    /// [`StorageError::NotConfigured`].
    pub fn location(&self, key: &str) -> Result<Url, StorageError> {
        let bucket = self.bucket(self.sdk.get_or_init(crate::aws::sdk_config))?;
        Ok(bucket.object_url(key))
    }

    /// The key of the object that lies at an address; `None` when the address is not in this bucket. A signature is passed
    /// over.
    ///
    /// # Errors
    /// [`StorageError::NotConfigured`].
    pub fn key_at(&self, address: &Url) -> Result<Option<String>, StorageError> {
        let base = self.location("")?;
        let same_place = address.origin() == base.origin();
        Ok(address.path().strip_prefix(base.path()).filter(|_| same_place).map(str::to_owned))
    }

    async fn signer(&self) -> Result<(Bucket, Credentials), StorageError> {
        let not_configured = |problem: &dyn std::fmt::Display| StorageError::NotConfigured(problem.to_string());
        let sdk = self.sdk.get_or_init(crate::aws::sdk_config);
        let provider = sdk.credentials_provider().ok_or_else(|| not_configured(&"no credentials"))?;
        let found = provider.provide_credentials().await.map_err(|error| not_configured(&error))?;
        let credentials = match found.session_token() {
            Some(token) => Credentials::new_with_token(found.access_key_id(), found.secret_access_key(), token),
            None => Credentials::new(found.access_key_id(), found.secret_access_key()),
        };
        Ok((self.bucket(sdk)?, credentials))
    }

    fn bucket(&self, sdk: &SdkConfig) -> Result<Bucket, StorageError> {
        let not_configured = |problem: &dyn std::fmt::Display| StorageError::NotConfigured(problem.to_string());
        let region = sdk.region().ok_or_else(|| not_configured(&"no region"))?.to_string();
        // Another endpoint than AWS's has no host name per bucket.
        let (endpoint, style) = match endpoint(sdk) {
            Some(endpoint) => (endpoint, UrlStyle::Path),
            None => (format!("https://s3.{region}.amazonaws.com"), UrlStyle::VirtualHost),
        };
        let endpoint = Url::parse(&endpoint).map_err(|error| not_configured(&error))?;
        Bucket::new(endpoint, style, self.name.clone(), region).map_err(|error| not_configured(&error))
    }
}

/// `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, as the AWS SDKs read them (AWS SDKs and Tools, service-specific endpoints).
fn endpoint(sdk: &SdkConfig) -> Option<String> {
    let key =
        ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok()?;
    sdk.service_config().and_then(|config| config.load_config(key)).or_else(|| sdk.endpoint_url().map(str::to_owned))
}
