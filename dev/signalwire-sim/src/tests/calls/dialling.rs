use serde_json::json;

use super::{SALES, SUPPORT, act, call, ended, fields, leg, start, state, xml};
use crate::tests::support::{CUSTOMER, OURS, eventually};

#[tokio::test]
async fn a_forwarded_call_is_answered_and_the_two_talk() {
    let phone = start().await;
    let document = "<Dial action='/dialled' timeout='20' callerId='+12125550150' record='record-from-answer' \
                    recordingStatusCallback='/recording'>\
                    <Number statusCallback='/leg' statusCallbackEvent='initiated ringing answered completed'>+14055550100</Number></Dial>";
    let sid = call(&phone, document).await;
    let leg = leg(&phone, &sid, SALES).await;
    assert_eq!(act(&phone, &leg, "answer", json!({})).await["from"], OURS);
    eventually(async || (state(&phone, &sid).await["bridged"] == true).then_some(())).await;
    assert_eq!(state(&phone, &sid).await["waitingFor"], "dial");
    act(&phone, &leg, "hangup", json!({"seconds": 42})).await;
    let call = ended(&phone, &sid).await;
    assert_eq!((&call["endedBy"], &call["legs"]), (&json!("document"), &json!([leg])));

    let dialled = phone.webhooks.arrived("/dialled").remove(0);
    assert_eq!((dialled.field("DialCallStatus"), dialled.field("DialCallDuration")), ("completed", "42"));
    assert_eq!(dialled.field("DialCallSid"), leg);
    assert!(dialled.field("RecordingUrl").starts_with(phone.simulator.url()));
    let recording = phone.webhooks.wait_for("/recording", 1).await.remove(0);
    assert_eq!((recording.field("RecordingSource"), recording.field("RecordingDuration")), ("DialVerb", "42"));
    let progress = phone.webhooks.wait_for("/leg", 4).await;
    assert_eq!(fields(&progress, "CallStatus"), ["initiated", "ringing", "in-progress", "completed"]);
    assert_eq!(fields(&progress, "SequenceNumber"), ["0", "1", "2", "3"]);
    assert_eq!((progress[3].field("CallDuration"), progress[2].form.get("CallDuration")), ("42", None));
    for arrival in &progress {
        phone.webhooks.assert_signed(arrival, &phone.settings.signing_key);
        assert_eq!((arrival.field("ParentCallSid"), arrival.field("Direction")), (sid.as_str(), "outbound-dial"));
        assert_eq!(arrival.field("CallbackSource"), "call-progress-events");
    }
}

#[tokio::test]
async fn nobody_answers_and_the_action_leads_to_voicemail() {
    let phone = start().await;
    phone.webhooks.answer_next("/dialled", xml("<Record action='/done'/>"));
    let sid = call(&phone, "<Dial action='/dialled' timeout='20'>+14055550100</Dial>").await;
    let leg_sid = leg(&phone, &sid, SALES).await;
    act(&phone, &leg_sid, "ignore", json!({})).await;
    act(&phone, &sid, "record", json!({"seconds": 5, "transcript": "Hello"})).await;
    let call = ended(&phone, &sid).await;
    assert!(call["durationSeconds"].as_u64().unwrap() >= 25, "{call}");
    let dialled = phone.webhooks.arrived("/dialled").remove(0);
    assert_eq!((dialled.field("DialCallStatus"), dialled.field("DialCallDuration")), ("no-answer", "0"));
    let leg = ended(&phone, &leg_sid).await;
    assert_eq!((&leg["status"], &leg["from"], &leg["priceMicros"]), (&json!("no-answer"), &json!(CUSTOMER), &json!(0)));
}

#[tokio::test]
async fn a_declined_call_is_busy_and_without_action_the_next_verb_follows() {
    let phone = start().await;
    let sid = call(&phone, "<Dial>+14055550100</Dial><Say>Try later</Say>").await;
    let leg_sid = leg(&phone, &sid, SALES).await;
    act(&phone, &leg_sid, "decline", json!({})).await;
    assert_eq!(ended(&phone, &sid).await["said"], json!(["Try later"]));
    assert_eq!(state(&phone, &leg_sid).await["status"], "busy");
}

#[tokio::test]
async fn several_phones_ring_at_once_and_the_first_to_answer_wins() {
    let phone = start().await;
    let document = "<Dial action='/dialled'><Number statusCallback='/leg'>+14055550100</Number>\
                    <Number statusCallback='/leg'>+14055550101</Number></Dial>";
    let sid = call(&phone, document).await;
    let (first, second) = (leg(&phone, &sid, SALES).await, leg(&phone, &sid, SUPPORT).await);
    act(&phone, &second, "answer", json!({})).await;
    assert_eq!(ended(&phone, &first).await["status"], "canceled");
    assert_eq!(phone.post_json(&format!("/_sim/calls/{first}/answer"), json!({})).await.0, 409);
    act(&phone, &sid, "hangup", json!({"seconds": 9})).await;
    ended(&phone, &sid).await;
    assert_eq!(ended(&phone, &second).await["endedBy"], "parent");
    let dialled = phone.webhooks.wait_for("/dialled", 1).await.remove(0);
    assert_eq!((dialled.field("DialCallSid"), dialled.field("DialCallDuration")), (second.as_str(), "9"));
    let mut states = phone.webhooks.wait_for("/leg", 2).await;
    states.sort_by_key(|arrival| arrival.field("CallStatus").to_owned());
    assert_eq!(fields(&states, "CallStatus"), ["canceled", "completed"]);
}

#[tokio::test]
async fn the_called_person_hears_a_whisper_before_being_connected() {
    let phone = start().await;
    let document = "<Dial action='/dialled' answerOnBridge='true'><Number url='/whisper'>+14055550100</Number></Dial>";
    phone.webhooks.answer_next("/whisper", xml("<Say>Call for sales</Say>"));
    let sid = call(&phone, document).await;
    let leg_sid = leg(&phone, &sid, SALES).await;
    assert_eq!(state(&phone, &sid).await["status"], "ringing");
    act(&phone, &leg_sid, "answer", json!({})).await;
    eventually(async || (state(&phone, &sid).await["bridged"] == true).then_some(())).await;
    let leg = state(&phone, &leg_sid).await;
    assert_eq!(leg["said"], json!(["Call for sales"]));
    let whisper = phone.webhooks.arrived("/whisper").remove(0);
    assert_eq!((whisper.field("ParentCallSid"), whisper.field("CallSid")), (sid.as_str(), leg_sid.as_str()));
    act(&phone, &sid, "hangup", json!({})).await;
    assert_eq!(ended(&phone, &leg_sid).await["status"], "completed");
}

#[tokio::test]
async fn a_whisper_that_ends_in_a_hangup_connects_nobody() {
    let phone = start().await;
    phone.webhooks.answer_next("/whisper", xml("<Gather action='/accept' numDigits='1'/><Hangup/>"));
    let sid = call(&phone, "<Dial action='/dialled'><Number url='/whisper'>+14055550100</Number></Dial>").await;
    let leg_sid = leg(&phone, &sid, SALES).await;
    act(&phone, &leg_sid, "answer", json!({})).await;
    act(&phone, &leg_sid, "digits", json!({"digits": ""})).await;
    ended(&phone, &sid).await;
    assert_eq!(phone.webhooks.arrived("/dialled")[0].field("DialCallStatus"), "no-answer");
    assert_eq!(state(&phone, &sid).await["bridged"], false);
}

#[tokio::test]
async fn phones_that_behave_by_themselves_do_so() {
    let phone = start().await;
    for (habit, status) in [("answer", "completed"), ("busy", "busy"), ("no_answer", "no-answer")] {
        phone.patch_json("/_sim/settings", json!({"answerCalls": habit})).await;
        let sid = call(&phone, "<Dial action='/dialled' timeout='20'>+14055550100</Dial>").await;
        ended(&phone, &sid).await;
        assert_eq!(phone.webhooks.arrived("/dialled").last().unwrap().field("DialCallStatus"), status);
    }
    phone.patch_json("/_sim/settings", json!({"answerCalls": "manual"})).await;
    for (to, status) in [("+19075550103", "no-answer"), ("+19075550104", "busy"), ("+19075550108", "failed")] {
        let sid = call(&phone, &format!("<Dial action='/dialled' timeout='5'>{to}</Dial>")).await;
        ended(&phone, &sid).await;
        assert_eq!(phone.webhooks.arrived("/dialled").last().unwrap().field("DialCallStatus"), status);
    }
}

#[tokio::test]
async fn a_strange_caller_id_is_not_dialled_with() {
    let phone = start().await;
    let sid = call(&phone, "<Dial action='/dialled' callerId='+13035550100'>+14055550100</Dial>").await;
    let call = ended(&phone, &sid).await;
    assert_eq!(phone.webhooks.arrived("/dialled")[0].field("DialCallStatus"), "failed");
    assert!(call["error"].as_str().unwrap().starts_with("21210"));
}

#[tokio::test]
async fn time_runs_out_by_itself() {
    let phone = start().await;
    phone.patch_json("/_sim/settings", json!({"callPatienceMs": 0, "callTimeScale": 2})).await;
    let document = "<Dial timeout='20'>+14055550100</Dial><Record timeout='5' action='/done'/>";
    let sid = call(&phone, document).await;
    let call = ended(&phone, &sid).await;
    assert_eq!(call["durationSeconds"], 25);
    assert_eq!(phone.webhooks.arrived("/done")[0].field("RecordingDuration"), "0");
    let leg_sid = leg(&phone, &sid, SALES).await;
    assert_eq!(
        (&state(&phone, &leg_sid).await["status"], &state(&phone, &leg_sid).await["endedBy"]),
        (&json!("no-answer"), &json!("timeout"))
    );
}

#[tokio::test]
async fn a_talk_ends_by_its_limit_by_a_star_and_by_the_api() {
    let phone = start().await;
    phone.patch_json("/_sim/settings", json!({"callTimeScale": 1})).await;
    let limited = call(&phone, "<Dial timeLimit='40' action='/dialled'>+14055550100</Dial>").await;
    let leg_sid = leg(&phone, &limited, SALES).await;
    act(&phone, &leg_sid, "answer", json!({})).await;
    ended(&phone, &limited).await;
    assert_eq!(phone.webhooks.arrived("/dialled")[0].field("DialCallDuration"), "40");

    phone.patch_json("/_sim/settings", json!({"callTimeScale": 100})).await;
    let starred = call(&phone, "<Dial hangupOnStar='true'>+14055550100</Dial><Say>Bye</Say>").await;
    let leg_sid = leg(&phone, &starred, SALES).await;
    act(&phone, &leg_sid, "answer", json!({})).await;
    act(&phone, &starred, "digits", json!({"digits": "*"})).await;
    assert_eq!(ended(&phone, &starred).await["said"], json!(["Bye"]));
    assert_eq!(state(&phone, &leg_sid).await["endedBy"], "parent");

    let stopped = call(&phone, "<Dial>+14055550100</Dial><Say>Bye</Say>").await;
    let leg_sid = leg(&phone, &stopped, SALES).await;
    act(&phone, &leg_sid, "answer", json!({})).await;
    assert_eq!(phone.post(&format!("Calls/{leg_sid}"), &[("Status", "completed")]).await.1["status"], "completed");
    assert_eq!(ended(&phone, &stopped).await["said"], json!(["Bye"]));
}

#[tokio::test]
async fn a_caller_who_gives_up_while_phones_ring_or_whisper_silences_them() {
    let phone = start().await;
    phone.webhooks.answer_next("/whisper", xml("<Pause length='600'/>"));
    for answered in [false, true] {
        let sid = call(&phone, "<Dial><Number url='/whisper' statusCallback='/leg'>+14055550100</Number></Dial>").await;
        let leg_sid = leg(&phone, &sid, SALES).await;
        if answered {
            act(&phone, &leg_sid, "answer", json!({})).await;
            phone.webhooks.wait_for("/whisper", 1).await;
        }
        act(&phone, &sid, "hangup", json!({})).await;
        ended(&phone, &sid).await;
        let leg = ended(&phone, &leg_sid).await;
        assert_eq!(
            (&leg["status"], &leg["endedBy"]),
            (&json!(if answered { "completed" } else { "canceled" }), &json!("parent"))
        );
    }
    assert_eq!(fields(&phone.webhooks.wait_for("/leg", 2).await, "CallStatus"), ["canceled", "completed"]);
}
