//! When Postgres is away: nothing is acknowledged that is not kept, and nobody waits for ever. What the inbox queue does
//! about it is in `inbox_queue`.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use secrecy::SecretString;
use shared::{config::DatabaseConfig, db::Pool, testing::TestDatabase};
use tokio::net::TcpListener;

use crate::support::{TestApp, clerk_headers};

fn text(to: &str, sid: &'static str) -> Vec<(&'static str, String)> {
    vec![
        ("MessageSid", sid.to_owned()),
        ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a".to_owned()),
        ("From", "+14055550123".to_owned()),
        ("To", to.to_owned()),
        ("Body", "Hello".to_owned()),
    ]
}

fn borrowed<'a>(form: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_everybody_is_told_so_in_time() {
    let app = TestApp::start_with(|options| {
        options.app_database_url = "postgres://switchboard_app@127.0.0.1:1/nowhere?sslmode=disable".to_owned();
    })
    .await;

    let form = text("+14052010177", "sid-1");
    for url in [&app.stack.urls.message_webhook, &app.stack.urls.message_status_webhook] {
        let started = Instant::now();
        let answer = app.webhook(url, &borrowed(&form)).await;
        assert!(answer.status.is_success(), "the queue has it: {answer:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "the carrier waits five seconds");
    }

    let body =
        r#"{"object":"event","type":"user.deleted","instance_id":"ins_x","data":{"id":"user_1","deleted":true}}"#;
    #[expect(clippy::disallowed_methods, reason = "a signature is made at the real time")]
    let now = chrono::Utc::now().timestamp();
    let headers = clerk_headers(&app.stack.urls.clerk_webhook_secret, "msg_1", now, body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = app.post_raw(&app.stack.urls.clerk_webhook, "application/json", body.into(), &headers).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);

    let token = app.token("org_x", "admin", "user_1").await;
    let answer = app.call(reqwest::Method::GET, &app.api("org_x", "/conversations"), Some(&token), None, &[]).await;
    assert_eq!((answer.status, answer.body["code"].as_str()), (StatusCode::SERVICE_UNAVAILABLE, Some("unavailable")));
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_costs_a_retry_and_not_an_error() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'switchboard_app'
        AND datname = current_database()";

    for sid in ["sid-1", "sid-2", "sid-3"] {
        let form = text(&number, sid);
        assert_eq!(app.webhook(&app.stack.urls.message_webhook, &borrowed(&form)).await.status, StatusCode::OK);
        assert!(!app.rows(cut, &[]).await.is_empty(), "there was a connection to cut");
    }
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((messages.len(), conversation["messageCount"].as_i64()), (3, Some(3)));
}

#[tokio::test]
async fn a_function_connects_while_it_starts() {
    let database = TestDatabase::create().await;
    let pool = Pool::connect(&DatabaseConfig { url: SecretString::from(database.app_url.as_str()) }).await.unwrap();
    let connections = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'switchboard_app'
        AND datname = current_database()";
    let owner = database.owner_pool(1).get().await.unwrap();
    let count: i64 = owner.query_one(connections, &[]).await.unwrap().get(0);
    assert_eq!(count, 1, "nobody has asked for it yet");
    drop(pool);
}

#[tokio::test]
async fn a_database_that_does_not_answer_keeps_no_function_from_starting() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://switchboard_app@{}/nowhere", silent.local_addr().unwrap());
    let started = Instant::now();
    Pool::connect(&DatabaseConfig { url: SecretString::from(url) }).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(3), "Lambda gives an instance ten seconds");
}
