//! Two workspaces never see each other, by any route and any mixture of ids.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::number_api::call;
use crate::support::{Organization, TestApp};

struct Tenant {
    organization: Organization,
    number: Value,
    conversation: String,
    contact: String,
}

async fn tenant(app: &TestApp, customer: &str, text: &str) -> Tenant {
    let organization = app.organization("pro").await;
    let number = app.wait_for_numbers(&organization, 1).await.remove(0);
    app.customer_texts(customer, number["phoneNumber"].as_str().unwrap(), text).await;
    let (conversation, _) = app.only_conversation(&organization).await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    Tenant { organization, number, conversation: id(&conversation), contact: id(&conversation["contact"]) }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_another_workspace_name_nothing() {
    let app = TestApp::start().await;
    // The same customer texts both.
    let alpha = tenant(&app, "+14055550123", "alpha-secret").await;
    let beta = tenant(&app, "+14055550123", "beta-secret").await;
    assert_ne!(alpha.number["phoneNumber"], beta.number["phoneNumber"]);

    for (mine, theirs, secret) in [(&alpha, &beta, "beta-secret"), (&beta, &alpha, "alpha-secret")] {
        let org = &mine.organization;
        let path = format!("/conversations/{}/messages", theirs.conversation);
        let answer = app.get(org, &path).await;
        assert_eq!(
            (answer.status, answer.body["code"].as_str()),
            (StatusCode::NOT_FOUND, Some("conversation_not_found"))
        );

        let their_number = theirs.number["id"].as_str().unwrap();
        let filtered = app.get(org, &format!("/conversations?phoneNumberId={their_number}")).await;
        assert_eq!(filtered.body["conversations"], json!([]));

        let send = |extra: (&str, Value)| {
            let mut body = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });
            body[extra.0] = extra.1;
            body
        };
        let answer = app.post(org, "/messages", &send(("phoneNumberId", theirs.number["id"].clone()))).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some("number_not_found")));
        let answer = app.post(org, "/messages", &send(("conversationId", json!(theirs.conversation)))).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some("conversation_not_found")));

        for (method, path, body, status) in [
            (Method::PATCH, format!("/conversations/{}", theirs.conversation), json!({ "status": "spam" }), 404),
            (Method::PATCH, format!("/contacts/{}", theirs.contact), json!({ "firstName": "Mine" }), 404),
            (Method::POST, format!("/contacts/{}/merge", theirs.contact), json!({ "contactId": mine.contact }), 404),
            (Method::POST, format!("/contacts/{}/merge", mine.contact), json!({ "contactId": theirs.contact }), 422),
            (
                Method::PATCH,
                format!("/conversations/{}", mine.conversation),
                json!({ "assignedTo": theirs.organization.user_id }),
                422,
            ),
        ] {
            let answer = call(&app, org, method, &path, Some(&body)).await;
            assert_eq!(answer.status.as_u16(), status, "{path}: {answer:?}");
        }
        for search in [secret, "secret", "405 555 0123"] {
            let query = form_urlencoded::byte_serialize(search.as_bytes()).collect::<String>();
            let found = app.get(org, &format!("/conversations?status=all&q={query}")).await;
            let found = found.body["conversations"].as_array().unwrap();
            assert!(found.iter().all(|c| c["id"] == mine.conversation.as_str()), "{search}: {found:?}");
            assert_eq!(found.is_empty(), search == secret, "{search}: {found:?}");
        }

        for path in [
            "",
            "/members",
            "/phone-numbers",
            "/conversations?status=all",
            "/contacts",
            "/contacts?q=4055550123",
            &format!("/conversations/{}/messages", mine.conversation),
        ] {
            let seen = app.get(org, path).await.body.to_string();
            for hidden in [secret, &theirs.conversation, &theirs.contact, their_number, &theirs.organization.id] {
                assert!(!seen.contains(hidden), "{path} shows {hidden}");
            }
        }
    }
    let requests = app.sim_get("/requests").await.to_string();
    assert!(!requests.contains("\"Hi\""), "a refused send never reaches the carrier");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_belongs_to_one_workspace() {
    let app = TestApp::start().await;
    let (one, two) = (app.organization("starter").await, app.organization("starter").await);
    let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });
    let key = [("idempotency-key", "same-key")];

    let first = app.post_with(&one, "/messages", &send, &key).await;
    let second = app.post_with(&two, "/messages", &send, &key).await;

    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_ne!(first.body["message"]["id"], second.body["message"]["id"]);
}
