//! 10DLC: a new US local number cannot text before it is assigned to a campaign (SignalWire, The Campaign Registry).

use std::time::Duration;

use super::{Provisioner, WorkError};
use crate::{domain::PhoneNumberId, queue::ProvisioningWork, signalwire::IncomingNumber};

/// Waiting times between looks at a pending number; the last one repeats. An assignment may take a day.
const LOOK_DELAYS: [u64; 6] = [5, 15, 60, 120, 300, 900];

/// Orders the assignment of a number that needs one; gives the order's id. A refusal is logged and tried again when the
/// number is next looked at: the number is bought either way, and calls work.
pub async fn order(provisioner: &Provisioner, number: &IncomingNumber) -> Option<String> {
    if number.capabilities.sms {
        return None;
    }
    let Some(campaign) = &provisioner.campaign_id else {
        tracing::warn!(phone_number_sid = number.sid, "no campaign is configured, the number cannot text");
        return None;
    };
    match provisioner.carrier.order_assignment(campaign, std::slice::from_ref(&number.phone_number), None).await {
        Ok(order) => Some(order.id),
        Err(error) => {
            tracing::warn!(phone_number_sid = number.sid, %error, "the campaign assignment could not be ordered");
            None
        }
    }
}

/// Queues the first look at a pending number.
pub async fn follow_later(provisioner: &Provisioner, id: PhoneNumberId) -> Result<(), WorkError> {
    provisioner.queue.send(ProvisioningWork::follow(id, 0), delay(0)).await?;
    Ok(())
}

/// How long to wait after so many looks.
#[must_use]
pub fn delay(looks: u32) -> Duration {
    let last = LOOK_DELAYS.len() - 1;
    Duration::from_secs(LOOK_DELAYS[usize::try_from(looks).unwrap_or(last).min(last)])
}
