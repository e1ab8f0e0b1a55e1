use serde::Serialize;

use crate::domain::{PhoneNumber, SubscriptionTier, WorkspaceId};

/// A workspace and what its plan allows.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Workspace {
    /// Its id; the Clerk organisation id works in paths as well.
    pub id: WorkspaceId,
    /// Name of the organisation.
    pub name: String,
    /// What it pays for.
    pub subscription_tier: SubscriptionTier,
    /// Own numbers that the plan allows.
    pub number_limit: i64,
    /// Own numbers and open reservations.
    pub numbers_used: i64,
    /// The shared number, sender of last resort.
    pub platform_number: PhoneNumber,
}
