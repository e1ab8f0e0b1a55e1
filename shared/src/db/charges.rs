//! The ledger itself (`carrier_charges`). Written by triggers; see migrations/V0021.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, Position, column, parsed, parsed_opt};
use crate::domain::{Direction, NumberType, Service, WorkspaceId};

/// One message, call or month of a number.
#[derive(Debug, Clone)]
pub struct Charge {
    /// The id of what it is for.
    pub id: Uuid,
    /// When that happened.
    pub occurred_at: DateTime<Utc>,
    /// What it is for.
    pub service: Service,
    /// Of a message or call.
    pub direction: Option<Direction>,
    /// Our number; `None` is the platform number.
    pub phone_number: Option<String>,
    /// What the workspace calls the number.
    pub friendly_name: Option<String>,
    /// The number's department at that time.
    pub number_type: Option<NumberType>,
    /// What became of it.
    pub outcome: Option<String>,
    /// The carrier's error code.
    pub error_code: Option<String>,
    /// Segments, minutes, or one.
    pub units: i32,
    /// The carrier has said what it costs.
    pub is_final: bool,
    /// In micro-dollars.
    pub cost_micros: i64,
    /// What the workspace is charged for it.
    pub revenue_micros: i64,
}

/// A page of a workspace's charges, the oldest first.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Charge>, DbError> {
    let sql = "-- charges::list
        SELECT c.id, c.occurred_at, c.service, c.direction, n.phone_number, n.friendly_name, c.number_type, c.outcome,
            c.error_code, c.units, c.final_micros IS NOT NULL AS is_final,
            coalesce(c.final_micros, c.estimated_micros) AS cost_micros, c.revenue_micros
        FROM carrier_charges c LEFT JOIN workspace_phone_numbers n ON n.id = c.phone_number_id
        WHERE c.workspace_id = $1 AND c.occurred_at >= $2 AND c.occurred_at < $3
            AND ($4::timestamptz IS NULL OR (c.occurred_at, c.id) > ($4, $5))
        ORDER BY c.occurred_at, c.id LIMIT $6";
    let params: [(&(dyn ToSql + Sync), Type); 6] = [
        (&workspace_id.0, Type::UUID),
        (&from, Type::TIMESTAMPTZ),
        (&to, Type::TIMESTAMPTZ),
        (&after.map(|p| p.at), Type::TIMESTAMPTZ),
        (&after.map(|p| p.id), Type::UUID),
        (&limit, Type::INT8),
    ];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter()
        .map(|row| {
            Ok(Charge {
                id: column(row, "id")?,
                occurred_at: column(row, "occurred_at")?,
                service: parsed(row, "service")?,
                direction: parsed_opt(row, "direction")?,
                phone_number: column(row, "phone_number")?,
                friendly_name: column(row, "friendly_name")?,
                number_type: parsed_opt(row, "number_type")?,
                outcome: column(row, "outcome")?,
                error_code: column(row, "error_code")?,
                units: column(row, "units")?,
                is_final: column(row, "is_final")?,
                cost_micros: column(row, "cost_micros")?,
                revenue_micros: column(row, "revenue_micros")?,
            })
        })
        .collect()
}
