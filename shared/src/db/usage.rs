//! The ledger's sums: what was used, what it cost and earned. Written by triggers and `compact_usage` only
//! (migrations/V0021).

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, column, parsed, parsed_opt};
use crate::domain::{AnswerBucket, LocalDay, NumberType, Service, WorkspaceId};

/// Changes that one call of [`compact`] moves.
pub const COMPACT_AT_ONCE: i64 = 20_000;

/// How often something happened, and what it cost and earned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// From customers.
    pub inbound: i64,
    /// To customers.
    pub outbound: i64,
    /// Not sent yet, or under way; calls that ring or are talked on.
    pub open: i64,
    /// Handed on; some carriers never report more.
    pub sent: i64,
    /// With a receipt.
    pub delivered: i64,
    /// Refused by the customer's carrier.
    pub undelivered: i64,
    /// Refused before.
    pub failed: i64,
    /// Taken back before.
    pub canceled: i64,
    /// Calls that somebody took.
    pub answered: i64,
    /// Calls that nobody took.
    pub missed: i64,
    /// Calls that left a message.
    pub voicemail: i64,
    /// Segments, minutes, months.
    pub units: i64,
    /// The carrier's prices, and our estimates where there is none yet, in micro-dollars.
    pub cost_micros: i64,
    /// The part of the cost that is an estimate.
    pub estimated_micros: i64,
    /// What the workspace is charged for it.
    pub revenue_micros: i64,
}

impl Totals {
    /// Adds up.
    pub fn add(&mut self, other: &Self) {
        self.inbound += other.inbound;
        self.outbound += other.outbound;
        self.open += other.open;
        self.sent += other.sent;
        self.delivered += other.delivered;
        self.undelivered += other.undelivered;
        self.failed += other.failed;
        self.canceled += other.canceled;
        self.answered += other.answered;
        self.missed += other.missed;
        self.voicemail += other.voicemail;
        self.units += other.units;
        self.cost_micros += other.cost_micros;
        self.estimated_micros += other.estimated_micros;
        self.revenue_micros += other.revenue_micros;
    }
}

/// What happened on one day in one department by one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayUsage {
    /// The day, in the time zone that was asked for.
    pub date: NaiveDate,
    /// The department at that time; `None` is the platform number.
    pub number_type: Option<NumberType>,
    /// By what.
    pub service: Service,
    /// How much.
    pub totals: Totals,
}

const SUMS: &str =
    "sum(u.inbound)::bigint AS inbound, sum(u.outbound)::bigint AS outbound, sum(u.open)::bigint AS open,
    sum(u.sent)::bigint AS sent, sum(u.delivered)::bigint AS delivered, sum(u.undelivered)::bigint AS undelivered,
    sum(u.failed)::bigint AS failed, sum(u.canceled)::bigint AS canceled, sum(u.answered)::bigint AS answered,
    sum(u.missed)::bigint AS missed, sum(u.voicemail)::bigint AS voicemail, sum(u.units)::bigint AS units,
    sum(u.cost_micros)::bigint AS cost_micros, sum(u.estimated_micros)::bigint AS estimated_micros,
    sum(u.revenue_micros)::bigint AS revenue_micros";
/// What is added up of `usage_slots`.
const SLOT: &str =
    "number_type, service, inbound, outbound, open, sent, delivered, undelivered, failed, canceled, answered, missed,
    voicemail, units, cost_micros, estimated_micros, revenue_micros";
/// The same of `usage_changes`, where each outcome has its row.
const CHANGE: &str = "number_type, service,
    CASE direction WHEN 'inbound' THEN events::integer ELSE 0 END,
    CASE direction WHEN 'outbound' THEN events::integer ELSE 0 END,
    CASE WHEN outcome IN ('open', 'scheduled') THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'sent' THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'delivered' THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'undelivered' THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'failed' THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'canceled' THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'answered' THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'missed' THEN events::integer ELSE 0 END,
    CASE outcome WHEN 'voicemail' THEN events::integer ELSE 0 END,
    units::integer, cost_micros, estimated_micros, revenue_micros";

fn totals(row: &Row) -> Result<Totals, DbError> {
    Ok(Totals {
        inbound: column(row, "inbound")?,
        outbound: column(row, "outbound")?,
        open: column(row, "open")?,
        sent: column(row, "sent")?,
        delivered: column(row, "delivered")?,
        undelivered: column(row, "undelivered")?,
        failed: column(row, "failed")?,
        canceled: column(row, "canceled")?,
        answered: column(row, "answered")?,
        missed: column(row, "missed")?,
        voicemail: column(row, "voicemail")?,
        units: column(row, "units")?,
        cost_micros: column(row, "cost_micros")?,
        estimated_micros: column(row, "estimated_micros")?,
        revenue_micros: column(row, "revenue_micros")?,
    })
}

/// The statement of [`list_days`], which the benchmark explains.
#[must_use]
pub fn list_days_sql() -> String {
    // Each day is a few ranges of indexes, added up by itself: sorting all rows would take longer than reading them. What is
    // not in the sums yet is read by its quarters, of which every day is made.
    format!(
        "-- usage::list_days
        WITH days AS MATERIALIZED (
            SELECT date, starts, hours_from, hours_to, ends
            FROM unnest($2::date[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
                AS d (date, starts, hours_from, hours_to, ends)
        )
        SELECT days.date, day.* FROM days CROSS JOIN LATERAL (
            SELECT u.number_type, u.service, {SUMS} FROM (
                SELECT {SLOT} FROM usage_slots
                WHERE workspace_id = $1 AND grain = 60 AND slot >= days.hours_from AND slot < days.hours_to
                UNION ALL
                SELECT {SLOT} FROM usage_slots
                WHERE workspace_id = $1 AND grain = 15 AND slot >= days.starts AND slot < days.hours_from
                UNION ALL
                SELECT {SLOT} FROM usage_slots
                WHERE workspace_id = $1 AND grain = 15 AND slot >= days.hours_to AND slot < days.ends
                UNION ALL
                SELECT {CHANGE} FROM usage_changes
                WHERE workspace_id = $1 AND slot >= days.starts AND slot < days.ends
            ) AS u GROUP BY u.number_type, u.service
        ) AS day ORDER BY days.date, day.number_type, day.service"
    )
}

/// Days as they are read: whole hours of UTC, and before and after them the quarters of an hour with which a day begins and
/// ends in zones such as India's. Reading such days by their quarters alone would be four times the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayBounds {
    /// The days.
    pub dates: Vec<NaiveDate>,
    /// Their first instants.
    pub starts: Vec<DateTime<Utc>>,
    /// The first instants of their whole hours.
    pub hours_from: Vec<DateTime<Utc>>,
    /// The first instants after those.
    pub hours_to: Vec<DateTime<Utc>>,
    /// The first instants after the days.
    pub ends: Vec<DateTime<Utc>>,
}

impl DayBounds {
    /// Finds the hours of days.
    #[must_use]
    pub fn of(days: &[LocalDay]) -> Self {
        // A day without a whole hour in it is quarters only, up to its end.
        let hours_from = |day: &LocalDay| next_hour(day.starts).min(day.ends);
        Self {
            dates: days.iter().map(|day| day.date).collect(),
            starts: days.iter().map(|day| day.starts).collect(),
            hours_from: days.iter().map(hours_from).collect(),
            hours_to: days.iter().map(|day| last_hour(day.ends).max(hours_from(day))).collect(),
            ends: days.iter().map(|day| day.ends).collect(),
        }
    }

    /// The parameters of [`list_days_sql`] after the workspace.
    #[must_use]
    pub fn parameters(&self) -> [(&(dyn ToSql + Sync), Type); 5] {
        [
            (&self.dates, Type::DATE_ARRAY),
            (&self.starts, Type::TIMESTAMPTZ_ARRAY),
            (&self.hours_from, Type::TIMESTAMPTZ_ARRAY),
            (&self.hours_to, Type::TIMESTAMPTZ_ARRAY),
            (&self.ends, Type::TIMESTAMPTZ_ARRAY),
        ]
    }
}

const HOUR: TimeDelta = TimeDelta::hours(1);

/// The hour of UTC that an instant lies in.
fn last_hour(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::seconds(at.timestamp().rem_euclid(HOUR.num_seconds()))
}

/// The first hour of UTC that begins at an instant or after it.
fn next_hour(at: DateTime<Utc>) -> DateTime<Utc> {
    let hour = last_hour(at);
    if hour == at { at } else { hour + HOUR }
}

/// What a workspace used on each of these days. Days without anything are missing.
pub async fn list_days(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    days: &[LocalDay],
) -> Result<Vec<DayUsage>, DbError> {
    let bounds = DayBounds::of(days);
    let [dates, starts, hours_from, hours_to, ends] = bounds.parameters();
    let params = [(&workspace_id.0 as &(dyn ToSql + Sync), Type::UUID), dates, starts, hours_from, hours_to, ends];
    let rows = client.query_typed(&list_days_sql(), &params).await?;
    rows.iter()
        .map(|row| {
            Ok(DayUsage {
                date: column(row, "date")?,
                number_type: parsed_opt(row, "number_type")?,
                service: parsed(row, "service")?,
                totals: totals(row)?,
            })
        })
        .collect()
}

/// The error codes of a time, the most frequent first.
pub async fn list_errors(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<(String, i64)>, DbError> {
    let sql = "-- usage::list_errors
        SELECT error_code, count(*) AS messages FROM carrier_charges
        WHERE workspace_id = $1 AND occurred_at >= $2 AND occurred_at < $3 AND error_code IS NOT NULL
        GROUP BY error_code ORDER BY messages DESC, error_code LIMIT $4";
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&workspace_id.0, Type::UUID), (&from, Type::TIMESTAMPTZ), (&to, Type::TIMESTAMPTZ), (&limit, Type::INT8)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter().map(|row| Ok((column(row, "error_code")?, column(row, "messages")?))).collect()
}

/// How long customers waited for the answers of a time: whole days of UTC from the sums, the rest one by one.
pub async fn list_answers(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<AnswerBucket>, DbError> {
    let sql = "-- usage::list_answers
        SELECT bucket, sum(answers)::bigint AS answers FROM (
            SELECT bucket, answers FROM answers_daily WHERE workspace_id = $1 AND day >= $4 AND day < $5
            UNION ALL
            SELECT bucket, 1 FROM answer_changes WHERE workspace_id = $1 AND day >= $4 AND day < $5
            UNION ALL
            SELECT bucket, 1 FROM first_answers WHERE workspace_id = $1 AND answered_at >= $2 AND answered_at < $6
            UNION ALL
            SELECT bucket, 1 FROM first_answers WHERE workspace_id = $1 AND answered_at >= $7 AND answered_at < $3
        ) AS a GROUP BY bucket";
    let (first_day, last_day) = whole_days(from, to);
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let params: [(&(dyn ToSql + Sync), Type); 7] = [
        (&workspace_id.0, Type::UUID),
        (&from, Type::TIMESTAMPTZ),
        (&to, Type::TIMESTAMPTZ),
        (&first_day, Type::DATE),
        (&last_day, Type::DATE),
        (&midnight(first_day).min(to), Type::TIMESTAMPTZ),
        (&midnight(last_day), Type::TIMESTAMPTZ),
    ];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter()
        .map(|row| Ok(AnswerBucket { bucket: column(row, "bucket")?, answers: column(row, "answers")? }))
        .collect()
}

/// The days of UTC that lie wholly in a time: from the first one to before the second.
fn whole_days(from: DateTime<Utc>, to: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let first = from.date_naive();
    let first = if from.time() == NaiveTime::MIN { first } else { first.succ_opt().unwrap_or(first) };
    (first, to.date_naive().max(first))
}

/// A month of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberMonth {
    /// What the carrier takes for it, in micro-dollars.
    pub cost_micros: i64,
    /// What the workspace is charged for it.
    pub revenue_micros: i64,
}

/// Months of a workspace's numbers that begin between two times to come, as dear as the months before them.
pub async fn list_coming_months(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<NumberMonth>, DbError> {
    let sql = "-- usage::list_coming_months
        SELECT latest.cost_micros, latest.revenue_micros FROM (
            SELECT DISTINCT ON (phone_number_id) phone_number_id, occurred_at, revenue_micros,
                coalesce(final_micros, estimated_micros) AS cost_micros
            FROM carrier_charges
            WHERE workspace_id = $1 AND service = 'number' AND occurred_at <= $2
            ORDER BY phone_number_id, occurred_at DESC
        ) AS latest
        JOIN workspace_phone_numbers n ON n.id = latest.phone_number_id AND n.status <> 'released'
        WHERE latest.occurred_at + interval '1 month' < $3";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&now, Type::TIMESTAMPTZ), (&until, Type::TIMESTAMPTZ)];
    let rows = client.query_typed(sql, &params).await?;
    let month = |row: &Row| {
        Ok(NumberMonth { cost_micros: column(row, "cost_micros")?, revenue_micros: column(row, "revenue_micros")? })
    };
    rows.iter().map(month).collect()
}

/// Moves a batch of what happened since the last time into the sums; gives how many changes that were. Fewer than
/// [`COMPACT_AT_ONCE`] mean that it is done, or that somebody else is at it.
pub async fn compact(client: &impl GenericClient) -> Result<i64, DbError> {
    let sql = "-- usage::compact
        SELECT compact_usage($1) AS moved";
    let limit = i32::try_from(COMPACT_AT_ONCE).unwrap_or(i32::MAX);
    let row = client.query_typed_one(sql, &[(&limit, Type::INT4)]).await?;
    Ok(i64::from(column::<i32>(&row, "moved")?))
}

/// Charges the months of numbers and campaigns that have begun; gives how many months of numbers are new.
pub async fn accrue_months(client: &impl GenericClient, now: DateTime<Utc>) -> Result<i32, DbError> {
    let sql = "-- usage::accrue_months
        SELECT accrue_number_months($1) AS added";
    column(&client.query_typed_one(sql, &[(&now, Type::TIMESTAMPTZ)]).await?, "added")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::local_days;

    #[test]
    fn whole_days_leave_the_ends_to_the_single_rows() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let cases = [
            ("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z", "2026-11-01", "2026-11-03"),
            ("2026-11-01T05:00:00Z", "2026-11-03T05:00:00Z", "2026-11-02", "2026-11-03"),
            ("2026-11-01T05:00:00Z", "2026-11-01T09:00:00Z", "2026-11-02", "2026-11-02"),
        ];
        for (from, to, first, last) in cases {
            assert_eq!(whole_days(at(from), at(to)), (day(first), day(last)), "{from} {to}");
        }
    }

    #[test]
    fn a_day_is_made_of_hours_and_of_quarters_at_its_ends() {
        let cases = [
            // A day of 25 hours.
            (chrono_tz::America::Chicago, "2026-11-01", "01T05:00 01T05:00 02T06:00 02T06:00"),
            (chrono_tz::Asia::Kathmandu, "2026-11-02", "01T18:15 01T19:00 02T18:00 02T18:15"),
            // The clocks of Lord Howe change by half an hour: this day ends with an hour and does not begin with one.
            (chrono_tz::Australia::Lord_Howe, "2026-10-04", "03T13:30 03T14:00 04T13:00 04T13:00"),
        ];
        for (zone, date, expected) in cases {
            let date: NaiveDate = date.parse().unwrap();
            let DayBounds { starts, hours_from, hours_to, ends, .. } = DayBounds::of(&local_days(date, date, zone));
            let found = [starts[0], hours_from[0], hours_to[0], ends[0]].map(|at| at.format("%dT%H:%M").to_string());
            assert_eq!(found.join(" "), expected, "{zone}");
        }
    }

    #[test]
    fn a_day_without_a_whole_hour_is_quarters_only() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (starts, ends) = (at("2026-11-01T10:15:00Z"), at("2026-11-01T10:45:00Z"));
        let bounds = DayBounds::of(&[LocalDay { date: starts.date_naive(), starts, ends }]);
        assert_eq!((bounds.hours_from[0], bounds.hours_to[0]), (ends, ends));
    }
}
