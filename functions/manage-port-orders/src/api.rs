//! Bodies of the routes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::{
    api::{PortOrder, PortOrderSummary},
    domain::WorkspaceId,
};
use url::Url;

/// What the carrier has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PortAnswer {
    /// The losing carrier refused it.
    Rejected,
    /// There is a FOC date, or another one.
    Scheduled,
    /// The numbers have moved.
    Completed,
    /// It is called off at the carrier.
    Cancelled,
}

/// The carrier's answer to an order.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerPortOrderRequest {
    /// What it is.
    pub answer: PortAnswer,
    /// The version of the order that is on the screen.
    pub version: i32,
    /// Why; `rejected` and `cancelled` need it. The workspace reads it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
    /// The day on which the numbers move; `scheduled` needs it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    pub foc_date: Option<String>,
    /// What the carrier calls the order.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub carrier_reference: Option<String>,
}

/// Whose an order is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortOrderWorkspace {
    /// The workspace.
    pub id: WorkspaceId,
    /// The name of its organisation.
    pub name: String,
}

/// An order in the operator's list.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OperatorPortOrderSummary {
    /// The order.
    pub port_order: PortOrderSummary,
    /// Whose it is.
    pub workspace: PortOrderWorkspace,
}

/// The operator's list.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OperatorPortOrdersPage {
    /// Newest first.
    pub port_orders: Vec<OperatorPortOrderSummary>,
    /// Gives the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// One line of the form in the carrier's dashboard.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DashboardField {
    /// What is asked there.
    pub label: &'static str,
    /// What to enter; empty when the order has nothing.
    pub value: String,
}

/// One order, for the operator.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OperatorPortOrderAnswer {
    /// The order, with PIN, account number and the addresses of the documents.
    pub port_order: PortOrder,
    /// Whose it is.
    pub workspace: PortOrderWorkspace,
    /// What to enter in the carrier's dashboard (Phone Numbers, Port Requests), in the order of the form.
    pub dashboard: Vec<DashboardField>,
}

/// Where an exported order can be fetched.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortOrderExport {
    /// A ZIP file. Whoever has the address can read it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub url: Url,
    /// Until when; the file itself is deleted within the hour after.
    pub expires_at: DateTime<Utc>,
}
