//! 10DLC: a new US local number cannot text before it is assigned to a campaign (SignalWire, The Campaign Registry).

use std::time::Duration;

use super::{Provisioner, WorkError};
use crate::{
    db::{self, DbError, registrations},
    domain::PhoneNumberId,
    queue::ProvisioningWork,
    signalwire::IncomingNumber,
};

/// Waiting times between looks at a pending number; the last one repeats. An assignment may take a day.
const LOOK_DELAYS: [u64; 6] = [5, 15, 60, 120, 300, 900];

/// See [`campaign_is_full`].
const NUMBERS_PER_CAMPAIGN: i64 = 49;

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
    match campaign_is_full(provisioner, campaign).await {
        Ok(false) => {}
        Ok(true) => {
            tracing::error!(phone_number_sid = number.sid, "the campaign is full, the number cannot text");
            return None;
        }
        Err(error) => {
            tracing::warn!(phone_number_sid = number.sid, %error, "the numbers of the campaign could not be counted");
            return None;
        }
    }
    let numbers = std::slice::from_ref(&number.phone_number);
    let callback = provisioner.registration_webhook_url.as_ref();
    match provisioner.carrier.order_assignment(campaign, numbers, callback).await {
        Ok(order) => Some(order.id),
        Err(error) => {
            tracing::warn!(phone_number_sid = number.sid, %error, "the campaign assignment could not be ordered");
            None
        }
    }
}

/// Without the carrier's approval of number pooling a campaign takes 49 numbers (SignalWire, The Campaign Registry).
pub async fn campaign_is_full(provisioner: &Provisioner, campaign: &str) -> Result<bool, DbError> {
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let numbers = registrations::count_of_campaign(&transaction, campaign).await?;
    transaction.commit().await?;
    Ok(numbers >= NUMBERS_PER_CAMPAIGN)
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
