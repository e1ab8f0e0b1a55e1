//! What can go wrong with a call to SignalWire, named by what the caller has to do about it.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// What the failed call does at the carrier; decides whether a lost answer matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something; made twice it leaves the same state as once (update, release).
    Idempotent,
    /// Buys, sends or orders: made twice it happens twice. The carrier has no idempotency key.
    Once,
}

/// A negative answer, in any of the body shapes that SignalWire uses.
///
/// `message` may quote a phone number or a text, so neither `Debug` nor `Display` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Status of the HTTP answer; the body's own `status` may differ and is not used.
    pub http_status: u16,
    /// `21610` (compatibility API) or a word such as `invalid_from_number` (newer APIs).
    pub code: Option<String>,
    /// The carrier's explanation.
    pub message: Option<String>,
}

/// Why no usable answer arrived.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The time limit passed.
    #[error("no answer in time")]
    TimedOut(#[source] reqwest::Error),
    /// The connection ended between the request and the end of the answer.
    #[error("the connection was lost")]
    ConnectionLost(#[source] reqwest::Error),
    /// 5xx, or 408 from a gateway.
    #[error("server error ({0})")]
    ServerError(Refusal),
}

/// Why a positive answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableAnswer {
    /// Not the JSON that the operation returns. The parser's own error is not kept: it quotes values, and those may
    /// be texts and phone numbers.
    #[error("not the expected JSON, at \"{path}\"")]
    Json {
        /// The field at fault; `.` when it is not JSON at all.
        path: String,
    },
    /// A field that must be a phone number is not one.
    #[error("phone_number is not in E.164")]
    PhoneNumber(#[source] crate::domain::PhoneNumberError),
    /// The answer speaks of another number than the one asked for.
    #[error("the answer is about another phone number")]
    OtherNumber,
    /// `next_page_uri` leads to another host, in a circle, or never ends.
    #[error("the list has no end, or goes on at another host")]
    Paging,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Wrong credentials, or a token without the scope. Retrying is useless.
    #[error("SignalWire refused the credentials ({0})")]
    Unauthorized(Refusal),
    /// The account may not do this: not enabled, trial, or a limit of the account.
    #[error("SignalWire does not allow this account to do this ({0})")]
    NotEnabled(Refusal),
    /// Too many requests; nothing was done.
    #[error("SignalWire asked to slow down")]
    RateLimited {
        /// `Retry-After`, when given in seconds.
        retry_after: Option<Duration>,
    },
    /// The account's balance does not cover it.
    #[error("the balance at SignalWire is too low ({0})")]
    LowBalance(Refusal),
    /// The resource does not exist (any more).
    #[error("SignalWire does not know this resource ({0})")]
    NotFound(Refusal),
    /// The number is younger than 14 days (30 in trial mode).
    #[error("SignalWire does not release a number this soon after its purchase ({0})")]
    TooEarlyToRelease(Refusal),
    /// Any other permanent refusal; the code says more.
    #[error("SignalWire refused the request ({0})")]
    Refused(Refusal),
    /// No connection: the request was certainly not sent.
    #[error("SignalWire could not be reached")]
    Unreachable {
        /// The connection error.
        #[source]
        source: reqwest::Error,
    },
    /// A read got no usable answer.
    #[error("SignalWire did not answer")]
    Unavailable {
        /// What happened instead.
        #[source]
        cause: Failure,
    },
    /// A change may or may not have happened.
    #[error("it is unknown whether SignalWire did what was asked")]
    Ambiguous {
        /// What a second call would do.
        effect: Effect,
        /// What happened instead of an answer.
        #[source]
        cause: Failure,
    },
    /// A positive answer whose body cannot be used.
    #[error("SignalWire's answer cannot be read")]
    Unreadable {
        /// What the call did.
        effect: Effect,
        /// What is wrong with the answer.
        #[source]
        source: UnreadableAnswer,
    },
}

/// Why a number was not bought.
#[derive(Debug, thiserror::Error)]
pub enum PurchaseError {
    /// This candidate cannot be had, probably because somebody else was faster. SignalWire documents no code for that,
    /// so every refusal without another known meaning is read this way: look the number up, then try the next one.
    #[error("the number cannot be bought ({0})")]
    Taken(Refusal),
    /// Anything that another candidate would not change.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl ClientError {
    /// May the carrier have done it although no usable answer arrived? Then look it up; never just call again.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Ambiguous { .. } => true,
            Self::Unreadable { effect, .. } => *effect != Effect::Read,
            Self::Unauthorized(_)
            | Self::NotEnabled(_)
            | Self::RateLimited { .. }
            | Self::LowBalance(_)
            | Self::NotFound(_)
            | Self::TooEarlyToRelease(_)
            | Self::Refused(_)
            | Self::Unreachable { .. }
            | Self::Unavailable { .. } => false,
        }
    }

    /// Can the same call, made again later, succeed without any risk of doing it twice?
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Unreachable { .. }
            | Self::Unavailable { .. }
            | Self::TooEarlyToRelease(_) => true,
            Self::Ambiguous { effect, .. } | Self::Unreadable { effect, .. } => *effect != Effect::Once,
            Self::Unauthorized(_)
            | Self::NotEnabled(_)
            | Self::LowBalance(_)
            | Self::NotFound(_)
            | Self::Refused(_) => false,
        }
    }

    /// Only a person can change this (credentials, permissions, balance): stop and raise an alarm.
    #[must_use]
    pub fn needs_operator(&self) -> bool {
        matches!(self, Self::Unauthorized(_) | Self::NotEnabled(_) | Self::LowBalance(_))
    }

    /// The carrier's negative answer, when there is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unauthorized(refusal)
            | Self::NotEnabled(refusal)
            | Self::LowBalance(refusal)
            | Self::NotFound(refusal)
            | Self::TooEarlyToRelease(refusal)
            | Self::Refused(refusal)
            | Self::Unavailable { cause: Failure::ServerError(refusal) }
            | Self::Ambiguous { cause: Failure::ServerError(refusal), .. } => Some(refusal),
            Self::RateLimited { .. }
            | Self::Unreachable { .. }
            | Self::Unavailable { .. }
            | Self::Ambiguous { .. }
            | Self::Unreadable { .. } => None,
        }
    }

    pub(super) fn no_answer(effect: Effect, cause: Failure) -> Self {
        match effect {
            Effect::Read => Self::Unavailable { cause },
            Effect::Idempotent | Effect::Once => Self::Ambiguous { effect, cause },
        }
    }

    /// Names an error of the transport. The URL is dropped from it, because its query may hold a phone number.
    pub(super) fn from_transport(effect: Effect, error: reqwest::Error) -> Self {
        let source = error.without_url();
        if source.is_connect() || source.is_builder() {
            return Self::Unreachable { source };
        }
        let timed_out = source.is_timeout();
        let cause = if timed_out { Failure::TimedOut(source) } else { Failure::ConnectionLost(source) };
        Self::no_answer(effect, cause)
    }

    /// Names a negative answer: by HTTP status first, then by code.
    pub(super) fn from_refusal(effect: Effect, refusal: Refusal, retry_after: Option<Duration>) -> Self {
        match (refusal.http_status, refusal.code.as_deref()) {
            (408 | 500..=599, _) | (_, Some("20001" | "20504")) => {
                Self::no_answer(effect, Failure::ServerError(refusal))
            }
            // 21611: the sender's queue is full.
            (429, _) | (_, Some("20429" | "21611")) => Self::RateLimited { retry_after },
            (402, _) | (_, Some("4001" | "30002")) => Self::LowBalance(refusal),
            (_, Some("20010" | "10001" | "21219")) => Self::NotEnabled(refusal),
            (401 | 403, _) | (_, Some("20003")) => Self::Unauthorized(refusal),
            (_, Some("22121" | "purchased_too_recently")) => Self::TooEarlyToRelease(refusal),
            (404, _) | (_, Some("20404")) => Self::NotFound(refusal),
            _ => Self::Refused(refusal),
        }
    }
}

impl PurchaseError {
    /// May the number have been bought although no usable answer arrived?
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Taken(_) => false,
            Self::Client(error) => error.outcome_unknown(),
        }
    }

    /// Can the same purchase, made again later, succeed without any risk of buying twice?
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Taken(_) => false,
            Self::Client(error) => error.retryable(),
        }
    }

    /// Every refusal of a purchase that has no other known meaning is [`PurchaseError::Taken`]. Refusals of our own
    /// URLs or application are not: the next candidate would meet them too.
    pub(super) fn from_client(error: ClientError) -> Self {
        match error {
            ClientError::Refused(refusal) if !refusal.is_about_webhooks() => Self::Taken(refusal),
            ClientError::NotFound(refusal) => Self::Taken(refusal),
            other => Self::Client(other),
        }
    }
}

impl Refusal {
    /// Reads a negative answer. A body in no known shape leaves code and message empty.
    pub(super) fn read(http_status: u16, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        // Calls, tokens and all newer APIs answer with a list; the first entry decides.
        let entry = body.pointer("/errors/0").unwrap_or(&body);
        let code = text(entry.get("code"));
        let message = text(entry.get("message"))
            .or_else(|| text(entry.get("detail")))
            .or_else(|| text(entry.get("title")))
            .or_else(|| text(body.get("error")));
        Self { http_status, code, message }
    }

    /// 21402, 21456: a URL is not valid; 21420: no such application.
    fn is_about_webhooks(&self) -> bool {
        matches!(self.code.as_deref(), Some("21402" | "21420" | "21456"))
    }
}

/// A code may be a number, a number in quotes, or a word.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}, code {}", self.http_status, self.code.as_deref().unwrap_or("none"))
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("http_status", &self.http_status)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}
