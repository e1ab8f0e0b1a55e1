//! `port_order_events`: what happened to a port order, to be read by people. Never a PIN or an account number.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{DbError, column, parsed, port_orders::Due};
use crate::domain::{PortEvent, PortOrderState, PortParty};

/// One row.
#[derive(Debug, Clone)]
pub struct Happened {
    /// What.
    pub event: PortEvent,
    /// By whom.
    pub party: PortParty,
    /// The Clerk user.
    pub actor: Option<String>,
    /// The state after it.
    pub state: PortOrderState,
    /// Reason, date, names of fields.
    pub detail: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What to note.
#[derive(Debug)]
pub struct Note<'a> {
    /// What.
    pub event: PortEvent,
    /// By whom.
    pub party: PortParty,
    /// The Clerk user.
    pub actor: Option<&'a str>,
    /// The state after it.
    pub state: PortOrderState,
    /// Reason, date, names of fields.
    pub detail: Option<&'a str>,
}

/// Notes what happened, in the transaction of the change.
pub async fn insert(
    client: &impl GenericClient,
    (order_id, workspace_id): Due,
    note: &Note<'_>,
) -> Result<(), DbError> {
    let sql = "-- port_events::insert
        INSERT INTO port_order_events (workspace_id, order_id, event, party, actor, state, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let params: [(&(dyn ToSql + Sync), Type); 7] = [
        (&workspace_id.0, Type::UUID),
        (&order_id.0, Type::UUID),
        (&note.event.as_str(), Type::TEXT),
        (&note.party.as_str(), Type::TEXT),
        (&note.actor, Type::TEXT),
        (&note.state.as_str(), Type::TEXT),
        (&note.detail, Type::TEXT),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// The history of an order, the oldest first.
pub async fn list(client: &impl GenericClient, (order_id, workspace_id): Due) -> Result<Vec<Happened>, DbError> {
    let sql = "-- port_events::list
        SELECT event, party, actor, state, detail, created_at FROM port_order_events
        WHERE workspace_id = $1 AND order_id = $2 ORDER BY created_at, id";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&order_id.0, Type::UUID)]).await?;
    let read = |row: &tokio_postgres::Row| {
        Ok(Happened {
            event: parsed(row, "event")?,
            party: parsed(row, "party")?,
            actor: column(row, "actor")?,
            state: parsed(row, "state")?,
            detail: column(row, "detail")?,
            at: column(row, "created_at")?,
        })
    };
    rows.iter().map(read).collect()
}
