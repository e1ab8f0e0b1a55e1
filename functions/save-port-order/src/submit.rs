//! Hands an order to the operator. What asks others comes between two transactions: in the first everything is looked at that
//! needs nobody else, because a look-up costs; in the last the order is submitted if it is still the same. What the carrier
//! said is kept in between, whatever becomes of the submission.

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
        number_changes, port_documents,
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
/// Kept in the place of the line type of a number that the carrier does not know.
const NOT_VALID: &str = "invalid";

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
    let evidence = gather(state, session, whole).await?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;
    let whole = store(state, &entered, session.by(), (order_id, version), &evidence).await?;
    entered.commit().await?;
    Ok(whole)
}

/// Everything that can be judged without asking anybody. The claim is tried as well, and not kept: what the plan does not
/// allow, or somebody else has, is refused before the carrier takes money for saying anything about it.
async fn look(
    state: &State,
    session: &Session,
    (id, version): (Option<PortOrderId>, i32),
) -> Result<WholeOrder, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;
    let id = id.ok_or_else(not_found)?;
    let whole = porting::find(entered.transaction, entered.workspace.id, id).await?.ok_or_else(not_found)?;

    check_version(&whole.order, version)?;
    if !whole.order.state.is_editable() {
        return Err(not_allowed(&whole.order));
    }
    check_complete(&whole)?;
    // The transaction is not committed: nothing is held while the carrier is asked.
    claim(state, &entered, (id, version), &whole.numbers.iter().collect::<Vec<_>>()).await?;
    Ok(whole)
}

fn check_complete(whole: &WholeOrder) -> Result<(), ApiError> {
    let kinds = whole.documents.iter().map(|(document, _)| document.kind);
    let missing = api::missing(&whole.order.details, &whole.numbers, kinds);
    let mut errors: Vec<FieldError> = missing.into_iter().map(|field| fault(field, what_is_missing(field))).collect();
    if let Some(signed_on) = whole.order.details.loa_signed_on
        && let Err(error) = check_loa_date(signed_on, clock::now().date_naive())
    {
        errors.push(fault("loaSignedOn", error));
    }
    for (at, number) in whole.numbers.iter().enumerate() {
        if let Some(refusal) = refused_before(number) {
            errors.push(fault(&format!("numbers[{at}].phoneNumber"), refusal));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::Invalid(errors)) }
}

/// Why the carrier ruled a number out when it was asked at an earlier attempt.
fn refused_before(number: &PortNumber) -> Option<&'static str> {
    match number.portability {
        Portability::Unchecked => {
            let word = number.line_type.as_deref()?;
            refused_line(word != NOT_VALID, None, Some(word))
        }
        Portability::Portable | Portability::Unknown => None,
    }
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

/// Asks the bucket, and only then the carrier, which takes money.
async fn gather(state: &State, session: &Session, whole: WholeOrder) -> Result<Evidence, ApiError> {
    let order_id = whole.order.id;
    let arrived = list_arrived(state, &whole).await?;
    let lookups: Vec<_> = stream::iter(whole.numbers).map(|n| look_up(state, n)).buffered(AT_ONCE).collect().await;
    keep(state, session, order_id, &lookups).await?;
    let mut errors = Vec::new();
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

async fn list_arrived(state: &State, whole: &WholeOrder) -> Result<Vec<PortDocumentId>, ApiError> {
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
    if errors.is_empty() { Ok(arrived) } else { Err(ApiError::Invalid(errors)) }
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

/// Keeps what the carrier said. It is said of a number, and so stays true if the order was edited meanwhile; of a number that
/// was taken out it is not kept.
async fn keep(
    state: &State,
    session: &Session,
    id: PortOrderId,
    lookups: &[(PortNumber, Option<Lookup>)],
) -> Result<(), ApiError> {
    if lookups.iter().all(|(_, lookup)| lookup.is_none()) {
        return Ok(());
    }
    let mut connection = state.pool.get().await?;
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;
    // Whoever edits the numbers of the order holds its lock: without it the two could wait for each other's rows.
    get_locked(&entered, Some(id)).await?;
    for (number, lookup) in lookups {
        if let Some(lookup) = lookup {
            let (portability, line_type) = verdict(lookup);
            port_numbers::set_portability(entered.transaction, number.id, portability, line_type, clock::now()).await?;
        }
    }
    Ok(entered.commit().await?)
}

/// What is kept of a lookup. A number that was ruled out stays unchecked, with the word that ruled it out as its line type.
fn verdict(lookup: &Lookup) -> (Portability, Option<&str>) {
    if !lookup.is_valid {
        return (Portability::Unchecked, Some(NOT_VALID));
    }
    let line_type = lookup.line_type.as_deref();
    let rules_out = |word: &str| refused_line(true, None, Some(word)).is_some();
    match [line_type, lookup.number_type.as_deref()].into_iter().flatten().find(|word| rules_out(word)) {
        Some(word) => (Portability::Unchecked, Some(word)),
        None => (Portability::Portable, line_type),
    }
}

/// Submits the order, if it is still the one that was looked at.
async fn store(
    state: &State,
    entered: &Entered<'_>,
    by: By<'_>,
    (id, version): (PortOrderId, i32),
    evidence: &Evidence,
) -> Result<WholeOrder, ApiError> {
    let (client, workspace_id, now) = (entered.transaction, entered.workspace.id, clock::now());
    let numbers: Vec<&PortNumber> = evidence.lookups.iter().map(|(number, _)| number).collect();
    let order = claim(state, entered, (id, version), &numbers).await?;

    for (number, lookup) in &evidence.lookups {
        if lookup.is_none() && number.portability != Portability::Portable {
            port_numbers::set_portability(client, number.id, Portability::Unknown, None, now).await?;
        }
    }
    port_documents::mark_arrived(client, workspace_id, &evidence.arrived, now).await?;
    if !porting::move_order(client, &order, &Move::Submitted, by, now).await? {
        return Err(not_allowed(&order));
    }
    porting::find(client, workspace_id, id).await?.ok_or_else(not_found)
}

/// Claims the numbers of an order, and gives it, locked. Under the workspace's lock: of two orders at once the second one
/// counts the first.
async fn claim(
    state: &State,
    entered: &Entered<'_>,
    (id, version): (PortOrderId, i32),
    numbers: &[&PortNumber],
) -> Result<PortOrder, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    reservation::check_room(client, &state.business, workspace_id, 0).await.or_else(no_room_yet)?;
    let order = get_locked(entered, Some(id)).await?;
    check_version(&order, version)?;
    check_again(state, entered, &order, numbers).await?;

    // One that was rejected holds its numbers: they are counted anew.
    port_numbers::set_claimed(client, workspace_id, id, Claim::GivenUp).await?;
    let more = count_new(entered, numbers).await?;
    reservation::check_room(client, &state.business, workspace_id, more).await?;
    port_numbers::set_claimed(client, workspace_id, id, Claim::Taken).await.map_err(checks::claimed_elsewhere)?;
    Ok(order)
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

fn fault(field: &str, detail: impl std::fmt::Display) -> FieldError {
    FieldError { field: field.to_owned(), detail: detail.to_string() }
}
