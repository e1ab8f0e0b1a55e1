//! Bodies of the route.

use serde::{Deserialize, Serialize};
use shared::domain::UploadType;
use url::Url;

/// The file that is to be uploaded.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadMediaRequest {
    /// What it is. The upload says the same, and so does the carrier to the receiver.
    #[cfg_attr(feature = "openapi", schema(value_type = UploadType))]
    pub content_type: String,
    /// How large it is, exactly.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_200_000))]
    pub byte_size: u64,
    /// What it is called; the receiver may see it.
    pub file_name: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadMediaAnswer {
    /// How to upload it.
    pub upload: UploadRequest,
    /// Goes into `mediaUrls` of a send, once it is uploaded. Nobody else can read it or send it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub media_url: Url,
}

/// A request that the bucket takes for ten minutes.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadRequest {
    /// Where to.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub url: Url,
    /// Which method.
    pub method: &'static str,
    /// Which headers it must have, beside the ones that a browser sets by itself.
    pub headers: UploadHeaders,
}

/// Signed, like the size of the file, which is the header that a browser sets by itself.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadHeaders {
    /// The type of the file.
    #[serde(rename = "content-type")]
    pub content_type: UploadType,
}
