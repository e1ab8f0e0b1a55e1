//! The inbox queue: webhooks that Postgres could not take, and answers to keywords.
//!
//! It is first-in-first-out per conversation: what a customer wrote first is stored first.

use std::fmt::{self, Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use ring::digest;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{QueueError, Version1, sender::Queue};
use crate::domain::{AutomaticReplyId, CallStep, MessageId};

/// Work for `work-inbox`. A webhook is carried whole: there is no row yet that could be named instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum InboxWork {
    /// Store a text.
    StoreMessage {
        /// Format of this payload.
        version: Version1,
        /// When the webhook came.
        received_at: DateTime<Utc>,
        /// Its parameters.
        form: Vec<(String, String)>,
    },
    /// Store a delivery status.
    StoreMessageStatus {
        /// Format of this payload.
        version: Version1,
        /// Our id, from the URL that was called.
        message_id: Option<MessageId>,
        /// The webhook's parameters.
        form: Vec<(String, String)>,
    },
    /// Store a call.
    StoreCall {
        /// Format of this payload.
        version: Version1,
        /// When the webhook came.
        received_at: DateTime<Utc>,
        /// Its parameters.
        form: Vec<(String, String)>,
    },
    /// Store a callback or step of a call.
    StoreCallEvent {
        /// Format of this payload.
        version: Version1,
        /// When the webhook came.
        received_at: DateTime<Utc>,
        /// What the URL said that was called.
        step: Option<CallStep>,
        /// The webhook's parameters.
        form: Vec<(String, String)>,
    },
    /// Give the answer that a keyword asks for.
    SendReply {
        /// Format of this payload.
        version: Version1,
        /// The row.
        reply_id: AutomaticReplyId,
    },
}

impl InboxWork {
    /// Store this text.
    #[must_use]
    pub fn message(form: Vec<(String, String)>, received_at: DateTime<Utc>) -> Self {
        Self::StoreMessage { version: Version1, received_at, form }
    }

    /// Store this delivery status.
    #[must_use]
    pub fn message_status(form: Vec<(String, String)>, message_id: Option<MessageId>) -> Self {
        Self::StoreMessageStatus { version: Version1, message_id, form }
    }

    /// Store this call.
    #[must_use]
    pub fn call(form: Vec<(String, String)>, received_at: DateTime<Utc>) -> Self {
        Self::StoreCall { version: Version1, received_at, form }
    }

    /// Store this callback or step of a call.
    #[must_use]
    pub fn call_event(form: Vec<(String, String)>, step: Option<CallStep>, received_at: DateTime<Utc>) -> Self {
        Self::StoreCallEvent { version: Version1, received_at, step, form }
    }

    /// Give this answer.
    #[must_use]
    pub fn reply(reply_id: AutomaticReplyId) -> Self {
        Self::SendReply { version: Version1, reply_id }
    }

    /// What must be handled one after the other: everything between the same two numbers. What is said about the legs of a
    /// call, which have other numbers, may overtake the call.
    fn group(&self) -> String {
        match self {
            Self::StoreMessage { form, .. }
            | Self::StoreMessageStatus { form, .. }
            | Self::StoreCall { form, .. }
            | Self::StoreCallEvent { form, .. } => {
                let party = |name| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
                let mut parties = [party("From"), party("To")];
                parties.sort_unstable();
                key(&parties)
            }
            Self::SendReply { reply_id, .. } => reply_id.to_string(),
        }
    }

    /// Equal for copies of one webhook. Each order to answer is new: the row says whether it was carried out.
    fn deduplication(&self) -> String {
        match self {
            Self::StoreMessage { form, .. } | Self::StoreCall { form, .. } => key(&form),
            Self::StoreCallEvent { form, step, .. } => key(&(form, step)),
            Self::StoreMessageStatus { form, message_id, .. } => key(&(form, message_id)),
            Self::SendReply { .. } => Uuid::new_v4().to_string(),
        }
    }
}

/// Letters that SQS takes as an id, the same for the same content.
fn key(content: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(content).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &bytes))
}

/// Sends to the inbox queue.
pub struct InboxSender(Queue);

impl InboxSender {
    /// A sender to the queue of this URL.
    #[must_use]
    pub fn new(queue_url: impl Into<String>) -> Self {
        Self(Queue::new(queue_url))
    }

    /// Sends one message.
    pub async fn send(&self, work: &InboxWork) -> Result<(), QueueError> {
        let body = Ascii(&serde_json::to_string(work)?).to_string();
        self.0
            .send(|request| {
                request.message_body(body).message_group_id(work.group()).message_deduplication_id(work.deduplication())
            })
            .await
    }
}

/// The same JSON without a letter that SQS refuses (Amazon SQS, `SendMessage`: U+FFFE and U+FFFF, for instance).
struct Ascii<'a>(&'a str);

impl fmt::Display for Ascii<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if character.is_ascii() {
                f.write_char(character)?;
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(f, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn any_text_survives_the_queue() {
        let body = "Grüße 👋 \u{FFFF}\u{FFFE} \u{1} \"\\\n стоп";
        let work = InboxWork::message(form(&[("Body", body)]), DateTime::from_timestamp_micros(1).unwrap());
        let text = Ascii(&serde_json::to_string(&work).unwrap()).to_string();
        assert!(text.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{text}");
        assert_eq!(serde_json::from_str::<InboxWork>(&text).unwrap(), work);
    }

    #[test]
    fn a_conversation_is_one_group_in_both_directions() {
        let text = InboxWork::message(form(&[("From", "+1"), ("To", "+2")]), DateTime::UNIX_EPOCH);
        let status = InboxWork::message_status(form(&[("To", "+1"), ("From", "+2"), ("A", "b")]), None);
        let other = InboxWork::message(form(&[("From", "+1"), ("To", "+3")]), DateTime::UNIX_EPOCH);
        assert_eq!(text.group(), status.group());
        assert_ne!(text.group(), other.group());
        assert_ne!(text.deduplication(), other.deduplication());
    }

    #[test]
    fn a_copy_that_came_later_is_the_same_message() {
        let at =
            |micros| InboxWork::message(form(&[("MessageSid", "a")]), DateTime::from_timestamp_micros(micros).unwrap());
        assert_eq!(at(1).deduplication(), at(2).deduplication());
    }
}
