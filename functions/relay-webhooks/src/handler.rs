use std::time::Duration;

use lambda_runtime::LambdaEvent;
use serde::Serialize;
use shared::{
    db::{self, DbError, Pool, webhook_deliveries},
    queue::{QueueError, WebhookSender, WebhookWork},
};

/// Most workspaces of one run; the rest is left to the next.
const BATCH: i64 = 500;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The queue of webhooks.
    pub queue: WebhookSender,
}

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// What was done.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Workspaces with deliveries that were due.
    pub workspaces: usize,
}

/// Hands over.
///
/// # Errors
/// Handed to the runtime: nobody else reads the answer.
pub async fn handle(state: &State, _event: LambdaEvent<serde_json::Value>) -> Result<Report, lambda_runtime::Error> {
    Ok(relay_webhooks(state).await?)
}

async fn relay_webhooks(state: &State) -> Result<Report, RelayError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let due = webhook_deliveries::list_due_workspaces(&transaction, BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    for workspace_id in &due {
        state.queue.send(WebhookWork::deliver(*workspace_id), Duration::ZERO).await?;
    }
    tracing::info!(workspaces = due.len(), "webhooks handed over");
    Ok(Report { workspaces: due.len() })
}
