//! A random history of texts, keywords, sends and receipts, mistreated: shuffled, doubled, partly lost, from sixteen
//! senders at once, with Postgres killed in the middle. In the end the inbox is the model's.
//! `INBOX_MODEL_SEED=… INBOX_MODEL_TEXTS=1000 cargo nextest run -p tests inbox_model` repeats or extends it; the order in
//! which processes get the processor is not the seed's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use rand::{
    RngExt, SeedableRng,
    rngs::StdRng,
    seq::{IndexedRandom, SliceRandom},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{inbox_queue::setting, message_gaps::forget_webhook};
use crate::support::{Answer, Organization, Outage, TestApp};

const WORKSPACES: usize = 3;
/// Some customers text with several workspaces.
const CUSTOMERS: usize = 6;
const SENDERS: usize = 16;
const BODIES: &[&str] = &[
    "Hello",
    "Grüße 👋 & 100% = + ok",
    "стоп машина",
    "one\ntwo\r\n three",
    "stop by when you can",
    "\u{202e}\u{200d}\"'; DROP TABLE contacts; --",
    "end of story",
];
const KEYWORDS: &[&str] = &["STOP", "stop.", "START", "Yes", "Opt-out", "unstop", "HELP"];
/// What a customer's number makes of a text in the simulator, and the receipts on the way.
const DELIVERED: &[&str] = &["sending", "sent", "delivered"];
const UNREACHABLE: &str = "+19075550103";

/// A number of ours and a customer.
type Thread = (String, String);

/// An inbound text as the carrier has it.
#[derive(Clone)]
struct Text {
    sid: String,
    thread: Thread,
    body: String,
    media: Vec<String>,
    keyword: bool,
}

/// One webhook that is to arrive.
#[derive(Clone)]
struct Delivery {
    url: String,
    form: Vec<(String, String)>,
}

/// Deliveries that keep their order; lanes are mixed with each other.
type Lane = Vec<Delivery>;

struct History {
    texts: Vec<Text>,
    lanes: Vec<Lane>,
    /// Sids whose webhook never comes.
    dropped: BTreeSet<String>,
    /// Copies that come when everything else is stored. The carrier's own copies come at once; one that overtakes its
    /// original in the inbox queue and a later keyword as well would be taken for news, and does not exist.
    late: Lane,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_is_the_models_whatever_happens_on_the_way() {
    let seed = setting("INBOX_MODEL_SEED").unwrap_or_else(|| rand::rng().random_range(0..1_000_000_000));
    let count = setting("INBOX_MODEL_TEXTS").unwrap_or(120);
    println!("INBOX_MODEL_SEED={seed} INBOX_MODEL_TEXTS={count}");
    let mut rng = StdRng::seed_from_u64(seed as u64);

    let mut outage = Outage::start().await;
    let owners = owners(&outage.app).await;
    let sent = send(&outage.app, &mut rng, &owners).await;
    let numbers: Vec<String> = owners.keys().cloned().collect();
    let mut history = texts(&outage.app, &mut rng, &numbers, count).await;
    receipts(&outage.app, &mut rng, &mut history).await;

    deliver(&mut outage, &mut rng, history.lanes.clone()).await;
    repair(&outage.app, &history, sent).await;

    let app = &outage.app;
    assert_eq!(stored_texts(app).await, expected_texts(&history), "inbound texts, by thread");
    assert_eq!(opted_out(app).await, expected_opt_outs(&history), "customers who have opted out");
    assert_eq!(stored_statuses(app).await, carrier_statuses(app).await, "how far our messages have come");
    assert_eq!(wrong_counters(app).await, 0);
    assert_replies_are_single(app).await;
    assert_tenants_are_apart(app, &owners).await;
    outage.stop().await;
}

/// Workspaces by their number, whose texts the carrier does not deliver: the test does.
async fn owners(app: &TestApp) -> BTreeMap<String, Organization> {
    let mut owners = BTreeMap::new();
    for _ in 0..WORKSPACES {
        let org = app.organization("pro").await;
        let number = app.wait_for_numbers(&org, 1).await.remove(0);
        forget_webhook(app, number["phoneNumberSid"].as_str().unwrap()).await;
        owners.insert(number["phoneNumber"].as_str().unwrap().to_owned(), org);
    }
    owners
}

fn customer(at: usize) -> String {
    format!("+1405555{at:04}")
}

/// Staff writes to some customers; what becomes of it reaches us by `receipts` only. How many were sent.
async fn send(app: &TestApp, rng: &mut StdRng, owners: &BTreeMap<String, Organization>) -> usize {
    app.sim_patch("/settings", json!({ "dropCallbacks": true, "statusDelayMs": 20 })).await;
    let mut sent = 0;
    for org in owners.values() {
        for at in 0..CUSTOMERS {
            let to = if rng.random_bool(0.2) { UNREACHABLE.to_owned() } else { customer(at) };
            let body = json!({ "channel": "sms", "to": to, "body": *BODIES.choose(rng).unwrap() });
            assert_eq!(app.post(org, "/messages", &body).await.status, StatusCode::CREATED);
            sent += 1;
        }
    }
    app.eventually("the carrier is done", async || {
        let done = |m: &Value| ["delivered", "undelivered"].contains(&m["status"].as_str().unwrap());
        sim_messages(app, "outbound-api").await.iter().all(done).then_some(())
    })
    .await;
    sent
}

async fn sim_messages(app: &TestApp, direction: &str) -> Vec<Value> {
    let all = app.sim_get("/messages").await["messages"].as_array().unwrap().clone();
    all.into_iter().filter(|m| m["direction"] == direction).collect()
}

/// Customers text. The carrier has all of it; each thread's keywords arrive in their order, everything else in any.
async fn texts(app: &TestApp, rng: &mut StdRng, numbers: &[String], count: usize) -> History {
    let mut history = History { texts: Vec::new(), lanes: Vec::new(), dropped: BTreeSet::new(), late: Lane::new() };
    for _ in 0..count {
        let thread = (numbers.choose(rng).unwrap().clone(), customer(rng.random_range(0..CUSTOMERS)));
        let keyword = rng.random_bool(0.2);
        let body = if keyword { *KEYWORDS.choose(rng).unwrap() } else { *BODIES.choose(rng).unwrap() };
        let media: Vec<String> = if !keyword && rng.random_bool(0.2) {
            (0..rng.random_range(1..4)).map(|i| format!("https://files.example.com/{i}.jpg")).collect()
        } else {
            Vec::new()
        };
        let (to, from) = (&thread.0, &thread.1);
        let text = json!({ "from": from, "to": to, "body": body, "mediaUrls": media });
        let sid = app.sim_post("/messages", text).await["messageSid"].as_str().unwrap().to_owned();
        history.texts.push(Text { sid, thread, body: body.to_owned(), media, keyword });
    }

    let mut keyword_lanes: BTreeMap<Thread, Lane> = BTreeMap::new();
    for text in &history.texts {
        let only = !history.texts.iter().any(|t| t.keyword && t.thread == text.thread && t.sid != text.sid);
        // Whose order among others the carrier's whole seconds cannot tell is not lost here.
        if (!text.keyword || only) && rng.random_bool(0.15) {
            history.dropped.insert(text.sid.clone());
            continue;
        }
        let copies = vec![delivery(app, text); if rng.random_bool(0.3) { rng.random_range(2..5) } else { 1 }];
        if text.keyword {
            keyword_lanes.entry(text.thread.clone()).or_default().extend(copies);
        } else {
            history.lanes.extend(copies.into_iter().map(|copy| vec![copy]));
        }
    }
    // A late copy of a keyword says nothing new.
    for lane in keyword_lanes.values() {
        if rng.random_bool(0.5) {
            history.late.push(lane[0].clone());
        }
    }
    history.lanes.extend(keyword_lanes.into_values());
    history
}

fn delivery(app: &TestApp, text: &Text) -> Delivery {
    let mut form = vec![
        ("MessageSid".to_owned(), text.sid.clone()),
        ("From".to_owned(), text.thread.1.clone()),
        ("To".to_owned(), text.thread.0.clone()),
        ("Body".to_owned(), text.body.clone()),
        ("NumMedia".to_owned(), text.media.len().to_string()),
    ];
    for (index, url) in text.media.iter().enumerate() {
        form.push((format!("MediaUrl{index}"), url.clone()));
        form.push((format!("MediaContentType{index}"), "image/jpeg".to_owned()));
    }
    Delivery { url: app.stack.urls.message_webhook.clone(), form }
}

/// Delivery receipts of what staff sent: some never, some twice, in any order.
async fn receipts(app: &TestApp, rng: &mut StdRng, history: &mut History) {
    for message in sim_messages(app, "outbound-api").await {
        let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let way: Vec<String> = if message["status"] == "delivered" {
            DELIVERED.iter().map(|&status| status.to_owned()).collect()
        } else {
            vec!["sending".to_owned(), "sent".to_owned(), text("status")]
        };
        for status in way.into_iter().filter(|_| rng.random_bool(0.8)).collect::<Vec<_>>() {
            let mut form = vec![
                ("MessageSid".to_owned(), text("sid")),
                ("From".to_owned(), text("from")),
                ("To".to_owned(), text("to")),
                ("MessageStatus".to_owned(), status),
            ];
            form.extend(message["errorCode"].as_str().map(|code| ("ErrorCode".to_owned(), code.to_owned())));
            let delivery = Delivery { url: text("statusCallback"), form };
            let copies = if rng.random_bool(0.2) { 2 } else { 1 };
            history.lanes.extend(std::iter::repeat_n(vec![delivery], copies));
        }
    }
}

/// Sixteen at a time. When half is through, Postgres is killed; a while later it comes back. Everything is acknowledged:
/// what Postgres does not take the queue does.
async fn deliver(outage: &mut Outage, rng: &mut StdRng, mut lanes: Vec<Lane>) {
    lanes.shuffle(rng);
    let (total, done) = (lanes.len(), AtomicUsize::new(0));
    let Outage { app, postgres } = outage;
    let load = stream::iter(lanes).for_each_concurrent(SENDERS, |lane| {
        let (app, done) = (&*app, &done);
        async move {
            for delivery in lane {
                let answer = send_webhook(app, &delivery).await;
                assert!(answer.status.is_success(), "{answer:?}");
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
    });
    let murder = async {
        while done.load(Ordering::Relaxed) < total / 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        postgres.kill().await.expect("it can be killed");
        tokio::time::sleep(Duration::from_secs(2)).await;
        postgres.start_again().await.expect("it comes back");
    };
    futures_util::future::join(load, murder).await;
}

async fn send_webhook(app: &TestApp, delivery: &Delivery) -> Answer {
    let form: Vec<(&str, &str)> = delivery.form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    app.webhook(&delivery.url, &form).await
}

/// The queue drains, and the sweep finds what was lost.
async fn repair(app: &TestApp, history: &History, sent: usize) {
    let arrived: Vec<&str> =
        history.texts.iter().map(|t| t.sid.as_str()).filter(|sid| !history.dropped.contains(*sid)).collect();
    let there = "SELECT count(*) FROM conversation_messages WHERE carrier_sid = ANY($1)";
    let expected = i64::try_from(arrived.len()).unwrap();
    app.eventually("every acknowledged text is stored", async || {
        (app.count(there, &[&arrived]).await == expected).then_some(())
    })
    .await;
    for delivery in &history.late {
        assert!(send_webhook(app, delivery).await.status.is_success());
    }
    let report = app.stack.fire("sweep").await.expect("the sweep goes well");
    assert_eq!(report["recoveredMessages"].as_u64(), Some(history.dropped.len() as u64), "{report}");

    let waiting = "SELECT count(*) FROM automatic_replies WHERE state = 'waiting'";
    app.eventually("every keyword is answered", async || (app.count(waiting, &[]).await == 0).then_some(())).await;
    let open = "SELECT count(*) FROM conversation_messages WHERE direction = 'outbound' AND carrier_sid IS NOT NULL
        AND status NOT IN ('delivered', 'undelivered', 'failed')";
    app.eventually("every message has come to its end", async || {
        // What is on its way at the carrier is not there yet.
        app.stack.fire("sweep").await.expect("the sweep goes well");
        (app.count(open, &[]).await == 0).then_some(())
    })
    .await;
    let outbound = "SELECT count(*) FROM conversation_messages WHERE direction = 'outbound' AND sent_by <> 'system'";
    assert_eq!(app.count(outbound, &[]).await, i64::try_from(sent).unwrap());
}

type Inbox = BTreeMap<Thread, BTreeSet<(String, String, usize)>>;

fn expected_texts(history: &History) -> Inbox {
    let mut inbox = Inbox::new();
    for text in &history.texts {
        let entry = (text.sid.clone(), text.body.clone(), text.media.len());
        inbox.entry(text.thread.clone()).or_default().insert(entry);
    }
    inbox
}

async fn stored_texts(app: &TestApp) -> Inbox {
    let rows = app
        .rows(
            "SELECT c.our_number, c.counterpart, m.carrier_sid, m.body, jsonb_array_length(m.media)
             FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
             WHERE m.direction = 'inbound'",
            &[],
        )
        .await;
    let mut inbox = Inbox::new();
    for row in &rows {
        let media: i32 = row.get(4);
        let entry = (row.get(2), row.get(3), usize::try_from(media).unwrap());
        assert!(inbox.entry((row.get(0), row.get(1))).or_default().insert(entry), "a text is there twice");
    }
    inbox
}

/// What each customer said last counts.
fn expected_opt_outs(history: &History) -> BTreeSet<Thread> {
    let mut out = BTreeSet::new();
    for text in history.texts.iter().filter(|text| text.keyword) {
        match text.body.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect::<String>().as_str() {
            "stop" | "optout" => drop(out.insert(text.thread.clone())),
            "start" | "unstop" | "yes" => drop(out.remove(&text.thread)),
            "help" => {}
            other => panic!("{other} is no keyword"),
        }
    }
    out
}

async fn opted_out(app: &TestApp) -> BTreeSet<Thread> {
    let rows = app
        .rows(
            "SELECT n.phone_number, o.counterpart FROM opt_outs o
             JOIN workspace_phone_numbers n ON n.id = o.phone_number_id WHERE o.state = 'opted_out'",
            &[],
        )
        .await;
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn stored_statuses(app: &TestApp) -> BTreeMap<String, String> {
    let sql = "SELECT carrier_sid, status FROM conversation_messages
        WHERE direction = 'outbound' AND carrier_sid IS NOT NULL";
    app.rows(sql, &[]).await.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// A send of which nothing came back is known to us without the carrier's sid; `assert_replies_are_single` looks at it.
async fn carrier_statuses(app: &TestApp) -> BTreeMap<String, String> {
    let known = stored_statuses(app).await;
    let messages = sim_messages(app, "outbound-api").await;
    let all =
        messages.iter().map(|m| (m["sid"].as_str().unwrap().to_owned(), m["status"].as_str().unwrap().to_owned()));
    all.filter(|(sid, _)| known.contains_key(sid)).collect()
}

async fn wrong_counters(app: &TestApp) -> i64 {
    app.count(
        "SELECT count(*) FROM conversations c
         WHERE message_count <> (SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id)
            OR unread_count <> (SELECT count(*) FROM conversation_messages m
                WHERE m.conversation_id = c.id AND m.direction = 'inbound')",
        &[],
    )
    .await
}

/// No keyword was answered twice, at the carrier or here.
async fn assert_replies_are_single(app: &TestApp) {
    let rows =
        app.rows("SELECT m.to_number, m.body FROM conversation_messages m WHERE m.sent_by = 'system'", &[]).await;
    let mut ours: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in &rows {
        *ours.entry((row.get(0), row.get(1))).or_default() += 1;
    }
    let mut carriers: BTreeMap<(String, String), usize> = BTreeMap::new();
    for message in sim_messages(app, "outbound-api").await {
        let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        if ours.contains_key(&(text("to"), text("body"))) {
            *carriers.entry((text("to"), text("body"))).or_default() += 1;
        }
    }
    for (key, count) in &carriers {
        assert!(count <= &ours[key], "{key:?} was sent {count} times and is stored {} times", ours[key]);
    }
    assert_eq!(
        app.count("SELECT count(*) FROM automatic_replies WHERE state = 'sent'", &[]).await,
        i64::try_from(rows.len()).unwrap()
    );
}

/// Every row of a thread is the workspace's that owns the number.
async fn assert_tenants_are_apart(app: &TestApp, owners: &BTreeMap<String, Organization>) {
    let sql = "SELECT DISTINCT c.our_number, w.clerk_organization_id FROM conversation_messages m
        JOIN conversations c ON c.id = m.conversation_id AND c.workspace_id = m.workspace_id
        JOIN workspaces w ON w.id = m.workspace_id";
    for row in &app.rows(sql, &[]).await {
        assert_eq!(owners[row.get::<_, &str>(0)].id, row.get::<_, &str>(1));
    }
}
