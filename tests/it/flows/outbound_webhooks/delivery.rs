//! What is delivered, how often, and what happens when it cannot be.

use std::{collections::HashSet, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{CUSTOMER, World};
use crate::support::{Told, chaos::Chaos};

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_told_once_signed_and_in_the_shapes_of_the_api() {
    let world = World::start().await;
    let (app, org) = (&world.app, &world.org);
    world.text("Grüße 👋").await;
    world.told(1).await;
    let reply = app.post(org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "Yes." })).await;
    app.eventually("the reply is delivered", async || {
        (sms_messages(&world).await[0]["status"] == "delivered").then_some(())
    })
    .await;
    let bought = app.post(org, "/phone-numbers", &json!({ "areaCode": "405" })).await;
    assert_eq!(bought.status, 201, "{bought:?}");
    let called = app.sim_post("/calls", json!({ "from": CUSTOMER, "to": world.number })).await;
    let sid = called["callSid"].as_str().unwrap().to_owned();
    app.on_phone(&sid, "hangup", json!({})).await;
    ended(&world).await;
    app.stack.fire("relay-webhooks").await.expect("the relay goes well");
    world.deliveries("pending", 0).await;

    let told = world.receiver.told();
    assert!(told.iter().all(|told| told.is_signed_with(&world.secret)), "{told:?}");
    assert!(told.iter().all(|told| told.headers["content-type"] == "application/json"));
    let ids: HashSet<String> = told.iter().map(Told::id).collect();
    assert_eq!(ids.len(), told.len(), "each once");

    let one = |event_type: &str| -> Value {
        let told = world.receiver.told_of(event_type);
        assert_eq!(told.len(), 1, "{event_type}: {told:?}");
        told[0].json()
    };
    let workspace = app.get(org, "").await.body["workspace"]["id"].clone();
    let messages = sms_messages(&world).await;
    let received = one("message.received");
    assert_eq!(received["data"]["workspaceId"], workspace);
    assert_eq!(received["data"]["message"], *messages.last().unwrap(), "as the API shows it");
    assert!(received["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(one("number.provisioned")["data"]["phoneNumber"]["id"], bought.body["phoneNumber"]["id"]);
    let call = one("call.completed")["data"]["message"].clone();
    assert_eq!(
        (&call["from"], &call["channel"], &call["call"]["state"]),
        (&json!(CUSTOMER), &json!("voice"), &json!("missed"))
    );

    // Each status as it was, although the message is delivered by now.
    let statuses: Vec<Value> = world.receiver.told_of("message.status").iter().map(Told::json).collect();
    assert!(statuses.iter().all(|told| told["data"]["message"]["id"] == reply.body["message"]["id"]), "{statuses:?}");
    let words: HashSet<&str> =
        statuses.iter().map(|told| told["data"]["message"]["status"].as_str().unwrap()).collect();
    assert!(words.contains("queued") && words.contains("delivered"), "{words:?}");
    assert_eq!(words.len(), statuses.len(), "none twice");
    for told in &statuses {
        let message = &told["data"]["message"];
        assert_eq!(message["deliveredAt"].is_null(), message["status"] != "delivered", "{message}");
    }
}

/// Of the conversation by text, newest first.
async fn sms_messages(world: &World) -> Vec<Value> {
    let conversations = world.app.get(&world.org, "/conversations?channel=sms").await.body;
    let id = conversations["conversations"][0]["id"].as_str().unwrap();
    let messages = world.app.get(&world.org, &format!("/conversations/{id}/messages")).await.body;
    messages["messages"].as_array().unwrap().clone()
}

async fn ended(world: &World) {
    let sql = "SELECT count(*) FROM calls WHERE state = 'missed' AND ended_at IS NOT NULL";
    world.app.eventually("the call has ended", async || (world.app.count(sql, &[]).await == 1).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_told_again_with_the_same_id_until_it_is_taken() {
    let world = World::start().await;
    for (status, failure) in [(500, "refused"), (302, "refused")] {
        world.receiver.answers(status);
        let before = world.receiver.told().len();
        world.text("Hello").await;
        world.told(before + 1).await;
        let sql = "SELECT count(*) FROM webhook_deliveries WHERE state = 'pending' AND attempts = 1
            AND response_status = $1 AND failure_code = $2 AND due_at > now() + interval '3 seconds'";
        let waits =
            async || (world.app.count(sql, &[&i16::try_from(status).unwrap(), &failure]).await == 1).then_some(());
        world.app.eventually("it waits for the next attempt", waits).await;
        assert!(world.listed().await["failingSince"].is_string());

        world.receiver.answers(200);
        world.time_passes().await;
        world.deliveries("pending", 0).await;
        let told = world.receiver.told();
        assert_eq!(told.len(), before + 2, "a redirect is not followed");
        assert_eq!(told[before].id(), told[before + 1].id());
        assert_eq!(told[before].body, told[before + 1].body);
        assert!(world.listed().await["failingSince"].is_null());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_does_not_answer_is_given_up_for_now_and_after_a_day_for_good() {
    let world = World::start().await;
    world.receiver.takes(Duration::from_secs(20));
    world.text("Hello").await;
    let sql = "SELECT count(*) FROM webhook_deliveries WHERE attempts = 1 AND failure_code = 'timed_out' AND state = 'pending'";
    let late = async || (world.app.count(sql, &[]).await == 1).then_some(());
    world.app.eventually("the time-out is noted", late).await;

    world.receiver.takes(Duration::ZERO);
    world.receiver.answers(503);
    world.app.rows("UPDATE webhook_deliveries SET attempts = 10 RETURNING id", &[]).await;
    world.time_passes().await;
    world.deliveries("failed", 1).await;
    assert_eq!(world.listed().await["status"], "enabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_before_it_notes_the_answer_tells_again_with_the_same_id() {
    let world = World::start().await;
    world.receiver.takes(Duration::from_secs(3));
    world.text("Hello").await;
    world.told(1).await;
    kill_workers(&world).await;
    let sql = "SELECT count(*) FROM webhook_deliveries WHERE state = 'pending' AND leased_until > now()";
    assert_eq!(world.app.count(sql, &[]).await, 1, "it was delivered, and nobody knows");

    world.receiver.takes(Duration::ZERO);
    world.time_passes().await;
    world.deliveries("delivered", 1).await;
    let told = world.receiver.told();
    assert_eq!((told.len(), told[0].id() == told[1].id()), (2, true));
}

async fn kill_workers(world: &World) {
    for process in world.app.stack.processes("work-webhooks") {
        let killed = tokio::process::Command::new("kill").arg("-9").arg(process.to_string()).output().await;
        // It may have ended by itself.
        drop(killed.expect("kill can be run"));
    }
    let gone = async || world.app.stack.processes("work-webhooks").is_empty().then_some(());
    world.app.eventually("the workers are gone", gone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_are_told_once_each() {
    let world = World::start().await;
    let texts = (0..50).map(|i| {
        let world = &world;
        async move {
            let customer = format!("+1405555{:04}", 2000 + i);
            world.app.customer_texts(&customer, &world.number, &format!("Text {i}")).await;
        }
    });
    join_all(texts).await;
    world.told(50).await;
    // Whoever is late finds nothing to do.
    world.app.stack.fire("relay-webhooks").await.expect("the relay goes well");
    world.deliveries("delivered", 50).await;
    let told = world.receiver.told();
    let ids: HashSet<String> = told.iter().map(Told::id).collect();
    let bodies: HashSet<String> =
        told.iter().map(|told| told.json()["data"]["message"]["body"].as_str().unwrap().to_owned()).collect();
    assert_eq!((told.len(), ids.len(), bodies.len()), (50, 50, 50));
}

/// The rows are the queue: what SQS does not take is told all the same, and the text is taken in time.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_the_queue_is_away() {
    let world = World::start().await;
    let queue = world.queue_url();
    world.sqs("DeleteQueue", json!({ "QueueUrl": queue })).await;
    world.text("Hello").await;
    world.deliveries("pending", 1).await;
    assert!(world.app.stack.fire("relay-webhooks").await.is_err(), "the relay says that it cannot");

    world.sqs("CreateQueue", json!({ "QueueName": queue.rsplit('/').next().unwrap() })).await;
    world.time_passes().await;
    world.deliveries("delivered", 1).await;
    assert_eq!(world.receiver.told().len(), 1);
}

/// A workspace without an endpoint stores no events.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_when_nobody_is_to_be_told() {
    let chaos = Chaos::start().await;
    let org = chaos.app.organization("pro").await;
    let number = chaos.app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    chaos.app.customer_texts(CUSTOMER, &number, "Hello").await;
    assert_eq!(chaos.one::<i64>("SELECT count(*) FROM outbound_events").await, 0);
}
