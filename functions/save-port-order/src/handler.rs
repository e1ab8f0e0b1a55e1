use std::convert::Infallible;

use lambda_http::{Body, Request, Response, http::StatusCode};
use serde_json::{Value, json};
use shared::{
    actions::porting::{self, By, WholeOrder},
    api::{PortDocument, PortOrder, Secrets},
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::{Pool, audit_log::Actor, port_documents},
    domain::{Document, PhoneNumber, PortOrderId, PortParty},
    lambda::{self, ApiError, ApiReply, KnownKey},
    signalwire,
    storage::{Storage, StorageError},
};

use crate::{
    api::{PortDocumentAnswer, PortOrderAnswer, PortUpload, PortUploadHeaders},
    change,
    request::{self, Fields, Order},
    submit,
};

/// The name under which idempotency keys of this route are kept.
const ROUTE: &str = "POST port-orders";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Looks numbers up.
    pub carrier: signalwire::Client,
    /// The bucket of documents.
    pub storage: Storage,
    /// Limits of the plans.
    pub business: BusinessConfig,
    /// The shared number, which nobody can port.
    pub platform_number: PhoneNumber,
}

/// Who asks, and where.
pub(crate) struct Session {
    pub caller: Caller,
    pub workspace: String,
}

impl Session {
    /// For history and audit log.
    pub(crate) fn by(&self) -> By<'_> {
        let actor = Actor { user: &self.caller.user_id, impersonator: self.caller.actor.as_deref() };
        By { party: PortParty::Workspace, actor }
    }
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(save_port_order(state, &request).await))
}

async fn save_port_order(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let session = Session { caller, workspace: lambda::path_parameter(request, "workspace")? };
    let order = match request::parse(request) {
        Ok(Order::Submit { id, version }) => {
            let whole = submit::submit(state, &session, (id, version)).await?;
            return answer(state, StatusCode::OK, whole).await;
        }
        other => other,
    };

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;

    let done = act(state, &entered, &session, order?).await?;
    let whole = porting::find(entered.transaction, entered.workspace.id, done.id).await?.ok_or_else(not_found)?;
    entered.commit().await?;

    match done.document {
        Some(document) => answer_upload(state, whole, *document).await,
        None => answer(state, done.status, whole).await,
    }
}

/// What was done.
struct Done {
    id: PortOrderId,
    status: StatusCode,
    document: Option<Box<(port_documents::PortDocument, Document)>>,
}

async fn act(state: &State, entered: &Entered<'_>, session: &Session, order: Order) -> Result<Done, ApiError> {
    let by = session.by();
    let ok = |id| Done { id, status: StatusCode::OK, document: None };
    match order {
        Order::Create { fields, key } => {
            let id = create(state, entered, by, (*fields, key)).await?;
            Ok(Done { status: StatusCode::CREATED, ..ok(id) })
        }
        Order::Change { id, version, fields } => {
            change::change(state, entered, by, (id, version), *fields).await.map(ok)
        }
        Order::Upload { id, file } => {
            let (id, row, document) = change::add_document(entered, by, id, &file).await?;
            Ok(Done { document: Some(Box::new((row, document))), ..ok(id) })
        }
        Order::Cancel { id, version } => change::cancel(entered, by, (id, version)).await.map(ok),
        // Has its own way, in transactions of its own.
        Order::Submit { .. } => Err(ApiError::Internal("a submission came to the changes".into())),
    }
}

/// With a key that was used before: the order that was begun then, as it is now. What is kept under the key is its id, because
/// the order has secrets.
async fn create(
    state: &State,
    entered: &Entered<'_>,
    by: By<'_>,
    (fields, key): (Fields, Option<(String, Value)>),
) -> Result<PortOrderId, ApiError> {
    let Some((key, content)) = key else { return change::create(state, entered, by, fields).await };
    match lambda::take_key(entered, ROUTE, &key, &content).await? {
        KnownKey::New => {
            let id = change::create(state, entered, by, fields).await?;
            let reply = ApiReply::with_status(StatusCode::CREATED, &json!({ "portOrderId": id }))?;
            lambda::keep_answer(entered, ROUTE, &key, &reply).await?;
            Ok(id)
        }
        KnownKey::Answered(reply) => {
            let id = reply.body["portOrderId"].as_str().and_then(|id| id.parse().ok());
            id.ok_or_else(|| ApiError::Internal("an idempotency key without a port order".into()))
        }
        KnownKey::Unanswered(_) => Err(ApiError::Internal("an idempotency key of a port order with a message".into())),
    }
}

async fn answer(state: &State, status: StatusCode, whole: WholeOrder) -> Result<ApiReply, ApiError> {
    ApiReply::with_status(status, &PortOrderAnswer { port_order: shown(state, whole).await? })
}

async fn answer_upload(
    state: &State,
    whole: WholeOrder,
    (row, document): (port_documents::PortDocument, Document),
) -> Result<ApiReply, ApiError> {
    let upload = PortUpload {
        url: state.storage.document_upload_address(&document).await.map_err(not_signed)?,
        method: "PUT",
        headers: PortUploadHeaders { content_type: document.content_type },
    };
    let port_order = shown(state, whole).await?;
    let answer = PortDocumentAnswer { document: PortDocument::new(row, None), upload, port_order };
    ApiReply::with_status(StatusCode::CREATED, &answer)
}

/// Only administrators in person come here.
async fn shown(state: &State, mut whole: WholeOrder) -> Result<PortOrder, ApiError> {
    whole.sign_documents(&state.storage).await.map_err(not_signed)?;
    Ok(PortOrder::new(whole, Secrets::Shown))
}

fn not_signed(error: StorageError) -> ApiError {
    ApiError::Internal(Box::new(error))
}

pub(crate) fn not_found() -> ApiError {
    ApiError::NotFound { code: "port_order_not_found", detail: "there is no such port order".to_owned() }
}

pub(crate) fn finished() -> ApiError {
    ApiError::Conflict { code: "port_order_finished", detail: "the order has ended; make a new one".to_owned() }
}
