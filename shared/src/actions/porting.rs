//! Port orders: reading one whole, and the end of one, at which its numbers become the workspace's.

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio_postgres::GenericClient;
use url::Url;

use crate::{
    config::BusinessConfig,
    db::{
        DbError,
        audit_log::{self, Action, Actor, Entry},
        carrier_releases, number_changes,
        number_changes::NumberChange,
        numbers::{self, NewNumber},
        port_documents::{self, PortDocument},
        port_events::{self, Happened, Note},
        port_numbers::{self, Claim, Found, PortNumber},
        port_orders::{self, Due, Move, PortOrder},
        workspaces,
    },
    domain::{
        Edit, MessagingStatus, NumberStatus, NumberType, PhoneNumber, PhoneNumberId, PortEvent, PortOrderId, PortParty,
        WorkspaceId,
    },
    storage::{Storage, StorageError},
};

/// An order with everything that belongs to it.
#[derive(Debug)]
pub struct WholeOrder {
    /// The order.
    pub order: PortOrder,
    /// Its numbers.
    pub numbers: Vec<PortNumber>,
    /// Its documents, with an address for those who may see them.
    pub documents: Vec<(PortDocument, Option<Url>)>,
    /// Its history.
    pub history: Vec<Happened>,
}

/// Reads one of a workspace's orders.
pub async fn find(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PortOrderId,
) -> Result<Option<WholeOrder>, DbError> {
    let Some(order) = port_orders::find(client, workspace_id, id).await? else { return Ok(None) };
    let documents = port_documents::list(client, workspace_id, id).await?;
    Ok(Some(WholeOrder {
        numbers: port_numbers::list(client, workspace_id, id).await?,
        documents: documents.into_iter().map(|document| (document, None)).collect(),
        history: port_events::list(client, (id, workspace_id)).await?,
        order,
    }))
}

impl WholeOrder {
    /// Gives each document an address at which it can be fetched for a quarter of an hour, unless its file was deleted.
    pub async fn sign_documents(&mut self, storage: &Storage) -> Result<(), StorageError> {
        for (document, url) in self.documents.iter_mut().filter(|(document, _)| document.deleted_at.is_none()) {
            *url = Some(storage.address(&document.object_key, &document.content_type).await?);
        }
        Ok(())
    }
}

/// Who does something about an order.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// In which part.
    pub party: PortParty,
    /// The person.
    pub actor: Actor<'a>,
}

impl By<'_> {
    /// The sweep.
    pub const SYSTEM: By<'static> = By { party: PortParty::System, actor: Actor::SYSTEM };
}

/// Moves an order, with its history and the audit log. The caller holds its lock. `false`: the state does not allow it.
pub async fn move_order(
    client: &impl GenericClient,
    order: &PortOrder,
    to: &Move,
    by: By<'_>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    if !order.state.may_become(to.state(), by.party)
        || !port_orders::set_state(client, order.id, order.state, to, now).await?
    {
        return Ok(false);
    }
    let (event, action, detail) = match to {
        Move::Submitted => (PortEvent::Submitted, Action::PortOrderSubmitted, None),
        Move::Rejected(reason) => (PortEvent::Rejected, Action::PortOrderRejected, Some(reason.clone())),
        Move::Scheduled(date) => (PortEvent::Scheduled, Action::PortOrderScheduled, Some(date.to_string())),
        Move::Completed => (PortEvent::Completed, Action::PortOrderCompleted, None),
        Move::Cancelled(reason) => {
            port_numbers::set_claimed(client, order.workspace_id, order.id, Claim::GivenUp).await?;
            (PortEvent::Cancelled, Action::PortOrderCancelled, reason.clone())
        }
    };
    let actor = (by.party != PortParty::System).then_some(by.actor.user);
    let note = Note { event, party: by.party, actor, state: to.state(), detail: detail.as_deref() };
    port_events::insert(client, (order.id, order.workspace_id), &note).await?;
    audit(client, order, action, by).await?;
    tracing::info!(workspace_id = %order.workspace_id, port_order_id = %order.id, state = %to.state(), "port order moved");
    Ok(true)
}

/// Notes in the audit log who did what. Neither numbers nor what the order says.
pub async fn audit(client: &impl GenericClient, order: &PortOrder, action: Action, by: By<'_>) -> Result<(), DbError> {
    let entry = Entry {
        actor: by.actor,
        action,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "portOrderId": order.id, "by": by.party }),
    };
    audit_log::insert(client, order.workspace_id, &entry).await
}

/// Why an order is not completed.
#[derive(Debug, thiserror::Error)]
pub enum CompletionError {
    /// It is not scheduled.
    #[error("only a scheduled order can be completed")]
    State,
    /// Somebody changed it.
    #[error("somebody else changed the order; read it again")]
    Changed,
    /// The carrier account does not have them yet.
    #[error("these numbers are not in the carrier account yet: {}", masked(.0))]
    NumbersMissing(Vec<PhoneNumber>),
    /// The workspace's organisation is gone.
    #[error("the organisation of the workspace is gone; cancel the order")]
    WorkspaceDeleted,
    /// Another row has one of the numbers: a person has to look at it.
    #[error("a number of the order is owned already")]
    NumberOwned,
    /// Postgres.
    #[error(transparent)]
    Database(DbError),
}

impl From<DbError> for CompletionError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Constraint { constraint, .. } if constraint.starts_with("workspace_phone_numbers_owned") => {
                Self::NumberOwned
            }
            error => Self::Database(error),
        }
    }
}

fn masked(numbers: &[PhoneNumber]) -> String {
    numbers.iter().map(PhoneNumber::masked).collect::<Vec<_>>().join(", ")
}

/// Makes the numbers of a scheduled order the workspace's: all of them or none, in this one transaction, which the caller
/// commits. Of two at once the second finds the order completed. `version`: what the caller has seen, if anybody has.
///
/// A new US local number then gets its campaign assignment by the sweep and the provisioning worker, as a bought one whose
/// queue message got lost does; a number that was replaced goes back to the carrier in the way of every release.
pub async fn complete(
    transaction: &impl GenericClient,
    business: &BusinessConfig,
    (id, workspace_id): Due,
    by: By<'_>,
    (now, version): (DateTime<Utc>, Option<i32>),
) -> Result<(), CompletionError> {
    let workspace = workspaces::lock(transaction, workspace_id).await?;
    let order = port_orders::find_locked(transaction, workspace_id, id).await?.ok_or(CompletionError::State)?;
    if version.is_some_and(|version| version != order.version) {
        return Err(CompletionError::Changed);
    }
    if !order.state.may_become(Move::Completed.state(), by.party) {
        return Err(CompletionError::State);
    }
    if workspace.deleted {
        return Err(CompletionError::WorkspaceDeleted);
    }
    let listed = port_numbers::list(transaction, workspace_id, id).await?;
    let (mut arrived, mut missing) = (Vec::new(), Vec::new());
    for number in listed {
        match number.found.clone() {
            Some(found) => arrived.push((number, found)),
            None => missing.push(number.phone_number),
        }
    }
    if !missing.is_empty() {
        return Err(CompletionError::NumbersMissing(missing));
    }
    for (number, found) in &arrived {
        take_over(transaction, business, &order, (number, found), by).await?;
    }
    if !move_order(transaction, &order, &Move::Completed, by, now).await? {
        return Err(CompletionError::State);
    }
    Ok(())
}

/// One number: the one that it replaces goes first, so that a primary can take the place of a primary.
async fn take_over(
    transaction: &impl GenericClient,
    business: &BusinessConfig,
    order: &PortOrder,
    (number, found): (&PortNumber, &Found),
    by: By<'_>,
) -> Result<(), DbError> {
    let workspace_id = order.workspace_id;
    let replaced = match number.replaces {
        Some(id) => number_changes::find(transaction, workspace_id, id).await?,
        None => None,
    };
    if let Some(old) = replaced.as_ref().filter(|old| old.status != NumberStatus::Released) {
        release(transaction, order, (old.id, &old.phone_number_sid), by).await?;
    }
    if number.number_type == NumberType::Primary {
        // What is on the workspace's cards is its primary number.
        number_changes::demote_other_primary(transaction, workspace_id, PhoneNumberId(number.id.0)).await?;
    }
    let id = numbers::insert(transaction, workspace_id, &new_number(business, number, found)).await?;
    if let Some(old) = replaced {
        let change = NumberChange { voice: old.voice.map_or(Edit::Keep, Edit::Set), ..NumberChange::default() };
        number_changes::update(transaction, workspace_id, id, &change).await?;
        number_changes::continue_conversations(transaction, workspace_id, old.id, id).await?;
    }
    numbers::look_soon(transaction, id).await?;
    port_numbers::mark_owned(transaction, number.id, id).await?;
    let entry = Entry {
        actor: by.actor,
        action: Action::Provisioned,
        phone_number_id: Some(id),
        provisioning_id: None,
        details: json!({ "phoneNumberSid": found.phone_number_sid, "numberType": number.number_type,
            "portOrderId": order.id, "replaced": number.replaces }),
    };
    audit_log::insert(transaction, workspace_id, &entry).await
}

fn new_number<'a>(business: &BusinessConfig, number: &'a PortNumber, found: &'a Found) -> NewNumber<'a> {
    NewNumber {
        phone_number: &number.phone_number,
        phone_number_sid: &found.phone_number_sid,
        friendly_name: &number.friendly_name,
        number_type: number.number_type,
        capabilities: found.capabilities,
        messaging_status: if found.capabilities.sms { MessagingStatus::Ready } else { MessagingStatus::Pending },
        voice_url: found.voice_url.as_deref(),
        sms_url: found.sms_url.as_deref(),
        status_callback_url: found.status_callback_url.as_deref(),
        // The sweep reads it, as for any number.
        verification_status: None,
        monthly_cost_cents: business.number_monthly_cost_cents,
    }
}

/// As `release-number` does it; the sweep queues the carrier's side.
async fn release(
    transaction: &impl GenericClient,
    order: &PortOrder,
    (id, sid): (PhoneNumberId, &str),
    by: By<'_>,
) -> Result<(), DbError> {
    let workspace_id = order.workspace_id;
    let Some(released) = number_changes::mark_released(transaction, workspace_id, id).await? else { return Ok(()) };
    carrier_releases::insert(transaction, workspace_id, id, sid).await?;
    let entry = Entry {
        actor: by.actor,
        action: Action::Released,
        phone_number_id: Some(id),
        provisioning_id: None,
        details: json!({ "phoneNumberSid": sid, "numberType": released.number_type, "portOrderId": order.id }),
    };
    audit_log::insert(transaction, workspace_id, &entry).await
}
