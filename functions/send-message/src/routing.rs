//! Which number sends, and the checks of each channel.

use serde_json::Value;
use shared::{
    auth::Entered,
    clock,
    db::{
        conversations::{self, Thread},
        numbers,
    },
    domain::{
        self, ApprovedMessage, Channel, Draft, MessagingStatus, OwnNumber, PhoneNumber, Sender, SenderRequest,
        WhatsappMessage,
    },
    lambda::ApiError,
};

use crate::{
    handler::State,
    request::{SendRequest, channel_not_available},
};

/// What passed every check of its channel.
pub(crate) enum Outgoing {
    /// SMS or MMS.
    Text(ApprovedMessage),
    /// WhatsApp.
    Whatsapp(WhatsappMessage),
}

impl Outgoing {
    pub(crate) fn channel(&self) -> Channel {
        match self {
            Self::Text(_) => Channel::Sms,
            Self::Whatsapp(_) => Channel::Whatsapp,
        }
    }

    pub(crate) fn approved(&self) -> &ApprovedMessage {
        match self {
            Self::Text(text) => text,
            Self::Whatsapp(message) => message.approved(),
        }
    }
}

/// Chooses the sender and makes every check.
pub(crate) async fn approve(state: &State, entered: &Entered<'_>, send: &SendRequest) -> Result<Outgoing, ApiError> {
    let (client, workspace_id) = (&entered.transaction, entered.workspace.id);
    let thread = match send.conversation_id {
        Some(id) => Some(conversations::find(client, workspace_id, id).await?.ok_or_else(unknown_conversation)?),
        None => None,
    };
    let to = destination(send, thread.as_ref())?;
    match send.channel {
        Channel::Sms => {
            let choice = SenderRequest {
                phone_number_id: send.phone_number_id,
                conversation_number: thread.map(|thread| thread.phone_number_id),
                number_type: send.number_type,
                recent_numbers: conversations::list_recent_numbers(client, workspace_id, Channel::Sms, &to).await?,
            };
            let own = numbers::list_for_sending(client, workspace_id, Channel::Sms).await?;
            let sender = domain::choose_sender(&own, &choice, &state.platform_number)?;
            Ok(Outgoing::Text(approve_draft(state, send, to, sender)?))
        }
        Channel::Whatsapp => approve_whatsapp(state, entered, send, to, thread).await,
        Channel::Voice | Channel::Email => Err(channel_not_available()),
    }
}

/// The number that the customer wrote to answers: only there WhatsApp's window is open. An own number counts as connected
/// to WhatsApp when it is the configured one or when this customer has reached it there.
async fn approve_whatsapp(
    state: &State,
    entered: &Entered<'_>,
    send: &SendRequest,
    to: PhoneNumber,
    thread: Option<Thread>,
) -> Result<Outgoing, ApiError> {
    let shared = state.whatsapp_number.as_ref().ok_or_else(whatsapp_not_enabled)?;
    let (client, workspace_id) = (&entered.transaction, entered.workspace.id);
    let last_inbound = conversations::list_last_inbound(client, workspace_id, Channel::Whatsapp, &to).await?;
    let connected = |number: &OwnNumber| {
        number.phone_number == *shared || last_inbound.iter().any(|(id, _)| *id == Some(number.id))
    };
    let mut own = numbers::list_for_sending(client, workspace_id, Channel::Whatsapp).await?;
    for number in &mut own {
        number.capable = connected(number);
        // 10DLC is about texts.
        number.messaging_status = MessagingStatus::Ready;
    }

    let asked_for = send.phone_number_id.is_some() || send.number_type.is_some();
    let wrote_to = last_inbound.first().map(|(id, _)| *id).filter(|_| !asked_for);
    let choice = SenderRequest {
        phone_number_id: send.phone_number_id,
        conversation_number: thread.map(|thread| thread.phone_number_id).or(wrote_to),
        number_type: send.number_type,
        recent_numbers: last_inbound.iter().filter_map(|(id, _)| *id).collect(),
    };
    let sender = domain::choose_sender(&own, &choice, shared)?;
    let last = last_inbound.iter().find(|(id, _)| *id == sender.phone_number_id).map(|(_, at)| *at);
    let approved = approve_draft(state, send, to, sender)?;
    Ok(Outgoing::Whatsapp(WhatsappMessage::within_window(approved, last, clock::now())?))
}

fn approve_draft(
    state: &State,
    send: &SendRequest,
    to: PhoneNumber,
    sender: Sender,
) -> Result<ApprovedMessage, ApiError> {
    let smart = send.channel == Channel::Sms && send.smart_encoding.unwrap_or(state.business.smart_encoding);
    let plain = if smart { domain::transliterate(&send.body) } else { None };
    let body = plain.unwrap_or_else(|| send.body.clone());
    let draft = Draft { to, body, media_urls: send.media_urls.clone() };
    Ok(domain::approve(draft, sender, &state.business.destination_countries)?)
}

fn whatsapp_not_enabled() -> ApiError {
    ApiError::Refused {
        code: "channel_not_enabled",
        detail: "WhatsApp is not enabled on this platform".to_owned(),
        field: Some("channel"),
        extra: Value::Null,
    }
}

/// The customer: named by the request, or the other side of the conversation. Both may be given when they agree.
fn destination(send: &SendRequest, thread: Option<&Thread>) -> Result<PhoneNumber, ApiError> {
    let Some(thread) = thread else {
        return send.to.clone().ok_or_else(|| ApiError::invalid("to", "is required, unless conversationId is given"));
    };
    if thread.channel != send.channel {
        return Err(ApiError::invalid("conversationId", "is a conversation of another channel"));
    }
    match &send.to {
        Some(to) if to.as_str() == thread.counterpart => Ok(to.clone()),
        Some(_) => Err(ApiError::invalid("to", "is not the other side of the conversation")),
        None => PhoneNumber::parse(&thread.counterpart).map_err(|_| {
            ApiError::invalid("conversationId", "its other side cannot be texted: it has no phone number")
        }),
    }
}

fn unknown_conversation() -> ApiError {
    ApiError::Refused {
        code: "conversation_not_found",
        detail: "conversationId is not a conversation of this workspace".to_owned(),
        field: Some("conversationId"),
        extra: Value::Null,
    }
}
