//! The routes of the figures, on functions that exist only for their documentation.

#![expect(dead_code, reason = "read by the macros only")]

use chrono::NaiveDate;
use read_analytics::{api::AnalyticsAnswer, platform_api::PlatformAnalyticsAnswer};
use utoipa::{IntoParams, ToSchema};

use super::routes::InWorkspace;

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct DaysOfZone {
    /// First day, in the time zone. Without it: thirty days with `to`.
    #[param(required = false, nullable = false, example = "2026-01-01")]
    from: Option<NaiveDate>,
    /// Last day, included; at most 366 days after `from`. Without it: today.
    #[param(required = false, nullable = false, example = "2026-01-31")]
    to: Option<NaiveDate>,
    /// Whose days they are: a name of the time zone database. Without it: UTC.
    #[param(required = false, nullable = false, example = "America/Chicago")]
    time_zone: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct DaysOfUtc {
    /// First day (UTC). Without it: thirty days with `to`.
    #[param(required = false, nullable = false, example = "2026-01-01")]
    from: Option<NaiveDate>,
    /// Last day, included; at most 366 days after `from`. Without it: today.
    #[param(required = false, nullable = false, example = "2026-01-31")]
    to: Option<NaiveDate>,
}

/// What a file has a row for.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Report {
    /// Each day, department and service.
    Days,
    /// Each message, call and month of a number.
    Charges,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichReport {
    /// What the file has a row for. Without it: days.
    #[param(required = false, value_type = Report)]
    report: Option<Report>,
    /// Of the next page: the header `Link` with `rel="next"` has the whole address.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// Reads the workspace's figures.
///
/// Volume by day, department and channel, delivery, response time, calls, costs, and the month so far with a forecast.
/// Always exact, also for what happened a moment ago. For any member; revenue for administrators, null for others.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/analytics",
    operation_id = "readAnalytics",
    tag = "Analytics",
    params(InWorkspace, DaysOfZone),
    responses((status = 200, description = "The figures.", body = AnalyticsAnswer, example = json!({
        "analytics": {
            "from": "2026-01-01",
            "to": "2026-01-31",
            "timeZone": "America/Chicago",
            "days": [{
                "date": "2026-01-15",
                "numberType": "primary",
                "channel": "sms",
                "inbound": 1,
                "outbound": 2,
                "delivered": 1,
                "failed": 1,
                "answered": 0,
                "missed": 0,
                "voicemail": 0,
                "units": 3,
                "costMicros": 7900,
            }],
            "messages": {
                "inbound": 1,
                "outbound": 2,
                "open": 0,
                "sent": 0,
                "delivered": 1,
                "undelivered": 0,
                "failed": 1,
                "canceled": 0,
                "deliveryRate": 0.5,
                "failureRate": 0.5,
            },
            "calls": {
                "inbound": 0,
                "outbound": 0,
                "answered": 0,
                "missed": 0,
                "voicemail": 0,
                "failed": 0,
                "minutes": 0,
            },
            "responseTime": { "answers": 1, "medianSeconds": 61, "p90Seconds": 61 },
            "topErrors": [{
                "code": "21610",
                "count": 1,
                "cause": "The customer has opted out of texts from this number.",
                "advice": "Do not text this customer; call or mail instead.",
            }],
            "money": {
                "byService": [
                    {
                        "service": "number",
                        "units": 1,
                        "costMicros": 1_000_000,
                        "estimatedCostMicros": 0,
                        "revenueMicros": 0,
                    },
                    {
                        "service": "sms",
                        "units": 3,
                        "costMicros": 7900,
                        "estimatedCostMicros": 7900,
                        "revenueMicros": 20000,
                    },
                ],
                "subscriptionRevenueMicros": 49_000_000,
                "costMicros": 1_007_900,
                "estimatedCostMicros": 7900,
                "revenueMicros": 49_020_000,
                "marginMicros": 48_012_100,
            },
            "monthToDate": {
                "from": "2026-02-01",
                "to": "2026-02-01",
                "costMicros": 0,
                "revenueMicros": 0,
                "forecastCostMicros": null,
                "forecastRevenueMicros": null,
            },
        },
    }))),
)]
pub fn read_analytics() {}

/// Reads the platform's figures.
///
/// How well paying workspaces get their numbers, what each costs and earns, and the carrier's bill against ours, by days of
/// UTC. For the people and organisations that the platform is configured with, in person; for everybody else the route
/// does not exist.
#[utoipa::path(
    get,
    path = "/api/admin/analytics",
    operation_id = "readPlatformAnalytics",
    tag = "Analytics",
    params(DaysOfUtc),
    responses((status = 200, description = "The figures.", body = PlatformAnalyticsAnswer, example = json!({
        "analytics": {
            "from": "2026-01-01",
            "to": "2026-01-31",
            "provisioning": {
                "paidWorkspaces": 2,
                "paidWorkspacesWithNumber": 2,
                "successRate": 1.0,
                "attempts": 3,
                "succeeded": 2,
                "succeededFirstTime": 2,
                "failed": 1,
                "firstTimeRate": 0.6667,
                "failureReasons": [{ "code": "no_numbers_available", "count": 1 }],
            },
            "money": {
                "byService": [{ "service": "sms", "units": 3, "costMicros": 7900, "revenueMicros": 20000 }],
                "subscriptionRevenueMicros": 49_000_000,
                "costMicros": 7900,
                "estimatedCostMicros": 7900,
                "revenueMicros": 49_020_000,
                "marginMicros": 49_012_100,
            },
            "workspaces": [{
                "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10",
                "name": "Prairie Plumbing",
                "subscriptionTier": "professional",
                "deleted": false,
                "costMicros": 7900,
                "subscriptionRevenueMicros": 49_000_000,
                "usageRevenueMicros": 20000,
                "revenueMicros": 49_020_000,
                "marginMicros": 49_012_100,
            }],
            "numbers": {
                "active": 2,
                "suspended": 0,
                "released": 1,
                "messagingPending": 0,
                "messagingFailed": 0,
                "expectedMonthlyCostMicros": 2_000_000,
            },
            "topErrors": [],
            "reconciliation": {
                "days": [{ "day": "2026-01-15", "service": "sms", "ourMicros": 15800, "carrierMicros": 16200 }],
                "differences": [{
                    "day": "2026-01-15",
                    "service": "sms",
                    "phoneNumber": "+14052010100",
                    "workspaceId": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10",
                    "cause": "price_differs",
                    "events": 1,
                    "ourMicros": 7900,
                    "carrierMicros": 8300,
                    "examples": ["9ee38635-899a-490a-bfd1-9e72f5eea53c"],
                }],
                "variance": 0.0253,
            },
        },
    }))),
)]
pub fn read_platform_analytics() {}

/// Exports the workspace's figures as CSV.
///
/// A file (RFC 4180, UTF-8) of days or of charges, in pages of 20 000 rows: while there is more, `Link` names the next page,
/// and only the first one has a header line, so that the pages put together are one file. Money is in dollars. For any
/// member; the column of revenue is empty for those who are not administrators.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/analytics/export",
    operation_id = "exportAnalytics",
    tag = "Analytics",
    params(InWorkspace, DaysOfZone, WhichReport),
    responses((
        status = 200,
        description = "A page of the file.",
        content_type = "text/csv; charset=utf-8",
        body = String,
        headers(("Link" = String, description = "The next page, when there is one: `<address>; rel=\"next\"`.")),
        example = json!("date,department,service,inbound\r\n2026-01-15,primary,sms,1\r\n")
    )),
)]
pub fn export_analytics() {}
