//! Recordings of calls: from the carrier into the bucket, to members by addresses that expire, and deleted in time.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Organization, TestApp, basic};

const CUSTOMER: &str = "+14055550123";

async fn organization(app: &TestApp) -> (Organization, String) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    (org, number)
}

/// A customer calls, and speaks to the voicemail.
async fn voicemail(app: &TestApp, number: &str) {
    let script = json!([{ "record": { "seconds": 7, "transcript": "Please call me back." } }]);
    let call = json!({ "from": CUSTOMER, "to": number, "script": script });
    let sid = app.sim_post("/calls", call).await["callSid"].as_str().unwrap().to_owned();
    app.ended_call(&sid).await;
}

/// The recording of the workspace's only call, once it is in this state.
async fn recording(app: &TestApp, org: &Organization, state: &str) -> Value {
    app.eventually(&format!("the recording is {state}"), async || {
        let (_, messages) = app.only_conversation(org).await;
        let recording = messages.first()?["call"]["recordings"].as_array()?.first()?.clone();
        (recording["state"] == state).then_some(recording)
    })
    .await
}

/// What the carrier still has, by its own API.
async fn at_carrier(app: &TestApp) -> Vec<Value> {
    let urls = &app.stack.urls;
    let url = format!("{}/api/laml/2010-04-01/Accounts/{}/Recordings.json", urls.signalwire, urls.signalwire_project);
    let credentials = basic(&urls.signalwire_project, &urls.signalwire_token);
    let answer = app.call(Method::GET, &url, None, None, &[("authorization", &credentials)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.body["recordings"].as_array().unwrap().clone()
}

async fn app_with(business: Value) -> TestApp {
    TestApp::start_with(|options| {
        options.parameters.insert("BusinessConfig".to_owned(), business.to_string());
    })
    .await
}

/// Lets the sweep look again at once, as if an hour had passed.
async fn pass_days(app: &TestApp, days: i32) {
    app.rows(
        "UPDATE call_recordings SET created_at = created_at - make_interval(days => $1),
             delete_at = delete_at - interval '2 hours',
             carrier_delete_due_at = carrier_delete_due_at - interval '2 hours' RETURNING id",
        &[&days],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voicemail_is_copied_heard_by_members_and_deleted_at_the_carrier() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    // Announced a moment before it is there, and only for who has the project's credentials.
    app.sim_patch("/settings", json!({ "protectRecordings": true })).await;
    voicemail(&app, &number).await;

    let stored = recording(&app, &org, "stored").await;
    assert_eq!((&stored["kind"], &stored["durationSeconds"]), (&json!("voicemail"), &json!(7)));
    let url = stored["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Signature=") && !url.contains(&app.stack.urls.signalwire), "{url}");
    let heard = app.call(Method::GET, url, None, None, &[]).await;
    assert_eq!(heard.status, StatusCode::OK);
    assert!(heard.headers["content-type"].to_str().unwrap().starts_with("audio/"), "{heard:?}");
    assert_eq!(heard.headers["content-disposition"], "inline");

    app.call_entry(&org, "voicemail").await;
    app.eventually("the transcription is there", async || {
        (recording(&app, &org, "stored").await["transcription"]["state"] == "done").then_some(())
    })
    .await;
    assert_eq!(app.sweep().await["carrierRecordingsDeleted"], 1);
    assert_eq!(at_carrier(&app).await, Vec::<Value>::new());
    assert_eq!(recording(&app, &org, "stored").await["transcription"]["text"], "Please call me back.");
    assert_eq!(app.sweep().await["carrierRecordingsDeleted"], 0);
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'recording.deleted_at_carrier' AND actor = 'system'";
    assert_eq!(app.count(audited, &[]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_carriers_copy_is_kept_until_ours_is_whole() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    voicemail(&app, &number).await;
    recording(&app, &org, "stored").await;
    app.rows("UPDATE call_recordings SET transcription_state = 'none', transcription = NULL RETURNING id", &[]).await;
    // As if the object had been cut short.
    app.rows("UPDATE call_recordings SET byte_size = byte_size + 1 RETURNING id", &[]).await;
    assert_eq!(app.sweep().await["carrierRecordingsDeleted"], 0);
    assert_eq!(at_carrier(&app).await.len(), 1);
    recording(&app, &org, "stored").await;
    pass_days(&app, 0).await;
    // A carrier that does not answer is asked again later.
    app.sim_post("/faults", json!({ "operation": "delete_recording", "kind": "error_before" })).await;
    app.stack.fire("sweep").await.expect_err("the carrier is away");
    assert_eq!(at_carrier(&app).await.len(), 1);
    pass_days(&app, 0).await;
    assert_eq!(app.sweep().await["carrierRecordingsDeleted"], 1);
    assert_eq!(at_carrier(&app).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_deleted_here_and_there_after_its_time() {
    let app = app_with(json!({ "recordingRetentionDays": 30, "deleteRecordingsAtCarrier": false })).await;
    let (org, number) = organization(&app).await;
    voicemail(&app, &number).await;
    let url = recording(&app, &org, "stored").await["url"].as_str().unwrap().to_owned();
    pass_days(&app, 29).await;
    let report = app.sweep().await;
    assert_eq!((&report["deletedRecordings"], &report["carrierRecordingsDeleted"]), (&json!(0), &json!(0)));
    pass_days(&app, 2).await;
    let report = app.sweep().await;
    assert_eq!((&report["deletedRecordings"], &report["carrierRecordingsDeleted"]), (&json!(1), &json!(1)));
    assert_eq!(recording(&app, &org, "deleted").await["url"], Value::Null);
    assert!(app.call(Method::GET, &url, None, None, &[]).await.status.is_client_error(), "the object is gone");
    assert_eq!(at_carrier(&app).await, Vec::<Value>::new());
    let audited = "SELECT count(*) FROM audit_log WHERE action LIKE 'recording.%'";
    assert_eq!(app.count(audited, &[]).await, 2);
    let report = app.sweep().await;
    assert_eq!((&report["deletedRecordings"], &report["carrierRecordingsDeleted"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_limit_recordings_are_kept() {
    let app = app_with(json!({ "recordingRetentionDays": null, "deleteRecordingsAtCarrier": false })).await;
    let (org, number) = organization(&app).await;
    voicemail(&app, &number).await;
    recording(&app, &org, "stored").await;
    pass_days(&app, 4000).await;
    app.sweep().await;
    recording(&app, &org, "stored").await;
    assert_eq!(at_carrier(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queues_message_may_get_lost_or_come_again() {
    // The sweep deletes the carrier's copy as soon as ours is there, which is taken away below as nothing else would.
    let app = app_with(json!({ "deleteRecordingsAtCarrier": false })).await;
    let (org, number) = organization(&app).await;
    app.sim_patch("/settings", json!({ "duplicateCallbacks": 3 })).await;
    voicemail(&app, &number).await;
    recording(&app, &org, "stored").await;
    assert_eq!(app.count("SELECT count(*) FROM call_recordings", &[]).await, 1);
    // As if nobody had copied it, because the message was lost.
    app.rows(
        "UPDATE call_recordings SET state = 'pending', object_key = NULL, attempts = 0, leased_until = NULL,
             due_at = now() - interval '2 minutes' RETURNING id",
        &[],
    )
    .await;
    assert_eq!(app.sweep().await["recordings"], 1);
    recording(&app, &org, "stored").await;
    // As if a worker had died while it held the lease.
    app.rows(
        "UPDATE call_recordings SET state = 'pending', object_key = NULL, attempts = 1,
             leased_until = now() + interval '1 minute', due_at = now() - interval '2 minutes' RETURNING id",
        &[],
    )
    .await;
    assert_eq!(app.sweep().await["recordings"], 0, "somebody may still be at work");
    app.rows("UPDATE call_recordings SET leased_until = now() - interval '1 second' RETURNING id", &[]).await;
    assert_eq!(app.sweep().await["recordings"], 1);
    recording(&app, &org, "stored").await;
}
