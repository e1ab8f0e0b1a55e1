//! Managing endpoints: who may, how many, what their secrets do, and whose events they get.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{CUSTOMER, World, create};
use crate::{
    flows::number_api::call,
    support::{Receiver, Told},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_once_and_the_old_one_signs_for_a_day() {
    let world = World::start().await;
    let listed = world.app.get(&world.org, "/webhook-endpoints").await.body.to_string();
    assert!(listed.contains(&world.endpoint) && !listed.contains("whsec_"), "{listed}");

    let rotated = world.call(Method::POST, "/rotate-secret", json!({})).await;
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, world.secret);
    world.text("Hello").await;
    world.told(1).await;
    let told = &world.receiver.told()[0];
    assert!(told.is_signed_with(&new) && told.is_signed_with(&world.secret), "{told:?}");

    let over = "UPDATE webhook_endpoints SET previous_secret_until = now() RETURNING id";
    world.app.rows(over, &[]).await;
    world.text("Hello again").await;
    world.told(2).await;
    let told = &world.receiver.told()[1];
    assert!(told.is_signed_with(&new) && !told.is_signed_with(&world.secret), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_tried_read_about_and_told_again() {
    let world = World::start().await;
    let tried = world.call(Method::POST, "/test", json!({})).await;
    assert_eq!(
        (&tried["delivery"]["eventType"], &tried["delivery"]["state"]),
        (&json!("webhook.test"), &json!("pending"))
    );
    world.deliveries("delivered", 1).await;
    world.text("Hello").await;
    world.deliveries("delivered", 2).await;
    let told = world.receiver.told();
    assert_eq!(told[0].json()["type"], "webhook.test");
    assert_eq!(told[0].id(), tried["delivery"]["eventId"].as_str().unwrap());

    let first = world.call(Method::GET, "/deliveries?limit=1", Value::Null).await;
    let delivery = &first["deliveries"][0];
    assert_eq!((&delivery["eventType"], &delivery["state"]), (&json!("message.received"), &json!("delivered")));
    assert_eq!((&delivery["attempts"], &delivery["responseStatus"]), (&json!(1), &json!(204)));
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = world.call(Method::GET, &format!("/deliveries?limit=1&cursor={cursor}"), Value::Null).await;
    assert_eq!(second["deliveries"][0]["id"], tried["delivery"]["id"]);
    assert_eq!(second["nextCursor"], Value::Null);

    let path = format!("/deliveries/{}/replay", delivery["id"].as_str().unwrap());
    assert_eq!(world.call(Method::POST, &path, json!({})).await["delivery"]["state"], "pending");
    world.told(3).await;
    world.deliveries("delivered", 2).await;
    let again = &world.receiver.told()[2];
    assert_eq!((again.id(), &again.body), (told[1].id(), &told[1].body));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_endpoint_is_told_nothing() {
    let world = World::start().await;
    world.receiver.answers(500);
    world.text("Waits").await;
    world.told(1).await;
    let off = world.call(Method::PATCH, "", json!({ "status": "disabled" })).await;
    assert_eq!(
        (&off["webhookEndpoint"]["status"], &off["webhookEndpoint"]["disabledReason"]),
        (&json!("disabled"), &json!("admin"))
    );
    world.deliveries("canceled", 1).await;
    world.text("Not told").await;
    let path = format!("/webhook-endpoints/{}/test", world.endpoint);
    let refused = world.app.post(&world.org, &path, &json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (409, Some("webhook_endpoint_disabled")));

    world.receiver.answers(200);
    world.call(Method::PATCH, "", json!({ "status": "enabled" })).await;
    world.text("Told").await;
    world.deliveries("delivered", 1).await;
    let bodies: Vec<Value> =
        world.receiver.told().iter().map(|told| told.json()["data"]["message"]["body"].clone()).collect();
    assert_eq!(bodies, [json!("Waits"), json!("Told")]);

    world.call(Method::DELETE, "", Value::Null).await;
    world.text("Nobody hears").await;
    let gone =
        call(&world.app, &world.org, Method::DELETE, &format!("/webhook-endpoints/{}", world.endpoint), None).await;
    assert_eq!((gone.status.as_u16(), gone.body["code"].as_str()), (404, Some("webhook_endpoint_not_found")));
    let left = world.app.rows("SELECT url, secret, previous_secret FROM webhook_endpoints", &[]).await;
    assert_eq!((left[0].get(0), left[0].get(1), left[0].get::<_, Option<&str>>(2)), ("", "", None));
    assert_eq!(world.receiver.told().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_or_fails_for_days_is_disabled() {
    let world = World::start().await;
    world.receiver.answers(410);
    world.text("Hello").await;
    world.deliveries("canceled", 1).await;
    let shown = world.listed().await;
    assert_eq!((&shown["status"], &shown["disabledReason"]), (&json!("disabled"), &json!("gone")));

    world.call(Method::PATCH, "", json!({ "status": "enabled" })).await;
    world.receiver.answers(500);
    let long = "UPDATE webhook_endpoints SET failing_since = now() - interval '5 days' RETURNING id";
    world.app.rows(long, &[]).await;
    world.text("Hello again").await;
    world.deliveries("canceled", 2).await;
    let shown = world.listed().await;
    assert_eq!((&shown["status"], &shown["disabledReason"]), (&json!("disabled"), &json!("failing")));
    let noted = "SELECT count(*) FROM audit_log WHERE action = 'webhook_endpoint.disabled' AND actor = 'system'";
    assert_eq!(world.app.count(noted, &[]).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_are_told_of_their_own_events_and_see_their_own_endpoints() {
    let world = World::start().await;
    let (app, receiver) = (&world.app, Receiver::start().await);
    let other = app.organization("pro").await;
    let number = app.wait_for_numbers(&other, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    create(app, &other, json!({ "url": receiver.url, "eventTypes": ["message.received"] })).await;
    world.text("for one").await;
    app.customer_texts(CUSTOMER, &number, "for the other").await;
    world.deliveries("delivered", 2).await;

    for (receiver, mine, theirs) in
        [(&world.receiver, "for one", "for the other"), (&receiver, "for the other", "for one")]
    {
        let told: Vec<Told> = receiver.told();
        let text = String::from_utf8(told[0].body.clone()).unwrap();
        assert_eq!((told.len(), text.contains(mine), text.contains(theirs)), (1, true, false), "{text}");
    }
    let delivery = world.call(Method::GET, "/deliveries", Value::Null).await["deliveries"][0]["id"].clone();
    let endpoint = format!("/webhook-endpoints/{}", world.endpoint);
    for (method, path) in [
        (Method::GET, format!("{endpoint}/deliveries")),
        (Method::PATCH, endpoint.clone()),
        (Method::DELETE, endpoint.clone()),
        (Method::POST, format!("{endpoint}/rotate-secret")),
        (Method::POST, format!("{endpoint}/test")),
        (Method::POST, format!("{endpoint}/deliveries/{}/replay", delivery.as_str().unwrap())),
    ] {
        let answer = call(app, &other, method, &path, Some(&json!({ "status": "disabled" }))).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body["code"].as_str()),
            (404, Some("webhook_endpoint_not_found")),
            "{path}"
        );
    }
    assert_eq!(world.listed().await["status"], "enabled");
    let seen = app.get(&other, "/webhook-endpoints").await.body.to_string();
    assert!(!seen.contains(&world.endpoint), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_manage_ten_endpoints_at_most() {
    let world = World::start().await;
    let app = &world.app;
    let member = app.token(&world.org.id, "member", &world.org.user_id).await;
    let url = app.api(&world.org.id, "/webhook-endpoints");
    for (method, body) in [(Method::GET, None), (Method::POST, Some(json!({ "url": "https://example.com/" })))] {
        let answer = app.call(method, &url, Some(&member), body.as_ref(), &[]).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (StatusCode::FORBIDDEN, Some("admin_required")));
    }

    let body = json!({ "url": "https://example.com/" });
    let answers =
        futures_util::future::join_all((0..12).map(|_| app.post(&world.org, "/webhook-endpoints", &body))).await;
    let made = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let refused = answers.iter().filter(|answer| answer.body["code"] == "webhook_endpoint_limit_reached").count();
    assert_eq!((made, refused), (9, 3), "one was there");
}
