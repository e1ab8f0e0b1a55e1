//! `template.yaml`, as far as the contract looks at it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::checkout::read;

/// The template; tags such as `!Ref X` are written as `{"Ref": "X"}`.
pub struct Template {
    root: Value,
    /// By the name of the binary.
    pub functions: BTreeMap<String, Function>,
}

/// One function of the template.
pub struct Function {
    /// Its key under `Resources`.
    pub logical_id: String,
    /// Seconds.
    pub timeout: u64,
    /// Its own environment and the one of all functions.
    pub variables: BTreeMap<String, Value>,
    /// As written.
    pub policies: Value,
    /// Method and path of each event of the HTTP API.
    pub routes: BTreeSet<(String, String)>,
    /// The queue events, as written.
    pub queue_events: Vec<Value>,
    /// Whether it has a function URL.
    pub has_url: bool,
}

impl Template {
    pub fn read() -> Self {
        let text = read("template.yaml");
        let root = untagged(&yaml_serde::from_str(&text).expect("template.yaml is YAML"));
        let global = &root["Globals"]["Function"];
        let functions = resources(&root, "AWS::Serverless::Function").map(|(id, properties, resource)| {
            let binary =
                resource["Metadata"]["BuildProperties"]["Binary"].as_str().expect("each function has a binary");
            (binary.to_owned(), Function::new(id, properties, global))
        });
        let functions = functions.collect();
        Self { root, functions }
    }

    /// Key and properties of each resource of a type.
    pub fn resources(&self, kind: &'static str) -> BTreeMap<String, Value> {
        resources(&self.root, kind).map(|(id, properties, _)| (id.to_owned(), properties.clone())).collect()
    }

    /// Key and properties of each queue.
    pub fn queues(&self) -> BTreeMap<String, Value> {
        resources(&self.root, "AWS::SQS::Queue").map(|(id, queue, _)| (id.to_owned(), queue.clone())).collect()
    }
}

impl Function {
    fn new(logical_id: &str, properties: &Value, global: &Value) -> Self {
        let events: Vec<&Value> =
            properties["Events"].as_object().into_iter().flat_map(|events| events.values()).collect();
        let of_type = |kind: &'static str| {
            events.iter().filter(move |event| event["Type"] == kind).map(|event| &event["Properties"])
        };
        let text = |value: &Value| value.as_str().expect("a route has a method and a path").to_owned();
        Self {
            logical_id: logical_id.to_owned(),
            timeout: properties["Timeout"].as_u64().or(global["Timeout"].as_u64()).expect("a time-out"),
            variables: variables(global).into_iter().chain(variables(properties)).collect(),
            policies: properties["Policies"].clone(),
            routes: of_type("HttpApi").map(|event| (text(&event["Method"]), text(&event["Path"]))).collect(),
            queue_events: of_type("SQS").cloned().collect(),
            has_url: properties["FunctionUrlConfig"].is_object(),
        }
    }

    /// The parameters that name the secrets of the environment: `secretsmanager:${Parameter}`.
    pub fn secrets(&self) -> BTreeSet<String> {
        let texts = self.variables.values().filter_map(|value| value["Fn::Sub"].as_str());
        let named = texts.filter_map(|text| text.strip_prefix("secretsmanager:${")?.strip_suffix('}'));
        named.map(str::to_owned).collect()
    }
}

fn resources<'a>(root: &'a Value, kind: &'static str) -> impl Iterator<Item = (&'a str, &'a Value, &'a Value)> {
    let all = root["Resources"].as_object().expect("the template has resources").iter();
    all.filter(move |(_, resource)| resource["Type"] == kind)
        .map(|(id, resource)| (id.as_str(), &resource["Properties"], resource))
}

fn variables(properties: &Value) -> BTreeMap<String, Value> {
    let variables = properties["Environment"]["Variables"].as_object().cloned().unwrap_or_default();
    variables.into_iter().collect()
}

/// IAM takes one value or a list of them.
pub fn as_list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    }
}

fn untagged(value: &yaml_serde::Value) -> Value {
    match value {
        yaml_serde::Value::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            let name = name.trim_start_matches('!');
            let key = if name == "Ref" { name.to_owned() } else { format!("Fn::{name}") };
            json!({ key: untagged(&tagged.value) })
        }
        yaml_serde::Value::Sequence(list) => list.iter().map(untagged).collect(),
        yaml_serde::Value::Mapping(map) => {
            let key = |key: &yaml_serde::Value| key.as_str().expect("keys are text").to_owned();
            Value::Object(map.iter().map(|(name, value)| (key(name), untagged(value))).collect())
        }
        plain => serde_json::to_value(plain).expect("plain YAML is JSON"),
    }
}
