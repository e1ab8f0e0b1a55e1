//! Who may call the API: every route asks for a good session token and for its own workspace.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Organization, TestApp};

/// Every route of the API, with a body where one is needed.
fn routes() -> Vec<(Method, String, Option<Value>)> {
    let conversation = Uuid::new_v4();
    vec![
        (Method::GET, String::new(), None),
        (Method::GET, "/phone-numbers".to_owned(), None),
        (Method::GET, "/phone-numbers/available".to_owned(), None),
        (Method::POST, "/phone-numbers".to_owned(), Some(json!({}))),
        (Method::POST, format!("/phone-numbers/provisionings/{conversation}/retry"), None),
        (Method::PATCH, format!("/phone-numbers/{conversation}"), Some(json!({ "numberType": "primary" }))),
        (Method::DELETE, format!("/phone-numbers/{conversation}"), None),
        (Method::GET, "/conversations".to_owned(), None),
        (Method::GET, format!("/conversations/{conversation}/messages"), None),
        (Method::PATCH, format!("/conversations/{conversation}"), Some(json!({ "read": true }))),
        (Method::GET, "/contacts".to_owned(), None),
        (Method::POST, "/contacts".to_owned(), Some(json!({ "firstName": "Maria" }))),
        (Method::PATCH, format!("/contacts/{conversation}"), Some(json!({ "firstName": "Maria" }))),
        (Method::POST, format!("/contacts/{conversation}/merge"), Some(json!({ "contactId": Uuid::new_v4() }))),
        (Method::POST, "/messages".to_owned(), Some(json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" }))),
    ]
}

async fn codes(app: &TestApp, workspace: &str, token: Option<&str>) -> Vec<(u16, String)> {
    let mut codes = Vec::new();
    for (method, path, body) in routes() {
        let answer = app.call(method, &app.api(workspace, &path), token, body.as_ref(), &[]).await;
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}: {answer:?}");
        if answer.status == StatusCode::UNAUTHORIZED {
            assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"), "{answer:?}");
        }
        assert_eq!(answer.body["status"], answer.status.as_u16());
        codes.push((answer.status.as_u16(), answer.body["code"].as_str().unwrap().to_owned()));
    }
    codes
}

fn all(status: u16, code: &str) -> Vec<(u16, String)> {
    vec![(status, code.to_owned()); routes().len()]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_a_good_session_token() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;

    assert_eq!(codes(&app, &org.id, None).await, all(401, "unauthenticated"));
    assert_eq!(codes(&app, &org.id, Some("not-a-token")).await, all(401, "unauthenticated"));
    let mut tampered = org.admin_token.clone();
    let middle = tampered.len() - 50;
    let other = if &tampered[middle..=middle] == "A" { "B" } else { "A" };
    tampered.replace_range(middle..=middle, other);
    assert_eq!(codes(&app, &org.id, Some(&tampered)).await, all(401, "unauthenticated"));

    for bad in ["expired=1", "azp=https://evil.example", "iss=https://clerk.evil.example", "key=other"] {
        let token = app.token_by(&format!("organization={}&role=admin&user={}&{bad}", org.id, org.user_id)).await;
        assert_eq!(codes(&app, &org.id, Some(&token)).await, all(401, "unauthenticated"), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_not_the_tokens_own_does_not_exist() {
    let app = TestApp::start().await;
    let (org, other) = (app.organization("starter").await, app.organization("starter").await);
    let other_id = app.get(&other, "").await.body["workspace"]["id"].as_str().unwrap().to_owned();
    let token = Some(org.admin_token.as_str());

    for workspace in [other.id.as_str(), &other_id, "org_nobody", &Uuid::new_v4().to_string(), "%20", "..%2f"] {
        assert_eq!(codes(&app, workspace, token).await, all(404, "workspace_not_found"), "{workspace}");
    }
    // A good token of an organisation that we have never heard of.
    let stranger = app.token("org_stranger", "admin", "user_stranger").await;
    assert_eq!(codes(&app, "org_stranger", Some(&stranger)).await, all(404, "workspace_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_found_by_both_of_its_ids() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let by_organization = app.get(&org, "").await;
    let id = by_organization.body["workspace"]["id"].as_str().unwrap();
    let by_id = app.call(Method::GET, &app.api(id, ""), Some(&org.admin_token), None, &[]).await;
    assert_eq!((by_id.status, by_id.body), (StatusCode::OK, by_organization.body.clone()));
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_both_token_versions_read_and_send() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    for version in ["1", "2"] {
        let query = format!("organization={}&role=member&user={}&version={version}", org.id, org.user_id);
        let member = Organization { admin_token: app.token_by(&query).await, ..org.clone() };
        assert_eq!(app.get(&member, "/conversations").await.status, StatusCode::OK);
        let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });
        assert_eq!(app.post(&member, "/messages", &send).await.status, StatusCode::CREATED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_are_not_complete_or_not_in_person_are_limited() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let query = |extra: &str| format!("role=admin&user={}{extra}", org.user_id);

    let personal = app.token_by(&query("")).await;
    assert_eq!(codes(&app, &org.id, Some(&personal)).await, all(403, "organization_required"));
    let pending = app.token_by(&query(&format!("&organization={}&sts=pending", org.id))).await;
    assert_eq!(codes(&app, &org.id, Some(&pending)).await, all(403, "session_pending"));

    let token = app.token_by(&query(&format!("&organization={}&act=user_support", org.id))).await;
    let support = Organization { admin_token: token, ..org };
    assert_eq!(app.get(&support, "/conversations").await.status, StatusCode::OK);
    assert_eq!(app.get(&support, "/contacts").await.status, StatusCode::OK);
    for (path, body) in [
        ("/messages", json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" })),
        ("/contacts", json!({ "firstName": "Maria" })),
    ] {
        let answer = app.post(&support, path, &body).await;
        assert_eq!(
            (answer.status, answer.body["code"].as_str()),
            (StatusCode::FORBIDDEN, Some("impersonated_session"))
        );
    }
}
