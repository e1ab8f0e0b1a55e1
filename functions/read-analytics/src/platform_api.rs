//! Body of the platform's analytics.

use chrono::NaiveDate;
use serde::Serialize;
use shared::domain::{Service, SubscriptionTier, WorkspaceId};

use crate::api::ErrorCount;

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlatformAnalyticsAnswer {
    /// The figures.
    pub analytics: PlatformAnalytics,
}

/// The platform during some days of UTC.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlatformAnalytics {
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    /// Getting numbers for those who pay.
    pub provisioning: ProvisioningFigures,
    /// Costs and revenue of all workspaces and of the platform itself.
    pub money: PlatformMoney,
    /// Each workspace, the one that earns least first; at most a thousand.
    pub workspaces: Vec<WorkspaceMoney>,
    /// Numbers as they are now.
    pub numbers: NumberFigures,
    /// Why messages and calls failed, the most frequent first.
    pub top_errors: Vec<ErrorCount>,
    /// The carrier's bill against ours.
    pub reconciliation: ReconciliationFigures,
}

/// How well workspaces get their numbers.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProvisioningFigures {
    /// Workspaces whose plan has own numbers, now.
    pub paid_workspaces: i64,
    /// Those of them that have one.
    pub paid_workspaces_with_number: i64,
    /// The second as a share (0 to 1) of the first; null when nobody pays.
    pub success_rate: Option<f64>,
    /// Attempts that were begun in the time.
    pub attempts: i64,
    /// Those of them that got a number.
    pub succeeded: i64,
    /// Those of them that got it at the first go.
    pub succeeded_first_time: i64,
    /// Those that failed.
    pub failed: i64,
    /// The first-time successes as a share (0 to 1) of the attempts that are over.
    pub first_time_rate: Option<f64>,
    /// Why attempts failed, the most frequent first.
    pub failure_reasons: Vec<FailureReason>,
}

/// How often attempts failed for one reason.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailureReason {
    /// The stable code of the provisioning.
    pub code: String,
    /// Attempts.
    pub count: i64,
}

/// Costs and revenue, in micro-dollars.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlatformMoney {
    /// By what is charged for. `registration` is the platform's own.
    pub by_service: Vec<PlatformServiceMoney>,
    /// What subscriptions earned.
    pub subscription_revenue_micros: i64,
    /// All costs.
    pub cost_micros: i64,
    /// The part of them that the carrier has not said yet.
    pub estimated_cost_micros: i64,
    /// All revenue.
    pub revenue_micros: i64,
    /// Revenue less costs.
    pub margin_micros: i64,
}

/// What one service cost and earned.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlatformServiceMoney {
    /// The channel, or what numbers cost by themselves.
    pub service: Service,
    /// Segments, minutes, messages or months.
    pub units: i64,
    /// The carrier's prices, and estimates where there is none yet.
    pub cost_micros: i64,
    /// What workspaces are charged for it.
    pub revenue_micros: i64,
}

/// What one workspace cost and earned, in micro-dollars.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceMoney {
    /// The workspace.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its plan, now.
    pub subscription_tier: SubscriptionTier,
    /// Its organisation is gone.
    pub deleted: bool,
    /// All its costs.
    pub cost_micros: i64,
    /// What its subscription earned.
    pub subscription_revenue_micros: i64,
    /// What messages, calls and numbers earned on top.
    pub usage_revenue_micros: i64,
    /// Both.
    pub revenue_micros: i64,
    /// Revenue less costs.
    pub margin_micros: i64,
}

/// Numbers by what they are.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NumberFigures {
    /// In use.
    pub active: i64,
    /// Not covered by the plan any more.
    pub suspended: i64,
    /// Given back.
    pub released: i64,
    /// Active ones that cannot text yet.
    pub messaging_pending: i64,
    /// Active ones whose registration was refused.
    pub messaging_failed: i64,
    /// What the carrier takes for the active and suspended ones in a month, in micro-dollars.
    pub expected_monthly_cost_micros: i64,
}

/// The carrier's bill against ours.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReconciliationFigures {
    /// The days that were compared.
    pub days: Vec<ReconciledDay>,
    /// What differs and was not resolved; at most a thousand, the latest first.
    pub differences: Vec<Difference>,
    /// The carrier's sum less ours, as a share of ours, over all days; null when we expected nothing.
    pub variance: Option<f64>,
}

/// One day of one service.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReconciledDay {
    /// The day (UTC).
    pub day: NaiveDate,
    /// `sms`, `voice` or `number`.
    pub service: Service,
    /// What we expected.
    pub our_micros: i64,
    /// What the carrier says.
    pub carrier_micros: i64,
}

/// One difference.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The day (UTC).
    pub day: NaiveDate,
    /// `sms`, `voice` or `number`.
    pub service: Service,
    /// Our number.
    pub phone_number: String,
    /// Its workspace, when it has one.
    pub workspace_id: Option<WorkspaceId>,
    /// `missing_here`, `missing_there`, `price_differs` or `billing_date_differs`.
    pub cause: String,
    /// Messages, calls or numbers.
    pub events: i64,
    /// What we expected for them.
    pub our_micros: i64,
    /// What the carrier says.
    pub carrier_micros: i64,
    /// The carrier's ids of some of them.
    pub examples: Vec<String>,
}
