use serde_json::{Value, json};

use super::support::{CUSTOMER, OURS, Phone, eventually};

fn statuses(arrivals: &[super::support::Arrival]) -> Vec<&str> {
    arrivals.iter().map(|arrival| arrival.field("MessageStatus")).collect()
}

#[tokio::test]
async fn a_text_is_queued_then_sent_then_delivered_and_costs_from_sent_on() {
    let phone = Phone::start().await;
    let callback = phone.webhooks.url("/status");
    let form = [("From", OURS), ("To", CUSTOMER), ("Body", "Hello"), ("StatusCallback", callback.as_str())];
    let (status, message) = phone.post("Messages.json", &form).await;
    assert_eq!((status, &message["status"]), (201, &json!("queued")));
    assert_eq!(
        (&message["price"], &message["date_sent"], &message["error_code"]),
        (&json!(null), &json!(null), &json!(null))
    );
    assert_eq!((&message["num_segments"], &message["num_media"]), (&json!(1), &json!(0)));
    assert_eq!((&message["direction"], &message["price_unit"]), (&json!("outbound-api"), &json!("USD")));

    let delivered = phone.wait_for_status(message["sid"].as_str().unwrap(), "delivered").await;
    assert_eq!(delivered["price"], json!(0.0079));
    assert!(delivered["date_sent"].is_string());
    let arrivals = phone.webhooks.wait_for("/status", 3).await;
    assert_eq!(statuses(&arrivals), ["sending", "sent", "delivered"]);
    for arrival in &arrivals {
        phone.webhooks.assert_signed(arrival, &phone.settings.signing_key);
        assert_eq!(arrival.field("MessageSid"), message["sid"].as_str().unwrap());
        assert_eq!((arrival.field("NumSegments"), arrival.field("Body")), ("1", "Hello"));
        assert!(arrival.form.get("ErrorCode").is_none());
    }
    let (_, shown) = phone.get(&format!("/_sim/phone/{CUSTOMER}")).await;
    assert_eq!((&shown["messages"][0]["direction"], &shown["messages"][0]["body"]), (&json!("in"), &json!("Hello")));
}

#[tokio::test]
async fn a_picture_message_ends_as_sent_and_lists_its_media() {
    let phone = Phone::start().await;
    let media = [("MediaUrl", "https://a.example/1.png"), ("MediaUrl", "https://a.example/2")];
    let form = [&[("From", OURS), ("To", CUSTOMER)], &media[..]].concat();
    let (_, message) = phone.post("Messages", &form).await;
    assert_eq!((&message["num_media"], &message["num_segments"]), (&json!(2), &json!(1)));
    let sid = message["sid"].as_str().unwrap();
    assert_eq!(phone.wait_for_status(sid, "sent").await["price"], json!(0.0079));

    let (_, list) = phone.get(&format!("Messages/{sid}/Media.json")).await;
    let list = list["media_list"].as_array().unwrap();
    assert_eq!((&list[0]["content_type"], &list[1]["content_type"]), (&json!("image/png"), &json!("image/jpeg")));
    let media = format!("Messages/{sid}/Media/{}", list[0]["sid"].as_str().unwrap());
    assert_eq!(phone.get(&media).await.1, list[0]);
    assert_eq!(phone.delete(&media).await.0, 204);
    assert_eq!(phone.get(&media).await.0, 404);
}

#[tokio::test]
async fn refusals_carry_their_documented_codes() {
    let phone = Phone::start().await;
    let long = "x".repeat(1601);
    let nine = [("MediaUrl", "https://a.example/1.png"); 9];
    let text = |more: &[(&'static str, &str)]| -> Vec<(String, String)> {
        let own = [("From", OURS), ("To", CUSTOMER)];
        let kept = own.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        kept.chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    for (form, code) in [
        (text(&[("To", ""), ("Body", "x")]), 21604),
        (text(&[("To", "555"), ("Body", "x")]), 21211),
        (text(&[("From", ""), ("Body", "x")]), 21705),
        (text(&[("From", "abc"), ("Body", "x")]), 21212),
        (text(&[("From", "+12125550151"), ("Body", "x")]), 21210),
        (text(&[]), 21602),
        (text(&[("Body", &long)]), 21617),
        (text(&nine), 21623),
        (text(&[("MediaUrl", "nonsense")]), 21620),
        (text(&[("Body", "x"), ("StatusCallback", "nonsense")]), 21456),
        (text(&[("Body", "x"), ("MessagingServiceSid", "g")]), 21701),
        (text(&[("Body", "x"), ("To", "+19075550111")]), 21211),
        (text(&[("Body", "x"), ("To", "+19075550110")]), 21610),
        (text(&[("Body", "x"), ("To", "+19075550114")]), 21614),
    ] {
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (status, body) = phone.post("Messages", &pairs).await;
        assert!(status == 400 || status == 422, "{form:?}: {status}");
        assert_eq!(body["code"], code, "{form:?}");
    }
    assert_eq!(phone.get("Messages").await.1["messages"], json!([]));
}

#[tokio::test]
async fn magic_destinations_fail_after_sending() {
    let phone = Phone::start().await;
    for (to, status, code) in [
        ("+19075550103", "undelivered", "30003"),
        ("+19075550104", "undelivered", "30004"),
        ("+19075550107", "undelivered", "30007"),
        ("+19075550108", "failed", "30008"),
    ] {
        let sid = phone.send(to, "hello").await;
        let message = phone.wait_for_status(&sid, status).await;
        assert_eq!(message["error_code"], code);
        assert!(message["error_message"].is_string());
        assert_eq!(message["price"].is_null(), status == "failed");
        assert_eq!(message["body"].is_null(), code == "30007");
        let last = eventually(async || {
            phone
                .webhooks
                .arrived("/status")
                .into_iter()
                .find(|arrival| arrival.field("MessageSid") == sid && arrival.field("MessageStatus") == status)
        });
        assert_eq!(last.await.field("ErrorCode"), code);
    }
    let (_, shown) = phone.get("/_sim/phone/+19075550103").await;
    assert_eq!(shown["messages"], json!([]));
}

#[tokio::test]
async fn an_opted_out_customer_is_refused_until_opted_in() {
    let phone = Phone::start().await;
    let text = [("From", OURS), ("To", CUSTOMER), ("Body", "x")];
    phone.post_json("/_sim/opt-outs", json!({"customer": CUSTOMER, "sender": "+12125550177"})).await;
    assert_eq!(phone.post("Messages", &text).await.0, 201);
    phone.post_json("/_sim/opt-outs", json!({"customer": CUSTOMER})).await;
    assert_eq!(phone.post("Messages", &text).await.1["code"], 21610);
    phone
        .request(axum::http::Method::DELETE, "/_sim/opt-outs")
        .json(&json!({"customer": CUSTOMER}))
        .send()
        .await
        .unwrap();
    assert_eq!(phone.post("Messages", &text).await.0, 201);
}

#[tokio::test]
async fn callbacks_come_double_get_lost_and_turn_around_on_demand() {
    let phone = Phone::start().await;
    phone.patch_json("/_sim/settings", json!({"duplicateCallbacks": 1})).await;
    phone.send(CUSTOMER, "double").await;
    let mut twice = phone.webhooks.wait_for("/status", 6).await;
    twice.sort_by_key(|arrival| arrival.field("MessageStatus").to_owned());
    assert_eq!(statuses(&twice), ["delivered", "delivered", "sending", "sending", "sent", "sent"]);

    phone.patch_json("/_sim/settings", json!({"duplicateCallbacks": 0, "dropCallbacks": 2})).await;
    phone.send(CUSTOMER, "lost").await;
    assert_eq!(phone.webhooks.wait_for("/status", 7).await[6].field("MessageStatus"), "delivered");
    let (_, journal) = phone.get("/_sim/callbacks").await;
    let dropped = journal["callbacks"].as_array().unwrap().iter().filter(|entry| entry["dropped"] == true);
    assert_eq!(dropped.count(), 2);

    phone.patch_json("/_sim/settings", json!({"reorderCallbacks": true})).await;
    phone.send(CUSTOMER, "turned").await;
    let turned = phone.webhooks.wait_for("/status", 10).await;
    assert_eq!(statuses(&turned[7..]), ["delivered", "sent", "sending"]);
    assert_eq!(phone.patch_json("/_sim/settings", json!({"nonsense": 1})).await.0, 400);
}

#[tokio::test]
async fn a_refused_callback_is_tried_three_times() {
    let phone = Phone::start().await;
    for _ in 0..2 {
        phone.webhooks.answer_next("/status", (500, "text/plain", String::new()));
    }
    phone.send(CUSTOMER, "again").await;
    let arrivals = phone.webhooks.wait_for("/status", 5).await;
    assert_eq!(statuses(&arrivals), ["sending", "sending", "sending", "sent", "delivered"]);
    let (_, journal) = phone.get("/_sim/callbacks").await;
    let attempts: Vec<_> = journal["callbacks"].as_array().unwrap().iter().map(|entry| &entry["attempt"]).collect();
    assert_eq!(attempts[..3], [&json!(1), &json!(2), &json!(3)]);
}

#[tokio::test]
async fn a_late_callback_can_be_made_up() {
    let phone = Phone::start().await;
    let sid = phone.send(CUSTOMER, "late").await;
    phone.webhooks.wait_for("/status", 3).await;
    let path = format!("/_sim/messages/{sid}/callbacks");
    assert_eq!(phone.post_json(&path, json!({"status": "sent"})).await.0, 200);
    assert_eq!(phone.webhooks.wait_for("/status", 4).await[3].field("MessageStatus"), "sent");
    assert_eq!(phone.get(&format!("Messages/{sid}")).await.1["status"], "delivered");
}

#[tokio::test]
async fn lists_filter_and_finished_messages_can_be_redacted_and_deleted() {
    let phone = Phone::start().await;
    let sid = phone.send(CUSTOMER, "secret").await;
    phone.wait_for_status(&sid, "delivered").await;
    let other = phone.send("+14155550199", "other").await;
    phone.wait_for_status(&other, "delivered").await;
    let count = async |query: &str| {
        let (status, list) = phone.get(&format!("Messages.json?{query}")).await;
        assert_eq!(status, 200, "{query}: {list}");
        list["messages"].as_array().unwrap().len()
    };
    let today = crate::clock::now().format("%Y-%m-%d").to_string();
    assert_eq!(count("").await, 2);
    assert_eq!(count("To=%2B14155550199&Status=delivered").await, 1);
    assert_eq!(count("From=%2B14155550199").await, 0);
    assert_eq!(count(&format!("DateSent={today}")).await, 2);
    assert_eq!(count("DateSent%3E=2024-01-01T00:00:00Z").await, 2);
    assert_eq!(count("DateSent%3C=2024-01-01").await, 0);
    assert_eq!(phone.get("Messages?DateSent=yesterday").await.0, 400);

    let path = format!("Messages/{sid}");
    assert_eq!(phone.post(&path, &[("Body", "changed")]).await.1["code"], 50509);
    assert_eq!(phone.post(&path, &[("Body", "")]).await.1["body"], "");
    assert_eq!(phone.delete(&path).await.0, 204);
    assert_eq!(phone.get(&path).await.0, 404);

    phone.patch_json("/_sim/settings", json!({"statusDelayMs": 60_000})).await;
    let queued = format!("Messages/{}", phone.send(CUSTOMER, "waits").await);
    assert_eq!(phone.delete(&queued).await.1["code"], 20009);
    assert_eq!(phone.post(&queued, &[("Body", "")]).await.1["code"], 10000);
}

#[tokio::test]
async fn a_price_may_come_later_than_the_message() {
    let phone = Phone::start_with(|settings| settings.behaviour.price_delay_ms = 60_000).await;
    let text = "x".repeat(161);
    let unpriced = phone.send(CUSTOMER, &text).await;
    assert_eq!(phone.wait_for_status(&unpriced, "delivered").await["price"], Value::Null);

    phone.patch_json("/_sim/settings", json!({"priceDelayMs": 20})).await;
    let sid = phone.send(CUSTOMER, &text).await;
    let priced = eventually(async || {
        let (_, message) = phone.get(&format!("Messages/{sid}")).await;
        message["price"].is_number().then_some(message)
    });
    assert_eq!(priced.await["price"], json!(0.0158));
}

#[tokio::test]
async fn what_happened_before_is_in_the_logs_with_its_charge() {
    let phone = Phone::start().await;
    let message = json!({
        "sid": "past-text", "direction": "outbound-api", "from": OURS, "to": CUSTOMER, "segments": 2,
        "status": "delivered", "priceMicros": 15_800, "createdAt": "2024-05-02T10:00:00Z",
    });
    let call = json!({
        "sid": "past-call", "direction": "inbound", "from": CUSTOMER, "to": OURS, "status": "completed",
        "durationSeconds": 61, "priceMicros": 17_000, "createdAt": "2024-05-02T11:00:00Z",
    });
    let (status, added) = phone.post_json("/_sim/past", json!({ "messages": [message], "calls": [call] })).await;
    assert_eq!((status, added), (201, json!({ "added": 2 })));
    for (log, sid, charge) in [("messaging", "past-text", 0.0158), ("voice", "past-call", 0.017)] {
        let path = format!("/api/{log}/logs?created_after=2024-05-01T00:00:00Z&created_before=2024-05-03T00:00:00Z");
        let (_, list) = phone.get(&path).await;
        let entry = &list["data"][0];
        assert_eq!((&entry["id"], &entry["charge"]), (&json!(sid), &json!(charge)), "{list}");
    }
    assert!(phone.webhooks.arrived("/inbound").is_empty(), "nobody is told");
}
