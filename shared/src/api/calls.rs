use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    db::{call_recordings::CallRecording, calls},
    domain::{CallId, CallKind, CallState, RecordingId, RecordingKind, RecordingState, TranscriptionState},
};

/// What there is to say about an entry that is a call.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// How far it has come.
    pub state: CallState,
    /// Who started it, and what for.
    pub kind: CallKind,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When somebody answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// How long it took.
    pub duration_seconds: Option<i32>,
    /// The number that answered, or `voicemail`.
    pub answered_by: Option<String>,
    /// Voicemails and recorded talks.
    pub recordings: Vec<Recording>,
}

impl Call {
    /// A call with what was recorded of it.
    #[must_use]
    pub fn new(row: calls::Call, recordings: Vec<Recording>) -> Self {
        Self {
            id: row.id,
            state: row.state,
            kind: row.kind,
            started_at: row.started_at,
            answered_at: row.answered_at,
            ended_at: row.ended_at,
            duration_seconds: row.duration_seconds,
            answered_by: row.answered_by,
            recordings,
        }
    }
}

/// A voicemail or a recorded talk.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// Its id.
    pub id: RecordingId,
    /// What it is of.
    pub kind: RecordingKind,
    /// How far it is.
    pub state: RecordingState,
    /// Where it can be heard for a quarter of an hour, when it is in our bucket.
    pub url: Option<String>,
    /// Its kind of sound, when it is in our bucket.
    pub content_type: Option<String>,
    /// How long it is.
    pub duration_seconds: Option<i32>,
    /// What is said in it.
    pub transcription: Transcription,
}

impl Recording {
    /// A recording that can be heard at this address.
    #[must_use]
    pub fn new(row: CallRecording, url: Option<String>) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            state: row.state,
            url,
            content_type: row.content_type,
            duration_seconds: row.duration_seconds,
            transcription: Transcription { state: row.transcription_state, text: row.transcription },
        }
    }
}

/// What is said in a recording.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Transcription {
    /// How far it is.
    pub state: TranscriptionState,
    /// The text, when it is done.
    pub text: Option<String>,
}
