//! Hands an order to the operator. What asks others comes between two transactions: in the first the order is looked at, in
//! the second it is submitted if it is still the same.

use futures_util::{StreamExt, stream};
use shared::{
    actions::{
        porting::{self, By, WholeOrder},
        reservation,
    },
    api,
    auth::{self, Access, Entered},
    clock,
    db::{
        DbError, number_changes, port_documents,
        port_documents::PortDocument,
        port_numbers::{self, Claim, PortNumber, Wish},
        port_orders::{Move, PortOrder},
    },
    domain::{NumberStatus, PortDocumentId, PortDocumentKind, PortOrderId, Portability, check_loa_date, refused_line},
    lambda::{ApiError, FieldError},
    signalwire::Lookup,
};

use crate::{
    change::{check_version, get_locked, not_allowed},
    checks,
    handler::{Session, State, not_found},
};

/// Look-ups at the same time.
const AT_ONCE: usize = 10;

/// What was found out about the numbers and documents.
struct Evidence {
    lookups: Vec<(PortNumber, Option<Lookup>)>,
    arrived: Vec<PortDocumentId>,
}

/// Submits a draft, or one that was corrected after a rejection.
pub(crate) async fn submit(
    state: &State,
    session: &Session,
    (id, version): (Option<PortOrderId>, i32),
) -> Result<WholeOrder, ApiError> {
    let whole = look(state, session, (id, version)).await?;
    let order_id = whole.order.id;
    let evidence = gather(state, whole).await?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;
    let whole = store(state, &entered, session.by(), (order_id, version), &evidence).await?;
    entered.commit().await?;
    Ok(whole)
}

/// Everything that can be judged without asking anybody.
async fn look(
    state: &State,
    session: &Session,
    (id, version): (Option<PortOrderId>, i32),
) -> Result<WholeOrder, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;
    let id = id.ok_or_else(not_found)?;
    let whole = porting::find(entered.transaction, entered.workspace.id, id).await?.ok_or_else(not_found)?;
    entered.commit().await?;

    check_version(&whole.order, version)?;
    if !whole.order.state.is_editable() {
        return Err(not_allowed(&whole.order));
    }
    let kinds = whole.documents.iter().map(|(document, _)| document.kind);
    let missing = api::missing(&whole.order.details, &whole.numbers, kinds);
    let mut errors: Vec<FieldError> = missing.into_iter().map(|field| fault(field, what_is_missing(field))).collect();
    if let Some(signed_on) = whole.order.details.loa_signed_on
        && let Err(error) = check_loa_date(signed_on, clock::now().date_naive())
    {
        errors.push(fault("loaSignedOn", error));
    }
    if errors.is_empty() { Ok(whole) } else { Err(ApiError::Invalid(errors)) }
}

fn what_is_missing(field: &str) -> &'static str {
    if field == PortDocumentKind::Loa.field() {
        "upload the signed letter of authorisation"
    } else if field == PortDocumentKind::Invoice.field() {
        "upload a recent invoice of the present provider"
    } else {
        "is required before the order is submitted"
    }
}

/// Asks the bucket and the carrier.
async fn gather(state: &State, whole: WholeOrder) -> Result<Evidence, ApiError> {
    let mut errors = Vec::new();
    let mut arrived = Vec::new();
    for (document, _) in &whole.documents {
        if has_arrived(state, document).await? {
            arrived.push(document.id);
        } else {
            let detail =
                format!("{} was announced and did not arrive as announced; upload it again", document.file_name);
            errors.push(fault(document.kind.field(), detail));
        }
    }
    let lookups: Vec<_> = stream::iter(whole.numbers).map(|n| look_up(state, n)).buffered(AT_ONCE).collect().await;
    for (at, (_, lookup)) in lookups.iter().enumerate() {
        let refusal = lookup.as_ref().and_then(|lookup| {
            refused_line(lookup.is_valid, lookup.number_type.as_deref(), lookup.line_type.as_deref())
        });
        if let Some(refusal) = refusal {
            errors.push(fault(&format!("numbers[{at}].phoneNumber"), refusal));
        }
    }
    if errors.is_empty() { Ok(Evidence { lookups, arrived }) } else { Err(ApiError::Invalid(errors)) }
}

async fn has_arrived(state: &State, document: &PortDocument) -> Result<bool, ApiError> {
    let size = state.storage.size(&document.object_key).await;
    let size = size.map_err(|error| ApiError::Unavailable(Box::new(error)))?;
    Ok(size.is_some_and(|size| i64::try_from(size) == Ok(document.byte_size)))
}

/// What the carrier knows of a number; it takes money for saying so, and is asked once. Whatever goes wrong there is no
/// reason to keep the order: the operator sees that the number is unchecked.
async fn look_up(state: &State, number: PortNumber) -> (PortNumber, Option<Lookup>) {
    if number.portability == Portability::Portable {
        return (number, None);
    }
    match state.carrier.look_up(&number.phone_number).await {
        Ok(lookup) => (number, Some(lookup)),
        Err(error) => {
            tracing::warn!(phone_number = number.phone_number.masked(), %error, "a number to be ported was not looked up");
            (number, None)
        }
    }
}

/// Under the workspace's lock: of two orders at once the second one counts the first.
async fn store(
    state: &State,
    entered: &Entered<'_>,
    by: By<'_>,
    (id, version): (PortOrderId, i32),
    evidence: &Evidence,
) -> Result<WholeOrder, ApiError> {
    let (client, workspace_id, now) = (entered.transaction, entered.workspace.id, clock::now());
    reservation::check_room(client, &state.business, workspace_id, 0).await.or_else(no_room_yet)?;
    let order = get_locked(entered, Some(id)).await?;
    check_version(&order, version)?;
    let numbers: Vec<&PortNumber> = evidence.lookups.iter().map(|(number, _)| number).collect();
    check_again(state, entered, &order, &numbers).await?;

    // One that was rejected holds its numbers: they are counted anew.
    port_numbers::set_claimed(client, workspace_id, id, Claim::GivenUp).await?;
    let more = count_new(entered, &numbers).await?;
    reservation::check_room(client, &state.business, workspace_id, more).await?;
    port_numbers::set_claimed(client, workspace_id, id, Claim::Taken).await.map_err(claimed_elsewhere)?;

    for (number, lookup) in &evidence.lookups {
        let (portability, line_type) = match lookup {
            Some(lookup) => (Portability::Portable, lookup.line_type.as_deref()),
            None if number.portability == Portability::Portable => continue,
            None => (Portability::Unknown, None),
        };
        port_numbers::set_portability(client, number.id, portability, line_type, now).await?;
    }
    port_documents::mark_arrived(client, workspace_id, &evidence.arrived, now).await?;
    if !porting::move_order(client, &order, &Move::Submitted, by, now).await? {
        return Err(not_allowed(&order));
    }
    porting::find(client, workspace_id, id).await?.ok_or_else(not_found)
}

/// The first look at the plan is for its lock and its refusals; whether there is room is asked below.
fn no_room_yet(error: reservation::ReservationError) -> Result<(), ApiError> {
    match error {
        reservation::ReservationError::Refused(reservation::ReservationRefusal::LimitReached { .. }) => Ok(()),
        error => Err(error.into()),
    }
}

/// Meanwhile somebody may have got a number, or released the one that is to be replaced.
async fn check_again(
    state: &State,
    entered: &Entered<'_>,
    order: &PortOrder,
    numbers: &[&PortNumber],
) -> Result<(), ApiError> {
    let mut wishes = Vec::with_capacity(numbers.len());
    for number in numbers {
        let friendly_name = number
            .friendly_name
            .parse()
            .map_err(|e: shared::domain::FriendlyNameError| ApiError::Internal(Box::new(e)))?;
        wishes.push(Wish {
            phone_number: number.phone_number.clone(),
            number_type: number.number_type,
            friendly_name,
            replaces: number.replaces,
        });
    }
    checks::check_numbers(state, entered, order.id, &wishes).await
}

/// Numbers that do not take the place of another.
async fn count_new(entered: &Entered<'_>, numbers: &[&PortNumber]) -> Result<i64, ApiError> {
    let mut more = 0;
    for number in numbers {
        let replaced = match number.replaces {
            Some(id) => number_changes::find(entered.transaction, entered.workspace.id, id).await?,
            None => None,
        };
        more += i64::from(!replaced.is_some_and(|old| old.status != NumberStatus::Released));
    }
    Ok(more)
}

fn claimed_elsewhere(error: DbError) -> ApiError {
    match error {
        DbError::Constraint { ref constraint, .. } if constraint == "port_order_numbers_claimed_key" => {
            ApiError::invalid("numbers", "one of them is in use here already or on its way; ask the operator")
        }
        DbError::Constraint { ref constraint, .. } if constraint == "port_order_numbers_replaced_key" => {
            ApiError::invalid("numbers", "another open port order replaces the same number")
        }
        error => error.into(),
    }
}

fn fault(field: &str, detail: impl std::fmt::Display) -> FieldError {
    FieldError { field: field.to_owned(), detail: detail.to_string() }
}
