//! Calls while Postgres is away: everybody is answered in time, and afterwards everything is there.

use std::time::{Duration, Instant};

use serde_json::json;

use super::webhooks::{CUSTOMER, business, text};
use crate::support::{CarrierCall, Outage, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_while_postgres_is_away_is_a_voicemail_that_is_stored_afterwards() {
    let mut outage = Outage::start().await;
    let (org, number) = business(&outage.app).await;
    let to = text(&number["phoneNumber"]).to_owned();
    outage.kill().await;

    let call = CarrierCall::new(&outage.app, "call-1", CUSTOMER, &to);
    let started = Instant::now();
    let document = call.comes_in().await;
    assert!(started.elapsed() < Duration::from_secs(5), "the carrier waits five seconds: {:?}", started.elapsed());
    assert_eq!(document.verbs().last().unwrap(), "Record");
    let url = ("RecordingUrl", "https://example.signalwire.com/Recordings/rec-1");
    let left = [url, ("RecordingDuration", "12")];
    assert_eq!(call.goes_on(&document.attribute("Record", "action"), &left).await.verbs(), ["Hangup"]);
    let said =
        [("RecordingSid", "rec-1"), ("TranscriptionStatus", "completed"), ("TranscriptionText", "Call me."), url];
    call.tells(&document.attribute("Record", "transcribeCallback"), &said).await;
    call.ends("20").await;
    outage.recover().await;

    let app = &outage.app;
    let done = "SELECT count(*) FROM calls c JOIN call_recordings r ON r.call_id = c.id
        WHERE c.state = 'voicemail' AND c.duration_seconds = 20 AND r.transcription = 'Call me.'";
    app.eventually("the voicemail is there", async || (app.count(done, &[]).await == 1).then_some(())).await;
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!(
        (messages.len(), &messages[0]["body"], &conversation["unreadCount"]),
        (1, &json!("Call me."), &json!(1))
    );
    outage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_postgres_leaves_in_the_middle_goes_on() {
    let mut outage = Outage::start().await;
    let (org, number) = business(&outage.app).await;
    let forward = json!({ "numbers": [{ "phoneNumber": "+14055550100" }], "whisper": "Call for sales" });
    outage.app.set_voice(&org, &number, json!({ "forward": forward })).await;
    let to = text(&number["phoneNumber"]).to_owned();
    let (first, second) = (
        CarrierCall::new(&outage.app, "call-1", CUSTOMER, &to),
        CarrierCall::new(&outage.app, "call-2", CUSTOMER, &to),
    );
    let (document, other) = (first.comes_in().await, second.comes_in().await);
    assert_eq!(document.verbs(), ["Dial +14055550100"]);
    let (sid_1, sid_2) = (first.sid.clone(), second.sid.clone());
    outage.kill().await;

    // Nobody answers the first one; the second one is talked with, without the whisper.
    let first = CarrierCall::new(&outage.app, &sid_1, CUSTOMER, &to);
    let after = first.goes_on(&document.attribute("Dial", "action"), &[("DialCallStatus", "no-answer")]).await;
    assert_eq!(after.verbs().last().unwrap(), "Record");
    first.ends("40").await;
    let second = CarrierCall::new(&outage.app, &sid_2, CUSTOMER, &to);
    let leg = [("CallSid", "leg-2"), ("ParentCallSid", &*sid_2), ("To", "+14055550100")];
    assert_eq!(second.goes_on(&other.attribute("Number", "url"), &leg).await.verbs(), Vec::<String>::new());
    second.tells(&other.attribute("Number", "statusCallback"), &leg).await;
    let after = second.goes_on(&other.attribute("Dial", "action"), &[("DialCallStatus", "completed")]).await;
    assert_eq!(after.verbs(), ["Hangup"]);
    second.ends("61").await;
    outage.recover().await;

    let app = &outage.app;
    let done = "SELECT count(*) FROM calls WHERE ended_at IS NOT NULL";
    app.eventually("both have ended", async || (app.count(done, &[]).await == 2).then_some(())).await;
    app.eventually("all is stored", async || {
        let (conversation, messages) = app.only_conversation(&org).await;
        let states: Vec<_> = messages.iter().map(|m| [&m["status"], &m["call"]["answeredBy"]]).collect();
        let expected = json!([["completed", "+14055550100"], ["missed", null]]);
        (json!(states) == expected && conversation["unreadCount"] == 1).then_some(())
    })
    .await;
    outage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_and_without_the_queue_a_call_is_not_acknowledged() {
    let mut queue = String::new();
    let app = TestApp::start_with(|options| {
        options.app_database_url = "postgres://switchboard_app@127.0.0.1:1/nowhere?sslmode=disable".to_owned();
        queue = format!("{}-inbox.fifo", options.stack_name);
    })
    .await;
    let body = json!({ "QueueUrl": format!("{}{queue}", app.stack.urls.queues) }).to_string();
    let authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request";
    let headers = [("x-amz-target", "AmazonSQS.DeleteQueue"), ("authorization", authorization)];
    let url = format!("{}/", app.stack.urls.sqs);
    let answer = app.post_raw(&url, "application/x-amz-json-1.0", body.into_bytes(), &headers).await;
    assert!(answer.status.is_success(), "{answer:?}");

    let call = CarrierCall::new(&app, "call-1", CUSTOMER, "+14052010177");
    for url in [&app.stack.urls.call_webhook, &app.stack.urls.call_status_webhook] {
        let started = Instant::now();
        let answer = app.webhook(url, &call.form("ringing", &[])).await;
        assert_eq!(answer.status, 503, "the carrier requests the fallback URL, or tries again");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}
