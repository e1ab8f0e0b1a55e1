//! The `Events` of a function: routes, queues, schedules (SAM, `EventSource`).

use anyhow::{Context, Result, bail, ensure};
use yaml_serde::{Mapping, Value};

use super::resolver::Resolver;
use super::{Function, QueueSource, Route, Schedule, ScheduleKind, refuse_others, section};
use crate::schedules::Expression;

// SQS event source mapping: Lambda reads ten messages at once unless told otherwise, and starts with five pollers.
const DEFAULT_BATCH_SIZE: i32 = 10;
const DEFAULT_CONCURRENCY: usize = 5;

pub fn read(function: &mut Function, name: &str, event: &Value, resolver: &Resolver<'_>) -> Result<()> {
    let event = event.as_mapping().context("is not a mapping")?;
    let kind = event.get("Type").and_then(Value::as_str).context("has no Type")?;
    let properties = section(event, "Properties")?;
    match kind {
        "HttpApi" => function.routes.push(route(&properties, resolver)?),
        "SQS" => function.queue_sources.push(queue_source(&properties, resolver)?),
        "Schedule" => {
            let kind = ScheduleKind::EventBridgeRule;
            function.schedules.push(schedule(kind, &function.binary, name, &properties, resolver)?);
        }
        "ScheduleV2" => {
            let kind = ScheduleKind::EventBridgeScheduler;
            function.schedules.push(schedule(kind, &function.binary, name, &properties, resolver)?);
        }
        other => bail!("the event type {other} is not understood by the local runner"),
    }
    Ok(())
}

fn route(properties: &Mapping, resolver: &Resolver<'_>) -> Result<Route> {
    refuse_others(properties, &["ApiId", "Method", "Path", "PayloadFormatVersion", "RouteSettings"])?;
    if let Some(version) = properties.get("PayloadFormatVersion") {
        ensure!(resolver.text(version)? == "2.0", "only payload format 2.0 is understood by the local runner");
    }
    let text = |name: &str| properties.get(name).map(|value| resolver.text(value)).transpose();
    let path = text("Path")?.unwrap_or_else(|| "$default".to_owned());
    ensure!(path.starts_with('/') || path == "$default", "the path {path} does not start with a slash");
    let method = text("Method")?.map_or_else(|| "ANY".to_owned(), |method| method.to_uppercase());
    let method = if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" { "ANY".to_owned() } else { method };
    Ok(Route { method, path })
}

fn queue_source(properties: &Mapping, resolver: &Resolver<'_>) -> Result<QueueSource> {
    let understood = ["Queue", "BatchSize", "Enabled", "FunctionResponseTypes", "ScalingConfig"];
    refuse_others(properties, &understood)?;
    let queue_arn = resolver.text(properties.get("Queue").context("has no Queue")?).context("Queue")?;
    let queue_name = queue_arn.rsplit(':').next().unwrap_or_default().to_owned();
    let batch_size = properties.get("BatchSize").map_or(Ok(DEFAULT_BATCH_SIZE), |value| resolver.number(value));
    let batch_size = batch_size.context("BatchSize")?;
    // More than ten needs a batching window, which nothing here uses.
    ensure!((1..=10).contains(&batch_size), "a BatchSize of {batch_size} is not understood by the local runner");

    let scaling = section(properties, "ScalingConfig")?;
    let concurrency = scaling.get("MaximumConcurrency");
    let concurrency = concurrency.map_or(Ok(DEFAULT_CONCURRENCY), |value| resolver.number(value));
    let maximum_concurrency = concurrency.context("MaximumConcurrency")?;
    ensure!(maximum_concurrency >= 2, "AWS refuses a MaximumConcurrency below 2");

    let enabled = properties.get("Enabled").map_or(Ok(true), |value| resolver.boolean(value)).context("Enabled")?;
    let reports_item_failures = reports_item_failures(properties)?;
    Ok(QueueSource { queue_name, queue_arn, batch_size, maximum_concurrency, reports_item_failures, enabled })
}

fn reports_item_failures(properties: &Mapping) -> Result<bool> {
    let Some(types) = properties.get("FunctionResponseTypes") else { return Ok(false) };
    let types = types.as_sequence().context("FunctionResponseTypes is not a list")?;
    let known = types.iter().all(|kind| kind.as_str() == Some("ReportBatchItemFailures"));
    ensure!(known, "FunctionResponseTypes has something else than ReportBatchItemFailures");
    Ok(!types.is_empty())
}

fn schedule(
    kind: ScheduleKind,
    binary: &str,
    event_name: &str,
    properties: &Mapping,
    resolver: &Resolver<'_>,
) -> Result<Schedule> {
    let text = |name: &str| properties.get(name).map(|value| resolver.text(value)).transpose().context(name.to_owned());
    let (key, understood): (_, &[&str]) = match kind {
        ScheduleKind::EventBridgeRule => {
            ("Schedule", &["Schedule", "Name", "Description", "Enabled", "State", "Input", "RetryPolicy"])
        }
        ScheduleKind::EventBridgeScheduler => (
            "ScheduleExpression",
            &[
                "ScheduleExpression",
                "ScheduleExpressionTimezone",
                "Name",
                "Description",
                "State",
                "Input",
                "RetryPolicy",
                "FlexibleTimeWindow",
                "RoleArn",
                "PermissionsBoundary",
            ],
        ),
    };
    refuse_others(properties, understood)?;
    if let Some(zone) = text("ScheduleExpressionTimezone")? {
        ensure!(zone == "UTC", "the time zone {zone} is not understood by the local runner, only UTC");
    }
    let expression: Expression = text(key)?.with_context(|| format!("has no {key}"))?.parse()?;
    let switched_on = properties.get("Enabled").map_or(Ok(true), |value| resolver.boolean(value)).context("Enabled")?;
    let enabled = switched_on && text("State")?.as_deref() != Some("DISABLED");
    // CloudFormation makes up a name; locally it has to be one that can be typed.
    let name = text("Name")?.unwrap_or_else(|| format!("{binary}-{}", event_name.to_lowercase()));
    Ok(Schedule { name, expression, enabled, input: text("Input")?, kind })
}
