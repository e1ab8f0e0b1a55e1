//! `AWS::SQS::Queue`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use yaml_serde::{Mapping, Value};

use super::resolver::Resolver;
use super::{Queue, Redrive, refuse_others, section};

const DEFAULT_VISIBILITY_SECONDS: u64 = 30;

// (CloudFormation property, SQS API attribute)
const ATTRIBUTES: [(&str, &str); 9] = [
    ("VisibilityTimeout", "VisibilityTimeout"),
    ("DelaySeconds", "DelaySeconds"),
    ("MessageRetentionPeriod", "MessageRetentionPeriod"),
    ("MaximumMessageSize", "MaximumMessageSize"),
    ("ReceiveMessageWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds"),
    ("FifoQueue", "FifoQueue"),
    ("ContentBasedDeduplication", "ContentBasedDeduplication"),
    ("DeduplicationScope", "DeduplicationScope"),
    ("FifoThroughputLimit", "FifoThroughputLimit"),
];

const READ_SEPARATELY: [&str; 2] = ["QueueName", "RedrivePolicy"];

// Encryption, permissions and labels change nothing on one machine.
const WITHOUT_EFFECT: [&str; 4] = ["RedriveAllowPolicy", "SqsManagedSseEnabled", "KmsMasterKeyId", "Tags"];

pub fn read(id: &str, properties: &Mapping, resolver: &Resolver<'_>) -> Result<Queue> {
    let attributes = ATTRIBUTES.iter().map(|(property, _)| *property);
    let understood: Vec<_> = attributes.chain(READ_SEPARATELY).chain(WITHOUT_EFFECT).collect();
    refuse_others(properties, &understood)?;

    let mut attributes = BTreeMap::new();
    for (property, attribute) in ATTRIBUTES {
        if let Some(value) = properties.get(property) {
            attributes.insert(attribute.to_owned(), resolver.text(value).context(property)?);
        }
    }
    let visibility = attributes.get("VisibilityTimeout").map_or(Ok(DEFAULT_VISIBILITY_SECONDS), |text| text.parse());
    let visibility_timeout = Duration::from_secs(visibility.context("VisibilityTimeout is not a number")?);
    let redrive = redrive(&section(properties, "RedrivePolicy")?, resolver).context("RedrivePolicy")?;
    Ok(Queue { name: resolver.queue_name(id)?, arn: resolver.queue_arn(id)?, visibility_timeout, attributes, redrive })
}

fn redrive(policy: &Mapping, resolver: &Resolver<'_>) -> Result<Option<Redrive>> {
    if policy.is_empty() {
        return Ok(None);
    }
    refuse_others(policy, &["deadLetterTargetArn", "maxReceiveCount"])?;
    let value = |key: &str| -> Result<&Value> { policy.get(key).with_context(|| format!("has no {key}")) };
    let dead_letter_arn = resolver.text(value("deadLetterTargetArn")?)?;
    let max_receive_count = resolver.number(value("maxReceiveCount")?)?;
    Ok(Some(Redrive { dead_letter_arn, max_receive_count }))
}
