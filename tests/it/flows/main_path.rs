//! From a plan to a conversation: the five steps of the tour in the README.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::TestApp;

const CUSTOMER: &str = "+14055550123";

#[tokio::test(flavor = "multi_thread")]
async fn a_pro_organisation_gets_a_number_and_talks_with_a_customer() {
    let app = TestApp::start().await;

    let org = app.organization("pro").await;
    let numbers = app.wait_for_numbers(&org, 1).await;
    let number = &numbers[0];
    let ours = number["phoneNumber"].as_str().unwrap();
    assert_eq!(number["numberType"], "primary");
    assert_eq!(number["status"], "active");
    assert_eq!(number["messagingStatus"], "ready");
    assert_eq!(number["monthlyCostCents"], 100);
    assert_eq!(number["capabilities"]["sms"], true);

    let bought = app.bought_numbers().await;
    assert_eq!(bought.len(), 1);
    assert_eq!(bought[0]["phoneNumber"], ours);
    assert_eq!(bought[0]["sid"], number["phoneNumberSid"]);
    assert!(bought[0]["friendlyName"].as_str().unwrap().starts_with("sb-"), "{bought:?}");
    assert_eq!(bought[0]["webhooks"]["smsUrl"], app.stack.urls.message_webhook);
    assert_eq!(bought[0]["webhooks"]["smsFallbackUrl"], app.stack.urls.message_webhook);
    assert_eq!(bought[0]["webhooks"]["voiceUrl"], app.stack.urls.call_webhook);
    assert_eq!(bought[0]["webhooks"]["statusCallback"], app.stack.urls.call_status_webhook);

    let delivery = app.customer_texts(CUSTOMER, ours, "Hello, are you open today?").await;
    assert_eq!(delivery["deliveries"][0]["status"], 200, "{delivery}");
    app.customer_texts(CUSTOMER, ours, "I need an appointment.").await;

    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!(conversation["counterpart"], CUSTOMER);
    assert_eq!(conversation["contact"]["phoneNumber"], CUSTOMER);
    assert_eq!(conversation["phoneNumber"]["id"], number["id"]);
    assert_eq!(conversation["phoneNumber"]["numberType"], "primary");
    assert_eq!(conversation["unreadCount"], 2);
    assert_eq!(conversation["messageCount"], 2);
    assert_eq!(conversation["snippet"], "I need an appointment.");
    let bodies: Vec<_> = messages.iter().map(|m| m["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["I need an appointment.", "Hello, are you open today?"]);

    let reply =
        json!({ "channel": "sms", "to": CUSTOMER, "body": "Yes, until five.", "conversationId": conversation["id"] });
    let answer = app.post(&org, "/messages", &reply).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let message = &answer.body["message"];
    assert_eq!(message["from"], ours);
    assert_eq!(message["senderReason"], "conversation");
    assert_eq!(message["numberType"], "primary");
    assert_eq!(message["conversationId"], conversation["id"]);
    assert_eq!((message["segments"].as_i64(), message["estimatedCostMicros"].as_i64()), (Some(1), Some(7900)));

    let id = message["id"].clone();
    let delivered = app
        .eventually("the reply is delivered", async || {
            let (_, messages) = app.only_conversation(&org).await;
            messages.into_iter().find(|m| m["id"] == id && m["status"] == "delivered")
        })
        .await;
    assert!(delivered["deliveredAt"].is_string());
    let shown = app.phone(CUSTOMER).await;
    let last = shown.last().unwrap();
    assert_eq!((last["direction"].as_str(), last["from"].as_str()), (Some("in"), Some(ours)));
    assert_eq!(last["body"], "Yes, until five.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_starter_organisation_gets_no_number_and_sends_from_the_platform_number() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let platform = app.stack.urls.platform_number.clone();

    let workspace = app.get(&org, "").await;
    assert_eq!(workspace.status, StatusCode::OK, "{workspace:?}");
    assert_eq!(workspace.body["workspace"]["subscriptionTier"], "starter");
    assert_eq!(workspace.body["workspace"]["numberLimit"], 0);
    assert_eq!(workspace.body["workspace"]["platformNumber"], platform);

    let send = json!({ "channel": "sms", "to": CUSTOMER, "body": "Welcome!" });
    let answer = app.post(&org, "/messages", &send).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    assert_eq!(answer.body["message"]["from"], platform);
    assert_eq!(answer.body["message"]["senderReason"], "platform");
    assert_eq!(answer.body["message"]["numberType"], serde_json::Value::Null);
    app.eventually("the customer sees it", async || {
        app.phone(CUSTOMER).await.iter().any(|m| m["from"] == platform.as_str()).then_some(())
    })
    .await;

    // The answer comes back to the only workspace that talks with this customer on the platform number.
    app.customer_texts(CUSTOMER, &platform, "Thanks!").await;
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!(conversation["phoneNumber"]["id"], serde_json::Value::Null);
    assert_eq!(messages[0]["body"], "Thanks!");

    assert_eq!(app.get(&org, "/phone-numbers").await.body, json!({ "phoneNumbers": [], "provisionings": [] }));
    assert!(app.bought_numbers().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_the_platform_number_is_nobodys_when_two_workspaces_could_own_it() {
    let app = TestApp::start().await;
    let (one, two) = (app.organization("starter").await, app.organization("starter").await);
    for org in [&one, &two] {
        let answer = app.post(org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "Hi" })).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    }

    app.customer_texts(CUSTOMER, &app.stack.urls.platform_number, "Which of you?").await;

    for org in [&one, &two] {
        let (_, messages) = app.only_conversation(org).await;
        assert!(messages.iter().all(|m| m["direction"] == "outbound"), "{messages:?}");
    }
    let rows = app.rows("SELECT reason, payload->>'Body' FROM unroutable_events", &[]).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<_, &str>(0), "ambiguous_platform_reply");
    assert_eq!(rows[0].get::<_, &str>(1), "Which of you?");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enterprise_organisation_gets_its_primary_number() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    let numbers = app.wait_for_numbers(&org, 1).await;
    assert_eq!(numbers[0]["numberType"], "primary");
    let workspace = app.get(&org, "").await.body;
    assert_eq!(workspace["workspace"]["numberLimit"], 10);
    assert_eq!(workspace["workspace"]["numbersUsed"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workspace_exists_even_when_the_purchase_fails() {
    let app = TestApp::start().await;
    app.sim_post("/faults", json!({ "operation": "purchase", "kind": "low_balance", "count": 0 })).await;

    let org = app.organization_told_once("pro").await;
    app.eventually("the provisioning is given up", async || {
        (app.count("SELECT count(*) FROM number_provisionings WHERE state = 'failed'", &[]).await == 1).then_some(())
    })
    .await;

    let workspace = app.get(&org, "").await;
    assert_eq!(workspace.status, StatusCode::OK);
    assert_eq!(workspace.body["workspace"]["subscriptionTier"], "professional");
    let row = &app.rows("SELECT failure_code, failure_reason FROM number_provisionings", &[]).await[0];
    assert_eq!(row.get::<_, &str>(0), "carrier_low_balance");
    assert!(row.get::<_, &str>(1).contains("top it up"));
    assert!(app.log_text().contains("Failed to provision phone number"));
    assert!(app.bought_numbers().await.is_empty());
}
