//! Holds a JSON value against a schema of the document: as much of JSON Schema as the document uses, and strict about
//! members that it does not mention.

use serde_json::Value;

/// What is wrong with the value; empty when it fits.
pub fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    check(document, schema, value, "", &mut problems);
    problems
}

fn check(document: &Value, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} is there"));
        return check(document, target, value, at, problems);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &&Value| {
            let mut found = Vec::new();
            check(document, choice, value, at, &mut found);
            found.is_empty()
        };
        if choices.iter().filter(fits).count() != 1 {
            problems.push(format!("{at}: {value} is not one of {choices:?}"));
        }
        return;
    }
    let types = &schema["type"];
    if !has_type(types, value) {
        problems.push(format!("{at}: {value} is not of type {types}"));
        return;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        problems.push(format!("{at}: {value} is none of {words:?}"));
    }
    if let Some(text) = value.as_str() {
        check_format(schema["format"].as_str(), text, at, problems);
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        check(document, &schema["items"], item, &format!("{at}[{index}]"), problems);
    }
    if value.is_object() {
        check_members(document, schema, value, at, problems);
    }
}

fn check_members(document: &Value, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            problems.push(format!("{at}.{name} is missing"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => check(document, schema, member, &format!("{at}.{name}"), problems),
            None => problems.push(format!("{at}.{name} is not documented")),
        }
    }
}

fn check_format(format: Option<&str>, text: &str, at: &str, problems: &mut Vec<String>) {
    let fits = match format {
        Some("uuid") => uuid::Uuid::parse_str(text).is_ok(),
        Some("date") => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        Some(other) => panic!("{at}: the checker does not know the format {other}"),
        None => true,
    };
    if !fits {
        problems.push(format!("{at}: {text:?} is no {format:?}"));
    }
}

fn has_type(types: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the checker does not know the type {other}"),
    };
    match types {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        other => panic!("a schema without a type: {other}"),
    }
}
