//! Reads `template.yaml`, the only list of functions, routes, queues and schedules, into what the runner needs.
//!
//! Whatever would change how a function is triggered or configured and is not understood here is an error that names
//! the resource. What only matters in AWS (policies, alarms, architectures) is passed over.

mod buckets;
mod events;
mod functions;
mod headers;
mod queues;
mod resolver;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use yaml_serde::{Mapping, Value};

use crate::schedules::Expression;
use resolver::Resolver;

/// What the template is deployed with: `CloudFormation`'s pseudo parameters and the values of the parameters.
#[derive(Clone, Debug)]
pub struct Deployment {
    pub stack_name: String,
    pub region: String,
    pub account_id: String,
    /// Base of the HTTP API and of the function URLs, without a trailing slash.
    pub gateway_url: String,
    /// Base of the SQS server, without a trailing slash.
    pub aws_endpoint: String,
    /// Values for the parameters that the template has.
    pub parameters: BTreeMap<String, String>,
    /// Values that win over those; one for a parameter that the template does not have is an error.
    pub overrides: BTreeMap<String, String>,
}

impl Deployment {
    /// The function URL that a function gets; AWS's end with a slash too.
    #[must_use]
    pub fn function_url(&self, binary: &str) -> String {
        format!("{}/lambda-url/{binary}/", self.gateway_url)
    }
}

/// The part of a template that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub functions: Vec<Function>,
    pub queues: Vec<Queue>,
    pub buckets: Vec<Bucket>,
    /// What the console's pages may load and ask.
    pub content_security_policy: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    pub cors: Vec<CorsRule>,
}

/// Which pages of other origins may use a bucket, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorsRule {
    pub methods: Vec<String>,
    pub origins: Vec<String>,
    pub headers: Vec<String>,
    pub max_age: Option<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub logical_id: String,
    /// File name of the binary, which is also what the function is called locally.
    pub binary: String,
    /// What it is called in AWS.
    pub deployed_name: String,
    pub arn: String,
    pub timeout: Duration,
    pub memory_mb: u32,
    pub environment: BTreeMap<String, String>,
    pub has_url: bool,
    pub routes: Vec<Route>,
    pub queue_sources: Vec<QueueSource>,
    pub schedules: Vec<Schedule>,
}

/// A route of the HTTP API. `method` is upper case or `ANY`; the path is AWS's (`/a/{b}/{rest+}`) or `$default`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    pub method: String,
    pub path: String,
}

/// An event source mapping from a queue to a function.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueSource {
    pub queue_name: String,
    pub queue_arn: String,
    pub batch_size: i32,
    pub maximum_concurrency: usize,
    pub reports_item_failures: bool,
    pub enabled: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    pub name: String,
    pub expression: Expression,
    pub enabled: bool,
    /// The constant event, when the template gives one instead of AWS's own.
    pub input: Option<String>,
    pub kind: ScheduleKind,
}

/// Which service sends the event, because the two send slightly different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleKind {
    EventBridgeRule,
    EventBridgeScheduler,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    pub name: String,
    pub arn: String,
    pub visibility_timeout: Duration,
    /// Attributes in the words of the SQS API, `RedrivePolicy` apart.
    pub attributes: BTreeMap<String, String>,
    pub redrive: Option<Redrive>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    pub dead_letter_arn: String,
    pub max_receive_count: u32,
}

/// Reads and resolves the template file.
pub fn read(path: &Path, deployment: &Deployment) -> Result<Template> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text, deployment).with_context(|| format!("in {}", path.display()))
}

/// Parses and resolves a template.
pub fn parse(text: &str, deployment: &Deployment) -> Result<Template> {
    let mut document: Value = yaml_serde::from_str(text)?;
    document.apply_merge()?;
    let root = document.as_mapping().context("the template is not a mapping")?;
    let resources = section(root, "Resources")?;
    let resolver = Resolver::new(&section(root, "Parameters")?, &resources, deployment)?;

    let globals = section(root, "Globals")?;
    let defaults = section(&globals, "Function")?;
    let mut template =
        Template { functions: Vec::new(), queues: Vec::new(), buckets: Vec::new(), content_security_policy: None };
    for (id, resource) in &resources {
        let id = id.as_str().context("a resource name is not text")?;
        read_resource(&mut template, id, resource, &defaults, &resolver).with_context(|| format!("resource {id}"))?;
    }
    check(&template)?;
    Ok(template)
}

fn read_resource(
    template: &mut Template,
    id: &str,
    resource: &Value,
    defaults: &Mapping,
    resolver: &Resolver<'_>,
) -> Result<()> {
    let resource = resource.as_mapping().context("is not a mapping")?;
    let kind = resource.get("Type").and_then(Value::as_str).context("has no Type")?;
    if kind == "AWS::CloudFront::ResponseHeadersPolicy" {
        template.content_security_policy = headers::content_security_policy(resource, resolver)?;
        return Ok(());
    }
    let runs_here = ["AWS::Serverless::Function", "AWS::SQS::Queue", "AWS::S3::Bucket"].contains(&kind);
    if !runs_here {
        return Ok(());
    }
    ensure!(!resource.contains_key("Condition"), "Condition is not understood by the local runner");
    match kind {
        "AWS::Serverless::Function" => template.functions.push(functions::read(id, resource, defaults, resolver)?),
        "AWS::SQS::Queue" => template.queues.push(queues::read(id, &section(resource, "Properties")?, resolver)?),
        _ => template.buckets.push(buckets::read(id, &section(resource, "Properties")?, resolver)?),
    }
    Ok(())
}

/// What AWS would refuse while deploying.
fn check(template: &Template) -> Result<()> {
    let mut routes = HashSet::new();
    let mut binaries = HashSet::new();
    for function in &template.functions {
        ensure!(binaries.insert(&function.binary), "two functions run the binary {}", function.binary);
        for route in &function.routes {
            ensure!(routes.insert(route), "two functions have the route {} {}", route.method, route.path);
        }
        for source in &function.queue_sources {
            check_source(template, function, source).with_context(|| format!("resource {}", function.logical_id))?;
        }
    }
    Ok(())
}

fn check_source(template: &Template, function: &Function, source: &QueueSource) -> Result<()> {
    let Some(queue) = template.queues.iter().find(|queue| queue.arn == source.queue_arn) else {
        bail!("the queue {} of its SQS event is not in the template", source.queue_arn);
    };
    ensure!(
        queue.visibility_timeout >= function.timeout,
        "the visibility time-out of queue {} ({} s) is shorter than the function's Timeout ({} s)",
        queue.name,
        queue.visibility_timeout.as_secs(),
        function.timeout.as_secs(),
    );
    Ok(())
}

/// A mapping inside a mapping; absent means empty.
fn section(parent: &Mapping, key: &str) -> Result<Mapping> {
    match parent.get(key) {
        None | Some(Value::Null) => Ok(Mapping::new()),
        Some(Value::Mapping(mapping)) => Ok(mapping.clone()),
        Some(_) => bail!("{key} is not a mapping"),
    }
}

/// Refuses properties that would be passed over silently although they change behaviour.
fn refuse_others(properties: &Mapping, understood: &[&str]) -> Result<()> {
    for key in properties.keys() {
        let key = key.as_str().context("a property name is not text")?;
        ensure!(understood.contains(&key), "property {key} is not understood by the local runner");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
