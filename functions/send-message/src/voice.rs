//! Spoken calls: the customer is called and hears the text.

use shared::{
    actions::{
        calling::{self, CallUrls, StoredCall},
        quiet_hours,
    },
    auth::{self, Access, Entered},
    clock,
    db::{conversations, numbers, opt_outs, outbound_calls},
    domain::{self, ApprovedCall, Channel, Refusal, SenderRequest, approve_spoken_call},
    lambda::{self, ApiError, ApiReply, HandedOver},
};

use crate::{
    handler::{Session, State, finish},
    request::SendRequest,
    routing,
};

/// Chooses the number and makes every check. A customer who has opted out of a number's texts is not called by it either,
/// and nobody is called in quiet hours: a call does not wait, because whoever wrote it would not know when it comes.
pub(crate) async fn approve(
    state: &State,
    entered: &Entered<'_>,
    send: &SendRequest,
) -> Result<ApprovedCall, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let thread = routing::find_thread(entered, send).await?;
    let to = routing::destination(send, thread.as_ref())?;
    let answered = routing::answered(send, thread.as_ref());
    let choice = SenderRequest {
        phone_number_id: send.phone_number_id,
        conversation_number: thread.as_ref().map(|thread| thread.phone_number_id),
        number_type: send.number_type,
        recent_numbers: conversations::list_recent_numbers(client, workspace_id, Channel::Voice, &to).await?,
    };
    let own = numbers::list_for_sending(client, workspace_id, Channel::Voice).await?;
    let sender = domain::choose_sender(&own, &choice, &state.platform_number)?;
    let consent = opt_outs::check(client, workspace_id, sender, to, answered).await?;
    let consent = consent.ok_or(Refusal::RecipientOptedOut)?;
    let call = approve_spoken_call(&send.body, &consent, &state.business.destination_countries)?;
    match quiet_hours::wait_to_speak(client, workspace_id, &call, clock::now()).await? {
        None => Ok(call),
        Some(wait) => Err(ApiError::refused(
            "quiet_hours",
            "to",
            format!("it is night where the customer is; the text may be spoken from {}", wait.until.to_rfc3339()),
        )),
    }
}

/// Asks the carrier for a stored call, and stores its answer and ours.
pub(crate) async fn place(
    state: &State,
    session: &Session,
    urls: &CallUrls,
    (stored, call): (StoredCall, &ApprovedCall),
) -> Result<ApiReply, ApiError> {
    let outcome = calling::place(&state.carrier, urls, stored.call_id, call).await;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let answer = calling::carrier_answer(&outcome);
    outbound_calls::record_answer(client, workspace_id, stored.call_id, &answer).await?;
    calling::log_outcome(workspace_id, stored.call_id, &outcome);
    let message = lambda::show_message(&entered, stored.message_id).await?;
    let reply = lambda::answer_send(message, HandedOver::from(&outcome))?;
    finish(entered, session, reply).await
}
