//! Ported numbers and the lookup.

use serde_json::json;

use super::support::{Phone, eventually};

#[tokio::test]
async fn a_ported_number_comes_without_webhooks_and_cannot_text_yet() {
    let phone = Phone::start().await;
    let number = json!({"phoneNumber": "+14055550191"});
    for _ in 0..2 {
        assert_eq!(phone.post_json("/_sim/ports", number.clone()).await.0, 201, "twice is once");
    }
    let (_, list) = phone.get("IncomingPhoneNumbers?PhoneNumber=%2B14055550191").await;
    let numbers = list["incoming_phone_numbers"].as_array().unwrap();
    assert_eq!((numbers.len(), &numbers[0]["sms_url"]), (1, &json!(null)));
    assert_eq!(
        (&numbers[0]["capabilities"]["sms"], &numbers[0]["capabilities"]["voice"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(phone.post_json("/_sim/ports", json!({"phoneNumber": "+442071838750"})).await.0, 400);

    let later = json!({"phoneNumber": "+18005550192", "afterMs": 50});
    assert_eq!(phone.post_json("/_sim/ports", later).await.0, 202);
    eventually(async || {
        let (_, list) = phone.get("IncomingPhoneNumbers?PhoneNumber=%2B18005550192").await;
        (!list["incoming_phone_numbers"].as_array().unwrap().is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_lookup_knows_lines_and_what_it_was_told() {
    let phone = Phone::start().await;
    let look = async |number: &str, query: &str| {
        let (status, body) = phone.get(&format!("/api/relay/rest/lookup/phone_number/{number}{query}")).await;
        assert_eq!(status, 200, "{body}");
        body
    };
    let mobile = look("+14055550123", "?include=carrier,cnam").await;
    assert_eq!((&mobile["valid_number"], &mobile["carrier"]["linetype"]), (&json!(true), &json!("wireless")));
    assert_eq!((&mobile["country_code"], &mobile["cnam"]["caller_id"]), (&json!("US"), &json!("EXAMPLE")));
    let plain = look("+14052010100", "").await;
    assert_eq!((&plain["number_type"], plain.get("carrier")), (&json!("FIXED_LINE"), None), "nothing was included");
    assert_eq!(look("+18005550123", "").await["number_type"], "TOLL_FREE");
    let told = json!({"phoneNumber": "+14055550123", "lineType": "invalid"});
    assert_eq!(phone.post_json("/_sim/lookups", told).await.0, 204);
    assert_eq!(look("+14055550123", "").await["valid_number"], false);
    assert_eq!(phone.get_as("x", "y", "/api/relay/rest/lookup/phone_number/+14055550123").await.0, 401);
}
