//! One message: taken, checked, handed to the carrier, and what the carrier says.

use chrono::{DateTime, Utc};
use shared::{
    actions::{
        quiet_hours,
        sending::{record_outcome, status_callback},
    },
    clock,
    db::{
        self, DbError,
        scheduled_messages::{self, Due},
        send_windows::{self, SendLimits},
    },
    domain::{CarrierCode, MessageId, Refusal, WORKSPACE_CLOSED, WorkspaceId, explain_carrier_code, mask},
    storage::StorageError,
};
use tokio_postgres::Transaction;

use crate::{
    approval::{self, ApprovalError, Approved},
    handler::State,
};

/// What became of a message that was due.
pub(crate) enum Step {
    /// The carrier was asked.
    Sent,
    /// It waits longer, and so many others of its workspace with it.
    PutOff(usize),
    /// It cannot be sent any more.
    GivenUp,
    /// Somebody else has it, or it is not due any more.
    Gone,
}

/// Why a message stays where it is for now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliveryError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The bucket with the files.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<tokio_postgres::Error> for DeliveryError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What the checks say.
enum Verdict {
    Send(Approved),
    WaitUntil(DateTime<Utc>),
    /// The plan's rate is reached until then, for all of the workspace.
    TooMany(DateTime<Utc>),
    GiveUp(CarrierCode),
}

/// Sends a message that is due, if it still is. Only what comes before the carrier is asked may be tried again.
pub(crate) async fn send(state: &State, id: MessageId) -> Result<Step, DeliveryError> {
    let now = clock::now();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let Some(due) = scheduled_messages::claim(&transaction, id, now).await? else { return Ok(Step::Gone) };
    let workspace_id = due.workspace_id;
    let approved = match judge(state, &transaction, &due, now).await? {
        Verdict::Send(approved) => approved,
        Verdict::WaitUntil(until) => {
            scheduled_messages::put_off(&transaction, id, until).await?;
            transaction.commit().await?;
            return Ok(Step::PutOff(1));
        }
        Verdict::TooMany(until) => {
            // Not to be counted.
            transaction.rollback().await?;
            let transaction = db::system_transaction(&mut connection).await?;
            let count = scheduled_messages::put_off_all(&transaction, workspace_id, until).await?;
            transaction.commit().await?;
            tracing::info!(%workspace_id, count, "scheduled messages wait, the plan's rate is reached");
            return Ok(Step::PutOff(usize::try_from(count).unwrap_or(usize::MAX)));
        }
        Verdict::GiveUp(reason) => {
            scheduled_messages::give_up(&transaction, id, &reason).await?;
            transaction.commit().await?;
            let to = mask(due.to.as_str());
            tracing::warn!(%workspace_id, message_id = %id, to, reason = reason.code, "a scheduled message was given up");
            return Ok(Step::GivenUp);
        }
    };
    scheduled_messages::hand_over(&transaction, id, now).await?;
    transaction.commit().await?;
    drop(connection);

    hand_over(state, workspace_id, id, &approved).await;
    Ok(Step::Sent)
}

async fn judge(
    state: &State,
    client: &Transaction<'_>,
    due: &Due,
    now: DateTime<Utc>,
) -> Result<Verdict, DeliveryError> {
    if due.closed {
        return Ok(Verdict::GiveUp(WORKSPACE_CLOSED));
    }
    let approved = match approval::approve(state, client, due).await {
        Ok(approved) => approved,
        Err(ApprovalError::Refused(refusal)) => return Ok(Verdict::GiveUp(explain(refusal))),
        Err(ApprovalError::Database(error)) => return Err(error.into()),
        Err(ApprovalError::Storage(error)) => return Err(error.into()),
    };
    let wait = quiet_hours::wait(client, due.workspace_id, due.channel, approved.message(), now).await?;
    if let Some(wait) = wait {
        return Ok(wait
            .check(due.channel)
            .map_or_else(|refusal| Verdict::GiveUp(explain(refusal)), |()| Verdict::WaitUntil(wait.until)));
    }
    let plan = state.business.plan(due.tier);
    let limits = SendLimits { per_minute: plan.messages_per_minute, per_day: plan.messages_per_day };
    // The last check, as for every send: simultaneous sends of a workspace wait here for each other.
    let counted = match send_windows::count(client, due.workspace_id, limits, now).await? {
        Ok(()) => send_windows::spend(client, due.workspace_id, due.id, plan.spending_per_day_micros(), now).await?,
        Err(too_many) => Err(too_many),
    };
    Ok(match counted {
        Ok(()) => Verdict::Send(approved),
        Err(too_many) => Verdict::TooMany(now + too_many.retry_after),
    })
}

/// The words for somebody who wrote the message long ago.
fn explain(refusal: Refusal) -> CarrierCode {
    let code = refusal.code();
    explain_carrier_code(code).unwrap_or(CarrierCode { code, cause: "A check refused it.", advice: "Write it again." })
}

async fn hand_over(state: &State, workspace_id: WorkspaceId, message_id: MessageId, approved: &Approved) {
    let callback = status_callback(&state.status_webhook_url, message_id);
    let outcome = approved.send(state, &callback).await;
    let to = approved.message().to().masked();
    match &outcome {
        Ok(sent) => {
            tracing::info!(%workspace_id, %message_id, to, carrier.sid = sent.sid, "scheduled message sent");
        }
        Err(error) if error.outcome_unknown() => {
            tracing::error!(%workspace_id, %message_id, to, %error, "the carrier's answer to a send is unknown");
        }
        Err(error) if error.needs_operator() => {
            tracing::error!(%workspace_id, %message_id, to, %error, "the carrier account needs the operator");
        }
        Err(error) => tracing::warn!(%workspace_id, %message_id, to, %error, "the carrier refused a message"),
    }
    record_outcome(&state.pool, workspace_id, message_id, &outcome).await;
}
