//! What the operator does.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use zip::ZipArchive;

use super::{Desk, NUMBER, complete_fields, day, desk, fields, one, outcome, text};
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
async fn the_operator_sees_what_to_enter() {
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

    let path = format!("{}/api/admin/port-orders", app.stack.urls.api);
    let hidden = app.call(Method::GET, &path, Some(&desk.org.admin_token), None, &[]).await;
    assert_eq!(outcome(&hidden), (404, "not_found"));
}

/// The files of a package by their names.
fn unpack(package: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(package)).expect("a ZIP file");
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its checksum is right");
        files.insert(file.name().expect("it is text").into_owned(), content);
    }
    files
}

async fn exported(desk: &Desk<'_>, id: &str) -> String {
    let answer = desk.operator(Method::POST, &format!("/{id}/export"), None).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    text(&answer.body, "/url").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_takes_an_order_along_as_one_file_that_does_not_stay() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let id = desk.ready(&one()).await;
    let draft = desk.operator(Method::POST, &format!("/{id}/export"), None).await;
    assert_eq!(outcome(&draft), (404, "port_order_not_found"));
    desk.upload_sized(&id, "invoice", 5_000_000).await;
    assert_eq!(desk.submit(&id).await.status, StatusCode::OK);

    let url = exported(&desk, &id).await;
    let file = app.http.get(&url).send().await.unwrap();
    assert_eq!(file.headers()["content-disposition"], "attachment");
    let files = unpack(file.bytes().await.unwrap().to_vec());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["invoice.pdf", "letter-of-authorisation.pdf", "order.csv", "order.pdf"]);
    assert_eq!((files["letter-of-authorisation.pdf"].len(), files["invoice.pdf"].len()), (1200, 5_000_000));
    assert!(files["order.pdf"].starts_with(b"%PDF-") && files["order.csv"].starts_with(b"phoneNumber,"));
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'port_order.exported' AND actor = 'user_operator'
        AND details ->> 'portOrderId' = $1";
    assert_eq!(app.count(audited, &[&id]).await, 1);

    // Sent back for correction: what is being uploaded meanwhile was not handed in.
    let rejected = json!({ "answer": "rejected", "reason": "The letter cannot be read." });
    assert_eq!(desk.answer(&id, rejected).await.status, StatusCode::OK);
    desk.upload(&id, "loa").await;
    let other = exported(&desk, &id).await;
    assert_ne!(url.split_once('?').unwrap().0, other.split_once('?').unwrap().0, "each export is another file");
    let files = unpack(app.http.get(&other).send().await.unwrap().bytes().await.unwrap().to_vec());
    assert!(files.contains_key("invoice.pdf") && !files.contains_key("letter-of-authorisation.pdf"));

    desk.sweep().await;
    assert!(app.http.get(&url).send().await.unwrap().status().is_success(), "it is not deleted before its time");
    let later =
        "UPDATE deletion_tasks SET due_at = due_at - interval '15 minutes' WHERE finished_at IS NULL RETURNING id";
    assert_eq!(app.rows(later, &[]).await.len(), 2);
    desk.sweep().await;
    for url in [url, other] {
        assert!(app.http.get(url).send().await.unwrap().status().is_client_error(), "it does not stay");
    }
    let hidden = format!("{}/api/admin/port-orders/{id}/export", app.stack.urls.api);
    let hidden = app.call(Method::POST, &hidden, Some(&desk.org.admin_token), None, &[]).await;
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
