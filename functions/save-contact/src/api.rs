//! Bodies of the routes.

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use shared::domain;
use shared::{api::Contact, domain::Edit};

/// A new contact, or what changes about one: what is absent stays as it is, null takes it away.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveContactRequest {
    /// Given name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100))]
    pub first_name: Edit<String>,
    /// Family name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100))]
    pub last_name: Edit<String>,
    /// Where the person works.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub company: Edit<String>,
    /// Mail address.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 254))]
    pub email: Edit<String>,
    /// Anything else.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 5000))]
    pub notes: Edit<String>,
    /// All numbers, in any format that people use; without a country code they are in the United States.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub phone_numbers: Option<Vec<String>>,
}

/// Which other contact is the same person.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeContactRequest {
    /// Its numbers and conversations move over, its names and notes fill what is empty, and it is listed no more.
    #[cfg_attr(feature = "openapi", schema(value_type = domain::ContactId))]
    pub contact_id: String,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactAnswer {
    /// The contact as it is now.
    pub contact: Contact,
}
