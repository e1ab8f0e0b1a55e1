//! The template's queues in the local SQS server, and the pollers that feed functions from them.

mod poller;

pub use poller::poll;

use anyhow::{Context, Result, ensure};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;

use crate::template::Queue;

/// Creates the queues; dead-letter queues first, because the others name them.
pub async fn create(client: &Client, queues: &[Queue], url_base: &str) -> Result<()> {
    let (with_redrive, without): (Vec<_>, Vec<_>) = queues.iter().partition(|queue| queue.redrive.is_some());
    for queue in without.into_iter().chain(with_redrive) {
        let url = create_one(client, queue).await.with_context(|| format!("cannot create the queue {}", queue.name))?;
        // The functions were given this URL before the queue existed.
        let expected = format!("{url_base}{}", queue.name);
        ensure!(url == expected, "the queue {} has the URL {url}, not {expected}", queue.name);
    }
    Ok(())
}

async fn create_one(client: &Client, queue: &Queue) -> Result<String> {
    let mut request = client.create_queue().queue_name(&queue.name);
    for (name, value) in &queue.attributes {
        request = request.attributes(QueueAttributeName::from(name.as_str()), value);
    }
    if let Some(redrive) = &queue.redrive {
        let policy =
            json!({ "deadLetterTargetArn": redrive.dead_letter_arn, "maxReceiveCount": redrive.max_receive_count });
        request = request.attributes(QueueAttributeName::RedrivePolicy, policy.to_string());
    }
    let created = request.send().await.map_err(aws_sdk_sqs::error::SdkError::into_service_error)?;
    created.queue_url.context("the answer has no QueueUrl")
}
