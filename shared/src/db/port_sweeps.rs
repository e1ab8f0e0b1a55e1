//! Port orders that something is due about without anybody doing anything.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, column, port_orders::Due};
use crate::domain::{DRAFT_DAYS, EmailAddress, PortOrderId, REJECTION_DAYS, REMINDER_DAYS, WorkspaceId};

fn due(rows: &[Row]) -> Result<Vec<Due>, DbError> {
    let read = |row: &Row| Ok((PortOrderId(column(row, "id")?), WorkspaceId(column(row, "workspace_id")?)));
    rows.iter().map(read).collect()
}

/// Scheduled orders whose day is over and whose numbers are all in the carrier account.
pub async fn list_to_complete(client: &impl GenericClient, today: NaiveDate, limit: i64) -> Result<Vec<Due>, DbError> {
    let sql = "-- port_sweeps::list_to_complete
        SELECT o.id, o.workspace_id FROM port_orders o JOIN workspaces w ON w.id = o.workspace_id
        WHERE o.state = 'scheduled' AND o.foc_date < $1 AND w.deleted_at IS NULL
            AND NOT EXISTS (SELECT FROM port_order_numbers n
                WHERE n.order_id = o.id AND n.removed_at IS NULL AND n.found_at IS NULL)
        ORDER BY o.foc_date LIMIT $2";
    due(&client.query_typed(sql, &[(&today, Type::DATE), (&limit, Type::INT8)]).await?)
}

/// Scheduled orders whose day is over for days, and some number did not come.
pub async fn list_overdue(client: &impl GenericClient, today: NaiveDate, limit: i64) -> Result<Vec<Due>, DbError> {
    let sql = "-- port_sweeps::list_overdue
        SELECT o.id, o.workspace_id FROM port_orders o
        WHERE o.state = 'scheduled' AND o.foc_date < $1 - 2
            AND EXISTS (SELECT FROM port_order_numbers n
                WHERE n.order_id = o.id AND n.removed_at IS NULL AND n.found_at IS NULL)
        ORDER BY o.foc_date LIMIT $2";
    due(&client.query_typed(sql, &[(&today, Type::DATE), (&limit, Type::INT8)]).await?)
}

/// Orders that end by themselves: rejections that nobody corrected, drafts that nobody goes on with, and what is open of a
/// workspace that is gone, but for what the carriers have agreed on. Locked until the transaction ends; what somebody is just
/// changing is left out.
pub async fn list_to_cancel(client: &impl GenericClient, now: DateTime<Utc>, limit: i64) -> Result<Vec<Due>, DbError> {
    let sql = "-- port_sweeps::list_to_cancel
        SELECT o.id, o.workspace_id FROM port_orders o JOIN workspaces w ON w.id = o.workspace_id
        WHERE (o.state = 'rejected' AND o.rejected_at <= $1)
            OR (o.state = 'draft' AND o.updated_at <= $2)
            OR (o.state IN ('draft', 'submitted', 'rejected') AND w.deleted_at IS NOT NULL)
        ORDER BY o.updated_at LIMIT $3 FOR UPDATE OF o SKIP LOCKED";
    let (rejected_before, drafted_before) = (now - Duration::days(REJECTION_DAYS), now - Duration::days(DRAFT_DAYS));
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&rejected_before, Type::TIMESTAMPTZ), (&drafted_before, Type::TIMESTAMPTZ), (&limit, Type::INT8)];
    due(&client.query_typed(sql, &params).await?)
}

/// A reminder that is due.
#[derive(Debug)]
pub struct Reminder {
    /// The order.
    pub order: Due,
    /// When it was rejected.
    pub rejected_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// How many were counted before it, and with it.
    counted: (i32, i32),
}

/// Takes up one rejection that somebody is to be reminded of, and counts the reminder: nobody else sends it, and a process
/// that dies before it sends loses this one. `tried`: those that were taken up in this run already. First comes what was not
/// touched for longest, so that reminders that reach nobody keep no other from its turn.
pub async fn claim_reminder(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    tried: &[PortOrderId],
) -> Result<Option<Reminder>, DbError> {
    let sql = "-- port_sweeps::claim_reminder
        WITH due AS (
            SELECT o.id, o.reminders FROM port_orders o JOIN workspaces w ON w.id = o.workspace_id
            WHERE o.state = 'rejected' AND w.deleted_at IS NULL AND o.reminders < cardinality($2::int8[])
                AND o.rejected_at + make_interval(days => ($2::int8[])[o.reminders + 1]::integer) <= $1
                AND o.id <> ALL ($3)
            ORDER BY o.updated_at LIMIT 1 FOR UPDATE OF o SKIP LOCKED)
        UPDATE port_orders o SET updated_at = now(),
            reminders = (SELECT count(*) FROM unnest($2::int8[]) AS day
                WHERE o.rejected_at + make_interval(days => day::integer) <= $1)
        FROM due WHERE o.id = due.id
        RETURNING o.id, o.workspace_id, o.rejected_at, o.rejection_reason, o.reminders, due.reminders AS counted_before";
    let tried: Vec<Uuid> = tried.iter().map(|id| id.0).collect();
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&now, Type::TIMESTAMPTZ), (&REMINDER_DAYS.as_slice(), Type::INT8_ARRAY), (&tried, Type::UUID_ARRAY)];
    let row = client.query_typed_opt(sql, &params).await?;
    row.map(|row| {
        Ok(Reminder {
            order: (PortOrderId(column(&row, "id")?), WorkspaceId(column(&row, "workspace_id")?)),
            rejected_at: column(&row, "rejected_at")?,
            reason: column(&row, "rejection_reason")?,
            counted: (column(&row, "counted_before")?, column(&row, "reminders")?),
        })
    })
    .transpose()
}

/// Counts a reminder no more that reached nobody: a later run sends it. What was decided about the order meanwhile stays.
pub async fn give_back_reminder(client: &impl GenericClient, reminder: &Reminder) -> Result<(), DbError> {
    let sql = "-- port_sweeps::give_back_reminder
        UPDATE port_orders SET reminders = $4, updated_at = now()
        WHERE id = $1 AND state = 'rejected' AND rejected_at = $2 AND reminders = $3";
    let (before, with) = reminder.counted;
    let params: [(&(dyn ToSql + Sync), Type); 4] = [
        (&reminder.order.0.0, Type::UUID),
        (&reminder.rejected_at, Type::TIMESTAMPTZ),
        (&with, Type::INT4),
        (&before, Type::INT4),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// The addresses of a workspace's administrators. What is no address of the usual form is left out.
pub async fn list_admin_addresses(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
) -> Result<Vec<EmailAddress>, DbError> {
    let sql = "-- port_sweeps::list_admin_addresses
        SELECT DISTINCT u.email FROM workspace_members m JOIN users u ON u.id = m.user_id
        WHERE m.workspace_id = $1 AND m.removed_at IS NULL AND m.role IN ('org:admin', 'admin')
            AND u.deleted_at IS NULL AND u.email IS NOT NULL";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    let mut addresses = Vec::new();
    for row in &rows {
        addresses.extend(EmailAddress::parse(column(row, "email")?).ok());
    }
    Ok(addresses)
}
