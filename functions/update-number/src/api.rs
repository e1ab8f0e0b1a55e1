//! Bodies of the route.

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use shared::domain;
use shared::{
    api::PhoneNumber,
    domain::{CallFlow, Edit},
};

/// The request: at least one of its members.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateNumberRequest {
    /// What to call it, 1 to 64 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub friendly_name: Option<String>,
    /// Its department; `primary` makes the present primary number `custom`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::NumberType>))]
    pub number_type: Option<String>,
    /// What happens to calls; null makes it the default, a greeting and a voicemail.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<CallFlow>))]
    pub voice: Edit<CallFlow>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateNumberAnswer {
    /// The number as it is now.
    pub phone_number: PhoneNumber,
}
