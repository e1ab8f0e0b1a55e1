//! Which number sends, and the checks of each channel.

use serde_json::Value;
use shared::{
    actions::sending::list_whatsapp_numbers,
    actions::uploads::{self, MediaError},
    auth::Entered,
    clock,
    db::{
        DbError, GenericClient,
        conversations::{self, Thread},
        messages::NewOutbound,
        numbers, opt_outs,
    },
    domain::{
        self, ApprovedEmail, ApprovedMessage, Channel, ConversationId, Draft, EmailAddress, PhoneNumber, Refusal,
        Sender, SenderRequest, WhatsappMessage, WorkspaceId,
    },
    lambda::ApiError,
};

use crate::{handler::State, request::SendRequest};

/// What passed every check of its channel.
pub(crate) enum Outgoing {
    /// SMS or MMS.
    Text(ApprovedMessage),
    /// WhatsApp.
    Whatsapp(WhatsappMessage),
    /// A mail.
    Mail(ApprovedEmail),
}

impl Outgoing {
    /// Finds or makes its thread.
    pub(crate) async fn open_conversation(
        &self,
        client: &impl GenericClient,
        workspace_id: WorkspaceId,
    ) -> Result<ConversationId, DbError> {
        let (channel, approved) = match self {
            Self::Text(text) => (Channel::Sms, text),
            Self::Whatsapp(message) => (Channel::Whatsapp, message.approved()),
            Self::Mail(mail) => {
                return conversations::open_mail(client, workspace_id, &mail.sender().address, mail.to()).await;
            }
        };
        conversations::open(client, workspace_id, channel, approved.sender(), approved.to()).await
    }

    /// The row.
    pub(crate) fn to_be_stored<'a>(&'a self, sent_by: &'a str) -> NewOutbound<'a> {
        match self {
            Self::Text(text) => {
                let segments = i32::try_from(text.segments().segments).unwrap_or(i32::MAX);
                NewOutbound::from_number(Channel::Sms, text, segments, sent_by)
            }
            // Billed as one, whatever its length.
            Self::Whatsapp(message) => NewOutbound::from_number(Channel::Whatsapp, message.approved(), 1, sent_by),
            Self::Mail(mail) => NewOutbound {
                channel: Channel::Email,
                phone_number_id: None,
                number_type: Some(mail.sender().number_type),
                from: mail.sender().address.as_str(),
                to: mail.to().as_str(),
                subject: Some(mail.subject()),
                body: mail.body(),
                media_urls: &[],
                sender_reason: mail.sender().reason,
                segments: 1,
                sent_by,
            },
        }
    }
}

/// Chooses the sender and makes every check.
pub(crate) async fn approve(state: &State, entered: &Entered<'_>, send: &SendRequest) -> Result<Outgoing, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let thread = find_thread(entered, send).await?;
    if send.channel == Channel::Email {
        return approve_mail(state, send, thread.as_ref());
    }
    let to = destination(send, thread.as_ref())?;
    match send.channel {
        Channel::Sms => {
            let (recent_numbers, own) = tokio::try_join!(
                conversations::list_recent_numbers(client, workspace_id, Channel::Sms, &to),
                numbers::list_for_sending(client, workspace_id, Channel::Sms),
            )?;
            let choice = SenderRequest {
                phone_number_id: send.phone_number_id,
                conversation_number: thread.as_ref().map(|thread| thread.phone_number_id),
                number_type: send.number_type,
                recent_numbers,
            };
            let sender = domain::choose_sender(&own, &choice, &state.platform_number)?;
            Ok(Outgoing::Text(
                approve_draft(state, entered, send, (sender, to, answered(send, thread.as_ref()))).await?,
            ))
        }
        Channel::Whatsapp => approve_whatsapp(state, entered, send, to, thread).await,
        Channel::Voice | Channel::Email => Err(ApiError::Internal("calls and mails have checks of their own".into())),
    }
}

/// The conversation that the request names, which must be one of its channel.
pub(crate) async fn find_thread(entered: &Entered<'_>, send: &SendRequest) -> Result<Option<Thread>, ApiError> {
    let Some(id) = send.conversation_id else { return Ok(None) };
    let thread = conversations::find(entered.transaction, entered.workspace.id, id).await?;
    let thread = thread.ok_or_else(unknown_conversation)?;
    if thread.channel != send.channel {
        return Err(ApiError::invalid("conversationId", "is a conversation of another channel"));
    }
    Ok(Some(thread))
}

/// The conversation that is answered from its number, or from whatever takes that number's place.
pub(crate) fn answered<'a>(send: &SendRequest, thread: Option<&'a Thread>) -> Option<&'a Thread> {
    thread.filter(|_| send.phone_number_id.is_none())
}

/// The number that the customer wrote to answers: only there WhatsApp's window is open.
async fn approve_whatsapp(
    state: &State,
    entered: &Entered<'_>,
    send: &SendRequest,
    to: PhoneNumber,
    thread: Option<Thread>,
) -> Result<Outgoing, ApiError> {
    let shared = state.whatsapp_number.as_ref().ok_or_else(|| not_enabled("WhatsApp"))?;
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let (own, last_inbound) = list_whatsapp_numbers(client, workspace_id, shared, &to).await?;

    let asked_for = send.phone_number_id.is_some() || send.number_type.is_some();
    let wrote_to = last_inbound.first().map(|(id, _)| *id).filter(|_| !asked_for);
    let choice = SenderRequest {
        phone_number_id: send.phone_number_id,
        conversation_number: thread.as_ref().map(|thread| thread.phone_number_id).or(wrote_to),
        number_type: send.number_type,
        recent_numbers: last_inbound.iter().filter_map(|(id, _)| *id).collect(),
    };
    let sender = domain::choose_sender(&own, &choice, shared)?;
    let last = last_inbound.iter().find(|(id, _)| *id == sender.phone_number_id);
    // A time in the future, by another clock, is now.
    let since_inbound = last.map(|(_, at)| (clock::now() - *at).to_std().unwrap_or_default());
    let approved = approve_draft(state, entered, send, (sender, to, answered(send, thread.as_ref()))).await?;
    Ok(Outgoing::Whatsapp(WhatsappMessage::within_window(approved, since_inbound)?))
}

async fn approve_draft(
    state: &State,
    entered: &Entered<'_>,
    send: &SendRequest,
    (sender, to, answered): (Sender, PhoneNumber, Option<&Thread>),
) -> Result<ApprovedMessage, ApiError> {
    uploads::check(&state.storage, entered.workspace.id, &sender, &send.media_urls).map_err(refused_media)?;
    let consent = opt_outs::check(entered.transaction, entered.workspace.id, sender, to, answered).await?;
    let consent = consent.ok_or(Refusal::RecipientOptedOut)?;
    let smart = send.channel == Channel::Sms && send.smart_encoding.unwrap_or(state.business.smart_encoding);
    let plain = if smart { domain::transliterate(&send.body) } else { None };
    let draft = Draft { body: plain.unwrap_or_else(|| send.body.clone()), media_urls: send.media_urls.clone() };
    let approved = domain::approve(draft, consent, &state.business.destination_countries)?;
    uploads::make_fetchable(&state.storage, approved).await.map_err(|error| ApiError::Internal(Box::new(error)))
}

fn refused_media(error: MediaError) -> ApiError {
    match error {
        MediaError::Refused(refusal) => refusal.into(),
        MediaError::Storage(error) => ApiError::Internal(Box::new(error)),
    }
}

fn approve_mail(state: &State, send: &SendRequest, thread: Option<&Thread>) -> Result<Outgoing, ApiError> {
    let conversation_address = thread.map(|thread| thread.our_number.as_str());
    let sender = state.business.email.choose(conversation_address, send.number_type);
    let sender = sender.ok_or_else(|| not_enabled("mail"))?;
    let to = match (&send.to_address, thread) {
        (Some(to), Some(thread)) if to.as_str() != thread.counterpart => {
            return Err(ApiError::invalid("to", "is not the other side of the conversation"));
        }
        (Some(to), _) => to.clone(),
        (None, Some(thread)) => {
            EmailAddress::parse(&thread.counterpart).map_err(|error| ApiError::invalid("conversationId", error))?
        }
        (None, None) => return Err(ApiError::invalid("to", "is required, unless conversationId is given")),
    };
    let subject = send.subject.as_deref().unwrap_or_default();
    Ok(Outgoing::Mail(ApprovedEmail::approve(sender, to, subject, send.body.clone())?))
}

fn not_enabled(what: &str) -> ApiError {
    ApiError::Refused {
        code: "channel_not_enabled",
        detail: format!("{what} is not enabled on this platform"),
        field: Some("channel"),
        extra: Value::Null,
    }
}

/// The customer: named by the request, or the other side of the conversation. Both may be given when they agree.
pub(crate) fn destination(send: &SendRequest, thread: Option<&Thread>) -> Result<PhoneNumber, ApiError> {
    let Some(thread) = thread else {
        return send.to.clone().ok_or_else(|| ApiError::invalid("to", "is required, unless conversationId is given"));
    };
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
