//! The ported number takes the place of the temporary one.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Desk, NUMBER, desk, fields, outcome, text};
use crate::support::TestApp;

const CUSTOMER: &str = "+14055550123";
const GONE: &str = "+14055550124";

async fn scheduled(desk: &Desk<'_>) -> (String, Value) {
    let temporary = desk.numbers().await[0].clone();
    let numbers = json!([{ "phoneNumber": NUMBER, "numberType": "primary", "replacesPhoneNumberId": temporary["id"] }]);
    let id = desk.submitted(&numbers).await;
    desk.schedule(&id).await;
    desk.app.sim_post("/ports", json!({ "phoneNumber": NUMBER })).await;
    assert_eq!(desk.sweep().await["portedNumbers"], 1);
    (id, temporary)
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_go_on_with_the_number_that_came() {
    let app = TestApp::start().await;
    let desk = desk(&app, "pro").await;
    let old = text(&desk.numbers().await[0], "/phoneNumber").to_owned();
    app.customer_texts(CUSTOMER, &old, "Hello").await;
    app.customer_texts(GONE, &old, "STOP").await;
    let before = app.get(&desk.org, "/conversations").await.body["conversations"].clone();
    let (id, temporary) = scheduled(&desk).await;
    let completed = desk.answer(&id, json!({ "answer": "completed" })).await;
    assert_eq!(completed.status, StatusCode::OK, "{completed:?}");

    let numbers = desk.numbers().await;
    assert_eq!(
        (numbers.len(), text(&numbers[0], "/phoneNumber"), text(&numbers[0], "/numberType")),
        (1, NUMBER, "primary")
    );
    let released = app.get(&desk.org, "/phone-numbers?status=released").await.body;
    assert_eq!(released["phoneNumbers"][0]["id"], temporary["id"]);
    let owed = "SELECT count(*) FROM carrier_releases WHERE finished_at IS NULL";
    assert_eq!(app.count(owed, &[]).await, 1, "the carrier gets it back in the way of every release");

    // The carrier has its campaign assignment done.
    app.sim_patch(&format!("/numbers/{NUMBER}"), json!({ "sms": true, "mms": true })).await;
    desk.sweep().await;
    app.customer_texts(CUSTOMER, NUMBER, "Are you there?").await;
    let after = app.get(&desk.org, "/conversations").await.body["conversations"].clone();
    assert_eq!(after.as_array().unwrap().len(), before.as_array().unwrap().len(), "no new thread: {after}");
    let thread = after.as_array().unwrap().iter().find(|thread| thread["counterpart"] == CUSTOMER).unwrap();
    assert_eq!((text(thread, "/phoneNumber/phoneNumber"), &thread["messageCount"]), (NUMBER, &json!(2)));
    let messages = app.get(&desk.org, &format!("/conversations/{}/messages", text(thread, "/id"))).await.body;
    let to: Vec<&str> = messages["messages"].as_array().unwrap().iter().map(|m| m["to"].as_str().unwrap()).collect();
    assert_eq!(to, [NUMBER, old.as_str()], "history stays");
    let refused = json!({ "channel": "sms", "to": GONE, "body": "Back?" });
    assert_eq!(outcome(&app.post(&desk.org, "/messages", &refused).await), (422, "recipient_opted_out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_completions_at_once_one_does_it() {
    let app = TestApp::start().await;
    let desk = desk(&app, "pro").await;
    let (id, _) = scheduled(&desk).await;
    let sql = "UPDATE port_orders SET foc_date = current_date - 2 RETURNING id";
    app.rows(sql, &[]).await;
    let version = desk.read(&id).await["version"].clone();
    let answer = || desk.answer(&id, json!({ "answer": "completed", "version": version }));
    let (first, second, third, swept) = tokio::join!(answer(), answer(), answer(), desk.sweep());
    let good = [&first, &second, &third].iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(good + usize::try_from(swept["completedPortOrders"].as_u64().unwrap()).unwrap(), 1, "{first:?} {swept}");
    let owned = "SELECT count(*) FROM workspace_phone_numbers WHERE status = 'active'";
    assert_eq!(app.count(owned, &[]).await, 1);
    let noted = "SELECT count(*) FROM port_order_events WHERE event = 'completed'";
    assert_eq!(app.count(noted, &[]).await, 1);
    assert_eq!(desk.sweep().await["completedPortOrders"], 0);
}

/// The last statement of the completion never comes: nothing of it is there, and the next attempt makes all of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_dies_half_way_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let desk = desk(&app, "pro").await;
    let (id, temporary) = scheduled(&desk).await;
    let owner = app.database.owner_pool(1).get().await.unwrap();
    owner
        .batch_execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$;
             CREATE TRIGGER die BEFORE INSERT ON port_order_events FOR EACH ROW WHEN (NEW.event = 'completed')
                 EXECUTE FUNCTION die();",
        )
        .await
        .unwrap();
    assert_eq!(desk.answer(&id, json!({ "answer": "completed" })).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let numbers = desk.numbers().await;
    assert_eq!((numbers.len(), &numbers[0]["id"], text(&numbers[0], "/status")), (1, &temporary["id"], "active"));
    assert_eq!(text(&desk.read(&id).await, "/state"), "scheduled");
    owner.batch_execute("DROP TRIGGER die ON port_order_events").await.unwrap();
    assert_eq!(desk.answer(&id, json!({ "answer": "completed" })).await.status, StatusCode::OK);
    assert_eq!(text(&desk.numbers().await[0], "/phoneNumber"), NUMBER);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_numbers_of_a_rejected_order_replace_can_be_changed_but_not_to_what_another_order_replaces() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let own = desk.numbers().await[0]["id"].clone();
    let second = "+14055550192";
    let numbers = |of_first: &Value, of_second: &Value| {
        json!([
            { "phoneNumber": NUMBER, "replacesPhoneNumberId": of_first },
            { "phoneNumber": second, "replacesPhoneNumberId": of_second },
        ])
    };
    let reject = async |id: &str| {
        let rejected = desk.answer(id, json!({ "answer": "rejected", "reason": "The name differs." })).await;
        assert_eq!(rejected.status, StatusCode::OK, "{rejected:?}");
    };
    let id = desk.submitted(&numbers(&Value::Null, &own)).await;
    reject(&id).await;
    let changed = desk.change(&id, json!({ "numbers": numbers(&own, &Value::Null) })).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    let now = &changed.body["portOrder"]["numbers"];
    assert_eq!((&now[0]["replacesPhoneNumberId"], &now[1]["replacesPhoneNumberId"]), (&own, &Value::Null));

    // The one that was rejected holds its claim: no other order gets what it replaces.
    let other = desk.submitted(&json!([{ "phoneNumber": "+14055550193" }])).await;
    reject(&other).await;
    let wish = json!({ "numbers": [{ "phoneNumber": "+14055550193", "replacesPhoneNumberId": own }] });
    let refused = desk.change(&other, wish.clone()).await;
    assert_eq!(
        (outcome(&refused), fields(&refused)),
        ((422, "invalid_request"), vec!["numbers[0].replacesPhoneNumberId"])
    );
    assert_eq!(desk.submit(&id).await.status, StatusCode::OK);
    let order = desk.read(&id).await;
    assert_eq!(desk.step(&order, "cancel").await.status, StatusCode::OK);
    let changed = desk.change(&other, wish).await;
    assert_eq!(changed.status, StatusCode::OK, "it is free again: {changed:?}");
}
