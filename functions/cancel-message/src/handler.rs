use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde_json::json;
use shared::{
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    db::{
        Pool,
        audit_log::{self, Action, Actor, Entry},
        messages::{self, Message},
        scheduled_messages,
    },
    domain::{MessageId, MessageStatus},
    lambda::{self, ApiError, ApiReply},
};

use crate::api::CancelMessageAnswer;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(cancel_message(state, &request).await))
}

async fn cancel_message(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let id = lambda::path_parameter(request, "message")?.parse::<MessageId>();

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Write).await?;

    let message = cancel(&entered, &caller, id.map_err(|_| unknown_message())?).await?;
    entered.commit().await?;

    ApiReply::ok(&CancelMessageAnswer { message: message.try_into()? })
}

async fn cancel(entered: &Entered<'_>, caller: &Caller, id: MessageId) -> Result<Message, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let canceled = scheduled_messages::cancel(client, workspace_id, id).await?;
    let message = messages::find(client, workspace_id, id).await?.ok_or_else(unknown_message)?;
    if canceled {
        let entry = Entry {
            actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
            action: Action::MessageCanceled,
            phone_number_id: message.phone_number_id,
            provisioning_id: None,
            details: json!({ "messageId": id, "conversationId": message.conversation_id }),
        };
        audit_log::insert(client, workspace_id, &entry).await?;
        tracing::info!(%workspace_id, message_id = %id, "scheduled message canceled");
    } else if message.status != MessageStatus::Canceled || message.scheduled_for.is_none() {
        return Err(not_scheduled(&message));
    }
    Ok(message)
}

fn not_scheduled(message: &Message) -> ApiError {
    let detail = match (message.scheduled_for, message.status) {
        (None, _) => "only a message that waits for the end of quiet hours can be canceled".to_owned(),
        (Some(_), MessageStatus::Pending | MessageStatus::Unknown) => "the message is being sent".to_owned(),
        (Some(_), MessageStatus::Failed) => "the message could not be sent when its time came".to_owned(),
        (Some(_), status) => format!("the message was sent already: {status}"),
    };
    ApiError::Conflict { code: "message_not_scheduled", detail }
}

fn unknown_message() -> ApiError {
    ApiError::NotFound { code: "message_not_found", detail: "there is no such message".to_owned() }
}
