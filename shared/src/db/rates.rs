//! What everything costs and earns, by time.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::DbError;
use crate::domain::{Direction, Rate};

/// Follows the configuration: a rate that is another one now holds from now on, and what was charged before keeps the old
/// one. Gives how many changed.
pub async fn follow(client: &impl GenericClient, rates: &[Rate], now: DateTime<Utc>) -> Result<usize, DbError> {
    let sql = "-- rates::follow
        INSERT INTO rates (service, direction, valid_from, cost_micros, revenue_micros)
        SELECT w.service, w.direction, $1, w.cost_micros, w.revenue_micros
        FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS w (service, direction, cost_micros, revenue_micros)
        LEFT JOIN LATERAL (
            SELECT r.cost_micros, r.revenue_micros FROM rates r
            WHERE r.service = w.service AND r.direction = w.direction AND r.valid_from <= $1
            ORDER BY r.valid_from DESC LIMIT 1
        ) AS known ON true
        WHERE (w.cost_micros, w.revenue_micros) IS DISTINCT FROM (known.cost_micros, known.revenue_micros)
        ON CONFLICT (service, direction, valid_from) DO NOTHING RETURNING service";
    let services: Vec<&str> = rates.iter().map(|rate| rate.service.as_str()).collect();
    let directions: Vec<&str> = rates.iter().map(|rate| rate.direction.map_or("", Direction::as_str)).collect();
    let costs: Vec<i64> = rates.iter().map(|rate| rate.cost_micros).collect();
    let revenues: Vec<i64> = rates.iter().map(|rate| rate.revenue_micros).collect();
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&now, Type::TIMESTAMPTZ),
        (&services, Type::TEXT_ARRAY),
        (&directions, Type::TEXT_ARRAY),
        (&costs, Type::INT8_ARRAY),
        (&revenues, Type::INT8_ARRAY),
    ];
    Ok(client.query_typed(sql, &params).await?.len())
}
