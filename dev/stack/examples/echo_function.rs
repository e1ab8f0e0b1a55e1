//! A function for the tests of the runner: it does what the event tells it to, well or badly.

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::args().len() > 1 || std::env::vars().any(|(name, _)| name == "FAIL_TO_START") {
        return Err("told not to start".into());
    }
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = event;
    if let Some(records) = payload["Records"].as_array() {
        return batch(records);
    }
    let http = payload["requestContext"]["http"].is_object();
    let parameters = if http { &payload["queryStringParameters"] } else { &payload };
    let text = |name: &str| parameters[name].as_str().unwrap_or_default().to_owned();
    match text("action").as_str() {
        "sleep" => tokio::time::sleep(Duration::from_millis(text("milliseconds").parse()?)).await,
        "exit" => std::process::exit(3),
        "panic" => panic!("told to panic"),
        "fail" => return Err("told to fail".into()),
        "large" => return Ok(json!("x".repeat(7 * 1024 * 1024))),
        "bare" => return Ok(json!({ "bare": true })),
        "answer" => return Ok(serde_json::from_str(&text("answer"))?),
        "print" => print_line(&text("line")),
        _ => {}
    }
    let seen = json!({
        "event": payload,
        "process": std::process::id(),
        "deadline": context.deadline,
        "arn": context.invoked_function_arn,
        "variables": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
    });
    if http {
        let headers = json!({ "content-type": "application/json" });
        return Ok(json!({ "statusCode": 200, "headers": headers, "body": seen.to_string() }));
    }
    Ok(seen)
}

/// Record bodies are `ok`, `fail` (reported as failed), or `error` (the whole function fails).
fn batch(records: &[Value]) -> Result<Value, Error> {
    let mut failures = Vec::new();
    for record in records {
        let receive_count = record["attributes"]["ApproximateReceiveCount"].as_str().unwrap_or("?");
        let body = record["body"].as_str().unwrap_or_default();
        print_line(&format!("record {body} receive {receive_count} event {record}"));
        match body {
            "error" => return Err("told to fail".into()),
            "fail" => failures.push(json!({ "itemIdentifier": record["messageId"] })),
            _ => {}
        }
    }
    Ok(json!({ "batchItemFailures": failures }))
}

#[expect(clippy::print_stdout, reason = "a function's output is what the runner captures")]
fn print_line(line: &str) {
    println!("{line}");
}
