//! SQS batches with partial failures.

use std::collections::HashSet;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use serde::de::DeserializeOwned;
use tracing::Instrument;

use super::problem::Chain;
use crate::telemetry::trace;

/// A record that must be delivered again (and, after the queue's limit, goes to the dead-letter queue).
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The payload is not of a kind or version that this function knows.
    #[error("the payload cannot be read")]
    Undecodable(#[from] serde_json::Error),
    /// The work failed.
    #[error("the work failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Decodes each record and works on it, one after the other. A record that fails is reported alone; the others of the
/// batch are done and deleted.
pub async fn handle_batch<T, F>(event: SqsEvent, mut work: F) -> SqsBatchResponse
where
    T: DeserializeOwned,
    F: AsyncFnMut(T) -> Result<(), RecordError>,
{
    handle_records(event, async |body: String| {
        let payload = serde_json::from_str(&body)?;
        work(payload).await
    })
    .await
}

/// Works on the body of each record, one after the other. After a record of a first-in-first-out queue has failed, those
/// of its group that come later are left for later too.
pub async fn handle_records<F>(event: SqsEvent, mut work: F) -> SqsBatchResponse
where
    F: AsyncFnMut(String) -> Result<(), RecordError>,
{
    let mut response = SqsBatchResponse::default();
    let mut failed_groups = HashSet::new();
    for record in event.records {
        let id = record.message_id.unwrap_or_default();
        let group = record.attributes.get("MessageGroupId").cloned();
        // Its name as the runtime writes it for an invocation: one search finds the lines of all.
        let brought = record.attributes.get("AWSTraceHeader").cloned();
        let span = tracing::info_span!("record", sqs.message_id = %id, xrayTraceId = brought);
        let is_behind = group.as_ref().is_some_and(|group| failed_groups.contains(group));
        if !is_behind {
            let work = trace::within(brought, work(record.body.unwrap_or_default()));
            let Err(error) = work.instrument(span.clone()).await else { continue };
            span.in_scope(|| tracing::error!(error = %Chain(&error), "record failed"));
        }
        failed_groups.extend(group);
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    response
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::sqs::SqsMessage;

    use super::*;

    fn event(bodies: &[&str]) -> SqsEvent {
        let mut event = SqsEvent::default();
        for (i, body) in bodies.iter().enumerate() {
            let mut record = SqsMessage::default();
            record.message_id = Some(format!("m{i}"));
            record.body = Some((*body).to_owned());
            event.records.push(record);
        }
        event
    }

    #[tokio::test]
    async fn only_the_records_that_failed_are_reported() {
        let mut seen = Vec::new();
        let response = handle_batch(event(&["1", "not a number", "2", "3"]), async |n: u32| {
            seen.push(n);
            if n == 2 { Err(RecordError::Failed("no".into())) } else { Ok(()) }
        })
        .await;
        let failed: Vec<&str> = response.batch_item_failures.iter().map(|f| f.item_identifier.as_str()).collect();
        assert_eq!(failed, ["m1", "m2"]);
        assert_eq!(seen, [1, 2, 3]);
    }

    #[tokio::test]
    async fn what_comes_after_a_failure_in_its_group_waits() {
        let mut event = event(&["a", "b", "c", "d"]);
        for (record, group) in event.records.iter_mut().zip(["x", "y", "x", "y"]) {
            record.attributes.insert("MessageGroupId".to_owned(), group.to_owned());
        }
        let mut seen = Vec::new();
        let response = handle_records(event, async |body: String| {
            let fails = body == "a";
            seen.push(body);
            if fails { Err(RecordError::Failed("no".into())) } else { Ok(()) }
        })
        .await;
        let failed: Vec<&str> = response.batch_item_failures.iter().map(|f| f.item_identifier.as_str()).collect();
        assert_eq!((failed, seen), (vec!["m0", "m2"], vec!["a".to_owned(), "b".to_owned(), "d".to_owned()]));
    }
}
