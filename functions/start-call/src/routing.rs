//! Which number calls, and the checks.

use shared::{
    auth::Entered,
    db::{
        conversations::{self, Thread},
        number_changes, numbers,
    },
    domain::{self, ApprovedCall, Channel, PhoneNumber, SenderRequest, approve_click_to_call},
    lambda::ApiError,
};

use crate::{handler::State, request::CallRequest};

/// Chooses the number and makes every check.
pub(crate) async fn approve(
    state: &State,
    entered: &Entered<'_>,
    request: &CallRequest,
) -> Result<ApprovedCall, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let thread = match request.conversation_id {
        Some(id) => Some(conversations::find(client, workspace_id, id).await?.ok_or_else(unknown_conversation)?),
        None => None,
    };
    let customer = customer(request, thread.as_ref())?;

    let own = numbers::list_for_sending(client, workspace_id, Channel::Voice).await?;
    let choice = SenderRequest {
        phone_number_id: request.phone_number_id,
        conversation_number: thread.map(|thread| thread.phone_number_id),
        number_type: request.number_type,
        recent_numbers: conversations::list_recent_numbers(client, workspace_id, Channel::Voice, &customer).await?,
    };
    let sender = domain::choose_sender(&own, &choice, &state.platform_number)?;

    let member = request.member.clone();
    // Anybody's number here would bring the call back to us.
    let mut ours = number_changes::find_owned(client, std::slice::from_ref(&member)).await?;
    ours.push(state.platform_number.clone());
    Ok(approve_click_to_call(member, sender, customer, &ours, &state.business.destination_countries)?)
}

/// Named by the request, or the other side of the conversation. Both may be given when they agree.
fn customer(request: &CallRequest, thread: Option<&Thread>) -> Result<PhoneNumber, ApiError> {
    let Some(thread) = thread else {
        return request
            .to
            .clone()
            .ok_or_else(|| ApiError::invalid("to", "is required, unless conversationId is given"));
    };
    match &request.to {
        Some(to) if to.as_str() == thread.counterpart => Ok(to.clone()),
        Some(_) => Err(ApiError::invalid("to", "is not the other side of the conversation")),
        None => PhoneNumber::parse(&thread.counterpart).map_err(|_| {
            ApiError::invalid("conversationId", "its other side cannot be called: it has no phone number")
        }),
    }
}

fn unknown_conversation() -> ApiError {
    ApiError::refused("conversation_not_found", "conversationId", "is not a conversation of this workspace")
}
