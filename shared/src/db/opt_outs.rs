//! `opt_outs`: who does not want texts from which number.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, types::Type};

use super::{DbError, Position, column, conversations::Thread, parsed};
use crate::domain::{Consent, NumberType, OptOutId, OptOutSource, PhoneNumber, PhoneNumberId, Sender, WorkspaceId};

/// A customer who does not want texts.
#[derive(Debug, Clone)]
pub struct OptOut {
    /// Its row.
    pub id: OptOutId,
    /// Our number; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Its department now.
    pub number_type: Option<NumberType>,
    /// The customer as the carrier writes it.
    pub counterpart: String,
    /// Who said so.
    pub source: OptOutSource,
    /// When it was said.
    pub opted_out_at: DateTime<Utc>,
}

fn from_row(row: &Row) -> Result<OptOut, DbError> {
    Ok(OptOut {
        id: OptOutId(column(row, "id")?),
        phone_number_id: column::<Option<uuid::Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
        number_type: super::parsed_opt(row, "number_type")?,
        counterpart: column(row, "counterpart")?,
        source: parsed(row, "source")?,
        opted_out_at: column(row, "changed_at")?,
    })
}

/// The proof that nobody has opted out of texts from this sender to this customer; `None` when somebody has. `answered`: the
/// conversation that is answered, whose opt-out counts as well, so that no other number gets around it.
pub async fn check(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    sender: Sender,
    to: PhoneNumber,
    answered: Option<&Thread>,
) -> Result<Option<Consent>, DbError> {
    let sql = "-- opt_outs::check
        SELECT EXISTS (SELECT FROM opt_outs WHERE workspace_id = $1 AND counterpart = $3 AND state = 'opted_out'
            AND (phone_number_id IS NOT DISTINCT FROM $2 OR phone_number_id IS NOT DISTINCT FROM $4)) AS opted_out";
    let answered = answered.map_or(sender.phone_number_id, |thread| thread.phone_number_id);
    let row = client
        .query_typed_one(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&sender.phone_number_id.map(|id| id.0), Type::UUID),
                (&to.as_str(), Type::TEXT),
                (&answered.map(|id| id.0), Type::UUID),
            ],
        )
        .await?;
    let opted_out: bool = column(&row, "opted_out")?;
    Ok((!opted_out).then(|| Consent::looked_up(sender, to)))
}

/// The opt-outs of some customers, as the carrier writes them.
pub async fn list_of(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    counterparts: &[String],
) -> Result<Vec<OptOut>, DbError> {
    let sql = "-- opt_outs::list_of
        SELECT o.id, o.phone_number_id, n.number_type, o.counterpart, o.source, o.changed_at
        FROM opt_outs o LEFT JOIN workspace_phone_numbers n ON n.id = o.phone_number_id
        WHERE o.workspace_id = $1 AND o.counterpart = ANY ($2) AND o.state = 'opted_out'
        ORDER BY o.changed_at DESC, o.id DESC";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&counterparts, Type::TEXT_ARRAY)]).await?;
    rows.iter().map(from_row).collect()
}

/// A page of the customers who do not want texts, the latest first.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<OptOut>, DbError> {
    let sql = "-- opt_outs::list
        SELECT o.id, o.phone_number_id, n.number_type, o.counterpart, o.source, o.changed_at
        FROM opt_outs o LEFT JOIN workspace_phone_numbers n ON n.id = o.phone_number_id
        WHERE o.workspace_id = $1 AND o.state = 'opted_out'
            AND ($2::timestamptz IS NULL OR (o.changed_at, o.id) < ($2, $3))
        ORDER BY o.changed_at DESC, o.id DESC
        LIMIT $4";
    let rows = client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&after.map(|p| p.at), Type::TIMESTAMPTZ),
                (&after.map(|p| p.id), Type::UUID),
                (&limit, Type::INT8),
            ],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Takes an opt-out back in the name of an admin. `None` when there is no such opt-out (any more).
pub async fn remove(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: OptOutId,
) -> Result<Option<OptOut>, DbError> {
    let sql = "-- opt_outs::remove
        WITH known AS (
            SELECT id, source, changed_at FROM opt_outs
            WHERE workspace_id = $1 AND id = $2 AND state = 'opted_out' FOR UPDATE
        ), removed AS (
            UPDATE opt_outs SET state = 'opted_in', source = 'admin', changed_at = now(), updated_at = now()
            WHERE workspace_id = $1 AND id = (SELECT id FROM known)
            RETURNING id, phone_number_id, counterpart
        )
        SELECT removed.id, removed.phone_number_id, n.number_type, removed.counterpart, known.source, known.changed_at
        FROM removed JOIN known ON known.id = removed.id
            LEFT JOIN workspace_phone_numbers n ON n.id = removed.phone_number_id";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}
