use serde_json::{Value, json};

use super::support::{CUSTOMER, OURS, Phone, eventually};

const ROOT: &str = "/api/relay/rest/registry/beta";

async fn order(phone: &Phone, number: &Value) -> (u16, Value) {
    let path = format!("{ROOT}/campaigns/{}/orders", phone.settings.campaign_id);
    let callback = phone.webhooks.url("/registry");
    phone.post_json(&path, json!({"phone_numbers": [number["phone_number"]], "status_callback_url": callback})).await
}

async fn can_text(phone: &Phone, number: &Value) -> bool {
    let (_, number) = phone.get(&format!("IncomingPhoneNumbers/{}", number["sid"].as_str().unwrap())).await;
    number["capabilities"]["sms"] == true && number["capabilities"]["mms"] == true
}

#[tokio::test]
async fn an_assigned_number_can_text_before_the_order_is_answered() {
    let phone = Phone::start().await;
    let number = phone.buy("503", "fresh").await;
    let from = number["phone_number"].as_str().unwrap();
    let text = [("From", from), ("To", CUSTOMER), ("Body", "hi")];
    assert_eq!(phone.post("Messages", &text).await.1["code"], 21601);

    let (status, placed) = order(&phone, &number).await;
    assert_eq!((status, &placed["state"]), (200, &json!("processed")));
    assert!(can_text(&phone, &number).await);
    assert_eq!(phone.post("Messages", &text).await.0, 201);

    let events = phone.webhooks.wait_for("/registry", 2).await;
    phone.webhooks.assert_signed(&events[0], &phone.settings.signing_key);
    let event: Value = serde_json::from_str(&events[0].body).unwrap();
    assert_eq!(event["event_type"], "number_assignment_activated");
    assert_eq!((&event["phone_number"], &event["phone_number_id"]), (&number["phone_number"], &number["sid"]));
    assert_eq!(event["number_assignment_order_id"], placed["id"]);
    assert_eq!(event["project_id"], phone.settings.project_id);

    let campaign = format!("{ROOT}/campaigns/{}", phone.settings.campaign_id);
    assert_eq!(phone.get(&campaign).await.1["state"], "active");
    assert_eq!(phone.get(&format!("{campaign}/orders")).await.1["data"][0], placed);
    assert_eq!(phone.get(&format!("{ROOT}/orders/{}", placed["id"].as_str().unwrap())).await, (200, placed));
    let (_, assigned) = phone.get(&format!("{campaign}/numbers?filter_state=completed&page_size=1")).await;
    assert_eq!(assigned["data"][0]["phone_number"]["number"], from);
    assert!(assigned["links"]["next"].is_string() && assigned["links"].get("prev").is_none());
    assert_eq!(phone.get(assigned["links"]["next"].as_str().unwrap()).await.1["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_delayed_assignment_is_pending_first() {
    let phone = Phone::start_with(|settings| settings.behaviour.assignment_delay_ms = 60_000).await;
    let number = phone.buy("503", "waiting").await;
    let (_, placed) = order(&phone, &number).await;
    assert_eq!((&placed["state"], &placed["processed_at"]), (&json!("pending"), &json!(null)));
    assert!(!can_text(&phone, &number).await);

    phone.patch_json("/_sim/settings", json!({"assignmentDelayMs": 20})).await;
    let number = phone.buy("503", "waiting less").await;
    assert_eq!(order(&phone, &number).await.1["state"], "pending");
    eventually(async || can_text(&phone, &number).await.then_some(())).await;
}

#[tokio::test]
async fn a_failed_assignment_may_be_ordered_again() {
    let phone = Phone::start().await;
    phone.patch_json("/_sim/settings", json!({"assignmentOutcome": "failed"})).await;
    let number = phone.buy("503", "unlucky").await;
    assert_eq!(order(&phone, &number).await.0, 200);
    let event = phone.webhooks.wait_for("/registry", 1).await.remove(0);
    assert!(event.body.contains("\"number_assignment_failed\""), "{}", event.body);
    assert!(!can_text(&phone, &number).await);

    phone.patch_json("/_sim/settings", json!({"assignmentOutcome": "order_failed"})).await;
    assert_eq!(order(&phone, &number).await.1["state"], "failed");
    phone.patch_json("/_sim/settings", json!({"assignmentOutcome": "completed"})).await;
    assert_eq!(order(&phone, &number).await.1["state"], "processed");
    assert!(can_text(&phone, &number).await);
}

#[tokio::test]
async fn impossible_orders_are_refused() {
    let phone = Phone::start().await;
    let path = format!("{ROOT}/campaigns/{}/orders", phone.settings.campaign_id);
    let many: Vec<String> = (0..49).map(|index| format!("+121255502{index:02}")).collect();
    for numbers in [json!([]), json!(["+12125550000"]), json!([OURS]), json!(many)] {
        let (status, body) = phone.post_json(&path, json!({"phone_numbers": numbers})).await;
        assert_eq!((status, &body["errors"][0]["title"]), (422, &json!("Invalid Attribute")), "{numbers}");
    }
    let elsewhere = format!("{ROOT}/campaigns/11111111-1111-4111-8111-111111111111/orders");
    assert_eq!(phone.post_json(&elsewhere, json!({})).await, (404, json!({"error": "Not Found"})));
}

#[tokio::test]
async fn an_unassigned_number_or_an_inactive_campaign_cannot_send() {
    let phone = Phone::start().await;
    let text = [("From", OURS), ("To", CUSTOMER), ("Body", "hi")];
    phone.patch_json("/_sim/settings", json!({"campaignActive": false})).await;
    assert_eq!(phone.post("Messages", &text).await.1["code"], 21717);
    phone.patch_json("/_sim/settings", json!({"campaignActive": true})).await;

    let path = format!("{ROOT}/campaigns/{}/numbers", phone.settings.campaign_id);
    let (_, assigned) = phone.get(&path).await;
    let assignment = assigned["data"][0]["id"].as_str().unwrap();
    assert_eq!(phone.delete(&format!("{ROOT}/numbers/{assignment}")).await.0, 204);
    assert_eq!(phone.post("Messages", &text).await.1["code"], 21601);
}

#[tokio::test]
async fn the_newer_list_of_numbers_tells_the_next_bill() {
    let phone = Phone::start().await;
    let (_, list) = phone.get("/api/relay/rest/phone_numbers?filter_number=2125550150").await;
    let number = &list["data"][0];
    assert_eq!((&number["number"], &number["number_type"]), (&json!(OURS), &json!("longcode")));
    assert_eq!(number["capabilities"], json!(["voice", "sms", "mms", "fax"]));
    let due = chrono::DateTime::parse_from_rfc3339(number["next_billed_at"].as_str().unwrap()).unwrap();
    assert!(due > crate::clock::now());
}
