//! What did not arrive, came too early, or had no owner: in the inbox in the end.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::clock;

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";

/// Messages that only the carrier has count as lost at once.
async fn start() -> TestApp {
    TestApp::start_with(|options| {
        let business = json!({ "messageBackFillAfterSeconds": 0 }).to_string();
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await
}

async fn with_number(app: &TestApp) -> (Organization, Value) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    (org, number)
}

/// The carrier forgets where texts to this number go.
pub async fn forget_webhook(app: &TestApp, number_sid: &str) {
    let urls = &app.stack.urls;
    let path = format!("Accounts/{}/IncomingPhoneNumbers/{number_sid}.json", urls.signalwire_project);
    let url = format!("{}/api/laml/2010-04-01/{path}", urls.signalwire);
    let authorization = crate::support::basic(&urls.signalwire_project, &urls.signalwire_token);
    let form = [("SmsUrl", ""), ("SmsFallbackUrl", "")];
    let answer = app.post_form(&url, &form, &[("authorization", &authorization)]).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

async fn sweep(app: &TestApp) -> Value {
    app.stack.fire("sweep").await.expect("the sweep goes well")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_whose_webhook_got_lost_is_found_in_the_carriers_list() {
    let app = start().await;
    let (org, number) = with_number(&app).await;
    let ours = number["phoneNumber"].as_str().unwrap();
    app.customer_texts(CUSTOMER, ours, "I arrive.").await;
    forget_webhook(&app, number["phoneNumberSid"].as_str().unwrap()).await;
    app.customer_texts(CUSTOMER, ours, "I do not. 👋").await;
    let picture = json!({ "from": CUSTOMER, "to": ours, "mediaUrls": ["https://files.example.com/a.jpg"] });
    app.sim_post("/messages", picture).await;
    app.customer_texts(CUSTOMER, ours, "stop").await;
    assert_eq!(app.only_conversation(&org).await.1.len(), 1);

    let report = sweep(&app).await;
    assert_eq!((report["recoveredMessages"].as_i64(), report["repaired"].as_i64()), (Some(3), Some(1)), "{report}");
    assert!(app.log_text().contains("a text that never arrived was found in the carrier's list"));
    app.eventually("the keyword is answered", async || {
        (app.count("SELECT count(*) FROM automatic_replies WHERE state = 'sent'", &[]).await == 1).then_some(())
    })
    .await;
    assert_eq!(sweep(&app).await["recoveredMessages"], 0);
    let (conversation, messages) = app.only_conversation(&org).await;
    let inbound: Vec<&Value> = messages.iter().filter(|m| m["direction"] == "inbound").collect();
    assert_eq!((inbound.len(), conversation["unreadCount"].as_i64()), (4, Some(4)));
    assert!(inbound.iter().any(|m| m["body"] == "I do not. 👋"));
    let media = inbound.iter().find_map(|m| m["media"].as_array().filter(|media| !media.is_empty())).unwrap();
    assert_eq!(media[0]["contentType"], "image/jpeg");
    assert!(media[0]["url"].as_str().unwrap().starts_with(&app.stack.urls.signalwire), "{media:?}");
    app.customer_texts(CUSTOMER, ours, "The webhook is back.").await;
    assert_eq!(app.only_conversation(&org).await.0["unreadCount"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_text_that_no_database_can_store_as_it_is_keeps_away_no_other() {
    let app = start().await;
    let (org, number) = with_number(&app).await;
    let ours = number["phoneNumber"].as_str().unwrap();
    forget_webhook(&app, number["phoneNumberSid"].as_str().unwrap()).await;
    app.customer_texts(CUSTOMER, ours, "NUL \0 in it").await;
    app.customer_texts(CUSTOMER, ours, "The next").await;

    assert_eq!(sweep(&app).await["recoveredMessages"], 2);
    let (_, messages) = app.only_conversation(&org).await;
    let mut bodies: Vec<&str> = messages.iter().map(|m| m["body"].as_str().unwrap()).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["NUL \u{FFFD} in it", "The next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_got_lost_is_found_in_the_carriers_list() {
    let app = start().await;
    app.sim_patch("/settings", json!({ "dropCallbacks": true })).await;
    let org = app.organization("starter").await;
    for to in [CUSTOMER, "+19075550103"] {
        let send = json!({ "channel": "sms", "to": to, "body": "Hello" });
        assert_eq!(app.post(&org, "/messages", &send).await.status, StatusCode::CREATED);
    }
    app.eventually("the carrier is done", async || {
        let messages = app.sim_get("/messages").await;
        let done = |m: &Value| m["status"] == "delivered" || m["status"] == "undelivered";
        messages["messages"].as_array().unwrap().iter().all(done).then_some(())
    })
    .await;

    assert_eq!(sweep(&app).await["recoveredStatuses"], 2);
    assert_eq!(sweep(&app).await["recoveredStatuses"], 0);
    let rows = app.rows("SELECT status, error_code FROM conversation_messages ORDER BY status DESC", &[]).await;
    let statuses: Vec<(&str, Option<&str>)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(statuses, [("undelivered", Some("30003")), ("delivered", None)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_longer_than_a_run_is_read_in_turns() {
    let app = start().await;
    let (_, number) = with_number(&app).await;
    forget_webhook(&app, number["phoneNumberSid"].as_str().unwrap()).await;
    app.customer_texts(CUSTOMER, number["phoneNumber"].as_str().unwrap(), "I do not arrive.").await;
    // Forty pages of what others of the project sent since, and a bit more.
    for from in (0..41_000).step_by(5_000) {
        let message = |at: u32| {
            json!({ "sid": format!("00000000-0000-4000-8000-{at:012}"), "direction": "outbound-api", "segments": 1,
                "from": "+12135550100", "to": CUSTOMER, "status": "delivered", "priceMicros": 7900,
                "createdAt": clock::now() })
        };
        let messages: Vec<Value> = (from..from + 5_000).map(message).collect();
        app.sim_post("/past", json!({ "messages": messages })).await;
    }
    let kept = "SELECT next_page FROM carrier_lists WHERE list = 'messages'";

    assert_eq!(sweep(&app).await["recoveredMessages"], 0);
    assert!(app.rows(kept, &[]).await[0].get::<_, Option<&str>>(0).is_some());
    // The message that the page begins after was deleted at the carrier.
    app.rows(
        "UPDATE carrier_lists SET next_page = replace(next_page, 'PageToken=PA', 'PageToken=PAx') RETURNING list",
        &[],
    )
    .await;
    assert_eq!(sweep(&app).await["recoveredMessages"], 0);
    assert!(app.log_text().contains("a page that was kept is none any more"));
    // On a slow machine the time of a run is over before its pages are.
    let mut runs = 0;
    while sweep(&app).await["recoveredMessages"] == 0 {
        runs += 1;
        assert!(runs < 10, "its page never has its turn");
    }
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages WHERE body = 'I do not arrive.'", &[]).await, 1);
    assert_eq!(app.rows(kept, &[]).await[0].get::<_, Option<&str>>(0), None, "it was the last page");
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_come_with_the_list() {
    let app = start().await;
    let org = app.organization("starter").await;
    for body in ["One", "Two", "Three"] {
        let send = json!({ "channel": "sms", "to": CUSTOMER, "body": body });
        assert_eq!(app.post(&org, "/messages", &send).await.status, StatusCode::CREATED);
    }
    let priced = "SELECT count(*) FROM conversation_messages WHERE cost_micros IS NOT NULL";
    assert_eq!(app.count(priced, &[]).await, 0);
    app.eventually("the carrier has calculated them", async || {
        let messages = app.sim_get("/messages").await;
        messages["messages"].as_array().unwrap().iter().all(|m| !m["priceMicros"].is_null()).then_some(())
    })
    .await;

    app.rows("UPDATE conversation_messages SET segments = 9 RETURNING id", &[]).await;

    // Nobody asks for one so early.
    assert_eq!(sweep(&app).await["pricedMessages"], 3);
    let counted = "SELECT count(*) FROM conversation_messages WHERE cost_micros IS NOT NULL AND segments = 1";
    assert_eq!(app.count(counted, &[]).await, 3, "the carrier's word counts");
    assert_eq!(sweep(&app).await["pricedMessages"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_that_come_before_their_message_is_known_are_applied_when_it_is() {
    let app = start().await;
    app.sim_patch("/settings", json!({ "statusDelayMs": 3_600_000 })).await;
    let org = app.organization("starter").await;
    let send = json!({ "channel": "sms", "to": CUSTOMER, "body": "Hello" });
    assert_eq!(app.post(&org, "/messages", &send).await.status, StatusCode::CREATED);
    let row = &app.rows("SELECT id::text, carrier_sid FROM conversation_messages", &[]).await[0];
    let (id, sid): (String, String) = (row.get(0), row.get(1));
    // As if the carrier's answer were still on its way.
    let forget = "UPDATE conversation_messages SET carrier_sid = NULL, status = 'pending' RETURNING id";
    app.rows(forget, &[]).await;

    let platform = &app.stack.urls.platform_number;
    for status in ["sent", "undelivered", "delivered", "sending", "exploded", "undelivered"] {
        let form = [
            ("MessageSid", &*sid),
            ("From", platform),
            ("To", CUSTOMER),
            ("MessageStatus", status),
            ("ErrorCode", "30003"),
        ];
        let answer = app.webhook(&app.stack.urls.message_status_webhook, &form).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    let status = "SELECT status, error_code FROM conversation_messages";
    assert_eq!(app.rows(status, &[]).await[0].get::<_, &str>(0), "pending");

    let learn = "UPDATE conversation_messages SET carrier_sid = $1, status = 'queued' WHERE id::text = $2 RETURNING id";
    app.rows(learn, &[&sid, &id]).await;
    let row = &app.rows(status, &[]).await[0];
    assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), ("undelivered", "30003"), "the first end counts");
    assert_eq!(app.count("SELECT count(*) FROM message_events WHERE message_id IS NULL", &[]).await, 0);
    assert_eq!(app.count("SELECT count(*) FROM message_events", &[]).await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_without_an_owner_goes_to_the_one_who_was_getting_the_number() {
    let app = start().await;
    let (org, number) = with_number(&app).await;
    let ours = number["phoneNumber"].as_str().unwrap();
    let text = async |sid: &str, body: &str| {
        let form = [("MessageSid", sid), ("From", CUSTOMER), ("To", ours), ("Body", body)];
        assert_eq!(app.webhook(&app.stack.urls.message_webhook, &form).await.status, StatusCode::OK);
    };
    let set = async |status: &str, released: &str| {
        let sql =
            format!("UPDATE workspace_phone_numbers SET status = '{status}', released_at = {released} RETURNING id");
        app.rows(&sql, &[]).await;
    };
    set("released", "now()").await;
    text("sid-before", "for whoever had it before").await;
    text("sid-early", "too early").await;
    app.rows("UPDATE unroutable_events SET received_at = now() - interval '1 day' WHERE event_key = 'sid-before' RETURNING id", &[])
        .await;
    assert_eq!(sweep(&app).await["replayed"], 0);
    set("active", "NULL").await;

    assert_eq!(sweep(&app).await["replayed"], 1);
    let (_, messages) = app.only_conversation(&org).await;
    assert_eq!((messages.len(), messages[0]["body"].as_str()), (1, Some("too early")));
    app.rows("UPDATE unroutable_events SET tried_at = NULL RETURNING id", &[]).await;
    assert_eq!(sweep(&app).await["replayed"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_to_get_a_number_gives_no_right_to_texts_of_its_owner_then() {
    let app = start().await;
    let (_, number) = with_number(&app).await;
    let ours = number["phoneNumber"].as_str().unwrap();
    // The workspace wanted the number ten days ago, another one got it and gave it back; the workspace bought it today.
    let attempt = "INSERT INTO number_provisionings
            (workspace_id, state, number_type, candidate_phone_number, failure_code, finished_at, created_at)
        SELECT workspace_id, 'failed', 'custom', phone_number, 'number_taken', now(), now() - interval '10 days'
        FROM workspace_phone_numbers RETURNING id";
    app.rows(attempt, &[]).await;
    app.rows("UPDATE workspace_phone_numbers SET status = 'released', released_at = now() RETURNING id", &[]).await;
    let form = [("MessageSid", "sid-of-another"), ("From", CUSTOMER), ("To", ours), ("Body", "for the owner of then")];
    assert_eq!(app.webhook(&app.stack.urls.message_webhook, &form).await.status, StatusCode::OK);
    app.rows("UPDATE unroutable_events SET received_at = now() - interval '5 days' RETURNING id", &[]).await;
    app.rows("UPDATE workspace_phone_numbers SET status = 'active', released_at = NULL RETURNING id", &[]).await;

    assert_eq!(sweep(&app).await["replayed"], 0);
    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, 0);
}
