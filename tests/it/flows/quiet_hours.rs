//! Quiet hours: what is written at night is sent in the morning, once, if it still may be.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::support::{Answer, Organization, TestApp};

/// In Phoenix, seven hours behind in summer and winter.
const CUSTOMER: &str = "+16025550123";

/// Stops the transaction that hands a message over just before its commit, until the test gives the lock back.
const HOLD_COMMIT: &str = "
    CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(4713);
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hold_commit AFTER UPDATE ON conversation_messages DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (OLD.status = 'scheduled' AND NEW.status = 'pending') EXECUTE FUNCTION hold_commit();";

/// From so many hours before to so many after now, by the customer's clock.
fn hours(from: i64, to: i64) -> Value {
    let clock = |hours| (clock::now() + TimeDelta::hours(hours - 7)).format("%H:%M").to_string();
    json!({ "start": clock(from), "end": clock(to), "exemptReplies": false })
}

fn night() -> Value {
    hours(-1, 3)
}

async fn set(app: &TestApp, org: &Organization, quiet: &Value) -> Answer {
    let body = json!({ "quietHours": quiet });
    app.call(Method::PATCH, &app.api(&org.id, ""), Some(&org.admin_token), Some(&body), &[]).await
}

async fn quiet_org(app: &TestApp, plan: &str) -> Organization {
    let org = app.organization(plan).await;
    assert_eq!(set(app, &org, &night()).await.status, StatusCode::OK);
    org
}

fn text(to: &str, body: &str) -> Value {
    json!({ "channel": "sms", "to": to, "body": body })
}

async fn send(app: &TestApp, org: &Organization, message: &Value) -> Value {
    let answer = app.post(org, "/messages", message).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.body["message"].clone()
}

async fn schedule(app: &TestApp, org: &Organization, to: &str, body: &str) -> String {
    let message = send(app, org, &text(to, body)).await;
    assert_eq!(message["status"], "scheduled", "{message}");
    message["id"].as_str().unwrap().to_owned()
}

async fn cancel(app: &TestApp, org: &Organization, id: &str) -> Answer {
    app.call(Method::DELETE, &app.api(&org.id, &format!("/messages/{id}")), Some(&org.admin_token), None, &[]).await
}

/// What waits is due; that changes nothing about the hours.
async fn pass_time(app: &TestApp) {
    let sql = "UPDATE conversation_messages SET scheduled_for = now() - interval '1 second'
        WHERE status = 'scheduled' RETURNING id";
    app.rows(sql, &[]).await;
}

/// The quiet hours are over, and what waits is due.
async fn wait_for_morning(app: &TestApp) {
    let sql = "UPDATE workspaces SET quiet_start = (now() AT TIME ZONE 'America/Phoenix' + interval '8 hours')::time,
            quiet_end = (now() AT TIME ZONE 'America/Phoenix' + interval '12 hours')::time
        WHERE quiet_start IS NOT NULL RETURNING id";
    app.rows(sql, &[]).await;
    pass_time(app).await;
}

/// The numbers of the report: sent, put off, given up.
async fn run(app: &TestApp) -> (i64, i64, i64) {
    let report = app.stack.fire("send-due-messages").await.expect("it goes well");
    let number = |name: &str| report[name].as_i64().unwrap();
    (number("sent"), number("putOff"), number("givenUp"))
}

/// Texts that the carrier has from us, the oldest first.
async fn at_carrier(app: &TestApp) -> Vec<String> {
    let messages = app.sim_get("/messages").await;
    let mut ours: Vec<Value> =
        messages["messages"].as_array().unwrap().iter().filter(|m| m["direction"] != "inbound").cloned().collect();
    ours.sort_by_key(|m| m["createdAt"].as_str().map(str::to_owned));
    ours.iter().map(|m| m["body"].as_str().unwrap().to_owned()).collect()
}

async fn row(app: &TestApp, id: &str) -> (String, Option<String>) {
    let sql = "SELECT status, error_code FROM conversation_messages WHERE id = $1::text::uuid";
    let rows = app.rows(sql, &[&id]).await;
    (rows[0].get(0), rows[0].get(1))
}

fn failed(code: &str) -> (String, Option<String>) {
    ("failed".to_owned(), Some(code.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_written_at_night_is_sent_once_in_the_morning() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "starter").await;
    let (message, key) = (text(CUSTOMER, "Your order is ready."), [("idempotency-key", "k")]);

    let answer = app.post_with(&org, "/messages", &message, &key).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let scheduled = &answer.body["message"];
    assert_eq!(scheduled["status"], "scheduled");
    let due: DateTime<Utc> = scheduled["scheduledFor"].as_str().unwrap().parse().unwrap();
    let wait = due - clock::now();
    assert!(wait > TimeDelta::minutes(150) && wait < TimeDelta::minutes(182), "three hours: {wait}");
    assert_eq!(app.post_with(&org, "/messages", &message, &key).await.body, answer.body);
    let other = app.post_with(&org, "/messages", &text(CUSTOMER, "Another"), &key).await;
    assert_eq!(other.body["code"], "idempotency_key_reused");

    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((messages.len(), &messages[0]["status"]), (1, &json!("scheduled")));
    assert_eq!((&conversation["snippet"], &conversation["unreadCount"]), (&message["body"], &json!(0)));

    assert_eq!(run(&app).await, (0, 0, 0), "it is not due");
    pass_time(&app).await;
    assert_eq!(run(&app).await, (0, 1, 0), "it is due, and still quiet");
    assert_eq!(run(&app).await, (0, 0, 0));
    let (_, messages) = app.only_conversation(&org).await;
    let again: DateTime<Utc> = messages[0]["scheduledFor"].as_str().unwrap().parse().unwrap();
    assert!((again - due).abs() <= TimeDelta::minutes(1), "{due} {again}");
    assert!(at_carrier(&app).await.is_empty());

    wait_for_morning(&app).await;
    let runs = join_all((0..8).map(|_| run(&app))).await;
    assert_eq!(runs.iter().map(|(sent, ..)| sent).sum::<i64>(), 1, "{runs:?}");
    app.eventually("it is delivered", async || {
        let (_, messages) = app.only_conversation(&org).await;
        (messages[0]["status"] == "delivered" && messages[0]["scheduledFor"].is_string()).then_some(())
    })
    .await;
    assert_eq!(run(&app).await, (0, 0, 0));
    assert_eq!(at_carrier(&app).await, ["Your order is ready."]);
    assert_eq!(app.post_with(&org, "/messages", &message, &key).await.body, answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_exempt_when_the_workspace_says_so_and_keywords_always_are() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    app.customer_texts(CUSTOMER, &number, "Anybody there?").await;
    schedule(&app, &org, CUSTOMER, "An answer, but they wait").await;
    app.customer_texts(CUSTOMER, &number, "HELP").await;
    app.eventually("help comes at night", async || {
        at_carrier(&app).await.iter().any(|body| body.starts_with("For help")).then_some(())
    })
    .await;

    let mut exempting = night();
    exempting["exemptReplies"] = json!(true);
    assert_eq!(set(&app, &org, &exempting).await.body["workspace"]["quietHours"], exempting);
    assert_eq!(run(&app).await, (1, 0, 0), "what waited is an answer too");
    let sent = send(&app, &org, &text(CUSTOMER, "Yes, we are.")).await;
    assert_ne!(sent["status"], "scheduled");
    assert_eq!(sent["scheduledFor"], Value::Null);
    schedule(&app, &org, "+16025550124", "To somebody who did not ask").await;

    app.rows("UPDATE conversation_messages SET created_at = created_at - interval '24 hours' RETURNING id", &[]).await;
    schedule(&app, &org, CUSTOMER, "A day later").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_sent_any_more_is_given_up_with_the_reason() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();

    let stopped = schedule(&app, &org, CUSTOMER, "Not wanted any more").await;
    app.customer_texts(CUSTOMER, &number, "STOP").await;
    app.eventually("the confirmation is sent at night", async || (at_carrier(&app).await.len() == 1).then_some(()))
        .await;
    wait_for_morning(&app).await;
    assert_eq!(run(&app).await, (0, 0, 1));
    assert_eq!(row(&app, &stopped).await, failed("recipient_opted_out"));
    let (conversation, messages) = app.only_conversation(&org).await;
    let given_up = messages.iter().find(|m| m["id"] == *stopped).unwrap();
    assert!(given_up["errorMessage"].as_str().unwrap().contains("opted out"), "{given_up}");
    assert!(given_up["advice"].as_str().unwrap().contains("call"), "{given_up}");
    assert_eq!(conversation["unreadCount"], 1, "the customer's own text");

    set(&app, &org, &night()).await;
    let suspended = schedule(&app, &org, "+16025550124", "From a number that is taken away").await;
    wait_for_morning(&app).await;
    let suspend =
        "UPDATE workspace_phone_numbers SET status = 'suspended', suspended_at = now(), release_due_at = now()
        RETURNING id";
    app.rows(suspend, &[]).await;
    assert_eq!(run(&app).await, (0, 0, 1));
    assert_eq!(row(&app, &suspended).await, failed("number_not_ready"));

    let starter = quiet_org(&app, "starter").await;
    let closed = schedule(&app, &starter, CUSTOMER, "From a workspace that is closed").await;
    wait_for_morning(&app).await;
    let close = "UPDATE workspaces SET deleted_at = now() WHERE clerk_organization_id = $1 RETURNING id";
    app.rows(close, &[&starter.id]).await;
    assert_eq!(run(&app).await, (0, 0, 1));
    assert_eq!(row(&app, &closed).await, failed("workspace_closed"));
    assert_eq!(at_carrier(&app).await.len(), 1, "the confirmation, and nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_hours_count_for_what_waits_already() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "starter").await;
    let id = schedule(&app, &org, CUSTOMER, "Hello").await;

    assert_eq!(set(&app, &org, &hours(-2, 5)).await.status, StatusCode::OK);
    assert_eq!(run(&app).await, (0, 1, 0), "longer");
    let (_, messages) = app.only_conversation(&org).await;
    let due: DateTime<Utc> = messages[0]["scheduledFor"].as_str().unwrap().parse().unwrap();
    assert!(due - clock::now() > TimeDelta::minutes(280), "{due}");

    assert_eq!(set(&app, &org, &Value::Null).await.body["workspace"]["quietHours"], Value::Null);
    assert_eq!(run(&app).await, (1, 0, 0), "never again");
    assert_ne!(row(&app, &id).await.0, "scheduled");
    assert_eq!(at_carrier(&app).await, ["Hello"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_an_administrators_matter_and_each_change_leaves_a_trace() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    assert_eq!(app.get(&org, "").await.body["workspace"]["quietHours"], Value::Null);
    let body = json!({ "quietHours": night() });
    let member = app.token(&org.id, "member", "user_member").await;
    let refused = app.call(Method::PATCH, &app.api(&org.id, ""), Some(&member), Some(&body), &[]).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (403, Some("admin_required")));
    for (quiet, field) in [
        (json!({ "start": "21:00" }), "quietHours.end"),
        (json!({ "start": "21:00", "end": "24:00" }), "quietHours.end"),
        (json!({ "start": "21:00", "end": "21:00" }), "quietHours.end"),
        (json!({ "start": "08:00", "end": "06:00" }), "quietHours.end"),
        (json!({ "start": 21, "end": "08:00" }), "quietHours.start"),
    ] {
        let answer = set(&app, &org, &quiet).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body["code"].as_str()),
            (422, Some("invalid_request")),
            "{answer:?}"
        );
        assert_eq!(answer.body["errors"][0]["field"], field, "{answer:?}");
    }

    let nights = json!({ "start": "21:00", "end": "08:00", "exemptReplies": true });
    for quiet in [&nights, &nights, &Value::Null] {
        let answer = set(&app, &org, quiet).await;
        assert_eq!((answer.status, &answer.body["workspace"]["quietHours"]), (StatusCode::OK, quiet), "{answer:?}");
        assert_eq!(app.get(&org, "").await.body, answer.body);
    }
    let sql = "SELECT actor, details->'from', details->'to' FROM audit_log
        WHERE action = 'workspace.quiet_hours_changed' ORDER BY created_at";
    let rows = app.rows(sql, &[]).await;
    let entries: Vec<(&str, Value, Value)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let by = &*org.user_id;
    assert_eq!(entries, [(by, Value::Null, nights.clone()), (by, nights, Value::Null)], "twice the same is one change");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_cancel_and_send_exactly_one_wins() {
    const MESSAGES: usize = 40;
    let business = json!({ "plans": { "starter": { "messagesPerMinute": 1000 } } }).to_string();
    let app = TestApp::start_with(|options| {
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await;
    let (org, other) = (quiet_org(&app, "starter").await, app.organization("starter").await);
    let mut messages = Vec::new();
    for i in 0..MESSAGES {
        let body = format!("Message {i}");
        messages.push((schedule(&app, &org, &format!("+16025551{i:03}"), &body).await, body));
    }
    assert_eq!(cancel(&app, &other, &messages[0].0).await.status, StatusCode::NOT_FOUND, "nobody else's");
    assert_ne!(send(&app, &other, &text(CUSTOMER, "Not quiet here")).await["status"], "scheduled");
    wait_for_morning(&app).await;

    let cancels = join_all(messages.iter().map(|(id, _)| cancel(&app, &org, id)));
    let (answers, runs) = tokio::join!(cancels, join_all((0..4).map(|_| run(&app))));

    let sent: HashSet<String> = at_carrier(&app).await.into_iter().collect();
    let mut canceled = 0;
    for ((id, body), answer) in messages.iter().zip(&answers) {
        match answer.status {
            StatusCode::OK => {
                canceled += 1;
                assert_eq!(answer.body["message"]["status"], "canceled");
                assert_eq!(row(&app, id).await.0, "canceled");
                assert!(!sent.contains(body), "{body} is sent and canceled");
                assert_eq!(cancel(&app, &org, id).await.body, answer.body, "again");
            }
            StatusCode::CONFLICT => {
                assert_eq!(answer.body["code"], "message_not_scheduled");
                assert!(sent.contains(body), "{body} is neither sent nor canceled");
            }
            _ => panic!("{answer:?}"),
        }
    }
    run(&app).await;
    assert_eq!(at_carrier(&app).await.len(), MESSAGES - canceled + 1, "each once: {runs:?}");
    let traces = "SELECT count(*) FROM audit_log WHERE action = 'message.canceled'";
    assert_eq!(app.count(traces, &[]).await, i64::try_from(canceled).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_cancels_what_waits_and_nothing_else() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "starter").await;
    let id = schedule(&app, &org, CUSTOMER, "Never mind").await;
    let url = app.api(&org.id, &format!("/messages/{id}"));
    assert_eq!(app.call(Method::DELETE, &url, None, None, &[]).await.status, StatusCode::UNAUTHORIZED);
    let member = app.token(&org.id, "member", "user_member").await;
    let answer = app.call(Method::DELETE, &url, Some(&member), None, &[]).await;
    assert_eq!((answer.status, &answer.body["message"]["status"]), (StatusCode::OK, &json!("canceled")), "{answer:?}");
    wait_for_morning(&app).await;
    assert_eq!(run(&app).await, (0, 0, 0));
    assert!(at_carrier(&app).await.is_empty());

    let sent = send(&app, &org, &text(CUSTOMER, "By day")).await;
    let refused = cancel(&app, &org, sent["id"].as_str().unwrap()).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (409, Some("message_not_scheduled")));
    for id in ["x", "0194a2f5-33aa-7b10-9c21-0f1e2d3c4b5a"] {
        assert_eq!(cancel(&app, &org, id).await.body["code"], "message_not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_keeps_its_order_and_the_plans_rate_counts_when_it_is_sent() {
    let business = json!({ "plans": { "starter": { "messagesPerMinute": 3, "messagesPerDay": 6 } } }).to_string();
    let app = TestApp::start_with(|options| {
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await;
    let org = quiet_org(&app, "starter").await;
    let bodies: Vec<String> = (1..=6).map(|i| format!("Part {i}")).collect();
    for body in &bodies {
        schedule(&app, &org, CUSTOMER, body).await;
    }
    let refused = app.post(&org, "/messages", &text(CUSTOMER, "One too many")).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (429, Some("rate_limited")), "{refused:?}");
    let wait: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((9_000..=10_921).contains(&wait), "until the hours are over: {wait}");

    wait_for_morning(&app).await;
    assert_eq!(run(&app).await, (3, 3, 0));
    assert_eq!(run(&app).await, (0, 0, 0), "the others wait for the next minute");
    app.rows("UPDATE send_windows SET started_at = started_at - interval '1 minute' RETURNING sent", &[]).await;
    pass_time(&app).await;
    assert_eq!(run(&app).await, (3, 0, 0));
    assert_eq!(at_carrier(&app).await, bodies);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_before_it_asks_the_carrier_leaves_a_text_that_is_never_sent() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "starter").await;
    let id = schedule(&app, &org, CUSTOMER, "Held").await;
    wait_for_morning(&app).await;
    let pool = app.database.owner_pool(1);
    let owner = pool.get().await.unwrap();
    owner.batch_execute(HOLD_COMMIT).await.unwrap();
    owner.batch_execute("SELECT pg_advisory_lock(4713)").await.unwrap();

    let (died, ()) = tokio::join!(app.stack.fire("send-due-messages"), kill_when_held(&app));
    died.expect_err("the worker is gone");
    owner.batch_execute("SELECT pg_advisory_unlock(4713)").await.unwrap();
    app.eventually("it is handed over", async || (row(&app, &id).await.0 == "pending").then_some(())).await;
    owner.batch_execute("DROP FUNCTION hold_commit CASCADE").await.unwrap();

    assert_eq!(run(&app).await, (0, 0, 0), "nobody takes it again");
    let refused = cancel(&app, &org, &id).await;
    assert_eq!((refused.status.as_u16(), refused.body["detail"].as_str()), (409, Some("the message is being sent")));
    for _ in 0..3 {
        pass_minutes(&app, 5).await;
        app.stack.fire("sweep").await.expect("the sweep goes well");
    }
    assert_eq!(row(&app, &id).await, failed("not_at_carrier"));
    assert!(at_carrier(&app).await.is_empty());
}

async fn kill_when_held(app: &TestApp) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    app.eventually("the commit is held", async || (app.count(waiting, &[]).await == 1).then_some(())).await;
    kill(app).await;
}

async fn kill(app: &TestApp) {
    for process in app.stack.processes("send-due-messages") {
        let killed = tokio::process::Command::new("kill").arg("-9").arg(process.to_string()).output().await;
        assert!(killed.unwrap().status.success());
    }
}

async fn pass_minutes(app: &TestApp, minutes: i32) {
    app.sim_post("/messages/age", json!({ "seconds": minutes * 60 })).await;
    let sql = "UPDATE conversation_messages SET created_at = created_at - make_interval(mins => $1),
            handed_over_at = handed_over_at - make_interval(mins => $1),
            carrier_looked_at = carrier_looked_at - make_interval(mins => $1) RETURNING id";
    app.rows(sql, &[&minutes]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_before_it_hears_the_carrier_has_sent_once() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "starter").await;
    app.sim_patch("/settings", json!({ "dropCallbacks": true })).await;
    let id = schedule(&app, &org, CUSTOMER, "Sent, and not heard of").await;
    wait_for_morning(&app).await;
    // The carrier takes it, and its answer does not come before the worker is dead.
    app.sim_post("/faults", json!({ "operation": "send", "kind": "slow", "delayMs": 8_000 })).await;
    let taken = async {
        app.eventually("the carrier has it", async || (at_carrier(&app).await.len() == 1).then_some(())).await;
        kill(&app).await;
    };
    let (_, ()) = tokio::join!(app.stack.fire("send-due-messages"), taken);

    assert_eq!(run(&app).await, (0, 0, 0), "nobody takes it again");
    pass_minutes(&app, 5).await;
    assert_eq!(app.stack.fire("sweep").await.unwrap()["settledMessages"], 1);
    assert_ne!(row(&app, &id).await.0, "pending");
    assert_eq!(at_carrier(&app).await, ["Sent, and not heard of"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatsapp_waits_only_while_its_window_stays_open() {
    let app = TestApp::start().await;
    let org = quiet_org(&app, "pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    app.customer_texts(&format!("whatsapp:{CUSTOMER}"), &format!("whatsapp:{number}"), "Hello?").await;
    let message = json!({ "channel": "whatsapp", "to": CUSTOMER, "body": "Good morning" });
    assert_eq!(send(&app, &org, &message).await["status"], "scheduled");

    let age = "UPDATE conversation_messages SET created_at = created_at - interval '22 hours'
        WHERE direction = 'inbound' RETURNING id";
    app.rows(age, &[]).await;
    let refused = app.post(&org, "/messages", &message).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (422, Some("whatsapp_window_closed")));

    wait_for_morning(&app).await;
    assert_eq!(run(&app).await, (1, 0, 0));
    let requests = app.sim_get("/requests").await;
    let sent = requests["requests"].as_array().unwrap().iter().filter(|r| r["operation"] == "send_whatsapp").count();
    assert_eq!(sent, 1);
}
