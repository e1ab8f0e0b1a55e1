//! 10DLC: a new US local number cannot text before it is assigned to a campaign (SignalWire, The Campaign Registry).

use std::time::Duration;

use super::{Provisioner, WorkError, registration::NUMBERS_PER_CAMPAIGN};
use crate::{
    db::{
        self, DbError,
        messaging_campaigns::{self, Own},
        registrations,
    },
    domain::{PhoneNumberId, WorkspaceId},
    queue::ProvisioningWork,
    signalwire::IncomingNumber,
};

/// Waiting times between looks at a pending number; the last one repeats. An assignment may take a day.
const LOOK_DELAYS: [u64; 6] = [5, 15, 60, 120, 300, 900];

/// By which campaign a number is to text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CampaignChoice {
    /// Its owner's own.
    Own(String),
    /// The platform's.
    Platform(String),
    /// None: its owner's own was approved and is not any more, and the platform's is not for those who lost theirs.
    OwnLost,
    /// None: the platform has none.
    None,
}

impl CampaignChoice {
    /// The carrier's id of it.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Own(id) | Self::Platform(id) => Some(id),
            Self::OwnLost | Self::None => None,
        }
    }
}

/// By which campaign the numbers of a workspace are to text.
pub async fn choose_campaign(provisioner: &Provisioner, workspace_id: WorkspaceId) -> Result<CampaignChoice, DbError> {
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let own = messaging_campaigns::find_own(&transaction, workspace_id).await?;
    transaction.commit().await?;
    Ok(match own {
        Own::Active(own) => CampaignChoice::Own(own),
        Own::Inactive => CampaignChoice::OwnLost,
        Own::None => provisioner.campaign_id.clone().map_or(CampaignChoice::None, CampaignChoice::Platform),
    })
}

/// What was ordered.
#[derive(Debug)]
pub struct Ordered {
    /// The campaign.
    pub campaign_id: String,
    /// The order.
    pub order_id: String,
}

/// Orders the assignment of a number to a campaign. A refusal is logged and tried again when the number is next looked at:
/// the number is bought either way, and calls work.
pub async fn order(provisioner: &Provisioner, campaign: &CampaignChoice, number: &IncomingNumber) -> Option<Ordered> {
    let Some(campaign) = campaign.id() else {
        tracing::warn!(phone_number_sid = number.sid, "there is no campaign for it, the number cannot text");
        return None;
    };
    match is_full(provisioner, campaign, number).await {
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
        Ok(order) => Some(Ordered { campaign_id: campaign.to_owned(), order_id: order.id }),
        Err(error) => {
            tracing::warn!(phone_number_sid = number.sid, %error, "the campaign assignment could not be ordered");
            None
        }
    }
}

/// Whether a campaign has no room for a number. Without the carrier's approval of number pooling it takes 49 numbers (SignalWire, The Campaign Registry).
pub async fn is_full(provisioner: &Provisioner, campaign: &str, number: &IncomingNumber) -> Result<bool, DbError> {
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let numbers = registrations::count_others_of_campaign(&transaction, campaign, &number.sid).await?;
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
