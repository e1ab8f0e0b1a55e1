//! The client against a stub that speaks HTTP on loopback.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// A client, and the request that the stub will have received. The stub writes the reply and closes the connection; with
/// none it is silent.
async fn stub(reply: impl Into<Option<String>>) -> (BackendClient, JoinHandle<String>) {
    let reply = reply.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "the request is complete");
        }
        match reply {
            Some(text) => stream.write_all(text.as_bytes()).await.unwrap(),
            // Until the client gives up.
            None => assert_eq!(stream.read_buf(&mut request).await.unwrap_or(0), 0),
        }
        String::from_utf8(request).unwrap()
    });
    (client(&url), served)
}

fn client(url: &str) -> BackendClient {
    let limits = TimeLimits { connect: Duration::from_millis(500), total: Duration::from_millis(500) };
    let config = ClerkApiConfig { url: Url::parse(url).unwrap(), secret_key: SecretString::from("sk_test_one") };
    BackendClient::new(config, limits).unwrap()
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

async fn error(reply: impl Into<Option<String>>) -> BackendError {
    let (client, _served) = stub(reply).await;
    client.find_subscription("org_a").await.unwrap_err()
}

#[tokio::test]
async fn a_subscription_is_read_by_the_organisation_with_key_and_version() {
    let body = json!({ "object": "commerce_subscription", "id": "csub_1", "status": "active", "updated_at": 1_767_225_604_000_i64,
        "subscription_items": [
            { "id": "csub_item_1", "status": "canceled", "plan_period": "month", "plan_id": "cplan_pro",
              "plan": { "id": "cplan_pro", "slug": "pro" }, "period_end": 1_769_904_000_000_i64 },
            { "id": "csub_item_2", "status": "upcoming", "plan_id": "cplan_free", "plan": null, "period_end": null },
        ] });
    let (client, served) = stub(answer(200, "", &body.to_string())).await;
    let subscription = client.find_subscription("org_a/b").await.unwrap().unwrap();
    assert_eq!((subscription.id.as_str(), subscription.items.len()), ("csub_1", 2));
    assert_eq!(subscription.items[0].plan_slug.as_deref(), Some("pro"));
    assert!(subscription.items[0].period_end.is_some() && subscription.updated_at.is_some());

    let request = served.await.unwrap().to_lowercase();
    assert!(request.starts_with("get /v1/organizations/org_a%2fb/billing/subscription http/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nauthorization: bearer sk_test_one\r\n"), "{request}");
    assert!(request.contains("\r\nclerk-api-version: 2026-05-12\r\n"), "{request}");
}

#[tokio::test]
async fn an_unknown_organisation_has_no_subscription() {
    let (client, _served) = stub(answer(404, "", r#"{"errors":[{"code":"resource_not_found"}]}"#)).await;
    assert_eq!(client.find_subscription("org_a").await.unwrap(), None);
}

#[tokio::test]
async fn refusals_have_names() {
    let limited = error(answer(429, "retry-after: 7\r\n", "{}")).await;
    let waits = Some(Duration::from_secs(7));
    assert!(matches!(limited, BackendError::RateLimited { retry_after } if retry_after == waits), "{limited:?}");
    assert!(limited.concerns_all());
    let limited = error(answer(429, "retry-after: Thu, 01 Jan 2026 00:00:00 GMT\r\n", "")).await;
    assert!(matches!(limited, BackendError::RateLimited { retry_after: None }), "{limited:?}");

    let unauthorized = error(answer(401, "", "{}")).await;
    assert!(matches!(unauthorized, BackendError::Unauthorized { status: 401 }) && unauthorized.concerns_all());
    let failed = error(answer(503, "", "<html>")).await;
    assert!(matches!(failed, BackendError::ServerError { status: 503 }) && !failed.concerns_all());
    let refused = error(answer(422, "", r#"{"errors":[{"code":"form_param_invalid","message":"no"}]}"#)).await;
    assert_eq!(refused.to_string(), "Clerk refused the request (HTTP 422, code form_param_invalid)");
    // Redirects are not followed: the key would go along.
    let redirected = error(answer(302, "location: https://elsewhere.example/\r\n", "")).await;
    assert!(matches!(redirected, BackendError::Refused { status: 302, code: None }), "{redirected:?}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_cannot_be_read_is_an_error() {
    assert!(matches!(error(None).await, BackendError::TimedOut(_)));
    assert!(matches!(error(String::new()).await, BackendError::ConnectionLost(_)));
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{".to_owned();
    assert!(matches!(error(cut).await, BackendError::ConnectionLost(_)));
    for body in ["", "<html>", "[]", r#"{"id":""}"#, r#"{"id":"csub_1","subscription_items":[{"status":"active"}]}"#] {
        let unreadable = error(answer(200, "", body)).await;
        assert!(matches!(unreadable, BackendError::Unreadable(_)), "{body}: {unreadable:?}");
    }

    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let unreachable = client(&url).find_subscription("org_a").await.unwrap_err();
    assert!(matches!(unreachable, BackendError::Unreachable(_)), "{unreachable:?}");
}

#[test]
fn the_key_is_not_shown() {
    assert!(!format!("{:?}", client("https://api.clerk.com")).contains("sk_test_one"));
}
