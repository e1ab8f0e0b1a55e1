//! `port_order_numbers`: the numbers of port orders. A number that is claimed counts against the plan's limit, and is nobody
//! else's to claim.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, column, numbers::stored_number, parsed, port_orders::PortOrder};
use crate::domain::{
    Capabilities, FriendlyName, NumberType, PhoneNumber, PhoneNumberId, PortNumberId, PortOrderId, Portability,
    WorkspaceId,
};

/// What a number is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The number.
    pub phone_number: PhoneNumber,
    /// Its department.
    pub number_type: NumberType,
    /// What to call it.
    pub friendly_name: FriendlyName,
    /// The number that it takes the place of.
    pub replaces: Option<PhoneNumberId>,
}

/// A number in the carrier account.
#[derive(Debug, Clone)]
pub struct Found {
    /// The carrier's id.
    pub phone_number_sid: String,
    /// What the carrier has switched on.
    pub capabilities: Capabilities,
    /// Its webhooks.
    pub voice_url: Option<String>,
    /// See `voice_url`.
    pub sms_url: Option<String>,
    /// See `voice_url`.
    pub status_callback_url: Option<String>,
    /// Since when it has them.
    pub found_at: DateTime<Utc>,
}

/// One row.
#[derive(Debug, Clone)]
pub struct PortNumber {
    /// Its id.
    pub id: PortNumberId,
    /// The number.
    pub phone_number: PhoneNumber,
    /// Its department.
    pub number_type: NumberType,
    /// What to call it.
    pub friendly_name: String,
    /// The number that it takes the place of.
    pub replaces: Option<PhoneNumberId>,
    /// What the lookup said.
    pub portability: Portability,
    /// The kind of line, in the carrier's word.
    pub line_type: Option<String>,
    /// As the carrier account has it, once it is there with our webhooks.
    pub found: Option<Found>,
    /// The number, once it is the workspace's.
    pub phone_number_id: Option<PhoneNumberId>,
}

const COLUMNS: &str = "id, phone_number, number_type, friendly_name, replaces_phone_number_id, portability, line_type,
    phone_number_sid, capabilities, voice_url, sms_url, status_callback_url, found_at, phone_number_id";

fn from_row(row: &Row) -> Result<PortNumber, DbError> {
    Ok(PortNumber {
        id: PortNumberId(column(row, "id")?),
        phone_number: stored_number(row, "phone_number")?,
        number_type: parsed(row, "number_type")?,
        friendly_name: column(row, "friendly_name")?,
        replaces: column::<Option<Uuid>>(row, "replaces_phone_number_id")?.map(PhoneNumberId),
        portability: parsed(row, "portability")?,
        line_type: column(row, "line_type")?,
        found: found(row)?,
        phone_number_id: column::<Option<Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
    })
}

fn found(row: &Row) -> Result<Option<Found>, DbError> {
    let Some(found_at) = column::<Option<DateTime<Utc>>>(row, "found_at")? else { return Ok(None) };
    let capabilities: Value = column(row, "capabilities")?;
    Ok(Some(Found {
        phone_number_sid: column(row, "phone_number_sid")?,
        capabilities: serde_json::from_value(capabilities)
            .map_err(|e| DbError::Corrupt { column: "capabilities", problem: e.to_string() })?,
        voice_url: column(row, "voice_url")?,
        sms_url: column(row, "sms_url")?,
        status_callback_url: column(row, "status_callback_url")?,
        found_at,
    }))
}

/// The numbers of an order, in its order.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    order_id: PortOrderId,
) -> Result<Vec<PortNumber>, DbError> {
    let sql = format!(
        "-- port_numbers::list
        SELECT {COLUMNS} FROM port_order_numbers WHERE workspace_id = $1 AND order_id = $2 AND removed_at IS NULL
        ORDER BY position"
    );
    let rows = client.query_typed(&sql, &[(&workspace_id.0, Type::UUID), (&order_id.0, Type::UUID)]).await?;
    rows.iter().map(from_row).collect()
}

/// Makes these the numbers of an order. What was found out about one that stays, stays.
///
/// # Errors
/// The constraint `port_order_numbers_replaced_key`: another order takes the place of the same number.
pub async fn replace(client: &impl GenericClient, order: &PortOrder, wishes: &[Wish]) -> Result<(), DbError> {
    let kept: Vec<&str> = wishes.iter().map(|wish| wish.phone_number.as_str()).collect();
    let sql = "-- port_numbers::remove_others
        UPDATE port_order_numbers SET removed_at = now(), claimed = false, updated_at = now()
        WHERE workspace_id = $1 AND order_id = $2 AND removed_at IS NULL AND phone_number <> ALL ($3)";
    let ids = [(&order.workspace_id.0 as _, Type::UUID), (&order.id.0 as _, Type::UUID)];
    client.query_typed(sql, &[ids[0].clone(), ids[1].clone(), (&kept, Type::TEXT_ARRAY)]).await?;
    // A rejected order holds its claim: two of its numbers that trade what they replace would meet in the unique index.
    let sql = "-- port_numbers::clear_replaced
        UPDATE port_order_numbers SET replaces_phone_number_id = NULL, updated_at = now()
        WHERE workspace_id = $1 AND order_id = $2 AND removed_at IS NULL AND replaces_phone_number_id IS NOT NULL";
    client.query_typed(sql, &ids).await?;
    for (position, wish) in (0_i16..).zip(wishes) {
        let sql = "-- port_numbers::upsert
            INSERT INTO port_order_numbers (workspace_id, order_id, position, phone_number, number_type, friendly_name,
                replaces_phone_number_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (order_id, phone_number) WHERE removed_at IS NULL DO UPDATE SET position = excluded.position,
                number_type = excluded.number_type, friendly_name = excluded.friendly_name,
                replaces_phone_number_id = excluded.replaces_phone_number_id, updated_at = now()";
        let params: [(&(dyn ToSql + Sync), Type); 7] = [
            (&order.workspace_id.0, Type::UUID),
            (&order.id.0, Type::UUID),
            (&position, Type::INT2),
            (&wish.phone_number.as_str(), Type::TEXT),
            (&wish.number_type.as_str(), Type::TEXT),
            (&wish.friendly_name.as_str(), Type::TEXT),
            (&wish.replaces.map(|id| id.0), Type::UUID),
        ];
        client.query_typed(sql, &params).await?;
    }
    Ok(())
}

/// Which of these numbers another open order of the workspace has as well.
pub async fn list_ordered_elsewhere(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    except: PortOrderId,
    numbers: &[PhoneNumber],
) -> Result<Vec<PhoneNumber>, DbError> {
    let sql = "-- port_numbers::list_ordered_elsewhere
        SELECT DISTINCT n.phone_number FROM port_order_numbers n JOIN port_orders o ON o.id = n.order_id
        WHERE n.workspace_id = $1 AND o.workspace_id = $1 AND n.order_id <> $2 AND n.phone_number = ANY ($3)
            AND n.removed_at IS NULL AND o.finished_at IS NULL";
    let texts: Vec<&str> = numbers.iter().map(PhoneNumber::as_str).collect();
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&except.0, Type::UUID), (&texts, Type::TEXT_ARRAY)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter().map(|row| stored_number(row, "phone_number")).collect()
}

/// Which of these numbers of the workspace another order takes the place of, from its submission to its end.
pub async fn list_replaced_elsewhere(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    except: PortOrderId,
    numbers: &[PhoneNumberId],
) -> Result<Vec<PhoneNumberId>, DbError> {
    let sql = "-- port_numbers::list_replaced_elsewhere
        SELECT replaces_phone_number_id FROM port_order_numbers
        WHERE workspace_id = $1 AND order_id <> $2 AND replaces_phone_number_id = ANY ($3) AND claimed";
    let ids: Vec<Uuid> = numbers.iter().map(|id| id.0).collect();
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&except.0, Type::UUID), (&ids, Type::UUID_ARRAY)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter().map(|row| column(row, "replaces_phone_number_id").map(PhoneNumberId)).collect()
}

/// Which of these numbers cannot be ported here, because somebody on the platform has them, is getting them, or has just
/// given them back.
pub async fn list_unportable(
    client: &impl GenericClient,
    numbers: &[PhoneNumber],
) -> Result<Vec<PhoneNumber>, DbError> {
    let sql = "-- port_numbers::list_unportable
        SELECT phone_number FROM find_unportable_numbers($1) AS phone_number";
    let texts: Vec<&str> = numbers.iter().map(PhoneNumber::as_str).collect();
    let rows = client.query_typed(sql, &[(&texts, Type::TEXT_ARRAY)]).await?;
    rows.iter().map(|row| stored_number(row, "phone_number")).collect()
}

/// Claims the numbers of an order, or gives them up.
///
/// # Errors
/// A constraint `port_order_numbers_…_key`: somebody else was faster.
pub async fn set_claimed(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    order_id: PortOrderId,
    claim: Claim,
) -> Result<(), DbError> {
    let sql = "-- port_numbers::set_claimed
        UPDATE port_order_numbers SET claimed = $3, updated_at = now()
        WHERE workspace_id = $1 AND order_id = $2 AND removed_at IS NULL AND claimed <> $3";
    let claimed = claim == Claim::Taken;
    client
        .query_typed(sql, &[(&workspace_id.0, Type::UUID), (&order_id.0, Type::UUID), (&claimed, Type::BOOL)])
        .await?;
    Ok(())
}

/// Whether the numbers of an order are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// They are.
    Taken,
    /// They are not, or not any more.
    GivenUp,
}

/// Stores what the carrier's lookup said. A number that is portable stays so: of two attempts at once one may have had no
/// answer. A row is of one number for as long as it is not removed, so nothing is said of another.
pub async fn set_portability(
    client: &impl GenericClient,
    id: PortNumberId,
    portability: Portability,
    line_type: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- port_numbers::set_portability
        UPDATE port_order_numbers SET portability = $2, line_type = $3, checked_at = $4, updated_at = now()
        WHERE id = $1 AND removed_at IS NULL AND portability <> 'portable'";
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&id.0, Type::UUID), (&portability.as_str(), Type::TEXT), (&line_type, Type::TEXT), (&now, Type::TIMESTAMPTZ)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Gives a number to the workspace: it is claimed no more, it is owned.
pub async fn mark_owned(
    client: &impl GenericClient,
    id: PortNumberId,
    phone_number_id: PhoneNumberId,
) -> Result<(), DbError> {
    let sql = "-- port_numbers::mark_owned
        UPDATE port_order_numbers SET phone_number_id = $2, claimed = false, updated_at = now() WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&phone_number_id.0, Type::UUID)]).await?;
    Ok(())
}

/// A number that an open order waits for.
#[derive(Debug, Clone)]
pub struct Awaited {
    /// Its row.
    pub id: PortNumberId,
    /// Its order.
    pub order_id: PortOrderId,
    /// Whose it will be.
    pub workspace_id: WorkspaceId,
    /// It has our webhooks, as far as we know.
    pub is_found: bool,
}

/// Who waits for this number, if anybody does.
pub async fn find_awaited(client: &impl GenericClient, number: &PhoneNumber) -> Result<Option<Awaited>, DbError> {
    let sql = "-- port_numbers::find_awaited
        SELECT id, order_id, workspace_id, found_at IS NOT NULL AS is_found FROM port_order_numbers
        WHERE phone_number = $1 AND claimed";
    let row = client.query_typed_opt(sql, &[(&number.as_str(), Type::TEXT)]).await?;
    row.map(|row| {
        Ok(Awaited {
            id: PortNumberId(column(&row, "id")?),
            order_id: PortOrderId(column(&row, "order_id")?),
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            is_found: column(&row, "is_found")?,
        })
    })
    .transpose()
}

/// Takes the lease of a number whose webhooks are to be set. `false`: another sweep is at it.
pub async fn lease(client: &impl GenericClient, id: PortNumberId, seconds: i32) -> Result<bool, DbError> {
    let sql = "-- port_numbers::lease
        UPDATE port_order_numbers SET leased_until = now() + make_interval(secs => $2), updated_at = now()
        WHERE id = $1 AND claimed AND (leased_until IS NULL OR leased_until <= now()) RETURNING id";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&id.0, Type::UUID), (&f64::from(seconds), Type::FLOAT8)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// Notes how the carrier account has a number, and gives the lease back. `true`: it was not noted before.
pub async fn set_found(client: &impl GenericClient, id: PortNumberId, found: &Found) -> Result<bool, DbError> {
    let sql = "-- port_numbers::set_found
        WITH before AS (SELECT found_at FROM port_order_numbers WHERE id = $1)
        UPDATE port_order_numbers n SET phone_number_sid = $2, capabilities = $3, voice_url = $4, sms_url = $5,
            status_callback_url = $6, found_at = coalesce(n.found_at, $7), leased_until = NULL, updated_at = now()
        FROM before WHERE n.id = $1 AND n.claimed RETURNING before.found_at IS NULL AS is_new";
    let capabilities = json!(found.capabilities);
    let params: [(&(dyn ToSql + Sync), Type); 7] = [
        (&id.0, Type::UUID),
        (&found.phone_number_sid, Type::TEXT),
        (&capabilities, Type::JSONB),
        (&found.voice_url, Type::TEXT),
        (&found.sms_url, Type::TEXT),
        (&found.status_callback_url, Type::TEXT),
        (&found.found_at, Type::TIMESTAMPTZ),
    ];
    let row = client.query_typed_opt(sql, &params).await?;
    row.map_or(Ok(false), |row| column(&row, "is_new"))
}
