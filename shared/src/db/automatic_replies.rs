//! `automatic_replies`: the answers that customers' keywords ask for.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, types::Type};

use super::{DbError, column, parsed};
use crate::domain::{AutomaticReplyId, Consent, MessageId, PhoneNumber, PhoneNumberId, ReplyKind, Sender, WorkspaceId};

/// An answer that nobody has given yet. The row is locked until the transaction ends.
#[derive(Debug)]
pub struct Waiting {
    /// Its row.
    pub id: AutomaticReplyId,
    /// Whose number was texted.
    pub workspace_id: WorkspaceId,
    /// Which number; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// What it says.
    pub kind: ReplyKind,
    counterpart: String,
}

impl Waiting {
    /// The customer has just asked for this answer on this number, also when it is "no more texts". `None` when the
    /// sender is another number, or when the other side has no phone number.
    #[must_use]
    pub fn consent(&self, sender: Sender) -> Option<Consent> {
        let to = PhoneNumber::parse(&self.counterpart).ok()?;
        (sender.phone_number_id == self.phone_number_id).then(|| Consent::looked_up(sender, to))
    }
}

/// Takes an answer that waits; a simultaneous taker waits here, and then finds nothing.
pub async fn claim(client: &impl GenericClient, id: AutomaticReplyId) -> Result<Option<Waiting>, DbError> {
    let sql = "-- automatic_replies::claim
        SELECT id, workspace_id, phone_number_id, kind, counterpart FROM automatic_replies
        WHERE id = $1 AND state = 'waiting' FOR UPDATE";
    let row = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?;
    row.map(|row| {
        Ok(Waiting {
            id: AutomaticReplyId(column(&row, "id")?),
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            phone_number_id: column::<Option<uuid::Uuid>>(&row, "phone_number_id")?.map(PhoneNumberId),
            kind: parsed(&row, "kind")?,
            counterpart: column(&row, "counterpart")?,
        })
    })
    .transpose()
}

/// Notes which message gives the answer, before the carrier is asked; or, without one, that none is given.
pub async fn mark_done(
    client: &impl GenericClient,
    id: AutomaticReplyId,
    message_id: Option<MessageId>,
) -> Result<(), DbError> {
    let sql = "-- automatic_replies::mark_done
        UPDATE automatic_replies
        SET state = CASE WHEN $2::uuid IS NULL THEN 'skipped' ELSE 'sent' END, message_id = $2, updated_at = now()
        WHERE id = $1 AND state = 'waiting'";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&message_id.map(|id| id.0), Type::UUID)]).await?;
    Ok(())
}

/// Answers whose queue message got lost; notes that another one is sent for each now.
pub async fn claim_forgotten(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<AutomaticReplyId>, DbError> {
    let sql = "-- automatic_replies::claim_forgotten
        UPDATE automatic_replies SET queued_at = $1
        WHERE id IN (
            SELECT id FROM automatic_replies WHERE state = 'waiting' AND queued_at < $1 - interval '2 minutes'
            ORDER BY queued_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(AutomaticReplyId(column(row, "id")?))).collect()
}
