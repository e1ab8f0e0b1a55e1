//! Texts: sending and reading (compatibility API, Messages; WhatsApp by the newer Messaging API).

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::client::{Client, Operation, PAGE_SIZE, Page};
use super::error::ClientError;
use super::inbound::Media;
use super::wire;
use crate::domain::{ApprovedMessage, PhoneNumber, WhatsappMessage};

const LIST_MESSAGES: Operation = Operation::read("list_messages");

/// A text as the carrier has it. `Debug` shows neither text nor numbers.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// The carrier's id, a UUID.
    #[serde(alias = "id")]
    pub sid: String,
    /// `inbound`, `outbound-api`, `outbound-call` or `outbound-reply`.
    #[serde(default, deserialize_with = "wire::text")]
    pub direction: Option<String>,
    /// Sender; usually, but not always, E.164.
    #[serde(default, deserialize_with = "wire::text")]
    pub from: Option<String>,
    /// Receiver; usually, but not always, E.164.
    #[serde(default, deserialize_with = "wire::text")]
    pub to: Option<String>,
    /// Null after a spam filter took it.
    #[serde(default, deserialize_with = "wire::text")]
    pub body: Option<String>,
    /// The carrier's word. Its set differs from the one of the status callback.
    pub status: String,
    /// Why it was not delivered.
    #[serde(default, deserialize_with = "wire::text")]
    pub error_code: Option<String>,
    /// The same in words.
    #[serde(default, deserialize_with = "wire::text")]
    pub error_message: Option<String>,
    /// Billed parts.
    #[serde(default, alias = "number_of_segments", deserialize_with = "wire::count")]
    pub num_segments: Option<u32>,
    /// Attached media.
    #[serde(default, deserialize_with = "wire::count")]
    pub num_media: Option<u32>,
    /// Micro-dollars, positive; `None` until the carrier has calculated it.
    #[serde(default, rename = "price", deserialize_with = "wire::price_micros")]
    pub price_micros: Option<i64>,
    /// `USD`.
    #[serde(default, deserialize_with = "wire::text")]
    pub price_unit: Option<String>,
    /// When the carrier took it.
    #[serde(default, rename = "date_created", alias = "created_at", deserialize_with = "wire::time")]
    pub created_at: Option<DateTime<Utc>>,
    /// When it went out.
    #[serde(default, rename = "date_sent", deserialize_with = "wire::time")]
    pub sent_at: Option<DateTime<Utc>>,
    /// When it changed last.
    #[serde(default, rename = "date_updated", deserialize_with = "wire::time")]
    pub updated_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("sid", &self.sid).field("status", &self.status).finish_non_exhaustive()
    }
}

/// Which texts to find.
#[derive(Debug, Clone)]
pub struct MessageQuery {
    /// Receiver.
    pub to: PhoneNumber,
    /// Sender.
    pub from: PhoneNumber,
    /// Created at this time or later.
    pub since: DateTime<Utc>,
}

impl Client {
    /// Sends a text that passed every check (SignalWire, Messages, create). Never repeated here.
    ///
    /// # Errors
    /// When [`ClientError::outcome_unknown`], the text may be on its way: wait for a callback or look it up with
    /// [`Client::find_messages`].
    pub async fn send_message(&self, message: &ApprovedMessage, status_callback: &Url) -> Result<Message, ClientError> {
        let mut form = vec![
            ("From", message.from().as_str()),
            ("To", message.to().as_str()),
            ("StatusCallback", status_callback.as_str()),
        ];
        if !message.body().is_empty() {
            form.push(("Body", message.body()));
        }
        form.extend(message.fetch_urls().iter().map(|url| ("MediaUrl", url.as_str())));
        self.post_form(Operation::once("send_message"), self.account_url(&["Messages"]), &form).await
    }

    /// Sends a WhatsApp message that passed every check (SignalWire, Messaging API, create message). Never repeated here.
    ///
    /// # Errors
    /// When [`ClientError::outcome_unknown`], the message may be on its way: wait for a callback.
    pub async fn send_whatsapp(
        &self,
        message: &WhatsappMessage,
        status_callback: &Url,
    ) -> Result<Message, ClientError> {
        let approved = message.approved();
        let body = json!({
            "from": format!("whatsapp:{}", approved.from().as_str()),
            "to": approved.to().as_str(),
            "message_type": "whatsapp_media_text",
            "body": approved.body(),
            "status_callback": status_callback.as_str(),
        });
        self.post_json(Operation::once("send_whatsapp"), self.messaging_url(&["messages"]), &body).await
    }

    /// Reads a text (SignalWire, Messages, retrieve).
    pub async fn get_message(&self, sid: &str) -> Result<Message, ClientError> {
        self.get(Operation::read("get_message"), self.account_url(&["Messages", sid])).await
    }

    /// Lists the media of a text (SignalWire, message media, list). The file is at the address of its description without
    /// the ending `.json`, as with Twilio; SignalWire does not say.
    pub async fn list_media(&self, sid: &str) -> Result<Vec<Media>, ClientError> {
        #[derive(Deserialize)]
        struct Listed {
            uri: String,
            #[serde(default, deserialize_with = "wire::text")]
            content_type: Option<String>,
        }
        let operation = Operation::read("list_media");
        let listed: Vec<Listed> =
            self.list(operation, self.account_url(&["Messages", sid, "Media"]), "media_list").await?;
        let media = listed.into_iter().map(|medium| {
            let url = self.same_host(medium.uri.trim_end_matches(".json"));
            let url = url.map_err(|error| operation.unreadable(error))?.into();
            Ok(Media { url, content_type: medium.content_type })
        });
        media.collect()
    }

    /// Finds texts between two numbers, those that are not sent yet included (SignalWire, Messages, list).
    ///
    /// The carrier's `DateSent` filter would hide texts that wait to be sent, which is what somebody who lost an answer
    /// looks for. So the whole thread is read and compared here.
    pub async fn find_messages(&self, query: &MessageQuery) -> Result<Vec<Message>, ClientError> {
        let mut url = self.account_url(&["Messages"]);
        let filters = [("To", query.to.as_str()), ("From", query.from.as_str()), PAGE_SIZE];
        url.query_pairs_mut().extend_pairs(filters);

        let mut messages: Vec<Message> = self.list(LIST_MESSAGES, url, "messages").await?;
        messages.retain(|message| query.matches(message));
        Ok(messages)
    }

    /// A page of all texts that were sent since the day of a time, or the page that an earlier one named (SignalWire,
    /// Messages, list: its filter knows days only).
    ///
    /// # Errors
    /// [`ClientError::Refused`] when it is no page any more.
    pub async fn list_messages(&self, since: DateTime<Utc>, page: Option<&str>) -> Result<Page<Message>, ClientError> {
        let url = if let Some(link) = page {
            self.page_url(LIST_MESSAGES, link)?
        } else {
            let mut url = self.account_url(&["Messages"]);
            let day = since.format("%Y-%m-%d").to_string();
            url.query_pairs_mut().extend_pairs([("DateSent>", &*day), PAGE_SIZE]);
            url
        };
        self.page(LIST_MESSAGES, url, "messages").await
    }
}

impl MessageQuery {
    /// Compares again, because how the carrier's filters compare is not documented. Its times have whole seconds.
    fn matches(&self, message: &Message) -> bool {
        message.to.as_deref() == Some(self.to.as_str())
            && message.from.as_deref() == Some(self.from.as_str())
            && message.created_at.is_none_or(|created_at| created_at.timestamp() >= self.since.timestamp())
    }
}
