//! `CloudFormation`'s intrinsic functions, as far as a function's configuration uses them.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use yaml_serde::{Mapping, Value};

use super::{Deployment, section};

pub struct Resolver<'a> {
    resources: &'a Mapping,
    parameters: BTreeMap<String, String>,
    deployment: &'a Deployment,
}

impl<'a> Resolver<'a> {
    pub fn new(declared: &Mapping, resources: &'a Mapping, deployment: &'a Deployment) -> Result<Self> {
        let mut parameters = BTreeMap::new();
        for (name, declaration) in declared {
            let name = name.as_str().context("a parameter name is not text")?;
            let value = parameter_value(name, declaration, deployment).with_context(|| format!("parameter {name}"))?;
            parameters.insert(name.to_owned(), value);
        }
        for given in deployment.overrides.keys() {
            ensure!(parameters.contains_key(given), "the template has no parameter {given}");
        }
        Ok(Self { resources, parameters, deployment })
    }

    /// The text of a scalar or of an intrinsic function, in its short (`!Ref X`) or long (`Ref: X`) form.
    pub fn text(&self, value: &Value) -> Result<String> {
        match value {
            Value::Mapping(mapping) if mapping.len() == 1 => match mapping.iter().next() {
                Some((Value::String(name), argument)) => self.intrinsic(name.trim_start_matches("Fn::"), argument),
                _ => bail!("expected text or an intrinsic function"),
            },
            Value::Tagged(tagged) => self.intrinsic(tagged.tag.to_string().trim_start_matches('!'), &tagged.value),
            scalar => scalar_text(scalar),
        }
    }

    pub fn number<T: std::str::FromStr>(&self, value: &Value) -> Result<T> {
        let text = self.text(value)?;
        text.parse().ok().with_context(|| format!("{text:?} is not a number in range"))
    }

    pub fn boolean(&self, value: &Value) -> Result<bool> {
        match self.text(value)?.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => bail!("{other:?} is neither true nor false"),
        }
    }

    fn intrinsic(&self, name: &str, argument: &Value) -> Result<String> {
        match name {
            "Ref" => self.reference(argument.as_str().context("Ref needs a name")?),
            "Sub" => self.substitute(argument),
            "GetAtt" => self.attribute_of(argument),
            "Join" => self.join(argument),
            other => bail!("the intrinsic function {other} is not understood by the local runner"),
        }
    }

    fn reference(&self, name: &str) -> Result<String> {
        if let Some(pseudo) = self.pseudo_parameter(name)? {
            return Ok(pseudo);
        }
        if let Some(value) = self.parameters.get(name) {
            return Ok(value.clone());
        }
        match self.kind(name)? {
            "AWS::SQS::Queue" => self.queue_url(name),
            "AWS::Serverless::Function" => self.function_name(name),
            "AWS::Serverless::HttpApi" => Ok(super::super::gateway::API_ID.to_owned()),
            "AWS::S3::Bucket" => self.bucket_name(name),
            other => bail!("Ref to {name}: the local runner does not run a resource of type {other}"),
        }
    }

    fn pseudo_parameter(&self, name: &str) -> Result<Option<String>> {
        let Some(pseudo) = name.strip_prefix("AWS::") else { return Ok(None) };
        let Deployment { stack_name, region, account_id, .. } = self.deployment;
        Ok(Some(match pseudo {
            "StackName" => stack_name.clone(),
            "Region" => region.clone(),
            "AccountId" => account_id.clone(),
            "Partition" => "aws".to_owned(),
            "URLSuffix" => "amazonaws.com".to_owned(),
            "StackId" => format!("arn:aws:cloudformation:{region}:{account_id}:stack/{stack_name}/local"),
            _ => bail!("the pseudo parameter {name} is not understood by the local runner"),
        }))
    }

    fn attribute_of(&self, argument: &Value) -> Result<String> {
        let (resource, attribute) = match argument {
            Value::String(text) => text.split_once('.').context("GetAtt needs Resource.Attribute")?,
            Value::Sequence(parts) if parts.len() == 2 => {
                (parts[0].as_str().context("GetAtt needs names")?, parts[1].as_str().context("GetAtt needs names")?)
            }
            _ => bail!("GetAtt needs Resource.Attribute"),
        };
        self.attribute(resource, attribute)
    }

    fn attribute(&self, resource: &str, attribute: &str) -> Result<String> {
        if attribute == "FunctionUrl"
            && let Some(function) = resource.strip_suffix("Url")
        {
            return Ok(self.deployment.function_url(&self.binary(function)?));
        }
        match (self.kind(resource)?, attribute) {
            ("AWS::SQS::Queue", "Arn") => self.queue_arn(resource),
            ("AWS::SQS::Queue", "QueueName") => self.queue_name(resource),
            ("AWS::SQS::Queue", "QueueUrl") => self.queue_url(resource),
            ("AWS::Serverless::Function", "Arn") => self.function_arn(resource),
            ("AWS::Serverless::HttpApi", "ApiEndpoint") => Ok(self.deployment.gateway_url.clone()),
            ("AWS::S3::Bucket", "Arn") => Ok(format!("arn:aws:s3:::{}", self.bucket_name(resource)?)),
            (kind, _) => bail!("GetAtt {resource}.{attribute}: not understood by the local runner for a {kind}"),
        }
    }

    fn substitute(&self, argument: &Value) -> Result<String> {
        let (text, variables) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Sequence(parts) if parts.len() == 2 => {
                (parts[0].as_str().context("Sub needs text")?, Some(parts[1].as_mapping().context("Sub needs a map")?))
            }
            _ => bail!("Sub needs text, or text and a map"),
        };
        let mut resolved = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, remainder) = after.split_once('}').context("Sub has ${ without }")?;
            resolved.push_str(before);
            resolved.push_str(&self.placeholder(name.trim(), variables)?);
            rest = remainder;
        }
        resolved.push_str(rest);
        Ok(resolved)
    }

    fn placeholder(&self, name: &str, variables: Option<&Mapping>) -> Result<String> {
        if let Some(literal) = name.strip_prefix('!') {
            return Ok(format!("${{{literal}}}"));
        }
        if let Some(value) = variables.and_then(|variables| variables.get(name)) {
            return self.text(value);
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.attribute(resource, attribute),
            None => self.reference(name),
        }
    }

    fn join(&self, argument: &Value) -> Result<String> {
        let parts = argument.as_sequence().filter(|parts| parts.len() == 2).context("Join needs [separator, list]")?;
        let items = parts[1].as_sequence().context("Join needs a list")?;
        let items = items.iter().map(|item| self.text(item)).collect::<Result<Vec<_>>>()?;
        Ok(items.join(&self.text(&parts[0])?))
    }

    fn resource(&self, id: &str) -> Result<&Mapping> {
        let resource = self.resources.get(id).with_context(|| format!("{id} is neither a parameter nor a resource"))?;
        resource.as_mapping().with_context(|| format!("resource {id} is not a mapping"))
    }

    fn kind(&self, id: &str) -> Result<&str> {
        self.resource(id)?.get("Type").and_then(Value::as_str).with_context(|| format!("resource {id} has no Type"))
    }

    fn property(&self, id: &str, name: &str) -> Result<Option<String>> {
        let properties = section(self.resource(id)?, "Properties")?;
        properties.get(name).map(|value| self.text(value)).transpose()
    }

    /// The name of the file that is built for a function, from SAM's build metadata.
    pub fn binary(&self, id: &str) -> Result<String> {
        let metadata = section(self.resource(id)?, "Metadata")?;
        let build = section(&metadata, "BuildProperties")?;
        let binary = build.get("Binary").and_then(Value::as_str);
        Ok(binary.with_context(|| format!("{id} has no Metadata.BuildProperties.Binary"))?.to_owned())
    }

    pub fn function_name(&self, id: &str) -> Result<String> {
        Ok(self.property(id, "FunctionName")?.unwrap_or_else(|| format!("{}-{id}", self.deployment.stack_name)))
    }

    pub fn function_arn(&self, id: &str) -> Result<String> {
        let Deployment { region, account_id, .. } = self.deployment;
        Ok(format!("arn:aws:lambda:{region}:{account_id}:function:{}", self.function_name(id)?))
    }

    pub fn queue_name(&self, id: &str) -> Result<String> {
        Ok(self.property(id, "QueueName")?.unwrap_or_else(|| format!("{}-{id}", self.deployment.stack_name)))
    }

    pub fn queue_arn(&self, id: &str) -> Result<String> {
        let Deployment { region, account_id, .. } = self.deployment;
        Ok(format!("arn:aws:sqs:{region}:{account_id}:{}", self.queue_name(id)?))
    }

    fn queue_url(&self, id: &str) -> Result<String> {
        let Deployment { aws_endpoint, account_id, .. } = self.deployment;
        Ok(format!("{aws_endpoint}/{account_id}/{}", self.queue_name(id)?))
    }

    pub fn bucket_name(&self, id: &str) -> Result<String> {
        let name = self.property(id, "BucketName")?;
        Ok(name.unwrap_or_else(|| format!("{}-{id}", self.deployment.stack_name).to_lowercase()))
    }
}

fn parameter_value(name: &str, declaration: &Value, deployment: &Deployment) -> Result<String> {
    let declaration = declaration.as_mapping().context("is not a mapping")?;
    let given = deployment.overrides.get(name).or_else(|| deployment.parameters.get(name));
    let value = match (given, declaration.get("Default")) {
        (Some(given), _) => given.clone(),
        (None, Some(default)) => scalar_text(default)?,
        (None, None) => bail!("has no default and no value was given"),
    };
    if let Some(Value::Sequence(allowed)) = declaration.get("AllowedValues") {
        let allowed = allowed.iter().map(scalar_text).collect::<Result<Vec<_>>>()?;
        ensure!(allowed.contains(&value), "{value:?} is not one of {}", allowed.join(", "));
    }
    Ok(value)
}

fn scalar_text(value: &Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(boolean) => Ok(boolean.to_string()),
        Value::Null => bail!("expected a value, found nothing"),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => bail!("expected text or an intrinsic function"),
    }
}
