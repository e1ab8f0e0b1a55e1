//! Invokes functions when their schedules come, or when asked to, so that nobody has to wait for one.

mod expression;

pub use expression::Expression;

use std::sync::Arc;

use axum::body::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::aws::{ACCOUNT_ID, REGION};
use crate::functions::{Instances, Outcome};
use crate::template::{Schedule, ScheduleKind};

/// A schedule and the function that it invokes.
#[derive(Clone)]
pub struct Scheduled {
    pub schedule: Schedule,
    pub instances: Arc<Instances>,
}

impl Scheduled {
    /// Invokes the function now, as if the schedule had come.
    pub async fn fire(&self) -> Outcome {
        self.instances.invoke(event(&self.schedule, Utc::now())).await
    }

    /// Fires whenever the schedule comes, until the shutdown. Failures are in the function's log.
    pub async fn tick(self, shutdown: CancellationToken) {
        while let Some(next) = self.schedule.expression.next_after(Utc::now()) {
            let wait = (next - Utc::now()).to_std().unwrap_or_default();
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = shutdown.cancelled() => return,
            }
            tokio::select! {
                _ = self.fire() => {}
                () = shutdown.cancelled() => return,
            }
        }
    }
}

/// What the function receives (Amazon `EventBridge`, scheduled event; `EventBridge` Scheduler's
/// differs in source and arn).
fn event(schedule: &Schedule, now: DateTime<Utc>) -> Bytes {
    if let Some(input) = &schedule.input {
        return Bytes::from(input.clone());
    }
    let name = &schedule.name;
    let (source, resource, detail) = match schedule.kind {
        ScheduleKind::EventBridgeRule => {
            ("aws.events", format!("arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/{name}"), json!({}))
        }
        // The Scheduler sends the detail as text.
        ScheduleKind::EventBridgeScheduler => {
            ("aws.scheduler", format!("arn:aws:scheduler:{REGION}:{ACCOUNT_ID}:schedule/default/{name}"), json!("{}"))
        }
    };
    let event = json!({
        "version": "0",
        "id": Uuid::new_v4(),
        "detail-type": "Scheduled Event",
        "source": source,
        "account": ACCOUNT_ID,
        "time": now.to_rfc3339_opts(SecondsFormat::Secs, true),
        "region": REGION,
        "resources": [resource],
        "detail": detail,
    });
    Bytes::from(event.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_is_eventbridges_unless_the_template_gives_one() {
        let mut schedule = Schedule {
            name: "sweep-every".to_owned(),
            expression: "rate(1 minute)".parse().unwrap(),
            enabled: true,
            input: None,
            kind: ScheduleKind::EventBridgeRule,
        };
        let now = "2026-03-01T10:20:30.5Z".parse().unwrap();

        let sent: serde_json::Value = serde_json::from_slice(&event(&schedule, now)).unwrap();
        assert_eq!(sent["source"], "aws.events");
        assert_eq!(sent["time"], "2026-03-01T10:20:30Z");
        assert_eq!(sent["resources"][0], "arn:aws:events:us-east-1:123456789012:rule/sweep-every");

        schedule.input = Some(r#"{"full":true}"#.to_owned());
        assert_eq!(event(&schedule, now), Bytes::from(r#"{"full":true}"#));
    }
}
