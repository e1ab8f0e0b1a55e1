use std::{convert::Infallible, time::Duration};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::LambdaEvent;
use shared::{
    config::BusinessConfig,
    db::{self, DbError, Pool, provisionings, provisionings::Claim},
    domain::ProvisioningId,
    lambda::{self, RecordError},
    queue::{ProvisioningWork, QueueError, Sender},
    signalwire::{self, ClientError, NumberWebhooks},
};
use url::Url;

use crate::{assignment, release, saga};

/// Longer than this function's time-out: whoever holds the lease is the only one at work.
pub(crate) const LEASE_SECONDS: i32 = 60;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// This function's own queue, for what must wait.
    pub queue: Sender,
    /// Search ladder and prices.
    pub business: BusinessConfig,
    /// What a bought number is told to call.
    pub webhooks: NumberWebhooks,
    /// The platform's 10DLC campaign, once there is one.
    pub campaign_id: Option<String>,
    /// Where the carrier reports how a campaign assignment goes.
    pub registration_webhook_url: Option<Url>,
}

/// What is left to do with a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    Done,
    /// The same again, after a while.
    Later(Duration),
}

/// Why a piece of work must be delivered again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Carrier(#[from] ClientError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Works on a batch of messages.
pub async fn handle(state: &State, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Infallible> {
    Ok(lambda::handle_batch(event.payload, async |work| {
        // Boxed: the future of the whole saga, nested into the batch's, outgrows the compiler's depth limit.
        Box::pin(work_provisioning(state, work)).await.map_err(|error| RecordError::Failed(Box::new(error)))
    })
    .await)
}

async fn work_provisioning(state: &State, work: ProvisioningWork) -> Result<(), WorkError> {
    let (next, again) = match work {
        ProvisioningWork::SettleProvisioning { provisioning_id, .. } => (settle(state, provisioning_id).await?, work),
        ProvisioningWork::FollowAssignment { phone_number_id, looks, .. } => {
            let next = assignment::follow(state, phone_number_id, looks).await?;
            (next, ProvisioningWork::follow(phone_number_id, looks.saturating_add(1)))
        }
        ProvisioningWork::ReleaseAtCarrier { phone_number_id, .. } => {
            (release::release(state, phone_number_id).await?, work)
        }
    };
    if let Next::Later(delay) = next {
        state.queue.send(again, delay).await?;
    }
    Ok(())
}

async fn settle(state: &State, id: ProvisioningId) -> Result<Next, WorkError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let claim = provisionings::claim(&transaction, id, LEASE_SECONDS).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    match claim {
        Claim::Finished => Ok(Next::Done),
        // This may be the only message that is left if the holder dies, so it is not thrown away.
        Claim::Leased => Ok(Next::Later(Duration::from_secs(LEASE_SECONDS.unsigned_abs().into()))),
        Claim::Claimed(provisioning) => saga::bring_forward(state, provisioning).await,
    }
}
