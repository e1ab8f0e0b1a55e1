use std::{convert::Infallible, time::Duration};

use lambda_http::{Body, Request, Response};
use shared::{
    actions::{Provisioner, WorkError, provisioning},
    auth::{Caller, SessionTokenVerifier},
    clock,
    db::{self, DbError, provisionings},
    domain::ProvisioningId,
    lambda::{self, ApiError, ApiReply},
    queue::ProvisioningWork,
};

use crate::{answer, request, reserve};

/// How long a caller waits for the carrier. What is not settled by then goes on by the queue.
const BUDGET: Duration = Duration::from_secs(8);
/// The queue's message is seen when the budget is spent, and not before: until then it would only find the work taken.
const QUEUE_DELAY: Duration = Duration::from_secs(10);

/// What this function uses.
pub struct State {
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Gets numbers.
    pub provisioner: Provisioner,
}

/// Who asks, and where.
pub(crate) struct Session {
    pub caller: Caller,
    pub workspace: String,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    // Boxed: the future of the whole provisioning, nested into the runtime's, outgrows the compiler's depth limit.
    Ok(lambda::reply(Box::pin(provision_number(state, &request)).await))
}

async fn provision_number(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let session = Session { caller, workspace: lambda::path_parameter(request, "workspace")? };
    let order = request::parse(request)?;

    let reserved = reserve::reserve(state, &session, &order).await?;

    let (workspace_id, provisioning_id) = (reserved.workspace_id, reserved.provisioning_id);
    if !reserved.queued {
        if let Err(error) = enqueue(state, provisioning_id).await {
            tracing::error!(%workspace_id, %provisioning_id, %error, "the provisioning is not queued, the sweep has to find it");
        }
        // Whatever goes wrong from here on leaves the reservation, and the row says how far it came.
        if let Err(error) = provisioning::settle_within(&state.provisioner, provisioning_id, BUDGET).await {
            tracing::warn!(%workspace_id, %provisioning_id, %error, "the provisioning is left to the queue");
        }
    }

    answer::answer(state, &session, provisioning_id).await
}

async fn enqueue(state: &State, id: ProvisioningId) -> Result<(), WorkError> {
    state.provisioner.queue.send(ProvisioningWork::settle(id), QUEUE_DELAY).await?;
    let mut connection = state.provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    provisionings::mark_queued(&transaction, id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}
