//! Events as Lambda hands them over: the files of `events/`. Input: the JSON of one.
#![no_main]

use std::sync::LazyLock;

use aws_lambda_events::sqs::SqsEvent;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::DateTime;
use futures_util::FutureExt;
use http::Uri;
use lambda_http::Request;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shared::{
    lambda::{self, WebhookReply},
    signalwire::{StepSigner, Verifier},
};
use switchboard_fuzz::{SIGNING_KEY, assert_problem, signing, verifier};

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| verifier(SIGNING_KEY));
static SIGNER: LazyLock<StepSigner> = LazyLock::new(|| StepSigner::new(&signing()));

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(event) = as_aws_writes_it(text)
        && let Ok(request) = lambda_http::request::from_str(&event)
    {
        webhook(&request);
        api(&request);
    }
    if let Ok(event) = serde_json::from_str(text) {
        batch(event);
    }
});

/// The library that decodes events panics where AWS's own part of one is wrong, which no caller can bring about: the encoding
/// of the body, and the address under which the request has found its way. That part is put right.
fn as_aws_writes_it(text: &str) -> Option<String> {
    let mut event: Value = serde_json::from_str(text).ok()?;
    let query = event["rawQueryString"].as_str().unwrap_or_default();
    let is_encoded = event["isBase64Encoded"] == true;
    if !format!("/?{query}").parse::<Uri>().is_ok_and(|uri| uri.query().unwrap_or_default() == query)
        || (is_encoded && STANDARD.decode(event["body"].as_str().unwrap_or_default()).is_err())
    {
        return None;
    }
    let headers = event.get_mut("headers")?.as_object_mut()?;
    headers.retain(|name, _| !["host", "x-forwarded-proto"].iter().any(|of_aws| name.eq_ignore_ascii_case(of_aws)));
    headers.insert("host".to_owned(), Value::from("exampleapi.execute-api.us-east-1.amazonaws.com"));
    event.as_object_mut()?.insert("rawPath".to_owned(), Value::from("/"));
    event.get_mut("requestContext")?.as_object_mut()?.insert("stage".to_owned(), Value::from("$default"));
    Some(event.to_string())
}

/// Every answer to a webhook is one that its sender understands.
fn webhook(request: &Request) {
    let reply = match lambda::verify_signalwire(&VERIFIER, request) {
        Ok(webhook) => {
            assert_eq!(webhook.body(), lambda::raw_body(request));
            WebhookReply::NoContent
        }
        Err(refused) => refused,
    };
    assert!(matches!(reply.into_response().status().as_u16(), 204 | 403));
    let reply = lambda::read_step(&SIGNER, request).map_or_else(|refused| refused, |_| WebhookReply::EmptyResponse);
    assert!(matches!(reply.into_response().status().as_u16(), 200 | 403 | 422));
}

fn api(request: &Request) {
    let now = DateTime::from_timestamp(1_768_501_800, 0).expect("a time");
    let _ = lambda::bearer(request);
    let _ = lambda::optional_path_parameter(request, "workspace");
    let refusals = [
        lambda::body_json::<Value>(request).err(),
        lambda::idempotency_key(request).err(),
        lambda::parse_page(request).err(),
        lambda::parse_search(request).err(),
        lambda::parse_days(request, now).err(),
    ];
    refusals.into_iter().flatten().for_each(assert_problem);
}

/// Each record is worked on or reported, and none twice.
fn batch(event: SqsEvent) {
    let records = event.records.len();
    let mut seen = 0;
    let work = lambda::handle_batch(event, async |_: Value| {
        seen += 1;
        Ok(())
    });
    let response = work.now_or_never().expect("nothing waits");
    assert_eq!(seen + response.batch_item_failures.len(), records);
}
