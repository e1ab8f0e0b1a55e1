//! The queue of webhooks to those who build on us.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{QueueError, Version1, sender::Queue};
use crate::domain::WorkspaceId;

/// Work for `work-webhooks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum WebhookWork {
    /// Make the deliveries of a workspace that are due.
    DeliverDue {
        /// Format of this payload.
        version: Version1,
        /// Whose they are: what has just stored something knows that without another question.
        workspace_id: WorkspaceId,
    },
}

impl WebhookWork {
    /// Make this workspace's deliveries.
    #[must_use]
    pub const fn deliver(workspace_id: WorkspaceId) -> Self {
        Self::DeliverDue { version: Version1, workspace_id }
    }
}

/// Sends to the queue of webhooks.
pub struct WebhookSender(Queue);

impl WebhookSender {
    /// A sender to the queue of this URL.
    #[must_use]
    pub fn new(queue_url: impl Into<String>) -> Self {
        Self(Queue::new(queue_url))
    }

    /// Sends one message, to be seen after the delay (at most 15 minutes; longer ones are cut).
    pub async fn send(&self, work: WebhookWork, delay: Duration) -> Result<(), QueueError> {
        self.0.send_later(&work, delay).await
    }
}
