use std::convert::Infallible;

use http::StatusCode;
use lambda_http::{Body, Request, Response};
use serde_json::{Value, json};
use shared::{
    actions::sending::{carrier_answer, status_callback},
    api,
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::{
        self, Pool,
        conversations::{self, Thread},
        idempotency_keys::{self, Claim, Effect},
        messages::{self, Message},
        numbers, opt_outs,
    },
    domain::{
        self, ApprovedMessage, Channel, Draft, MessageId, PhoneNumber, Refusal, SenderRequest, WorkspaceId, mask,
    },
    lambda::{self, ApiError, ApiReply},
    signalwire::{self, ClientError},
};
use url::Url;

use crate::{
    api::{SendMessageAnswer, SendMessageRequest},
    request::{self, SendRequest},
};

/// The name under which idempotency keys of this route are kept.
const ROUTE: &str = "POST messages";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// Prices and allowed countries.
    pub business: BusinessConfig,
    /// The shared number, sender of last resort.
    pub platform_number: PhoneNumber,
    /// Where the carrier reports delivery.
    pub status_webhook_url: Url,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(send_message(state, &request).await))
}

async fn send_message(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let key = lambda::idempotency_key(request)?;
    let send = request::parse(lambda::body_json::<SendMessageRequest>(request)?)?;
    let session = Session { caller, workspace, key };

    let (message_id, approved) = match prepare(state, &session, &send).await? {
        Prepared::Known(reply) => return Ok(reply),
        Prepared::New(message_id, approved) => (message_id, approved),
    };

    let outcome = state.carrier.send_message(&approved, &status_callback(&state.status_webhook_url, message_id)).await;

    record(state, &session, message_id, outcome).await
}

/// Who sends, where, under which key.
struct Session {
    caller: Caller,
    workspace: String,
    key: Option<String>,
}

enum Prepared {
    /// The key was used before; this is the answer.
    Known(ApiReply),
    /// A message is stored and may be handed to the carrier, once.
    New(MessageId, ApprovedMessage),
}

/// Checks the message and stores it, in one transaction.
async fn prepare(state: &State, session: &Session, send: &SendRequest) -> Result<Prepared, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let workspace_id = entered.workspace.id;
    if let Some(key) = &session.key
        && let Some(reply) = answer_known_key(&entered, key, send).await?
    {
        return Ok(Prepared::Known(reply));
    }

    let approved = approve(state, &entered, send).await?;

    let to = approved.to();
    let client = &entered.transaction;
    let conversation_id = conversations::open(client, workspace_id, Channel::Sms, approved.sender(), to).await?;
    let cost = estimated_cost_micros(state, &approved);
    let sent_by = &session.caller.user_id;
    let message_id = messages::insert_outbound(client, workspace_id, conversation_id, &approved, cost, sent_by).await?;
    if let Some(key) = &session.key {
        idempotency_keys::set_message(client, workspace_id, ROUTE, key, message_id).await?;
    }
    entered.commit().await?;
    Ok(Prepared::New(message_id, approved))
}

/// Takes the key. One that was used before is answered from what is stored; the carrier is not asked again.
async fn answer_known_key(entered: &Entered<'_>, key: &str, send: &SendRequest) -> Result<Option<ApiReply>, ApiError> {
    let content = serde_json::to_vec(send).map_err(|e| ApiError::Internal(Box::new(e)))?;
    let hash = db::content_key(&content);
    match idempotency_keys::claim(&entered.transaction, entered.workspace.id, ROUTE, key, &hash).await? {
        Claim::New => Ok(None),
        Claim::OtherRequest => Err(ApiError::Refused {
            code: "idempotency_key_reused",
            detail: "this Idempotency-Key was used for a request with another content".to_owned(),
            field: Some("Idempotency-Key"),
            extra: Value::Null,
        }),
        Claim::Answered(status, body) => Ok(Some(ApiReply::replayed(status, body)?)),
        Claim::Unanswered(Effect { message_id: Some(message_id), .. }) => {
            let message = messages::get(&entered.transaction, entered.workspace.id, message_id).await?;
            Ok(Some(created(message)?))
        }
        // The transaction that takes a key also ties the message to it.
        Claim::Unanswered(_) => Err(ApiError::Internal("an idempotency key without a message".into())),
    }
}

/// Chooses the sender and makes every check.
async fn approve(state: &State, entered: &Entered<'_>, send: &SendRequest) -> Result<ApprovedMessage, ApiError> {
    let (client, workspace_id) = (&entered.transaction, entered.workspace.id);
    let thread = match send.conversation_id {
        Some(id) => Some(conversations::find(client, workspace_id, id).await?.ok_or_else(unknown_conversation)?),
        None => None,
    };
    let to = destination(send, thread.as_ref())?;
    let choice = SenderRequest {
        phone_number_id: send.phone_number_id,
        conversation_number: thread.map(|thread| thread.phone_number_id),
        number_type: send.number_type,
        recent_numbers: conversations::list_recent_numbers(client, workspace_id, Channel::Sms, &to).await?,
    };
    let own = numbers::list_for_sending(client, workspace_id, Channel::Sms).await?;
    let sender = domain::choose_sender(&own, &choice, &state.platform_number)?;
    let consent = opt_outs::check(client, workspace_id, sender, to).await?.ok_or(Refusal::RecipientOptedOut)?;
    let draft = Draft { body: send.body.clone(), media_urls: send.media_urls.clone() };
    Ok(domain::approve(draft, consent, &state.business.destination_countries)?)
}

/// The customer: named by the request, or the other side of the conversation. Both may be given when they agree.
fn destination(send: &SendRequest, thread: Option<&Thread>) -> Result<PhoneNumber, ApiError> {
    let Some(thread) = thread else {
        return send.to.clone().ok_or_else(|| ApiError::invalid("to", "is required, unless conversationId is given"));
    };
    if thread.channel != Channel::Sms {
        return Err(ApiError::invalid("conversationId", "is not a conversation of texts"));
    }
    match &send.to {
        Some(to) if to.as_str() == thread.counterpart => Ok(to.clone()),
        Some(_) => Err(ApiError::invalid("to", "is not the other side of the conversation")),
        None => PhoneNumber::parse(&thread.counterpart).map_err(|_| {
            ApiError::invalid("conversationId", "its other side cannot be texted: it has no phone number")
        }),
    }
}

fn unknown_conversation() -> ApiError {
    ApiError::Refused {
        code: "conversation_not_found",
        detail: "conversationId is not a conversation of this workspace".to_owned(),
        field: Some("conversationId"),
        extra: Value::Null,
    }
}

fn estimated_cost_micros(state: &State, approved: &ApprovedMessage) -> i64 {
    let segments = i64::try_from(approved.segments().segments).unwrap_or(i64::MAX);
    segments.saturating_mul(state.business.outbound_text_cost_micros_per_segment)
}

/// Stores the carrier's answer and ours.
async fn record(
    state: &State,
    session: &Session,
    message_id: MessageId,
    outcome: Result<signalwire::Message, ClientError>,
) -> Result<ApiReply, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let (client, workspace_id) = (&entered.transaction, entered.workspace.id);

    messages::record_answer(client, workspace_id, message_id, &carrier_answer(&outcome)).await?;
    let message = messages::get(client, workspace_id, message_id).await?;
    log_outcome(workspace_id, &message, &outcome);
    let reply = match outcome {
        Ok(_) => created(message)?,
        Err(error) if error.outcome_unknown() => created(message)?,
        Err(error) => not_sent(&error, message)?,
    };
    if let Some(key) = &session.key {
        let status = i16::try_from(reply.status.as_u16()).map_err(|e| ApiError::Internal(Box::new(e)))?;
        idempotency_keys::set_answer(client, workspace_id, ROUTE, key, (status, &reply.body)).await?;
    }
    entered.commit().await?;
    Ok(reply)
}

fn log_outcome(workspace_id: WorkspaceId, message: &Message, outcome: &Result<signalwire::Message, ClientError>) {
    let (message_id, to) = (message.id, mask(&message.to));
    match outcome {
        Ok(sent) => tracing::info!(%workspace_id, %message_id, to, carrier.sid = sent.sid, "message sent"),
        Err(error) if error.outcome_unknown() => {
            tracing::error!(%workspace_id, %message_id, to, %error, "the carrier's answer to a send is unknown");
        }
        Err(error) if error.needs_operator() => {
            tracing::error!(%workspace_id, %message_id, to, %error, "the carrier account needs the operator");
        }
        Err(error) => tracing::warn!(%workspace_id, %message_id, to, %error, "the carrier refused a message"),
    }
}

fn created(message: Message) -> Result<ApiReply, ApiError> {
    let message = api::Message::try_from(message)?;
    ApiReply::with_status(StatusCode::CREATED, &SendMessageAnswer { message })
}

/// The message stays in the conversation as `failed`; the answer says why and carries it.
fn not_sent(error: &ClientError, message: Message) -> Result<ApiReply, ApiError> {
    let temporary = error.needs_operator() || error.retryable();
    let detail = message.error_message.clone().unwrap_or_default();
    let body = api::Message::try_from(message)?;
    let extra = json!({ "message": body });
    let problem = if temporary {
        ApiError::CarrierUnavailable { detail, extra }
    } else {
        ApiError::Refused { code: "carrier_refused", detail, field: None, extra }
    };
    let (status, body) = problem.problem();
    Ok(ApiReply { status, body })
}
