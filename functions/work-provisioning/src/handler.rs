use std::convert::Infallible;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::LambdaEvent;
use shared::{
    actions::{Provisioner, provisioning},
    lambda::{self, RecordError},
    queue::ProvisioningWork,
};

use crate::{assignment, emergency, registration, release};

pub(crate) use shared::actions::{Next, WorkError};

/// What this function uses: what getting and following numbers needs, and nothing else.
pub type State = Provisioner;

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
        ProvisioningWork::SettleProvisioning { provisioning_id, .. } => {
            (provisioning::settle(state, provisioning_id).await?, work)
        }
        ProvisioningWork::FollowAssignment { phone_number_id, looks, .. } => {
            let next = assignment::follow(state, phone_number_id, looks).await?;
            (next, ProvisioningWork::follow(phone_number_id, looks.saturating_add(1)))
        }
        ProvisioningWork::FollowRegistration { registration_id, looks, .. } => {
            let next = registration::follow(state, registration_id, looks).await?;
            (next, ProvisioningWork::follow_registration(registration_id, looks.saturating_add(1)))
        }
        ProvisioningWork::SettleEmergencyAddress { phone_number_id, looks, .. } => {
            let next = emergency::settle(state, phone_number_id, looks).await?;
            (next, ProvisioningWork::settle_emergency(phone_number_id, looks.saturating_add(1)))
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
