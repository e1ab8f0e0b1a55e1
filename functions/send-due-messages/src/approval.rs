//! The checks, made once more when the time has come. The sender is not chosen again: the message belongs to the thread that
//! it was written in, and the customer knows that number.

use shared::{
    actions::{sending::list_whatsapp_numbers, uploads},
    clock,
    db::{DbError, numbers, opt_outs, scheduled_messages::Due},
    domain::{self, ApprovedMessage, Channel, Draft, OwnNumber, Refusal, Sender, SenderRequest, WhatsappMessage},
    signalwire::{self, ClientError},
    storage::StorageError,
};
use tokio_postgres::Transaction;
use url::Url;

use crate::handler::State;

/// What passed every check of its channel.
pub(crate) enum Approved {
    /// SMS or MMS.
    Text(ApprovedMessage),
    /// WhatsApp.
    Whatsapp(WhatsappMessage),
}

impl Approved {
    /// The checked text.
    pub(crate) fn message(&self) -> &ApprovedMessage {
        match self {
            Self::Text(text) => text,
            Self::Whatsapp(message) => message.approved(),
        }
    }

    /// Asks the carrier, once.
    pub(crate) async fn send(&self, state: &State, callback: &Url) -> Result<signalwire::Message, ClientError> {
        match self {
            Self::Text(text) => state.carrier.send_message(text, callback).await,
            Self::Whatsapp(message) => state.carrier.send_whatsapp(message, callback).await,
        }
    }
}

/// Why a message is not approved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApprovalError {
    /// It cannot be sent any more.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The bucket with the files.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes every check.
pub(crate) async fn approve(state: &State, client: &Transaction<'_>, due: &Due) -> Result<Approved, ApprovalError> {
    match due.channel {
        Channel::Sms => {
            let own = numbers::list_for_sending(client, due.workspace_id, Channel::Sms).await?;
            let sender = sender(due, &own, &state.platform_number)?;
            Ok(Approved::Text(approve_text(state, client, due, sender).await?))
        }
        Channel::Whatsapp => {
            let shared = state.whatsapp_number.as_ref().ok_or(Refusal::NumberNotReady)?;
            let (own, last_inbound) = list_whatsapp_numbers(client, due.workspace_id, shared, &due.to).await?;
            let sender = sender(due, &own, shared)?;
            let last = last_inbound.iter().find(|(id, _)| *id == due.phone_number_id);
            let since_inbound = last.map(|(_, at)| (clock::now() - *at).to_std().unwrap_or_default());
            let approved = approve_text(state, client, due, sender).await?;
            Ok(Approved::Whatsapp(WhatsappMessage::within_window(approved, since_inbound)?))
        }
        // Neither waits.
        Channel::Voice | Channel::Email => Err(Refusal::NumberNotReady.into()),
    }
}

/// The number that the message was written from, if it still can send.
fn sender(due: &Due, own: &[OwnNumber], shared: &domain::PhoneNumber) -> Result<Sender, Refusal> {
    let wanted = SenderRequest {
        phone_number_id: due.phone_number_id,
        conversation_number: Some(due.phone_number_id),
        ..SenderRequest::default()
    };
    let sender = domain::choose_sender(own, &wanted, shared).map_err(|_| Refusal::NumberNotReady)?;
    if sender.phone_number == due.from { Ok(sender) } else { Err(Refusal::NumberNotReady) }
}

async fn approve_text(
    state: &State,
    client: &Transaction<'_>,
    due: &Due,
    sender: Sender,
) -> Result<ApprovedMessage, ApprovalError> {
    let consent = opt_outs::check(client, due.workspace_id, sender, due.to.clone(), None).await?;
    let consent = consent.ok_or(Refusal::RecipientOptedOut)?;
    let draft = Draft { body: due.body.clone(), media_urls: due.media_urls.clone() };
    let approved = domain::approve(draft, consent, &state.business.destination_countries)?;
    Ok(uploads::make_fetchable(&state.storage, approved).await?)
}
