//! Mails: from the department's address, in threads of their own, once.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

/// The server that stands for AWS sends only from addresses that it was told of, as SES does. One domain for each test,
/// because all tests share the server.
async fn mail_app(domain: &str, known: &[&str]) -> TestApp {
    let email = json!({ "primary": format!("hello@{domain}"), "sales": format!("sales@{domain}") });
    let app = TestApp::start_with(|options| {
        options.parameters.insert("BusinessConfig".to_owned(), json!({ "email": email }).to_string());
    })
    .await;
    for name in known {
        let body = json!({ "EmailIdentity": format!("{name}@{domain}") }).to_string();
        let answer = app.aws("ses", "/v2/email/identities", body).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }
    app
}

fn mail(subject: &str) -> Value {
    json!({ "channel": "email", "to": "Ann@Example.com", "subject": subject, "body": "Tomorrow at nine." })
}

fn sales(subject: &str) -> Value {
    let mut mail = mail(subject);
    mail["numberType"] = json!("sales");
    mail
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_send_mail_from_their_own_addresses_and_keep_their_own_threads() {
    let app = mail_app("threads.example.com", &["hello", "sales"]).await;
    let org = app.organization("starter").await;
    let mut support = mail("About your order");
    support["numberType"] = json!("support");

    let cases = [
        (mail("Your appointment"), "hello", "primary"),
        (sales("Our offer"), "sales", "number_type"),
        (support, "hello", "primary"),
    ];
    for (body, from, reason) in cases {
        let answer = app.post(&org, "/messages", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        let sent = &answer.body["message"];
        assert_eq!((&sent["status"], &sent["subject"]), (&json!("sent"), &body["subject"]));
        assert_eq!(
            (&sent["from"], &sent["to"]),
            (&json!(format!("{from}@threads.example.com")), &json!("ann@example.com"))
        );
        assert_eq!((&sent["senderReason"], &sent["estimatedCostMicros"]), (&json!(reason), &json!(100)));
    }

    let threads = app.get(&org, "/conversations?channel=email").await.body["conversations"].as_array().unwrap().clone();
    assert_eq!(threads.len(), 2, "one customer, two addresses of ours: {threads:?}");
    let of_sales = threads.iter().find(|t| t["phoneNumber"]["phoneNumber"] == "sales@threads.example.com").unwrap();
    assert_eq!((&of_sales["messageCount"], &of_sales["counterpart"]), (&json!(1), &json!("ann@example.com")));

    let reply =
        json!({ "channel": "email", "conversationId": of_sales["id"], "subject": "Re: Our offer", "body": "Yes" });
    let answer = app.post(&org, "/messages", &reply).await.body["message"].clone();
    assert_eq!(
        (&answer["from"], &answer["senderReason"]),
        (&json!("sales@threads.example.com"), &json!("conversation"))
    );
    assert_eq!(answer["conversationId"], of_sales["id"]);
    let as_text = json!({ "channel": "sms", "conversationId": of_sales["id"], "body": "Yes" });
    assert_eq!(app.post(&org, "/messages", &as_text).await.body["errors"][0]["field"], "conversationId");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_can_not_be_sent_is_refused_and_one_key_sends_one() {
    let app = mail_app("limits.example.com", &["hello"]).await;
    let org = app.organization("starter").await;
    let with = |name: &str, value: Value| {
        let mut mail = mail("Hi");
        mail[name] = value;
        mail
    };
    let cases = [
        (with("to", json!("+14055550123")), "invalid_request", "to"),
        (with("to", json!("ann@example.com\r\nBcc: bob@example.com")), "invalid_request", "to"),
        (with("subject", Value::Null), "invalid_subject", "subject"),
        (with("subject", json!("Hi\r\nBcc: bob@example.com")), "invalid_subject", "subject"),
        (with("body", json!(" ")), "message_empty", "body"),
        (with("mediaUrls", json!(["https://files.example.com/a.png"])), "invalid_request", "mediaUrls"),
    ];
    for (body, code, field) in cases {
        let answer = app.post(&org, "/messages", &body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some(code)), "{body}: {answer:?}");
        assert_eq!(answer.body["errors"][0]["field"], field, "{body}");
    }
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, 0);

    for _ in 0..3 {
        let answer = app.post_with(&org, "/messages", &mail("Once"), &[("idempotency-key", "k")]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    }
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages WHERE carrier_sid IS NOT NULL", &[]).await, 1);

    // SES does not know this address of ours: the mail stays as failed, and says so.
    let refused = app.post(&org, "/messages", &sales("Hi")).await;
    assert_eq!(refused.body["message"]["status"], "failed", "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_mail_is_not_enabled() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let answer = app.post(&org, "/messages", &mail("Hi")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body["code"].as_str()),
        (422, Some("channel_not_enabled")),
        "{answer:?}"
    );
}
