//! The number API under simultaneous requests, and a number that changes hands.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::number_api::{call, provision, without_number};
use crate::support::{Organization, TestApp};

/// Fifty requests at the same time; gives how many were not refused.
async fn fifty_orders(app: &TestApp, org: &Organization) -> usize {
    let answers = join_all((0..50).map(|_| provision(app, org, json!({})))).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.is_success());
    for answer in refused {
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (409, Some("number_limit_reached")));
    }
    taken.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_simultaneous_orders_buy_exactly_what_the_plan_allows() {
    let app = TestApp::start().await;
    for (plan, limit) in [("pro", 1), ("enterprise", 10)] {
        let before = app.bought_numbers().await.len();
        let org = without_number(&app, plan).await;
        assert_eq!(fifty_orders(&app, &org).await, limit, "{plan}");

        let sql = "SELECT count(*) FROM workspace_phone_numbers n JOIN workspaces w ON w.id = n.workspace_id
            WHERE w.clerk_organization_id = $1 AND n.status = 'active'";
        app.eventually("all of them are active", async || {
            (app.count(sql, &[&org.id]).await == i64::try_from(limit).unwrap()).then_some(())
        })
        .await;
        assert_eq!(app.bought_numbers().await.len() - before, limit, "{plan}: at the carrier");
        let primaries = format!("{sql} AND n.number_type = 'primary'");
        assert_eq!(app.count(&primaries, &[&org.id]).await, 1, "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_requests_with_one_key_have_the_effect_of_one() {
    let app = TestApp::start().await;
    let org = without_number(&app, "enterprise").await;
    let (body, key) = (json!({ "areaCode": "405" }), [("idempotency-key", "order-1")]);
    let answers = join_all((0..10).map(|_| app.post_with(&org, "/phone-numbers", &body, &key))).await;
    assert!(answers.iter().all(|answer| answer.status.is_success()), "{answers:?}");
    assert!(answers.iter().any(|answer| answer.status == StatusCode::CREATED), "{answers:?}");
    assert_eq!(app.bought_numbers().await.len(), 1);

    let again = app.post_with(&org, "/phone-numbers", &body, &key).await;
    assert_eq!(again.status, StatusCode::CREATED);
    let other = app.post_with(&org, "/phone-numbers", &json!({}), &key).await;
    assert_eq!((other.status.as_u16(), other.body["code"].as_str()), (422, Some("idempotency_key_reused")));
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_promotions_leave_exactly_one_primary() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    for _ in 0..3 {
        provision(&app, &org, json!({})).await;
    }
    let numbers = app.wait_for_numbers(&org, 4).await;
    let promote = json!({ "numberType": "primary" });
    let answers = join_all((0..20).map(|i| {
        let path = format!("/phone-numbers/{}", numbers[i % 4]["id"].as_str().unwrap());
        let (app, org, promote) = (&app, &org, &promote);
        async move { call(app, org, Method::PATCH, &path, Some(promote)).await }
    }))
    .await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK), "{answers:?}");
    let types = app.wait_for_numbers(&org, 4).await;
    let primaries = types.iter().filter(|number| number["numberType"] == "primary").count();
    assert_eq!(primaries, 1, "{types:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_number_is_bought_by_another_workspace_and_old_conversations_stay() {
    let app = TestApp::start().await;
    let alpha = app.organization("enterprise").await;
    let number = app.wait_for_numbers(&alpha, 1).await.remove(0);
    let beta = without_number(&app, "pro").await;
    let (id, phone) = (number["id"].as_str().unwrap(), number["phoneNumber"].as_str().unwrap());
    app.customer_texts("+14055550123", phone, "for alpha").await;
    provision(&app, &alpha, json!({})).await;
    let answer = call(&app, &alpha, Method::DELETE, &format!("/phone-numbers/{id}"), None).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");

    // The carrier's side, which may take two weeks.
    let url = format!("{}/_sim/numbers/{phone}", app.stack.urls.signalwire);
    app.call(Method::DELETE, &url, None, None, &[]).await;
    app.sim_post("/inventory", json!({ "areaCode": &phone[2..5], "numbers": [phone] })).await;
    // And ours, which keeps it from strangers for some weeks more.
    let age = "UPDATE workspace_phone_numbers SET released_at = now() - interval '46 days' WHERE status = 'released' RETURNING id";
    assert_eq!(app.rows(age, &[]).await.len(), 1);

    let bought = provision(&app, &beta, json!({ "phoneNumber": phone })).await;
    assert_eq!(bought.status, StatusCode::CREATED, "{bought:?}");
    assert_ne!(bought.body["phoneNumber"]["id"], id, "it is another row");
    app.customer_texts("+14055550123", phone, "for beta").await;

    for (org, row, body) in
        [(&alpha, id, "for alpha"), (&beta, bought.body["phoneNumber"]["id"].as_str().unwrap(), "for beta")]
    {
        let (conversation, messages) = app.only_conversation(org).await;
        assert_eq!((conversation["phoneNumber"]["id"].as_str(), messages.len()), (Some(row), 1));
        assert_eq!(messages[0]["body"], body);
    }
}
