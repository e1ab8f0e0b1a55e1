//! Calls, their recordings and transcriptions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::new_sid;
use crate::{behaviour::Behaviour, clock};

/// One call, or one leg of a call that a document placed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    pub sid: String,
    pub parent_sid: Option<String>,
    pub from: String,
    pub to: String,
    pub direction: CallDirection,
    pub status: CallStatus,
    /// Where a document comes from when another one fails.
    pub fallback: Option<Hook>,
    pub status_callback: Option<StatusHook>,
    /// What the call expects from somebody right now.
    pub waiting_for: Option<WaitingFor>,
    /// Whether two people are talking.
    pub bridged: bool,
    /// Texts spoken and URLs played, in order.
    pub said: Vec<String>,
    pub documents: Vec<DocumentEntry>,
    pub legs: Vec<String>,
    /// Simulated seconds from answer to end.
    pub duration_seconds: u32,
    pub ended_by: Option<EndedBy>,
    pub error: Option<String>,
    /// Only of calls that asked for machine detection.
    pub answered_by: Option<String>,
    pub price_micros: Option<u32>,
    /// How often every webhook of the call is delivered; 1 is normal.
    pub copies: u32,
    pub created_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

/// A URL of the application.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Hook {
    pub url: String,
    pub method: String,
}

/// Where the states of a call are reported, and which.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct StatusHook {
    pub hook: Hook,
    pub events: Vec<CallEvent>,
}

/// What a status callback may be about.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CallEvent {
    Initiated,
    Ringing,
    Answered,
    Completed,
}

impl CallEvent {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "initiated" => Some(Self::Initiated),
            "ringing" => Some(Self::Ringing),
            "answered" => Some(Self::Answered),
            "completed" => Some(Self::Completed),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum CallDirection {
    Inbound,
    OutboundApi,
    OutboundDial,
}

impl CallDirection {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundDial => "outbound-dial",
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    Queued,
    Ringing,
    InProgress,
    Canceled,
    Completed,
    Busy,
    Failed,
    NoAnswer,
}

impl CallStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Canceled => "canceled",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
        }
    }

    pub fn is_live(self) -> bool {
        matches!(self, Self::Queued | Self::Ringing | Self::InProgress)
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    /// Whoever is called, to pick up.
    Answer,
    Digits,
    Recording,
    Dial,
    Pause,
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    Caller,
    Callee,
    /// `<Hangup>`, `<Reject>`, or no verb left.
    Document,
    /// The provider's API.
    Api,
    /// Nobody picked up, or a limit was reached.
    Timeout,
    /// The other call that it belonged to.
    Parent,
    Error,
    /// The simulator was stopped in the middle of it.
    Restart,
}

/// A document that the call asked for, and what came.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentEntry {
    pub url: String,
    pub status: Option<u16>,
    pub body: String,
    pub error: Option<String>,
}

impl CallRecord {
    /// A call at its very beginning.
    pub fn new(direction: CallDirection, from: &str, to: &str) -> Self {
        let now = clock::now();
        Self {
            sid: new_sid(),
            parent_sid: None,
            from: from.to_owned(),
            to: to.to_owned(),
            direction,
            status: CallStatus::Queued,
            fallback: None,
            status_callback: None,
            waiting_for: None,
            bridged: false,
            said: Vec::new(),
            documents: Vec::new(),
            legs: Vec::new(),
            duration_seconds: 0,
            ended_by: None,
            error: None,
            answered_by: None,
            price_micros: None,
            copies: 1,
            created_at: now,
            answered_at: None,
            ended_at: None,
            updated_at: now,
        }
    }

    /// Every begun minute is charged (SignalWire, voice logs); a call that nobody answered costs nothing.
    pub fn billed_minutes(&self) -> u32 {
        if self.answered_at.is_some() { self.duration_seconds.div_ceil(60).max(1) } else { 0 }
    }

    /// In millionths of a dollar.
    pub fn full_price(&self, prices: &Behaviour) -> u32 {
        let per_minute = match self.direction {
            CallDirection::Inbound => prices.inbound_call_price_micros,
            CallDirection::OutboundApi | CallDirection::OutboundDial => prices.outbound_call_price_micros,
        };
        self.billed_minutes() * per_minute
    }
}

/// What was recorded of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordingRecord {
    pub sid: String,
    pub call_sid: String,
    pub source: RecordingSource,
    pub status: RecordingStatus,
    pub channels: u8,
    pub trim: String,
    pub duration_seconds: u32,
    /// What was said, as the test or the page typed it.
    pub transcript: Option<String>,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    /// Downloads of the file.
    pub downloads: u32,
    pub downloads_with_credentials: u32,
}

impl RecordingRecord {
    pub fn new(call_sid: &str, source: RecordingSource, channels: u8, trim: &str) -> Self {
        let now = clock::now();
        Self {
            sid: new_sid(),
            call_sid: call_sid.to_owned(),
            source,
            status: RecordingStatus::InProgress,
            channels,
            trim: trim.to_owned(),
            duration_seconds: 0,
            transcript: None,
            started_at: now,
            ended_at: None,
            updated_at: now,
            downloads: 0,
            downloads_with_credentials: 0,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum RecordingSource {
    RecordVerb,
    DialVerb,
    OutBoundApi,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingStatus {
    InProgress,
    Completed,
    /// Nothing was said, so nothing is kept.
    Absent,
}

impl RecordingStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Absent => "absent",
        }
    }
}

/// A recording as text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionRecord {
    pub sid: String,
    pub recording_sid: String,
    pub status: TranscriptionStatus,
    pub text: Option<String>,
    pub duration_seconds: u32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptionStatus {
    InProgress,
    Completed,
    Failed,
}

impl TranscriptionStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}
