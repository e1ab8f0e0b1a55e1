//! Searching, getting, changing and releasing numbers by the API: every outcome and every refusal.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Organization, TestApp};

pub(super) async fn call(
    app: &TestApp,
    org: &Organization,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Answer {
    app.call(method, &app.api(&org.id, path), Some(&org.admin_token), body, &[]).await
}

pub(super) async fn provision(app: &TestApp, org: &Organization, body: Value) -> Answer {
    app.post(org, "/phone-numbers", &body).await
}

async fn patch(app: &TestApp, org: &Organization, id: &str, body: Value) -> Answer {
    call(app, org, Method::PATCH, &format!("/phone-numbers/{id}"), Some(&body)).await
}

async fn release(app: &TestApp, org: &Organization, id: &str) -> Answer {
    call(app, org, Method::DELETE, &format!("/phone-numbers/{id}"), None).await
}

/// An organisation whose automatic first number failed, so that it has none.
pub(super) async fn without_number(app: &TestApp, plan: &str) -> Organization {
    app.sim_post("/faults", json!({ "operation": "purchase", "kind": "low_balance", "count": 0 })).await;
    let org = app.organization_told_once(plan).await;
    app.eventually("the automatic provisioning has failed", async || {
        let provisionings = app.get(&org, "/phone-numbers").await.body["provisionings"].clone();
        (provisionings[0]["state"] == "failed").then_some(())
    })
    .await;
    let url = format!("{}/_sim/faults", app.stack.urls.signalwire);
    app.call(Method::DELETE, &url, None, None, &[]).await;
    org
}

fn outcome(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_from_the_search_can_be_ordered_and_is_gone_for_others() {
    let app = TestApp::start().await;
    let (org, other) = (without_number(&app, "pro").await, without_number(&app, "pro").await);

    let found = app.get(&org, "/phone-numbers/available?areaCode=405&limit=3").await;
    let available = found.body["available"].as_array().unwrap();
    assert_eq!(available.len(), 3, "{found:?}");
    assert_eq!((text(&available[0], "region"), &available[0]["monthlyCostCents"]), ("OK", &json!(100)));
    let wanted = text(&available[1], "phoneNumber");
    assert!(wanted.starts_with("+1405"));

    let order = json!({ "phoneNumber": wanted, "numberType": "sales", "friendlyName": " Front desk " });
    let answer = provision(&app, &org, order.clone()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let number = &answer.body["phoneNumber"];
    assert_eq!(
        (text(number, "phoneNumber"), text(number, "numberType"), text(number, "friendlyName")),
        (wanted, "sales", "Front desk")
    );
    assert_eq!(answer.body["searchStep"], Value::Null);

    assert_eq!(outcome(&provision(&app, &other, order).await), (409, "number_taken"));
    assert_eq!(outcome(&provision(&app, &org, json!({})).await), (409, "number_limit_reached"));
    assert_eq!(app.bought_numbers().await.len(), 1);
    let log = app.log_text();
    assert!(log.contains("Phone number provisioned for workspace") && log.contains("Failed to provision phone number"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_answered_for_every_member_and_bad_filters_are_named() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let token = app.token(&org.id, "member", &org.user_id).await;
    let member = Organization { admin_token: token, ..org.clone() };
    let search = async |query: &str| app.get(&member, &format!("/phone-numbers/available?{query}")).await;

    for query in ["", "tollFree=true", "tollFree=true&areaCode=833", "areaCode=416", "region=qc", "contains=22"] {
        let answer = search(query).await;
        if query == "contains=22" {
            assert_eq!(outcome(&answer), (422, "invalid_request"));
        } else {
            assert!(!answer.body["available"].as_array().unwrap().is_empty(), "{query}: {answer:?}");
        }
    }
    for bad in ["areaCode=40", "areaCode=abc", "areaCode=911", "areaCode=833", "areaCode=405&tollFree=true"] {
        assert_eq!(outcome(&search(bad).await), (422, "invalid_area_code"), "{bad}");
    }
    for bad in ["limit=0", "limit=101", "limit=x", "region=Ohio", "contains=a*b", "tollFree=yes"] {
        assert_eq!(outcome(&search(bad).await), (422, "invalid_request"), "{bad}");
    }
    app.sim_post("/faults", json!({ "operation": "search", "kind": "unauthorized" })).await;
    assert_eq!(outcome(&search("").await), (503, "carrier_unavailable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_climbs_from_the_area_code_to_its_region_to_anywhere() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    let ask = async || provision(&app, &org, json!({ "areaCode": "405" })).await;

    let first = ask().await;
    assert_eq!(text(&first.body, "searchStep"), "area_code", "{first:?}");
    app.sim_post("/inventory", json!({ "areaCode": "405", "count": 0 })).await;
    let second = ask().await;
    assert_eq!(text(&second.body, "searchStep"), "region");
    let phone = &text(&second.body["phoneNumber"], "phoneNumber")[2..5];
    assert!(["539", "572", "580", "918"].contains(&phone), "{phone} lies in Oklahoma");
    for code in ["539", "572", "580", "918"] {
        app.sim_post("/inventory", json!({ "areaCode": code, "count": 0 })).await;
    }
    assert_eq!(text(&ask().await.body, "searchStep"), "anywhere");

    app.sim_patch("/settings", json!({ "numbersPerAreaCode": 0 })).await;
    app.sim_post("/inventory", json!({ "areaCode": "201", "count": 0 })).await;
    let none = ask().await;
    assert!(matches!(outcome(&none), (409, "no_numbers_available") | (201, _)), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_payments_and_fields_are_checked_before_anything_is_reserved() {
    let app = TestApp::start().await;
    let starter = app.organization("starter").await;
    assert_eq!(outcome(&provision(&app, &starter, json!({})).await), (403, "plan_requires_upgrade"));

    let org = without_number(&app, "pro").await;
    for bad in [
        json!({ "numberType": "marketing" }),
        json!({ "friendlyName": "" }),
        json!({ "friendlyName": "x".repeat(65) }),
        json!({ "phoneNumber": "405 555" }),
        json!({ "phoneNumber": "+442071838750" }),
        json!({ "phoneNumber": "+14052010177", "areaCode": "405" }),
        json!({ "areaCode": 405 }),
        json!({ "colour": "red" }),
    ] {
        assert_eq!(outcome(&provision(&app, &org, bad.clone()).await), (422, "invalid_request"), "{bad}");
    }
    for bad in ["40", "4055", "911", "833"] {
        let answer = provision(&app, &org, json!({ "areaCode": bad })).await;
        assert_eq!(outcome(&answer), (422, "invalid_area_code"), "{bad}");
    }
    app.rows("UPDATE workspaces SET past_due = true WHERE clerk_organization_id = $1", &[&org.id]).await;
    assert_eq!(outcome(&provision(&app, &org, json!({})).await), (403, "payment_past_due"));
    assert_eq!(app.count("SELECT count(*) FROM number_provisionings", &[]).await, 1, "the automatic one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_shown_with_its_reason_and_can_be_tried_again_once() {
    let app = TestApp::start().await;
    let org = without_number(&app, "pro").await;
    app.sim_post("/faults", json!({ "operation": "purchase", "kind": "low_balance" })).await;
    let answer = provision(&app, &org, json!({ "friendlyName": "Desk" })).await;
    assert_eq!(outcome(&answer), (503, "carrier_unavailable"));
    let failed = text(&answer.body["provisioning"], "id").to_owned();

    let list = app.get(&org, "/phone-numbers").await.body;
    let shown = list["provisionings"].as_array().unwrap().iter().find(|p| p["id"] == failed.as_str()).unwrap();
    assert_eq!((text(shown, "state"), text(shown, "failureCode")), ("failed", "carrier_low_balance"));
    assert!(text(shown, "failureReason").contains("balance"));

    let path = format!("/phone-numbers/provisionings/{failed}/retry");
    let first = call(&app, &org, Method::POST, &path, None).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    assert_eq!(text(&first.body["phoneNumber"], "friendlyName"), "Desk");
    let second = call(&app, &org, Method::POST, &path, None).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body), "the first one's work is found");
    let list = app.get(&org, "/phone-numbers").await.body;
    assert!(list["provisionings"].as_array().unwrap().iter().all(|p| p["id"] != failed.as_str()), "{list}");

    let rows = app.rows("SELECT id::text FROM number_provisionings WHERE state = 'active'", &[]).await;
    let active = format!("/phone-numbers/provisionings/{}/retry", rows[0].get::<_, &str>(0));
    assert_eq!(outcome(&call(&app, &org, Method::POST, &active, None).await), (409, "provisioning_not_failed"));
    for unknown in [Uuid::new_v4().to_string(), "x".to_owned()] {
        let path = format!("/phone-numbers/provisionings/{unknown}/retry");
        assert_eq!(outcome(&call(&app, &org, Method::POST, &path, None).await), (404, "provisioning_not_found"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_during_the_request_is_found_and_nothing_is_bought_again() {
    let app = TestApp::start().await;
    let org = without_number(&app, "enterprise").await;
    for (count, kind) in ["lost_answer", "error_after"].iter().enumerate() {
        app.sim_post("/faults", json!({ "operation": "purchase", "kind": kind })).await;
        let answer = provision(&app, &org, json!({})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{kind}: {answer:?}");
        assert_eq!(app.bought_numbers().await.len(), count + 1, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_carrier_does_not_settle_in_time_is_settled_by_the_queue() {
    let app = TestApp::start().await;
    let org = without_number(&app, "pro").await;
    app.sim_post("/faults", json!({ "operation": "search", "kind": "slow", "delayMs": 9000, "count": 2 })).await;

    let key = [("idempotency-key", "order-1")];
    let answer = app.post_with(&org, "/phone-numbers", &json!({}), &key).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
    assert_eq!(text(&answer.body["provisioning"], "state"), "reserved");

    app.eventually("the queue has settled it", async || {
        let numbers = app.get(&org, "/phone-numbers").await.body["phoneNumbers"].clone();
        (numbers.as_array().unwrap().len() == 1).then_some(())
    })
    .await;
    let again = app.post_with(&org, "/phone-numbers", &json!({}), &key).await;
    assert_eq!(again.status, StatusCode::CREATED, "the key tells how it went: {again:?}");
    assert_eq!(app.bought_numbers().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_departments_change_and_a_promotion_demotes_the_old_primary() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    let first = text(&app.wait_for_numbers(&org, 1).await[0], "id").to_owned();
    let second = provision(&app, &org, json!({})).await.body["phoneNumber"].clone();
    assert_eq!((text(&second, "numberType"), text(&second, "friendlyName")), ("custom", "Phone number"));

    let answer =
        patch(&app, &org, text(&second, "id"), json!({ "numberType": "primary", "friendlyName": "Main" })).await;
    let number = &answer.body["phoneNumber"];
    assert_eq!((text(number, "numberType"), text(number, "friendlyName")), ("primary", "Main"), "{answer:?}");
    let numbers = app.wait_for_numbers(&org, 2).await;
    assert_eq!((text(&numbers[0], "id"), text(&numbers[1], "id")), (text(&second, "id"), first.as_str()));
    assert_eq!(text(&numbers[1], "numberType"), "custom");

    for bad in [
        json!({}),
        json!({ "numberType": "x" }),
        json!({ "friendlyName": "a\nb" }),
        json!({ "voice": { "colour": "blue" } }),
    ] {
        assert_eq!(outcome(&patch(&app, &org, &first, bad.clone()).await), (422, "invalid_request"), "{bad}");
    }
    let rename = json!({ "friendlyName": "Other" });
    for unknown in [Uuid::new_v4().to_string(), "x".to_owned()] {
        assert_eq!(outcome(&patch(&app, &org, &unknown, rename.clone()).await), (404, "number_not_found"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_number_stays_listed_as_such_and_the_last_one_is_kept() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    let first = text(&app.wait_for_numbers(&org, 1).await[0], "id").to_owned();
    assert_eq!(outcome(&release(&app, &org, &first).await), (409, "last_number"));
    assert_eq!(outcome(&release(&app, &org, &Uuid::new_v4().to_string()).await), (404, "number_not_found"));

    provision(&app, &org, json!({})).await;
    let answer = release(&app, &org, &first).await;
    assert_eq!((answer.status, text(&answer.body["phoneNumber"], "status")), (StatusCode::OK, "released"));
    let again = release(&app, &org, &first).await;
    assert_eq!((again.status, &again.body), (answer.status, &answer.body));
    assert_eq!(outcome(&patch(&app, &org, &first, json!({ "friendlyName": "x" })).await), (409, "number_released"));
    let released = app.get(&org, "/phone-numbers?status=released").await.body;
    assert_eq!(released["phoneNumbers"][0]["id"], first.as_str());

    // The worker may have asked the carrier already, and then it waits for its due time instead.
    let sql = "SELECT phone_number_id::text, queued_at IS NOT NULL OR attempts > 0 FROM carrier_releases";
    let rows = app.rows(sql, &[]).await;
    assert_eq!((rows.len(), rows[0].get::<_, &str>(0), rows[0].get::<_, bool>(1)), (1, first.as_str(), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_says_who_did_what() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    let first = text(&app.wait_for_numbers(&org, 1).await[0], "id").to_owned();
    provision(&app, &org, json!({ "numberType": "sales" })).await;
    patch(&app, &org, &first, json!({ "numberType": "support" })).await;
    release(&app, &org, &first).await;

    let rows = app.rows("SELECT action, actor, impersonator FROM audit_log ORDER BY created_at", &[]).await;
    let entries: Vec<(&str, &str, Option<&str>)> = rows.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect();
    let user = org.user_id.as_str();
    let expected = [
        ("number.provisioned", "system", None),
        ("number.requested", user, None),
        ("number.provisioned", "system", None),
        ("number.updated", user, None),
        ("number.released", user, None),
    ];
    assert_eq!(entries, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_and_other_workspaces_change_nothing() {
    let app = TestApp::start().await;
    let (org, other) = (app.organization("enterprise").await, app.organization("enterprise").await);
    let number = text(&app.wait_for_numbers(&org, 1).await[0], "id").to_owned();
    app.wait_for_numbers(&other, 1).await;
    let provisioning = app
        .rows(
            "UPDATE number_provisionings p SET state = 'failed', phone_number_id = NULL FROM workspaces w
             WHERE w.id = p.workspace_id AND w.clerk_organization_id = $1 RETURNING p.id::text",
            &[&org.id],
        )
        .await;
    let retry = format!("/phone-numbers/provisionings/{}/retry", provisioning[0].get::<_, &str>(0));
    let path = format!("/phone-numbers/{number}");
    let rename = json!({ "friendlyName": "Mine" });
    let changes = [
        (Method::POST, "/phone-numbers", Some(json!({})), ""),
        (Method::POST, &retry, None, "provisioning_not_found"),
        (Method::PATCH, &path, Some(rename), "number_not_found"),
        (Method::DELETE, &path, None, "number_not_found"),
    ];
    let token = app.token(&org.id, "member", &org.user_id).await;
    let member = Organization { admin_token: token, ..org.clone() };
    // The other's token with this workspace's path.
    let intruder = Organization { admin_token: other.admin_token.clone(), ..org.clone() };
    for (method, path, body, code) in &changes {
        let answer = call(&app, &member, method.clone(), path, body.as_ref()).await;
        assert_eq!(outcome(&answer), (403, "admin_required"), "{method} {path}");
        let answer = call(&app, &intruder, method.clone(), path, body.as_ref()).await;
        assert_eq!(outcome(&answer), (404, "workspace_not_found"), "{method} {path}");
        if !code.is_empty() {
            let answer = call(&app, &other, method.clone(), path, body.as_ref()).await;
            assert_eq!(outcome(&answer), (404, *code), "{method} {path}");
        }
    }
    assert_eq!(app.bought_numbers().await.len(), 2);
}
