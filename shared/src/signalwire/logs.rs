//! The carrier's logs of messages and calls, which say what each was charged for (newer APIs, Messaging logs and Voice
//! logs), and when numbers are billed next.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use url::Url;

use super::client::{Client, Operation};
use super::error::ClientError;
use super::wire;

/// Entries of a page; the carrier's most. The newer APIs write the name like this.
const PAGE_SIZE: (&str, &str) = ("page_size", "1000");

/// One message, or one leg of a call, as it was charged. `Debug` shows no numbers.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct LogEntry {
    /// The carrier's id: the sid of the message or of the leg.
    pub id: String,
    /// Sender or caller; missing in what was deleted.
    #[serde(default, deserialize_with = "wire::text")]
    pub from: Option<String>,
    /// Receiver.
    #[serde(default, deserialize_with = "wire::text")]
    pub to: Option<String>,
    /// The carrier's word.
    #[serde(default, deserialize_with = "wire::text")]
    pub status: Option<String>,
    /// `inbound`, `outbound`, `outbound-api`, …
    #[serde(default, deserialize_with = "wire::text")]
    pub direction: Option<String>,
    /// Micro-dollars; `None` of what was deleted.
    #[serde(default, rename = "charge", deserialize_with = "wire::price_micros")]
    pub charge_micros: Option<i64>,
    /// The first leg of the call.
    #[serde(default, deserialize_with = "wire::text")]
    pub parent_id: Option<String>,
    /// When the carrier took it.
    #[serde(default, deserialize_with = "wire::time")]
    pub created_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, status, charge_micros, created_at, .. } = self;
        f.debug_struct("LogEntry")
            .field("id", id)
            .field("status", status)
            .field("charge_micros", charge_micros)
            .field("created_at", created_at)
            .finish_non_exhaustive()
    }
}

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Texts and pictures.
    Messages,
    /// Legs of calls.
    Calls,
}

/// When the carrier takes the next month's money for a number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BilledNumber {
    /// The same as the sid of the compatibility API.
    pub id: String,
    /// E.164.
    pub number: String,
    /// The date of the next charge. Its amount is in no API.
    #[serde(default, deserialize_with = "wire::time")]
    pub next_billed_at: Option<DateTime<Utc>>,
}

impl Client {
    /// Reads a log from one time to another, what was deleted included (SignalWire, Messaging logs and Voice logs, list).
    ///
    /// # Errors
    /// Also [`ClientError`] for a time that is longer ago than the account's plan keeps logs.
    pub async fn list_log(
        &self,
        log: Log,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<LogEntry>, ClientError> {
        let (operation, mut url) = match log {
            Log::Messages => (Operation::read("list_message_logs"), self.messaging_url(&["logs"])),
            Log::Calls => (Operation::read("list_voice_logs"), self.voice_url(&["logs"])),
        };
        ask(&mut url, from, to);
        let mut entries: Vec<LogEntry> = self.list(operation, url, "data").await?;
        // How exactly the carrier's filters compare is not documented.
        entries.retain(|entry| entry.created_at.is_some_and(|at| from <= at && at < to));
        Ok(entries)
    }

    /// Lists the numbers of the project with their next charges (SignalWire REST, phone numbers, list).
    pub async fn list_billed_numbers(&self) -> Result<Vec<BilledNumber>, ClientError> {
        let mut url = self.relay_url(&["phone_numbers"]);
        url.query_pairs_mut().extend_pairs([PAGE_SIZE]);
        self.list(Operation::read("list_billed_numbers"), url, "data").await
    }
}

fn ask(url: &mut Url, from: DateTime<Utc>, to: DateTime<Utc>) {
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    url.query_pairs_mut()
        .append_pair("created_after", &text(from - chrono::TimeDelta::seconds(1)))
        .append_pair("created_before", &text(to + chrono::TimeDelta::seconds(1)))
        .append_pair("include_deleted", "true")
        .extend_pairs([PAGE_SIZE]);
}
