//! Failures of every kind, about things that are private: the logs say what happened and nothing of the things. Every
//! test's logs are looked through when its stack goes (`support/quiet_logs.rs`); here they are full of failures.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{TestApp, clerk_headers};

const CUSTOMER: &str = "+14055550123";

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_database_shows_no_row() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let owner = app.database.owner_pool(1).get().await.unwrap();
    // Postgres quotes the whole row when a check refuses it, and the value when a function raises it.
    let sql = "ALTER TABLE conversation_messages ADD CONSTRAINT friendly_check CHECK (body NOT LIKE 'Damn%');
        CREATE FUNCTION refuse_contact() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'nobody is called %', NEW.first_name; END $$;
        CREATE TRIGGER refuse_contact BEFORE UPDATE OR INSERT ON contacts FOR EACH ROW
            WHEN (NEW.first_name LIKE 'Rumpel%') EXECUTE FUNCTION refuse_contact()";
    owner.batch_execute(sql).await.unwrap();

    let form = [("MessageSid", "sid-1"), ("From", CUSTOMER), ("To", &number), ("Body", "Damn, my card is 4242")];
    let text = app.webhook(&app.stack.urls.message_webhook, &form).await;
    assert!(text.status.is_server_error() || text.status == StatusCode::OK, "{text:?}");
    let answer = json!({ "channel": "sms", "to": CUSTOMER, "body": "Damn, your card is 4242" });
    let send = app.post(&org, "/messages", &answer).await;
    assert_eq!(send.status, StatusCode::INTERNAL_SERVER_ERROR, "{send:?}");
    let contact = app.post(&org, "/contacts", &json!({ "firstName": "Rumpelstiltskin" })).await;
    assert_eq!(contact.status, StatusCode::INTERNAL_SERVER_ERROR, "{contact:?}");

    let log = app.log_text();
    for said in ["request failed", "friendly_check", "SQLSTATE 23514", "SQLSTATE P0001"] {
        assert!(log.contains(said), "{said}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_not_quoted() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0].clone();
    let number_path = format!("/phone-numbers/{}", number["id"].as_str().unwrap());
    for (method, path, body) in [
        (
            Method::POST,
            "/messages",
            json!({ "channel": "Please send me an sms", "to": CUSTOMER, "body": "Private words" }),
        ),
        (Method::POST, "/messages", json!({ "channel": "sms", "to": ["+14055550177"], "body": "Private words" })),
        (
            Method::POST,
            "/contacts",
            json!({ "firstName": { "body": "Private names" }, "phoneNumbers": ["12 Private St"] }),
        ),
        (Method::POST, "/calls", json!({ "memberPhoneNumber": "Private phone", "to": "+1405555017" })),
        (
            Method::PATCH,
            number_path.as_str(),
            json!({ "voice": { "greeting": { "say": 7, "body": "Private greeting" } } }),
        ),
    ] {
        let answer = app.call(method, &app.api(&org.id, path), Some(&org.admin_token), Some(&body), &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
    }

    // Genuine, and not of a form that anybody knows.
    let private = "ada.private@example.com";
    app.private().note(private);
    let body = json!({ "type": "user.created", "data": { "id": 7, "email_addresses": private } }).to_string();
    let now = shared::clock::now().timestamp();
    let headers = clerk_headers(&app.stack.urls.clerk_webhook_secret, "msg_odd", now, &body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let event =
        app.post_raw(&app.stack.urls.clerk_webhook, "application/json", body.clone().into_bytes(), &headers).await;
    assert!(event.status.is_client_error(), "{event:?}");
    for url in
        [&app.stack.urls.call_webhook, &app.stack.urls.call_status_webhook, &app.stack.urls.message_status_webhook]
    {
        let form =
            [("CallStatus", "Private state"), ("From", CUSTOMER), ("To", "Private place"), ("Body", "Private words")];
        let odd = app.webhook(url, &form).await;
        assert_ne!(odd.status, StatusCode::FORBIDDEN, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_the_carrier_shows_neither_text_nor_number() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    let send = json!({ "channel": "sms", "to": CUSTOMER, "body": "A text that does not leave" });
    for kind in
        ["lost_request", "lost_answer", "error_before", "error_after", "rate_limited", "low_balance", "unauthorized"]
    {
        app.sim_post("/faults", json!({ "operation": "send", "kind": kind })).await;
        let answer = app.post(&org, "/messages", &send).await;
        assert!(answer.status.is_success() || answer.status.is_server_error(), "{kind}: {answer:?}");
    }
    for refused in ["+19075550111", "+19075550110", "+19075550114"] {
        let send = json!({ "channel": "sms", "to": refused, "body": "A text that is refused" });
        assert_eq!(app.post(&org, "/messages", &send).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    }
    let log = app.log_text();
    for said in ["the carrier refused a message", "the carrier's answer to a send is unknown"] {
        assert!(log.contains(said), "{said}: {log}");
    }
}
