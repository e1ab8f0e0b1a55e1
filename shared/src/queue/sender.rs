//! Sends to SQS.

use std::{sync::OnceLock, time::Duration};

use aws_sdk_sqs::operation::send_message::builders::SendMessageFluentBuilder;
use aws_sdk_sqs::types::{MessageSystemAttributeNameForSends, MessageSystemAttributeValue};
use serde::Serialize;

use super::ProvisioningWork;
use crate::telemetry::trace;

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

/// One queue. The client is built at the first send: most invocations of a webhook send nothing.
pub(super) struct Queue {
    url: String,
    client: OnceLock<aws_sdk_sqs::Client>,
}

impl Queue {
    pub(super) fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), client: OnceLock::new() }
    }

    pub(super) async fn send(
        &self,
        fill: impl FnOnce(SendMessageFluentBuilder) -> SendMessageFluentBuilder,
    ) -> Result<(), QueueError> {
        let client = self.client.get_or_init(|| aws_sdk_sqs::Client::new(&crate::aws::sdk_config()));
        let mut request = fill(client.send_message().queue_url(&self.url));
        if let Some(trace) = trace::current() {
            let header = MessageSystemAttributeValue::builder().data_type("String").string_value(trace).build();
            let header = header.map_err(|error| QueueError::Send(Box::new(error)))?;
            request = request.message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, header);
        }
        request.send().await.map_err(|error| QueueError::Send(Box::new(error)))?;
        Ok(())
    }

    /// To be seen after a delay.
    pub(super) async fn send_later(&self, work: &impl Serialize, delay: Duration) -> Result<(), QueueError> {
        let seconds = i32::try_from(delay.min(LONGEST_DELAY).as_secs()).unwrap_or(0);
        let body = serde_json::to_string(work)?;
        self.send(|request| request.message_body(body).delay_seconds(seconds)).await
    }
}

/// Sends to the provisioning queue.
pub struct Sender(Queue);

impl Sender {
    /// A sender to the queue of this URL.
    #[must_use]
    pub fn new(queue_url: impl Into<String>) -> Self {
        Self(Queue::new(queue_url))
    }

    /// Sends one message, to be seen after the delay (at most 15 minutes; longer ones are cut).
    pub async fn send(&self, work: ProvisioningWork, delay: Duration) -> Result<(), QueueError> {
        self.0.send_later(&work, delay).await
    }
}
