//! What the carrier reports about the campaign assignments of numbers (10DLC).

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, types::Type};

use super::{DbError, column};
use crate::domain::{PhoneNumberId, WorkspaceId};

/// Which number an event is about; the carrier gives both, and does not say whether its id is the sid.
#[derive(Debug, Clone, Copy)]
pub struct NumberKey<'a> {
    /// The carrier's id.
    pub phone_number_sid: Option<&'a str>,
    /// E.164.
    pub phone_number: Option<&'a str>,
}

/// The number that an event is about.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Its row.
    pub id: PhoneNumberId,
    /// Its owner.
    pub workspace_id: WorkspaceId,
}

fn from_row(row: &Row) -> Result<Found, DbError> {
    Ok(Found { id: PhoneNumberId(column(row, "id")?), workspace_id: WorkspaceId(column(row, "workspace_id")?) })
}

/// The number, locked until the transaction ends, unless nobody owns it.
pub async fn find_number(client: &impl GenericClient, key: NumberKey<'_>) -> Result<Option<Found>, DbError> {
    let sql = "-- registrations::find_number
        SELECT id, workspace_id FROM workspace_phone_numbers
        WHERE status <> 'released' AND (phone_number_sid = $1 OR phone_number = $2)
        ORDER BY phone_number_sid IS DISTINCT FROM $1 LIMIT 1 FOR UPDATE";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&key.phone_number_sid, Type::TEXT), (&key.phone_number, Type::TEXT)];
    client.query_typed_opt(sql, &params).await?.as_ref().map(from_row).transpose()
}

/// The assignment is complete: the number can text. Whatever came before, also a failure; but not when it is the campaign
/// that the number left, and not while its own is not approved. Who has ordered it may have died before the campaign was noted.
pub async fn mark_activated(
    client: &impl GenericClient,
    id: PhoneNumberId,
    campaign_id: Option<&str>,
) -> Result<bool, DbError> {
    let sql = "-- registrations::mark_activated
        UPDATE workspace_phone_numbers
        SET messaging_status = 'ready', messaging_failure_reason = NULL, campaign_id = coalesce(campaign_id, $2),
            capabilities = capabilities || '{\"sms\": true, \"mms\": true}', updated_at = now()
        WHERE id = $1 AND messaging_status <> 'ready' AND leaving_since IS NULL
            AND former_campaign_id IS DISTINCT FROM coalesce($2, '')
            AND NOT EXISTS (SELECT FROM messaging_campaigns c
                WHERE c.carrier_campaign_id = coalesce(campaign_id, $2) AND c.ended_at IS NOT NULL)
        RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&campaign_id, Type::TEXT)]).await?.is_some())
}

/// The assignment failed. A number that can text keeps doing so, and an event older than the last one changes nothing.
pub async fn mark_failed(
    client: &impl GenericClient,
    id: PhoneNumberId,
    reason: &str,
    event_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "-- registrations::mark_failed
        UPDATE workspace_phone_numbers
        SET messaging_status = 'failed', messaging_failure_reason = $2, messaging_event_at = $3, updated_at = now()
        WHERE id = $1 AND messaging_status = 'pending' AND leaving_since IS NULL
            AND coalesce(messaging_event_at, '-infinity') <= $3 RETURNING id";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&reason, Type::TEXT), (&event_at, Type::TIMESTAMPTZ)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// The carrier tries a failed assignment again.
pub async fn mark_pending(
    client: &impl GenericClient,
    id: PhoneNumberId,
    event_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "-- registrations::mark_pending
        UPDATE workspace_phone_numbers
        SET messaging_status = 'pending', messaging_failure_reason = NULL, messaging_event_at = $2, updated_at = now()
        WHERE id = $1 AND messaging_status = 'failed' AND coalesce(messaging_event_at, '-infinity') < $2 RETURNING id";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&id.0, Type::UUID), (&event_at, Type::TIMESTAMPTZ)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// Says on a pending number why it waits.
pub async fn set_waiting_reason(client: &impl GenericClient, id: PhoneNumberId, reason: &str) -> Result<(), DbError> {
    let sql = "-- registrations::set_waiting_reason
        UPDATE workspace_phone_numbers SET messaging_failure_reason = $2, updated_at = now()
        WHERE id = $1 AND messaging_status = 'pending' AND messaging_failure_reason IS DISTINCT FROM $2";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&reason, Type::TEXT)]).await?;
    Ok(())
}

/// How many numbers beside this one the campaign has, with those that have left another one for it: no new number may take
/// their place, because they could text before.
pub async fn count_others_of_campaign(
    client: &impl GenericClient,
    campaign_id: &str,
    phone_number_sid: &str,
) -> Result<i64, DbError> {
    let sql = "-- registrations::count_others_of_campaign
        SELECT count(*) AS numbers FROM workspace_phone_numbers
        WHERE status <> 'released' AND phone_number_sid <> $2 AND (campaign_id = $1
            OR (campaign_id IS NULL AND former_campaign_id IS NOT NULL AND workspace_id =
                (SELECT c.workspace_id FROM messaging_campaigns c WHERE c.carrier_campaign_id = $1)))";
    let params = [(&campaign_id as _, Type::TEXT), (&phone_number_sid as _, Type::TEXT)];
    column(&client.query_typed_one(sql, &params).await?, "numbers")
}

/// Notes the event, once, with what became of it.
pub async fn record(
    client: &impl GenericClient,
    key: &str,
    kind: &str,
    owner: Option<WorkspaceId>,
) -> Result<(), DbError> {
    let sql = "-- registrations::record
        INSERT INTO webhook_events (provider, event_id, event_type, outcome, workspace_id)
        VALUES ('signalwire', $1, $2, $3, $4) ON CONFLICT (provider, event_id) DO NOTHING";
    let outcome = if owner.is_some() { "applied" } else { "ignored" };
    let workspace_id = owner.map(|owner| owner.0);
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] =
        [(&key, Type::TEXT), (&kind, Type::TEXT), (&outcome, Type::TEXT), (&workspace_id, Type::UUID)];
    client.query_typed(sql, &params).await?;
    Ok(())
}
