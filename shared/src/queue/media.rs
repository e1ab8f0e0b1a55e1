//! The media queue.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{QueueError, Version1, sender::Queue};

/// Work for `work-media`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum MediaWork {
    /// Copy the media of a message into the bucket.
    FetchMedia {
        /// Format of this payload.
        version: Version1,
        /// The carrier's id of the message, which the webhook knows without asking the database.
        message_sid: String,
    },
    /// Copy a recording of a call into the bucket.
    FetchRecording {
        /// Format of this payload.
        version: Version1,
        /// The carrier's id of the recording, which the webhook knows without asking the database.
        recording_sid: String,
    },
}

impl MediaWork {
    /// Copy the media of this message.
    #[must_use]
    pub fn fetch(message_sid: impl Into<String>) -> Self {
        Self::FetchMedia { version: Version1, message_sid: message_sid.into() }
    }

    /// Copy this recording.
    #[must_use]
    pub fn fetch_recording(recording_sid: impl Into<String>) -> Self {
        Self::FetchRecording { version: Version1, recording_sid: recording_sid.into() }
    }
}

/// Sends to the media queue.
pub struct MediaSender(Queue);

impl MediaSender {
    /// A sender to the queue of this URL.
    #[must_use]
    pub fn new(queue_url: impl Into<String>) -> Self {
        Self(Queue::new(queue_url))
    }

    /// Sends one message, to be seen after the delay (at most 15 minutes; longer ones are cut).
    pub async fn send(&self, work: &MediaWork, delay: Duration) -> Result<(), QueueError> {
        self.0.send_later(work, delay).await
    }
}
