//! What a registration costs the workspace.

use serde::{Deserialize, Serialize};

use crate::domain::text_enum::text_enum;

text_enum! {
    /// What a campaign's month is priced by.
    pub enum CampaignClass {
        /// Most campaigns.
        Standard => "standard",
        /// Few texts.
        LowVolume => "low_volume",
        /// Of a charity.
        Charity => "charity",
    }
}

/// What a submission costs, in cents. What the caller states must be this.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fees {
    /// Once, for the company; nothing when it is verified already.
    pub brand_cents: i64,
    /// Once, for the review of the campaign.
    pub campaign_vetting_cents: i64,
    /// Each month from the approval on.
    pub campaign_monthly_cents: i64,
}
