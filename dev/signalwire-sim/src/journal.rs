//! What was said over the wire, for tests and for the page: requests that came in, webhooks that went out.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::faults::{Kind, Operation};

/// How much is remembered of each; older entries are forgotten.
const CAPACITY: usize = 2_000;

#[derive(Debug, Default)]
pub struct Journal {
    requests: VecDeque<RequestEntry>,
    callbacks: VecDeque<CallbackEntry>,
}

/// A request of the provider's API.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestEntry {
    pub at: DateTime<Utc>,
    pub method: String,
    /// As it was requested, with its query string.
    pub path: String,
    pub operation: Operation,
    /// Form or query parameters; a repeated one is an array.
    pub form: Value,
    /// The body, when it was JSON.
    pub json: Option<Value>,
    /// What was answered; null when the connection was cut instead.
    pub status: Option<u16>,
    pub fault: Option<Kind>,
}

/// One attempt to deliver a webhook.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallbackEntry {
    pub at: DateTime<Utc>,
    pub kind: WebhookKind,
    pub method: String,
    pub url: String,
    pub form: Value,
    pub json: Option<Value>,
    pub signature: String,
    pub attempt: u32,
    /// What the receiver answered; null when it did not, or when the webhook was dropped on purpose.
    pub status: Option<u16>,
    pub error: Option<String>,
    pub dropped: bool,
    pub duration_ms: u64,
}

#[derive(Debug, Clone, Copy, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum WebhookKind {
    /// An inbound message, to the `SmsUrl` of the number.
    InboundMessage,
    /// The same, to its `SmsFallbackUrl`.
    Fallback,
    /// A document that cXML asked for (`<Redirect>`, `<Message action>`).
    Action,
    MessageStatus,
    /// A 10DLC event, in JSON.
    Registry,
    /// An inbound call, to the `VoiceUrl` of the number.
    InboundCall,
    /// An outbound call that was answered, to its `Url`.
    OutboundCall,
    /// A document for a call instead of one that failed.
    CallFallback,
    /// A document that a call asked for (`<Redirect>`, `action`).
    CallAction,
    /// What a called person hears before being connected (`<Number url>`).
    Whisper,
    CallStatus,
    /// The end of an inbound call, to the `StatusCallback` of the number.
    InboundCallStatus,
    RecordingStatus,
    Transcription,
}

/// Kinds of cXML documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    Message,
    Voice,
}

impl WebhookKind {
    /// The cXML document that the answer has to be; the answers to other webhooks are ignored.
    pub fn document(self) -> Option<DocumentKind> {
        match self {
            Self::InboundMessage | Self::Fallback | Self::Action => Some(DocumentKind::Message),
            Self::InboundCall | Self::OutboundCall | Self::CallFallback | Self::CallAction | Self::Whisper => {
                Some(DocumentKind::Voice)
            }
            Self::MessageStatus
            | Self::Registry
            | Self::CallStatus
            | Self::InboundCallStatus
            | Self::RecordingStatus
            | Self::Transcription => None,
        }
    }
}

impl Journal {
    pub fn add_request(&mut self, entry: RequestEntry) {
        push(&mut self.requests, entry);
    }

    pub fn add_callback(&mut self, entry: CallbackEntry) {
        push(&mut self.callbacks, entry);
    }

    /// Oldest first.
    pub fn requests(&self) -> Vec<RequestEntry> {
        self.requests.iter().cloned().collect()
    }

    /// Oldest first.
    pub fn callbacks(&self) -> Vec<CallbackEntry> {
        self.callbacks.iter().cloned().collect()
    }
}

fn push<T>(entries: &mut VecDeque<T>, entry: T) {
    if entries.len() == CAPACITY {
        entries.pop_front();
    }
    entries.push_back(entry);
}
