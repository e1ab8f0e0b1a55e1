//! Two contacts that are one person.

use serde_json::json;
use shared::{
    auth::{Caller, Entered},
    db::{
        audit_log::{self, Action, Actor, Entry},
        contact_phone_numbers,
        contacts::{self, Details},
        conversation_changes,
    },
    domain::ContactId,
    lambda::ApiError,
};

use crate::handler::not_found;

/// Under the lock of both. The numbers first: a text that arrives at the same moment waits for them, or has made its
/// conversation by then.
pub(crate) async fn merge(
    entered: &Entered<'_>,
    caller: &Caller,
    kept: Option<ContactId>,
    other: ContactId,
) -> Result<ContactId, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = kept.ok_or_else(not_found)?;
    let mut found = contacts::lock(client, workspace_id, &[id, other]).await?;
    let mut take = |id: ContactId| found.iter().position(|contact| contact.id == id).map(|at| found.swap_remove(at));
    let kept = take(id).filter(|contact| contact.merged_into.is_none()).ok_or_else(not_found)?;
    let other = take(other).ok_or_else(no_other)?;
    match other.merged_into {
        Some(into) if into == id => return Ok(id),
        Some(_) => return Err(no_other()),
        None => {}
    }

    contact_phone_numbers::give_all(client, workspace_id, other.id, id).await?;
    let moved = conversation_changes::hand_over(client, workspace_id, other.id, id, None).await?;
    contacts::update(client, workspace_id, id, &joined(kept.details, other.details)).await?;
    contacts::mark_merged(client, workspace_id, other.id, id).await?;
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action: Action::ContactMerged,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "contactId": id, "mergedContactId": other.id, "conversations": moved }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    Ok(id)
}

/// What the kept contact says goes first, with the name as one thing; notes of both are kept.
fn joined(kept: Details, other: Details) -> Details {
    let has_name = kept.first_name.is_some() || kept.last_name.is_some();
    let name = if has_name { (kept.first_name, kept.last_name) } else { (other.first_name, other.last_name) };
    let notes = match (kept.notes, other.notes) {
        (Some(notes), Some(more)) if notes != more => Some(format!("{notes}\n\n{more}")),
        (notes, more) => notes.or(more),
    };
    Details {
        first_name: name.0,
        last_name: name.1,
        company: kept.company.or(other.company),
        email: kept.email.or(other.email),
        notes,
    }
}

fn no_other() -> ApiError {
    ApiError::refused("contact_not_found", "contactId", "there is no such contact")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_contact_fills_what_is_empty() {
        let text = |text: &str| Some(text.to_owned());
        let kept = Details { first_name: text("Zoë"), notes: text("tall"), ..Details::default() };
        let other = Details {
            first_name: text("Mia"),
            last_name: text("Doe"),
            company: text("Alpine"),
            notes: text("likes tea"),
            ..Details::default()
        };
        let both = joined(kept, other.clone());
        assert_eq!((both.first_name.clone(), both.last_name.clone()), (text("Zoë"), None), "no mixture of two names");
        assert_eq!((both.company.clone(), both.notes.clone()), (text("Alpine"), text("tall\n\nlikes tea")));
        assert_eq!(joined(Details::default(), other.clone()), other);
    }
}
