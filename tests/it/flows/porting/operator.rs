//! What the operator does.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{NUMBER, complete_fields, day, desk, fields, one, outcome, text};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_is_corrected_and_submitted_again() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let id = desk.submitted(&one()).await;
    let without = desk.answer(&id, json!({ "answer": "rejected" })).await;
    assert_eq!((outcome(&without), fields(&without)), ((422, "invalid_request"), vec!["reason"]));
    let rejected =
        desk.answer(&id, json!({ "answer": "rejected", "reason": "The account number does not match." })).await;
    assert_eq!(rejected.status, StatusCode::OK, "{rejected:?}");

    let order = desk.read(&id).await;
    assert_eq!(
        (text(&order, "/state"), text(&order, "/rejectionReason")),
        ("rejected", "The account number does not match.")
    );
    assert!(order["cancelsAt"].is_string(), "{order}");
    let other = desk.call(Method::POST, "", Some(&json!({ "numbers": one() }))).await;
    assert_eq!(fields(&other), ["numbers[0].phoneNumber"], "the numbers are held meanwhile");

    let change = json!({ "version": order["version"], "accountNumber": "ACC-2" });
    assert_eq!(desk.call(Method::PATCH, &format!("/{id}"), Some(&change)).await.status, StatusCode::OK);
    let submitted = desk.submit(&id).await;
    assert_eq!(submitted.status, StatusCode::OK, "{submitted:?}");
    assert_eq!(submitted.body["portOrder"]["cancelsAt"], Value::Null);
    let lookups = app.sim_get("/requests").await["requests"].as_array().unwrap().clone();
    assert_eq!(lookups.iter().filter(|request| request["operation"] == "lookup").count(), 1, "a look-up is paid once");
    let expected = ["created", "document_added", "document_added", "submitted", "rejected", "edited", "submitted"];
    assert_eq!(desk.events(&id).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_what_to_enter_and_takes_it_along() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let draft = desk.draft(&complete_fields(&one())).await;
    assert_eq!(
        outcome(&desk.operator(Method::GET, &format!("/{}", text(&draft, "/id")), None).await),
        (404, "port_order_not_found")
    );
    desk.step(&draft, "cancel").await;
    let id = desk.submitted(&one()).await;

    let listed = desk.operator(Method::GET, "?state=submitted", None).await;
    let rows = listed.body["portOrders"].as_array().unwrap();
    assert_eq!((rows.len(), text(&rows[0], "/portOrder/id")), (1, id.as_str()), "{listed:?}");
    let read = desk.operator(Method::GET, &format!("/{id}"), None).await;
    let dashboard = read.body["dashboard"].as_array().unwrap();
    let value = |label: &str| dashboard.iter().find(|field| field["label"] == label).unwrap()["value"].clone();
    assert_eq!((value("Numbers"), value("PIN")), (json!(NUMBER), json!("990017")));
    assert_eq!(value("Service address"), "1 Main St, Oklahoma City, OK 73102, US");
    assert!(text(&read.body, "/portOrder/documents/0/url").contains("X-Amz-Signature="));

    for (format, kind, begins) in
        [("pdf", "application/pdf", "%PDF-"), ("csv", "text/csv; charset=utf-8", "phoneNumber,")]
    {
        let token = app.token_by("user=user_operator&organization=org_platform&role=admin").await;
        let url = format!("{}/api/admin/port-orders/{id}/export?format={format}", app.stack.urls.api);
        let file = app.http.get(url).bearer_auth(token).send().await.unwrap();
        assert_eq!(file.headers()["content-type"], kind);
        let bytes = file.bytes().await.unwrap();
        assert!(bytes.starts_with(begins.as_bytes()), "{format}");
    }
    assert_eq!(
        outcome(&desk.operator(Method::GET, &format!("/{id}/export?format=doc"), None).await),
        (422, "invalid_request")
    );
    let path = format!("{}/api/admin/port-orders", app.stack.urls.api);
    let hidden = app.call(Method::GET, &path, Some(&desk.org.admin_token), None, &[]).await;
    assert_eq!(outcome(&hidden), (404, "not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_follow_the_states() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let id = desk.submitted(&one()).await;
    assert_eq!(outcome(&desk.answer(&id, json!({ "answer": "completed" })).await), (409, "port_order_state"));
    let past = desk.answer(&id, json!({ "answer": "scheduled", "focDate": day(-1) })).await;
    assert_eq!(fields(&past), ["focDate"]);
    desk.schedule(&id).await;
    let old = json!({ "answer": "cancelled", "reason": "Withdrawn", "version": 1 });
    assert_eq!(outcome(&desk.answer(&id, old).await), (409, "port_order_changed"));
    let missing = desk.answer(&id, json!({ "answer": "completed" })).await;
    assert_eq!(outcome(&missing), (409, "port_numbers_missing"));
    assert_eq!(outcome(&desk.step(&desk.read(&id).await, "cancel").await), (409, "port_order_scheduled"));
    let moved = json!({ "answer": "scheduled", "focDate": day(9), "carrierReference": "PR-17" });
    let moved = desk.answer(&id, moved).await;
    assert_eq!(
        (text(&moved.body, "/portOrder/focDate"), text(&moved.body, "/portOrder/carrierReference")),
        (day(9).as_str(), "PR-17")
    );
    let cancelled = desk.answer(&id, json!({ "answer": "cancelled", "reason": "Withdrawn" })).await;
    assert_eq!(text(&cancelled.body, "/portOrder/state"), "cancelled");
    assert_eq!(app.count("SELECT count(*) FROM port_order_numbers WHERE claimed", &[]).await, 0, "it is free again");
    desk.submitted(&one()).await;
}
