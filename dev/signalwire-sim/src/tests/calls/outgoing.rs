use serde_json::{Value, json};

use super::{act, ended, fields, leg, start, state, xml};
use crate::tests::support::{CUSTOMER, OURS, Phone, eventually};

/// Calls the customer, with callbacks for everything.
async fn place(phone: &Phone, more: &[(&str, &str)]) -> Value {
    let (url, status) = (phone.webhooks.url("/answer"), phone.webhooks.url("/progress"));
    let mut form = vec![("From", OURS), ("To", CUSTOMER), ("Url", url.as_str()), ("StatusCallback", status.as_str())];
    for event in ["initiated", "ringing", "answered", "completed"] {
        form.push(("StatusCallbackEvent", event));
    }
    form.retain(|(name, _)| !more.iter().any(|(other, _)| name == other));
    form.extend(more);
    let (status, call) = phone.post("Calls.json", &form).await;
    assert_eq!(status, 200, "{call}");
    call
}

fn sid(call: &Value) -> &str {
    call["sid"].as_str().unwrap()
}

#[tokio::test]
async fn an_answered_call_asks_for_its_document_and_reports_each_step() {
    let phone = start().await;
    phone.webhooks.answer_next("/answer", xml("<Say>Your appointment is tomorrow</Say>"));
    let call = place(&phone, &[("MachineDetection", "Enable")]).await;
    assert_eq!((&call["status"], &call["direction"]), (&json!("queued"), &json!("outbound")));
    act(&phone, sid(&call), "answer", json!({"machine": true})).await;
    let ended = ended(&phone, sid(&call)).await;
    assert_eq!(ended["said"], json!(["Your appointment is tomorrow"]));

    let asked = phone.webhooks.arrived("/answer").remove(0);
    assert_eq!((asked.field("CallStatus"), asked.field("Direction")), ("in-progress", "outbound-api"));
    assert_eq!((asked.field("From"), asked.field("To"), asked.field("AnsweredBy")), (OURS, CUSTOMER, "machine"));
    let progress = phone.webhooks.wait_for("/progress", 4).await;
    assert_eq!(fields(&progress, "CallStatus"), ["initiated", "ringing", "in-progress", "completed"]);
    assert_eq!(fields(&progress, "SequenceNumber"), ["0", "1", "2", "3"]);
    assert_eq!((progress[3].field("CallDuration"), progress[3].field("SipResultCode")), ("2", "200"));
    assert!(progress.iter().all(|arrival| arrival.form.get("ParentCallSid").is_none()));
    for arrival in &progress {
        phone.webhooks.assert_signed(arrival, &phone.settings.signing_key);
    }
    let (_, fetched) = phone.get(&format!("Calls/{}", sid(&call))).await;
    assert_eq!((&fetched["price"], &fetched["duration"]), (&json!(0.009), &json!(2)));
}

#[tokio::test]
async fn only_the_end_is_reported_unless_more_is_wanted() {
    let phone = start().await;
    let call = place(&phone, &[("StatusCallbackEvent", "")]).await;
    act(&phone, sid(&call), "decline", json!({})).await;
    ended(&phone, sid(&call)).await;
    let progress = phone.webhooks.wait_for("/progress", 1).await;
    assert_eq!((fields(&progress, "CallStatus"), fields(&progress, "SequenceNumber")), (vec!["busy"], vec!["0"]));
    assert!(progress[0].form.get("CallDuration").is_none());
}

#[tokio::test]
async fn calls_that_nobody_takes_end_in_their_ways() {
    let phone = start().await;
    for (to, action, status) in [
        (CUSTOMER, Some("decline"), "busy"),
        (CUSTOMER, Some("ignore"), "no-answer"),
        ("+19075550103", None, "no-answer"),
        ("+19075550108", None, "failed"),
    ] {
        let call = place(&phone, &[("To", to), ("Timeout", "5")]).await;
        if let Some(action) = action {
            act(&phone, sid(&call), action, json!({})).await;
        }
        let ended = ended(&phone, sid(&call)).await;
        assert_eq!((&ended["status"], &ended["priceMicros"]), (&json!(status), &json!(0)), "{to}");
    }
    assert!(phone.webhooks.arrived("/answer").is_empty());
}

#[tokio::test]
async fn click_to_call_rings_the_member_and_then_the_customer() {
    let phone = start().await;
    let member = "+14055550177";
    let document = format!("<Say>Connecting</Say><Dial callerId='{OURS}' action='/dialled'>{CUSTOMER}</Dial>");
    phone.webhooks.answer_next("/answer", xml(&document));
    let call = place(&phone, &[("To", member)]).await;
    act(&phone, sid(&call), "answer", json!({})).await;
    let customer = leg(&phone, sid(&call), CUSTOMER).await;
    act(&phone, &customer, "answer", json!({})).await;
    eventually(async || (state(&phone, &customer).await["bridged"] == true).then_some(())).await;
    act(&phone, sid(&call), "hangup", json!({"seconds": 61})).await;
    let (parent, child) = (ended(&phone, sid(&call)).await, ended(&phone, &customer).await);
    assert_eq!((&parent["endedBy"], &child["endedBy"]), (&json!("callee"), &json!("parent")));
    assert_eq!((&child["durationSeconds"], &child["priceMicros"]), (&json!(61), &json!(18_000)));
}

#[tokio::test]
async fn the_api_ends_cancels_and_redirects_calls() {
    let phone = start().await;
    let ringing = place(&phone, &[]).await;
    let path = format!("Calls/{}", sid(&ringing));
    assert_eq!(phone.delete(&path).await.1["code"], 20009);
    assert_eq!(phone.post(&path, &[("Status", "canceled")]).await.1["status"], "canceled");
    assert_eq!(phone.post(&path, &[("Status", "completed")]).await.1["code"], 10000);
    assert_eq!(phone.delete(&path).await.0, 204);
    assert_eq!(phone.get(&path).await.0, 404);

    phone.webhooks.answer_next("/answer", xml("<Pause length='600'/>"));
    phone.webhooks.answer_next("/elsewhere", xml("<Say>Elsewhere</Say><Pause length='600'/>"));
    let call = place(&phone, &[]).await;
    let path = format!("Calls/{}", sid(&call));
    act(&phone, sid(&call), "answer", json!({})).await;
    let elsewhere = phone.webhooks.url("/elsewhere");
    assert_eq!(phone.post(&path, &[("Url", &elsewhere), ("Method", "GET")]).await.0, 200);
    eventually(async || (state(&phone, sid(&call)).await["said"] == json!(["Elsewhere"])).then_some(())).await;
    assert_eq!(phone.post(&path, &[("Status", "canceled")]).await.1["code"], 10000);
    assert_eq!(phone.post(&path, &[("Status", "completed")]).await.1["status"], "completed");
    assert_eq!(state(&phone, sid(&call)).await["endedBy"], "api");
}

#[tokio::test]
async fn an_outgoing_call_can_be_recorded_as_a_whole() {
    let phone = start().await;
    phone.webhooks.answer_next("/answer", xml("<Pause length='10'/>"));
    let recording = phone.webhooks.url("/recording");
    let wanted = [("Record", "true"), ("RecordingChannels", "dual"), ("RecordingStatusCallback", recording.as_str())];
    let call = place(&phone, &wanted).await;
    act(&phone, sid(&call), "answer", json!({})).await;
    let arrival = phone.webhooks.wait_for("/recording", 1).await.remove(0);
    assert_eq!((arrival.field("RecordingSource"), arrival.field("RecordingChannels")), ("OutBoundApi", "2"));
    assert_eq!(arrival.field("RecordingDuration"), "10");
}

#[tokio::test]
async fn callbacks_turn_around_on_demand() {
    let phone = start().await;
    phone.patch_json("/_sim/settings", json!({"reorderCallbacks": true})).await;
    let call = place(&phone, &[]).await;
    act(&phone, sid(&call), "decline", json!({})).await;
    let progress = phone.webhooks.wait_for("/progress", 3).await;
    assert_eq!(fields(&progress, "CallStatus"), ["busy", "ringing", "initiated"]);
    assert_eq!(fields(&progress, "SequenceNumber"), ["2", "1", "0"]);
}
