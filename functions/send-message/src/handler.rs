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
        idempotency_keys::{self, Claim, Effect},
        messages::{self, Message},
        send_windows::{self, SendLimits},
    },
    domain::{MessageId, PhoneNumber, WorkspaceId, mask},
    lambda::{self, ApiError, ApiReply},
    signalwire::{self, ClientError},
};
use url::Url;

use crate::{
    api::{SendMessageAnswer, SendMessageRequest},
    deferral,
    mail::{self, MailError, Mailer},
    request::{self, SendRequest},
    routing::{self, Outgoing},
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
    /// Amazon SES.
    pub mailer: Mailer,
    /// Prices, allowed countries, and how much a plan sends.
    pub business: BusinessConfig,
    /// The shared number, sender of last resort.
    pub platform_number: PhoneNumber,
    /// The number that sends by WhatsApp; without it WhatsApp is not enabled.
    pub whatsapp_number: Option<PhoneNumber>,
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

    let (message_id, outgoing) = match prepare(state, &session, &send).await? {
        Prepared::Known(reply) => return Ok(reply),
        Prepared::New(message_id, outgoing) => (message_id, outgoing),
    };

    let callback = status_callback(&state.status_webhook_url, message_id);
    let outcome = match &outgoing {
        Outgoing::Text(text) => state.carrier.send_message(text, &callback).await,
        Outgoing::Whatsapp(message) => state.carrier.send_whatsapp(message, &callback).await,
        Outgoing::Mail(mail) => {
            let outcome = state.mailer.send(mail).await;
            return record_mail(state, &session, message_id, outcome).await;
        }
    };

    record(state, &session, message_id, outcome).await
}

/// Who sends, where, under which key.
struct Session {
    caller: Caller,
    workspace: String,
    key: Option<String>,
}

enum Prepared {
    /// The key was used before, or the message waits; this is the answer.
    Known(ApiReply),
    /// A message is stored and may be handed to the carrier, once.
    New(MessageId, Outgoing),
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

    let outgoing = routing::approve(state, &entered, send).await?;
    let wait = deferral::wait(&entered, &outgoing).await?;
    match &wait {
        Some(wait) => deferral::within_limits(state, &entered, wait).await?,
        None => within_limits(state, &entered).await?,
    }

    let client = &entered.transaction;
    let conversation_id = outgoing.open_conversation(client, workspace_id).await?;
    let new = outgoing.to_be_stored(&state.business, &session.caller.user_id);
    let message_id = messages::insert_outbound(client, workspace_id, conversation_id, &new).await?;
    if let Some(key) = &session.key {
        idempotency_keys::set_message(client, workspace_id, ROUTE, key, message_id).await?;
    }
    if let Some(wait) = wait {
        let message = deferral::store(client, workspace_id, message_id, &wait).await?;
        return Ok(Prepared::Known(finish(entered, session, created(message)?).await?));
    }
    entered.commit().await?;
    Ok(Prepared::New(message_id, outgoing))
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

/// Counts the message against what the plan sends. The last of the checks, because simultaneous sends of a workspace wait
/// here for each other; a refusal undoes the count with everything else.
async fn within_limits(state: &State, entered: &Entered<'_>) -> Result<(), ApiError> {
    let plan = state.business.plan(entered.workspace.tier);
    let limits = SendLimits { per_minute: plan.messages_per_minute, per_day: plan.messages_per_day };
    let counted = send_windows::count(&entered.transaction, entered.workspace.id, limits, clock::now()).await?;
    counted.map_err(|too_many| ApiError::RateLimited {
        detail: format!(
            "the plan sends {} messages a minute and {} a day; this one would be beyond that",
            limits.per_minute, limits.per_day
        ),
        retry_after: u64::try_from(too_many.retry_after.num_seconds()).unwrap_or(0) + 1,
    })
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
        Err(error) if error.needs_operator() || error.retryable() => not_sent(&Refused::ForNow, message)?,
        Err(_) => not_sent(&Refused::ForGood, message)?,
    };
    finish(entered, session, reply).await
}

/// Stores SES's answer and ours.
async fn record_mail(
    state: &State,
    session: &Session,
    message_id: MessageId,
    outcome: Result<String, MailError>,
) -> Result<ApiReply, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let (client, workspace_id) = (&entered.transaction, entered.workspace.id);

    messages::record_answer(client, workspace_id, message_id, &mail::answer(&outcome)).await?;
    let message = messages::get(client, workspace_id, message_id).await?;
    let reply = match outcome {
        Ok(id) => {
            tracing::info!(%workspace_id, %message_id, ses.message_id = id, "mail sent");
            created(message)?
        }
        Err(error) => {
            tracing::error!(%workspace_id, %message_id, %error, "a mail was not sent for certain");
            match error {
                MailError::Unknown(_) => created(message)?,
                MailError::Unavailable(_) => not_sent(&Refused::ForNow, message)?,
                MailError::Refused(_) => not_sent(&Refused::ForGood, message)?,
            }
        }
    };
    finish(entered, session, reply).await
}

/// Keeps the answer for the next request with the same key.
async fn finish(entered: Entered<'_>, session: &Session, reply: ApiReply) -> Result<ApiReply, ApiError> {
    if let Some(key) = &session.key {
        let status = i16::try_from(reply.status.as_u16()).map_err(|e| ApiError::Internal(Box::new(e)))?;
        let answer = (status, &reply.body);
        idempotency_keys::set_answer(&entered.transaction, entered.workspace.id, ROUTE, key, answer).await?;
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

/// Whether the same message may be taken another time.
enum Refused {
    ForNow,
    ForGood,
}

/// The message stays in the conversation as `failed`; the answer says why and carries it.
fn not_sent(refused: &Refused, message: Message) -> Result<ApiReply, ApiError> {
    let detail = message.error_message.clone().unwrap_or_default();
    let body = api::Message::try_from(message)?;
    let extra = json!({ "message": body });
    let problem = match refused {
        Refused::ForNow => ApiError::CarrierUnavailable { detail, extra },
        Refused::ForGood => ApiError::Refused { code: "carrier_refused", detail, field: None, extra },
    };
    let (status, body) = problem.problem();
    Ok(ApiReply { status, body })
}
