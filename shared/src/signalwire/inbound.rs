//! The two message webhooks, as values. Nothing is refused here: a signed message with a strange field is stored with
//! what can be read, because it will not come again.

use std::fmt;

use serde::Deserialize;

use super::form::Form;
use super::webhook::VerifiedWebhook;
use super::wire;
use crate::domain::Channel;

const WHATSAPP: &str = "whatsapp:";

/// A picture or file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Public address at the carrier.
    pub url: String,
    /// MIME type.
    pub content_type: Option<String>,
}

/// A text from a customer (SignalWire, cXML, messaging: request parameters). `Debug` shows the sid only.
#[derive(Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// The carrier's id, a UUID; the key against doubles.
    pub message_sid: Option<String>,
    /// Our project.
    pub account_sid: Option<String>,
    /// The customer; E.164 or a short code, without `whatsapp:`.
    pub from: Option<String>,
    /// Our number, without `whatsapp:`.
    pub to: Option<String>,
    /// SMS, or WhatsApp when a number has that prefix.
    pub channel: Channel,
    /// The text; may be empty.
    pub body: String,
    /// Pictures and files, in order.
    pub media: Vec<Media>,
    /// Billed parts.
    pub num_segments: Option<u32>,
}

/// A change of a message's status (SignalWire, Messages, status callback). `Debug` shows sid and status only.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageStatusCallback {
    /// The carrier's id, a UUID.
    pub message_sid: Option<String>,
    /// Our project.
    pub account_sid: Option<String>,
    /// Our number for what we sent, without `whatsapp:`.
    pub from: Option<String>,
    /// The customer for what we sent, without `whatsapp:`.
    pub to: Option<String>,
    /// SMS, or WhatsApp when a number has that prefix.
    pub channel: Channel,
    /// The carrier's word, for instance `delivered`.
    pub status: Option<String>,
    /// Why it failed or was not delivered.
    pub error_code: Option<String>,
    /// The same in words, when given.
    pub error_message: Option<String>,
    /// Billed parts.
    pub num_segments: Option<u32>,
}

impl InboundMessage {
    /// Reads a webhook that the number's `SmsUrl` received.
    #[must_use]
    pub fn from_webhook(webhook: &VerifiedWebhook) -> Self {
        let form = webhook.form();
        let (from, to, channel) = parties(form);
        Self {
            message_sid: message_sid(form),
            account_sid: owned(form, "AccountSid"),
            from,
            to,
            channel,
            body: form.get("Body").unwrap_or_default().to_owned(),
            media: media(form),
            num_segments: number(form, "NumSegments"),
        }
    }
}

impl MessageStatusCallback {
    /// Reads a webhook that the message's `StatusCallback` received: a form from the compatibility API, JSON from the newer
    /// Messaging API.
    #[must_use]
    pub fn from_webhook(webhook: &VerifiedWebhook) -> Self {
        if let Ok(status) = webhook.json::<MessagingStatus>() {
            return status.into();
        }
        let form = webhook.form();
        let (from, to, channel) = parties(form);
        Self {
            message_sid: message_sid(form),
            account_sid: owned(form, "AccountSid"),
            from,
            to,
            channel,
            status: owned(form, "MessageStatus").or_else(|| owned(form, "SmsStatus")),
            error_code: owned(form, "ErrorCode"),
            error_message: owned(form, "ErrorMessage"),
            num_segments: number(form, "NumSegments"),
        }
    }
}

/// SignalWire, Messaging API, message status callback.
#[derive(Deserialize)]
struct MessagingStatus {
    id: String,
    #[serde(default, deserialize_with = "wire::text")]
    project_id: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    from: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    to: Option<String>,
    #[serde(default, deserialize_with = "wire::count")]
    number_of_segments: Option<u32>,
    #[serde(default, deserialize_with = "wire::text")]
    error_code: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    error_message: Option<String>,
}

impl From<MessagingStatus> for MessageStatusCallback {
    fn from(status: MessagingStatus) -> Self {
        let (from, to, channel) = bare_parties(status.from.as_deref(), status.to.as_deref());
        Self {
            message_sid: Some(status.id),
            account_sid: status.project_id,
            from,
            to,
            channel,
            status: status.status,
            error_code: status.error_code,
            error_message: status.error_message,
            num_segments: status.number_of_segments,
        }
    }
}

fn owned(form: &Form, name: &str) -> Option<String> {
    form.get_non_empty(name).map(str::to_owned)
}

fn number(form: &Form, name: &str) -> Option<u32> {
    form.get(name)?.trim().parse().ok()
}

fn message_sid(form: &Form) -> Option<String> {
    owned(form, "MessageSid").or_else(|| owned(form, "SmsSid"))
}

fn parties(form: &Form) -> (Option<String>, Option<String>, Channel) {
    bare_parties(form.get_non_empty("From"), form.get_non_empty("To"))
}

fn bare_parties(from: Option<&str>, to: Option<&str>) -> (Option<String>, Option<String>, Channel) {
    let bare = |address: &str| match address.get(..WHATSAPP.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(WHATSAPP) => (address[WHATSAPP.len()..].to_owned(), true),
        Some(_) | None => (address.to_owned(), false),
    };
    let (from, to) = (from.map(bare), to.map(bare));
    let whatsapp = [&from, &to].into_iter().flatten().any(|(_, prefixed)| *prefixed);
    let channel = if whatsapp { Channel::Whatsapp } else { Channel::Sms };
    (from.map(|(address, _)| address), to.map(|(address, _)| address), channel)
}

/// The media that are there, in the order of their numbers. `NumMedia` is not asked: when it is wrong, a picture would
/// be lost or made up.
fn media(form: &Form) -> Vec<Media> {
    let index = |name: &str| name.strip_prefix("MediaUrl")?.parse::<u32>().ok();
    let mut found: Vec<_> = form
        .pairs()
        .filter(|(_, url)| !url.is_empty())
        .filter_map(|(name, url)| index(name).map(|index| (index, url)))
        .collect();
    found.sort_by_key(|(index, _)| *index);
    found.dedup_by_key(|(index, _)| *index);
    let read = |(index, url): (u32, &str)| Media {
        url: url.to_owned(),
        content_type: owned(form, &format!("MediaContentType{index}")),
    };
    found.into_iter().map(read).collect()
}

impl fmt::Debug for InboundMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboundMessage").field("message_sid", &self.message_sid).finish_non_exhaustive()
    }
}

impl fmt::Debug for MessageStatusCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageStatusCallback")
            .field("message_sid", &self.message_sid)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
