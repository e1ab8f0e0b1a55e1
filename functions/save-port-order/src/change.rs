//! What an order says.

use shared::{
    actions::porting::{self, By},
    auth::Entered,
    db::{
        audit_log::Action,
        port_documents::{self, PortDocument},
        port_events::{self, Note},
        port_numbers,
        port_orders::{self, Details, Move, PortOrder},
    },
    domain::{Document, DocumentError, Edit, PortEvent, PortOrderId, PortOrderState, PortParty},
    lambda::ApiError,
};

use crate::{
    checks,
    handler::{State, finished, not_found},
    request::{Fields, File},
};

/// Begins a draft.
pub(crate) async fn create(
    state: &State,
    entered: &Entered<'_>,
    by: By<'_>,
    fields: Fields,
) -> Result<PortOrderId, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = port_orders::insert(client, workspace_id, by.actor.user).await?;
    let order = port_orders::find(client, workspace_id, id).await?.ok_or_else(not_found)?;
    let note = Note {
        event: PortEvent::Created,
        party: by.party,
        actor: Some(by.actor.user),
        state: order.state,
        detail: None,
    };
    port_events::insert(client, (id, workspace_id), &note).await?;
    store(state, entered, order.clone(), fields).await?;
    porting::audit(client, &order, Action::PortOrderCreated, by).await?;
    tracing::info!(%workspace_id, port_order_id = %id, "port order begun");
    Ok(id)
}

/// Changes a draft, or one that was rejected.
pub(crate) async fn change(
    state: &State,
    entered: &Entered<'_>,
    by: By<'_>,
    (id, version): (Option<PortOrderId>, i32),
    fields: Fields,
) -> Result<PortOrderId, ApiError> {
    let order = get_locked(entered, id).await?;
    check_version(&order, version)?;
    check_editable(&order)?;
    let changed = store(state, entered, order.clone(), fields).await?;
    if !changed.is_empty() {
        note_change(entered, &order, by, (PortEvent::Edited, &changed.join(", "))).await?;
    }
    Ok(order.id)
}

/// Announces a document, in the place of the one of its kind.
pub(crate) async fn add_document(
    entered: &Entered<'_>,
    by: By<'_>,
    id: Option<PortOrderId>,
    file: &File,
) -> Result<(PortOrderId, PortDocument, Document), ApiError> {
    let order = get_locked(entered, id).await?;
    check_editable(&order)?;
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let document = Document::new(workspace_id, file.content_type, file.byte_size, file.name.as_deref());
    let document = document.map_err(|error| match error {
        DocumentError::Type => ApiError::invalid("contentType", error),
        DocumentError::Size => ApiError::invalid("byteSize", error),
    })?;
    let row = port_documents::insert(client, workspace_id, order.id, file.kind, &document).await?;
    note_change(entered, &order, by, (PortEvent::DocumentAdded, file.kind.as_str())).await?;
    Ok((order.id, row, document))
}

/// Calls an order off.
pub(crate) async fn cancel(
    entered: &Entered<'_>,
    by: By<'_>,
    (id, version): (Option<PortOrderId>, i32),
) -> Result<PortOrderId, ApiError> {
    let order = get_locked(entered, id).await?;
    if order.state == PortOrderState::Cancelled {
        return Ok(order.id);
    }
    check_version(&order, version)?;
    if porting::move_order(entered.transaction, &order, &Move::Cancelled(None), by, shared::clock::now()).await? {
        return Ok(order.id);
    }
    Err(not_allowed(&order))
}

/// The order, locked: what is decided about it holds until the end.
pub(crate) async fn get_locked(entered: &Entered<'_>, id: Option<PortOrderId>) -> Result<PortOrder, ApiError> {
    let id = id.ok_or_else(not_found)?;
    port_orders::find_locked(entered.transaction, entered.workspace.id, id).await?.ok_or_else(not_found)
}

/// Two people at once: the second has something old on the screen.
pub(crate) fn check_version(order: &PortOrder, version: i32) -> Result<(), ApiError> {
    if order.version == version {
        return Ok(());
    }
    let detail = format!("the order has changed meanwhile and is at version {}; read it again", order.version);
    Err(ApiError::Conflict { code: "port_order_changed", detail })
}

fn check_editable(order: &PortOrder) -> Result<(), ApiError> {
    if order.state.is_editable() { Ok(()) } else { Err(not_allowed(order)) }
}

/// Why the state does not allow it.
pub(crate) fn not_allowed(order: &PortOrder) -> ApiError {
    match order.state {
        PortOrderState::Completed | PortOrderState::Cancelled => finished(),
        PortOrderState::Scheduled => ApiError::Conflict {
            code: "port_order_scheduled",
            detail: "the carriers have agreed on a day; only the operator can change or cancel the order now"
                .to_owned(),
        },
        PortOrderState::Draft | PortOrderState::Submitted | PortOrderState::Rejected => ApiError::Conflict {
            code: "port_order_not_editable",
            detail: format!("the order is {}; a draft or a rejected order can be changed and submitted", order.state),
        },
    }
}

async fn note_change(
    entered: &Entered<'_>,
    order: &PortOrder,
    by: By<'_>,
    (event, detail): (PortEvent, &str),
) -> Result<(), ApiError> {
    let client = entered.transaction;
    port_orders::touch(client, order.id).await?;
    let note = Note {
        event,
        party: PortParty::Workspace,
        actor: Some(by.actor.user),
        state: order.state,
        detail: Some(detail),
    };
    port_events::insert(client, (order.id, order.workspace_id), &note).await?;
    Ok(porting::audit(client, order, Action::PortOrderChanged, by).await?)
}

/// Stores what is said; gives the names of the fields.
async fn store(
    state: &State,
    entered: &Entered<'_>,
    order: PortOrder,
    fields: Fields,
) -> Result<Vec<&'static str>, ApiError> {
    let client = entered.transaction;
    let mut changed = Vec::new();
    if let Some(wishes) = &fields.numbers {
        checks::check_numbers(state, entered, order.id, wishes).await?;
        port_numbers::replace(client, &order, wishes).await.map_err(checks::claimed_elsewhere)?;
        changed.push("numbers");
    }
    let details = apply(order.details, fields, &mut changed);
    port_orders::set_details(client, order.id, &details).await?;
    Ok(changed)
}

fn apply(mut details: Details, fields: Fields, changed: &mut Vec<&'static str>) -> Details {
    let d = &mut details;
    set(&mut d.losing_carrier, fields.losing_carrier, "losingCarrier", changed);
    set(&mut d.account_number, fields.account_number, "accountNumber", changed);
    set(&mut d.pin, fields.pin, "pin", changed);
    set(&mut d.company_name, fields.company_name, "companyName", changed);
    set(&mut d.authorized_name, fields.authorized_name, "authorizedName", changed);
    set(&mut d.billing_phone_number, fields.billing_phone_number, "billingPhoneNumber", changed);
    set(&mut d.service_address, fields.service_address, "serviceAddress", changed);
    set(&mut d.loa_signed_on, fields.loa_signed_on, "loaSignedOn", changed);
    if let Some(account_type) = fields.account_type {
        d.account_type = account_type;
        changed.push("accountType");
    }
    details
}

fn set<T>(value: &mut Option<T>, edit: Edit<T>, name: &'static str, changed: &mut Vec<&'static str>) {
    if !edit.is_keep() {
        *value = edit.value();
        changed.push(name);
    }
}
