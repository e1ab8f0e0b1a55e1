use axum::http::Method;
use serde_json::json;

use super::{act, call, call_again, ended, fields, start, state, xml};
use crate::tests::support::{CUSTOMER, OURS, eventually};

#[tokio::test]
async fn the_first_request_carries_the_documented_parameters_and_the_end_is_reported_once() {
    let phone = start().await;
    let sid = call(&phone, "<Say>Welcome to Harbour Dental</Say><Play>https://a.example/1.mp3</Play>").await;
    let call = ended(&phone, &sid).await;
    assert_eq!(call["said"], json!(["Welcome to Harbour Dental", "https://a.example/1.mp3"]));
    assert_eq!((&call["status"], &call["endedBy"]), (&json!("completed"), &json!("document")));
    assert_eq!(call["durationSeconds"], 5);

    let arrival = phone.webhooks.arrived("/voice").remove(0);
    phone.webhooks.assert_signed(&arrival, &phone.settings.signing_key);
    for (name, value) in [
        ("CallSid", sid.as_str()),
        ("AccountSid", phone.settings.project_id.as_str()),
        ("ApiVersion", "2010-04-01"),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        ("From", CUSTOMER),
        ("To", OURS),
    ] {
        assert_eq!(arrival.field(name), value, "{name}");
    }
    assert!(arrival.form.get("ParentCallSid").is_none());
    let ends = phone.webhooks.wait_for("/call-status", 1).await;
    phone.webhooks.assert_signed(&ends[0], &phone.settings.signing_key);
    assert_eq!((ends[0].field("CallStatus"), ends[0].field("CallDuration")), ("completed", "5"));
    assert_eq!(ends[0].field("CallSid"), sid);
    assert!(ends[0].form.get("SequenceNumber").is_none());
}

#[tokio::test]
async fn digits_are_gathered_and_sent_to_the_action() {
    let phone = start().await;
    let menu = "<Gather action='/chosen' numDigits='1' timeout='5'><Say>Press 1 for sales</Say></Gather><Say>Bye</Say>";
    phone.webhooks.answer_next("/chosen", xml("<Redirect method='GET'>/sales</Redirect>"));
    phone.webhooks.answer_next("/sales", xml("<Say>Sales</Say>"));
    let sid = call(&phone, menu).await;
    act(&phone, &sid, "digits", json!({"digits": "1"})).await;
    let call = ended(&phone, &sid).await;
    assert_eq!(call["said"], json!(["Press 1 for sales", "Sales"]));

    let chosen = phone.webhooks.arrived("/chosen").remove(0);
    assert_eq!((chosen.field("Digits"), chosen.field("CallStatus")), ("1", "in-progress"));
    phone.webhooks.assert_signed(&chosen, &phone.settings.signing_key);
    let sales = phone.webhooks.arrived("/sales").remove(0);
    assert_eq!(sales.method, Method::GET);
    phone.webhooks.assert_signed(&sales, &phone.settings.signing_key);
    let urls: Vec<String> =
        call["documents"].as_array().unwrap().iter().map(|d| d["url"].as_str().unwrap().to_owned()).collect();
    assert_eq!(urls, [phone.webhooks.url("/voice"), phone.webhooks.url("/chosen"), phone.webhooks.url("/sales")]);
}

#[tokio::test]
async fn without_digits_the_next_verb_follows_unless_the_empty_result_is_wanted() {
    let phone = start().await;
    let sid = call(&phone, "<Gather action='/chosen'><Say>Press</Say></Gather><Say>Nobody</Say>").await;
    act(&phone, &sid, "digits", json!({"digits": ""})).await;
    assert_eq!(ended(&phone, &sid).await["said"], json!(["Press", "Nobody"]));

    phone.patch_json("/_sim/settings", json!({"callPatienceMs": 0})).await;
    let sid = call(&phone, "<Gather action='/chosen' actionOnEmptyResult='true' timeout='3'/><Say>Nobody</Say>").await;
    let call = ended(&phone, &sid).await;
    assert_eq!((&call["said"], &call["durationSeconds"]), (&json!([]), &json!(3)));
    assert_eq!(fields(&phone.webhooks.arrived("/chosen"), "Digits"), [""]);
}

#[tokio::test]
async fn several_digits_end_with_the_key_that_finishes() {
    let phone = start().await;
    let sid = call(&phone, "<Gather action='/chosen'/>").await;
    act(&phone, &sid, "digits", json!({"digits": "12"})).await;
    ended(&phone, &sid).await;
    let sid = call(&phone, "<Gather action='/chosen' finishOnKey='*'/>").await;
    act(&phone, &sid, "digits", json!({"digits": "4#2*9"})).await;
    ended(&phone, &sid).await;
    assert_eq!(fields(&phone.webhooks.arrived("/chosen"), "Digits"), ["12", "4#2"]);
}

#[tokio::test]
async fn a_voicemail_is_recorded_reported_and_transcribed_late() {
    let phone = start().await;
    phone.patch_json("/_sim/settings", json!({"recordingDelayMs": 50, "transcriptionDelayMs": 50})).await;
    let voicemail = "<Say>Leave a message</Say><Record action='/done' maxLength='60' transcribe='true' transcribeCallback='/text' \
                     recordingStatusCallback='/recording' recordingStatusCallbackEvent='in-progress completed absent'/>";
    phone.webhooks.answer_next("/done", xml("<Say>Thank you</Say>"));
    let sid = call(&phone, voicemail).await;
    act(&phone, &sid, "record", json!({"seconds": 7, "transcript": "Please call me back"})).await;
    ended(&phone, &sid).await;

    let done = phone.webhooks.arrived("/done").remove(0);
    let url = done.field("RecordingUrl").to_owned();
    assert_eq!(done.field("RecordingDuration"), "7");
    assert_eq!(phone.webhooks.arrived("/recording").len(), 1, "the recording takes its time");
    let states = phone.webhooks.wait_for("/recording", 2).await;
    assert_eq!(fields(&states, "RecordingStatus"), ["in-progress", "completed"]);
    assert_eq!(states[1].field("RecordingUrl"), url);
    assert_eq!((states[1].field("RecordingSource"), states[1].field("RecordingChannels")), ("RecordVerb", "1"));
    let text = phone.webhooks.wait_for("/text", 1).await.remove(0);
    assert_eq!(
        (text.field("TranscriptionStatus"), text.field("TranscriptionText")),
        ("completed", "Please call me back")
    );
    assert_eq!(text.field("RecordingSid"), done.field("RecordingSid"));
    for arrival in states.iter().chain([&done, &text]) {
        phone.webhooks.assert_signed(arrival, &phone.settings.signing_key);
    }
    let path = url.strip_prefix(phone.simulator.url()).unwrap();
    let file = phone.request(Method::GET, path).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "audio/x-wav");
    assert_eq!(file.bytes().await.unwrap().len(), 44 + 7 * 16_000);
}

#[tokio::test]
async fn a_caller_who_hangs_up_after_speaking_leaves_the_voicemail_all_the_same() {
    let phone = start().await;
    let sid = call(&phone, "<Record action='/done' transcribeCallback='/text'/>").await;
    phone.patch_json("/_sim/settings", json!({"transcriptionOutcome": "failed"})).await;
    act(&phone, &sid, "record", json!({"seconds": 3, "hangup": true})).await;
    assert_eq!(ended(&phone, &sid).await["endedBy"], "caller");
    let done = phone.webhooks.wait_for("/done", 1).await.remove(0);
    assert_eq!((done.field("Digits"), done.field("CallStatus")), ("hangup", "completed"));
    assert!(!done.field("RecordingUrl").is_empty());
    assert_eq!(phone.webhooks.wait_for("/text", 1).await[0].field("TranscriptionStatus"), "failed");
}

#[tokio::test]
async fn silence_is_no_recording() {
    let phone = start().await;
    let record = "<Record action='/done' transcribeCallback='/text' recordingStatusCallback='/recording' \
                  recordingStatusCallbackEvent='completed absent'/>";
    let sid = call(&phone, record).await;
    act(&phone, &sid, "record", json!({"silent": true})).await;
    ended(&phone, &sid).await;
    let done = phone.webhooks.arrived("/done").remove(0);
    assert!(done.form.get("RecordingUrl").is_none());
    assert_eq!(fields(&phone.webhooks.wait_for("/recording", 1).await, "RecordingStatus"), ["absent"]);
    assert_eq!(phone.get("Recordings").await.1["recordings"], json!([]));
    assert!(phone.webhooks.arrived("/text").is_empty());
}

#[tokio::test]
async fn a_record_without_action_asks_for_its_document_again_until_it_is_cut_as_a_loop() {
    let phone = start().await;
    for _ in 0..30 {
        phone.webhooks.answer_next("/voice", xml("<Say>Leave a message</Say><Record maxLength='5'/>"));
    }
    let script: Vec<_> = (0..30).map(|_| json!({"record": {"seconds": 1}})).collect();
    let sid = call_again(&phone, json!({"script": script})).await;
    let call = ended(&phone, &sid).await;
    assert_eq!((&call["error"], &call["endedBy"]), (&json!("loop"), &json!("error")));
    assert_eq!(phone.webhooks.arrived("/voice").len(), 20);
}

#[tokio::test]
async fn a_caller_may_hang_up_at_every_step() {
    let phone = start().await;
    for document in [
        "<Say loop='0'>Hi</Say>",
        "<Pause length='600'/>",
        "<Gather timeout='600' action='/never-asked'/>",
        "<Record timeout='600' maxLength='600' action='/done'/>",
        "<Dial timeout='600' action='/dialled'>+14055550100</Dial>",
    ] {
        let before = phone.webhooks.arrived("/call-status").len();
        let sid = call(&phone, document).await;
        eventually(async || (state(&phone, &sid).await["status"] == "in-progress").then_some(())).await;
        act(&phone, &sid, "hangup", json!({"seconds": 4})).await;
        let call = ended(&phone, &sid).await;
        assert_eq!((&call["status"], &call["endedBy"]), (&json!("completed"), &json!("caller")), "{document}");
        assert!(call["durationSeconds"].as_u64().unwrap() >= 4, "{call}");
        let ends = phone.webhooks.wait_for("/call-status", before + 1).await;
        assert_eq!((ends.len(), ends[before].field("CallStatus")), (before + 1, "completed"));
        let live = phone.get("/_sim/calls").await.1["calls"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|c| c["endedAt"].is_null())
            .count();
        assert_eq!(live, 0, "{document}");
        assert_eq!(phone.post_json(&format!("/_sim/calls/{sid}/hangup"), json!({})).await.0, 409);
    }
    assert!(phone.webhooks.arrived("/never-asked").is_empty());
    assert_eq!(fields(&phone.webhooks.wait_for("/dialled", 1).await, "CallStatus"), ["completed"]);
    assert_eq!(fields(&phone.webhooks.wait_for("/done", 1).await, "Digits"), ["hangup"]);
}

#[tokio::test]
async fn a_caller_may_hang_up_before_the_first_document_comes() {
    let phone = start().await;
    let (_, numbers) = phone.get("IncomingPhoneNumbers").await;
    let path = format!("IncomingPhoneNumbers/{}", numbers["incoming_phone_numbers"][0]["sid"].as_str().unwrap());
    phone.post(&path, &[("VoiceUrl", phone.webhooks.url("/never").as_str())]).await;
    let sid = call_again(&phone, json!({})).await;
    phone.webhooks.wait_for("/never", 1).await;
    act(&phone, &sid, "hangup", json!({})).await;
    let call = ended(&phone, &sid).await;
    assert_eq!((&call["status"], &call["durationSeconds"]), (&json!("no-answer"), &json!(0)));
    assert_eq!(fields(&phone.webhooks.wait_for("/call-status", 1).await, "CallStatus"), ["failed"]);
}

#[tokio::test]
async fn the_fallback_is_asked_when_a_document_is_none_and_without_it_the_call_fails() {
    let phone = start().await;
    phone.webhooks.answer_next("/voice", (200, "text/xml", "<Response><say/></Response>".to_owned()));
    let sid = call_again(&phone, json!({})).await;
    let call = ended(&phone, &sid).await;
    assert_eq!((&call["status"], &call["endedBy"]), (&json!("failed"), &json!("error")));
    assert!(call["documents"][0]["error"].as_str().unwrap().starts_with("12100"), "{call}");

    let (_, numbers) = phone.get("IncomingPhoneNumbers").await;
    let path = format!("IncomingPhoneNumbers/{}", numbers["incoming_phone_numbers"][0]["sid"].as_str().unwrap());
    phone.post(&path, &[("VoiceFallbackUrl", phone.webhooks.url("/fallback").as_str())]).await;
    for (reply, code) in [
        ((500, "text/xml", "<Response/>".to_owned()), "11217"),
        ((200, "application/json", "<Response/>".to_owned()), "12300"),
        ((200, "text/xml", format!("<Response><!--{}--></Response>", "x".repeat(65_536))), "11750"),
        ((200, "text/xml", "<Response><Message>Hi</Message></Response>".to_owned()), "12100"),
    ] {
        phone.webhooks.answer_next("/voice", reply);
        phone.webhooks.answer_next("/fallback", xml("<Say>Sorry</Say>"));
        let sid = call_again(&phone, json!({})).await;
        assert_eq!(ended(&phone, &sid).await["said"], json!(["Sorry"]));
        let asked = phone.webhooks.arrived("/fallback");
        assert_eq!(asked.last().unwrap().field("ErrorCode"), code);
    }
}

#[tokio::test]
async fn a_slow_document_is_given_up() {
    let phone = start().await;
    phone.patch_json("/_sim/settings", json!({"webhookReadTimeoutMs": 50})).await;
    let (_, numbers) = phone.get("IncomingPhoneNumbers").await;
    let path = format!("IncomingPhoneNumbers/{}", numbers["incoming_phone_numbers"][0]["sid"].as_str().unwrap());
    phone.post(&path, &[("VoiceUrl", phone.webhooks.url("/never").as_str())]).await;
    let sid = call_again(&phone, json!({})).await;
    let call = ended(&phone, &sid).await;
    assert!(call["documents"][0]["error"].as_str().unwrap().starts_with("11200"), "{call}");
}

#[tokio::test]
async fn a_rejected_call_is_not_answered_and_costs_nothing() {
    let phone = start().await;
    for (reason, status) in [("busy", "busy"), ("rejected", "no-answer")] {
        let sid = call(&phone, &format!("<Reject reason='{reason}'/>")).await;
        let call = ended(&phone, &sid).await;
        assert_eq!(
            (&call["status"], &call["priceMicros"], &call["answeredAt"]),
            (&json!(status), &json!(0), &json!(null))
        );
    }
    assert_eq!(fields(&phone.webhooks.wait_for("/call-status", 2).await, "CallStatus"), ["failed", "failed"]);
}

#[tokio::test]
async fn copies_duplicate_every_webhook_of_the_call() {
    let phone = start().await;
    for _ in 0..3 {
        phone.webhooks.answer_next("/voice", xml("<Gather action='/chosen' numDigits='1'/>"));
    }
    let sid = call_again(&phone, json!({"copies": 3, "script": [{"digits": "2"}]})).await;
    ended(&phone, &sid).await;
    phone.webhooks.wait_for("/call-status", 3).await;
    for path in ["/voice", "/chosen", "/call-status"] {
        let arrivals = phone.webhooks.arrived(path);
        assert_eq!(arrivals.len(), 3, "{path}");
        assert!(arrivals.iter().all(|arrival| arrival.body == arrivals[0].body), "{path}");
    }
    assert_eq!(phone.get("Calls").await.1["calls"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn callbacks_of_calls_get_lost_and_double_on_demand() {
    let phone = start().await;
    phone.patch_json("/_sim/settings", json!({"dropCallbacks": 1})).await;
    let lost = call(&phone, "<Hangup/>").await;
    ended(&phone, &lost).await;
    phone.patch_json("/_sim/settings", json!({"duplicateCallbacks": 1})).await;
    let twice = call(&phone, "<Hangup/>").await;
    let arrivals = phone.webhooks.wait_for("/call-status", 2).await;
    assert_eq!(fields(&arrivals, "CallSid"), [twice.as_str(), twice.as_str()]);
}

#[tokio::test]
async fn a_text_goes_out_in_the_middle_of_a_call() {
    let phone = start().await;
    let sid = call(&phone, "<Sms>Thanks for calling</Sms><Say>Bye</Say>").await;
    ended(&phone, &sid).await;
    let shown = eventually(async || {
        let (_, shown) = phone.get(&format!("/_sim/phone/{CUSTOMER}")).await;
        shown["messages"].get(0).cloned()
    });
    assert_eq!(shown.await["body"], "Thanks for calling");
}

#[tokio::test]
async fn what_nobody_can_do_is_refused() {
    let phone = start().await;
    assert_eq!(phone.post_json("/_sim/calls", json!({"from": CUSTOMER, "to": "+12125550188"})).await.0, 404);
    assert_eq!(phone.post_json("/_sim/calls", json!({"from": CUSTOMER, "to": OURS, "copies": 0})).await.0, 400);
    assert_eq!(phone.post_json("/_sim/calls/nonsense/hangup", json!({})).await.0, 404);
    let sid = call(&phone, "<Pause length='600'/>").await;
    assert_eq!(phone.post_json(&format!("/_sim/calls/{sid}/dance"), json!({})).await.0, 404);
    assert_eq!(phone.post_json(&format!("/_sim/calls/{sid}/digits"), json!({"keys": "1"})).await.0, 400);
    assert_eq!(phone.post_json("/_sim/reset", json!({})).await.0, 204);
    assert_eq!(phone.get("/_sim/calls").await.1["calls"], json!([]));
    assert_eq!(phone.post_json(&format!("/_sim/calls/{sid}/hangup"), json!({})).await.0, 404);
}

#[tokio::test]
async fn a_refused_callback_of_a_call_is_tried_three_times() {
    let phone = start().await;
    for _ in 0..2 {
        phone.webhooks.answer_next("/call-status", (500, "text/plain", String::new()));
    }
    let sid = call(&phone, "<Hangup/>").await;
    ended(&phone, &sid).await;
    let arrivals = phone.webhooks.wait_for("/call-status", 3).await;
    assert!(arrivals.iter().all(|arrival| arrival.body == arrivals[0].body));
}

#[tokio::test]
async fn documents_that_lead_in_a_circle_are_cut_however_they_do() {
    let phone = start().await;
    for document in ["<Redirect>/voice</Redirect>", "<Gather numDigits='1' actionOnEmptyResult='true' timeout='0'/>"] {
        let before = phone.webhooks.arrived("/voice").len();
        for _ in 0..20 {
            phone.webhooks.answer_next("/voice", xml(document));
        }
        let sid = call_again(&phone, json!({})).await;
        assert_eq!(ended(&phone, &sid).await["error"], "loop", "{document}");
        assert_eq!(phone.webhooks.arrived("/voice").len() - before, 20, "{document}");
    }
}
