use std::convert::Infallible;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use shared::{
    actions::{calls, inbox},
    config::BusinessConfig,
    db::{
        self, DbError, Pool,
        webhook_events::{self, Unroutable},
    },
    domain::PhoneNumber,
    lambda::{self, RecordError},
    queue::{InboxSender, InboxWork},
    signalwire::{self, Form},
};
use url::Url;

use crate::reply;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// The inbox queue.
    pub queue: InboxSender,
    /// Texts of the answers, and allowed countries.
    pub business: BusinessConfig,
    /// The shared number of the platform.
    pub platform_number: PhoneNumber,
    /// Where the carrier reports delivery.
    pub status_webhook_url: Url,
}

/// Postgres did not answer to an earlier record of the batch.
#[derive(Debug, thiserror::Error)]
#[error("left for later, the database is away")]
struct StillAway;

/// Works on a batch of messages.
pub async fn handle(state: &State, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Infallible> {
    // To wait for Postgres once is enough: the batch would not be through in time.
    let mut away = false;
    Ok(lambda::handle_records(event.payload, async |body| {
        if away {
            return Err(RecordError::Failed(Box::new(StillAway)));
        }
        // Boxed: the nested futures outgrow the compiler's depth limit.
        Box::pin(work_inbox(state, &body)).await.map_err(|error| {
            away |= error.retryable();
            RecordError::Failed(Box::new(error))
        })
    })
    .await)
}

async fn work_inbox(state: &State, body: &str) -> Result<(), DbError> {
    let work = match serde_json::from_str(body) {
        Ok(work) => work,
        Err(error) => {
            tracing::error!(%error, "webhook cannot be read");
            let keep = || keep(state, "message", "unreadable", json!({ "message": body }));
            return state.pool.retry_once(keep).await;
        }
    };
    match work {
        InboxWork::StoreMessage { received_at, form, .. } => {
            let form = Form::from_pairs(form);
            let store = || inbox::store_message(&state.pool, &form, &state.platform_number, received_at);
            match state.pool.retry_once(store).await {
                // Webhooks are found by their relay: what waited here is not news of the last second.
                Ok(stored) => {
                    if let Some(reply_id) = stored.reply {
                        inbox::queue_reply(&state.queue, reply_id).await;
                    }
                    Ok(())
                }
                Err(error) => give_up_if_hopeless(state, "message", &form, error).await,
            }
        }
        InboxWork::StoreMessageStatus { message_id, form, .. } => {
            let form = Form::from_pairs(form);
            let stored = state.pool.retry_once(|| inbox::store_message_status(&state.pool, &form, message_id)).await;
            match stored {
                Ok(_) => Ok(()),
                Err(error) => give_up_if_hopeless(state, "message_status", &form, error).await,
            }
        }
        InboxWork::StoreCall { received_at, form, .. } => {
            let form = Form::from_pairs(form);
            let store = || calls::store_call(&state.pool, &form, &state.platform_number, received_at);
            match state.pool.retry_once(store).await {
                Ok(_) => Ok(()),
                Err(error) => give_up_if_hopeless(state, "call", &form, error).await,
            }
        }
        InboxWork::StoreCallEvent { received_at, step, form, .. } => {
            let form = Form::from_pairs(form);
            let store = || calls::store_call_event(&state.pool, &form, step.as_ref(), received_at);
            match state.pool.retry_once(store).await {
                Ok(_) => Ok(()),
                Err(error) => give_up_if_hopeless(state, "call_status", &form, error).await,
            }
        }
        InboxWork::SendReply { reply_id, .. } => reply::send(state, reply_id).await,
    }
}

/// What Postgres refuses today it refuses tomorrow: kept where nothing can be wrong with it, out of the others' way.
async fn give_up_if_hopeless(state: &State, kind: &str, form: &Form, error: DbError) -> Result<(), DbError> {
    if error.retryable() {
        return Err(error);
    }
    tracing::error!(kind, error = &error as &dyn std::error::Error, "webhook cannot be stored");
    state.pool.retry_once(|| keep(state, kind, "not_stored", form.to_json())).await
}

async fn keep(state: &State, kind: &str, reason: &str, payload: Value) -> Result<(), DbError> {
    let text = |name: &str| payload[name].as_str();
    let hash = db::content_key(payload.to_string().as_bytes());
    // Several callbacks have one sid; each is kept.
    let sid = match kind {
        "message" => text("MessageSid"),
        "call" => text("CallSid"),
        _ => None,
    };
    let key = sid.unwrap_or(&hash);
    let (from, to) = (text("From"), text("To"));
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    webhook_events::keep_unroutable(&transaction, &Unroutable { kind, key, reason, from, to, payload: &payload })
        .await?;
    Ok(transaction.commit().await?)
}
