//! Metrics in CloudWatch's embedded metric format: a line of the log that CloudWatch reads as numbers, so that no function
//! makes a request for them. Each is written without dimensions, into the namespace of this deployment; what a line is about
//! besides (which webhook) stands in it for Logs Insights.

use std::io::Write;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::clock;

static NAMESPACE: OnceLock<Option<String>> = OnceLock::new();

/// What is measured. An alarm of `template.yaml` watches each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Paying workspaces that wanted a number and failed to get one, in percent of the paying ones.
    ProvisioningFailurePercent,
    /// Requests of the providers.
    WebhookRequests,
    /// Those of them that were answered 4xx or 5xx.
    WebhookErrors,
    /// How long an answer took.
    WebhookLatency,
    /// Messages and calls that no workspace was found for.
    UnroutableMessages,
    /// Messages and receipts that only the carrier had: a webhook was lost.
    BackFilledMessages,
    /// Requests that were signed with the second key.
    SecondarySigningKeyUsed,
    /// How far the carrier's bill is from the one that was expected, in percent of that.
    CostVariancePercent,
}

impl Metric {
    /// Its name and unit in CloudWatch.
    #[must_use]
    pub const fn name_and_unit(self) -> (&'static str, &'static str) {
        match self {
            Self::ProvisioningFailurePercent => ("ProvisioningFailurePercent", "Percent"),
            Self::WebhookRequests => ("WebhookRequests", "Count"),
            Self::WebhookErrors => ("WebhookErrors", "Count"),
            Self::WebhookLatency => ("WebhookLatency", "Milliseconds"),
            Self::UnroutableMessages => ("UnroutableMessages", "Count"),
            Self::BackFilledMessages => ("BackFilledMessages", "Count"),
            Self::SecondarySigningKeyUsed => ("SecondarySigningKeyUsed", "Count"),
            Self::CostVariancePercent => ("CostVariancePercent", "Percent"),
        }
    }
}

/// Sets the namespace, once; without one nothing is written.
pub(super) fn init(namespace: Option<String>) {
    // A second function in one process, as in a test, keeps the first one's.
    let _already_set = NAMESPACE.set(namespace);
}

/// Writes values.
pub fn emit(values: &[(Metric, f64)]) {
    emit_with(values, &[]);
}

/// Writes values with what else is known about them.
pub fn emit_with(values: &[(Metric, f64)], properties: &[(&str, Value)]) {
    let Some(Some(namespace)) = NAMESPACE.get() else { return };
    let line = line(namespace, clock::now().timestamp_millis(), values, properties);
    // One write, so that lines of other threads do not get between. A log that cannot be written has no place to complain.
    let _written = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}

/// CloudWatch embedded metric format, specification 0.
fn line(namespace: &str, at: i64, values: &[(Metric, f64)], properties: &[(&str, Value)]) -> Value {
    let metrics: Vec<Value> = values
        .iter()
        .map(|(metric, _)| {
            let (name, unit) = metric.name_and_unit();
            json!({ "Name": name, "Unit": unit })
        })
        .collect();
    let mut members: Map<String, Value> =
        properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    members.extend(values.iter().map(|(metric, value)| (metric.name_and_unit().0.to_owned(), json!(value))));
    members.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at,
            "CloudWatchMetrics": [{ "Namespace": namespace, "Dimensions": [[]], "Metrics": metrics }],
        }),
    );
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads() {
        let values = [(Metric::WebhookRequests, 1.0), (Metric::WebhookLatency, 12.5)];
        let line = line("Switchboard/prod", 1_768_501_800_000, &values, &[("webhook", json!("receive-message"))]);
        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_768_501_800_000_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "Switchboard/prod",
                        "Dimensions": [[]],
                        "Metrics": [
                            { "Name": "WebhookRequests", "Unit": "Count" },
                            { "Name": "WebhookLatency", "Unit": "Milliseconds" },
                        ],
                    }],
                },
                "webhook": "receive-message",
                "WebhookRequests": 1.0,
                "WebhookLatency": 12.5,
            })
        );
    }
}
