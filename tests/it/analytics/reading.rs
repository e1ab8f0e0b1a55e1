//! Who may read which figures, and that what happens by the webhooks and the API shows in them at once.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::TestApp;

const CUSTOMER: &str = "+14055550123";
const UNREACHABLE: &str = "+19075550103";

async fn platform(app: &TestApp, query: &str) -> (StatusCode, Value) {
    let token = app.token_by(query).await;
    let url = format!("{}/api/admin/analytics", app.stack.urls.api);
    let answer = app.call(Method::GET, &url, Some(&token), None, &[]).await;
    (answer.status, answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_shows_in_the_figures_at_once() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    app.customer_texts(CUSTOMER, &number, "Are you open?").await;
    let sent = app.post(&org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "Yes" })).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{sent:?}");
    app.post(&org, "/messages", &json!({ "channel": "sms", "to": UNREACHABLE, "body": "Hello" })).await;

    let analytics = app
        .eventually("the receipts are there", async || {
            let answer = app.get(&org, "/analytics").await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            let messages = &answer.body["analytics"]["messages"];
            (messages["delivered"] == 1 && messages["undelivered"] == 1).then_some(answer.body["analytics"].clone())
        })
        .await;
    assert_eq!(analytics["messages"]["inbound"], 1);
    assert_eq!(analytics["messages"]["deliveryRate"], 0.5);
    assert_eq!(analytics["topErrors"][0]["code"], "30003");
    assert_eq!(analytics["responseTime"]["answers"], 1);
    assert_eq!(analytics["days"].as_array().unwrap().len(), 1);
    assert_eq!(analytics["days"][0]["numberType"], "primary");

    let member = app.token(&org.id, "member", "user_member").await;
    let answer = app.call(Method::GET, &app.api(&org.id, "/analytics"), Some(&member), None, &[]).await;
    let money = &answer.body["analytics"]["money"];
    assert!(money["costMicros"].is_i64() && money["revenueMicros"].is_null(), "{money}");
    let file = app.call(Method::GET, &app.api(&org.id, "/analytics/export"), Some(&member), None, &[]).await;
    let last = file.body.as_str().unwrap().lines().last().unwrap().to_owned();
    assert!(last.ends_with(','), "no revenue for a member: {last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_for_those_whose_they_are() {
    let app = TestApp::start_with(|options| {
        options.parameters.insert("PlatformAdmins".to_owned(), "user_platform,org_platform".to_owned());
    })
    .await;
    let (ours, theirs) = (app.organization("starter").await, app.organization("starter").await);
    for path in ["/analytics", "/analytics/export"] {
        let foreign = app.call(Method::GET, &app.api(&theirs.id, path), Some(&ours.admin_token), None, &[]).await;
        assert_eq!((foreign.status, &foreign.body["code"]), (StatusCode::NOT_FOUND, &json!("workspace_not_found")));
        let nobody = app.call(Method::GET, &app.api(&ours.id, path), None, None, &[]).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
        let bad = app.get(&ours, &format!("{path}?timeZone=Moon")).await;
        assert_eq!(
            (bad.status, &bad.body["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("timeZone"))
        );
    }

    for (query, status) in [
        ("organization=org_platform&role=admin&user=user_x&ttl=3600", StatusCode::OK),
        ("organization=org_other&role=member&user=user_platform&ttl=3600", StatusCode::OK),
        ("organization=org_platform&role=member&user=user_x&ttl=3600", StatusCode::NOT_FOUND),
        ("organization=org_other&role=admin&user=user_x&ttl=3600", StatusCode::NOT_FOUND),
    ] {
        let (found, body) = platform(&app, query).await;
        assert_eq!(found, status, "{query}: {body}");
    }
    let url = format!("{}/api/admin/analytics", app.stack.urls.api);
    assert_eq!(app.call(Method::GET, &url, None, None, &[]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.call(Method::GET, &url, Some(&ours.admin_token), None, &[]).await.body["code"], "not_found");
}
