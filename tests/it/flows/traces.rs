//! One trace through functions and queues: each line of the logs says which request it belongs to.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Outage, TestApp, sign_form};

const CUSTOMER: &str = "+14055550123";
const TRACE: &str = "1-6747d8a0-bd862e3fe1be46a994272793";

/// A text that comes as a part of a trace.
async fn text(app: &TestApp, to: &str, body: &str, trace: &str) {
    let url = app.stack.urls.message_webhook.clone();
    let form = [("MessageSid", body), ("AccountSid", "x"), ("From", CUSTOMER), ("To", to), ("Body", body)];
    let signature = sign_form(&app.stack.urls.signalwire_signing_key, &url, &form);
    let headers = [("x-signalwire-signature", &*signature), ("x-amzn-trace-id", trace)];
    assert_eq!(app.post_form(&url, &form, &headers).await.status, StatusCode::OK);
}

/// The lines of a function that say this, once there is one.
async fn lines(app: &TestApp, function: &str, said: &str) -> Vec<Value> {
    app.eventually(&format!("{function} says: {said}"), async || {
        let lines = app.stack.logs.lines(Some(function));
        let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Value>(&line.text).ok());
        let found: Vec<Value> = parsed.filter(|line| line["message"] == said).collect();
        (!found.is_empty()).then_some(found)
    })
    .await
}

/// What a field of the innermost span that has it is.
fn field<'a>(line: &'a Value, name: &str) -> &'a str {
    let spans = line["spans"].as_array().expect("a line has its spans");
    spans.iter().rev().find_map(|span| span[name].as_str()).unwrap_or_else(|| panic!("no {name}: {line}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_goes_through_functions_and_queues() {
    let mut outage = Outage::start().await;
    let org = outage.app.organization("pro").await;
    let number = outage.app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();

    // From the webhook through the queue to where it is stored, and through the queue again to where it is answered.
    outage.kill().await;
    let header = format!("Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1");
    text(&outage.app, &number, "STOP", &header).await;
    let kept = lines(&outage.app, "receive-message", "webhook kept in the inbox queue").await;
    assert_eq!(field(&kept[0], "xrayTraceId"), header);
    outage.recover().await;

    let answered = lines(&outage.app, "work-inbox", "keyword answered").await;
    assert_eq!(field(&answered[0], "xrayTraceId"), header);
    // Each invocation and each record can still be told from the others.
    let invocation = answered[0]["spans"][0]["requestId"].as_str().expect("the invocation has an id");
    assert_ne!(invocation, field(&kept[0], "requestId"));
    assert!(!field(&answered[0], "sqs.message_id").is_empty());
    outage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_looks_like_a_trace_stops_nothing() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let long = format!("Root=1-{}", "0".repeat(2000));
    let answered = "SELECT count(*) FROM automatic_replies WHERE state = 'sent'";
    for (n, (trace, keyword)) in
        [("Root=1-\u{e9}", "STOP"), (&*long, "START"), ("nonsense", "HELP")].into_iter().enumerate()
    {
        text(&app, &number, keyword, trace).await;
        let expected = i64::try_from(n).unwrap() + 1;
        app.eventually(keyword, async || (app.count(answered, &[]).await == expected).then_some(())).await;
    }
}
