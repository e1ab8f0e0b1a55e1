//! Bodies of the route.

use serde::{Deserialize, Serialize};
use shared::api::PhoneNumber;

/// The request: at least one of both.
#[derive(Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateNumberRequest {
    /// What to call it, 1 to 64 characters.
    pub friendly_name: Option<String>,
    /// Its department; `primary` makes the present primary number `custom`.
    pub number_type: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateNumberAnswer {
    /// The number as it is now.
    pub phone_number: PhoneNumber,
}
