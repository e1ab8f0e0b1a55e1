//! The numbers of a contact.

use serde_json::json;
use shared::{
    auth::Entered,
    db::{
        DbError,
        contact_phone_numbers::{self, ContactPhoneNumber},
        contacts::{self, Details},
        conversation_changes,
    },
    domain::{ContactId, ConversationId, MatchKey},
    lambda::{ApiError, FieldError},
};

use crate::request::WrittenNumber;

/// A number that a contact is to have.
pub(crate) struct Wanted {
    text: String,
    key: MatchKey,
}

/// The numbers that the contact has. Its row is locked.
pub(crate) async fn current(entered: &Entered<'_>, id: ContactId) -> Result<Vec<ContactPhoneNumber>, DbError> {
    contact_phone_numbers::list(entered.transaction, entered.workspace.id, id).await
}

/// What was written as numbers, each once. What the contact has already stays as it is, also a short code or a name, which
/// nobody could write anew.
pub(crate) fn resolve(written: &[WrittenNumber], current: &[ContactPhoneNumber]) -> Result<Vec<Wanted>, ApiError> {
    let mut errors = Vec::new();
    let mut wanted: Vec<Wanted> = Vec::new();
    for (at, number) in written.iter().enumerate() {
        let kept = current.iter().find(|have| have.phone_number == number.text).map(|have| have.phone_number.clone());
        let text = match (kept, &number.parsed) {
            (Some(text), _) => text,
            (None, Ok(parsed)) => parsed.to_string(),
            (None, Err(problem)) => {
                errors.push(FieldError { field: format!("phoneNumbers[{at}]"), detail: problem.to_string() });
                continue;
            }
        };
        let key = MatchKey::of(&text);
        if wanted.iter().all(|other| other.key != key) {
            wanted.push(Wanted { text, key });
        }
    }
    if errors.is_empty() { Ok(wanted) } else { Err(ApiError::Invalid(errors)) }
}

/// Makes the wanted numbers those of the contact.
pub(crate) async fn set(
    entered: &Entered<'_>,
    id: ContactId,
    current: &[ContactPhoneNumber],
    wanted: &[Wanted],
) -> Result<(), ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    for have in current.iter().filter(|have| wanted.iter().all(|want| want.key.as_str() != have.match_key)) {
        take_away(entered, id, have).await?;
    }
    for want in wanted {
        match current.iter().find(|have| have.match_key == want.key.as_str()) {
            Some(have) if have.phone_number == want.text => {}
            Some(have) => contact_phone_numbers::respell(client, workspace_id, have.id, &want.text).await?,
            None => {
                let added = contact_phone_numbers::add(client, workspace_id, id, &want.text, &want.key).await?;
                added.map_or(Ok(()), |owner| Err(number_in_use(owner)))?;
            }
        }
    }
    Ok(())
}

/// The number first, so that a text that arrives now waits and finds where it went; then the conversations.
async fn take_away(entered: &Entered<'_>, id: ContactId, number: &ContactPhoneNumber) -> Result<(), DbError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    contact_phone_numbers::remove(client, workspace_id, number.id).await?;
    let all = conversation_changes::list_of_contact(client, workspace_id, id).await?;
    let with_it = all.iter().filter(|(_, counterpart)| MatchKey::of(counterpart).as_str() == number.match_key);
    let with_it: Vec<ConversationId> = with_it.map(|(conversation, _)| *conversation).collect();
    if !with_it.is_empty() {
        let stranger = contacts::insert(client, workspace_id, &Details::default()).await?;
        contact_phone_numbers::give(client, workspace_id, number.id, stranger).await?;
        conversation_changes::hand_over(client, workspace_id, id, stranger, Some(&with_it)).await?;
    }
    Ok(())
}

fn number_in_use(owner: ContactId) -> ApiError {
    ApiError::Refused {
        code: "contact_exists",
        detail: "another contact has this number: change that one, or merge the two".to_owned(),
        field: Some("phoneNumbers"),
        extra: json!({ "contactId": owner }),
    }
}
