//! The two webhooks of calls, request by request.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CarrierCall, SigningCase, TestApp};

pub(super) const CUSTOMER: &str = "+14055550123";
const GREETING: &str = "Say Thank you for calling. Nobody can take your call right now.";
const TONE: &str = "Say Please leave a message after the tone.";
const RECORDING: &str = "https://example.signalwire.com/api/laml/2010-04-01/Accounts/a/Recordings/rec-1";

/// An enterprise, with its main number.
pub(super) async fn business(app: &TestApp) -> (crate::support::Organization, Value) {
    let org = app.organization("enterprise").await;
    let number = app.wait_for_numbers(&org, 1).await[0].clone();
    (org, number)
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_a_flow_takes_a_voicemail_whose_words_come_later() {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, text(&number["phoneNumber"]));
    let document = call.comes_in().await;
    assert_eq!(document.verbs(), [GREETING, TONE, "Record"]);
    assert_eq!(call.comes_in().await, document, "a second delivery is answered alike");

    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((&conversation["channel"], &conversation["snippet"]), (&json!("voice"), &json!("[call]")));
    assert_eq!((&conversation["unreadCount"], messages.len()), (&json!(0), 1));
    assert_eq!((&messages[0]["status"], &messages[0]["call"]["state"]), (&json!("ringing"), &json!("ringing")));
    assert_eq!((&messages[0]["call"]["kind"], &messages[0]["call"]["recordings"]), (&json!("inbound"), &json!([])));

    let action = document.attribute("Record", "action");
    let left = [("RecordingUrl", RECORDING), ("RecordingDuration", "12"), ("Digits", "#")];
    assert_eq!(call.goes_on(&action, &left).await.verbs(), ["Hangup"]);
    let recording_url = document.attribute("Record", "recordingStatusCallback");
    let recorded = [("RecordingSid", "rec-1"), ("RecordingStatus", "completed"), left[0], left[1]];
    call.tells(&recording_url, &recorded).await;
    call.tells(&recording_url, &recorded).await;
    call.ends("31").await;

    let (conversation, messages) = app.only_conversation(&org).await;
    let entry = &messages[0];
    assert_eq!((messages.len(), &entry["status"], &entry["body"]), (1, &json!("voicemail"), &json!("")));
    assert_eq!((&entry["call"]["durationSeconds"], &entry["call"]["answeredBy"]), (&json!(31), &json!("voicemail")));
    assert_eq!(entry["estimatedCostMicros"], 8500);
    let recordings = entry["call"]["recordings"].as_array().unwrap();
    assert_eq!(recordings.len(), 1, "{recordings:?}");
    assert_eq!((&recordings[0]["kind"], &recordings[0]["durationSeconds"]), (&json!("voicemail"), &json!(12)));
    assert_eq!(recordings[0]["transcription"], json!({ "state": "pending", "text": null }));
    assert_eq!((&conversation["unreadCount"], &conversation["snippet"]), (&json!(1), &json!("[voicemail]")));

    let words = "Hello, it's Maria. Please call me back about <Friday>.";
    let said = [("RecordingSid", "rec-1"), ("TranscriptionStatus", "completed"), ("TranscriptionText", words), left[0]];
    let transcription_url = document.attribute("Record", "transcribeCallback");
    call.tells(&transcription_url, &said).await;
    call.tells(&transcription_url, &said).await;
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((&messages[0]["body"], &conversation["snippet"]), (&json!(words), &json!(words)));
    assert_eq!(messages[0]["call"]["recordings"][0]["transcription"], json!({ "state": "done", "text": words }));
    assert_eq!(conversation["unreadCount"], 1, "the words are no further news");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcription_that_fails_says_so() {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, text(&number["phoneNumber"]));
    let document = call.comes_in().await;
    let left = [("RecordingUrl", RECORDING), ("RecordingDuration", "12")];
    call.goes_on(&document.attribute("Record", "action"), &left).await;
    let failed = [("RecordingSid", "rec-1"), ("TranscriptionStatus", "failed"), ("TranscriptionText", "")];
    call.tells(&document.attribute("Record", "transcribeCallback"), &failed).await;
    let (_, messages) = app.only_conversation(&org).await;
    assert_eq!(messages[0]["status"], "voicemail", "the address of the recording is enough to know it");
    let transcription = &messages[0]["call"]["recordings"][0]["transcription"];
    assert_eq!(*transcription, json!({ "state": "failed", "text": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_voicemail_is_a_missed_call() {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, text(&number["phoneNumber"]));
    let document = call.comes_in().await;
    let silent = [("RecordingUrl", RECORDING), ("RecordingDuration", "0")];
    assert_eq!(call.goes_on(&document.attribute("Record", "action"), &silent).await.verbs(), ["Hangup"]);
    let absent = [("RecordingSid", "rec-1"), ("RecordingStatus", "absent"), silent[0]];
    call.tells(&document.attribute("Record", "recordingStatusCallback"), &absent).await;
    call.ends("14").await;
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((&messages[0]["status"], &messages[0]["call"]["recordings"]), (&json!("missed"), &json!([])));
    assert_eq!((&conversation["unreadCount"], &conversation["snippet"]), (&json!(1), &json!("[missed call]")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_request_about_a_call_is_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let (_, number) = business(&app).await;
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, text(&number["phoneNumber"]));
    let other = CarrierCall::new(&app, "call-2", CUSTOMER, text(&number["phoneNumber"]));
    let document = call.comes_in().await;
    let events = app.count("SELECT count(*) FROM call_events", &[]).await;
    let action = document.attribute("Record", "action");
    let news = document.attribute("Record", "recordingStatusCallback");
    let urls = &app.stack.urls;

    let form = other.form("ringing", &[]);
    for url in [&urls.call_webhook, &urls.call_status_webhook, &action, &news] {
        for case in SigningCase::ALL {
            let answer = app.forged_webhook(url, &form, case).await;
            assert_eq!(
                (answer.status, answer.body),
                (StatusCode::FORBIDDEN, Value::String(String::new())),
                "{url} {case:?}"
            );
        }
    }
    // Signed by the carrier, with a step that was not written here.
    let (payload, tag) = action.split_once("step=").unwrap().1.split_once('.').unwrap();
    let changed = format!("{}?step={payload}x.{tag}", urls.call_webhook);
    let unsigned = format!("{}?step={payload}.", urls.call_webhook);
    let twice = format!("{action}&step={payload}.{tag}");
    for url in [&changed, &unsigned, &twice] {
        let answer = app.webhook(url, &call.form("in-progress", &[])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{url}");
    }
    let (payload, _) = news.split_once("step=").unwrap().1.split_once('.').unwrap();
    let answer = app.webhook(&news.replace(payload, "e30"), &call.form("in-progress", &[])).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // Genuine, in another call.
    let answer = app.webhook(&action, &other.form("in-progress", &[])).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);

    assert_eq!(app.count("SELECT count(*) FROM call_events", &[]).await, events);
    assert_eq!(app.count("SELECT count(*) FROM calls", &[]).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM unroutable_events", &[]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_to_nobodys_number_hears_so_and_is_kept_once() {
    let app = TestApp::start().await;
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, "+14052019999");
    for _ in 0..2 {
        let verbs = call.comes_in().await.verbs();
        assert_eq!(verbs, ["Say The number that you have called is not in service.", "Hangup"]);
    }
    call.ends("4").await;
    let kept = app.rows("SELECT kind, event_key, reason, payload->>'From' FROM unroutable_events", &[]).await;
    let columns: Vec<&str> = (0..4).map(|i| kept[0].get(i)).collect();
    assert_eq!((kept.len(), columns), (1, vec!["call", "call-1", "unknown_number", CUSTOMER]));
    assert_eq!(app.count("SELECT count(*) FROM calls", &[]).await, 0);
    assert_eq!(app.count("SELECT count(*) FROM call_events WHERE call_id IS NULL", &[]).await, 1);
    let log = app.log_text();
    assert!(log.contains("No workspace found for phone number") && !log.contains("+14052019999"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_to_a_suspended_number_is_answered_politely_and_missed() {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    let suspend =
        "UPDATE workspace_phone_numbers SET status = 'suspended', suspended_at = now(), release_due_at = now()";
    app.rows(&format!("{suspend} RETURNING id"), &[]).await;
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, text(&number["phoneNumber"]));
    let verbs = call.comes_in().await.verbs();
    let said = "Say The number that you have called cannot take calls at the moment. Please try again later.";
    assert_eq!(verbs, [said, "Hangup"]);
    call.ends("6").await;
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((&messages[0]["status"], &conversation["unreadCount"]), (&json!("missed"), &json!(1)));
}

/// Whoever was texted from the platform number calls it back.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_to_the_platform_number_goes_to_the_one_workspace_that_texted() {
    let app = TestApp::start().await;
    let platform = app.stack.urls.platform_number.clone();
    let stranger = CarrierCall::new(&app, "call-0", CUSTOMER, &platform);
    assert_eq!(stranger.comes_in().await.verbs()[1], "Hangup");

    let org = app.organization("starter").await;
    let sent = json!({ "channel": "sms", "to": CUSTOMER, "body": "Your order is ready." });
    assert_eq!(app.post(&org, "/messages", &sent).await.status, StatusCode::CREATED);
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, &platform);
    assert_eq!(call.comes_in().await.verbs(), [GREETING, TONE, "Record"]);
    call.ends("5").await;
    let voice = app.get(&org, "/conversations?channel=voice").await;
    let conversations = voice.body["conversations"].as_array().unwrap();
    assert_eq!((conversations.len(), &conversations[0]["unreadCount"]), (1, &json!(1)), "{voice:?}");

    let other = app.organization("starter").await;
    assert_eq!(app.post(&other, "/messages", &sent).await.status, StatusCode::CREATED);
    let ambiguous = CarrierCall::new(&app, "call-2", CUSTOMER, &platform);
    assert_eq!(ambiguous.comes_in().await.verbs()[1], "Hangup");
    let reasons = app.rows("SELECT reason FROM unroutable_events WHERE kind = 'call' ORDER BY event_key", &[]).await;
    let reasons: Vec<&str> = reasons.iter().map(|row| row.get(0)).collect();
    assert_eq!(reasons, ["unknown_platform_sender", "ambiguous_platform_reply"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_callers_are_stored_as_they_are_and_malformed_requests_whole() {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    let to = text(&number["phoneNumber"]);
    for (sid, from) in [("anonymous", "anonymous"), ("sip", "sip:desk@example.com"), ("nobody", "")] {
        let verbs = CarrierCall::new(&app, sid, from, to).comes_in().await.verbs();
        assert_eq!(verbs.last().unwrap(), "Record", "{sid}");
    }
    assert_eq!(app.get(&org, "/conversations").await.body["conversations"].as_array().unwrap().len(), 3);

    for form in [vec![("From", CUSTOMER), ("To", to)], vec![("CallSid", "call-1"), ("From", CUSTOMER)]] {
        for _ in 0..2 {
            let answer = app.webhook(&app.stack.urls.call_webhook, &form).await;
            assert!(answer.status.is_success() && text(&answer.body).contains("<Hangup/>"), "{answer:?}");
        }
    }
    assert_eq!(app.webhook(&app.stack.urls.call_status_webhook, &[("CallStatus", "completed")]).await.status, 204);
    let malformed = "SELECT count(*) FROM unroutable_events WHERE reason = 'malformed'";
    assert_eq!(app.count(malformed, &[]).await, 3);
}

/// Staff reads while a call is on, and after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_missed_call_counts_as_unread_until_somebody_reads_it() {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    let call = CarrierCall::new(&app, "call-1", CUSTOMER, text(&number["phoneNumber"]));
    call.comes_in().await;
    let (conversation, _) = app.only_conversation(&org).await;
    let read = async || {
        let url = app.api(&org.id, &format!("/conversations/{}", text(&conversation["id"])));
        app.call(Method::PATCH, &url, Some(&org.admin_token), Some(&json!({ "read": true })), &[]).await
    };
    assert_eq!(read().await.body["conversation"]["unreadCount"], 0);
    call.ends("5").await;
    assert_eq!(app.only_conversation(&org).await.0["unreadCount"], 1);
    assert_eq!(read().await.body["conversation"]["unreadCount"], 0);
    call.ends("5").await;
    assert_eq!(app.only_conversation(&org).await.0["unreadCount"], 0, "a late copy is no news");
}
