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
    /// How long things are kept.
    #[serde(default)]
    pub retention: Option<RetentionRequest>,
}

/// For how many days what is kept; null: as the platform does. What is older than that is deleted within minutes, and cannot be
/// brought back.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetentionRequest {
    /// Messages and calls, with their files, recordings and transcriptions: 14 to 3650. Charges and figures stay.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 14, maximum = 3650))]
    pub message_days: Edit<i64>,
    /// Pictures and files of messages: 1 to 3650. The messages stay.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 1, maximum = 3650))]
    pub media_days: Edit<i64>,
    /// Recordings and voicemails: 1 to 3650. The calls stay, with what was understood.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 1, maximum = 3650))]
    pub recording_days: Edit<i64>,
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
