//! A new contact, and a change of one.

use shared::{
    auth::Entered,
    db::contacts::{self, Details},
    domain::ContactId,
    lambda::ApiError,
};

use crate::{handler::not_found, numbers, request::Fields};

pub(crate) async fn create(entered: &Entered<'_>, fields: Fields) -> Result<ContactId, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let wanted = numbers::resolve(fields.numbers.as_deref().unwrap_or_default(), &[])?;
    let id = contacts::insert(client, workspace_id, &fields.over(Details::default())).await?;
    numbers::set(entered, id, &[], &wanted).await?;
    Ok(id)
}

/// Under the contact's lock.
pub(crate) async fn edit(entered: &Entered<'_>, id: Option<ContactId>, fields: Fields) -> Result<ContactId, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = id.ok_or_else(not_found)?;
    let found = contacts::lock(client, workspace_id, &[id]).await?;
    let contact = found.into_iter().find(|contact| contact.merged_into.is_none()).ok_or_else(not_found)?;
    contacts::update(client, workspace_id, id, &fields.over(contact.details)).await?;
    if let Some(written) = &fields.numbers {
        let current = numbers::current(entered, id).await?;
        let wanted = numbers::resolve(written, &current)?;
        numbers::set(entered, id, &current, &wanted).await?;
    }
    Ok(id)
}
