//! A workspace's own campaign that is full: it takes 49 numbers (SignalWire, The Campaign Registry).

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    openapi::registration::{brand, campaign},
    support::{Organization, TestApp},
};

const ROOM: usize = 49;

async fn numbers(app: &TestApp, org: &Organization) -> Vec<Value> {
    app.get(org, "/phone-numbers").await.body["phoneNumbers"].as_array().unwrap().clone()
}

fn waiting(numbers: &[Value]) -> Vec<&Value> {
    numbers.iter().filter(|number| number["messagingStatus"] != "ready").collect()
}

async fn where_they_are(app: &TestApp, org: &Organization) -> Value {
    app.get(org, "/registration").await.body["registration"]["numbers"].clone()
}

/// As if nobody had looked at the waiting numbers for an hour. What was looked at a moment ago is left to whoever did.
async fn look_again(app: &TestApp) {
    let sql = "UPDATE workspace_phone_numbers SET messaging_looked_at = now() - interval '1 hour'
        WHERE messaging_status = 'pending' AND messaging_looked_at < now() - interval '3 seconds' RETURNING id";
    app.rows(sql, &[]).await;
    app.sweep().await;
}

async fn buy(app: &TestApp, org: &Organization) {
    let answer = app.post(org, "/phone-numbers", &json!({ "numberType": "custom" })).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

/// An organisation with as many numbers as its own campaign will take, and one more. Two of them the platform's campaign has no
/// room for: the platform's own number is in it.
async fn with_fifty_numbers(app: &TestApp) -> Organization {
    app.sim_patch("/settings", json!({ "numbersPerAreaCode": 100, "releaseAfterSeconds": 0 })).await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    for _ in 0..5 {
        futures_util::future::join_all((0..ROOM / 5).map(|_| buy(app, &org))).await;
    }
    // Forty-five, and one by one: the last finds the campaign full for certain.
    for count in 47..=ROOM + 1 {
        buy(app, &org).await;
        app.wait_for_numbers(&org, count).await;
    }
    app.eventually("all that have room can text", async || {
        look_again(app).await;
        (waiting(&numbers(app, &org).await).len() == 2).then_some(())
    })
    .await;
    org
}

async fn register(app: &TestApp, org: &Organization) {
    let url = app.api(&org.id, "/registration");
    let body = json!({ "brand": brand(), "campaign": campaign() });
    app.call(Method::PATCH, &url, Some(&org.admin_token), Some(&body), &[]).await;
    let fees = json!({ "agreedFees": { "brandCents": 400, "campaignVettingCents": 750, "campaignMonthlyCents": 150 } });
    let answer = app.post(org, "/registration/submit", &fees).await;
    assert_eq!(answer.status.as_u16(), 202, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fiftieth_number_waits_and_takes_no_place_of_those_that_could_text() {
    let app = TestApp::start_with(|options| {
        let business = json!({ "plans": { "enterprise": { "numberLimit": 60 } } });
        options.parameters.insert("BusinessConfig".to_owned(), business.to_string());
        options.parameters.insert("ApiRequestsPerMinute".to_owned(), "100000".to_owned());
    })
    .await;
    let org = with_fifty_numbers(&app).await;
    let late: Vec<Value> = waiting(&numbers(&app, &org).await).iter().map(|number| number["id"].clone()).collect();

    // None gets out of the platform's campaign for a while; meanwhile the own one looks empty.
    app.sim_post("/faults", json!({ "operation": "unassign", "kind": "error_before", "count": 0 })).await;
    register(&app, &org).await;
    app.eventually("all others are on their way", async || {
        (where_they_are(&app, &org).await["moving"] == json!(ROOM - 1)).then_some(())
    })
    .await;
    let is_full = async || {
        look_again(&app).await;
        let all = numbers(&app, &org).await;
        let waits = |number: &&Value| {
            let reason = number["messagingFailureReason"].as_str().unwrap_or_default();
            late.contains(&number["id"]) && reason.contains("own texting campaign has 49 numbers")
        };
        all.iter().find(waits).map(|number| number["id"].clone())
    };
    let fiftieth = app.eventually("one of them is told that there is no room", is_full).await;

    let url = format!("{}/_sim/faults", app.stack.urls.signalwire);
    app.call(Method::DELETE, &url, None, None, &[]).await;
    app.eventually("the others can text again", async || {
        look_again(&app).await;
        let all = numbers(&app, &org).await;
        let waiting = waiting(&all);
        (waiting.len() == 1 && waiting[0]["id"] == fiftieth).then_some(())
    })
    .await;
    let there = where_they_are(&app, &org).await;
    assert_eq!(there, json!({ "own": ROOM, "moving": 0, "platform": 1, "limit": ROOM, "waitingForRoom": 1 }));

    let all = numbers(&app, &org).await;
    let released = all.iter().rfind(|number| number["id"] != fiftieth && number["numberType"] == "custom").unwrap();
    let url = app.api(&org.id, &format!("/phone-numbers/{}", released["id"].as_str().unwrap()));
    app.call(Method::DELETE, &url, Some(&org.admin_token), None, &[]).await;
    app.eventually("it takes the place of one that was given back", async || {
        look_again(&app).await;
        let all = numbers(&app, &org).await;
        all.iter().any(|number| number["id"] == fiftieth && number["messagingStatus"] == "ready").then_some(())
    })
    .await;
}
