//! Calls: placing, reading and ending (compatibility API, Calls).

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;

use super::client::{Client, Operation, PAGE_SIZE, Page};
use super::error::ClientError;
use super::wire;
use crate::domain::{ApprovedCall, CallPurpose, PhoneNumber};

const LIST_CALLS: Operation = Operation::read("list_calls");
/// Seconds that a customer's phone rings before a spoken call counts as not answered.
const RING_CUSTOMER: &str = "45";
/// Seconds that a member's own phone rings: shorter, so that its voicemail has no time to answer.
const RING_MEMBER: &str = "25";

/// A call as the carrier has it; each leg is one. `Debug` shows no numbers.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// The carrier's id, a UUID.
    pub sid: String,
    /// The call that this leg belongs to.
    #[serde(default, deserialize_with = "wire::text")]
    pub parent_call_sid: Option<String>,
    /// `inbound` or `outbound` (in webhooks also `outbound-api`, `outbound-dial`).
    #[serde(default, deserialize_with = "wire::text")]
    pub direction: Option<String>,
    /// Caller; usually, but not always, E.164.
    #[serde(default, deserialize_with = "wire::text")]
    pub from: Option<String>,
    /// Called; usually, but not always, E.164.
    #[serde(default, deserialize_with = "wire::text")]
    pub to: Option<String>,
    /// The carrier's word: `queued`, `ringing`, `in-progress`, `canceled`, `completed`, `busy`, `failed`, `no-answer`.
    pub status: String,
    /// When the carrier took it.
    #[serde(default, rename = "date_created", deserialize_with = "wire::time")]
    pub created_at: Option<DateTime<Utc>>,
    /// When it began.
    #[serde(default, rename = "start_time", deserialize_with = "wire::time")]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(default, rename = "end_time", deserialize_with = "wire::time")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Seconds.
    #[serde(default, rename = "duration", deserialize_with = "wire::count")]
    pub duration_seconds: Option<u32>,
    /// Micro-dollars, positive; `None` until the carrier has calculated it.
    #[serde(default, rename = "price", deserialize_with = "wire::price_micros")]
    pub price_micros: Option<i64>,
}

impl Call {
    /// When it began, as far as the carrier says.
    #[must_use]
    pub fn began_at(&self) -> Option<DateTime<Utc>> {
        self.created_at.or(self.started_at)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("sid", &self.sid).field("status", &self.status).finish_non_exhaustive()
    }
}

/// Where the carrier turns to during a call.
#[derive(Debug, Clone)]
pub struct CallWebhooks {
    /// Says what happens once the phone is picked up.
    pub document: Url,
    /// Is told how the call goes.
    pub status_callback: Url,
}

/// What a status callback may be about (SignalWire, Calls, create: `StatusCallbackEvent`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEvent {
    /// The carrier begins.
    Initiated,
    /// The phone rings.
    Ringing,
    /// It was picked up.
    Answered,
    /// It is over, however it went.
    Completed,
}

impl CallEvent {
    /// Every event.
    pub const ALL: [Self; 4] = [Self::Initiated, Self::Ringing, Self::Answered, Self::Completed];

    /// The carrier's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Completed => "completed",
        }
    }
}

/// Which calls to find.
#[derive(Debug, Clone, Default)]
pub struct CallQuery {
    /// Called number.
    pub to: Option<PhoneNumber>,
    /// Caller.
    pub from: Option<PhoneNumber>,
    /// The legs of this call.
    pub parent_sid: Option<String>,
    /// Begun at this time or later.
    pub since: Option<DateTime<Utc>>,
}

impl Client {
    /// Places a call that passed every check (SignalWire, Calls, create). Never repeated here.
    ///
    /// # Errors
    /// When [`ClientError::outcome_unknown`], a phone may be ringing: wait for a callback or look the call up with
    /// [`Client::find_calls`].
    pub async fn create_call(&self, call: &ApprovedCall, webhooks: &CallWebhooks) -> Result<Call, ClientError> {
        let timeout = match call.purpose() {
            CallPurpose::Speak { .. } => RING_CUSTOMER,
            CallPurpose::Connect { .. } => RING_MEMBER,
        };
        let mut form = vec![
            ("From", call.from().as_str()),
            ("To", call.first_to_ring().as_str()),
            ("Url", webhooks.document.as_str()),
            ("Method", "POST"),
            ("FallbackUrl", webhooks.document.as_str()),
            ("FallbackMethod", "POST"),
            ("Timeout", timeout),
            ("StatusCallback", webhooks.status_callback.as_str()),
            ("StatusCallbackMethod", "POST"),
        ];
        form.extend(CallEvent::ALL.map(|event| ("StatusCallbackEvent", event.as_str())));
        self.post_form(Operation::once("create_call"), self.account_url(&["Calls"]), &form).await
    }

    /// Reads a call (SignalWire, Calls, retrieve).
    pub async fn get_call(&self, sid: &str) -> Result<Call, ClientError> {
        self.get(Operation::read("get_call"), self.account_url(&["Calls", sid])).await
    }

    /// Finds calls, those that have not begun yet included (SignalWire, Calls, list).
    ///
    /// The carrier's `StartTime` filter may hide calls that wait to begin, which is what somebody who lost an answer looks
    /// for. So the times are compared here.
    pub async fn find_calls(&self, query: &CallQuery) -> Result<Vec<Call>, ClientError> {
        let mut url = self.account_url(&["Calls"]);
        let filters = [
            ("To", query.to.as_ref().map(PhoneNumber::as_str)),
            ("From", query.from.as_ref().map(PhoneNumber::as_str)),
            ("ParentCallSid", query.parent_sid.as_deref()),
        ];
        let filters = filters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        url.query_pairs_mut().extend_pairs(filters.chain([PAGE_SIZE]));

        let mut calls: Vec<Call> = self.list(LIST_CALLS, url, "calls").await?;
        calls.retain(|call| query.matches(call));
        Ok(calls)
    }

    /// A page of all calls that began since a time, or the page that an earlier one named (SignalWire, Calls, list).
    ///
    /// # Errors
    /// [`ClientError::Refused`] when it is no page any more.
    pub async fn list_calls(&self, since: DateTime<Utc>, page: Option<&str>) -> Result<Page<Call>, ClientError> {
        let url = if let Some(link) = page {
            self.page_url(LIST_CALLS, link)?
        } else {
            let mut url = self.account_url(&["Calls"]);
            url.query_pairs_mut().extend_pairs([("StartTime>", &*since.to_rfc2822()), PAGE_SIZE]);
            url
        };
        self.page(LIST_CALLS, url, "calls").await
    }
}

impl CallQuery {
    /// Compares again, because how the carrier's filters compare is not documented. Its times have whole seconds.
    fn matches(&self, call: &Call) -> bool {
        let same = |wanted: Option<&str>, actual: &Option<String>| {
            wanted.is_none_or(|wanted| actual.as_deref() == Some(wanted))
        };
        let began = call.began_at();
        same(self.to.as_ref().map(PhoneNumber::as_str), &call.to)
            && same(self.from.as_ref().map(PhoneNumber::as_str), &call.from)
            && same(self.parent_sid.as_deref(), &call.parent_call_sid)
            && self.since.is_none_or(|since| began.is_none_or(|began| began.timestamp() >= since.timestamp()))
    }
}
