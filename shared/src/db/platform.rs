//! The platform's figures over all workspaces. Read as `switchboard_system`, for the platform's own people only.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, column, parsed};
use crate::domain::{Service, SubscriptionTier, WorkspaceId};

/// Rows that one list has at most.
const MOST: i64 = 1_000;

/// How well workspaces get their numbers.
#[derive(Debug, Clone, Copy)]
pub struct Provisioning {
    /// Workspaces whose plan has own numbers.
    pub paid_workspaces: i64,
    /// Those of them that have one.
    pub paid_with_number: i64,
    /// Attempts that were begun in the time.
    pub attempts: i64,
    /// Those that got a number.
    pub succeeded: i64,
    /// Those that got it at the first go: nobody had to take them up twice, and they repeat no other.
    pub first_time: i64,
    /// Those that failed.
    pub failed: i64,
}

/// Counts numbers and attempts. `paid` are the plans with own numbers.
pub async fn provisioning(
    client: &impl GenericClient,
    paid: &[SubscriptionTier],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Provisioning, DbError> {
    let sql = "-- platform::provisioning
        SELECT paid.workspaces, paid.with_number, a.attempts, a.succeeded, a.first_time, a.failed
        FROM (SELECT count(*) AS workspaces, count(*) FILTER (WHERE EXISTS (
                SELECT FROM workspace_phone_numbers n WHERE n.workspace_id = w.id AND n.status = 'active')) AS with_number
            FROM workspaces w WHERE w.deleted_at IS NULL AND w.subscription_tier = ANY ($1)) AS paid,
            (SELECT count(*) AS attempts, count(*) FILTER (WHERE state = 'active') AS succeeded,
                count(*) FILTER (WHERE state = 'active' AND attempts <= 1 AND retry_of IS NULL) AS first_time,
                count(*) FILTER (WHERE state = 'failed') AS failed
            FROM number_provisionings WHERE created_at >= $2 AND created_at < $3) AS a";
    let paid: Vec<&str> = paid.iter().map(|tier| tier.as_str()).collect();
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&paid, Type::TEXT_ARRAY), (&from, Type::TIMESTAMPTZ), (&to, Type::TIMESTAMPTZ)];
    let row = client.query_typed_one(sql, &params).await?;
    Ok(Provisioning {
        paid_workspaces: column(&row, "workspaces")?,
        paid_with_number: column(&row, "with_number")?,
        attempts: column(&row, "attempts")?,
        succeeded: column(&row, "succeeded")?,
        first_time: column(&row, "first_time")?,
        failed: column(&row, "failed")?,
    })
}

/// Counts the workspaces whose plan has own numbers, and those of them that have none because the last attempt failed.
pub async fn count_failed_workspaces(
    client: &impl GenericClient,
    paid: &[SubscriptionTier],
) -> Result<(i64, i64), DbError> {
    let sql = "-- platform::count_failed_workspaces
        SELECT count(*) AS paying, count(*) FILTER (WHERE last.state = 'failed' AND NOT EXISTS (
            SELECT FROM workspace_phone_numbers n WHERE n.workspace_id = w.id AND n.status = 'active')) AS failed
        FROM workspaces w LEFT JOIN LATERAL (
            SELECT p.state FROM number_provisionings p WHERE p.workspace_id = w.id
            ORDER BY p.created_at DESC, p.state = 'failed' LIMIT 1
        ) AS last ON true
        WHERE w.deleted_at IS NULL AND w.subscription_tier = ANY ($1)";
    let paid: Vec<&str> = paid.iter().map(|tier| tier.as_str()).collect();
    let row = client.query_typed_one(sql, &[(&paid, Type::TEXT_ARRAY)]).await?;
    Ok((column(&row, "paying")?, column(&row, "failed")?))
}

/// Why attempts failed, the most frequent first.
pub async fn list_failure_reasons(
    client: &impl GenericClient,
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(String, i64)>, DbError> {
    let sql = "-- platform::list_failure_reasons
        SELECT coalesce(failure_code, 'unknown') AS word, count(*) AS count FROM number_provisionings
        WHERE state = 'failed' AND created_at >= $1 AND created_at < $2 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3";
    counts(client, sql, span).await
}

/// The carrier's error codes, the most frequent first.
pub async fn list_errors(
    client: &impl GenericClient,
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(String, i64)>, DbError> {
    let sql = "-- platform::list_errors
        SELECT error_code AS word, count(*) AS count FROM carrier_charges
        WHERE error_code IS NOT NULL AND occurred_at >= $1 AND occurred_at < $2 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3";
    counts(client, sql, span).await
}

async fn counts(
    client: &impl GenericClient,
    sql: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(String, i64)>, DbError> {
    let most = 20_i64;
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&from, Type::TIMESTAMPTZ), (&to, Type::TIMESTAMPTZ), (&most, Type::INT8)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter().map(|row| Ok((column(row, "word")?, column(row, "count")?))).collect()
}

/// What a workspace, or the platform itself, used of one service.
#[derive(Debug, Clone, Copy)]
pub struct Spending {
    /// `None` is the platform.
    pub workspace_id: Option<WorkspaceId>,
    /// Which service.
    pub service: Service,
    /// Segments, minutes, messages or months.
    pub units: i64,
    /// In micro-dollars.
    pub cost_micros: i64,
    /// The part of the cost that is an estimate.
    pub estimated_micros: i64,
    /// What the workspace is charged for it.
    pub revenue_micros: i64,
}

/// The sums of days (UTC, the last one excluded) by workspace and service.
pub async fn list_spending(
    client: &impl GenericClient,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Spending>, DbError> {
    let sql = "-- platform::list_spending
        SELECT workspace_id, service, sum(units)::bigint AS units, sum(cost_micros)::bigint AS cost_micros,
            sum(estimated_micros)::bigint AS estimated_micros, sum(revenue_micros)::bigint AS revenue_micros
        FROM usage_by_day WHERE day >= $1 AND day < $2 GROUP BY workspace_id, service
        UNION ALL
        SELECT NULL, service, sum(units)::bigint, sum(coalesce(final_micros, estimated_micros))::bigint,
            coalesce(sum(estimated_micros) FILTER (WHERE final_micros IS NULL), 0)::bigint, sum(revenue_micros)::bigint
        FROM carrier_charges
        WHERE workspace_id IS NULL AND occurred_at >= $1::timestamp AT TIME ZONE 'UTC'
            AND occurred_at < $2::timestamp AT TIME ZONE 'UTC'
        GROUP BY service
        ORDER BY 1, 2";
    let rows = client.query_typed(sql, &[(&from, Type::DATE), (&to, Type::DATE)]).await?;
    rows.iter()
        .map(|row| {
            Ok(Spending {
                workspace_id: column::<Option<Uuid>>(row, "workspace_id")?.map(WorkspaceId),
                service: parsed(row, "service")?,
                units: column(row, "units")?,
                cost_micros: column(row, "cost_micros")?,
                estimated_micros: column(row, "estimated_micros")?,
                revenue_micros: column(row, "revenue_micros")?,
            })
        })
        .collect()
}

/// A workspace as the platform's people see it.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its row.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its plan, now.
    pub tier: SubscriptionTier,
    /// Its organisation is gone.
    pub deleted: bool,
}

/// Every workspace that ever was.
pub async fn list_tenants(client: &impl GenericClient) -> Result<Vec<Tenant>, DbError> {
    let sql = "-- platform::list_tenants
        SELECT id, name, subscription_tier, deleted_at IS NOT NULL AS deleted FROM workspaces ORDER BY created_at, id";
    let rows = client.query_typed(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Tenant {
                id: WorkspaceId(column(row, "id")?),
                name: column(row, "name")?,
                tier: parsed(row, "subscription_tier")?,
                deleted: column(row, "deleted")?,
            })
        })
        .collect()
}

/// Numbers by what they are.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
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
    /// What a month of a number costs, in micro-dollars.
    pub rate_micros: i64,
}

/// Counts numbers.
pub async fn numbers(client: &impl GenericClient, now: DateTime<Utc>) -> Result<Numbers, DbError> {
    let sql = "-- platform::numbers
        SELECT count(*) FILTER (WHERE status = 'active') AS active,
            count(*) FILTER (WHERE status = 'suspended') AS suspended,
            count(*) FILTER (WHERE status = 'released') AS released,
            count(*) FILTER (WHERE status = 'active' AND messaging_status = 'pending') AS messaging_pending,
            count(*) FILTER (WHERE status = 'active' AND messaging_status = 'failed') AS messaging_failed,
            coalesce((SELECT cost_micros FROM rates WHERE service = 'number' AND valid_from <= $1
                ORDER BY valid_from DESC LIMIT 1), 0) AS rate_micros
        FROM workspace_phone_numbers";
    let row = client.query_typed_one(sql, &[(&now, Type::TIMESTAMPTZ)]).await?;
    Ok(Numbers {
        active: column(&row, "active")?,
        suspended: column(&row, "suspended")?,
        released: column(&row, "released")?,
        messaging_pending: column(&row, "messaging_pending")?,
        messaging_failed: column(&row, "messaging_failed")?,
        rate_micros: column(&row, "rate_micros")?,
    })
}

/// A day of a service that was compared with the carrier.
#[derive(Debug, Clone, Copy)]
pub struct ReconciledDay {
    /// The day (UTC).
    pub day: NaiveDate,
    /// Which service.
    pub service: Service,
    /// What we expected, in micro-dollars.
    pub our_micros: i64,
    /// What the carrier says.
    pub carrier_micros: i64,
}

/// The compared days, the last one excluded.
pub async fn list_reconciled_days(
    client: &impl GenericClient,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<ReconciledDay>, DbError> {
    let sql = "-- platform::list_reconciled_days
        SELECT day, service, our_micros, carrier_micros FROM reconciled_days WHERE day >= $1 AND day < $2
        ORDER BY day, service";
    let rows = client.query_typed(sql, &[(&from, Type::DATE), (&to, Type::DATE)]).await?;
    rows.iter()
        .map(|row| {
            Ok(ReconciledDay {
                day: column(row, "day")?,
                service: parsed(row, "service")?,
                our_micros: column(row, "our_micros")?,
                carrier_micros: column(row, "carrier_micros")?,
            })
        })
        .collect()
}

/// A difference between the carrier's bill and ours.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The day (UTC).
    pub day: NaiveDate,
    /// Which service.
    pub service: Service,
    /// Our number.
    pub our_number: String,
    /// Its workspace, when it has one.
    pub workspace_id: Option<WorkspaceId>,
    /// `missing_here`, `missing_there`, `price_differs` or `billing_date_differs`.
    pub cause: String,
    /// Messages, calls or numbers.
    pub events: i64,
    /// What we expected for them, in micro-dollars.
    pub our_micros: i64,
    /// What the carrier says.
    pub carrier_micros: i64,
    /// The carrier's ids of some of them.
    pub examples: Vec<String>,
}

/// Differences that were not resolved, the latest first.
pub async fn list_differences(
    client: &impl GenericClient,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Difference>, DbError> {
    let sql = "-- platform::list_differences
        SELECT day, service, our_number, workspace_id, cause, events, our_micros, carrier_micros, examples
        FROM reconciliations WHERE day >= $1 AND day < $2 AND resolved_at IS NULL
        ORDER BY day DESC, abs(carrier_micros - our_micros) DESC, our_number, cause LIMIT $3";
    let rows = client.query_typed(sql, &[(&from, Type::DATE), (&to, Type::DATE), (&MOST, Type::INT8)]).await?;
    rows.iter()
        .map(|row| {
            let examples: serde_json::Value = column(row, "examples")?;
            Ok(Difference {
                day: column(row, "day")?,
                service: parsed(row, "service")?,
                our_number: column(row, "our_number")?,
                workspace_id: column::<Option<Uuid>>(row, "workspace_id")?.map(WorkspaceId),
                cause: column(row, "cause")?,
                events: column(row, "events")?,
                our_micros: column(row, "our_micros")?,
                carrier_micros: column(row, "carrier_micros")?,
                examples: serde_json::from_value(examples)
                    .map_err(|error| DbError::Corrupt { column: "examples", problem: error.to_string() })?,
            })
        })
        .collect()
}
