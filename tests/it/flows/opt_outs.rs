//! STOP, START and HELP: who may be texted, and what keywords are answered.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Organization, TestApp};

const CUSTOMER: &str = "+14055550123";
const STOPPED: &str = "You will get no more texts from this number.";
const STARTED: &str = "You will get texts from this number again.";
const HELPED: &str = "For help, answer";

async fn with_number(app: &TestApp) -> (Organization, String) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    (org, number)
}

async fn send(app: &TestApp, org: &Organization) -> Answer {
    app.post(org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "Your order is ready." })).await
}

async fn assert_refused(app: &TestApp, org: &Organization) {
    let answer = send(app, org).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
    assert_eq!(answer.body["code"], "recipient_opted_out");
    assert_eq!(answer.body["errors"][0]["field"], "to");
}

/// How many texts on the customer's phone begin so.
async fn answers(app: &TestApp, beginning: &str) -> usize {
    let begins = |m: &&Value| m["direction"] == "in" && m["body"].as_str().unwrap().starts_with(beginning);
    app.phone(CUSTOMER).await.iter().filter(begins).count()
}

async fn wait_for_answers(app: &TestApp, beginning: &str, count: usize) {
    app.eventually(beginning, async || (answers(app, beginning).await == count).then_some(())).await;
}

/// The inbox and the open conversation agree about it.
async fn is_shown_as_opted_out(app: &TestApp, org: &Organization) -> bool {
    let (listed, _) = app.only_conversation(org).await;
    let path = format!("/conversations/{}/messages", listed["id"].as_str().unwrap());
    let opened = app.get(org, &path).await.body;
    assert_eq!(opened["conversation"]["optedOut"], listed["optedOut"]);
    listed["optedOut"].as_bool().unwrap()
}

/// Nobody is about to answer anything.
async fn no_reply_waits(app: &TestApp) {
    let waiting = "SELECT count(*) FROM automatic_replies WHERE state = 'waiting'";
    app.eventually("nothing waits", async || (app.count(waiting, &[]).await == 0).then_some(())).await;
    let open = "SELECT count(*) FROM conversation_messages WHERE direction = 'outbound' AND status = 'pending'";
    app.eventually("nothing is being sent", async || (app.count(open, &[]).await == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_ends_texts_until_start_and_each_change_is_confirmed_once() {
    let app = TestApp::start().await;
    let (org, number) = with_number(&app).await;
    assert_eq!(send(&app, &org).await.status, StatusCode::CREATED);

    app.customer_texts(CUSTOMER, &number, "Yes").await;
    app.customer_texts(CUSTOMER, &number, " stop! ").await;
    assert_refused(&app, &org).await;
    wait_for_answers(&app, STOPPED, 1).await;
    assert!(is_shown_as_opted_out(&app, &org).await);
    app.customer_texts(CUSTOMER, &number, "STOP").await;
    app.customer_texts(CUSTOMER, &number, "Please stop it, I said").await;
    assert_refused(&app, &org).await;

    app.customer_texts(CUSTOMER, &number, "yes").await;
    wait_for_answers(&app, STARTED, 1).await;
    assert!(!is_shown_as_opted_out(&app, &org).await);
    assert_eq!(send(&app, &org).await.status, StatusCode::CREATED);
    app.customer_texts(CUSTOMER, &number, "START").await;
    no_reply_waits(&app).await;
    assert_eq!((answers(&app, STOPPED).await, answers(&app, STARTED).await), (1, 1));

    // Everything that was said is in the inbox, the answers too.
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((conversation["messageCount"].as_i64(), messages.len()), (Some(10), 10));
    let confirmation = messages.iter().find(|m| m["body"].as_str().unwrap().starts_with(STOPPED)).unwrap();
    assert_eq!((confirmation["sentBy"].as_str(), confirmation["from"].as_str()), (Some("system"), Some(&*number)));
    assert_eq!(confirmation["senderReason"], "conversation");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_copies_of_a_keyword_are_answered_once() {
    let app = TestApp::start().await;
    let (_, number) = with_number(&app).await;
    for (body, beginning) in [("STOP", STOPPED), ("HELP", HELPED)] {
        app.sim_post("/messages", json!({ "from": CUSTOMER, "to": number, "body": body, "copies": 20 })).await;
        wait_for_answers(&app, beginning, 1).await;
    }
    // The queue, too, may deliver twice, and two at once.
    let rows = app.rows("SELECT id::text FROM automatic_replies", &[]).await;
    let order = |id: &str| json!({ "kind": "send_reply", "version": 1, "replyId": id }).to_string();
    let records: Vec<Value> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| json!({ "messageId": format!("m{i}"), "body": order(row.get(0)), "attributes": {} }))
        .collect();
    for _ in 0..3 {
        let answer = app.stack.invoke("work-inbox", &json!({ "Records": records })).await.unwrap();
        assert_eq!(answer, json!({ "batchItemFailures": [] }));
    }
    no_reply_waits(&app).await;
    assert_eq!((answers(&app, STOPPED).await, answers(&app, HELPED).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opt_out_is_about_one_number_of_one_workspace() {
    let app = TestApp::start().await;
    let ((one, number), (two, _)) = (with_number(&app).await, with_number(&app).await);
    app.customer_texts(CUSTOMER, &number, "STOP").await;
    assert_refused(&app, &one).await;
    assert_eq!(send(&app, &two).await.status, StatusCode::CREATED);

    let listed = app.get(&one, "/opt-outs").await.body;
    assert_eq!(listed["optOuts"].as_array().unwrap().len(), 1);
    assert_eq!(listed["optOuts"][0]["counterpart"], CUSTOMER);
    assert_eq!(
        (&listed["optOuts"][0]["source"], &listed["optOuts"][0]["numberType"]),
        (&json!("keyword"), &json!("primary"))
    );
    assert_eq!(app.get(&two, "/opt-outs").await.body["optOuts"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_does_not_get_around_stop_by_another_number() {
    let app = TestApp::start().await;
    let (org, ours) = with_number(&app).await;
    app.customer_texts(CUSTOMER, &ours, "stop").await;
    let conversation = app.only_conversation(&org).await.0["id"].clone();
    app.rows("UPDATE workspace_phone_numbers SET messaging_status = 'pending' RETURNING id", &[]).await;

    let reply = json!({ "channel": "sms", "conversationId": conversation, "body": "One more thing." });
    let answer = app.post(&org, "/messages", &reply).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (422, &json!("recipient_opted_out")));
    // A text of its own is from the platform's number, of which the customer has said nothing.
    assert_eq!(send(&app, &org).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_to_the_platform_number_counts_for_everybody_who_texts_from_it() {
    let app = TestApp::start().await;
    let (one, two) = (app.organization("starter").await, app.organization("starter").await);
    for org in [&one, &two] {
        assert_eq!(send(&app, org).await.status, StatusCode::CREATED);
    }
    // Nobody can say whose answer this is; what it means is clear.
    app.customer_texts(CUSTOMER, &app.stack.urls.platform_number, "STOP").await;
    let kept = "SELECT count(*) FROM unroutable_events WHERE reason = 'ambiguous_platform_reply'";
    assert_eq!(app.count(kept, &[]).await, 1);
    for org in [&one, &two] {
        assert_refused(&app, org).await;
    }
    wait_for_answers(&app, STOPPED, 1).await;

    app.customer_texts(CUSTOMER, &app.stack.urls.platform_number, "START").await;
    wait_for_answers(&app, STARTED, 1).await;
    for org in [&one, &two] {
        assert_eq!(send(&app, org).await.status, StatusCode::CREATED);
    }
    no_reply_waits(&app).await;
    assert_eq!((answers(&app, STOPPED).await, answers(&app, STARTED).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_carriers_refusal_is_an_opt_out_whether_it_comes_at_once_or_later() {
    let app = TestApp::start().await;
    let (org, number) = with_number(&app).await;
    app.sim_post("/opt-outs", json!({ "customer": CUSTOMER, "sender": number })).await;
    let refused = send(&app, &org).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (422, Some("carrier_refused")), "{refused:?}");
    assert_refused(&app, &org).await;
    let listed = app.get(&org, "/opt-outs").await.body;
    assert_eq!(listed["optOuts"][0]["source"], "carrier");

    let starter = app.organization("starter").await;
    app.sim_patch("/settings", json!({ "statusDelayMs": 3_600_000 })).await;
    assert_eq!(send(&app, &starter).await.status, StatusCode::CREATED);
    let platform = &app.stack.urls.platform_number;
    let sid = "SELECT carrier_sid FROM conversation_messages WHERE from_number = $1 ORDER BY created_at DESC LIMIT 1";
    let sid: String = app.rows(sid, &[platform]).await[0].get(0);
    let form = [
        ("MessageSid", &*sid),
        ("From", platform),
        ("To", CUSTOMER),
        ("MessageStatus", "failed"),
        ("ErrorCode", "21610"),
    ];
    assert_eq!(app.webhook(&app.stack.urls.message_status_webhook, &form).await.status, StatusCode::NO_CONTENT);
    assert_refused(&app, &starter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_takes_an_opt_out_back_and_leaves_a_trace() {
    let app = TestApp::start().await;
    let (org, number) = with_number(&app).await;
    let other = app.organization("starter").await;
    app.customer_texts(CUSTOMER, &number, "Opt out.").await;
    let listed = app.get(&org, "/opt-outs").await.body;
    let path = format!("/opt-outs/{}", listed["optOuts"][0]["id"].as_str().unwrap());
    let remove = async |org: &Organization, token: &str, path: &str| {
        app.call(Method::DELETE, &app.api(&org.id, path), Some(token), None, &[]).await
    };

    let member = app.token(&org.id, "member", "user_member").await;
    let refused = remove(&org, &member, &path).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (403, Some("admin_required")));
    assert_eq!(remove(&other, &other.admin_token, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(remove(&org, &org.admin_token, "/opt-outs/x").await.status, StatusCode::NOT_FOUND);
    assert_refused(&app, &org).await;

    assert_eq!(remove(&org, &org.admin_token, &path).await.status, StatusCode::OK);
    assert_eq!(send(&app, &org).await.status, StatusCode::CREATED);
    assert_eq!(app.get(&org, "/opt-outs").await.body["optOuts"], json!([]));
    assert_eq!(remove(&org, &org.admin_token, &path).await.status, StatusCode::NOT_FOUND);
    let rows = app.rows("SELECT actor, details->>'source' FROM audit_log WHERE action = 'opt_out.removed'", &[]).await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].get::<_, &str>(0), rows[0].get::<_, &str>(1)), (&*org.user_id, "keyword"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_confirms_by_itself_is_left_to_it() {
    let config = json!({ "carrierAnswersKeywords": true, "helpText": "Call 555-0100." }).to_string();
    let app = TestApp::start_with(|options| {
        options.parameters.insert("BusinessConfig".to_owned(), config);
    })
    .await;
    let (org, number) = with_number(&app).await;
    app.customer_texts(CUSTOMER, &number, "STOP").await;
    assert_refused(&app, &org).await;
    app.customer_texts(CUSTOMER, &number, "HELP").await;
    wait_for_answers(&app, "Call 555-0100.", 1).await;
    no_reply_waits(&app).await;
    assert_eq!(answers(&app, "").await, 1, "help, and nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_order_was_lost_is_found_by_the_sweep() {
    let app = TestApp::start().await;
    let (_, number) = with_number(&app).await;
    app.customer_texts(CUSTOMER, &number, "Hello").await;
    app.rows(
        "INSERT INTO automatic_replies (workspace_id, phone_number_id, counterpart, kind, asked_by, queued_at)
         SELECT workspace_id, id, $1, 'help', 'sid-lost', now() - interval '5 minutes' FROM workspace_phone_numbers
         RETURNING id",
        &[&CUSTOMER],
    )
    .await;
    assert_eq!(app.stack.fire("sweep").await.unwrap()["replies"], 1);
    wait_for_answers(&app, HELPED, 1).await;
    assert_eq!(app.stack.fire("sweep").await.unwrap()["replies"], 0);
}
