//! Webhooks that Postgres cannot take wait in the inbox queue, and are stored when it is back.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::StatusCode;
use serde_json::json;
use tokio::sync::Barrier;

use crate::support::{Outage, TestApp};

const CUSTOMER: &str = "+14055550123";

async fn text(app: &TestApp, from: &str, to: &str, sid: &str, body: &str) -> StatusCode {
    let form = [("MessageSid", sid), ("AccountSid", "x"), ("From", from), ("To", to), ("Body", body)];
    app.webhook(&app.stack.urls.message_webhook, &form).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_postgres_was_away_is_in_the_inbox_afterwards_in_its_order() {
    let mut outage = Outage::start().await;
    let org = outage.app.organization("pro").await;
    let number = outage.app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    outage.app.sim_patch("/settings", json!({ "statusDelayMs": 3_600_000 })).await;
    let send = json!({ "channel": "sms", "to": CUSTOMER, "body": "Your table is ready." });
    assert_eq!(outage.app.post(&org, "/messages", &send).await.status, StatusCode::CREATED);
    let stored = outage.app.rows("SELECT id::text, carrier_sid FROM conversation_messages", &[]).await;
    let (id, sid): (String, String) = (stored[0].get(0), stored[0].get(1));

    outage.kill().await;
    let app = &outage.app;
    for (sid, body) in [("sid-1", "one"), ("sid-2", "STOP"), ("sid-1", "one"), ("sid-3", "three")] {
        assert_eq!(text(app, CUSTOMER, &number, sid, body).await, StatusCode::OK, "{sid}");
    }
    let url = format!("{}?message={id}", app.stack.urls.message_status_webhook);
    let delivered = [("MessageSid", &*sid), ("From", &*number), ("To", CUSTOMER), ("MessageStatus", "delivered")];
    assert!(app.webhook(&url, &delivered).await.status.is_success());
    outage.recover().await;

    let app = &outage.app;
    let inbound = "SELECT count(*) FROM conversation_messages WHERE direction = 'inbound'";
    app.eventually("all are there", async || (app.count(inbound, &[]).await == 3).then_some(())).await;
    let done = "SELECT count(*) FROM conversation_messages WHERE id::text = $1 AND status = 'delivered'";
    app.eventually("the status is there", async || (app.count(done, &[&id]).await == 1).then_some(())).await;
    let (conversation, messages) = app.only_conversation(&org).await;
    let bodies: Vec<&str> =
        messages.iter().filter(|m| m["direction"] == "inbound").map(|m| m["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["three", "STOP", "one"]);
    assert_eq!(conversation["unreadCount"], 3);
    let refused = app.post(&org, "/messages", &send).await;
    assert_eq!(refused.body["code"], "recipient_opted_out", "{refused:?}");
    app.eventually("the keyword is answered", async || {
        let messages = app.sim_get("/messages").await["messages"].as_array().unwrap().clone();
        messages.iter().any(|m| m["body"].as_str().unwrap().starts_with("You will get no")).then_some(())
    })
    .await;
    outage.stop().await;
}

/// `INBOX_KILL_TEXTS=2000` makes it longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_of_postgres_under_load_loses_and_doubles_nothing_that_was_acknowledged() {
    let texts: usize = setting("INBOX_KILL_TEXTS").unwrap_or(160);
    let mut outage = Outage::start().await;
    let org = outage.app.organization("pro").await;
    let number = outage.app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();

    let half = Barrier::new(2);
    let Outage { app, postgres } = &mut outage;
    let load = async {
        stream::iter(0..texts)
            .map(|i| {
                let (app, number, half) = (&*app, &number, &half);
                async move {
                    if i == texts / 2 {
                        half.wait().await;
                    }
                    let (customer, sid) = (format!("+1405555{:04}", i % 20), format!("sid-{i}"));
                    let status = text(app, &customer, number, &sid, "Hello").await;
                    status.is_success().then_some(sid)
                }
            })
            .buffer_unordered(16)
            .filter_map(async |sid| sid)
            .collect::<Vec<String>>()
            .await
    };
    let murder = async {
        half.wait().await;
        postgres.kill().await.expect("it can be killed");
        // Long enough for some requests to find nobody.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        postgres.start_again().await.expect("it comes back");
    };
    let (acknowledged, ()) = futures_util::future::join(load, murder).await;
    assert!(acknowledged.len() > texts / 2, "only {} of {texts} were acknowledged", acknowledged.len());

    let app = &outage.app;
    let there = "SELECT count(*) FROM conversation_messages WHERE carrier_sid = ANY($1)";
    let expected = i64::try_from(acknowledged.len()).unwrap();
    app.eventually("every acknowledged text is in the inbox", async || {
        (app.count(there, &[&acknowledged]).await == expected).then_some(())
    })
    .await;
    assert!(app.log_text().contains("webhook kept in the inbox queue"), "the kill was noticed");
    let wrong = "SELECT count(*) FROM conversations c WHERE unread_count <> message_count OR message_count <>
        (SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id)";
    assert_eq!(app.count(wrong, &[]).await, 0, "counters are exact");
    assert!(app.count("SELECT count(*) FROM conversations", &[]).await <= 20, "no thread is doubled");
    outage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_queue_holds_and_nobody_can_read_is_kept() {
    let app = TestApp::start().await;
    let bodies = ["no JSON", r#"{"kind":"store_message","version":2}"#, "{}"];
    let records: Vec<_> =
        bodies.iter().enumerate().map(|(i, body)| json!({ "messageId": format!("m{i}"), "body": body })).collect();
    for _ in 0..2 {
        let answer = app.stack.invoke("work-inbox", &json!({ "Records": records })).await.unwrap();
        assert_eq!(answer, json!({ "batchItemFailures": [] }));
    }
    let rows = app.rows("SELECT payload->>'message' FROM unroutable_events WHERE reason = 'unreadable'", &[]).await;
    let mut kept: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    kept.sort_unstable();
    assert_eq!(kept, ["no JSON", r#"{"kind":"store_message","version":2}"#, "{}"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_and_without_the_queue_nothing_is_acknowledged() {
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

    assert_eq!(text(&app, CUSTOMER, "+14052010177", "sid-1", "Hello").await, StatusCode::SERVICE_UNAVAILABLE);
    let form = [("MessageSid", "sid-1"), ("MessageStatus", "sent")];
    let answer = app.webhook(&app.stack.urls.message_status_webhook, &form).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

pub(super) fn setting(name: &str) -> Option<usize> {
    #[expect(clippy::disallowed_methods, reason = "a test is made longer by the environment")]
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}
