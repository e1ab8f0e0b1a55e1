use std::convert::Infallible;

use lambda_http::{Body, Request, Response, http::Method};
use shared::{
    actions::porting::{self, By, CompletionError, WholeOrder},
    api::{Cursor, PortOrder, Secrets},
    auth::{Caller, SessionTokenVerifier},
    clock,
    config::{BusinessConfig, PlatformAdmins},
    db::{
        self, DbError, Pool, Position, Transaction,
        audit_log::{Action, Actor},
        port_orders::{self, Move},
        retention,
    },
    domain::{PhoneNumber, PortOrderId, PortOrderState, PortParty, WorkspaceId},
    lambda::{self, ApiError, ApiReply},
    storage::{ADDRESS_LIFETIME, Storage, StorageError},
};
use uuid::Uuid;

use crate::{
    api::{
        AnswerPortOrderRequest, OperatorPortOrderAnswer, OperatorPortOrderSummary, OperatorPortOrdersPage,
        PortOrderExport, PortOrderWorkspace,
    },
    export, package,
    request::{self, Answer},
};

const ZIP: &str = "application/zip";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The bucket of documents.
    pub storage: Storage,
    /// What numbers cost.
    pub business: BusinessConfig,
    /// Whom the routes are for.
    pub platform_admins: PlatformAdmins,
    /// Our project at the carrier, which its form asks for.
    pub project_id: String,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(manage_port_orders(state, &request).await))
}

async fn manage_port_orders(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;
    if !caller.is_platform_admin(&state.platform_admins) {
        // As if the route did not exist: nobody else has to know that it does.
        return Err(ApiError::NotFound { code: "not_found", detail: "There is no such resource.".to_owned() });
    }

    let Some(id) = lambda::optional_path_parameter(request, "portOrder") else {
        return list(state, request).await;
    };
    let id: PortOrderId = id.parse().map_err(|_| not_found())?;
    if request.method() != Method::POST {
        return read(state, id).await;
    }
    if request.uri().path().ends_with("/export") {
        // Boxed: what puts a file together holds more than the other routes need.
        return Box::pin(export_port_order(state, &caller, id)).await;
    }
    answer_port_order(state, request, &caller, id).await
}

async fn list(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let filter: Option<PortOrderState> = lambda::parse_query(request, "state")?;
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_snapshot(&mut connection).await?;
    let mut rows = port_orders::list_of_all(&transaction, filter, after, limit + 1).await?;
    transaction.commit().await.map_err(DbError::from)?;

    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.order.created_at, id: row.order.id.0 });
    let port_orders = rows.into_iter().map(|mut row| {
        let workspace =
            PortOrderWorkspace { id: row.order.workspace_id, name: std::mem::take(&mut row.workspace_name) };
        OperatorPortOrderSummary { port_order: row.into(), workspace }
    });
    ApiReply::ok(&OperatorPortOrdersPage {
        port_orders: port_orders.collect(),
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}

async fn read(state: &State, id: PortOrderId) -> Result<ApiReply, ApiError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_snapshot(&mut connection).await?;
    let (whole, workspace) = find(&transaction, id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    show(state, whole, workspace).await
}

async fn export_port_order(state: &State, caller: &Caller, id: PortOrderId) -> Result<ApiReply, ApiError> {
    let expires_at = clock::now() + ADDRESS_LIFETIME;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let (whole, workspace) = find(&transaction, id).await?;
    let key = format!("media/{}/documents/{id}/{}/port-order-{id}.zip", workspace.id, Uuid::now_v7());
    // Noted before it is there: a process that dies leaves nothing behind.
    retention::delete_object_at(&transaction, workspace.id, &key, expires_at).await?;
    porting::audit(&transaction, &whole.order, Action::PortOrderExported, by_operator(caller)).await?;
    transaction.commit().await.map_err(DbError::from)?;

    let content = package::put_together(&state.storage, &whole, &workspace, &state.project_id).await;
    let content = content.map_err(|error| ApiError::Internal(Box::new(error)))?;
    state.storage.put(&key, ZIP, content).await.map_err(not_stored)?;
    let url = state.storage.address(&key, ZIP).await.map_err(not_stored)?;
    ApiReply::ok(&PortOrderExport { url, expires_at })
}

async fn answer_port_order(
    state: &State,
    request: &Request,
    caller: &Caller,
    id: PortOrderId,
) -> Result<ApiReply, ApiError> {
    let body: AnswerPortOrderRequest = lambda::body_json(request)?;
    let answer = request::parse(body, clock::now().date_naive())?;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let (workspace_id, _) = port_orders::find_owner(&transaction, id).await?.ok_or_else(not_found)?;
    record(state, &transaction, (id, workspace_id), by_operator(caller), &answer).await?;
    let (whole, workspace) = find(&transaction, id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    show(state, whole, workspace).await
}

async fn record(
    state: &State,
    transaction: &Transaction<'_>,
    (id, workspace_id): (PortOrderId, WorkspaceId),
    by: By<'_>,
    answer: &Answer,
) -> Result<(), ApiError> {
    let now = clock::now();
    if matches!(answer.to, Move::Completed) {
        let seen = (now, Some(answer.version));
        porting::complete(transaction, &state.business, (id, workspace_id), by, seen).await.map_err(not_completed)?;
    } else {
        let order = port_orders::find_locked(transaction, workspace_id, id).await?.ok_or_else(not_found)?;
        if order.version != answer.version {
            let detail = format!("the order has changed and is at version {}; read it again", order.version);
            return Err(ApiError::Conflict { code: "port_order_changed", detail });
        }
        if !porting::move_order(transaction, &order, &answer.to, by, now).await? {
            let detail = format!("the order is {}, which does not allow this answer", order.state);
            return Err(ApiError::Conflict { code: "port_order_state", detail });
        }
    }
    if let Some(reference) = &answer.reference {
        port_orders::set_reference(transaction, id, reference).await?;
    }
    Ok(())
}

fn not_completed(error: CompletionError) -> ApiError {
    let detail = error.to_string();
    match error {
        CompletionError::Database(error) => error.into(),
        CompletionError::State | CompletionError::WorkspaceDeleted => {
            ApiError::Conflict { code: "port_order_state", detail }
        }
        CompletionError::Changed => ApiError::Conflict { code: "port_order_changed", detail },
        CompletionError::NumberOwned => ApiError::Conflict { code: "port_number_owned", detail },
        CompletionError::NumbersMissing(numbers) => {
            let numbers: Vec<&str> = numbers.iter().map(PhoneNumber::as_str).collect();
            let detail =
                format!("not in the carrier account yet: {}; it is looked at every five minutes", numbers.join(", "));
            ApiError::Conflict { code: "port_numbers_missing", detail }
        }
    }
}

/// An order that was submitted at some time, and whose it is.
async fn find(transaction: &Transaction<'_>, id: PortOrderId) -> Result<(WholeOrder, PortOrderWorkspace), ApiError> {
    let (workspace_id, name) = port_orders::find_owner(transaction, id).await?.ok_or_else(not_found)?;
    let whole = porting::find(transaction, workspace_id, id).await?.ok_or_else(not_found)?;
    Ok((whole, PortOrderWorkspace { id: workspace_id, name }))
}

async fn show(state: &State, mut whole: WholeOrder, workspace: PortOrderWorkspace) -> Result<ApiReply, ApiError> {
    let dashboard = export::dashboard(&whole, &state.project_id);
    whole.sign_documents(&state.storage).await.map_err(not_stored)?;
    let port_order = PortOrder::new(whole, Secrets::Shown);
    ApiReply::ok(&OperatorPortOrderAnswer { port_order, workspace, dashboard })
}

fn by_operator(caller: &Caller) -> By<'_> {
    let actor = Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() };
    By { party: PortParty::Operator, actor }
}

fn not_stored(error: StorageError) -> ApiError {
    ApiError::Internal(Box::new(error))
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "port_order_not_found", detail: "there is no such port order".to_owned() }
}
