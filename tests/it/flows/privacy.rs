//! Forgetting a person, and showing a person what is kept.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use super::number_api::call;
use crate::support::{Organization, TestApp, basic};

const CUSTOMER: &str = "+14055550123";
/// What must not be found anywhere afterwards: in two ways to write the number, and words of nobody else.
const TRACES: [&str; 8] = [
    "4055550123",
    "(405) 555-0123",
    "Zerlina",
    "Quillfeather",
    "zerlina@quillfeather.example",
    "marzipan",
    "gooseberry",
    "elderflower",
];

struct Known {
    app: TestApp,
    org: Organization,
    number: String,
    contact: String,
    /// Addresses at which her files could be read.
    files: Vec<String>,
}

impl Known {
    /// A customer who has texted with a picture, was answered, has called and spoken, and has opted out.
    async fn start() -> Self {
        let app = TestApp::start().await;
        let org = app.organization("pro").await;
        let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
        let zerlina = json!({
            "firstName": "Zerlina", "lastName": "Quillfeather", "email": "zerlina@quillfeather.example",
            "notes": "likes marzipan", "phoneNumbers": [CUSTOMER],
        });
        let contact = app.post(&org, "/contacts", &zerlina).await.body["contact"]["id"].as_str().unwrap().to_owned();
        let mut known = Self { app, org, number, contact, files: Vec::new() };
        known.texts().await;
        known.calls().await;
        known.app.customer_texts(CUSTOMER, &known.number, "STOP").await;
        let confirmed = "SELECT count(*) FROM automatic_replies r JOIN conversation_messages m ON m.id = r.message_id
            WHERE m.status = 'delivered'";
        known
            .app
            .eventually("STOP is confirmed", async || (known.app.count(confirmed, &[]).await == 1).then_some(()))
            .await;
        known.files = known.addresses().await;
        assert_eq!(known.files.len(), 2, "a picture and a voicemail");
        known
    }

    async fn texts(&self) {
        let (app, org) = (&self.app, &self.org);
        let file =
            app.sim_post("/files", json!({ "name": "cake.png", "contentType": "image/png", "size": 1000 })).await;
        let url = format!("{}{}", app.stack.urls.signalwire, file["path"].as_str().unwrap());
        let text =
            json!({ "from": CUSTOMER, "to": self.number, "body": "About the gooseberry cake", "mediaUrls": [url] });
        app.sim_post("/messages", text).await;
        let reply = json!({ "channel": "sms", "to": CUSTOMER, "body": "The gooseberry cake is ready" });
        let sent = app.post_with(org, "/messages", &reply, &[("idempotency-key", "cake")]).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        let sql = "SELECT count(*) FROM conversation_messages m LEFT JOIN message_media f ON f.message_id = m.id
            WHERE m.status = 'delivered' OR f.state = 'stored'";
        app.eventually("both are there", async || (app.count(sql, &[]).await == 2).then_some(())).await;
    }

    async fn calls(&self) {
        let script = json!([{ "record": { "seconds": 7, "transcript": "Call me about the elderflower" } }]);
        let body = json!({ "from": CUSTOMER, "to": self.number, "script": script });
        let sid = self.app.sim_post("/calls", body).await["callSid"].as_str().unwrap().to_owned();
        self.app.ended_call(&sid).await;
        let sql = "SELECT count(*) FROM call_recordings WHERE state = 'stored' AND transcription_state = 'done'";
        self.app
            .eventually("the voicemail is there", async || (self.app.count(sql, &[]).await == 1).then_some(()))
            .await;
    }

    fn path(&self, what: &str) -> String {
        format!("/contacts/{}/{what}", self.contact)
    }

    async fn export(&self) -> Value {
        let answer = self.app.get(&self.org, &self.path("export")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// Where the files of the export can be read.
    async fn addresses(&self) -> Vec<String> {
        let messages = self.export().await["messages"].as_array().unwrap().clone();
        let media = messages.iter().flat_map(|message| message["media"].as_array().unwrap().clone());
        let recordings =
            messages.iter().filter_map(|message| message["call"]["recordings"].as_array().cloned()).flatten();
        media.chain(recordings).filter_map(|file| file["url"].as_str().map(str::to_owned)).collect()
    }

    async fn erase(&self) -> Value {
        let answer = self.app.post(&self.org, &self.path("erase"), &json!({})).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body["erasure"].clone()
    }

    /// Every row of every table as text, but those that the law wants kept.
    async fn dump(&self) -> String {
        let tables = self
            .app
            .rows("SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'", &[])
            .await;
        let mut dump = String::new();
        for table in tables {
            let table: &str = table.get(0);
            if table == "opt_outs" {
                continue;
            }
            let sql = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t");
            let rows: String = self.app.rows(&sql, &[]).await[0].get(0);
            writeln!(dump, "== {table}\n{rows}").unwrap();
        }
        dump
    }

    /// Everything that waits is due.
    async fn due(&self) {
        for table in ["deletion_tasks", "contact_erasures"] {
            let sql = format!(
                "UPDATE {table} SET due_at = now() - interval '1 second' WHERE finished_at IS NULL RETURNING id"
            );
            self.app.rows(&sql, &[]).await;
        }
    }

    async fn sweep_later(&self) -> Value {
        self.due().await;
        self.app.sweep().await
    }

    /// What the carrier's API answers about something of ours.
    async fn carrier(&self, path: &str) -> u16 {
        let urls = &self.app.stack.urls;
        let url = format!("{}/api/laml/2010-04-01/Accounts/{}/{path}.json", urls.signalwire, urls.signalwire_project);
        let credentials = basic(&urls.signalwire_project, &urls.signalwire_token);
        self.app.call(Method::GET, &url, None, None, &[("authorization", &credentials)]).await.status.as_u16()
    }
}

fn traces(text: &str) -> Vec<&'static str> {
    TRACES.into_iter().filter(|trace| text.contains(trace)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_everything_that_is_kept_about_a_person() {
    let known = Known::start().await;
    let export = known.export().await;
    assert_eq!(traces(&export.to_string()), TRACES.into_iter().filter(|t| *t != "(405) 555-0123").collect::<Vec<_>>());
    assert_eq!(export["contact"]["phoneNumbers"], json!([CUSTOMER]));
    assert_eq!(export["optOuts"].as_array().unwrap().len(), 1, "{export}");
    assert_eq!(export["conversations"].as_array().unwrap().len(), 2, "texts and calls");
    for url in &known.files {
        assert_eq!(known.app.call(Method::GET, url, None, None, &[]).await.status, 200, "{url}");
    }
    // In pages, each message once.
    let mut seen = Vec::new();
    let mut path = known.path("export?limit=2");
    loop {
        let page = known.app.get(&known.org, &path).await.body;
        seen.extend(page["messages"].as_array().unwrap().iter().map(|message| message["id"].clone()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = known.path(&format!("export?limit=2&cursor={cursor}"));
    }
    let all: Vec<Value> = export["messages"].as_array().unwrap().iter().map(|message| message["id"].clone()).collect();
    assert_eq!(seen, all);

    let other = known.app.organization("starter").await;
    let member = known.app.token(&known.org.id, "member", &known.org.user_id).await;
    for (method, what) in [(Method::GET, "export"), (Method::POST, "erase")] {
        let foreign = call(&known.app, &other, method.clone(), &known.path(what), None).await;
        assert_eq!((foreign.status.as_u16(), foreign.body["code"].as_str()), (404, Some("contact_not_found")));
        let url = known.app.api(&known.org.id, &known.path(what));
        let refused = known.app.call(method, &url, Some(&member), None, &[]).await;
        assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (403, Some("admin_required")));
    }
    assert!(!traces(&known.dump().await).is_empty(), "nothing was erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_erased_person_nothing_is_left_anywhere() {
    let known = Known::start().await;
    let (app, org) = (&known.app, &known.org);
    assert!(traces(&known.dump().await).len() >= 7, "the dump shows what is there");
    let sids =
        app.rows("SELECT channel, carrier_sid FROM conversation_messages WHERE carrier_sid IS NOT NULL", &[]).await;
    let recording: String = app.rows("SELECT carrier_sid FROM call_recordings", &[]).await[0].get(0);
    // The months of the number, and prices that are news.
    app.sweep().await;
    let charges = "SELECT coalesce(sum(estimated_micros), 0)::bigint + count(*) FROM carrier_charges";
    // But for the forecast, which goes by the clock.
    let figures = async || {
        let mut analytics = app.get(org, "/analytics").await.body["analytics"].clone();
        analytics["monthToDate"].take();
        analytics
    };
    let (before, analytics) = (app.count(charges, &[]).await, figures().await);

    let erasure = known.erase().await;
    assert_eq!(erasure["state"], "pending", "{erasure}");
    assert_eq!(traces(&known.dump().await), Vec::<&str>::new(), "at once\n{}", known.dump().await);
    let contacts = app.get(org, "/contacts").await.body["contacts"].clone();
    assert_eq!(contacts, json!([]));
    for (method, path) in [(Method::GET, "export"), (Method::PATCH, "")] {
        let path = known.path(path);
        let answer = call(app, org, method, path.trim_end_matches('/'), Some(&json!({ "notes": "x" }))).await;
        assert_eq!(answer.status, 404, "{answer:?}");
    }
    for search in ["gooseberry", "Zerlina", "4055550123"] {
        let found = app.get(org, &format!("/conversations?status=all&q={search}")).await;
        assert_eq!(found.body["conversations"], json!([]), "{search}");
    }
    let again = json!({ "channel": "sms", "to": CUSTOMER, "body": "The gooseberry cake is ready" });
    let again = app.post_with(org, "/messages", &again, &[("idempotency-key", "cake")]).await;
    assert_eq!(again.status, 404, "the key still keeps the text from going out twice");

    known.sweep_later().await;
    known.sweep_later().await;
    for url in &known.files {
        // S3 tells nobody who may not list that an object is missing.
        let status = app.call(Method::GET, url, None, None, &[]).await.status.as_u16();
        assert!([403, 404].contains(&status), "{url}: {status}");
    }
    for row in &sids {
        let (channel, sid): (&str, &str) = (row.get(0), row.get(1));
        let kind = if channel == "voice" { "Calls" } else { "Messages" };
        assert_eq!(known.carrier(&format!("{kind}/{sid}")).await, 404, "{channel}");
    }
    assert_eq!(known.carrier(&format!("Recordings/{recording}")).await, 404);
    let done = known.erase().await;
    assert_eq!((&done["state"], &done["remaining"]), (&json!("done"), &json!(0)), "{done}");
    assert_eq!(traces(&known.dump().await), Vec::<&str>::new());

    assert_eq!(app.count(charges, &[]).await, before, "what was charged stays");
    assert_eq!(figures().await, analytics, "and so do the figures");
    let entries = "SELECT count(*) FROM audit_log WHERE action = 'contact.erased' AND actor = $1";
    assert_eq!(app.count(entries, &[&org.user_id]).await, 1, "once");
    // The opt-out still holds.
    let refused = app.post(org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "Hello" })).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (422, Some("recipient_opted_out")));
    // Whoever writes again is somebody new.
    app.customer_texts(CUSTOMER, &known.number, "Hello").await;
    let contacts = app.get(org, "/contacts").await.body["contacts"].clone();
    assert_eq!(
        (contacts[0]["phoneNumbers"].clone(), contacts[0]["firstName"].clone()),
        (json!([CUSTOMER]), Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_its_way_is_forgotten_too_and_a_failure_is_made_up_for() {
    let known = Known::start().await;
    let app = &known.app;
    let conversation = "SELECT id FROM conversations WHERE channel = 'sms'";
    let id: uuid::Uuid = app.rows(conversation, &[]).await[0].get(0);
    known.erase().await;
    // A text that had found its conversation a moment before.
    let late =
        "INSERT INTO conversation_messages (workspace_id, conversation_id, direction, channel, body, from_number,
            to_number, status, carrier_sid)
        SELECT workspace_id, id, 'inbound', 'sms', 'More gooseberry', '+14055550123', our_number, 'received', 'late'
        FROM conversations WHERE id = $1 RETURNING id";
    app.rows(late, &[&id]).await;
    // And the news of another leg of her call.
    let leg = "INSERT INTO call_events (workspace_id, call_id, carrier_sid, kind, facts, payload)
        SELECT workspace_id, id, carrier_sid, 'leg', '{\"leg\": \"other-leg\", \"legSeconds\": 7}', '{\"To\": \"marzipan\"}'
        FROM calls RETURNING id";
    app.rows(leg, &[]).await;
    assert_eq!(traces(&known.dump().await), ["4055550123", "marzipan", "gooseberry"]);

    app.sim_post("/faults", json!({ "operation": "delete_message", "kind": "error_before" })).await;
    known.due().await;
    assert!(app.stack.fire("sweep").await.is_err(), "the sweep says that a part of it failed");
    assert_eq!(traces(&known.dump().await), Vec::<&str>::new());
    let legs = "SELECT count(*) FROM deletion_tasks WHERE kind = 'carrier_call' AND target = 'other-leg'";
    assert_eq!(app.count(legs, &[]).await, 1, "the carrier is to forget every leg");
    let open = "SELECT count(*) FROM deletion_tasks WHERE finished_at IS NULL";
    assert!(app.count(open, &[]).await > 0, "what failed is still to be done");
    known.sweep_later().await;
    known.sweep_later().await;
    assert_eq!(app.count(open, &[]).await, 0);
    assert_eq!(known.erase().await["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_which_nobody_knows_whether_it_went_out_is_forgotten_when_that_is_known() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    app.sim_patch("/settings", json!({ "dropCallbacks": true })).await;
    app.sim_post("/faults", json!({ "operation": "send", "kind": "lost_answer" })).await;
    let sent = app.post(&org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "marzipan" })).await;
    assert_eq!(sent.body["message"]["status"], "unknown", "{sent:?}");
    let contact = app.get(&org, "/contacts").await.body["contacts"][0]["id"].as_str().unwrap().to_owned();
    let known = Known { app, org, number: String::new(), contact, files: Vec::new() };
    let app = &known.app;
    assert_eq!(known.erase().await["state"], "pending");

    let age = "UPDATE conversation_messages SET created_at = created_at - interval '3 minutes',
        handed_over_at = handed_over_at - interval '3 minutes' RETURNING id";
    app.rows(age, &[]).await;
    app.sim_post("/messages/age", json!({ "seconds": 180 })).await;
    let report = known.sweep_later().await;
    assert_eq!(report["settledMessages"], 1, "{report}");
    known.sweep_later().await;
    assert_eq!(traces(&known.dump().await), Vec::<&str>::new());
    known.sweep_later().await;
    known.sweep_later().await;
    let sid: String = app.rows("SELECT carrier_sid FROM conversation_messages", &[]).await[0].get(0);
    assert_eq!(known.carrier(&format!("Messages/{sid}")).await, 404, "the carrier's copy was found and is gone");
    assert_eq!(known.erase().await["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_anothers_is_not_forgotten() {
    let app = TestApp::start().await;
    let (one, two) = (app.organization("starter").await, app.organization("starter").await);
    for org in [&one, &two] {
        let text = json!({ "channel": "sms", "to": CUSTOMER, "body": "marzipan" });
        assert_eq!(app.post(org, "/messages", &text).await.status, 201);
    }
    // Nobody can say whose answer this is.
    app.customer_texts(CUSTOMER, &app.stack.urls.platform_number, "gooseberry").await;
    let mut known = Vec::new();
    for org in [&one, &two] {
        known.push(app.get(org, "/contacts").await.body["contacts"][0]["id"].as_str().unwrap().to_owned());
    }
    let strays =
        "SELECT count(*) FROM unroutable_events WHERE payload ->> 'Body' = 'gooseberry' AND replayed_at IS NULL";
    let erase = async |org: &Organization, contact: &str| {
        let answer = app.post(org, &format!("/contacts/{contact}/erase"), &json!({})).await;
        assert_eq!(answer.status, 202, "{answer:?}");
    };
    erase(&one, &known[0]).await;
    assert_eq!(app.count(strays, &[]).await, 1);
    assert_eq!(app.get(&two, "/contacts").await.body["contacts"][0]["phoneNumbers"], json!([CUSTOMER]));
    let (_, messages) = app.only_conversation(&two).await;
    assert_eq!(messages[0]["body"], "marzipan");
    erase(&two, &known[1]).await;
    assert_eq!(app.count(strays, &[]).await, 0, "nobody else knows the customer now");
}
