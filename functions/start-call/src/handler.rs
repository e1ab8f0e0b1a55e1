use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    actions::calling::{self, CallUrls, StoredCall},
    auth::{self, Access, Caller, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::{Pool, idempotency_keys, outbound_calls},
    domain::{ApprovedCall, PhoneNumber},
    lambda::{self, ApiError, ApiReply, HandedOver, KnownKey},
    signalwire::{self, ClientError},
};

use crate::{
    api::StartCallRequest,
    request::{self, CallRequest},
    routing,
};

/// The name under which idempotency keys of this route are kept.
const ROUTE: &str = "POST calls";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// Prices, allowed countries, and how much a plan sends.
    pub business: BusinessConfig,
    /// The shared number, caller of last resort.
    pub platform_number: PhoneNumber,
    /// Where the carrier turns to; without them nobody is called.
    pub urls: Option<CallUrls>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(start_call(state, &request).await))
}

async fn start_call(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let key = lambda::idempotency_key(request)?;
    let wanted = request::parse(lambda::body_json::<StartCallRequest>(request)?)?;
    let session = Session { caller, workspace, key };
    let urls = state.urls.as_ref().ok_or_else(lambda::calls_not_enabled)?;

    let (stored, call) = match prepare(state, &session, &wanted).await? {
        Prepared::Known(reply) => return Ok(reply),
        Prepared::New(stored, call) => (stored, call),
    };

    let outcome = calling::place(&state.carrier, urls, stored.call_id, &call).await;

    record(state, &session, stored, outcome).await
}

/// Who calls, where, under which key.
struct Session {
    caller: Caller,
    workspace: String,
    key: Option<String>,
}

enum Prepared {
    /// The key was used before; this is the answer.
    Known(ApiReply),
    /// A call is stored and may be handed to the carrier, once.
    New(StoredCall, ApprovedCall),
}

/// Checks the call and stores it, in one transaction.
async fn prepare(state: &State, session: &Session, wanted: &CallRequest) -> Result<Prepared, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let workspace_id = entered.workspace.id;
    if let Some(key) = &session.key {
        match lambda::take_key(&entered, ROUTE, key, wanted).await? {
            KnownKey::New => {}
            KnownKey::Answered(reply) => return Ok(Prepared::Known(reply)),
            KnownKey::Unanswered(message_id) => {
                let message = lambda::show_message(&entered, message_id).await?;
                return Ok(Prepared::Known(lambda::answer_send(message, HandedOver::Taken)?));
            }
        }
    }

    let call = routing::approve(state, &entered, wanted).await?;
    let plan = state.business.plan(entered.workspace.tier);
    lambda::count_send(&entered, plan, clock::now()).await?;

    let client = entered.transaction;
    let stored = calling::store(client, workspace_id, &call, &session.caller.user_id).await?;
    lambda::count_spending(&entered, plan, stored.message_id, clock::now()).await?;
    if let Some(key) = &session.key {
        idempotency_keys::set_message(client, workspace_id, ROUTE, key, stored.message_id).await?;
    }
    entered.commit().await?;
    Ok(Prepared::New(stored, call))
}

/// Stores the carrier's answer and ours.
async fn record(
    state: &State,
    session: &Session,
    stored: StoredCall,
    outcome: Result<signalwire::Call, ClientError>,
) -> Result<ApiReply, ApiError> {
    let mut connection = state.pool.get().await?;
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Write).await?;
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);

    let answer = calling::carrier_answer(&outcome);
    outbound_calls::record_answer(client, workspace_id, stored.call_id, &answer).await?;
    calling::log_outcome(workspace_id, stored.call_id, &outcome);
    let message = lambda::show_message(&entered, stored.message_id).await?;
    let reply = lambda::answer_send(message, HandedOver::from(&outcome))?;
    if let Some(key) = &session.key {
        lambda::keep_answer(&entered, ROUTE, key, &reply).await?;
    }
    entered.commit().await?;
    Ok(reply)
}
