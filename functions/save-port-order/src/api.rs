//! Bodies of the routes.

use std::fmt;

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use shared::domain;
use shared::{
    api::{PortDocument, PortOrder},
    domain::{Edit, PortAccountType, PortDocumentKind, ServiceAddress, UploadType},
};
use url::Url;

/// A new order, or what changes about one: what is absent stays as it is, null takes it away. A draft may leave anything
/// out; submission says what is missing.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavePortOrderRequest {
    /// The version that the change is about; not for a new order.
    pub version: Option<i32>,
    /// The numbers, at most 20; the list takes the place of the old one.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<PortNumberRequest>>, max_items = 20))]
    pub numbers: Edit<Vec<PortNumberRequest>>,
    /// The present provider.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub losing_carrier: Edit<String>,
    /// The account there.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 64))]
    pub account_number: Edit<String>,
    /// What the provider asks before it lets a number go.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 32))]
    pub pin: Edit<String>,
    /// Whose account it is; `business` unless this says otherwise.
    pub account_type: Option<PortAccountType>,
    /// The company, as the provider has it; a business needs it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub company_name: Edit<String>,
    /// Who may sign for the account.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub authorized_name: Edit<String>,
    /// The number that the provider bills (BTN): of the United States or Canada, as people write it or in E.164.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub billing_phone_number: Edit<String>,
    /// Where the lines are.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<ServiceAddress>))]
    pub service_address: Edit<ServiceAddress>,
    /// The date on the letter of authorisation; it counts for 30 days.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    pub loa_signed_on: Edit<String>,
}

/// It has a PIN.
impl fmt::Debug for SavePortOrderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SavePortOrderRequest")
    }
}

/// A number that is to be brought along.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PortNumberRequest {
    /// Of the United States or Canada, as people write it or in E.164.
    pub phone_number: String,
    /// Its department; `custom` by default. `primary` makes the present primary number `custom`, unless it is replaced.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::NumberType>))]
    pub number_type: Option<String>,
    /// What to call it, 1 to 64 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub friendly_name: Option<String>,
    /// A number of the workspace that it takes the place of: that one is given back when the order is completed, and its
    /// conversations go on with this one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::PhoneNumberId>))]
    pub replaces_phone_number_id: Option<String>,
}

/// Submits or cancels an order.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PortOrderVersionRequest {
    /// The version that is on the screen.
    pub version: i32,
}

/// A document that is to be uploaded.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadPortDocumentRequest {
    /// What it is; it takes the place of the one of the same kind.
    pub kind: PortDocumentKind,
    /// `application/pdf`, `image/png` or `image/jpeg`.
    #[cfg_attr(feature = "openapi", schema(value_type = UploadType))]
    pub content_type: String,
    /// How large it is, exactly.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5_000_000))]
    pub byte_size: u64,
    /// What it is called.
    pub file_name: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortOrderAnswer {
    /// The order as it is now.
    pub port_order: PortOrder,
}

/// The answer to the announcement of a document.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortDocumentAnswer {
    /// The document.
    pub document: PortDocument,
    /// How to upload it.
    pub upload: PortUpload,
    /// The order as it is now.
    pub port_order: PortOrder,
}

/// A request that the bucket takes for ten minutes.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortUpload {
    /// Where to.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub url: Url,
    /// Which method.
    pub method: &'static str,
    /// Which headers it must have, beside the ones that a browser sets by itself.
    pub headers: PortUploadHeaders,
}

/// Signed, like the size of the file, which is the header that a browser sets by itself.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortUploadHeaders {
    /// The type of the file.
    #[serde(rename = "content-type")]
    pub content_type: UploadType,
}
