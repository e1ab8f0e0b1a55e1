//! `port_orders`: orders to bring numbers along. Whoever changes one holds its row's lock; a move of its state also says which
//! states it comes from.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, Position, column, parsed, parsed_opt};
use crate::domain::{
    DRAFT_DAYS, PhoneNumber, PortAccountType, PortOrderId, PortOrderState, REJECTION_DAYS, ServiceAddress, WorkspaceId,
};

/// What the losing carrier has to know. A draft may leave all of it out.
#[derive(Debug, Clone)]
pub struct Details {
    /// The present provider.
    pub losing_carrier: Option<String>,
    /// The account there.
    pub account_number: Option<SecretString>,
    /// What the provider asks before it lets a number go.
    pub pin: Option<SecretString>,
    /// Whose account it is.
    pub account_type: PortAccountType,
    /// The company, as the provider has it.
    pub company_name: Option<String>,
    /// Who may sign for the account.
    pub authorized_name: Option<String>,
    /// The number that the provider bills (BTN).
    pub billing_phone_number: Option<PhoneNumber>,
    /// Where the lines are.
    pub service_address: Option<ServiceAddress>,
    /// The date on the letter of authorisation.
    pub loa_signed_on: Option<NaiveDate>,
}

/// One row.
#[derive(Debug, Clone)]
pub struct PortOrder {
    /// Its id.
    pub id: PortOrderId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Where it stands.
    pub state: PortOrderState,
    /// Counts its changes.
    pub version: i32,
    /// What it says.
    pub details: Details,
    /// Why the losing carrier refused it, the last time.
    pub rejection_reason: Option<String>,
    /// When.
    pub rejected_at: Option<DateTime<Utc>>,
    /// The day on which the numbers move.
    pub foc_date: Option<NaiveDate>,
    /// What the carrier calls it.
    pub carrier_reference: Option<String>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl PortOrder {
    /// When it is cancelled by itself: a rejection that nobody answers, or a draft that nobody goes on with.
    #[must_use]
    pub fn cancels_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            PortOrderState::Draft => Some(self.updated_at + Duration::days(DRAFT_DAYS)),
            PortOrderState::Rejected => Some(self.rejected_at? + Duration::days(REJECTION_DAYS)),
            PortOrderState::Submitted
            | PortOrderState::Scheduled
            | PortOrderState::Completed
            | PortOrderState::Cancelled => None,
        }
    }
}

const COLUMNS: &str =
    "o.id, o.workspace_id, o.state, o.version, o.losing_carrier, o.account_number, o.pin, o.account_type,
    o.company_name, o.authorized_name, o.billing_phone_number, o.service_address, o.loa_signed_on, o.rejection_reason,
    o.rejected_at, o.foc_date, o.carrier_reference, o.cancel_reason, o.submitted_at, o.finished_at, o.created_at,
    o.updated_at";

fn from_row(row: &Row) -> Result<PortOrder, DbError> {
    let address: Option<Value> = column(row, "service_address")?;
    let corrupt = |e: serde_json::Error| DbError::Corrupt { column: "service_address", problem: e.to_string() };
    Ok(PortOrder {
        id: PortOrderId(column(row, "id")?),
        workspace_id: WorkspaceId(column(row, "workspace_id")?),
        state: parsed(row, "state")?,
        version: column(row, "version")?,
        details: Details {
            losing_carrier: column(row, "losing_carrier")?,
            account_number: column::<Option<String>>(row, "account_number")?.map(Into::into),
            pin: column::<Option<String>>(row, "pin")?.map(Into::into),
            account_type: parsed(row, "account_type")?,
            company_name: column(row, "company_name")?,
            authorized_name: column(row, "authorized_name")?,
            billing_phone_number: parsed_opt(row, "billing_phone_number")?,
            service_address: address.map(serde_json::from_value).transpose().map_err(corrupt)?,
            loa_signed_on: column(row, "loa_signed_on")?,
        },
        rejection_reason: column(row, "rejection_reason")?,
        rejected_at: column(row, "rejected_at")?,
        foc_date: column(row, "foc_date")?,
        carrier_reference: column(row, "carrier_reference")?,
        cancel_reason: column(row, "cancel_reason")?,
        submitted_at: column(row, "submitted_at")?,
        finished_at: column(row, "finished_at")?,
        created_at: column(row, "created_at")?,
        updated_at: column(row, "updated_at")?,
    })
}

/// Begins a draft.
pub async fn insert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    created_by: &str,
) -> Result<PortOrderId, DbError> {
    let sql = "-- port_orders::insert
        INSERT INTO port_orders (workspace_id, created_by) VALUES ($1, $2) RETURNING id";
    let row = client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID), (&created_by, Type::TEXT)]).await?;
    Ok(PortOrderId(column(&row, "id")?))
}

/// One of a workspace's.
pub async fn find(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PortOrderId,
) -> Result<Option<PortOrder>, DbError> {
    let sql = format!(
        "-- port_orders::find
        SELECT {COLUMNS} FROM port_orders o WHERE o.workspace_id = $1 AND o.id = $2"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// One of a workspace's, locked until the transaction ends.
pub async fn find_locked(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PortOrderId,
) -> Result<Option<PortOrder>, DbError> {
    let sql = format!(
        "-- port_orders::find_locked
        SELECT {COLUMNS} FROM port_orders o WHERE o.workspace_id = $1 AND o.id = $2 FOR UPDATE"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// Whose an order is that has been submitted, with the name of the organisation. For the operator.
pub async fn find_owner(
    client: &impl GenericClient,
    id: PortOrderId,
) -> Result<Option<(WorkspaceId, String)>, DbError> {
    let sql = "-- port_orders::find_owner
        SELECT o.workspace_id, w.name FROM port_orders o JOIN workspaces w ON w.id = o.workspace_id
        WHERE o.id = $1 AND o.submitted_at IS NOT NULL";
    let row = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?;
    row.map(|row| Ok((WorkspaceId(column(&row, "workspace_id")?), column(&row, "name")?))).transpose()
}

/// An order in a list, with its numbers.
#[derive(Debug)]
pub struct Listed {
    /// The order.
    pub order: PortOrder,
    /// Its numbers.
    pub phone_numbers: Vec<PhoneNumber>,
    /// The name of its organisation.
    pub workspace_name: String,
}

fn listed(row: &Row) -> Result<Listed, DbError> {
    let numbers: Vec<&str> = column(row, "phone_numbers")?;
    let phone_numbers = numbers.into_iter().map(PhoneNumber::parse).collect::<Result<_, _>>();
    Ok(Listed {
        order: from_row(row)?,
        phone_numbers: phone_numbers
            .map_err(|e| DbError::Corrupt { column: "phone_numbers", problem: e.to_string() })?,
        workspace_name: column(row, "workspace_name")?,
    })
}

/// A page of a workspace's orders, newest first.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    state: Option<PortOrderState>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Listed>, DbError> {
    let sql = format!(
        "-- port_orders::list
        SELECT {COLUMNS}, w.name AS workspace_name, ARRAY(SELECT n.phone_number FROM port_order_numbers n
            WHERE n.order_id = o.id AND n.removed_at IS NULL ORDER BY n.position) AS phone_numbers
        FROM port_orders o JOIN workspaces w ON w.id = o.workspace_id
        WHERE o.workspace_id = $1 AND ($2::text IS NULL OR o.state = $2)
            AND ($3::timestamptz IS NULL OR (o.created_at, o.id) < ($3, $4))
        ORDER BY o.created_at DESC, o.id DESC LIMIT $5"
    );
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&workspace_id.0, Type::UUID),
        (&state.map(PortOrderState::as_str), Type::TEXT),
        (&after.map(|p| p.at), Type::TIMESTAMPTZ),
        (&after.map(|p| p.id), Type::UUID),
        (&limit, Type::INT8),
    ];
    client.query_typed(&sql, &params).await?.iter().map(listed).collect()
}

/// A page of everybody's orders that were submitted at some time, newest first. Without a state: those that are open.
pub async fn list_of_all(
    client: &impl GenericClient,
    state: Option<PortOrderState>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Listed>, DbError> {
    let sql = format!(
        "-- port_orders::list_of_all
        SELECT {COLUMNS}, w.name AS workspace_name, ARRAY(SELECT n.phone_number FROM port_order_numbers n
            WHERE n.order_id = o.id AND n.removed_at IS NULL ORDER BY n.position) AS phone_numbers
        FROM port_orders o JOIN workspaces w ON w.id = o.workspace_id
        WHERE o.submitted_at IS NOT NULL AND o.state <> 'draft'
            AND CASE WHEN $1::text IS NULL THEN o.finished_at IS NULL ELSE o.state = $1 END
            AND ($2::timestamptz IS NULL OR (o.created_at, o.id) < ($2, $3))
        ORDER BY o.created_at DESC, o.id DESC LIMIT $4"
    );
    let params: [(&(dyn ToSql + Sync), Type); 4] = [
        (&state.map(PortOrderState::as_str), Type::TEXT),
        (&after.map(|p| p.at), Type::TIMESTAMPTZ),
        (&after.map(|p| p.id), Type::UUID),
        (&limit, Type::INT8),
    ];
    client.query_typed(&sql, &params).await?.iter().map(listed).collect()
}

/// Stores what an order says.
pub async fn set_details(client: &impl GenericClient, id: PortOrderId, details: &Details) -> Result<(), DbError> {
    let sql = "-- port_orders::set_details
        UPDATE port_orders SET losing_carrier = $2, account_number = $3, pin = $4, account_type = $5, company_name = $6,
            authorized_name = $7, billing_phone_number = $8, service_address = $9, loa_signed_on = $10
        WHERE id = $1";
    let secret = |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose_secret().to_owned());
    let params: [(&(dyn ToSql + Sync), Type); 10] = [
        (&id.0, Type::UUID),
        (&details.losing_carrier, Type::TEXT),
        (&secret(&details.account_number), Type::TEXT),
        (&secret(&details.pin), Type::TEXT),
        (&details.account_type.as_str(), Type::TEXT),
        (&details.company_name, Type::TEXT),
        (&details.authorized_name, Type::TEXT),
        (&details.billing_phone_number.as_ref().map(PhoneNumber::as_str), Type::TEXT),
        (&details.service_address.as_ref().map(|address| serde_json::json!(address)), Type::JSONB),
        (&details.loa_signed_on, Type::DATE),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Counts a change. The caller holds the lock and has compared the version.
pub async fn touch(client: &impl GenericClient, id: PortOrderId) -> Result<(), DbError> {
    let sql = "-- port_orders::touch
        UPDATE port_orders SET version = version + 1, updated_at = now() WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// Where an order moves to, and what comes with it.
#[derive(Debug, Clone)]
pub enum Move {
    /// To the operator.
    Submitted,
    /// Refused by the losing carrier.
    Rejected(String),
    /// There is a FOC date.
    Scheduled(NaiveDate),
    /// Done.
    Completed,
    /// Called off.
    Cancelled(Option<String>),
}

impl Move {
    /// The state that it leads to.
    #[must_use]
    pub fn state(&self) -> PortOrderState {
        match self {
            Self::Submitted => PortOrderState::Submitted,
            Self::Rejected(_) => PortOrderState::Rejected,
            Self::Scheduled(_) => PortOrderState::Scheduled,
            Self::Completed => PortOrderState::Completed,
            Self::Cancelled(_) => PortOrderState::Cancelled,
        }
    }
}

/// Moves an order from the state that the caller has seen under the lock. `false`: it is another by now.
pub async fn set_state(
    client: &impl GenericClient,
    id: PortOrderId,
    from: PortOrderState,
    to: &Move,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "-- port_orders::set_state
        UPDATE port_orders SET state = $3, version = version + 1, updated_at = now(),
            submitted_at = CASE WHEN $3 = 'submitted' THEN $4 ELSE submitted_at END,
            rejection_reason = CASE WHEN $3 = 'rejected' THEN $5 ELSE rejection_reason END,
            rejected_at = CASE WHEN $3 = 'rejected' THEN $4 ELSE rejected_at END,
            reminders = CASE WHEN $3 = 'rejected' THEN 0 ELSE reminders END,
            foc_date = CASE WHEN $3 = 'scheduled' THEN $6 WHEN $3 IN ('submitted', 'rejected') THEN NULL ELSE foc_date END,
            cancel_reason = CASE WHEN $3 = 'cancelled' THEN $5 ELSE cancel_reason END,
            finished_at = CASE WHEN $3 IN ('completed', 'cancelled') THEN $4 END,
            pin = CASE WHEN $3 IN ('completed', 'cancelled') THEN NULL ELSE pin END
        WHERE id = $1 AND state = $2 RETURNING id";
    let text = match to {
        Move::Rejected(reason) => Some(reason.clone()),
        Move::Cancelled(reason) => reason.clone(),
        Move::Submitted | Move::Scheduled(_) | Move::Completed => None,
    };
    let foc_date = if let Move::Scheduled(date) = to { Some(*date) } else { None };
    let params: [(&(dyn ToSql + Sync), Type); 6] = [
        (&id.0, Type::UUID),
        (&from.as_str(), Type::TEXT),
        (&to.state().as_str(), Type::TEXT),
        (&now, Type::TIMESTAMPTZ),
        (&text, Type::TEXT),
        (&foc_date, Type::DATE),
    ];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// Notes what the carrier calls an order.
pub async fn set_reference(client: &impl GenericClient, id: PortOrderId, reference: &str) -> Result<(), DbError> {
    let sql = "-- port_orders::set_reference
        UPDATE port_orders SET carrier_reference = $2, updated_at = now() WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&reference, Type::TEXT)]).await?;
    Ok(())
}

/// An order that the sweep has something to do about, and whose it is.
pub type Due = (PortOrderId, WorkspaceId);
