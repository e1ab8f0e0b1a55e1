use serde::Serialize;
use tokio_postgres::GenericClient;

use crate::{
    config::BusinessConfig,
    db::{self, DbError, numbers, workspaces},
    domain::{PhoneNumber, QuietHours, Retention, SubscriptionTier, WorkspaceId},
};

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
    /// When customers are not disturbed, by the customer's own clock: texts and WhatsApp messages wait until it is over.
    /// Null: they never wait.
    pub quiet_hours: Option<QuietHours>,
    /// For how many days the workspace wants what kept. Null: as `retentionDefaults` says.
    pub retention: Retention,
    /// For how many days the platform keeps what where the workspace does not say. Null: for ever.
    pub retention_defaults: Retention,
}

impl Workspace {
    /// The workspace as it is now.
    pub async fn describe(
        client: &impl GenericClient,
        workspace: &db::workspaces::Workspace,
        business: &BusinessConfig,
        platform_number: &PhoneNumber,
    ) -> Result<Self, DbError> {
        Ok(Self {
            id: workspace.id,
            name: workspace.name.clone(),
            subscription_tier: workspace.tier,
            number_limit: business.plan(workspace.tier).number_limit,
            numbers_used: numbers::count_against_limit(client, workspace.id).await?,
            platform_number: platform_number.clone(),
            quiet_hours: workspaces::get_quiet_hours(client, workspace.id).await?,
            retention: workspaces::get_retention(client, workspace.id).await?,
            retention_defaults: business.retention(),
        })
    }
}
