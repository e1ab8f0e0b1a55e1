//! Calls and their recordings.

use super::*;
use crate::domain::{ApprovedCall, approve_click_to_call, approve_spoken_call};

fn sender() -> Sender {
    Sender { phone_number_id: None, phone_number: number(NUMBER), number_type: None, reason: SenderReason::Platform }
}

fn spoken() -> ApprovedCall {
    let consent = Consent::looked_up(sender(), number("+14152370100"));
    approve_spoken_call("Hello", &consent, &["US".to_owned()]).unwrap()
}

fn connecting() -> ApprovedCall {
    let (member, customer) = (number("+14152370150"), number("+14152370100"));
    approve_click_to_call(member, sender(), customer, &[], &["US".to_owned()]).unwrap()
}

fn webhooks() -> CallWebhooks {
    CallWebhooks {
        document: Url::parse("https://hooks.example.com/call?step=a.b").unwrap(),
        status_callback: Url::parse("https://hooks.example.com/call-status?call=1").unwrap(),
    }
}

fn call(sid: &str, to: &str, created: &str) -> Value {
    json!({
        "sid": sid, "parent_call_sid": null, "direction": "outbound", "from": NUMBER, "to": to, "status": "queued",
        "date_created": created, "start_time": null, "end_time": null, "duration": 0, "price": null,
    })
}

const CREATED: &str = "Thu, 15 Jan 2026 10:31:00 +0000";

#[tokio::test]
async fn a_call_says_who_rings_first_and_where_the_carrier_turns_to() {
    for (approved, to, timeout) in [(spoken(), "+14152370100", "45"), (connecting(), "+14152370150", "25")] {
        for status in [200, 201] {
            let stub = Stub::answering(vec![Reply::Json(status, call(SID, to, CREATED))]).await;
            let placed = stub.client.create_call(&approved, &webhooks()).await.unwrap();
            assert_eq!((placed.sid.as_str(), placed.status.as_str(), placed.price_micros), (SID, "queued", None));
            assert_eq!(placed.began_at(), Some(time("2026-01-15T10:31:00Z")));

            let request = stub.only_request();
            assert_eq!(request.line, format!("POST /api/laml/2010-04-01/Accounts/{PROJECT}/Calls.json"));
            let expected = [
                ("From", NUMBER),
                ("To", to),
                ("Url", "https://hooks.example.com/call?step=a.b"),
                ("Method", "POST"),
                ("FallbackUrl", "https://hooks.example.com/call?step=a.b"),
                ("FallbackMethod", "POST"),
                ("Timeout", timeout),
                ("StatusCallback", "https://hooks.example.com/call-status?call=1"),
                ("StatusCallbackMethod", "POST"),
                ("StatusCallbackEvent", "initiated"),
                ("StatusCallbackEvent", "ringing"),
                ("StatusCallbackEvent", "answered"),
                ("StatusCallbackEvent", "completed"),
            ];
            assert_eq!(form(&request.body), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
    }
}

#[tokio::test]
async fn a_call_whose_answer_is_lost_may_be_ringing_and_is_not_placed_again() {
    for reply in [Reply::Lost, Reply::Json(502, json!({})), Reply::Silence, Reply::Raw("HTTP/1.1 200 OK\r\n\r\n{}")] {
        let stub = Stub::answering(vec![reply]).await;
        let error = stub.client.create_call(&spoken(), &webhooks()).await.unwrap_err();
        assert!(error.outcome_unknown() && !error.retryable(), "{error:?}");
        assert_eq!(stub.received().len(), 1);
    }
}

#[tokio::test]
async fn a_refused_call_is_named_by_its_code_in_both_shapes() {
    let array = |code: &str| json!({ "errors": [{ "code": code, "message": "no", "more_info": "https://x" }] });
    let flat = |code: i64| json!({ "code": code, "message": "no", "more_info": "https://x", "status": 400 });
    for (body, code) in [(array("30010"), "30010"), (array("21211"), "21211"), (flat(21210), "21210")] {
        let stub = Stub::answering(vec![Reply::Json(400, body)]).await;
        let error = stub.client.create_call(&spoken(), &webhooks()).await.unwrap_err();
        assert!(matches!(error, ClientError::Refused(_)), "{error:?}");
        assert_eq!(error.refusal().and_then(|refusal| refusal.code.as_deref()), Some(code));
    }
    let stub = Stub::answering(vec![Reply::Json(400, array("30002"))]).await;
    let error = stub.client.create_call(&spoken(), &webhooks()).await.unwrap_err();
    assert!(matches!(error, ClientError::LowBalance(_)), "{error:?}");
}

#[tokio::test]
async fn calls_between_two_numbers_are_compared_by_their_times_here() {
    let other = "11111111-0000-4000-8000-000000000001";
    let listed = json!({ "next_page_uri": null, "calls": [
        call(SID, "+14152370100", CREATED),
        call(other, "+14152370100", "Thu, 15 Jan 2026 09:31:00 +0000"),
        call(other, "+14152370199", CREATED),
    ] });
    let stub = Stub::answering(vec![Reply::Json(200, listed)]).await;
    let query = CallQuery {
        to: Some(number("+14152370100")),
        from: Some(number(NUMBER)),
        since: Some(time("2026-01-15T10:30:00Z")),
        ..CallQuery::default()
    };
    let found = stub.client.find_calls(&query).await.unwrap();
    assert_eq!(found.iter().map(|call| call.sid.as_str()).collect::<Vec<_>>(), [SID]);
    assert!(
        stub.only_request().line.ends_with("/Calls.json?To=%2B14152370100&From=%2B12132186751&PageSize=1000"),
        "{:?}",
        stub.received()
    );
}

#[tokio::test]
async fn all_calls_are_asked_for_by_time_and_legs_by_their_parent() {
    let empty = || Reply::Json(200, json!({ "calls": [], "next_page_uri": null }));
    let stub = Stub::answering(vec![empty(), empty()]).await;
    let since = time("2026-01-15T10:30:00Z");
    stub.client.list_calls(since, None).await.unwrap();
    let query = CallQuery { parent_sid: Some(SID.to_owned()), since: Some(since), ..CallQuery::default() };
    stub.client.find_calls(&query).await.unwrap();
    let received = stub.received();
    assert!(
        received[0].line.ends_with("?StartTime%3E=Thu%2C+15+Jan+2026+10%3A30%3A00+%2B0000&PageSize=1000"),
        "{received:?}"
    );
    assert!(received[1].line.ends_with(&format!("?ParentCallSid={SID}&PageSize=1000")), "{received:?}");
}

#[tokio::test]
async fn a_call_is_read_with_its_price() {
    let mut over = call(SID, "+14152370100", CREATED);
    over["status"] = json!("completed");
    over["duration"] = json!("61");
    over["price"] = json!(-0.016);
    let stub = Stub::answering(vec![Reply::Json(200, over)]).await;
    let read = stub.client.get_call(SID).await.unwrap();
    assert_eq!((read.duration_seconds, read.price_micros), (Some(61), Some(16_000)));
    assert!(!format!("{read:?}").contains("2370100"), "{read:?}");
    let received = stub.received();
    assert!(received[0].line.ends_with(&format!("/Calls/{SID}.json")), "{received:?}");
}

#[tokio::test]
async fn recordings_are_found_and_deleted_once_or_more() {
    let recording = json!({ "sid": SID, "call_sid": "c", "source": "RecordVerb", "status": "completed",
        "duration": 12, "price": "-0.0025", "date_created": CREATED });
    let mut other = recording.clone();
    other["call_sid"] = json!("d");
    let listed = json!({ "recordings": [recording.clone(), other], "next_page_uri": null });
    let stub = Stub::answering(vec![
        Reply::Json(200, recording),
        Reply::Json(200, listed),
        Reply::Raw("HTTP/1.1 204 No Content\r\n\r\n"),
        Reply::Json(404, json!({ "code": 20404, "message": "gone", "status": 404 })),
        Reply::Json(503, json!({})),
    ])
    .await;
    let read = stub.client.get_recording(SID).await.unwrap();
    assert_eq!((read.duration_seconds, read.price_micros), (Some(12), Some(2_500)));
    let query = RecordingQuery { call_sid: Some("c".to_owned()), since: Some(time("2026-01-15T10:30:00Z")) };
    assert_eq!(stub.client.find_recordings(&query).await.unwrap(), [read]);
    stub.client.delete_recording(SID).await.unwrap();
    stub.client.delete_recording(SID).await.unwrap();
    let error = stub.client.delete_recording(SID).await.unwrap_err();
    assert!(error.retryable(), "{error:?}");
    let base = format!("/api/laml/2010-04-01/Accounts/{PROJECT}/Recordings");
    assert_eq!(stub.received()[2].line, format!("DELETE {base}/{SID}.json"));
    assert!(stub.client.recording_url(SID).as_str().ends_with(&format!("{base}/{SID}.wav")));
}
