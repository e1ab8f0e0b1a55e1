//! `AWS::Serverless::Function`, with `Globals.Function` merged in.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use yaml_serde::{Mapping, Value};

use super::resolver::Resolver;
use super::{Function, events, section};

// Lambda's own defaults (AWS Lambda, CreateFunction).
const DEFAULT_TIMEOUT_SECONDS: u64 = 3;
const DEFAULT_MEMORY_MB: u32 = 128;

pub fn read(id: &str, resource: &Mapping, defaults: &Mapping, resolver: &Resolver<'_>) -> Result<Function> {
    let properties = section(resource, "Properties")?;
    let setting = |name: &str| properties.get(name).or_else(|| defaults.get(name));
    let timeout = setting("Timeout").map_or(Ok(DEFAULT_TIMEOUT_SECONDS), |value| resolver.number(value));
    let memory = setting("MemorySize").map_or(Ok(DEFAULT_MEMORY_MB), |value| resolver.number(value));

    let mut function = Function {
        logical_id: id.to_owned(),
        binary: resolver.binary(id)?,
        deployed_name: resolver.function_name(id)?,
        arn: resolver.function_arn(id)?,
        timeout: Duration::from_secs(timeout.context("Timeout")?),
        memory_mb: memory.context("MemorySize")?,
        environment: environment(defaults, &properties, resolver)?,
        has_url: properties.contains_key("FunctionUrlConfig"),
        routes: Vec::new(),
        queue_sources: Vec::new(),
        schedules: Vec::new(),
    };
    for (name, event) in &section(&properties, "Events")? {
        let name = name.as_str().context("an event name is not text")?;
        events::read(&mut function, name, event, resolver).with_context(|| format!("event {name}"))?;
    }
    Ok(function)
}

fn environment(defaults: &Mapping, own: &Mapping, resolver: &Resolver<'_>) -> Result<BTreeMap<String, String>> {
    let mut merged = section(&section(defaults, "Environment")?, "Variables")?;
    merged.extend(section(&section(own, "Environment")?, "Variables")?);
    let resolve = |(name, value): (&Value, &Value)| {
        let name = name.as_str().context("the name of a variable is not text")?;
        let value = resolver.text(value).with_context(|| format!("variable {name}"))?;
        Ok((name.to_owned(), value))
    };
    merged.iter().map(resolve).collect()
}
