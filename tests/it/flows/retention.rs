//! How long things are kept: what is over goes, everywhere, and nothing else does.

use std::fmt::Write as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::number_api::call;
use crate::support::{Organization, TestApp, basic};

const CUSTOMER: &str = "+14055550123";
const WORDS: &str = "gooseberry";

struct Shop {
    org: Organization,
    number: String,
}

impl Shop {
    async fn open(app: &TestApp) -> Self {
        let org = app.organization("pro").await;
        let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
        Self { org, number }
    }

    /// A text with a picture from the customer, an answer, and a voicemail.
    async fn is_busy(&self, app: &TestApp) {
        let file = json!({ "name": "cake.png", "contentType": "image/png", "size": 1000 });
        let file = app.sim_post("/files", file).await;
        let url = format!("{}{}", app.stack.urls.signalwire, file["path"].as_str().unwrap());
        let text =
            json!({ "from": CUSTOMER, "to": self.number, "body": format!("A {WORDS} cake"), "mediaUrls": [url] });
        app.sim_post("/messages", text).await;
        let answer = json!({ "channel": "sms", "to": CUSTOMER, "body": format!("Which {WORDS}?") });
        let sent = app.post_with(&self.org, "/messages", &answer, &[("idempotency-key", "which")]).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{sent:?}");
        let script = json!([{ "record": { "seconds": 7, "transcript": format!("The {WORDS}, please") } }]);
        let call = json!({ "from": CUSTOMER, "to": self.number, "script": script });
        let sid = app.sim_post("/calls", call).await["callSid"].as_str().unwrap().to_owned();
        app.ended_call(&sid).await;
        let there = "SELECT count(*) FROM workspaces w WHERE w.clerk_organization_id = $1
            AND EXISTS (SELECT FROM message_media f WHERE f.workspace_id = w.id AND f.state = 'stored')
            AND EXISTS (SELECT FROM conversation_messages m WHERE m.workspace_id = w.id AND m.status = 'delivered')
            AND EXISTS (SELECT FROM call_recordings r WHERE r.workspace_id = w.id AND r.state = 'stored'
                AND r.transcription_state = 'done')";
        app.eventually("all is there", async || (app.count(there, &[&self.org.id]).await == 1).then_some(())).await;
    }

    async fn set(&self, app: &TestApp, retention: Value) -> crate::support::Answer {
        call(app, &self.org, Method::PATCH, "", Some(&json!({ "retention": retention }))).await
    }

    async fn keep(&self, app: &TestApp, retention: Value) {
        let answer = self.set(app, retention).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }

    /// Conversations with their messages, newest first.
    async fn inbox(&self, app: &TestApp) -> Vec<(Value, Vec<Value>)> {
        let conversations = app.get(&self.org, "/conversations?status=all").await.body["conversations"].clone();
        let mut inbox = Vec::new();
        for conversation in conversations.as_array().unwrap() {
            let path = format!("/conversations/{}/messages", conversation["id"].as_str().unwrap());
            let answer = app.get(&self.org, &path).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            inbox.push((conversation.clone(), answer.body["messages"].as_array().unwrap().clone()));
        }
        inbox
    }

    /// Where the files and recordings can be read.
    async fn files(&self, app: &TestApp) -> Vec<String> {
        let messages = self.inbox(app).await.into_iter().flat_map(|(_, messages)| messages);
        let files = messages.flat_map(|message| {
            let recordings = message["call"]["recordings"].as_array().cloned().unwrap_or_default();
            message["media"].as_array().unwrap().iter().cloned().chain(recordings).collect::<Vec<_>>()
        });
        files.filter_map(|file| file["url"].as_str().filter(|url| !url.is_empty()).map(str::to_owned)).collect()
    }
}

/// Everything that has a time is older by so much.
async fn age(app: &TestApp, minutes: i32) {
    let columns = [
        ("conversation_messages", "created_at"),
        ("message_media", "created_at"),
        ("calls", "started_at"),
        ("calls", "created_at"),
        ("call_recordings", "created_at"),
        ("message_events", "received_at"),
        ("call_events", "received_at"),
        ("unroutable_events", "received_at"),
    ];
    for (table, column) in columns {
        let sql = format!("UPDATE {table} SET {column} = {column} - make_interval(mins => $1) RETURNING id");
        app.rows(&sql, &[&minutes]).await;
    }
}

const DAY: i32 = 24 * 60;

/// What is to be deleted elsewhere is due.
async fn sweep_later(app: &TestApp) -> Value {
    app.rows("UPDATE deletion_tasks SET due_at = now() WHERE finished_at IS NULL RETURNING id", &[]).await;
    app.rows("UPDATE call_recordings SET carrier_delete_due_at = NULL, delete_at = NULL RETURNING id", &[]).await;
    app.sweep().await
}

async fn ledger(app: &TestApp) -> String {
    let sql = "SELECT format('%s | %s', (SELECT string_agg(u::text, E'\\n' ORDER BY u::text) FROM (
            SELECT workspace_id, day, service, direction, outcome, sum(events), sum(units), sum(cost_micros), sum(revenue_micros)
            FROM usage_by_day GROUP BY 1, 2, 3, 4, 5 HAVING sum(events) <> 0) AS u),
        (SELECT string_agg(format('%s %s %s %s %s', id, units, estimated_micros, final_micros, outcome), E'\\n' ORDER BY id)
            FROM carrier_charges))";
    app.rows(sql, &[]).await[0].get(0)
}

/// Every row that belongs to an organisation's workspace, but for its numbers, which the carrier has news of, as text.
async fn dump(app: &TestApp, org: &Organization) -> String {
    let sql = "SELECT t.relname::text FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'workspace_id'
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND t.relname NOT LIKE '%number%' ORDER BY 1";
    let mut dump = String::new();
    for table in app.rows(sql, &[]).await {
        let table: &str = table.get(0);
        let sql = format!(
            "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {table} t
            WHERE t.workspace_id = (SELECT id FROM workspaces WHERE clerk_organization_id = $1)"
        );
        let rows: String = app.rows(&sql, &[&org.id]).await[0].get(0);
        writeln!(dump, "== {table}\n{rows}").unwrap();
    }
    dump
}

async fn is_gone(app: &TestApp, url: &str) -> bool {
    // S3 tells nobody who may not list that an object is missing.
    [403, 404].contains(&app.call(Method::GET, url, None, None, &[]).await.status.as_u16())
}

/// What the carrier's API answers about something of ours.
async fn carrier(app: &TestApp, path: &str) -> (u16, Value) {
    let urls = &app.stack.urls;
    let url = format!("{}/api/laml/2010-04-01/Accounts/{}/{path}.json", urls.signalwire, urls.signalwire_project);
    let credentials = basic(&urls.signalwire_project, &urls.signalwire_token);
    let answer = app.call(Method::GET, &url, None, None, &[("authorization", &credentials)]).await;
    (answer.status.as_u16(), answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_go_with_everything_when_their_time_is_over_and_not_before() {
    let app = TestApp::start().await;
    let (shop, other) = (Shop::open(&app).await, Shop::open(&app).await);
    for shop in [&shop, &other] {
        shop.is_busy(&app).await;
    }
    shop.keep(&app, json!({ "messageDays": 30 })).await;
    let files = shop.files(&app).await;
    assert_eq!(files.len(), 2, "a picture and a voicemail");
    let sids = "SELECT m.channel, m.direction, m.carrier_sid FROM conversation_messages m JOIN workspaces w ON w.id = m.workspace_id
        WHERE w.clerk_organization_id = $1 ORDER BY m.created_at";
    let sids: Vec<(String, String, String)> =
        app.rows(sids, &[&shop.org.id]).await.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    assert_eq!(sids.len(), 3);

    age(&app, 30 * DAY - 5).await;
    let report = app.sweep().await;
    assert_eq!(report["expiredMessages"], 0, "{report}");
    assert_eq!(shop.inbox(&app).await.iter().map(|(_, messages)| messages.len()).sum::<usize>(), 3);
    age(&app, 10).await;
    let before = ledger(&app).await;
    assert_eq!(app.sweep().await["expiredMessages"], 3);
    let others = dump(&app, &other.org).await;
    assert_eq!(app.sweep().await["expiredMessages"], 0, "once");
    for (conversation, messages) in shop.inbox(&app).await {
        assert_eq!(messages, Vec::<Value>::new());
        assert_eq!((&conversation["snippet"], &conversation["unreadCount"]), (&json!(""), &json!(0)), "{conversation}");
    }
    assert!(!dump(&app, &shop.org).await.contains(WORDS), "{}", dump(&app, &shop.org).await);
    let found = app.get(&shop.org, &format!("/conversations?status=all&q={WORDS}")).await;
    assert_eq!(found.body["conversations"], json!([]));
    assert_eq!(
        app.get(&shop.org, "/contacts").await.body["contacts"].as_array().unwrap().len(),
        1,
        "the contact stays"
    );
    sweep_later(&app).await;
    sweep_later(&app).await;
    for url in &files {
        assert!(is_gone(&app, url).await, "{url}");
    }
    for (channel, _, sid) in &sids {
        let kind = if channel == "voice" { "Calls" } else { "Messages" };
        assert_eq!(carrier(&app, &format!("{kind}/{sid}")).await.0, 404, "{kind}");
    }
    let open = "SELECT count(*) FROM deletion_tasks WHERE finished_at IS NULL";
    assert_eq!(app.count(open, &[]).await, 0);

    assert_eq!(ledger(&app).await, before, "what it cost stays");
    assert_eq!(dump(&app, &other.org).await, others, "nobody else is touched");
    assert!(others.contains(WORDS));
    // The key still keeps the text from going out twice.
    let again = json!({ "channel": "sms", "to": CUSTOMER, "body": format!("Which {WORDS}?") });
    let again = app.post_with(&shop.org, "/messages", &again, &[("idempotency-key", "which")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "{again:?}");
    the_same_webhooks_change_nothing(&app, &shop, &sids).await;
    // The thread goes on.
    app.customer_texts(CUSTOMER, &shop.number, "Hello again").await;
    let inbox = shop.inbox(&app).await;
    let thread = inbox.iter().find(|(conversation, _)| conversation["channel"] == "sms").unwrap();
    assert_eq!((thread.1.len(), &thread.0["snippet"]), (1, &json!("Hello again")));
}

async fn the_same_webhooks_change_nothing(app: &TestApp, shop: &Shop, sids: &[(String, String, String)]) {
    let counts = "SELECT (SELECT count(*) FROM conversation_messages) * 1000 + (SELECT count(*) FROM calls) * 100
        + (SELECT count(*) FROM unroutable_events) + (SELECT coalesce(sum(unread_count), 0) FROM conversations)";
    let (before, spent) = (app.count(counts, &[]).await, ledger(app).await);
    let urls = &app.stack.urls;
    for (channel, direction, sid) in sids {
        let (url, form) = match (channel.as_str(), direction.as_str()) {
            ("voice", _) => (&urls.call_webhook, vec![("CallSid", sid.as_str()), ("CallStatus", "ringing")]),
            (_, "inbound") => (&urls.message_webhook, vec![("MessageSid", sid.as_str()), ("Body", "A cake")]),
            _ => (&urls.message_status_webhook, vec![("MessageSid", sid.as_str()), ("MessageStatus", "delivered")]),
        };
        let (from, to) = if direction == "inbound" { (CUSTOMER, &*shop.number) } else { (&*shop.number, CUSTOMER) };
        let form = [form, vec![("AccountSid", "x"), ("From", from), ("To", to)]].concat();
        let answer = app.webhook(url, &form).await;
        assert!(answer.status.is_success(), "{channel}: {answer:?}");
    }
    app.sweep().await;
    assert_eq!(app.count(counts, &[]).await, before);
    assert_eq!(ledger(app).await, spent);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_carrier_still_lists_does_not_come_back() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app).await;
    shop.is_busy(&app).await;
    shop.keep(&app, json!({ "messageDays": 14 })).await;
    age(&app, 15 * DAY).await;
    app.rows("SELECT expire_messages(now(), NULL, 200)", &[]).await;
    // Here they were old, at the carrier they are of today, and it has not deleted them yet.
    let later = "UPDATE deletion_tasks SET due_at = now() + interval '1 day' RETURNING id";
    app.rows(later, &[]).await;
    app.rows("UPDATE number_provisionings SET created_at = created_at - interval '1 day' RETURNING id", &[]).await;
    app.sim_post("/messages/age", json!({ "seconds": 600 })).await;
    app.sim_post("/calls/age", json!({ "seconds": 600 })).await;
    let recovered = async || {
        let report = app.sweep().await;
        (report["recoveredMessages"].as_i64().unwrap(), report["recoveredCalls"].as_i64().unwrap())
    };
    assert_eq!(recovered().await, (0, 0));
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, 0);
    // It is that they are known which keeps them away.
    let known = app.rows("DELETE FROM expired_messages RETURNING carrier_sid", &[]).await;
    assert_eq!((known.len(), recovered().await), (3, (1, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_or_is_not_settled_is_kept() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app).await;
    shop.keep(&app, json!({ "messageDays": 14, "mediaDays": 1 })).await;
    let texts = "INSERT INTO conversation_messages (workspace_id, conversation_id, direction, channel, body, media, from_number,
            to_number, status, scheduled_for, carrier_sid, created_at)
        SELECT c.workspace_id, c.id, 'outbound', 'sms', t.body, t.media, c.our_number, c.counterpart, t.status,
            t.scheduled_for, t.sid, now() - interval '20 days'
        FROM conversations c, (VALUES
            ('waits', '[{\"url\": \"https://files.example/a.png\"}]'::jsonb, 'scheduled', now() + interval '1 day', NULL),
            ('is told of', '[]', 'delivered', NULL, 'sid-told'),
            ('is over', '[]', 'delivered', NULL, 'sid-over')) AS t (body, media, status, scheduled_for, sid)
        RETURNING id";
    app.customer_texts(CUSTOMER, &shop.number, "Hello").await;
    app.rows(texts, &[]).await;
    let endpoint = json!({ "url": "http://127.0.0.1:9/hooks" });
    assert_eq!(app.post(&shop.org, "/webhook-endpoints", &endpoint).await.status, StatusCode::CREATED);
    let told = "WITH event AS (
            INSERT INTO outbound_events (workspace_id, event_type, message_id)
            SELECT workspace_id, 'message.status', id FROM conversation_messages WHERE body = 'is told of'
            RETURNING id, workspace_id)
        INSERT INTO webhook_deliveries (workspace_id, endpoint_id, event_id, due_at)
        SELECT event.workspace_id, e.id, event.id, now() + interval '1 day' FROM event, webhook_endpoints e RETURNING id";
    app.rows(told, &[]).await;

    let report = app.sweep().await;
    assert_eq!((&report["expiredMessages"], &report["expiredMedia"]), (&json!(1), &json!(0)), "{report}");
    let left = app.rows("SELECT body FROM conversation_messages ORDER BY body", &[]).await;
    assert_eq!(left.iter().map(|row| row.get(0)).collect::<Vec<&str>>(), ["Hello", "is told of", "waits"]);
    let (conversation, _) = app.only_conversation(&shop.org).await;
    assert_eq!((&conversation["snippet"], &conversation["unreadCount"]), (&json!("Hello"), &json!(1)));
    app.rows("UPDATE webhook_deliveries SET state = 'failed' RETURNING id", &[]).await;
    assert_eq!(app.sweep().await["expiredMessages"], 1, "nobody is told any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_files_go_and_the_words_stay() {
    let app = TestApp::start().await;
    let (shop, other) = (Shop::open(&app).await, Shop::open(&app).await);
    for shop in [&shop, &other] {
        shop.is_busy(&app).await;
    }
    let upload = app.post(&shop.org, "/media", &json!({ "contentType": "image/png", "byteSize": 3 })).await.body;
    let put = app.http.put(upload["upload"]["url"].as_str().unwrap()).header("content-type", "image/png").body("abc");
    assert!(put.send().await.unwrap().status().is_success());
    let send = json!({ "channel": "sms", "to": CUSTOMER, "body": "Ours", "mediaUrls": [upload["mediaUrl"]] });
    assert_eq!(app.post(&shop.org, "/messages", &send).await.status, StatusCode::CREATED);
    let delivered =
        "SELECT count(*) FROM conversation_messages WHERE body = 'Ours' AND status IN ('sent', 'delivered')";
    app.eventually("it is there", async || (app.count(delivered, &[]).await == 1).then_some(())).await;
    shop.keep(&app, json!({ "mediaDays": 7 })).await;
    let files = shop.files(&app).await;
    assert_eq!(files.len(), 3);
    let others = other.files(&app).await;

    age(&app, 7 * DAY - 5).await;
    assert_eq!(app.sweep().await["expiredMedia"], 0);
    age(&app, 10).await;
    let before = ledger(&app).await;
    assert_eq!(app.sweep().await["expiredMedia"], 2);
    sweep_later(&app).await;
    let messages: Vec<Value> = shop.inbox(&app).await.into_iter().flat_map(|(_, messages)| messages).collect();
    assert_eq!(messages.len(), 4);
    let with_media: Vec<&Value> = messages.iter().filter(|message| message["media"] != json!([])).collect();
    assert_eq!(with_media.len(), 2);
    for message in with_media {
        assert_eq!(
            (&message["media"][0]["url"], &message["media"][0]["state"]),
            (&json!(""), &json!("deleted")),
            "{message}"
        );
        assert_ne!(message["body"], "");
        let sid = "SELECT carrier_sid FROM conversation_messages WHERE id::text = $1";
        let sid: String = app.rows(sid, &[&message["id"].as_str().unwrap()]).await[0].get(0);
        assert_eq!(carrier(&app, &format!("Messages/{sid}")).await.0, 200, "the carrier keeps the words");
        assert_eq!(carrier(&app, &format!("Messages/{sid}/Media")).await.1["media_list"], json!([]));
    }
    let path = |url: &str| url.split('?').next().unwrap().to_owned();
    let left: Vec<String> = shop.files(&app).await.iter().map(|url| path(url)).collect();
    for url in &files {
        assert_eq!(is_gone(&app, url).await, !left.contains(&path(url)), "{url}");
    }
    assert_eq!(shop.files(&app).await.len(), 1, "the voicemail stays");
    for url in &others {
        assert!(!is_gone(&app, url).await, "{url}");
    }
    assert_eq!(ledger(&app).await, before);
    assert_eq!(app.sweep().await["expiredMedia"], 0, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspaces_own_time_for_recordings_goes_before_the_default() {
    let app = TestApp::start().await;
    let (shop, other) = (Shop::open(&app).await, Shop::open(&app).await);
    for shop in [&shop, &other] {
        shop.is_busy(&app).await;
    }
    shop.keep(&app, json!({ "recordingDays": 10 })).await;
    age(&app, 10 * DAY - 5).await;
    assert_eq!(sweep_later(&app).await["deletedRecordings"], 0);
    age(&app, 10).await;
    assert_eq!(sweep_later(&app).await["deletedRecordings"], 1);
    let state = async |shop: &Shop| {
        let inbox = shop.inbox(&app).await;
        let call =
            inbox.iter().find(|(conversation, _)| conversation["channel"] == "voice").unwrap().1[0]["call"].clone();
        let recording = &call["recordings"][0];
        (recording["state"].clone(), recording["transcription"]["text"].clone())
    };
    assert_eq!(state(&shop).await, (json!("deleted"), json!(format!("The {WORDS}, please"))));
    assert_eq!(state(&other).await.0, "stored");
    age(&app, 360 * DAY).await;
    assert_eq!(sweep_later(&app).await["deletedRecordings"], 1, "the default is a year");
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_as_they_came_go_and_what_they_meant_stays() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app).await;
    shop.is_busy(&app).await;
    // Nobody owns this number.
    let stray =
        [("MessageSid", "sid-stray"), ("AccountSid", "x"), ("From", CUSTOMER), ("To", "+14052019999"), ("Body", WORDS)];
    assert_eq!(app.webhook(&app.stack.urls.message_webhook, &stray).await.status, StatusCode::OK);
    let unknown = [("MessageSid", "sid-unknown"), ("AccountSid", "x"), ("MessageStatus", "sent"), ("To", CUSTOMER)];
    assert_eq!(app.webhook(&app.stack.urls.message_status_webhook, &unknown).await.status, StatusCode::NO_CONTENT);

    let raw = "SELECT (SELECT count(*) FROM message_events) + (SELECT count(*) FROM call_events WHERE payload <> '{}')
        + (SELECT count(*) FROM unroutable_events WHERE payload <> '{}')";
    let all = app.count(raw, &[]).await;
    assert!(all >= 6, "{all}");
    age(&app, 30 * DAY - 5).await;
    assert_eq!(app.sweep().await["expiredRawEvents"], 0);
    assert_eq!(app.count(raw, &[]).await, all);
    age(&app, 10).await;
    let (before, inbox) = (ledger(&app).await, shop.inbox(&app).await);
    assert!(app.sweep().await["expiredRawEvents"].as_i64().unwrap() > 0);
    assert_eq!(app.count(raw, &[]).await, 0);

    // Late copies of all of them: of the one without an owner, and of the end of the call.
    assert_eq!(app.webhook(&app.stack.urls.message_webhook, &stray).await.status, StatusCode::OK);
    let strays = "SELECT count(*) FROM unroutable_events";
    assert_eq!((app.count(strays, &[]).await, app.count(raw, &[]).await), (1, 0), "it is known still");
    let sid: String = app.rows("SELECT carrier_sid FROM calls", &[]).await[0].get(0);
    let ended = [
        ("CallSid", &*sid),
        ("AccountSid", "x"),
        ("From", CUSTOMER),
        ("To", &*shop.number),
        ("CallStatus", "completed"),
    ];
    assert_eq!(app.webhook(&app.stack.urls.call_status_webhook, &ended).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ledger(&app).await, before);
    let bodies = |inbox: &[(Value, Vec<Value>)]| -> Vec<Value> {
        inbox
            .iter()
            .flat_map(|(_, messages)| messages.iter().map(|m| json!([m["body"], m["status"], m["call"]["state"]])))
            .collect()
    };
    assert_eq!(bodies(&shop.inbox(&app).await), bodies(&inbox));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_bounded_and_one_that_dies_has_done_nothing() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app).await;
    app.customer_texts(CUSTOMER, &shop.number, "Hello").await;
    let texts = "INSERT INTO conversation_messages (workspace_id, conversation_id, direction, channel, body, from_number, to_number,
            status, carrier_sid, created_at)
        SELECT workspace_id, id, 'inbound', 'sms', 'Old', counterpart, our_number, 'received', 'sid-' || i,
            now() - interval '20 days' - make_interval(secs => i)
        FROM conversations, generate_series(1, 450) AS i RETURNING id";
    app.rows(texts, &[]).await;
    let bump = "UPDATE conversations SET message_count = 451, unread_count = 451 RETURNING id";
    app.rows(bump, &[]).await;
    shop.keep(&app, json!({ "messageDays": 14 })).await;
    let count = "SELECT count(*) FROM conversation_messages";
    let pool = app.database.owner_pool(1);
    let mut connection = pool.get().await.unwrap();
    let transaction = connection.transaction().await.unwrap();
    let row = transaction.query_one("SELECT expire_messages(now(), NULL, 200)", &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 200);
    let oldest = "SELECT count(*) FROM conversation_messages WHERE created_at < now() - interval '20 days 300 seconds'";
    assert_eq!(transaction.query_one(oldest, &[]).await.unwrap().get::<_, i64>(0), 0, "the oldest first");
    transaction.rollback().await.unwrap();
    assert_eq!(app.count(count, &[]).await, 451);
    assert_eq!(app.count("SELECT count(*) FROM expired_messages", &[]).await, 0);

    assert_eq!(app.sweep().await["expiredMessages"], 450);
    let (conversation, messages) = app.only_conversation(&shop.org).await;
    assert_eq!(
        (messages.len(), &conversation["unreadCount"], &conversation["snippet"]),
        (1, &json!(1), &json!("Hello"))
    );
    assert_eq!(app.count("SELECT message_count::bigint FROM conversations", &[]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_long_is_an_administrators_matter_and_each_change_leaves_a_trace() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let shop = Shop { org, number: String::new() };
    let workspace = app.get(&shop.org, "").await.body["workspace"].clone();
    let unset = json!({ "messageDays": null, "mediaDays": null, "recordingDays": null });
    assert_eq!(workspace["retention"], unset);
    assert_eq!(workspace["retentionDefaults"], json!({ "messageDays": null, "mediaDays": null, "recordingDays": 365 }));
    let body = json!({ "retention": { "messageDays": 90 } });
    let member = app.token(&shop.org.id, "member", "user_member").await;
    let refused = app.call(Method::PATCH, &app.api(&shop.org.id, ""), Some(&member), Some(&body), &[]).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (403, Some("admin_required")));
    for (member, days) in [
        ("messageDays", json!(13)),
        ("messageDays", json!(3651)),
        ("mediaDays", json!(0)),
        ("mediaDays", json!(-1)),
        ("recordingDays", json!(100_000)),
    ] {
        let answer = shop.set(&app, json!({ member: days })).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body["code"].as_str()),
            (422, Some("invalid_request")),
            "{answer:?}"
        );
        assert_eq!(answer.body["errors"][0]["field"], format!("retention.{member}"), "{answer:?}");
    }
    let empty = call(&app, &shop.org, Method::PATCH, "", Some(&json!({}))).await;
    assert_eq!(empty.status.as_u16(), 422, "{empty:?}");

    let some = json!({ "messageDays": 3650, "mediaDays": 1, "recordingDays": null });
    for (change, expected) in [
        (json!({ "messageDays": 3650, "mediaDays": 1 }), &some),
        (json!({ "mediaDays": 1 }), &some),
        (json!({ "messageDays": null, "mediaDays": null }), &unset),
    ] {
        let answer = shop.set(&app, change).await;
        assert_eq!((answer.status, &answer.body["workspace"]["retention"]), (StatusCode::OK, expected), "{answer:?}");
        assert_eq!(app.get(&shop.org, "").await.body, answer.body);
    }
    let sql = "SELECT actor, details->'from', details->'to' FROM audit_log
        WHERE action = 'workspace.retention_changed' ORDER BY created_at";
    let rows = app.rows(sql, &[]).await;
    let entries: Vec<(&str, Value, Value)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let by = &*shop.org.user_id;
    assert_eq!(entries, [(by, unset.clone(), some.clone()), (by, some, unset)], "twice the same is one change");
}
