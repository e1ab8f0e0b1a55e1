//! An event source mapping (AWS Lambda, "Using Lambda with Amazon SQS"): reads batches, invokes the function, deletes
//! what it handled. What it did not handle becomes visible again after the queue's time-out; moving it to the
//! dead-letter queue is the queue's own work.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::SdkError;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName};
use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::aws::REGION;
use crate::functions::{Instances, Outcome};
use crate::logs::LogBook;
use crate::template::QueueSource;

/// How long one receive waits for a message; a stop interrupts it.
const LONG_POLL_SECONDS: i32 = 10;
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(1);

struct Poller {
    client: Client,
    queue_url: String,
    source: QueueSource,
    instances: Arc<Instances>,
    logs: LogBook,
}

/// Polls until the shutdown; batches being handled then are left to the visibility time-out.
pub async fn poll(
    client: Client,
    queue_url: String,
    source: QueueSource,
    instances: Arc<Instances>,
    logs: LogBook,
    shutdown: CancellationToken,
) {
    let permits = Arc::new(Semaphore::new(source.maximum_concurrency));
    let poller = Arc::new(Poller { client, queue_url, source, instances, logs });
    loop {
        // The permit comes first: reading messages before there is room for them would use up their visibility.
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let messages = tokio::select! {
            messages = poller.receive() => messages,
            () = shutdown.cancelled() => return,
        };
        match messages {
            Ok(messages) if messages.is_empty() => {}
            Ok(messages) => {
                let (poller, shutdown) = (Arc::clone(&poller), shutdown.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = poller.handle(messages) => {}
                        () = shutdown.cancelled() => {}
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                poller.notice(&format!("cannot be read: {error:#}"));
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}

impl Poller {
    async fn receive(&self) -> Result<Vec<Message>> {
        let request = self.client.receive_message().queue_url(&self.queue_url);
        let request = request.max_number_of_messages(self.source.batch_size).wait_time_seconds(LONG_POLL_SECONDS);
        let request =
            request.message_system_attribute_names(MessageSystemAttributeName::All).message_attribute_names("All");
        let received = request.send().await.map_err(SdkError::into_service_error)?;
        Ok(received.messages.unwrap_or_default())
    }

    async fn handle(&self, messages: Vec<Message>) {
        let records: Vec<_> = messages.iter().map(|message| record(message, &self.source)).collect();
        let event = json!({ "Records": records }).to_string();
        let handled = match self.instances.invoke(Bytes::from(event)).await {
            // The function's own notice says what happened.
            Outcome::Error(_) => return,
            Outcome::Response(answer) if self.source.reports_item_failures => match failures(&answer, &messages) {
                Ok(failed) => without(messages, &failed),
                Err(error) => return self.notice(&format!("the whole batch counts as failed: {error:#}")),
            },
            Outcome::Response(_) => messages,
        };
        if let Err(error) = self.delete(handled).await {
            self.notice(&format!("handled messages could not be deleted and will come again: {error:#}"));
        }
    }

    async fn delete(&self, messages: Vec<Message>) -> Result<()> {
        let mut entries = Vec::new();
        for (index, message) in messages.into_iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder().id(index.to_string());
            entries.push(entry.set_receipt_handle(message.receipt_handle).build()?);
        }
        if entries.is_empty() {
            return Ok(());
        }
        let request = self.client.delete_message_batch().queue_url(&self.queue_url).set_entries(Some(entries));
        let answer = request.send().await.map_err(SdkError::into_service_error)?;
        anyhow::ensure!(answer.failed.is_empty(), "{:?}", answer.failed);
        Ok(())
    }

    fn notice(&self, text: &str) {
        self.logs.notice(&self.instances.settings().name, &format!("queue {}: {text}", self.source.queue_name));
    }
}

fn without(mut messages: Vec<Message>, failed: &HashSet<String>) -> Vec<Message> {
    messages.retain(|message| !message.message_id.as_ref().is_some_and(|id| failed.contains(id)));
    messages
}

/// One element of `Records` (AWS Lambda, example Amazon SQS message event).
fn record(message: &Message, source: &QueueSource) -> Value {
    let attributes = message.attributes.iter().flatten().map(|(name, value)| (name.as_str().to_owned(), json!(value)));
    let message_attributes =
        message.message_attributes.iter().flatten().map(|(name, value)| (name.clone(), message_attribute(value)));
    let mut record = json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes.collect::<Map<_, _>>(),
        "messageAttributes": message_attributes.collect::<Map<_, _>>(),
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": source.queue_arn,
        "awsRegion": REGION,
    });
    if let Some(digest) = &message.md5_of_message_attributes {
        record["md5OfMessageAttributes"] = json!(digest);
    }
    record
}

fn message_attribute(value: &MessageAttributeValue) -> Value {
    let mut attribute = json!({ "stringListValues": [], "binaryListValues": [], "dataType": value.data_type });
    if let Some(text) = &value.string_value {
        attribute["stringValue"] = json!(text);
    }
    if let Some(bytes) = &value.binary_value {
        attribute["binaryValue"] = json!(STANDARD.encode(bytes));
    }
    attribute
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BatchAnswer {
    batch_item_failures: Option<Vec<ItemFailure>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: String,
}

/// The ids that the function reports. As in AWS, an answer that makes no sense fails the whole batch.
fn failures(answer: &[u8], messages: &[Message]) -> Result<HashSet<String>> {
    let answer: Option<BatchAnswer> = serde_json::from_slice(answer).context("the answer is no batch answer")?;
    let failures = answer.and_then(|answer| answer.batch_item_failures).unwrap_or_default();
    let failed: HashSet<String> = failures.into_iter().map(|failure| failure.item_identifier).collect();
    for id in &failed {
        let known = messages.iter().any(|message| message.message_id.as_ref() == Some(id));
        anyhow::ensure!(known, "{id:?} is not the id of a message of the batch");
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> Vec<Message> {
        ["a", "b"].map(|id| Message::builder().message_id(id).build()).to_vec()
    }

    #[test]
    fn no_failures_in_any_spelling_is_success() {
        for answer in ["null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#] {
            assert!(failures(answer.as_bytes(), &messages()).unwrap().is_empty(), "{answer}");
        }
    }

    #[test]
    fn reported_ids_are_kept_in_the_queue() {
        let failed = failures(br#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#, &messages()).unwrap();
        let ids: Vec<_> = without(messages(), &failed).into_iter().filter_map(|message| message.message_id).collect();
        assert_eq!(ids, ["a"]);
    }

    #[test]
    fn an_answer_that_makes_no_sense_fails_the_batch() {
        for answer in [
            "",
            "\"done\"",
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"c"}]}"#,
            r#"{"batchItemFailures":[{"id":"a"}]}"#,
        ] {
            assert!(failures(answer.as_bytes(), &messages()).is_err(), "{answer} was accepted");
        }
    }
}
