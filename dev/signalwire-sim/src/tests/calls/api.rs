use axum::http::Method;
use serde_json::json;

use super::{act, call, ended, start};
use crate::tests::support::{CUSTOMER, OURS, Phone, eventually, fault};

#[tokio::test]
async fn refusals_of_new_calls_carry_their_documented_codes() {
    let phone = start().await;
    let url = phone.webhooks.url("/answer");
    let form = |more: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
        let own = [("From", OURS.to_owned()), ("To", CUSTOMER.to_owned()), ("Url", url.clone())];
        let kept = own.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        kept.chain(more.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
    };
    for (wanted, code) in [
        (form(&[("To", "")]), "21604"),
        (form(&[("To", "555")]), "21211"),
        (form(&[("From", "")]), "21213"),
        (form(&[("From", "abc")]), "21212"),
        (form(&[("Url", "")]), "21402"),
        (form(&[("Url", "nonsense")]), "21402"),
        (form(&[("Timeout", "601")]), "10000"),
        (form(&[("StatusCallback", "nonsense")]), "21402"),
        (form(&[("StatusCallback", "https://a.example/"), ("StatusCallbackEvent", "answred")]), "10000"),
        (form(&[("MachineDetection", "true")]), "10000"),
        (form(&[("Twiml", "<Response/>")]), "90000"),
    ] {
        let pairs: Vec<(&str, &str)> = wanted.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, body) = phone.post("Calls", &pairs).await;
        assert_eq!((status, &body["errors"][0]["code"]), (400, &json!(code)), "{wanted:?}");
    }
    for (wanted, code) in [
        (form(&[("From", "+12125550151")]), 21210),
        (form(&[("To", "+19075550111")]), 21211),
        (form(&[("ApplicationSid", "a")]), 21420),
    ] {
        let pairs: Vec<(&str, &str)> = wanted.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, body) = phone.post("Calls", &pairs).await;
        assert_eq!((status, &body["code"]), (422, &json!(code)), "{wanted:?}");
    }
    assert_eq!(phone.get("Calls").await.1["calls"], json!([]));
}

#[tokio::test]
async fn calls_are_listed_and_filtered() {
    let phone = start().await;
    let first = call(&phone, "<Hangup/>").await;
    ended(&phone, &first).await;
    let second = call(&phone, "<Reject/>").await;
    ended(&phone, &second).await;
    let count = async |query: &str| {
        let (status, list) = phone.get(&format!("Calls.json?{query}")).await;
        assert_eq!(status, 200, "{query}: {list}");
        list["calls"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("Status=completed").await, 1);
    assert_eq!(count("From=%2B14155550160&To=%2B12125550150").await, 2);
    assert_eq!(count("To=%2B14155550160").await, 0);
    assert_eq!(count("StartTime%3E=2024-01-01T00:00:00Z").await, 2);
    assert_eq!(count("EndTime%3C=2024-01-01").await, 0);
    assert_eq!(count("PageSize=1").await, 1);
    assert_eq!(phone.get("Calls?StartTime=yesterday").await.0, 400);
}

/// A call with a voicemail; returns the sid of its recording.
async fn voicemail(phone: &Phone) -> String {
    let sid = call(phone, "<Record action='/done' transcribe='true'/>").await;
    act(phone, &sid, "record", json!({"seconds": 61, "transcript": "Hello"})).await;
    ended(phone, &sid).await;
    eventually(async || {
        let (_, list) = phone.get(&format!("Recordings?CallSid={sid}")).await;
        let recording = list["recordings"][0].clone();
        (recording["status"] == "completed").then(|| recording["sid"].as_str().unwrap().to_owned())
    })
    .await
}

#[tokio::test]
async fn a_recording_is_described_played_protected_and_deleted() {
    let phone = start().await;
    let sid = voicemail(&phone).await;
    let (_, described) = phone.get(&format!("Recordings/{sid}.json")).await;
    assert_eq!((&described["duration"], &described["price"]), (&json!(61), &json!("-0.0050")));
    assert_eq!((&described["source"], &described["channels"]), (&json!("RecordVerb"), &json!("1")));
    let download = async |ending: &str, path: String, user: &str| {
        let path = format!("{path}{ending}");
        let request = match user {
            "" => phone.anonymous(Method::GET, &path),
            _ => phone.request(Method::GET, &path),
        };
        let response = request.send().await.unwrap();
        let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        (response.status().as_u16(), content_type, response.bytes().await.unwrap().len())
    };
    let path = format!("Recordings/{sid}");
    assert_eq!(download("", path.clone(), "").await, (200, "audio/x-wav".to_owned(), 44 + 61 * 16_000));
    assert_eq!(download(".wav", path.clone(), "").await.2, 44 + 61 * 16_000);
    assert_eq!(download(".mp3", path.clone(), "").await.1, "audio/mpeg");
    assert_eq!(download(".json", path.clone(), "").await.0, 401);
    phone.patch_json("/_sim/settings", json!({"protectRecordings": true})).await;
    assert_eq!(download("", path.clone(), "").await.0, 401);
    assert_eq!(download("", path.clone(), "project").await.0, 200);

    let transcription = eventually(async || {
        let (_, list) = phone.get(&format!("Recordings/{sid}/Transcriptions.json")).await;
        list["transcriptions"].get(0).filter(|entry| entry["status"] == "completed").cloned()
    })
    .await;
    assert_eq!((&transcription["transcription_text"], &transcription["price"]), (&json!("Hello"), &json!("-0.04000")));
    let own = format!("Transcriptions/{}", transcription["sid"].as_str().unwrap());
    assert_eq!(phone.get(&own).await.1, transcription);
    assert_eq!(phone.delete(&own).await.0, 204);
    assert_eq!(phone.delete(&path).await.0, 204);
    assert_eq!(phone.get(&format!("{path}.json")).await.0, 404);
    assert_eq!(phone.get(&path).await.0, 404);
}

#[tokio::test]
async fn the_voice_log_tells_the_charge_when_it_is_known() {
    let phone = start().await;
    phone.patch_json("/_sim/settings", json!({"callPriceDelayMs": 60_000})).await;
    let sid = call(&phone, "<Pause length='61'/>").await;
    ended(&phone, &sid).await;
    let path = format!("/api/voice/logs/{sid}");
    let (_, log) = phone.get(&path).await;
    assert_eq!(
        (&log["charge"], &log["charge_details"], &log["billing_ms"]),
        (&json!(0.0), &json!([]), &json!(120_000))
    );
    assert_eq!(phone.get(&format!("Calls/{sid}")).await.1["price"], json!(null));

    phone.patch_json("/_sim/settings", json!({"callPriceDelayMs": 0})).await;
    let sid = call(&phone, "<Pause length='61'/>").await;
    ended(&phone, &sid).await;
    let (_, list) = phone.get("/api/voice/logs?created_after=2024-01-01").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let log = &list["data"][0];
    assert_eq!((&log["id"], &log["charge"]), (&json!(sid), &json!(0.017)));
    assert_eq!(log["charge_details"][0]["charge"], json!(0.017));
    assert_eq!(
        (&log["direction"], &log["type"], &log["duration_ms"]),
        (&json!("inbound"), &json!("laml_call"), &json!(61_000))
    );
    assert_eq!(phone.get("/api/voice/logs/unknown").await.0, 404);
}

#[tokio::test]
async fn faults_hit_the_operations_of_calls() {
    let phone = start().await;
    let url = phone.webhooks.url("/answer");
    let form = [("From", OURS), ("To", CUSTOMER), ("Url", url.as_str())];
    phone.post_json("/_sim/faults", fault("create_call", "lost_answer")).await;
    assert!(phone.request(Method::POST, "Calls").form(&form).send().await.is_err());
    assert_eq!(phone.get("Calls").await.1["calls"].as_array().unwrap().len(), 1);
    phone.post_json("/_sim/faults", fault("create_call", "error_before")).await;
    assert_eq!(phone.post("Calls", &form).await.0, 500);
    assert_eq!(phone.get("Calls").await.1["calls"].as_array().unwrap().len(), 1);
    let sid = phone.get("Calls").await.1["calls"][0]["sid"].as_str().unwrap().to_owned();
    for (operation, method, path) in [
        ("list_calls", Method::GET, "Calls".to_owned()),
        ("get_call", Method::GET, format!("Calls/{sid}")),
        ("update_call", Method::POST, format!("Calls/{sid}")),
        ("delete_call", Method::DELETE, format!("Calls/{sid}")),
        ("list_recordings", Method::GET, "Recordings".to_owned()),
        ("get_recording", Method::GET, "Recordings/a.json".to_owned()),
        ("download_recording", Method::GET, "Recordings/a".to_owned()),
        ("delete_recording", Method::DELETE, "Recordings/a".to_owned()),
        ("list_transcriptions", Method::GET, "Transcriptions".to_owned()),
        ("get_transcription", Method::GET, "Transcriptions/a".to_owned()),
        ("list_voice_logs", Method::GET, "/api/voice/logs".to_owned()),
        ("get_voice_log", Method::GET, "/api/voice/logs/a".to_owned()),
    ] {
        phone.post_json("/_sim/faults", fault(operation, "rate_limited")).await;
        let response = phone.request(method, &path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 429, "{operation}");
    }
}

#[tokio::test]
async fn calls_survive_a_restart_which_ends_the_live_ones() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let phone = Phone::start_with(|settings| settings.state_file = Some(file.clone())).await;
    let (_, numbers) = phone.get("IncomingPhoneNumbers").await;
    let path = format!("IncomingPhoneNumbers/{}", numbers["incoming_phone_numbers"][0]["sid"].as_str().unwrap());
    phone.post(&path, &[("VoiceUrl", phone.webhooks.url("/voice").as_str())]).await;
    let over = call(&phone, "<Hangup/>").await;
    ended(&phone, &over).await;
    let live = call(&phone, "<Pause length='600'/>").await;
    eventually(async || (super::state(&phone, &live).await["status"] == "in-progress").then_some(())).await;
    phone.simulator.stop().await;

    let again = Phone::start_with(|settings| settings.state_file = Some(file.clone())).await;
    assert_eq!(super::state(&again, &over).await["endedBy"], "document");
    let call = super::state(&again, &live).await;
    assert_eq!((&call["status"], &call["endedBy"]), (&json!("completed"), &json!("restart")));
}
