//! Calls from the first ring to the end, through the whole stack: the simulated carrier carries out what we answer.

use reqwest::Method;
use serde_json::{Value, json};

use super::webhooks::{CUSTOMER, business, text};
use crate::support::{Organization, TestApp};

const DESK: &str = "+14055550100";
const MOBILE: &str = "+14055550101";

/// A customer calls; gives the call's id at the carrier.
async fn calls(app: &TestApp, number: &Value) -> String {
    let answer = app.sim_post("/calls", json!({ "from": CUSTOMER, "to": number["phoneNumber"] })).await;
    text(&answer["callSid"]).to_owned()
}

async fn at_carrier(app: &TestApp, sid: &str) -> Value {
    app.sim_get(&format!("/calls/{sid}")).await["call"].clone()
}

/// What somebody does on a phone; the simulator waits until the call wants it.
async fn does(app: &TestApp, sid: &str, what: &str, body: Value) {
    app.sim_post(&format!("/calls/{sid}/{what}"), body).await;
}

/// The phone of this number that the call makes ring.
async fn leg(app: &TestApp, sid: &str, number: &str) -> String {
    app.eventually("the phone rings", async || {
        let calls = app.sim_get("/calls").await;
        let legs = calls["calls"].as_array().unwrap();
        let found = legs.iter().find(|leg| leg["parentSid"] == json!(sid) && leg["to"] == json!(number));
        found.map(|leg| text(&leg["sid"]).to_owned())
    })
    .await
}

/// The only entry of the inbox, when the call is where it should be and has ended.
async fn ends_as(app: &TestApp, org: &Organization, state: &str) -> (Value, Value) {
    app.eventually("the call is over", async || {
        let (conversation, messages) = app.only_conversation(org).await;
        assert_eq!(messages.len(), 1, "one entry, whatever happens: {messages:?}");
        let entry = messages[0].clone();
        (entry["status"] == state && !entry["call"]["endedAt"].is_null()).then_some((conversation, entry))
    })
    .await
}

/// What the carrier says that went wrong with our documents: nothing. On a busy machine the start of a function may take
/// longer than the carrier waits; the call has then gone on by the fallback address.
async fn assert_sound(app: &TestApp, sid: &str) {
    let call = at_carrier(app, sid).await;
    assert_eq!(call["error"], Value::Null, "{call}");
    for document in call["documents"].as_array().unwrap() {
        assert!(document["error"].is_null() || document["error"] == "11200: timed out", "{document}");
    }
}

async fn with_voice(voice: Value) -> (TestApp, Organization, Value) {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    app.set_voice(&org, &number, voice).await;
    (app, org, number)
}

fn forward(numbers: &[&str], strategy: &str) -> Value {
    let numbers: Vec<Value> = numbers.iter().map(|number| json!({ "phoneNumber": number })).collect();
    json!({ "numbers": numbers, "strategy": strategy, "timeoutSeconds": 20, "whisper": "Call for sales" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_call_is_answered_and_talked() {
    let greeting = json!({ "say": "Thanks for calling <Harbour & Dental>." });
    let voice =
        json!({ "greeting": greeting, "forward": forward(&[DESK, MOBILE], "simultaneous"), "recordCalls": true });
    let (app, org, number) = with_voice(voice).await;
    let sid = calls(&app, &number).await;
    let (desk, mobile) = (leg(&app, &sid, DESK).await, leg(&app, &sid, MOBILE).await);
    does(&app, &mobile, "answer", json!({})).await;
    app.eventually("both talk", async || {
        let (_, messages) = app.only_conversation(&org).await;
        (messages[0]["call"]["state"] == "answered" && at_carrier(&app, &sid).await["bridged"] == true).then_some(())
    })
    .await;
    does(&app, &sid, "hangup", json!({ "seconds": 61 })).await;

    let (conversation, entry) = ends_as(&app, &org, "completed").await;
    assert_eq!((&entry["call"]["answeredBy"], &conversation["unreadCount"]), (&json!(MOBILE), &json!(0)));
    assert!(entry["call"]["durationSeconds"].as_i64().unwrap() >= 61, "{entry}");
    assert_eq!(at_carrier(&app, &desk).await["status"], "canceled");
    assert_eq!(at_carrier(&app, &mobile).await["said"], json!(["Call for sales"]));
    assert_eq!(at_carrier(&app, &sid).await["said"][0], "Thanks for calling <Harbour & Dental>.");
    app.eventually("the talk is recorded, and both legs have a price", async || {
        let (_, messages) = app.only_conversation(&org).await;
        let recordings = messages[0]["call"]["recordings"].as_array().unwrap().clone();
        (recordings.len() == 1
            && recordings[0]["kind"] == "call"
            && messages[0]["estimatedCostMicros"] == 2 * 8500 + 2 * 9000)
            .then_some(())
    })
    .await;
    assert_sound(&app, &sid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_ring_in_turn_and_then_a_voicemail_is_left_whose_words_come_later() {
    let (app, org, number) = with_voice(json!({ "forward": forward(&[DESK, MOBILE], "sequential") })).await;
    app.sim_patch("/settings", json!({ "transcriptionDelayMs": 1500 })).await;
    let sid = calls(&app, &number).await;
    let desk = leg(&app, &sid, DESK).await;
    does(&app, &desk, "decline", json!({})).await;
    let mobile = leg(&app, &sid, MOBILE).await;
    does(&app, &mobile, "ignore", json!({})).await;
    does(&app, &sid, "record", json!({ "seconds": 7, "transcript": "It's Maria. Call me back." })).await;

    let (conversation, entry) = ends_as(&app, &org, "voicemail").await;
    assert_eq!((&entry["call"]["answeredBy"], &conversation["unreadCount"]), (&json!("voicemail"), &json!(1)));
    let recording = &entry["call"]["recordings"][0];
    assert_eq!((&recording["kind"], &recording["durationSeconds"]), (&json!("voicemail"), &json!(7)));
    let (conversation, entry) = app
        .eventually("the words are there", async || {
            let (conversation, messages) = app.only_conversation(&org).await;
            let state = &messages[0]["call"]["recordings"][0]["transcription"]["state"];
            (state == "done").then(|| (conversation, messages[0].clone()))
        })
        .await;
    assert_eq!((&entry["body"], &conversation["unreadCount"]), (&json!("It's Maria. Call me back."), &json!(1)));
    assert_sound(&app, &sid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_the_hours_the_call_hears_so() {
    let hours = json!({ "timeZone": "America/Chicago", "weekly": {} });
    let closed = json!({ "greeting": { "play": "https://files.example.com/closed.mp3" } });
    let voice = json!({ "businessHours": hours, "closed": closed, "forward": forward(&[DESK], "simultaneous") });
    let (app, org, number) = with_voice(voice).await;
    let sid = calls(&app, &number).await;
    does(&app, &sid, "record", json!({ "seconds": 3 })).await;
    ends_as(&app, &org, "voicemail").await;
    let call = at_carrier(&app, &sid).await;
    assert_eq!(call["said"][0], "https://files.example.com/closed.mp3", "{call}");
    assert_eq!(call["legs"], json!([]), "nobody is rung up");
    assert_sound(&app, &sid).await;
}

/// "Press 1 for sales, 2 for support."
async fn with_menu() -> (TestApp, Organization, Value) {
    let options = json!([{ "digit": "1", "numberType": "sales" }, { "digit": "2", "numberType": "support" }]);
    let menu = json!({ "prompt": { "say": "Press 1 for sales, 2 for support." }, "options": options });
    let (app, org, number) = with_voice(json!({ "menu": menu })).await;
    let order = json!({ "areaCode": "405", "numberType": "sales" });
    let bought = app.post_with(&org, "/phone-numbers", &order, &[("idempotency-key", "sales")]).await;
    assert!(bought.status.is_success(), "{bought:?}");
    let numbers = app.wait_for_numbers(&org, 2).await;
    let sales = numbers.iter().find(|number| number["numberType"] == "sales").unwrap();
    app.set_voice(&org, sales, json!({ "greeting": { "say": "Sales." }, "forward": forward(&[DESK], "simultaneous") }))
        .await;
    (app, org, number)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_menu_leads_to_the_department() {
    let (app, org, number) = with_menu().await;
    let sid = calls(&app, &number).await;
    does(&app, &sid, "digits", json!({ "digits": "9" })).await;
    does(&app, &sid, "digits", json!({ "digits": "1" })).await;
    let desk = leg(&app, &sid, DESK).await;
    does(&app, &desk, "answer", json!({})).await;
    app.eventually("both talk", async || (at_carrier(&app, &sid).await["bridged"] == true).then_some(())).await;
    does(&app, &desk, "hangup", json!({ "seconds": 30 })).await;
    let (_, entry) = ends_as(&app, &org, "completed").await;
    assert_eq!(entry["call"]["answeredBy"], DESK);
    let heard = at_carrier(&app, &sid).await["said"].clone();
    let menu = "Press 1 for sales, 2 for support.";
    assert_eq!(heard, json!([menu, "Sorry, that is not one of the choices.", menu, "Sales."]));
    assert_sound(&app, &sid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_presses_nothing_or_chooses_nobody_may_leave_a_voicemail() {
    let (app, org, number) = with_menu().await;
    let sid = calls(&app, &number).await;
    for _ in 0..3 {
        does(&app, &sid, "digits", json!({ "digits": "" })).await;
    }
    does(&app, &sid, "record", json!({ "seconds": 3 })).await;
    ends_as(&app, &org, "voicemail").await;
    assert_sound(&app, &sid).await;

    let sid = calls(&app, &number).await;
    does(&app, &sid, "digits", json!({ "digits": "2" })).await;
    does(&app, &sid, "record", json!({ "seconds": 3 })).await;
    app.eventually("the second voicemail is there too", async || {
        let (conversation, messages) = app.only_conversation(&org).await;
        let all = messages.len() == 2 && messages.iter().all(|message| message["status"] == "voicemail");
        (all && conversation["unreadCount"] == 2).then_some(())
    })
    .await;
    assert_sound(&app, &sid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_may_hang_up_at_any_step() {
    let (app, org, number) = with_menu().await;
    let hangs_up_when = async |waiting_for: &str, before: Vec<(&str, Value)>, expected: &str| {
        let sid = calls(&app, &number).await;
        for (what, body) in before {
            does(&app, &sid, what, body).await;
        }
        app.eventually("the call is there", async || {
            (at_carrier(&app, &sid).await["waitingFor"] == waiting_for).then_some(())
        })
        .await;
        does(&app, &sid, "hangup", json!({})).await;
        app.eventually("the call is over", async || {
            let (_, messages) = app.only_conversation(&org).await;
            let rows = app.rows("SELECT message_id::text FROM calls WHERE carrier_sid = $1", &[&sid]).await;
            let entry = messages.iter().find(|message| message["id"] == rows[0].get::<_, &str>(0))?;
            (entry["status"] == expected && !entry["call"]["endedAt"].is_null()).then_some(())
        })
        .await;
        assert_sound(&app, &sid).await;
    };
    let key = |digits: &str| ("digits", json!({ "digits": digits }));
    hangs_up_when("digits", vec![], "missed").await;
    hangs_up_when("dial", vec![key("1")], "missed").await;
    hangs_up_when("recording", vec![key("2")], "missed").await;

    // In the middle of a voicemail: what was said counts.
    let sid = calls(&app, &number).await;
    does(&app, &sid, "digits", json!({ "digits": "2" })).await;
    does(&app, &sid, "record", json!({ "seconds": 4, "hangup": true })).await;
    app.eventually("the voicemail is there", async || {
        let (conversation, messages) = app.only_conversation(&org).await;
        let states: Vec<&str> = messages.iter().map(|message| text(&message["status"])).collect();
        (states == ["voicemail", "missed", "missed", "missed"] && conversation["unreadCount"] == 4).then_some(())
    })
    .await;
}

/// Whoever answers puts the phone down when the whisper comes: nobody has answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_only_picked_up_has_not_answered() {
    let (app, org, number) = with_voice(json!({ "forward": forward(&[DESK], "simultaneous") })).await;
    app.sim_patch("/settings", json!({ "callTimeScale": 200 })).await;
    let sid = calls(&app, &number).await;
    let desk = leg(&app, &sid, DESK).await;
    does(&app, &desk, "answer", json!({})).await;
    does(&app, &desk, "hangup", json!({})).await;
    app.eventually("the caller is asked for a voicemail", async || {
        (at_carrier(&app, &sid).await["waitingFor"] == "recording").then_some(())
    })
    .await;
    does(&app, &sid, "hangup", json!({})).await;
    let (conversation, entry) = ends_as(&app, &org, "missed").await;
    assert_eq!((&entry["call"]["answeredBy"], &conversation["unreadCount"]), (&Value::Null, &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_twice_and_out_of_order_change_nothing() {
    let (app, org, number) = with_voice(json!({ "forward": forward(&[DESK], "simultaneous") })).await;
    let misbehave = json!({ "duplicateCallbacks": 2, "reorderCallbacks": true });
    app.sim_patch("/settings", misbehave).await;
    let body = json!({ "from": CUSTOMER, "to": number["phoneNumber"], "copies": 3 });
    let sid = text(&app.sim_post("/calls", body).await["callSid"]).to_owned();
    let desk = leg(&app, &sid, DESK).await;
    does(&app, &desk, "answer", json!({})).await;
    app.eventually("both talk", async || (at_carrier(&app, &sid).await["bridged"] == true).then_some(())).await;
    does(&app, &sid, "hangup", json!({ "seconds": 20 })).await;
    app.eventually("everything has come", async || {
        let (conversation, entry) = ends_as(&app, &org, "completed").await;
        (conversation["unreadCount"] == 0 && entry["estimatedCostMicros"] == 8500 + 9000).then_some(())
    })
    .await;
    assert_eq!(app.count("SELECT count(*) FROM calls", &[]).await, 1);
}

/// Another number than the called one, or none at all.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_be_rung_up_is_checked_when_the_flow_is_set() {
    let app = TestApp::start().await;
    let (org, number) = business(&app).await;
    let (other_org, other) = business(&app).await;
    let url = app.api(&org.id, &format!("/phone-numbers/{}", text(&number["id"])));
    let set = async |token: &str, voice: &Value| {
        app.call(Method::PATCH, &url, Some(token), Some(&json!({ "voice": voice })), &[]).await
    };
    let platform = app.stack.urls.platform_number.clone();
    for target in [text(&number["phoneNumber"]), text(&other["phoneNumber"]), &platform, "+442071838750"] {
        let answer = set(&org.admin_token, &json!({ "forward": forward(&[DESK, target], "sequential") })).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (422, &json!("invalid_request")), "{answer:?}");
        assert_eq!(answer.body["errors"][0]["field"], "voice.forward.numbers[1].phoneNumber", "{target}");
    }
    for (voice, field) in [
        (json!({ "greeting": { "play": "https://10.0.0.1/a.mp3" } }), "voice.greeting.play"),
        (json!({ "menu": { "prompt": { "say": "Press" }, "options": [] } }), "voice.menu"),
        (json!({ "colour": "blue" }), "voice.colour"),
    ] {
        let answer = set(&org.admin_token, &voice).await;
        assert_eq!((answer.status.as_u16(), &answer.body["errors"][0]["field"]), (422, &json!(field)), "{answer:?}");
    }
    let member = app.token(&org.id, "member", "user_member").await;
    assert_eq!(set(&member, &json!(null)).await.status, 403);
    assert_eq!(set(&other_org.admin_token, &json!(null)).await.status, 404);

    let good = json!({ "forward": forward(&[DESK], "sequential") });
    let answer = set(&org.admin_token, &good).await;
    assert_eq!(answer.body["phoneNumber"]["voice"]["forward"]["numbers"][0]["phoneNumber"], DESK, "{answer:?}");
    let listed = app.get(&org, "/phone-numbers").await;
    assert_eq!(listed.body["phoneNumbers"][0]["voice"], answer.body["phoneNumber"]["voice"]);
    assert_eq!(set(&org.admin_token, &Value::Null).await.body["phoneNumber"]["voice"], Value::Null);
    let changed = "SELECT count(*) FROM audit_log WHERE (details ->> 'callFlowChanged')::boolean";
    assert_eq!(app.count(changed, &[]).await, 2);
}
