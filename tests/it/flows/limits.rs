//! What keeps one workspace from costing the others their service, and the operator their money.

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

async fn app_with(parameter: &str, value: &str) -> TestApp {
    TestApp::start_with(|options| {
        options.parameters.insert(parameter.to_owned(), value.to_owned());
    })
    .await
}

fn text(body: &str) -> Value {
    json!({ "channel": "sms", "to": "+14055550123", "body": body })
}

fn wait_of(answer: &Answer) -> u64 {
    answer.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_simultaneous_requests_exactly_the_limit_is_answered() {
    let app = app_with("ApiRequestsPerMinute", "12").await;
    let (org, other) = (app.organization("starter").await, app.organization("starter").await);

    let answers = join_all((0..40).map(|_| app.get(&org, "/contacts"))).await;

    let (answered, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!((answered.len(), refused.len()), (12, 28));
    for answer in refused {
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (429, &json!("too_many_requests")), "{answer:?}");
        assert!((1..=60).contains(&wait_of(answer)), "{answer:?}");
    }
    assert_eq!(app.get(&other, "/contacts").await.status, StatusCode::OK, "each workspace has its own limit");

    let sql = "UPDATE request_windows SET started_at = started_at - interval '1 minute' RETURNING requests";
    app.rows(sql, &[]).await;
    assert_eq!(app.get(&org, "/contacts").await.status, StatusCode::OK, "a minute later it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_is_the_last_request_of_a_minute_is_stored_to_its_end() {
    let app = app_with("ApiRequestsPerMinute", "1").await;
    let org = app.organization("starter").await;
    let sent = app.post(&org, "/messages", &text("Hi")).await;
    assert_eq!((sent.status, &sent.body["message"]["status"]), (StatusCode::CREATED, &json!("queued")), "{sent:?}");
    assert_eq!(app.get(&org, "/conversations").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_simultaneous_messages_as_many_are_sent_as_a_day_may_cost() {
    // Three texts of 7,900 micro-dollars are 2.37 cents.
    let limits = json!({ "plans": { "starter": { "spendingPerDayCents": 3 } } }).to_string();
    let app = app_with("BusinessConfig", &limits).await;
    let org = app.organization("starter").await;

    let refused = app.post(&org, "/messages", &text(&"x".repeat(161 * 4))).await;
    assert_eq!(refused.status.as_u16(), 429, "five segments cost 3.95 cents: {refused:?}");
    assert_eq!(refused.body["code"], "spending_limit_reached");
    assert!((80_000..=86_400).contains(&wait_of(&refused)), "{refused:?}");

    let short = text("Hi");
    let answers = join_all((0..20).map(|_| app.post(&org, "/messages", &short))).await;
    let sent = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let refused = answers.iter().filter(|answer| answer.body["code"] == "spending_limit_reached").count();
    assert_eq!((sent, refused), (3, 17));
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, 3);
    let requests = app.sim_get("/requests").await;
    assert_eq!(requests["requests"].as_array().unwrap().iter().filter(|r| r["operation"] == "send").count(), 3);

    app.rows("UPDATE send_windows SET started_at = started_at - interval '1 day' RETURNING sent", &[]).await;
    assert_eq!(app.post(&org, "/messages", &short).await.status, StatusCode::CREATED, "the next day it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_would_cost_more_than_a_day_may_is_not_placed() {
    // The first minutes of both legs are 1.8 cents.
    let limits = json!({ "plans": { "professional": { "spendingPerDayCents": 1 } } }).to_string();
    let app = app_with("BusinessConfig", &limits).await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    let call = json!({ "memberPhoneNumber": "+14055550150", "to": "+14055550123" });
    let refused = app.post(&org, "/calls", &call).await;
    assert_eq!(refused.status.as_u16(), 429, "{refused:?}");
    assert_eq!(refused.body["code"], "spending_limit_reached");
    assert_eq!(app.calls().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_goes_to_a_number_that_costs_extra() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    for to in ["+19002010100", "+14059110123", "+14055551212"] {
        let answer = app.post(&org, "/messages", &json!({ "channel": "sms", "to": to, "body": "Hi" })).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (422, &json!("invalid_destination")), "{to}");
    }
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_not_kept_not_guessed_at_and_not_shown_as_pages() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let answers = [
        app.get(&org, "/conversations").await,
        app.get(&org, "/conversations?limit=0").await,
        app.get(&org, "/phone-numbers/available?areaCode=1").await,
    ];
    for answer in answers {
        let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!((header("cache-control"), header("x-content-type-options")), ("no-store", "nosniff"), "{answer:?}");
        assert_eq!(header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert!(header("strict-transport-security").starts_with("max-age="), "{answer:?}");
    }
}
