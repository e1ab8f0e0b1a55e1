//! How much a workspace may send in a minute and in a day, and what that may cost.

use chrono::{DateTime, Duration, Utc};
use tokio_postgres::{GenericClient, types::Type};

use super::{DbError, column};
use crate::domain::{MessageId, WorkspaceId};

/// The most messages that a plan sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendLimits {
    /// In any window of a minute.
    pub per_minute: i64,
    /// In any window of a day.
    pub per_day: i64,
}

/// A limit is reached; the message must not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// When the next message may be sent.
    pub retry_after: Duration,
}

/// Counts a message in the caller's transaction, which must be rolled back when the answer is [`TooMany`]. One statement:
/// simultaneous sends of a workspace wait here for each other, so exactly the limit passes.
pub async fn count(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    limits: SendLimits,
    now: DateTime<Utc>,
) -> Result<Result<(), TooMany>, DbError> {
    let sql = "-- send_windows::count
        INSERT INTO send_windows AS w (workspace_id, period, started_at, sent)
        VALUES ($1, 'minute', $2, 1), ($1, 'day', $2, 1)
        ON CONFLICT (workspace_id, period) DO UPDATE SET
            started_at = CASE WHEN w.started_at + ('1 ' || w.period)::interval <= excluded.started_at
                THEN excluded.started_at ELSE w.started_at END,
            sent = CASE WHEN w.started_at + ('1 ' || w.period)::interval <= excluded.started_at
                THEN 1 ELSE w.sent + 1 END,
            cost_micros = CASE WHEN w.started_at + ('1 ' || w.period)::interval <= excluded.started_at
                THEN 0 ELSE w.cost_micros END
        RETURNING period, sent, started_at + ('1 ' || period)::interval AS ends_at";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    let mut full_until = None;
    for row in &rows {
        let limit = if column::<&str>(row, "period")? == "minute" { limits.per_minute } else { limits.per_day };
        if column::<i64>(row, "sent")? > limit {
            full_until = full_until.max(Some(column::<DateTime<Utc>>(row, "ends_at")?));
        }
    }
    Ok(match full_until {
        Some(until) => Err(TooMany { retry_after: until - now }),
        None => Ok(()),
    })
}

/// Adds what a stored message or call is estimated to cost to the day that [`count`] has counted it in, in the same transaction,
/// which must be rolled back when the answer is [`TooMany`].
pub async fn spend(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    message_id: MessageId,
    most_micros: i64,
    now: DateTime<Utc>,
) -> Result<Result<(), TooMany>, DbError> {
    let sql = "-- send_windows::spend
        UPDATE send_windows w
        SET cost_micros = w.cost_micros + coalesce(c.estimated_cost_micros, m.estimated_cost_micros)
        FROM conversation_messages m LEFT JOIN calls c ON c.workspace_id = $1 AND c.message_id = m.id
        WHERE w.workspace_id = $1 AND w.period = 'day' AND m.workspace_id = $1 AND m.id = $2
        RETURNING w.cost_micros, w.started_at + interval '1 day' AS ends_at";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&message_id.0, Type::UUID)]).await?;
    for row in &rows {
        if column::<i64>(row, "cost_micros")? > most_micros {
            return Ok(Err(TooMany { retry_after: column::<DateTime<Utc>>(row, "ends_at")? - now }));
        }
    }
    Ok(Ok(()))
}
