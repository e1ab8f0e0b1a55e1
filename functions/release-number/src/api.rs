//! Body of the answer.

use serde::Serialize;
use shared::api::PhoneNumber;

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReleaseNumberAnswer {
    /// The number as it is now: released.
    pub phone_number: PhoneNumber,
    /// What cannot be done with it any more.
    pub notice: &'static str,
}
