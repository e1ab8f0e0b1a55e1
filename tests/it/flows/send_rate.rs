//! How much a workspace may send: exactly the plan's limit, whatever happens at the same time.

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

fn text(to: &str) -> Value {
    json!({ "channel": "sms", "to": to, "body": "Hi" })
}

async fn app_with(limits: &Value) -> TestApp {
    let business = json!({ "plans": { "starter": limits } }).to_string();
    TestApp::start_with(|options| {
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_simultaneous_sends_exactly_the_limit_passes() {
    let app = app_with(&json!({ "messagesPerMinute": 7 })).await;
    let (org, other) = (app.organization("starter").await, app.organization("starter").await);

    let (to, also_to) = (text("+14055550123"), text("+14055550124"));
    let sends = (0..50).map(|i| app.post(&org, "/messages", if i % 2 == 0 { &to } else { &also_to }));
    let answers = join_all(sends).await;

    let (passed, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == StatusCode::CREATED);
    assert_eq!((passed.len(), refused.len()), (7, 43));
    for answer in refused {
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (429, Some("rate_limited")), "{answer:?}");
        let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, 7);
    let requests = app.sim_get("/requests").await;
    let sends = requests["requests"].as_array().unwrap().iter().filter(|r| r["operation"] == "send").count();
    assert_eq!(sends, 7);
    assert_eq!(app.post(&other, "/messages", &to).await.status, StatusCode::CREATED, "each workspace has its own");

    app.rows("UPDATE send_windows SET started_at = started_at - interval '1 minute' RETURNING sent", &[]).await;
    assert_eq!(app.post(&org, "/messages", &to).await.status, StatusCode::CREATED, "a minute later it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_with_the_same_key_and_a_refused_message_do_not_count() {
    let app = app_with(&json!({ "messagesPerDay": 2 })).await;
    let org = app.organization("starter").await;
    let key = [("idempotency-key", "k")];
    let to = text("+14055550123");

    for _ in 0..5 {
        let answer = app.post_with(&org, "/messages", &to, &key).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        assert_eq!(app.post(&org, "/messages", &text("+447400123456")).await.status.as_u16(), 422);
    }
    assert_eq!(app.post(&org, "/messages", &to).await.status, StatusCode::CREATED);
    let late = [("idempotency-key", "late")];
    let refused = app.post_with(&org, "/messages", &to, &late).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{refused:?}");
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((80_000..=86_400).contains(&wait), "a day begins with its first message: {wait}");

    app.rows("UPDATE send_windows SET started_at = started_at - interval '1 day' RETURNING sent", &[]).await;
    let again = app.post_with(&org, "/messages", &to, &late).await;
    assert_eq!(again.status, StatusCode::CREATED, "a refusal is no answer to be kept: {again:?}");
}
