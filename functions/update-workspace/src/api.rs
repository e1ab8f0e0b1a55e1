//! Bodies of the route.

use serde::{Deserialize, Serialize};
use shared::{api::Workspace, domain::Edit};

/// The request.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateWorkspaceRequest {
    /// When customers are not disturbed, by the customer's own clock; null: never.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<QuietHoursRequest>))]
    pub quiet_hours: Edit<QuietHoursRequest>,
}

/// The hours as somebody writes them.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuietHoursRequest {
    /// When they begin, `HH:MM`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = true, example = "21:00"))]
    pub start: Option<String>,
    /// When they end, `HH:MM`; earlier than `start`: on the next day. Six hours of the day must be left.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = true, example = "08:00"))]
    pub end: Option<String>,
    /// Whether an answer to a customer who wrote within the last 24 hours goes out at any time; it does unless this says no.
    pub exempt_replies: Option<bool>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateWorkspaceAnswer {
    /// The workspace as it is now.
    pub workspace: Workspace,
}
