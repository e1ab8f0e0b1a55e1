//! What a webhook refuses, and what it keeps although it is odd.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{SigningCase, TestApp, sign_form};

const CUSTOMER: &str = "+14055550123";
const EMPTY_RESPONSE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

fn text<'a>(sid: &'a str, to: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("MessageSid", sid),
        ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
        ("From", CUSTOMER),
        ("To", to),
        ("Body", body),
        ("NumMedia", "0"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_with_a_bad_signature_is_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();

    let form = text("sid-forged", &number, "Let me in");
    let status = [("MessageSid", "sid-forged"), ("AccountSid", "x"), ("MessageStatus", "delivered")];
    for case in SigningCase::ALL {
        let answer = app.forged_webhook(&app.stack.urls.message_webhook, &form, case).await;
        assert_eq!((answer.status, answer.body), (StatusCode::FORBIDDEN, Value::String(String::new())), "{case:?}");
        let answer = app.forged_webhook(&app.stack.urls.message_status_webhook, &status, case).await;
        assert_eq!((answer.status, answer.body), (StatusCode::FORBIDDEN, Value::String(String::new())), "{case:?}");
    }
    for table in ["conversation_messages", "conversations", "contacts", "message_events", "unroutable_events"] {
        assert_eq!(app.count(&format!("SELECT count(*) FROM {table}"), &[]).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_to_an_unknown_number_is_kept_and_logged_with_a_masked_number() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        let answer = app.webhook(&app.stack.urls.message_webhook, &text("sid-1", "+14052019999", "Anybody?")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["content-type"], "text/xml");
        assert_eq!(answer.body, EMPTY_RESPONSE);
    }
    let rows = app.rows("SELECT reason, from_number, to_number, payload->>'Body' FROM unroutable_events", &[]).await;
    assert_eq!(rows.len(), 1, "a repeated delivery is stored once");
    let columns: Vec<&str> = (0..4).map(|i| rows[0].get(i)).collect();
    assert_eq!(columns, ["unknown_number", CUSTOMER, "+14052019999", "Anybody?"]);

    let log = app.log_text();
    assert!(log.contains("No workspace found for phone number"), "{log}");
    assert!(log.contains("+1********99"), "{log}");
    for secret in ["+14052019999", CUSTOMER, "Anybody?", &app.stack.urls.signalwire_signing_key] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_senders_and_texts_are_stored_as_sent() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let long = "long ".repeat(4000);

    let cases: [(&str, Option<&str>, &str); 8] = [
        ("short-code", Some("72975"), "Your code is 1234"),
        ("alphanumeric", Some("ACME Corp"), "Sale!"),
        ("missing-from", None, "Who am I?"),
        ("empty-from", Some(""), "Still nobody"),
        ("unicode", Some("+14055550100"), "Grüße 👋 & 100% = ok\r\n第二行 \u{200f}"),
        ("nul", Some("+14055550101"), "a\0b"),
        ("empty-body", Some("+14055550102"), ""),
        ("huge", Some("+14055550103"), &long),
    ];
    for (sid, from, body) in cases {
        let mut form = text(sid, &number, body);
        form.retain(|(name, _)| *name != "From");
        form.extend(from.map(|from| ("From", from)));
        let answer = app.webhook(&app.stack.urls.message_webhook, &form).await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, Value::String(EMPTY_RESPONSE.to_owned())), "{sid}");

        let row =
            &app.rows("SELECT from_number, body FROM conversation_messages WHERE carrier_sid = $1", &[&sid]).await[0];
        assert_eq!(row.get::<_, &str>(0), from.unwrap_or_default());
        assert_eq!(row.get::<_, &str>(1), body.replace('\0', "\u{fffd}"));
    }
    let conversations = app.get(&org, "/conversations").await;
    assert_eq!(conversations.body["conversations"].as_array().unwrap().len(), 7, "nobody twice is one thread");
    assert_eq!(app.count("SELECT count(*) FROM contacts", &[]).await, 6, "nobody is no contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn media_are_kept_however_many_the_count_claims() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let mut form = text("sid-mms", &number, "");
    form.extend([
        ("MediaUrl0", "https://files.example.com/a.jpg?x=1&y=2"),
        ("MediaContentType0", "image/jpeg"),
        ("MediaUrl1", "https://files.example.com/b.png"),
    ]);
    assert_eq!(app.webhook(&app.stack.urls.message_webhook, &form).await.status, StatusCode::OK);

    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!(conversation["snippet"], "[media]");
    // Until they lie in our bucket they are where the carrier has them.
    let media: Vec<_> =
        messages[0]["media"].as_array().unwrap().iter().map(|m| [&m["url"], &m["contentType"]]).collect();
    assert_eq!(
        serde_json::json!(media),
        serde_json::json!([
            ["https://files.example.com/a.jpg?x=1&y=2", "image/jpeg"],
            ["https://files.example.com/b.png", null],
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_form_is_kept_whole() {
    let app = TestApp::start().await;
    let url = app.stack.urls.message_webhook.clone();
    let key = app.stack.urls.signalwire_signing_key.clone();
    let cases: [(&str, Vec<(&str, &str)>); 4] = [
        ("", vec![]),
        ("%%%=%zz&&&==", vec![("%%%", "%zz"), ("", "=")]),
        ("From=%2B14055550123&Body=no+called+number", vec![("From", "+14055550123"), ("Body", "no called number")]),
        ("To=%2B14052019999&Body=no+sid", vec![("To", "+14052019999"), ("Body", "no sid")]),
    ];
    for (body, form) in &cases {
        for _ in 0..2 {
            let signature = sign_form(&key, &url, form);
            let headers = [("x-signalwire-signature", signature.as_str())];
            let answer =
                app.post_raw(&url, "application/x-www-form-urlencoded", body.as_bytes().to_vec(), &headers).await;
            assert_eq!(answer.status, StatusCode::OK, "{body}");
        }
    }
    let count = app.count("SELECT count(*) FROM unroutable_events WHERE reason = 'malformed'", &[]).await;
    assert_eq!(count, 4, "each is kept once, however often it is delivered");
}
