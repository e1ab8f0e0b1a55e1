//! Body of a workspace's analytics.

use chrono::NaiveDate;
use serde::Serialize;
use shared::domain::{Channel, NumberType, Service};

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnalyticsAnswer {
    /// The figures.
    pub analytics: Analytics,
}

/// What a workspace used during some days, how well it went, and what it cost.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Analytics {
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    /// Whose days these are.
    pub time_zone: String,
    /// Volume by day, department and channel; what did not happen has no row.
    pub days: Vec<DayVolume>,
    /// Messages of all days.
    pub messages: Messages,
    /// Calls of all days.
    pub calls: Calls,
    /// How long customers waited for the first answer of a person.
    pub response_time: ResponseTime,
    /// Why messages failed, the most frequent first.
    pub top_errors: Vec<ErrorCount>,
    /// What it cost and earned.
    pub money: Money,
    /// The current month in the same time zone, whatever days were asked for.
    pub month_to_date: MonthToDate,
}

/// What happened on one day in one department by one channel.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DayVolume {
    /// The day in the time zone of the answer.
    pub date: NaiveDate,
    /// The department of our number at that time; null for the platform number.
    pub number_type: Option<NumberType>,
    /// How it travelled.
    pub channel: Channel,
    /// Messages or calls from customers.
    pub inbound: i64,
    /// Messages or calls to customers.
    pub outbound: i64,
    /// Outbound messages with a receipt.
    pub delivered: i64,
    /// Outbound messages and calls that failed.
    pub failed: i64,
    /// Calls that somebody took.
    pub answered: i64,
    /// Calls that nobody took; those that left a message count under `voicemail`.
    pub missed: i64,
    /// Calls that left a message.
    pub voicemail: i64,
    /// Segments of texts, begun minutes of calls, or messages.
    pub units: i64,
    /// What the carrier takes for it, in micro-dollars.
    pub cost_micros: i64,
}

/// Messages of a time.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Messages {
    /// From customers.
    pub inbound: i64,
    /// To customers, whatever became of them.
    pub outbound: i64,
    /// Not sent yet, or under way.
    pub open: i64,
    /// Handed on; some carriers never report more.
    pub sent: i64,
    /// With a receipt.
    pub delivered: i64,
    /// Refused by the customer's carrier.
    pub undelivered: i64,
    /// Refused before.
    pub failed: i64,
    /// Taken back before they were sent.
    pub canceled: i64,
    /// Delivered, as a share (0 to 1) of what is not open and not taken back; null when that is nothing.
    pub delivery_rate: Option<f64>,
    /// Failed or refused, as a share (0 to 1) of the same.
    pub failure_rate: Option<f64>,
}

/// Calls of a time.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// From customers.
    pub inbound: i64,
    /// To customers.
    pub outbound: i64,
    /// Somebody took them.
    pub answered: i64,
    /// Nobody took them.
    pub missed: i64,
    /// They left a message.
    pub voicemail: i64,
    /// They never came about.
    pub failed: i64,
    /// Begun minutes.
    pub minutes: i64,
}

/// How long customers waited for the first answer of a person. Correct to within a twentieth.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResponseTime {
    /// Answers that ended a wait.
    pub answers: i64,
    /// Half of them took no longer; null without answers.
    pub median_seconds: Option<i64>,
    /// Nine of ten of them took no longer.
    pub p90_seconds: Option<i64>,
}

/// How often the carrier gave one reason.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorCount {
    /// The carrier's error code.
    pub code: String,
    /// Messages and calls.
    pub count: i64,
    /// What the code means, when it is known.
    pub cause: Option<&'static str>,
    /// What to do about it.
    pub advice: Option<&'static str>,
}

/// Costs and revenue of a time, in micro-dollars. Revenue is what the platform earns; members see null, administrators the
/// figure.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Money {
    /// By what is charged for; what did not happen has no row.
    pub by_service: Vec<ServiceMoney>,
    /// Payments of that time, and the plan's price for the time that no payment covers.
    pub subscription_revenue_micros: Option<i64>,
    /// All costs.
    pub cost_micros: i64,
    /// The part of them that the carrier has not said yet.
    pub estimated_cost_micros: i64,
    /// All revenue.
    pub revenue_micros: Option<i64>,
    /// Revenue less costs.
    pub margin_micros: Option<i64>,
}

/// What one service cost and earned.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServiceMoney {
    /// The channel, or `number` for the months of numbers.
    pub service: Service,
    /// Segments, minutes, messages or months.
    pub units: i64,
    /// The carrier's prices, and estimates where there is none yet.
    pub cost_micros: i64,
    /// The part of the cost that is an estimate.
    pub estimated_cost_micros: i64,
    /// What the workspace is charged for it.
    pub revenue_micros: Option<i64>,
}

/// The current month so far, and where it leads.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MonthToDate {
    /// Its first day.
    pub from: NaiveDate,
    /// Today.
    pub to: NaiveDate,
    /// Costs so far.
    pub cost_micros: i64,
    /// Revenue so far.
    pub revenue_micros: Option<i64>,
    /// Costs at the end of the month, if it goes on as it did: usage by the day, numbers by their months. Null on the first
    /// day, which says too little.
    pub forecast_cost_micros: Option<i64>,
    /// Revenue at the end of the month.
    pub forecast_revenue_micros: Option<i64>,
}
