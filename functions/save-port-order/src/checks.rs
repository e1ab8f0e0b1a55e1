//! What the database knows about the numbers of an order.

use shared::{
    auth::Entered,
    db::{
        DbError, number_changes,
        port_numbers::{self, Wish},
    },
    domain::{NumberStatus, PhoneNumber, PhoneNumberId, PortOrderId},
    lambda::{ApiError, FieldError},
};

use crate::handler::State;

const REPLACED_TWICE: &str = "another open port order replaces the same number";

/// Whether these can be the numbers of the order: nobody here has them, no other open order of the workspace does, and what
/// they replace is the workspace's and not replaced by another order that was submitted.
pub(crate) async fn check_numbers(
    state: &State,
    entered: &Entered<'_>,
    order_id: PortOrderId,
    wishes: &[Wish],
) -> Result<(), ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let numbers: Vec<PhoneNumber> = wishes.iter().map(|wish| wish.phone_number.clone()).collect();
    let elsewhere = port_numbers::list_ordered_elsewhere(client, workspace_id, order_id, &numbers).await?;
    let mut taken = port_numbers::list_unportable(client, &numbers).await?;
    taken.push(state.platform_number.clone());
    let replaced: Vec<PhoneNumberId> = wishes.iter().filter_map(|wish| wish.replaces).collect();
    let replaced = port_numbers::list_replaced_elsewhere(client, workspace_id, order_id, &replaced).await?;
    let mut errors = Vec::new();
    for (at, wish) in wishes.iter().enumerate() {
        let mut fault = |name: &str, detail: &str| {
            errors.push(FieldError { field: format!("numbers[{at}].{name}"), detail: detail.to_owned() });
        };
        if elsewhere.contains(&wish.phone_number) {
            fault(
                "phoneNumber",
                "is in another open port order of this workspace; cancel that one or take it out here",
            );
        } else if taken.contains(&wish.phone_number) {
            fault("phoneNumber", "is in use here already or on its way; ask the operator if it is yours");
        }
        if !replaces_own(entered, wish).await? {
            fault("replacesPhoneNumberId", "is no number that this workspace has now");
        } else if wish.replaces.is_some_and(|id| replaced.contains(&id)) {
            fault("replacesPhoneNumberId", REPLACED_TWICE);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::Invalid(errors)) }
}

async fn replaces_own(entered: &Entered<'_>, wish: &Wish) -> Result<bool, DbError> {
    let Some(id) = wish.replaces else { return Ok(true) };
    let number = number_changes::find(entered.transaction, entered.workspace.id, id).await?;
    Ok(number.is_some_and(|number| number.status != NumberStatus::Released))
}

/// Between the check and the claim somebody else was faster.
pub(crate) fn claimed_elsewhere(error: DbError) -> ApiError {
    match error {
        DbError::Constraint { ref constraint, .. } if constraint == "port_order_numbers_claimed_key" => {
            ApiError::invalid("numbers", "one of them is in use here already or on its way; ask the operator")
        }
        DbError::Constraint { ref constraint, .. } if constraint == "port_order_numbers_replaced_key" => {
            ApiError::invalid("numbers", REPLACED_TWICE)
        }
        error => error.into(),
    }
}
