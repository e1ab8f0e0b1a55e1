use std::{collections::HashSet, time::Duration};

use futures_util::{StreamExt, stream};
use lambda_runtime::LambdaEvent;
use serde::Serialize;
use shared::{
    clock,
    config::BusinessConfig,
    db::{self, DbError, Pool, scheduled_messages},
    domain::{MessageId, PhoneNumber},
    signalwire,
    storage::Storage,
};
use tokio::time::Instant;
use url::Url;

use crate::delivery::{self, Step};

/// Messages that are listed at once.
const BATCH: i64 = 200;
/// Requests to the carrier at the same time.
const AT_ONCE: usize = 8;
/// After that nothing new is taken; the rest is left to the next minute.
const TIME_TO_TAKE: Duration = Duration::from_secs(40);

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// Allowed countries, and how much a plan sends.
    pub business: BusinessConfig,
    /// The shared number.
    pub platform_number: PhoneNumber,
    /// The number that sends by WhatsApp; without it WhatsApp is not enabled.
    pub whatsapp_number: Option<PhoneNumber>,
    /// The bucket of pictures and files.
    pub storage: Storage,
    /// Where the carrier reports delivery.
    pub status_webhook_url: Url,
}

/// Why a run did not do all that it could.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
    /// At the end, when all messages have had their turn.
    #[error("{0} messages could not be worked on")]
    Messages(usize),
}

/// What was done.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Messages handed to the carrier, whatever it said.
    pub sent: usize,
    /// Messages that wait longer: it is quiet again, or the plan's rate is reached.
    pub put_off: usize,
    /// Messages that cannot be sent any more.
    pub given_up: usize,
}

/// Sends what is due.
///
/// # Errors
/// Handed to the runtime, after every message has had its turn: nobody else reads the answer.
pub async fn handle(state: &State, _event: LambdaEvent<serde_json::Value>) -> Result<Report, lambda_runtime::Error> {
    // Boxed: the nested futures outgrow the compiler's depth limit.
    Ok(Box::pin(send_due_messages(state)).await?)
}

async fn send_due_messages(state: &State) -> Result<Report, RunError> {
    let end = Instant::now() + TIME_TO_TAKE;
    let mut report = Report::default();
    let mut failed = HashSet::new();
    // Of each thread one message at a time is listed, so there are rounds.
    while Instant::now() < end {
        let mut due = list_due(state).await?;
        due.retain(|id| !failed.contains(id));
        if !work_on(state, due, end, &mut report, &mut failed).await {
            break;
        }
    }

    let Report { sent, put_off, given_up } = report;
    tracing::info!(sent, put_off, given_up, failed = failed.len(), "due messages sent");
    if failed.is_empty() { Ok(report) } else { Err(RunError::Messages(failed.len())) }
}

async fn list_due(state: &State) -> Result<Vec<MessageId>, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let due = scheduled_messages::list_due(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await?;
    Ok(due)
}

/// One round. Whether anything changed.
async fn work_on(
    state: &State,
    due: Vec<MessageId>,
    end: Instant,
    report: &mut Report,
    failed: &mut HashSet<MessageId>,
) -> bool {
    let in_time = stream::iter(due).take_while(|_| std::future::ready(Instant::now() < end));
    let mut steps = in_time.map(async |id| (id, delivery::send(state, id).await)).buffer_unordered(AT_ONCE);
    let mut progress = false;
    while let Some((message_id, step)) = steps.next().await {
        match step {
            Ok(Step::Sent) => report.sent += 1,
            Ok(Step::PutOff(count)) => report.put_off += count,
            Ok(Step::GivenUp) => report.given_up += 1,
            Ok(Step::Gone) => continue,
            Err(error) => {
                tracing::error!(%message_id, error = &error as &dyn std::error::Error, "a due message failed");
                failed.insert(message_id);
                continue;
            }
        }
        progress = true;
    }
    progress
}
