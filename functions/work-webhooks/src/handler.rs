use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use futures_util::{StreamExt as _, stream};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use shared::{
    db::{
        self, DbError, Pool,
        audit_log::{self, Action, Actor, Entry},
        webhook_deliveries::{self, Claimed},
        webhook_endpoints,
    },
    domain::{WebhookDestinations, WebhookDisabledReason, WebhookFailure, WorkspaceId, webhook_delay},
    lambda::{self, RecordError},
    queue::{QueueError, WebhookSender, WebhookWork},
};

use crate::{
    deliver::{self, Attempt},
    payload,
};

/// Longer than this function's time-out: whoever holds the lease is the only one at work.
const LEASE: Duration = Duration::from_secs(45);
/// What is taken at once; with this many requests at a time a batch takes ten seconds at worst.
const BATCH: i64 = 40;
const AT_ONCE: usize = 20;
/// No new batch is begun later: the last one still ends within the time-out.
const LAST_BATCH: Duration = Duration::from_secs(15);
/// SQS hides a message no longer; what is due later `relay-webhooks` finds.
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Requests endpoints, and connects to allowed addresses only.
    pub http: reqwest::Client,
    /// Which addresses are allowed.
    pub destinations: WebhookDestinations,
    /// This function's own queue, for what must wait.
    pub queue: WebhookSender,
}

/// Why a workspace must be looked at again.
#[derive(Debug, thiserror::Error)]
enum WorkError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Works on a batch of messages.
pub async fn handle(state: &State, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Infallible> {
    Ok(lambda::handle_batch(event.payload, async |work| {
        let WebhookWork::DeliverDue { workspace_id, .. } = work;
        // Boxed: the nested futures outgrow the compiler's depth limit.
        let worked = Box::pin(work_webhooks(state, workspace_id)).await;
        worked.map_err(|error| RecordError::Failed(Box::new(error)))
    })
    .await)
}

async fn work_webhooks(state: &State, workspace_id: WorkspaceId) -> Result<(), WorkError> {
    let began = Instant::now();
    let mut next = None;
    while let Some(batch) = claim(state, workspace_id).await? {
        next = earlier(next, deliver_all(state, batch).await?);
        if began.elapsed() > LAST_BATCH {
            next = Some(Duration::ZERO);
            break;
        }
    }
    // One message at most, and only for what this one left: the rows say the rest.
    if let Some(delay) = next.filter(|delay| *delay < LONGEST_DELAY) {
        state.queue.send(WebhookWork::deliver(workspace_id), delay + Duration::from_secs(1)).await?;
    }
    Ok(())
}

fn earlier(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}

/// Takes deliveries, with what is to be told; `None` when nothing is due. The lease is committed before anybody is requested.
async fn claim(state: &State, workspace_id: WorkspaceId) -> Result<Option<Vec<(Claimed, Value)>>, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let claimed = webhook_deliveries::claim(&transaction, workspace_id, LEASE, BATCH).await?;
    let is_any_due = !claimed.is_empty();
    let mut batch = Vec::new();
    for delivery in claimed {
        if delivery.is_closed {
            webhook_deliveries::cancel(&transaction, delivery.id).await?;
            continue;
        }
        let payload = payload::of(&transaction, &delivery.event).await?;
        batch.push((delivery, payload));
    }
    transaction.commit().await?;
    Ok(is_any_due.then_some(batch))
}

/// Requests at the same time, and notes each answer as it comes. Gives when the first of those that failed is due again.
async fn deliver_all(state: &State, batch: Vec<(Claimed, Value)>) -> Result<Option<Duration>, DbError> {
    let requests = batch.into_iter().map(|(delivery, payload)| async move {
        let attempt = deliver::attempt(state, &delivery, &payload).await;
        (delivery, attempt)
    });
    let mut answers = stream::iter(requests).buffer_unordered(AT_ONCE);
    let mut next = None;
    while let Some((delivery, attempt)) = answers.next().await {
        next = earlier(next, note(state, &delivery, attempt).await?);
    }
    Ok(next)
}

async fn note(state: &State, delivery: &Claimed, attempt: Attempt) -> Result<Option<Duration>, DbError> {
    let (workspace_id, endpoint_id) = (delivery.event.workspace_id, delivery.endpoint_id);
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let mut next = None;
    match attempt {
        Attempt::Taken { status } => {
            webhook_deliveries::mark_delivered(&transaction, delivery.id, status).await?;
            webhook_endpoints::note_success(&transaction, endpoint_id).await?;
            tracing::info!(%workspace_id, %endpoint_id, delivery.id = %delivery.id, status, "webhook delivered");
        }
        Attempt::Failed { failure, status } => {
            let delay = webhook_delay(delivery.attempts);
            next = webhook_deliveries::record_failure(&transaction, delivery.id, (failure, status), delay).await?;
            let attempts = delivery.attempts;
            tracing::warn!(%workspace_id, %endpoint_id, delivery.id = %delivery.id, %failure, status, attempts, "webhook not delivered");
            disable_if_hopeless(&transaction, delivery, (failure, status)).await?;
        }
    }
    transaction.commit().await?;
    Ok(next)
}

/// An endpoint that says that it is gone (410), or has taken nothing for days, is left alone until an admin enables it.
async fn disable_if_hopeless(
    client: &db::Transaction<'_>,
    delivery: &Claimed,
    answer: (WebhookFailure, Option<i16>),
) -> Result<(), DbError> {
    let (workspace_id, endpoint_id) = (delivery.event.workspace_id, delivery.endpoint_id);
    let is_hopeless = webhook_endpoints::note_failure(client, endpoint_id).await?;
    let reason = match answer {
        (WebhookFailure::Refused, Some(410)) => WebhookDisabledReason::Gone,
        _ if is_hopeless => WebhookDisabledReason::Failing,
        _ => return Ok(()),
    };
    if !webhook_endpoints::disable(client, endpoint_id, reason).await? {
        return Ok(());
    }
    let canceled = webhook_deliveries::cancel_all(client, endpoint_id).await?;
    let entry = Entry {
        actor: Actor::SYSTEM,
        action: Action::WebhookEndpointDisabled,
        phone_number_id: None,
        provisioning_id: None,
        details: serde_json::json!({ "webhookEndpointId": endpoint_id, "reason": reason }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::warn!(%workspace_id, %endpoint_id, %reason, canceled, "webhook endpoint disabled");
    Ok(())
}
