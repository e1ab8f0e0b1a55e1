//! The media queue.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Version1;

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
}

impl MediaWork {
    /// Copy the media of this message.
    #[must_use]
    pub fn fetch(message_sid: impl Into<String>) -> Self {
        Self::FetchMedia { version: Version1, message_sid: message_sid.into() }
    }

    /// Seen a moment later: the message that it is about is being stored.
    pub const AT_ONCE: Duration = Duration::ZERO;
}
