//! Sends whose outcome nobody knows: they are looked up at the carrier, over minutes, and never sent again. The carrier's
//! price is found the same way.

use std::collections::HashSet;

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";

/// Stops the transaction that stores a message just before its commit, until the test gives the lock back.
pub(super) const HOLD_COMMIT: &str = "
    CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(4712);
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT ON conversation_messages
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_commit();";

/// The same for the answer to a keyword.
const HOLD_ANSWER: &str = "
    CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(4712);
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT ON conversation_messages DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.sent_by = 'system') EXECUTE FUNCTION hold_commit();";

async fn at_carrier(app: &TestApp) -> Vec<Value> {
    let messages = app.sim_get("/messages").await;
    messages["messages"].as_array().unwrap().iter().filter(|m| m["direction"] != "inbound").cloned().collect()
}

async fn send(app: &TestApp, org: &Organization, body: &str) -> Value {
    let answer = app.post(org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": body })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.body["message"].clone()
}

async fn pass_minutes(app: &TestApp, minutes: i32) {
    app.sim_post("/messages/age", json!({ "seconds": minutes * 60 })).await;
    app.rows(
        "UPDATE conversation_messages SET created_at = created_at - make_interval(mins => $1),
             handed_over_at = handed_over_at - make_interval(mins => $1),
             carrier_looked_at = carrier_looked_at - make_interval(mins => $1) RETURNING id",
        &[&minutes],
    )
    .await;
}

/// The numbers of the report: settled, unsent.
async fn sweep(app: &TestApp) -> (i64, i64) {
    let report = app.stack.fire("sweep").await.expect("the sweep goes well");
    (report["settledMessages"].as_i64().unwrap(), report["unsentMessages"].as_i64().unwrap())
}

/// The texts of the only conversation, newest first: status and error code.
async fn outcomes(app: &TestApp, org: &Organization) -> Vec<(String, Option<String>)> {
    let (_, messages) = app.only_conversation(org).await;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    messages.iter().map(|m| (text(&m["status"]).unwrap(), text(&m["errorCode"]))).collect()
}

fn delivered() -> (String, Option<String>) {
    ("delivered".to_owned(), None)
}

fn failed() -> (String, Option<String>) {
    ("failed".to_owned(), Some("not_at_carrier".to_owned()))
}

async fn all_delivered_at_carrier(app: &TestApp, count: usize) {
    app.eventually("the carrier has delivered", async || {
        let texts = at_carrier(app).await;
        (texts.len() == count && texts.iter().all(|m| m["status"] == "delivered")).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_whose_answer_and_callbacks_were_lost_is_found_at_the_carrier() {
    for kind in ["lost_answer", "error_after"] {
        let app = TestApp::start().await;
        let org = app.organization("starter").await;
        app.sim_patch("/settings", json!({ "dropCallbacks": true })).await;
        app.sim_post("/faults", json!({ "operation": "send", "kind": kind })).await;
        assert_eq!(send(&app, &org, "Are you there?").await["status"], "unknown");
        all_delivered_at_carrier(&app, 1).await;

        assert_eq!(sweep(&app).await, (0, 0), "it may still be on its way");
        pass_minutes(&app, 3).await;
        assert_eq!(sweep(&app).await, (1, 0));

        assert_eq!(outcomes(&app, &org).await, [delivered()]);
        let sid: String = app.rows("SELECT carrier_sid FROM conversation_messages", &[]).await[0].get(0);
        assert_eq!(at_carrier(&app).await.iter().map(|m| m["sid"].as_str().unwrap()).collect::<Vec<_>>(), [sid]);
        let (_, messages) = app.only_conversation(&org).await;
        assert_eq!(messages[0]["costMicros"], 7900, "the price came along");
        assert_eq!(sweep(&app).await, (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_never_reached_the_carrier_fails_after_several_looks_and_may_be_sent_again() {
    for kind in ["lost_request", "error_before"] {
        let app = TestApp::start().await;
        let org = app.organization("starter").await;
        app.sim_post("/faults", json!({ "operation": "send", "kind": kind })).await;
        assert_eq!(send(&app, &org, "Hi").await["status"], "unknown");
        for _ in 0..2 {
            pass_minutes(&app, 5).await;
            assert_eq!(sweep(&app).await, (0, 0));
            assert_eq!(outcomes(&app, &org).await[0].0, "unknown");
        }
        // A carrier that does not answer says nothing about the message.
        pass_minutes(&app, 5).await;
        app.sim_post("/faults", json!({ "operation": "list_messages", "kind": "error_before", "count": 0 })).await;
        app.stack.fire("sweep").await.expect_err("the carrier is away");
        assert_eq!(outcomes(&app, &org).await[0].0, "unknown");
        let url = format!("{}/_sim/faults", app.stack.urls.signalwire);
        app.call(reqwest::Method::DELETE, &url, None, None, &[]).await;

        pass_minutes(&app, 5).await;
        assert_eq!(sweep(&app).await, (0, 1), "{kind}");
        assert_eq!(outcomes(&app, &org).await, [failed()]);
        let (_, messages) = app.only_conversation(&org).await;
        assert!(messages[0]["advice"].as_str().unwrap().contains("Send it again"));
        assert!(at_carrier(&app).await.is_empty());

        // The same words again are another message.
        send(&app, &org, "Hi").await;
        all_delivered_at_carrier(&app, 1).await;
        app.eventually("the second one arrives", async || {
            (outcomes(&app, &org).await == [delivered(), failed()]).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_texts_are_not_taken_for_each_other() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    app.sim_patch("/settings", json!({ "dropCallbacks": true })).await;
    // Known; lost before; lost after; known.
    app.sim_post("/faults", json!({ "operation": "send", "kind": "lost_request", "skip": 1 })).await;
    app.sim_post("/faults", json!({ "operation": "send", "kind": "lost_answer", "skip": 1 })).await;
    for _ in 0..4 {
        send(&app, &org, "Same words").await;
    }
    all_delivered_at_carrier(&app, 3).await;
    for _ in 0..3 {
        pass_minutes(&app, 5).await;
        sweep(&app).await;
    }
    let mut found = outcomes(&app, &org).await;
    found.sort();
    assert_eq!(found, [delivered(), delivered(), delivered(), failed()]);
    let rows = app.rows("SELECT carrier_sid FROM conversation_messages WHERE carrier_sid IS NOT NULL", &[]).await;
    let ours: HashSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let theirs: HashSet<String> =
        at_carrier(&app).await.iter().map(|m| m["sid"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ours, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_comes_while_the_text_is_looked_up_does_no_harm() {
    const TEXTS: usize = 8;
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    // Each text has three callbacks on its way.
    app.sim_patch("/settings", json!({ "dropCallbacks": TEXTS * 3 })).await;
    app.sim_post("/faults", json!({ "operation": "send", "kind": "lost_answer", "count": TEXTS })).await;
    for _ in 0..TEXTS {
        send(&app, &org, "Same words").await;
    }
    all_delivered_at_carrier(&app, TEXTS).await;
    app.eventually("its own callbacks are lost", async || {
        let settings = app.sim_get("/settings").await;
        (settings["settings"]["dropCallbacks"] == 0).then_some(())
    })
    .await;
    pass_minutes(&app, 5).await;

    let sids: Vec<String> = at_carrier(&app).await.iter().map(|m| m["sid"].as_str().unwrap().to_owned()).collect();
    let late = sids.iter().map(async |sid| {
        app.sim_post(&format!("/messages/{sid}/callbacks"), json!({ "status": "delivered" })).await;
    });
    tokio::join!(join_all(late), sweep(&app));

    app.eventually("every text is settled", async || {
        pass_minutes(&app, 3).await;
        sweep(&app).await;
        outcomes(&app, &org).await.iter().all(|outcome| *outcome == delivered()).then_some(())
    })
    .await;
    let distinct = "SELECT count(DISTINCT carrier_sid) FROM conversation_messages";
    assert_eq!(app.count(distinct, &[]).await, i64::try_from(TEXTS).unwrap());
    assert_eq!(at_carrier(&app).await.len(), TEXTS, "nothing is sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_dies_before_it_asks_the_carrier_leaves_a_text_that_fails_in_the_end() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    // A process is up, with a connection.
    send(&app, &org, "First").await;
    all_delivered_at_carrier(&app, 1).await;
    let pool = app.database.owner_pool(1);
    let owner = pool.get().await.unwrap();
    owner.batch_execute(HOLD_COMMIT).await.unwrap();
    owner.batch_execute("SELECT pg_advisory_lock(4712)").await.unwrap();

    let key = [("idempotency-key", "k")];
    let body = json!({ "channel": "sms", "to": CUSTOMER, "body": "Second" });
    let sending = app.post_with(&org, "/messages", &body, &key);
    let (answer, ()) = tokio::join!(sending, kill_when_held(&app, "send-message"));
    assert!(answer.status.is_server_error(), "{answer:?}");
    owner.batch_execute("SELECT pg_advisory_unlock(4712)").await.unwrap();
    app.eventually("it is stored", async || (outcomes(&app, &org).await.first()?.0 == "pending").then_some(())).await;

    let again = app.post_with(&org, "/messages", &body, &key).await;
    assert_eq!((again.status, again.body["message"]["status"].as_str()), (StatusCode::CREATED, Some("pending")));
    for _ in 0..3 {
        pass_minutes(&app, 5).await;
        sweep(&app).await;
    }
    assert_eq!(outcomes(&app, &org).await[0], failed());
    assert_eq!(at_carrier(&app).await.len(), 1, "the second one was never sent");
    let again = app.post_with(&org, "/messages", &body, &key).await;
    assert_eq!(again.body["message"]["status"], "failed");
}

/// Kills the processes of a function when one of them is about to commit.
pub(super) async fn kill_when_held(app: &TestApp, function: &str) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    app.eventually("the commit is held", async || (app.count(waiting, &[]).await == 1).then_some(())).await;
    for process in app.stack.processes(function) {
        let killed = tokio::process::Command::new("kill").arg("-9").arg(process.to_string()).output().await;
        assert!(killed.unwrap().status.success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_keyword_whose_worker_died_is_settled_and_never_given_twice() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    app.sim_patch("/settings", json!({ "dropCallbacks": true })).await;
    let answers = async || {
        let (_, messages) = app.only_conversation(&org).await;
        let answers = messages.iter().filter(|m| m["sentBy"] == "system");
        answers.map(|m| m["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    // It dies before it asks the carrier.
    let pool = app.database.owner_pool(1);
    let owner = pool.get().await.unwrap();
    owner.batch_execute(HOLD_ANSWER).await.unwrap();
    owner.batch_execute("SELECT pg_advisory_lock(4712)").await.unwrap();
    app.customer_texts(CUSTOMER, &number, "HELP").await;
    kill_when_held(&app, "work-inbox").await;
    owner.batch_execute("SELECT pg_advisory_unlock(4712)").await.unwrap();
    app.eventually("it is stored", async || (answers().await == ["pending"]).then_some(())).await;
    owner.batch_execute("DROP FUNCTION hold_commit CASCADE").await.unwrap();
    for _ in 0..3 {
        pass_minutes(&app, 5).await;
        sweep(&app).await;
    }
    assert_eq!((answers().await, at_carrier(&app).await.len()), (vec!["failed".to_owned()], 0));

    // It dies before it hears the carrier: to everybody else that is an answer that was lost.
    app.sim_post("/faults", json!({ "operation": "send", "kind": "lost_answer" })).await;
    app.customer_texts(CUSTOMER, &number, "STOP").await;
    all_delivered_at_carrier(&app, 1).await;
    for process in app.stack.processes("work-inbox") {
        // It may have come to its end before.
        tokio::process::Command::new("kill").arg("-9").arg(process.to_string()).output().await.unwrap();
    }
    app.eventually("the look-up finds it", async || {
        pass_minutes(&app, 5).await;
        sweep(&app).await;
        (answers().await == ["delivered", "failed"]).then_some(())
    })
    .await;
    assert_eq!(at_carrier(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_carriers_price_is_fetched_when_it_is_there_and_the_estimate_stays() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let settings = json!({ "priceDelayMs": 1000, "dropCallbacks": true, "outboundTextPriceMicros": 8_300 });
    app.sim_patch("/settings", settings).await;
    let sent = send(&app, &org, &"x".repeat(200)).await;
    assert_eq!((&sent["costMicros"], &sent["estimatedCostMicros"]), (&Value::Null, &json!(15_800)));

    let priced = app
        .eventually("the price is there", async || {
            pass_minutes(&app, 20).await;
            app.stack.fire("sweep").await.expect("the sweep goes well");
            let (_, messages) = app.only_conversation(&org).await;
            (messages[0]["costMicros"] != Value::Null).then(|| messages[0].clone())
        })
        .await;

    assert_eq!((&priced["costMicros"], &priced["estimatedCostMicros"]), (&json!(16_600), &json!(15_800)));
    assert_eq!(
        (&priced["segments"], &priced["status"]),
        (&json!(2), &json!("delivered")),
        "lost callbacks are repaired"
    );
    let reads = app.sim_get("/requests").await;
    let reads = reads["requests"].as_array().unwrap().iter().filter(|r| r["operation"] == "get_message").count();
    pass_minutes(&app, 600).await;
    sweep(&app).await;
    let after = app.sim_get("/requests").await;
    let after = after["requests"].as_array().unwrap().iter().filter(|r| r["operation"] == "get_message").count();
    assert_eq!(after, reads, "a known price is not asked for again");
}
