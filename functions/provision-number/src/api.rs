//! Bodies of the routes.

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use shared::domain;
use shared::{
    api::{PhoneNumber, Provisioning},
    domain::SearchStep,
};

/// The request. Without `areaCode` and `phoneNumber`, any number will do.
#[derive(Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvisionNumberRequest {
    /// Three digits. When it has no numbers, its state or province is searched, then the country.
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 3))]
    pub area_code: Option<String>,
    /// The one number that will do, in E.164, as a search has shown it; not together with `areaCode`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::PhoneNumber>))]
    pub phone_number: Option<String>,
    /// Its department; `primary` by default, which becomes `custom` when there is a primary number already.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::NumberType>))]
    pub number_type: Option<String>,
    /// What to call it, 1 to 64 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub friendly_name: Option<String>,
}

/// 201: the workspace has the number.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProvisionedAnswer {
    /// The number.
    pub phone_number: PhoneNumber,
    /// The step of the search that found it; `null` when it was asked for by name.
    pub search_step: Option<SearchStep>,
}

/// 202: reserved, and still being settled with the carrier.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AcceptedAnswer {
    /// How far it is; the list of numbers shows how it goes on.
    pub provisioning: Provisioning,
}
