//! The carrier's charges against ours: what reconcile-costs reads and writes.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, column};
use crate::domain::{PhoneNumberId, Service, WorkspaceId};

/// A message or call of ours that the carrier knows.
#[derive(Debug, Clone)]
pub struct Ours {
    /// The carrier's id.
    pub carrier_sid: String,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Our number; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Our number as written.
    pub our_number: String,
    /// What we expected it to cost, in micro-dollars.
    pub estimated_micros: i64,
}

/// Columns of [`Ours`]. Our number is the receiver of what comes in.
const OURS: &str = "e.carrier_sid, e.workspace_id, e.phone_number_id, c.estimated_micros,
    CASE e.direction WHEN 'inbound' THEN e.to_number ELSE e.from_number END AS our_number";

/// Messages and calls have their sids in their own tables, and the same id as their charge.
fn table(service: Service) -> &'static str {
    if service == Service::Voice { "calls" } else { "conversation_messages" }
}

fn ours(rows: &[tokio_postgres::Row]) -> Result<Vec<Ours>, DbError> {
    rows.iter()
        .map(|row| {
            Ok(Ours {
                carrier_sid: column(row, "carrier_sid")?,
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                phone_number_id: column::<Option<Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
                our_number: column(row, "our_number")?,
                estimated_micros: column(row, "estimated_micros")?,
            })
        })
        .collect()
}

/// Which of the carrier's messages or calls are ours.
pub async fn list_by_sid(client: &impl GenericClient, service: Service, sids: &[&str]) -> Result<Vec<Ours>, DbError> {
    let table = table(service);
    let sql = format!(
        "-- reconciliations::list_by_sid
        SELECT {OURS} FROM {table} e JOIN carrier_charges c ON c.id = e.id WHERE e.carrier_sid = ANY ($1)"
    );
    ours(&client.query_typed(&sql, &[(&sids, Type::TEXT_ARRAY)]).await?)
}

/// Our messages or calls of a time that the carrier must have, because it has given them an id and taken them.
pub async fn list_of_time(
    client: &impl GenericClient,
    service: Service,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Ours>, DbError> {
    let table = table(service);
    // By the charge: it has the time of either, and the carrier that mails go by is another one.
    let sql = format!(
        "-- reconciliations::list_of_time
        SELECT {OURS} FROM carrier_charges c JOIN {table} e ON e.id = c.id
        WHERE c.service = $3 AND c.occurred_at >= $1 AND c.occurred_at < $2 AND e.carrier_sid IS NOT NULL
            AND c.outcome NOT IN ('failed', 'canceled', 'scheduled')"
    );
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&from, Type::TIMESTAMPTZ), (&to, Type::TIMESTAMPTZ), (&service.as_str(), Type::TEXT)];
    ours(&client.query_typed(&sql, &params).await?)
}

/// Which of the carrier's messages or calls came to us and have no owner: they are known, and the platform's.
pub async fn list_unroutable(client: &impl GenericClient, sids: &[&str]) -> Result<Vec<String>, DbError> {
    let sql = "-- reconciliations::list_unroutable
        SELECT event_key FROM unroutable_events WHERE kind IN ('message', 'call') AND event_key = ANY ($1)";
    let rows = client.query_typed(sql, &[(&sids, Type::TEXT_ARRAY)]).await?;
    rows.iter().map(|row| column(row, "event_key")).collect()
}

/// Writes the carrier's prices; gives how many were news. The rows are locked in one order, so that two of these never wait
/// for each other crosswise.
pub async fn set_prices(
    client: &impl GenericClient,
    service: Service,
    prices: &[(&str, i64)],
) -> Result<usize, DbError> {
    let table = table(service);
    let sids: Vec<&str> = prices.iter().map(|(sid, _)| *sid).collect();
    let micros: Vec<i64> = prices.iter().map(|(_, micros)| *micros).collect();
    let sql = format!(
        "-- reconciliations::set_prices
        WITH locked AS MATERIALIZED (
            SELECT e.id, p.micros FROM unnest($1::text[], $2::bigint[]) AS p (sid, micros)
            JOIN {table} e ON e.carrier_sid = p.sid AND e.cost_micros IS DISTINCT FROM p.micros
            ORDER BY e.id FOR UPDATE OF e
        )
        UPDATE {table} e SET cost_micros = locked.micros, updated_at = now() FROM locked WHERE e.id = locked.id
        RETURNING e.id"
    );
    Ok(client.query_typed(&sql, &[(&sids, Type::TEXT_ARRAY), (&micros, Type::INT8_ARRAY)]).await?.len())
}

/// Days of the last week that have to be compared: those that never were, and the latest, whose prices come late.
pub async fn list_due_days(
    client: &impl GenericClient,
    service: Service,
    (today, again): (NaiveDate, i32),
) -> Result<Vec<NaiveDate>, DbError> {
    let sql = "-- reconciliations::list_due_days
        SELECT $1::date - back AS day FROM generate_series(1, 7) AS back
        WHERE back <= $3 OR NOT EXISTS (
            SELECT FROM reconciled_days r WHERE r.day = $1::date - back AND r.service = $2)
        ORDER BY day";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&today, Type::DATE), (&service.as_str(), Type::TEXT), (&again, Type::INT4)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter().map(|row| column(row, "day")).collect()
}

/// The sums of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DaySums {
    /// By our rates, in micro-dollars.
    pub our_micros: i64,
    /// How many.
    pub our_events: i64,
    /// By the carrier's word.
    pub carrier_micros: i64,
    /// How many.
    pub carrier_events: i64,
}

/// What differs about one number for one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// As the carrier writes it.
    pub our_number: String,
    /// `missing_here`, `missing_there`, `price_differs` or `billing_date_differs`.
    pub cause: &'static str,
    /// Whose it is, when it is somebody's.
    pub workspace_id: Option<WorkspaceId>,
    /// Its row.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Messages, calls or numbers.
    pub events: i64,
    /// What we expected for them, in micro-dollars.
    pub our_micros: i64,
    /// What the carrier says.
    pub carrier_micros: i64,
    /// The carrier's ids of some of them.
    pub examples: Vec<String>,
}

/// Writes a day: its sums, what differs, and that what differed before and does not any more is resolved. Made again with
/// the same findings it changes nothing. Of numbers only the latest day counts.
pub async fn record_day(
    client: &impl GenericClient,
    (day, service): (NaiveDate, Service),
    sums: &DaySums,
    findings: &[Finding],
) -> Result<(), DbError> {
    let day_sql = "-- reconciliations::record_day
        INSERT INTO reconciled_days (day, service, our_micros, our_events, carrier_micros, carrier_events)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (day, service) DO UPDATE SET our_micros = excluded.our_micros, our_events = excluded.our_events,
            carrier_micros = excluded.carrier_micros, carrier_events = excluded.carrier_events, reconciled_at = now()";
    let service = service.as_str();
    let params: [(&(dyn ToSql + Sync), Type); 6] = [
        (&day, Type::DATE),
        (&service, Type::TEXT),
        (&sums.our_micros, Type::INT8),
        (&sums.our_events, Type::INT8),
        (&sums.carrier_micros, Type::INT8),
        (&sums.carrier_events, Type::INT8),
    ];
    client.query_typed(day_sql, &params).await?;

    let resolve_sql = "-- reconciliations::resolve
        UPDATE reconciliations SET resolved_at = now(), updated_at = now()
        WHERE service = $2 AND resolved_at IS NULL AND ((day = $1 AND our_number || ' ' || cause <> ALL ($3))
            OR (day < $1 AND service = 'number'))";
    let keys: Vec<String> =
        findings.iter().map(|finding| format!("{} {}", finding.our_number, finding.cause)).collect();
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&day, Type::DATE), (&service, Type::TEXT), (&keys, Type::TEXT_ARRAY)];
    client.query_typed(resolve_sql, &params).await?;
    for finding in findings {
        upsert(client, day, service, finding).await?;
    }
    Ok(())
}

async fn upsert(client: &impl GenericClient, day: NaiveDate, service: &str, found: &Finding) -> Result<(), DbError> {
    let sql = "-- reconciliations::upsert
        INSERT INTO reconciliations AS r (day, service, our_number, cause, workspace_id, phone_number_id, events, our_micros,
            carrier_micros, examples)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT ON CONSTRAINT reconciliations_key DO UPDATE SET
            workspace_id = excluded.workspace_id, phone_number_id = excluded.phone_number_id, events = excluded.events,
            our_micros = excluded.our_micros, carrier_micros = excluded.carrier_micros, examples = excluded.examples,
            resolved_at = NULL, updated_at = now()
        WHERE (r.events, r.our_micros, r.carrier_micros, r.examples, r.resolved_at IS NULL) IS DISTINCT FROM
            (excluded.events, excluded.our_micros, excluded.carrier_micros, excluded.examples, true)";
    let examples = json!(found.examples);
    let params: [(&(dyn ToSql + Sync), Type); 10] = [
        (&day, Type::DATE),
        (&service, Type::TEXT),
        (&found.our_number, Type::TEXT),
        (&found.cause, Type::TEXT),
        (&found.workspace_id.map(|id| id.0), Type::UUID),
        (&found.phone_number_id.map(|id| id.0), Type::UUID),
        (&found.events, Type::INT8),
        (&found.our_micros, Type::INT8),
        (&found.carrier_micros, Type::INT8),
        (&examples, Type::JSONB),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// A number that the carrier must have.
#[derive(Debug, Clone)]
pub struct HeldNumber {
    /// Its row.
    pub id: PhoneNumberId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// E.164.
    pub phone_number: String,
    /// When it was bought, from which its months count.
    pub provisioned_at: DateTime<Utc>,
}

/// Every number that the carrier is paid for: those that are owned, and those that it has not taken back yet.
pub async fn list_held_numbers(client: &impl GenericClient) -> Result<Vec<HeldNumber>, DbError> {
    let sql = "-- reconciliations::list_held_numbers
        SELECT n.id, n.workspace_id, n.phone_number, n.provisioned_at FROM workspace_phone_numbers n
        WHERE n.status <> 'released' OR EXISTS (
            SELECT FROM carrier_releases r WHERE r.phone_number_id = n.id AND r.finished_at IS NULL)
        ORDER BY n.provisioned_at, n.id";
    let rows = client.query_typed(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(HeldNumber {
                id: PhoneNumberId(column(row, "id")?),
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                phone_number: column(row, "phone_number")?,
                provisioned_at: column(row, "provisioned_at")?,
            })
        })
        .collect()
}

/// What a month of a number costs now, in micro-dollars.
pub async fn number_rate(client: &impl GenericClient, now: DateTime<Utc>) -> Result<i64, DbError> {
    let sql = "-- reconciliations::number_rate
        SELECT cost_micros FROM rates WHERE service = 'number' AND valid_from <= $1 ORDER BY valid_from DESC LIMIT 1";
    let row = client.query_typed_opt(sql, &[(&now, Type::TIMESTAMPTZ)]).await?;
    row.map_or(Ok(0), |row| column(&row, "cost_micros"))
}

/// Notes when numbers are billed next, and that the months before that are paid for; gives how many months became final.
pub async fn set_next_bills(
    client: &impl GenericClient,
    bills: &[(PhoneNumberId, DateTime<Utc>)],
) -> Result<i64, DbError> {
    let ids: Vec<Uuid> = bills.iter().map(|(id, _)| id.0).collect();
    let times: Vec<DateTime<Utc>> = bills.iter().map(|(_, at)| *at).collect();
    let sql = "-- reconciliations::set_next_bills
        UPDATE workspace_phone_numbers n SET next_billed_at = b.at
        FROM unnest($1::uuid[], $2::timestamptz[]) AS b (id, at)
        WHERE n.id = b.id AND n.next_billed_at IS DISTINCT FROM b.at";
    client.query_typed(sql, &[(&ids, Type::UUID_ARRAY), (&times, Type::TIMESTAMPTZ_ARRAY)]).await?;
    let sql = "-- reconciliations::settle_number_months
        SELECT settle_number_months() AS settled";
    column(&client.query_typed_one(sql, &[]).await?, "settled")
}

/// The sums of a service's compared days from a day on.
pub async fn sum_days(client: &impl GenericClient, service: Service, from: NaiveDate) -> Result<(i64, i64), DbError> {
    let sql = "-- reconciliations::sum_days
        SELECT coalesce(sum(our_micros), 0)::bigint AS ours, coalesce(sum(carrier_micros), 0)::bigint AS carriers
        FROM reconciled_days WHERE service = $1 AND day >= $2";
    let row = client.query_typed_one(sql, &[(&service.as_str(), Type::TEXT), (&from, Type::DATE)]).await?;
    Ok((column(&row, "ours")?, column(&row, "carriers")?))
}
