//! Bodies of the routes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::domain::{
    BrandDetails, CampaignDetails, Editable, Fees, Finding, OperatorTask, RegistrationId, RegistrationState,
    WorkspaceId,
};

/// What a workspace says: each part that is given takes the place of the stored one.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveRegistrationRequest {
    /// The company.
    pub brand: Option<BrandDetails>,
    /// What it wants to text.
    pub campaign: Option<CampaignDetails>,
}

/// What is to be checked and not stored.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckRegistrationRequest {
    /// The company.
    pub brand: BrandDetails,
    /// What it wants to text.
    pub campaign: CampaignDetails,
}

/// The answer to a check.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckRegistrationAnswer {
    /// What registries would refuse; nothing when it may be submitted.
    pub findings: Vec<Finding>,
    /// What it would cost.
    pub fees: RegistrationFees,
}

/// A submission.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmitRegistrationRequest {
    /// The fees as they were shown (`fees.dueNow`).
    pub agreed_fees: Fees,
}

/// What a registration costs, in cents.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationFees {
    /// Once, for the company.
    pub brand_cents: i64,
    /// For the company once more, after a correction.
    pub brand_resubmission_cents: i64,
    /// For the review of a campaign.
    pub campaign_vetting_cents: i64,
    /// For a month of the campaign, from the approval on.
    pub campaign_monthly_cents: i64,
    /// What a submission costs now.
    pub due_now: Fees,
}

/// Where the workspace's US local numbers are.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegisteredNumbers {
    /// With the workspace's own campaign.
    pub own: i64,
    /// On their way there; they cannot text meanwhile.
    pub moving: i64,
    /// With the platform's campaign, or with none yet.
    pub platform: i64,
    /// Most numbers that the own campaign takes.
    pub limit: i64,
    /// Those that stay where they are because it has no room.
    pub waiting_for_room: i64,
}

/// A workspace's registration.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Its id; null before anything was saved.
    pub id: Option<RegistrationId>,
    /// Where it stands.
    pub state: RegistrationState,
    /// Why it was refused, as soon as somebody knows.
    pub reason: Option<String>,
    /// What may be changed now.
    pub editable: Editable,
    /// The company.
    pub brand: BrandDetails,
    /// What it wants to text.
    pub campaign: CampaignDetails,
    /// What registries would refuse of that; nothing when it may be submitted.
    pub findings: Vec<Finding>,
    /// What it costs today.
    pub fees: RegistrationFees,
    /// What was agreed to at the last submission.
    pub agreed_fees: Option<Fees>,
    /// Since when the operator has to hand a correction of the company in.
    pub correction_requested_at: Option<DateTime<Utc>>,
    /// Where the numbers are.
    pub numbers: RegisteredNumbers,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When the registry verified the company.
    pub brand_verified_at: Option<DateTime<Utc>>,
    /// When the current campaign was first approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Every state that was entered, the oldest first.
    pub history: Vec<RegistrationEntry>,
}

/// A state that was entered.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Which.
    pub state: RegistrationState,
    /// Why, of a refusal.
    pub reason: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistrationAnswer {
    /// The registration as it is now.
    pub registration: Registration,
}

/// A workspace, as the operator sees it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisteredWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
}

/// A registration, as the operator sees it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AdminRegistration {
    /// Its id.
    pub id: RegistrationId,
    /// Whose it is.
    pub workspace: RegisteredWorkspace,
    /// Where it stands.
    pub state: RegistrationState,
    /// Why it was refused, as soon as somebody knows.
    pub reason: Option<String>,
    /// Whether the operator has to do something.
    pub needs_operator: bool,
    /// What.
    pub operator_task: Option<OperatorTask>,
    /// The company, to be entered at the carrier when that is the task.
    pub brand: BrandDetails,
    /// What it wants to text.
    pub campaign: CampaignDetails,
    /// What was agreed to at the last submission.
    pub agreed_fees: Option<Fees>,
    /// The carrier's id of the company.
    pub carrier_brand_id: Option<String>,
    /// The carrier's id of the current campaign.
    pub carrier_campaign_id: Option<String>,
    /// Since when a correction waits.
    pub correction_requested_at: Option<DateTime<Utc>>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Every state that was entered, the oldest first.
    pub history: Vec<RegistrationEntry>,
}

/// The operator's list.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdminRegistrationsAnswer {
    /// What changed last first.
    pub registrations: Vec<AdminRegistration>,
}

/// The answer to the operator.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdminRegistrationAnswer {
    /// The registration as it is now.
    pub registration: AdminRegistration,
}

/// What the operator has done or found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoteAction {
    /// The corrected company was handed in at the carrier.
    Resubmitted,
    /// Why it was refused.
    Reason,
}

/// A note of the operator.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoteRegistrationRequest {
    /// What was done or found out.
    pub action: NoteAction,
    /// Why it was refused; only with that action.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}
