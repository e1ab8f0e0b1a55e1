//! What every send to the carrier has in common: where it reports, what its answer means, and which numbers are connected
//! to WhatsApp.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;
use url::Url;

use crate::{
    db::{
        self, DbError, Pool, conversations,
        messages::{self, CarrierAnswer},
        numbers,
    },
    domain::{
        Channel, MessageId, MessageStatus, MessagingStatus, OwnNumber, PhoneNumber, PhoneNumberId, WorkspaceId,
        explain_carrier_code,
    },
    signalwire::{self, ClientError},
};

/// The carrier's callbacks come back with our id, so they find the message even when the carrier's answer was lost.
#[must_use]
pub fn status_callback(status_webhook_url: &Url, message_id: MessageId) -> Url {
    let mut url = status_webhook_url.clone();
    url.query_pairs_mut().append_pair("message", &message_id.to_string());
    url
}

/// What the carrier's answer means for the message.
#[must_use]
pub fn carrier_answer(outcome: &Result<signalwire::Message, ClientError>) -> CarrierAnswer<'_> {
    match outcome {
        Ok(message) => CarrierAnswer {
            carrier_sid: Some(&message.sid),
            status: MessageStatus::from_carrier(&message.status).unwrap_or(MessageStatus::Queued),
            error_code: message.error_code.as_deref(),
            error_message: message.error_message.as_deref(),
        },
        Err(error) if error.outcome_unknown() => {
            CarrierAnswer { carrier_sid: None, status: MessageStatus::Unknown, error_code: None, error_message: None }
        }
        Err(error) => {
            let code = error.refusal().and_then(|refusal| refusal.code.as_deref());
            let explained = code.and_then(explain_carrier_code).map(|code| code.cause);
            CarrierAnswer {
                carrier_sid: None,
                status: MessageStatus::Failed,
                error_code: code,
                error_message: explained.or(Some("The carrier did not take the message.")),
            }
        }
    }
}

/// Notes the carrier's answer to a message that no request waits for. If even that cannot be stored, the carrier's callback,
/// which carries our id, or the look-up of unknown sends settles it.
pub async fn record_outcome(
    pool: &Pool,
    workspace_id: WorkspaceId,
    message_id: MessageId,
    outcome: &Result<signalwire::Message, ClientError>,
) {
    let answer = carrier_answer(outcome);
    let recorded = pool.retry_once(|| record(pool, workspace_id, message_id, &answer)).await;
    if let Err(error) = recorded {
        tracing::error!(%workspace_id, %message_id, %error, "the carrier's answer is not stored");
    }
}

async fn record(
    pool: &Pool,
    workspace_id: WorkspaceId,
    message_id: MessageId,
    answer: &CarrierAnswer<'_>,
) -> Result<(), DbError> {
    let mut connection = pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    messages::record_answer(&transaction, workspace_id, message_id, answer).await?;
    Ok(transaction.commit().await?)
}

/// When this customer last wrote to which of our numbers.
pub type LastInbound = Vec<(Option<PhoneNumberId>, DateTime<Utc>)>;

/// The workspace's numbers as senders by WhatsApp: connected are the configured one and those at which the customer has
/// reached us there.
pub async fn list_whatsapp_numbers(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    configured: &PhoneNumber,
    customer: &PhoneNumber,
) -> Result<(Vec<OwnNumber>, LastInbound), DbError> {
    let last_inbound = conversations::list_last_inbound(client, workspace_id, Channel::Whatsapp, customer).await?;
    let mut own = numbers::list_for_sending(client, workspace_id, Channel::Whatsapp).await?;
    for number in &mut own {
        number.capable =
            number.phone_number == *configured || last_inbound.iter().any(|(id, _)| *id == Some(number.id));
        // 10DLC is about texts.
        number.messaging_status = MessagingStatus::Ready;
    }
    Ok((own, last_inbound))
}
