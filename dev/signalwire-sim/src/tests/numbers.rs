use std::collections::HashSet;

use futures_util::future::join_all;
use serde_json::json;

use super::support::{OURS, Phone};

#[tokio::test]
async fn both_prefixes_and_the_json_ending_lead_to_the_same_resource() {
    let phone = Phone::start().await;
    let account = format!("2010-04-01/Accounts/{}", phone.settings.project_id);
    for path in [
        format!("/api/laml/{account}/IncomingPhoneNumbers"),
        format!("/api/laml/{account}/IncomingPhoneNumbers.json"),
        format!("/{account}/IncomingPhoneNumbers"),
        format!("/{account}/IncomingPhoneNumbers.json?PageSize=5"),
    ] {
        let (status, list) = phone.get(&path).await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(list["incoming_phone_numbers"][0]["phone_number"], OURS);
        assert!(list["uri"].as_str().unwrap().starts_with("/api/laml/2010-04-01/Accounts/"));
    }
}

#[tokio::test]
async fn wrong_credentials_and_other_accounts_are_refused() {
    let phone = Phone::start().await;
    assert_eq!(phone.get_as("nobody", "nothing", "Messages").await.0, 401);
    assert_eq!(phone.get_as(&phone.settings.project_id, "nothing", "Messages").await.0, 401);

    let (status, body) = phone.get("/2010-04-01/Accounts/11111111-1111-4111-8111-111111111111/Messages.json").await;
    assert_eq!((status, &body["code"], &body["status"]), (401, &json!(20003), &json!(401)));
    assert!(body["more_info"].is_string() && body["message"].is_string());

    let newer = phone.get_as("nobody", "nothing", "/api/relay/rest/phone_numbers").await;
    assert_eq!(newer, (401, json!({"error": "Unauthorized"})));
}

#[tokio::test]
async fn search_filters_by_area_code_digits_region_and_kind() {
    let phone = Phone::start().await;
    let (_, found) = phone.get("AvailablePhoneNumbers/US/Local.json?AreaCode=212").await;
    let first = &found["available_phone_numbers"][0];
    assert_eq!(found["available_phone_numbers"].as_array().unwrap().len(), 20);
    assert_eq!((&first["region"], &first["iso_country"]), (&json!("NY"), &json!("US")));
    assert_eq!(first["capabilities"], json!({"voice": true, "SMS": true, "MMS": true}));

    assert!(phone.for_sale("999").await.is_empty());
    let (_, canada) = phone.get("AvailablePhoneNumbers/CA/Local?AreaCode=212").await;
    assert_eq!(canada["available_phone_numbers"], json!([]));
    let (_, texas) = phone.get("AvailablePhoneNumbers/US/Local?InRegion=TX&InLocality=houston&PageSize=30").await;
    let texas = texas["available_phone_numbers"].as_array().unwrap();
    assert_eq!(texas.len(), 30);
    assert!(texas.iter().all(|number| number["region"] == "TX" && number["rate_center"] == "HOUSTON"));
    let (_, free) = phone.get("AvailablePhoneNumbers/US/TollFree?AreaCode=833").await;
    assert!(free["available_phone_numbers"][0]["phone_number"].as_str().unwrap().starts_with("+1833"));

    let wanted = phone.for_sale("415").await[3].clone();
    let (_, exact) = phone.get(&format!("AvailablePhoneNumbers/US/Local?Contains={}", &wanted[2..])).await;
    assert_eq!(exact["available_phone_numbers"][0]["phone_number"], wanted);
}

#[tokio::test]
async fn malformed_searches_are_refused_with_their_codes() {
    let phone = Phone::start().await;
    for (query, code) in [
        ("AreaCode=12", 21451),
        ("AreaCode=abc", 21451),
        ("Contains=*55", 90000),
        ("InLocality=Austin", 90000),
        ("PageSize=0", 21481),
    ] {
        let (status, body) = phone.get(&format!("AvailablePhoneNumbers/US/Local?{query}")).await;
        assert_eq!((status, &body["code"]), (400, &json!(code)), "{query}");
    }
    assert_eq!(phone.get("AvailablePhoneNumbers/US/Mobile").await.0, 404);
    assert_eq!(phone.get("AvailablePhoneNumbers/FR/Local").await.0, 404);
}

#[tokio::test]
async fn a_bought_number_has_every_documented_field_and_cannot_text_yet() {
    let phone = Phone::start().await;
    let number = phone.buy("310", "ws_1/intent_7").await;
    for field in [
        "sid",
        "account_sid",
        "account_id",
        "sms_url",
        "sms_method",
        "sms_fallback_url",
        "sms_fallback_method",
        "sms_application_sid",
        "voice_url",
        "voice_method",
        "voice_fallback_url",
        "voice_fallback_method",
        "voice_application_sid",
        "voice_caller_id_lookup",
        "status_callback",
        "status_callback_method",
        "emergency_status",
        "emergency_address_sid",
        "address_requirements",
        "address_sid",
        "identity_sid",
        "trunk_sid",
        "origin",
        "beta",
        "api_version",
        "uri",
        "date_created",
        "date_updated",
    ] {
        assert!(number.get(field).is_some(), "{field} is missing");
    }
    assert_eq!(number["friendly_name"], "ws_1/intent_7");
    assert_eq!(number["capabilities"], json!({"voice": true, "sms": false, "mms": false, "fax": true}));
    assert!(number.get("verification_status").is_none());
    chrono::DateTime::parse_from_rfc2822(number["date_created"].as_str().unwrap()).unwrap();

    let sid = number["sid"].as_str().unwrap();
    assert_eq!(phone.get(&format!("IncomingPhoneNumbers/{sid}.json")).await, (200, number));
}

#[tokio::test]
async fn of_simultaneous_buyers_of_one_number_exactly_one_gets_it() {
    let phone = Phone::start().await;
    let number = phone.for_sale("512").await[0].clone();
    let form = [("PhoneNumber", number.as_str())];
    let answers = join_all((0..20).map(|_| phone.post("IncomingPhoneNumbers.json", &form))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|(status, body)| *status == 422 && body["code"] == 10000).count(), 19);
    assert!(!phone.for_sale("512").await.contains(&number));
}

#[tokio::test]
async fn simultaneous_purchases_of_different_numbers_all_succeed() {
    let phone = Phone::start().await;
    let numbers = phone.for_sale("512").await;
    let sids = join_all(numbers.iter().map(async |number| {
        let (status, body) = phone.post("IncomingPhoneNumbers", &[("PhoneNumber", number)]).await;
        assert_eq!(status, 201);
        body["sid"].as_str().unwrap().to_owned()
    }));
    assert_eq!(sids.await.into_iter().collect::<HashSet<_>>().len(), 20);
    assert!(phone.for_sale("512").await.is_empty());
}

#[tokio::test]
async fn malformed_purchases_are_refused_with_their_codes() {
    let phone = Phone::start().await;
    let free = phone.for_sale("206").await[0].clone();
    for (form, status, code) in [
        (vec![], 400, 21421),
        (vec![("AreaCode", "206")], 422, 10000),
        (vec![("PhoneNumber", "2065551234")], 400, 21401),
        (vec![("PhoneNumber", free.as_str()), ("SmsUrl", "not a url")], 400, 21402),
        (vec![("PhoneNumber", free.as_str()), ("EmergencyAddressSid", "x")], 400, 90000),
        (vec![("PhoneNumber", free.as_str()), ("SmsApplicationSid", "x")], 422, 21420),
        (vec![("PhoneNumber", "+12069999999")], 422, 10000),
        (vec![("PhoneNumber", OURS)], 422, 10000),
    ] {
        let (got, body) = phone.post("IncomingPhoneNumbers", &form).await;
        assert_eq!((got, &body["code"]), (status, &json!(code)), "{form:?}");
    }
    assert!(phone.for_sale("206").await.contains(&free));
}

#[tokio::test]
async fn lists_filter_by_name_and_number_and_hide_fresh_numbers_when_told_to() {
    let phone = Phone::start().await;
    let number = phone.buy("617", "sb-1").await;
    phone.buy("617", "sb-2").await;
    let (_, by_name) = phone.get("IncomingPhoneNumbers?FriendlyName=sb-1").await;
    assert_eq!(by_name["incoming_phone_numbers"].as_array().unwrap().len(), 1);
    assert_eq!(by_name["incoming_phone_numbers"][0]["sid"], number["sid"]);
    let encoded = number["phone_number"].as_str().unwrap().replace('+', "%2B");
    let (_, by_number) = phone.get(&format!("IncomingPhoneNumbers?PhoneNumber={encoded}")).await;
    assert_eq!(by_number["incoming_phone_numbers"].as_array().unwrap().len(), 1);
    assert_eq!(phone.get("IncomingPhoneNumbers?FriendlyName=sb-3").await.1["incoming_phone_numbers"], json!([]));

    phone.patch_json("/_sim/settings", json!({"listDelayMs": 60_000})).await;
    assert_eq!(phone.get("IncomingPhoneNumbers?FriendlyName=sb-1").await.1["incoming_phone_numbers"], json!([]));
}

#[tokio::test]
async fn pages_are_followed_by_their_links_and_not_built() {
    let phone = Phone::start().await;
    for _ in 0..6 {
        phone.buy("303", "page").await;
    }
    let mut path = "IncomingPhoneNumbers?FriendlyName=page&PageSize=4".to_owned();
    let mut seen = Vec::new();
    loop {
        let (status, page) = phone.get(&path).await;
        assert_eq!(status, 200, "{page}");
        let keys: HashSet<&str> = page.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.len(), 7, "one list key beside the six of the page: {keys:?}");
        let numbers = page["incoming_phone_numbers"].as_array().unwrap();
        seen.extend(numbers.iter().map(|number| number["sid"].as_str().unwrap().to_owned()));
        if seen.len() == 4 {
            // A purchase between two pages shifts nothing.
            phone.buy("303", "page").await;
        }
        match page["next_page_uri"].as_str() {
            Some(next) => {
                assert!(next.starts_with("/api/laml/2010-04-01/Accounts/") && next.contains("PageToken=PA"), "{next}");
                next.clone_into(&mut path);
            }
            None => break,
        }
    }
    assert_eq!(seen.len(), 6);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 6);

    let (_, last) = phone.get(&path).await;
    assert_eq!((&last["page"], &last["page_size"]), (&json!(1), &json!(4)));
    let (_, back) = phone.get(last["previous_page_uri"].as_str().unwrap()).await;
    assert_eq!(back["incoming_phone_numbers"][3]["sid"], seen[3]);
    for (query, code) in [("Page=1", 54453), ("Page=1&PageToken=XX1", 54454), ("PageSize=1001", 21481)] {
        let (status, body) = phone.get(&format!("IncomingPhoneNumbers?{query}")).await;
        assert_eq!((status, &body["code"]), (400, &json!(code)), "{query}");
    }
}

#[tokio::test]
async fn an_update_is_all_or_nothing_and_an_empty_url_clears() {
    let phone = Phone::start().await;
    let number = phone.buy("702", "old").await;
    let path = format!("IncomingPhoneNumbers/{}", number["sid"].as_str().unwrap());
    let (status, _) = phone.post(&path, &[("FriendlyName", "new"), ("VoiceUrl", "nonsense")]).await;
    assert_eq!(status, 400);
    assert_eq!(phone.get(&path).await.1["friendly_name"], "old");

    let form = [("FriendlyName", "new"), ("VoiceUrl", "http://a.example/v"), ("VoiceMethod", "get"), ("SmsUrl", "")];
    let (status, updated) = phone.post(&path, &form).await;
    assert_eq!(status, 200);
    assert_eq!((&updated["friendly_name"], &updated["voice_method"]), (&json!("new"), &json!("GET")));
    assert_eq!((&updated["voice_url"], &updated["sms_url"]), (&json!("http://a.example/v"), &json!(null)));
    assert_eq!(phone.post("IncomingPhoneNumbers/nobody", &form).await.0, 404);
}

#[tokio::test]
async fn a_number_is_released_only_after_fourteen_days() {
    let phone = Phone::start().await;
    let number = phone.buy("480", "short").await;
    let path = format!("IncomingPhoneNumbers/{}.json", number["sid"].as_str().unwrap());
    let (status, body) = phone.delete(&path).await;
    assert_eq!((status, &body["code"]), (409, &json!(22121)));
    phone.patch_json("/_sim/settings", json!({"releaseRefusalStatus": 422})).await;
    assert_eq!(phone.delete(&path).await.0, 422);

    let long_ago = (crate::clock::now() - chrono::TimeDelta::days(15)).to_rfc3339();
    let control = format!("/_sim/numbers/{}", number["phone_number"].as_str().unwrap());
    assert_eq!(phone.patch_json(&control, json!({"purchasedAt": long_ago})).await.0, 200);
    assert_eq!(phone.delete(&path).await, (204, json!("")));
    assert_eq!(phone.delete(&path).await.1["code"], 20404);
}

#[tokio::test]
async fn control_api_empties_and_fills_area_codes_and_plants_numbers() {
    let phone = Phone::start().await;
    phone.post_json("/_sim/inventory", json!({"areaCode": "212", "count": 0})).await;
    assert!(phone.for_sale("212").await.is_empty());
    phone.post_json("/_sim/inventory", json!({"areaCode": "212", "numbers": ["+12125550199"]})).await;
    assert_eq!(phone.for_sale("212").await, ["+12125550199"]);
    assert_eq!(phone.post_json("/_sim/inventory", json!({"areaCode": "2", "count": 1})).await.0, 400);

    let orphan = json!({"phoneNumber": "+12125550198", "friendlyName": "leftover"});
    assert_eq!(phone.post_json("/_sim/numbers", orphan).await.0, 201);
    let (_, list) = phone.get("IncomingPhoneNumbers?FriendlyName=leftover").await;
    assert_eq!(list["incoming_phone_numbers"][0]["capabilities"]["sms"], true);
    assert_eq!(phone.delete("/_sim/numbers/+12125550198").await.0, 204);
    assert_eq!(phone.get("/_sim/numbers").await.1["numbers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn state_survives_a_restart_when_a_file_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("network.json");
    let phone = Phone::start_with(|settings| settings.state_file = Some(file.clone())).await;
    let number = phone.buy("216", "kept").await;
    let slow = phone.patch_json("/_sim/settings", json!({"statusDelayMs": 60_000})).await;
    assert_eq!(slow.0, 200);
    let message = phone.send("+14155550161", "on its way").await;
    phone.simulator.stop().await;

    let phone = Phone::start_with(|settings| settings.state_file = Some(file.clone())).await;
    let (_, again) = phone.get(&format!("IncomingPhoneNumbers/{}", number["sid"].as_str().unwrap())).await;
    assert_eq!(again["friendly_name"], "kept");
    assert!(!phone.for_sale("216").await.contains(&number["phone_number"].as_str().unwrap().to_owned()));
    // A message that was on its way goes on, and the platform number has the webhook of the new settings.
    phone.wait_for_status(&message, "delivered").await;
    let (_, numbers) = phone.get("/_sim/numbers").await;
    assert_eq!(numbers["numbers"][0]["webhooks"]["smsUrl"], phone.webhooks.url("/inbound"));
    assert_eq!(numbers["numbers"].as_array().unwrap().len(), 2);

    phone.post_json("/_sim/reset", json!({})).await;
    assert_eq!(phone.get("/_sim/numbers").await.1["numbers"].as_array().unwrap().len(), 1);
}
