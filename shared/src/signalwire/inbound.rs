//! The two message webhooks, as values. Nothing is refused here: a signed message with a strange field is stored with
//! what can be read, because it will not come again.

use std::fmt;

use super::form::Form;
use super::webhook::VerifiedWebhook;
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
        Self::from_form(webhook.form())
    }

    /// Reads the parameters of such a webhook.
    #[must_use]
    pub fn from_form(form: &Form) -> Self {
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
        Self::from_form(webhook.form())
    }

    /// Reads the parameters of such a webhook.
    #[must_use]
    pub fn from_form(form: &Form) -> Self {
        let (from, to, channel) = parties(form);
        Self {
            message_sid: message_sid(form).or_else(|| owned(form, "id")),
            account_sid: owned(form, "AccountSid").or_else(|| owned(form, "project_id")),
            from,
            to,
            channel,
            status: ["MessageStatus", "SmsStatus", "status"].into_iter().find_map(|name| owned(form, name)),
            error_code: owned(form, "ErrorCode").or_else(|| owned(form, "error_code")),
            error_message: owned(form, "ErrorMessage").or_else(|| owned(form, "error_message")),
            num_segments: number(form, "NumSegments").or_else(|| number(form, "number_of_segments")),
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
    let bare = |address: &str| match address.get(..WHATSAPP.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(WHATSAPP) => (address[WHATSAPP.len()..].to_owned(), true),
        Some(_) | None => (address.to_owned(), false),
    };
    let from = form.get_non_empty("From").or_else(|| form.get_non_empty("from")).map(bare);
    let to = form.get_non_empty("To").or_else(|| form.get_non_empty("to")).map(bare);
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
