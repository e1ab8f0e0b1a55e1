//! WhatsApp: a customer writes, staff answer from the number that was written to, within a day.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";

async fn customer_writes(app: &TestApp, to: &str, body: &str) {
    app.customer_texts(&format!("whatsapp:{CUSTOMER}"), &format!("whatsapp:{to}"), body).await;
}

fn message(body: &str) -> Value {
    json!({ "channel": "whatsapp", "to": CUSTOMER, "body": body })
}

async fn sent_by_whatsapp(app: &TestApp) -> Vec<Value> {
    let requests = app.sim_get("/requests").await;
    let all = requests["requests"].as_array().unwrap().clone();
    all.into_iter().filter(|r| r["operation"] == "send_whatsapp").collect()
}

async fn conversation(app: &TestApp, org: &Organization, channel: &str) -> Value {
    let answer = app.get(org, &format!("/conversations?channel={channel}")).await;
    let found = answer.body["conversations"].as_array().unwrap().clone();
    assert_eq!(found.len(), 1, "{answer:?}");
    found[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_writes_by_whatsapp_and_gets_an_answer_from_the_same_number() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    app.customer_texts(CUSTOMER, &number, "By text").await;
    customer_writes(&app, &number, "By WhatsApp").await;

    let thread = conversation(&app, &org, "whatsapp").await;
    assert_eq!((thread["snippet"].as_str(), thread["counterpart"].as_str()), (Some("By WhatsApp"), Some(CUSTOMER)));
    assert_ne!(thread["id"], conversation(&app, &org, "sms").await["id"], "two channels, two conversations");

    let reply = json!({ "channel": "whatsapp", "conversationId": thread["id"], "body": "Hello" });
    for (body, reason) in [(reply, "conversation"), (message("Again"), "conversation")] {
        let answer = app.post(&org, "/messages", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        let sent = &answer.body["message"];
        assert_eq!((&sent["channel"], &sent["from"]), (&json!("whatsapp"), &json!(number)));
        assert_eq!((&sent["senderReason"], &sent["conversationId"]), (&json!(reason), &thread["id"]));
        assert_eq!((&sent["segments"], &sent["estimatedCostMicros"]), (&json!(1), &json!(5000)));
    }
    let requests = sent_by_whatsapp(&app).await;
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0]["json"]["from"], format!("whatsapp:{number}"));
    assert_eq!(requests[0]["json"]["to"], CUSTOMER);

    app.eventually("its JSON callbacks arrive", async || {
        let path = format!("/conversations/{}/messages", thread["id"].as_str().unwrap());
        let messages = app.get(&org, &path).await.body["messages"].as_array().unwrap().clone();
        assert_eq!(messages.len(), 3);
        messages[..2].iter().all(|m| m["status"] == "delivered").then_some(())
    })
    .await;
    let raw = app.rows("SELECT payload ->> 'status' FROM message_events WHERE payload ? 'project_id'", &[]).await;
    assert!(raw.iter().any(|row| row.get::<_, &str>(0) == "delivered"), "the raw callbacks are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_without_a_message_of_the_customer_nothing_is_sent() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0].clone();
    let refused = async |body: &Value, code: &str| {
        let answer = app.post(&org, "/messages", body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some(code)), "{answer:?}");
    };

    refused(&message("Hi"), "whatsapp_window_closed").await;
    // A text does not open the window.
    app.customer_texts(CUSTOMER, number["phoneNumber"].as_str().unwrap(), "By text").await;
    refused(&message("Hi"), "whatsapp_window_closed").await;
    let mut explicit = message("Hi");
    explicit["phoneNumberId"] = number["id"].clone();
    refused(&explicit, "number_not_ready").await;

    customer_writes(&app, number["phoneNumber"].as_str().unwrap(), "By WhatsApp").await;
    assert_eq!(app.post(&org, "/messages", &message("In time")).await.status, StatusCode::CREATED);
    let mut picture = message("Look");
    picture["mediaUrls"] = json!(["https://files.example.com/a.png"]);
    refused(&picture, "media_not_supported").await;
    app.rows("UPDATE conversation_messages SET created_at = created_at - interval '24 hours' RETURNING id", &[]).await;
    refused(&message("Too late"), "whatsapp_window_closed").await;
    assert_eq!(sent_by_whatsapp(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_whatsapp_number_the_channel_is_not_enabled() {
    let app = TestApp::start_with(|options| {
        options.parameters.insert("SignalWireWhatsAppNumber".to_owned(), String::new());
    })
    .await;
    let org = app.organization("starter").await;
    let answer = app.post(&org, "/messages", &message("Hi")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body["code"].as_str()),
        (422, Some("channel_not_enabled")),
        "{answer:?}"
    );
    assert_eq!(answer.body["errors"][0]["field"], "channel");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whatsapp_message_without_an_answer_is_settled_by_its_callback() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    customer_writes(&app, &number, "Hello?").await;
    app.sim_post("/faults", json!({ "operation": "send_whatsapp", "kind": "lost_answer" })).await;

    let answer = app.post(&org, "/messages", &message("Hi")).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    app.eventually("the callback settles it", async || {
        let (_, messages) = app.only_conversation(&org).await;
        (messages[0]["status"] == "delivered").then_some(())
    })
    .await;
    assert_eq!(sent_by_whatsapp(&app).await.len(), 1);
}
