//! `send-message`: routing, refusals, idempotency, and what a silent carrier leaves behind.

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";

async fn outbound_at_carrier(app: &TestApp) -> Vec<Value> {
    let messages = app.sim_get("/messages").await;
    let all = messages["messages"].as_array().unwrap();
    all.iter().filter(|m| m["direction"] != "inbound").cloned().collect()
}

fn text(body: &str) -> Value {
    json!({ "channel": "sms", "to": CUSTOMER, "body": body })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_can_not_be_used_names_the_field_and_sends_nothing() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let cases = [
        (json!({}), "invalid_request", vec!["channel", "to"]),
        (json!({ "channel": "sms", "body": "Hi" }), "invalid_request", vec!["to"]),
        (json!({ "channel": "sms", "to": "405-555-0123", "body": "Hi" }), "invalid_request", vec!["to"]),
        (json!({ "channel": "sms", "to": 4_055_550_123_i64, "body": "Hi" }), "invalid_request", vec!["to"]),
        (json!({ "channel": "fax", "to": CUSTOMER, "body": "Hi" }), "invalid_request", vec!["channel"]),
        (json!({ "channel": "voice", "to": CUSTOMER }), "message_empty", vec!["body"]),
        (json!({ "channel": "sms", "to": CUSTOMER }), "message_empty", vec!["body"]),
        (text(&"x".repeat(1601)), "body_too_long", vec!["body"]),
        (json!({ "channel": "sms", "to": "+447400123456", "body": "Hi" }), "invalid_destination", vec!["to"]),
        (
            json!({ "channel": "sms", "to": app.stack.urls.platform_number, "body": "Hi" }),
            "invalid_destination",
            vec!["to"],
        ),
        (
            json!({ "channel": "sms", "to": CUSTOMER, "body": "Hi", "numberType": "vip" }),
            "invalid_request",
            vec!["numberType"],
        ),
        (
            json!({ "channel": "sms", "to": CUSTOMER, "body": "Hi", "numbertype": "sales" }),
            "invalid_request",
            vec!["numbertype"],
        ),
        (json!({ "channel": "sms", "to": CUSTOMER, "mediaUrls": ["x"] }), "invalid_request", vec!["mediaUrls[0]"]),
        (
            json!({ "channel": "sms", "to": CUSTOMER, "mediaUrls": vec!["https://files.example.com/a.png"; 9] }),
            "too_many_media",
            vec!["mediaUrls"],
        ),
        (json!("text"), "invalid_request", vec!["body"]),
    ];
    for (body, code, fields) in cases {
        let answer = app.post(&org, "/messages", &body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some(code)), "{body}: {answer:?}");
        let named: Vec<_> =
            answer.body["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(named, fields, "{body}");
    }
    let not_json = app
        .post_raw(
            &app.api(&org.id, "/messages"),
            "application/json",
            b"{\"channel\":".to_vec(),
            &[("authorization", &format!("Bearer {}", org.admin_token))],
        )
        .await;
    assert_eq!(not_json.status.as_u16(), 422);
    assert!(outbound_at_carrier(&app).await.is_empty());
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_requests_with_one_key_send_one_text_and_get_one_answer() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let (body, key) = (text("Only once"), [("idempotency-key", "key-1")]);

    let answers = join_all((0..20).map(|_| app.post_with(&org, "/messages", &body, &key))).await;

    for answer in &answers {
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        assert_eq!(answer.body["message"]["id"], answers[0].body["message"]["id"]);
    }
    assert_eq!(outbound_at_carrier(&app).await.len(), 1);
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((messages.len(), conversation["messageCount"].as_i64()), (1, Some(1)));

    let later = app.post_with(&org, "/messages", &body, &key).await;
    let again = app.post_with(&org, "/messages", &body, &key).await;
    assert_eq!(later.body, again.body, "the answer stays the same");
    let other = app.post_with(&org, "/messages", &text("Something else"), &key).await;
    assert_eq!((other.status.as_u16(), other.body["code"].as_str()), (422, Some("idempotency_key_reused")));
    for bad in ["", "a b", &"x".repeat(256)] {
        let answer = app.post_with(&org, "/messages", &body, &[("idempotency-key", bad)]).await;
        assert_eq!(answer.status.as_u16(), 422, "{bad}");
        assert_eq!(answer.body["errors"][0]["field"], "Idempotency-Key");
    }
    assert_eq!(outbound_at_carrier(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_the_carrier_refuses_stays_as_failed_and_says_why() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let opted_out = json!({ "channel": "sms", "to": "+19075550110", "body": "Hi" });

    let answer = app.post_with(&org, "/messages", &opted_out, &[("idempotency-key", "k")]).await;

    assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some("carrier_refused")), "{answer:?}");
    assert!(answer.body["detail"].as_str().unwrap().contains("opted out"));
    let (_, messages) = app.only_conversation(&org).await;
    assert_eq!((messages[0]["status"].as_str(), messages[0]["errorCode"].as_str()), (Some("failed"), Some("21610")));
    assert!(messages[0]["advice"].as_str().unwrap().contains("Do not text"));
    let again = app.post_with(&org, "/messages", &opted_out, &[("idempotency-key", "k")]).await;
    assert_eq!((again.status, again.body), (answer.status, answer.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_without_balance_is_the_operators_business() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    app.sim_post("/faults", json!({ "operation": "send", "kind": "low_balance" })).await;
    let answer = app.post(&org, "/messages", &text("Hi")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body["code"].as_str()),
        (503, Some("carrier_unavailable")),
        "{answer:?}"
    );
    assert_eq!(answer.body["message"]["status"], "failed");
    assert!(app.log_text().contains("the carrier account needs the operator"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_the_callback_and_never_by_sending_again() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    app.sim_post("/faults", json!({ "operation": "send", "kind": "lost_answer" })).await;

    let answer = app.post_with(&org, "/messages", &text("Are you there?"), &[("idempotency-key", "k")]).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    app.eventually("the callback settles it", async || {
        let (_, messages) = app.only_conversation(&org).await;
        assert_eq!(messages.len(), 1);
        (messages[0]["status"] == "delivered").then_some(())
    })
    .await;
    app.post_with(&org, "/messages", &text("Are you there?"), &[("idempotency-key", "k")]).await;
    assert_eq!(outbound_at_carrier(&app).await.len(), 1);
    let sids = app.rows("SELECT carrier_sid FROM conversation_messages", &[]).await;
    assert_eq!(sids[0].get::<_, &str>(0), outbound_at_carrier(&app).await[0]["sid"].as_str().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_before_the_send_leaves_an_unknown_message_and_nothing_is_sent_again() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    app.sim_post("/faults", json!({ "operation": "send", "kind": "error_before" })).await;
    let answer = app.post(&org, "/messages", &text("Hi")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    assert_eq!(answer.body["message"]["status"], "unknown");
    assert!(outbound_at_carrier(&app).await.is_empty());
}

/// Gives the workspace a number that was not bought through the saga; the carrier knows it.
async fn add_number(
    app: &TestApp,
    org: &Organization,
    phone_number: &str,
    number_type: &str,
    messaging: &str,
) -> String {
    app.sim_post("/numbers", json!({ "phoneNumber": phone_number })).await;
    let row = &app
        .rows(
            "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
                 monthly_cost_cents, messaging_status, capabilities)
             SELECT id, $2, $2, $3, $3, 100, $4, '{\"sms\": true}' FROM workspaces WHERE clerk_organization_id = $1
             RETURNING id::text",
            &[&org.id, &phone_number, &number_type, &messaging],
        )
        .await[0];
    row.get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_send_from_their_own_numbers_and_keep_their_own_threads() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    let primary = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let sales = add_number(&app, &org, "+14052010181", "sales", "ready").await;
    let support = add_number(&app, &org, "+14052010182", "support", "pending").await;

    let with = |name: &str, value: &str| {
        let mut body = text("Hi");
        body[name] = json!(value);
        body
    };
    let cases = [
        (text("Hi"), primary.as_str(), "primary"),
        (with("numberType", "sales"), "+14052010181", "number_type"),
        (with("numberType", "sales"), "+14052010181", "sticky"),
        (with("phoneNumberId", &sales), "+14052010181", "explicit"),
        (with("numberType", "custom"), &primary, "primary"),
        // Its registration is not complete: the primary sends, and the reason says so.
        (with("numberType", "support"), &primary, "primary"),
    ];
    for (body, from, reason) in cases {
        let answer = app.post(&org, "/messages", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{body}: {answer:?}");
        let message = &answer.body["message"];
        assert_eq!((message["from"].as_str(), message["senderReason"].as_str()), (Some(from), Some(reason)), "{body}");
    }
    let refused = app.post(&org, "/messages", &with("phoneNumberId", &support)).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (422, Some("number_not_ready")));

    // One customer, two departments, two conversations; a filter shows each.
    let conversations = app.get(&org, "/conversations").await.body["conversations"].as_array().unwrap().clone();
    assert_eq!(conversations.len(), 2);
    for number_type in ["primary", "sales"] {
        let filtered = app.get(&org, &format!("/conversations?numberType={number_type}")).await;
        let found = filtered.body["conversations"].as_array().unwrap();
        assert_eq!((found.len(), found[0]["phoneNumber"]["numberType"].as_str()), (1, Some(number_type)));
    }
    let numbers = app.get(&org, "/phone-numbers").await.body["phoneNumbers"].as_array().unwrap().clone();
    let types: Vec<_> = numbers.iter().map(|n| n["numberType"].as_str().unwrap()).collect();
    assert_eq!(types, ["primary", "sales", "support"], "the primary comes first");
    let pending = app.get(&org, "/phone-numbers?numberType=support&status=active").await;
    assert_eq!(pending.body["phoneNumbers"][0]["messagingStatus"], "pending");
    for query in ["status=gone", "numberType=vip"] {
        assert_eq!(app.get(&org, &format!("/phone-numbers?{query}")).await.status.as_u16(), 422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_messages_and_conversations_follow_each_other_without_gaps() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    for i in 0..5 {
        app.customer_texts(&format!("+1405555010{i}"), &number, "one").await;
        app.customer_texts("+14055550100", &number, &format!("text {i}")).await;
    }

    let mut seen = Vec::new();
    let mut path = "/conversations?limit=2".to_owned();
    loop {
        let page = app.get(&org, &path).await.body;
        seen.extend(
            page["conversations"].as_array().unwrap().iter().map(|c| c["counterpart"].as_str().unwrap().to_owned()),
        );
        // A text that arrives while somebody reads must not shift the pages.
        app.customer_texts("+14055550199", &number, "in between").await;
        match page["nextCursor"].as_str() {
            Some(cursor) => path = format!("/conversations?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["+14055550100", "+14055550104", "+14055550103", "+14055550102", "+14055550101"]);

    let conversations = app.get(&org, "/conversations").await.body["conversations"].clone();
    let talk = conversations.as_array().unwrap().iter().find(|c| c["counterpart"] == "+14055550100").unwrap();
    let path = format!("/conversations/{}/messages?limit=4", talk["id"].as_str().unwrap());
    let first = app.get(&org, &path).await.body;
    let rest = app.get(&org, &format!("{path}&cursor={}", first["nextCursor"].as_str().unwrap())).await.body;
    let bodies = |page: &Value| {
        page["messages"].as_array().unwrap().iter().map(|m| m["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!([bodies(&first), bodies(&rest)].concat(), ["text 4", "text 3", "text 2", "text 1", "text 0", "one"]);
    assert_eq!(rest["nextCursor"], Value::Null);
    // Well written, and of a year before all that Postgres can compare with.
    let long_ago = "cursor=-sIfMotJ4AAAAAAAAAAAAAAAAAAAAAAA";
    for query in
        ["limit=0", "limit=101", "limit=x", "cursor=x", long_ago, "unread=maybe", "channel=fax", "phoneNumberId=7"]
    {
        let answer = app.get(&org, &format!("/conversations?{query}")).await;
        let name = query.split('=').next().unwrap();
        assert_eq!((answer.status.as_u16(), answer.body["errors"][0]["field"].as_str()), (422, Some(name)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn typographic_characters_become_plain_when_it_is_asked_for_and_saves_segments() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let curly = format!("\u{201c}It\u{2019}s ready\u{201d} {}", "x".repeat(90));
    let mut smart = text(&curly);
    smart["smartEncoding"] = json!(true);

    let as_it_is = app.post(&org, "/messages", &text(&curly)).await.body["message"].clone();
    let plain = app.post(&org, "/messages", &smart).await.body["message"].clone();

    assert_eq!((&as_it_is["body"], &as_it_is["segments"]), (&json!(curly), &json!(2)));
    let expected = format!("\"It's ready\" {}", "x".repeat(90));
    assert_eq!((&plain["body"], &plain["segments"]), (&json!(expected), &json!(1)));
    assert_eq!(outbound_at_carrier(&app).await[1]["body"], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_message_takes_eight_pictures_and_ends_as_sent() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let urls: Vec<String> = (0..8).map(|i| format!("https://files.example.com/{i}.png")).collect();
    let answer = app.post(&org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "mediaUrls": urls })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    assert_eq!(answer.body["message"]["media"].as_array().unwrap().len(), 8);
    app.eventually("it is sent", async || {
        let (_, messages) = app.only_conversation(&org).await;
        (messages[0]["status"] == "sent").then_some(())
    })
    .await;
    let at_carrier = outbound_at_carrier(&app).await;
    let theirs: Vec<_> =
        at_carrier[0]["media"].as_array().unwrap().iter().map(|m| m["url"].as_str().unwrap()).collect();
    assert_eq!(theirs, urls);
}
