//! Recordings of calls: reading what the carrier has, and having it forget them (compatibility API, Recordings).

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;

use super::client::{Client, Operation, PAGE_SIZE};
use super::error::ClientError;
use super::wire;

/// A recording as the carrier has it. The sound itself is at [`Client::recording_url`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Recording {
    /// The carrier's id, a UUID.
    pub sid: String,
    /// The call that was recorded.
    #[serde(default, deserialize_with = "wire::text")]
    pub call_sid: Option<String>,
    /// `RecordVerb`, `DialVerb` or another word for what started it.
    #[serde(default, deserialize_with = "wire::text")]
    pub source: Option<String>,
    /// `completed` once the sound is there; `absent` when nothing was said.
    pub status: String,
    /// Seconds.
    #[serde(default, rename = "duration", deserialize_with = "wire::count")]
    pub duration_seconds: Option<u32>,
    /// Micro-dollars, positive; `None` until the carrier has calculated it.
    #[serde(default, rename = "price", deserialize_with = "wire::price_micros")]
    pub price_micros: Option<i64>,
    /// When it was made.
    #[serde(default, rename = "date_created", deserialize_with = "wire::time")]
    pub created_at: Option<DateTime<Utc>>,
}

/// Which recordings to find.
#[derive(Debug, Clone, Default)]
pub struct RecordingQuery {
    /// Those of this call.
    pub call_sid: Option<String>,
    /// Made at this time or later.
    pub since: Option<DateTime<Utc>>,
}

impl Client {
    /// Reads what is known of a recording (SignalWire, Recordings, retrieve).
    pub async fn get_recording(&self, sid: &str) -> Result<Recording, ClientError> {
        self.get(Operation::read("get_recording"), self.account_url(&["Recordings", sid])).await
    }

    /// Finds recordings (SignalWire, Recordings, list).
    pub async fn find_recordings(&self, query: &RecordingQuery) -> Result<Vec<Recording>, ClientError> {
        let mut url = self.account_url(&["Recordings"]);
        if let Some(call_sid) = &query.call_sid {
            url.query_pairs_mut().append_pair("CallSid", call_sid);
        }
        if let Some(since) = query.since {
            url.query_pairs_mut().append_pair("DateCreated>", &since.to_rfc2822());
        }
        url.query_pairs_mut().extend_pairs([PAGE_SIZE]);

        let mut recordings: Vec<Recording> = self.list(Operation::read("list_recordings"), url, "recordings").await?;
        let is_of_call = |recording: &Recording| query.call_sid.is_none() || recording.call_sid == query.call_sid;
        let is_recent = |at: Option<DateTime<Utc>>| {
            query.since.is_none_or(|since| at.is_none_or(|at| at.timestamp() >= since.timestamp()))
        };
        recordings.retain(|recording| is_of_call(recording) && is_recent(recording.created_at));
        Ok(recordings)
    }

    /// Where the sound of a recording is (SignalWire, Recordings: `.wav`).
    #[must_use]
    pub fn recording_url(&self, sid: &str) -> Url {
        let mut url = self.account_url(&["Recordings", sid]);
        let path = url.path().trim_end_matches(".json").to_owned();
        url.set_path(&format!("{path}.wav"));
        url
    }

    /// Deletes a recording at the carrier (SignalWire, Recordings, delete). One that it does not have is deleted.
    pub async fn delete_recording(&self, sid: &str) -> Result<(), ClientError> {
        let url = self.account_url(&["Recordings", sid]);
        match self.delete(Operation::idempotent("delete_recording"), url).await {
            Err(ClientError::NotFound(_)) => Ok(()),
            other => other,
        }
    }
}
