use axum::http::Method;
use serde_json::json;

use super::support::{CUSTOMER, OURS, Phone, eventually};

fn text(body: &str) -> serde_json::Value {
    json!({"from": CUSTOMER, "to": OURS, "body": body})
}

#[tokio::test]
async fn a_text_reaches_the_webhook_with_the_documented_parameters() {
    let phone = Phone::start().await;
    let media = ["https://a.example/1.png", "https://a.example/2.pdf"];
    let picture = json!({"from": CUSTOMER, "to": OURS, "body": "Grüße 👋 & 100%", "mediaUrls": media});
    let (status, received) = phone.post_json("/_sim/messages", picture).await;
    assert_eq!(status, 201);
    assert_eq!(received["deliveries"][0]["status"], 200);
    assert_eq!(received["deliveries"][0]["body"], "<Response/>");

    let arrival = phone.webhooks.arrived("/inbound").remove(0);
    phone.webhooks.assert_signed(&arrival, &phone.settings.signing_key);
    let sid = received["messageSid"].as_str().unwrap();
    for (name, value) in [
        ("MessageSid", sid),
        ("SmsSid", sid),
        ("AccountSid", phone.settings.project_id.as_str()),
        ("From", CUSTOMER),
        ("To", OURS),
        ("Body", "Grüße 👋 & 100%"),
        ("NumMedia", "2"),
        ("NumSegments", "1"),
        ("ApiVersion", "2010-04-01"),
        ("MediaUrl1", media[1]),
        ("MediaContentType0", "image/png"),
        ("MediaContentType1", "application/pdf"),
    ] {
        assert_eq!(arrival.field(name), value, "{name}");
    }
    let (_, message) = phone.get(&format!("Messages/{sid}")).await;
    assert_eq!((&message["direction"], &message["status"]), (&json!("inbound"), &json!("received")));
    let (_, shown) = phone.get(&format!("/_sim/phone/{CUSTOMER}")).await;
    assert_eq!(shown["messages"][0]["direction"], "out");
}

#[tokio::test]
async fn copies_of_one_delivery_arrive_at_the_same_time_with_one_sid() {
    let phone = Phone::start().await;
    let (_, received) =
        phone.post_json("/_sim/messages", json!({"from": CUSTOMER, "to": OURS, "body": "x", "copies": 8})).await;
    assert_eq!(received["deliveries"].as_array().unwrap().len(), 8);
    let arrivals = phone.webhooks.arrived("/inbound");
    assert_eq!(arrivals.len(), 8);
    assert!(arrivals.iter().all(|arrival| arrival.body == arrivals[0].body));
    assert_eq!(phone.get("Messages").await.1["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn documents_are_carried_out_with_their_redirects_and_actions() {
    let phone = Phone::start().await;
    let first =
        "<Response><Message action=\"/after\" method=\"GET\">Thanks</Message><Message>never</Message></Response>";
    phone.webhooks.answer_next("/inbound", (200, "application/xml", first.to_owned()));
    let second = "<Response><Message>And more</Message><Redirect>/last</Redirect></Response>";
    phone.webhooks.answer_next("/after", (200, "text/xml; charset=utf-8", second.to_owned()));
    let (_, received) = phone.post_json("/_sim/messages", text("hi")).await;
    assert_eq!(received["deliveries"].as_array().unwrap().len(), 3);

    let after = phone.webhooks.arrived("/after").remove(0);
    assert_eq!(after.method, Method::GET);
    assert_eq!(after.field("MessageStatus"), "queued");
    phone.webhooks.assert_signed(&after, &phone.settings.signing_key);
    assert_eq!(phone.webhooks.arrived("/last").len(), 1);
    let bodies = eventually(async || {
        let (_, shown) = phone.get(&format!("/_sim/phone/{CUSTOMER}")).await;
        let shown = shown["messages"].as_array().unwrap().iter();
        let answers = shown.filter(|message| message["direction"] == "in");
        let bodies: Vec<String> = answers.map(|message| message["body"].as_str().unwrap().to_owned()).collect();
        (bodies.len() == 2).then_some(bodies)
    });
    assert_eq!(bodies.await, ["Thanks", "And more"]);
    let (_, list) = phone.get("Messages?Status=delivered").await;
    assert!(list["messages"].as_array().unwrap().iter().all(|message| message["direction"] == "outbound-reply"));
}

#[tokio::test]
async fn the_fallback_is_asked_when_the_answer_is_no_document() {
    let phone = Phone::start().await;
    let (_, numbers) = phone.get("IncomingPhoneNumbers").await;
    let path = format!("IncomingPhoneNumbers/{}", numbers["incoming_phone_numbers"][0]["sid"].as_str().unwrap());
    let fallback = phone.webhooks.url("/fallback");
    phone.post(&path, &[("SmsFallbackUrl", fallback.as_str())]).await;
    let large = format!("<Response><!--{}--></Response>", "x".repeat(65_536));
    for (reply, code) in [
        ((500, "text/xml", "<Response/>".to_owned()), "11217"),
        ((200, "application/json", "<Response/>".to_owned()), "12300"),
        ((200, "text/xml", "<response/>".to_owned()), "12100"),
        ((200, "text/xml", large), "11750"),
    ] {
        phone.webhooks.answer_next("/inbound", reply);
        let (_, received) = phone.post_json("/_sim/messages", text("hi")).await;
        let deliveries = received["deliveries"].as_array().unwrap();
        assert_eq!(deliveries.len(), 2, "{code}");
        assert!(deliveries[0]["error"].as_str().unwrap().starts_with(code), "{deliveries:?}");
        let asked = phone.webhooks.arrived("/fallback");
        assert_eq!(asked.last().unwrap().field("ErrorCode"), code);
    }
}

#[tokio::test]
async fn a_slow_webhook_is_given_up() {
    let phone = Phone::start_with(|settings| {
        settings.behaviour.webhook_read_timeout_ms = 50;
        let url = &mut settings.owned[0].sms_url;
        *url = url.replace("/inbound", "/never");
    })
    .await;
    let (_, received) = phone.post_json("/_sim/messages", text("hi")).await;
    assert!(received["deliveries"][0]["error"].as_str().unwrap().starts_with("11200"), "{received}");
    assert_eq!(received["deliveries"][0]["status"], json!(null));
}

#[tokio::test]
async fn texts_nobody_can_receive_are_refused() {
    let phone = Phone::start().await;
    let nobody = json!({"from": CUSTOMER, "to": "+12125550188", "body": "x"});
    assert_eq!(phone.post_json("/_sim/messages", nobody).await.0, 404);
    let number = phone.buy("919", "unregistered").await;
    let early = json!({"from": CUSTOMER, "to": number["phone_number"], "body": "x"});
    assert_eq!(phone.post_json("/_sim/messages", early).await.0, 409);
    assert_eq!(phone.post_json("/_sim/messages", json!({"from": CUSTOMER, "to": OURS})).await.0, 400);
}

#[tokio::test]
async fn the_page_and_its_files_are_served() {
    let phone = Phone::start().await;
    for (path, part) in [("/", "<!DOCTYPE html>"), ("/phone.css", "{"), ("/phone.js", "fetch(")] {
        let (status, body) = phone.get(path).await;
        assert_eq!(status, 200);
        assert!(body.as_str().unwrap().contains(part), "{path}");
    }
}
