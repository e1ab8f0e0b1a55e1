//! Sends to one queue.

use std::time::Duration;

use tokio::sync::OnceCell;

use super::ProvisioningWork;

/// SQS takes no longer delay (Amazon SQS, `SendMessage`, `DelaySeconds`).
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// The queue did not take a message.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// It cannot be written as JSON.
    #[error("the message cannot be written")]
    Encoding(#[from] serde_json::Error),
    /// SQS refused it or did not answer.
    #[error("the queue did not take the message")]
    Send(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sends to one queue. The client is built at the first send: most invocations of a webhook send nothing.
pub struct Sender {
    queue_url: String,
    client: OnceCell<aws_sdk_sqs::Client>,
}

impl Sender {
    /// A sender to the queue of this URL.
    #[must_use]
    pub fn new(queue_url: impl Into<String>) -> Self {
        Self { queue_url: queue_url.into(), client: OnceCell::new() }
    }

    /// Sends one message, to be seen after the delay (at most 15 minutes; longer ones are cut).
    pub async fn send(&self, work: ProvisioningWork, delay: Duration) -> Result<(), QueueError> {
        let client =
            self.client.get_or_init(|| async { aws_sdk_sqs::Client::new(&crate::aws::sdk_config().await) }).await;
        let seconds = i32::try_from(delay.min(LONGEST_DELAY).as_secs()).unwrap_or(0);
        client
            .send_message()
            .queue_url(&self.queue_url)
            .message_body(serde_json::to_string(&work)?)
            .delay_seconds(seconds)
            .send()
            .await
            .map_err(|error| QueueError::Send(Box::new(error)))?;
        Ok(())
    }
}
