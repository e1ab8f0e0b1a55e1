//! Body of the answer.

use serde::Serialize;
use shared::domain::{Capabilities, PhoneNumber};

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchNumbersAnswer {
    /// Numbers that could be bought a moment ago.
    pub available: Vec<AvailableNumber>,
}

/// A number on offer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AvailableNumber {
    /// E.164; order it by this.
    pub phone_number: PhoneNumber,
    /// City or rate centre, when the carrier names one.
    pub locality: Option<String>,
    /// State or province in two letters.
    pub region: Option<String>,
    /// What it can do. Texts of a US local number start some time after the purchase.
    pub capabilities: Capabilities,
    /// What it costs, in cents a month.
    pub monthly_cost_cents: i32,
}
