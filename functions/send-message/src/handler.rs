use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    actions::{
        calling::{self, CallUrls, StoredCall},
        sending::{carrier_answer, status_callback},
    },
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::{
        Pool, idempotency_keys,
        messages::{self, Message},
    },
    domain::{ApprovedCall, Channel, MessageId, PhoneNumber, WorkspaceId, mask},
    lambda::{self, ApiError, ApiReply, HandedOver, KnownKey},
    mail::{MailError, Mailer},
    signalwire::{self, ClientError},
    storage::Storage,
};
use url::Url;

use crate::{
    api::SendMessageRequest,
    deferral, mail,
    request::{self, SendRequest},
    routing::{self, Outgoing},
    voice,
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
    /// Where the carrier turns to about calls; without them nobody is called.
    pub call_urls: Option<CallUrls>,
    /// The bucket of pictures and files.
    pub storage: Storage,
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
        Prepared::Call(stored, call, urls) => return voice::place(state, &session, urls, (stored, &call)).await,
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
pub(crate) struct Session {
    pub caller: Caller,
    pub workspace: String,
    key: Option<String>,
}

enum Prepared<'a> {
    /// The key was used before, or the message waits; this is the answer.
    Known(ApiReply),
    /// A message is stored and may be handed to the carrier, once.
    New(MessageId, Outgoing),
    /// A call is stored and may be placed, once.
    Call(StoredCall, ApprovedCall, &'a CallUrls),
}

/// Checks the message and stores it, in one transaction.
async fn prepare<'a>(state: &'a State, session: &Session, send: &SendRequest) -> Result<Prepared<'a>, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let workspace_id = entered.workspace.id;
    if let Some(key) = &session.key {
        match lambda::take_key(&entered, ROUTE, key, send).await? {
            KnownKey::New => {}
            KnownKey::Answered(reply) => return Ok(Prepared::Known(reply)),
            KnownKey::Unanswered(message_id) => {
                let message = lambda::show_message(&entered, message_id).await?;
                return Ok(Prepared::Known(lambda::answer_send(message, HandedOver::Taken)?));
            }
        }
    }

    if send.channel == Channel::Voice {
        let urls = state.call_urls.as_ref().ok_or_else(lambda::calls_not_enabled)?;
        let (stored, call) = prepare_call(state, session, send, entered).await?;
        return Ok(Prepared::Call(stored, call, urls));
    }
    let outgoing = routing::approve(state, &entered, send).await?;
    let wait = deferral::wait(&entered, &outgoing).await?;
    let plan = state.business.plan(entered.workspace.tier);
    match &wait {
        Some(wait) => deferral::within_limits(&entered, plan, wait).await?,
        None => lambda::count_send(&entered, plan, clock::now()).await?,
    }

    let client = entered.transaction;
    let conversation_id = outgoing.open_conversation(client, workspace_id).await?;
    let new = outgoing.to_be_stored(&session.caller.user_id);
    let message_id = messages::insert_outbound(client, workspace_id, conversation_id, &new).await?;
    let tied = async {
        match &session.key {
            Some(key) => Ok(idempotency_keys::set_message(client, workspace_id, ROUTE, key, message_id).await?),
            None => Ok(()),
        }
    };
    let counted = async {
        match &wait {
            Some(_) => Ok(()),
            None => lambda::count_spending(&entered, plan, message_id, clock::now()).await,
        }
    };
    tokio::try_join!(tied, counted)?;
    if let Some(wait) = wait {
        let message = deferral::store(client, workspace_id, message_id, &wait).await?;
        let reply = lambda::answer_send(message.try_into()?, HandedOver::Taken)?;
        return Ok(Prepared::Known(finish(entered, session, reply).await?));
    }
    entered.commit().await?;
    Ok(Prepared::New(message_id, outgoing))
}

/// The same for a call.
async fn prepare_call(
    state: &State,
    session: &Session,
    send: &SendRequest,
    entered: Entered<'_>,
) -> Result<(StoredCall, ApprovedCall), ApiError> {
    let call = voice::approve(state, &entered, send).await?;
    let plan = state.business.plan(entered.workspace.tier);
    lambda::count_send(&entered, plan, clock::now()).await?;

    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let stored = calling::store(client, workspace_id, &call, &session.caller.user_id).await?;
    lambda::count_spending(&entered, plan, stored.message_id, clock::now()).await?;
    if let Some(key) = &session.key {
        idempotency_keys::set_message(client, workspace_id, ROUTE, key, stored.message_id).await?;
    }
    entered.commit().await?;
    Ok((stored, call))
}

/// Stores the carrier's answer and ours.
async fn record(
    state: &State,
    session: &Session,
    message_id: MessageId,
    outcome: Result<signalwire::Message, ClientError>,
) -> Result<ApiReply, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);

    let answer = carrier_answer(&outcome);
    // The second goes out without waiting for the first, and after it.
    let ((), message) = tokio::try_join!(
        biased;
        messages::record_answer(client, workspace_id, message_id, &answer),
        messages::get(client, workspace_id, message_id),
    )?;
    log_outcome(workspace_id, &message, &outcome);
    let reply = lambda::answer_send(message.try_into()?, HandedOver::from(&outcome))?;
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
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);

    messages::record_answer(client, workspace_id, message_id, &mail::answer(&outcome)).await?;
    let message = messages::get(client, workspace_id, message_id).await?;
    let handed_over = match outcome {
        Ok(id) => {
            tracing::info!(%workspace_id, %message_id, ses.message_id = id, "mail sent");
            HandedOver::Taken
        }
        Err(error) => {
            tracing::error!(%workspace_id, %message_id, %error, "a mail was not sent for certain");
            match error {
                MailError::Unknown(_) => HandedOver::Taken,
                MailError::Unavailable(_) => HandedOver::RefusedForNow,
                MailError::Refused(_) => HandedOver::RefusedForGood,
            }
        }
    };
    let reply = lambda::answer_send(message.try_into()?, handed_over)?;
    finish(entered, session, reply).await
}

/// Keeps the answer for the next request with the same key.
pub(crate) async fn finish(entered: Entered<'_>, session: &Session, reply: ApiReply) -> Result<ApiReply, ApiError> {
    if let Some(key) = &session.key {
        lambda::keep_answer(&entered, ROUTE, key, &reply).await?;
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
