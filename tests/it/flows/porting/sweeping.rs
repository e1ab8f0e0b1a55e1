//! What happens without anybody doing anything.

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use super::{Desk, NUMBER, desk, one, outcome, text};
use crate::support::TestApp;

async fn rejected_days_ago(app: &TestApp, days: i32) {
    let sql =
        "UPDATE port_orders SET rejected_at = now() - make_interval(days => $1) WHERE state = 'rejected' RETURNING id";
    app.rows(sql, &[&days]).await;
}

async fn updates(app: &TestApp) -> usize {
    let requests = app.sim_get("/requests").await["requests"].as_array().unwrap().clone();
    let ours = requests.iter().filter(|request| request["operation"] == "update_number");
    ours.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_comes_early_gets_its_webhooks_once_and_texts_only_after_the_completion() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let id = desk.submitted(&one()).await;
    app.sim_post("/ports", json!({ "phoneNumber": NUMBER })).await;
    // The carrier sets them, and its answer is lost.
    app.sim_post("/faults", json!({ "operation": "update_number", "kind": "lost_answer" })).await;
    assert_eq!(desk.sweep().await["portedNumbers"], 0);
    assert_eq!(desk.sweep().await["portedNumbers"], 0, "another may still be at it");
    app.rows("UPDATE port_order_numbers SET leased_until = NULL RETURNING id", &[]).await;
    assert_eq!((desk.sweep().await["portedNumbers"].clone(), updates(&app).await), (json!(1), 1));
    let report = desk.sweep().await;
    assert_eq!((&report["portedNumbers"], &report["orphans"]), (&json!(0), &json!(0)));
    assert_eq!(updates(&app).await, 1, "once");
    let numbers = app.sim_get("/numbers").await["numbers"].as_array().unwrap().clone();
    let ported = numbers.iter().find(|number| number["phoneNumber"] == NUMBER).unwrap();
    assert_eq!(ported["webhooks"]["smsUrl"].as_str(), Some(app.stack.urls.message_webhook.as_str()));

    let order = desk.read(&id).await;
    assert!(order["numbers"][0]["foundAt"].is_string(), "{order}");
    assert_eq!(desk.numbers().await.len(), 1, "it is nobody's yet");
    app.sim_patch(&format!("/numbers/{NUMBER}"), json!({ "sms": true })).await;
    app.customer_texts("+14055550123", NUMBER, "Is it you?").await;
    assert_eq!(app.get(&desk.org, "/conversations").await.body["conversations"], json!([]));

    desk.schedule(&id).await;
    assert_eq!(desk.sweep().await["completedPortOrders"], 0, "the day is to come");
    app.rows("UPDATE port_orders SET foc_date = current_date - 1 RETURNING id", &[]).await;
    assert_eq!(desk.sweep().await["completedPortOrders"], 1);
    assert_eq!(text(&desk.read(&id).await, "/state"), "completed");
    let waiting = app
        .eventually("the text that came before finds its owner", async || {
            desk.sweep().await;
            let found = app.get(&desk.org, "/conversations").await.body["conversations"].as_array().unwrap().clone();
            (found.len() == 1).then_some(found)
        })
        .await;
    assert_eq!(text(&waiting[0], "/snippet"), "Is it you?");
}

/// Mail is switched on; what stands for AWS knows an address of ours only when it is told of it, as SES does.
async fn mail_app(address: &str) -> TestApp {
    TestApp::start_with(|options| {
        let email = json!({ "email": { "primary": address } });
        options.parameters.insert("BusinessConfig".to_owned(), email.to_string());
    })
    .await
}

async fn tell_ses(app: &TestApp, address: &str) {
    let known = json!({ "EmailIdentity": address }).to_string();
    assert!(app.aws("ses", "/v2/email/identities", known).await.status.is_success());
}

/// The desk of an organisation whose administrator has an address, unlike those of the other tests.
async fn desk_with_address(app: &TestApp) -> Desk<'_> {
    let founder = json!({ "email": "zoe@example.test", "firstName": "Zoe" });
    let org = json!({ "name": "Harbour Dental", "plan": "enterprise", "user": founder });
    let org = app.organization_with(org).await;
    app.wait_for_numbers(&org, 1).await;
    Desk { app, org }
}

async fn rejected(desk: &Desk<'_>, numbers: &Value) -> String {
    let id = desk.submitted(numbers).await;
    let rejected = desk.answer(&id, json!({ "answer": "rejected", "reason": "The name differs." })).await;
    assert_eq!(rejected.status, StatusCode::OK, "{rejected:?}");
    id
}

async fn reminded(desk: &Desk<'_>, id: &str) -> usize {
    desk.events(id).await.iter().filter(|event| *event == "reminded").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_that_nobody_answers_is_reminded_of_and_cancels_the_order_after_a_week() {
    let app = mail_app("hello@porting.example.com").await;
    tell_ses(&app, "hello@porting.example.com").await;
    let desk = desk_with_address(&app).await;
    let id = rejected(&desk, &one()).await;

    assert_eq!(desk.sweep().await["portReminders"], 1, "at once");
    assert_eq!(desk.sweep().await["portReminders"], 0, "not twice");
    for (days, reminders) in [(2, 0), (3, 1), (6, 1), (6, 0)] {
        rejected_days_ago(&app, days).await;
        assert_eq!(desk.sweep().await["portReminders"], reminders, "after {days} days");
    }
    assert!(!app.log_text().contains("a reminder was not sent"), "the mails were taken");
    assert_eq!(text(&desk.read(&id).await, "/state"), "rejected");
    rejected_days_ago(&app, 7).await;
    assert_eq!(desk.sweep().await["cancelledPortOrders"], 1);
    let order = desk.read(&id).await;
    assert_eq!((text(&order, "/state"), &order["hasPin"]), ("cancelled", &json!(false)));
    assert!(text(&order, "/cancelReason").contains("week"), "{order}");
    assert_eq!(app.count("SELECT count(*) FROM port_order_numbers WHERE claimed", &[]).await, 0);
    assert_eq!(outcome(&desk.step(&order, "submit").await), (409, "port_order_finished"));
    assert_eq!(reminded(&desk, &id).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mail_the_history_does_not_say_that_somebody_was_written_to() {
    let app = TestApp::start().await;
    let desk = desk_with_address(&app).await;
    let id = rejected(&desk, &one()).await;
    assert_eq!(desk.sweep().await["portReminders"], 0);
    assert_eq!(reminded(&desk, &id).await, 0);
    let counted = "SELECT count(*) FROM port_orders WHERE reminders > 0";
    assert_eq!(app.count(counted, &[]).await, 0, "it stays due until there is mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_reached_nobody_is_sent_by_a_later_run() {
    let app = mail_app("hello@late-porting.example.com").await;
    let (desk, nobody) = (desk_with_address(&app).await, desk(&app, "enterprise").await);
    let id = rejected(&desk, &one()).await;
    let other = json!([{ "phoneNumber": "(405) 555-0192", "numberType": "support", "friendlyName": "Help" }]);
    let of_nobody = rejected(&nobody, &other).await;

    // SES does not send from this address yet.
    assert_eq!(desk.sweep().await["portReminders"], 0);
    assert_eq!(reminded(&desk, &id).await, 0);
    tell_ses(&app, "hello@late-porting.example.com").await;
    assert_eq!(desk.sweep().await["portReminders"], 1, "the other one has no administrator with an address");
    assert_eq!(desk.sweep().await["portReminders"], 0, "not twice");
    assert_eq!((reminded(&desk, &id).await, reminded(&nobody, &of_nobody).await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_nobody_changes_is_cancelled_after_ninety_days() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let other = json!([{ "phoneNumber": "(405) 555-0192", "numberType": "support", "friendlyName": "Help" }]);
    let (left, gone_on_with) = (desk.ready(&one()).await, desk.ready(&other).await);
    let age = async |id: &str, interval: &str| {
        let sql = format!(
            "UPDATE port_orders SET updated_at = now() - interval '{interval}' WHERE id::text = $1 RETURNING id"
        );
        app.rows(&sql, &[&id]).await;
    };
    age(&left, "89 days 23 hours").await;
    age(&gone_on_with, "90 days").await;
    desk.upload(&gone_on_with, "loa").await;
    assert_eq!(desk.sweep().await["cancelledPortOrders"], 0, "it is not cancelled before its time");

    age(&left, "90 days").await;
    let cancels_at = desk.read(&left).await["cancelsAt"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert!(cancels_at <= clock::now(), "{cancels_at}");
    assert_eq!(desk.sweep().await["cancelledPortOrders"], 1);
    let order = desk.read(&left).await;
    assert_eq!((text(&order, "/state"), &order["cancelsAt"]), ("cancelled", &Value::Null));
    assert!(text(&order, "/cancelReason").contains("draft"), "{order}");
    assert_eq!(text(&desk.read(&gone_on_with).await, "/state"), "draft");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_of_a_workspace_that_is_gone_is_cancelled() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    desk.submitted(&one()).await;
    app.rows("UPDATE workspaces SET deleted_at = now() WHERE clerk_organization_id = $1 RETURNING id", &[&desk.org.id])
        .await;
    assert_eq!(desk.sweep().await["cancelledPortOrders"], 1);
    assert_eq!(app.count("SELECT count(*) FROM port_order_numbers WHERE claimed", &[]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_deleted_ninety_days_after_the_order_has_ended_also_of_a_workspace_that_is_gone() {
    let app = TestApp::start().await;
    let (desk, gone) = (desk(&app, "enterprise").await, super::desk(&app, "enterprise").await);
    let ended = desk.submitted(&one()).await;
    let replaced = text(&desk.read(&ended).await, "/documents/0/url").to_owned();
    let rejected = json!({ "answer": "rejected", "reason": "The letter cannot be read." });
    assert_eq!(desk.answer(&ended, rejected).await.status, StatusCode::OK);
    desk.upload(&ended, "loa").await;
    let order = desk.read(&ended).await;
    assert_eq!(desk.step(&order, "cancel").await.status, StatusCode::OK);
    let open = desk.ready(&one()).await;
    let theirs = gone.ready(&one()).await;
    let urls = |order: &Value| -> Vec<String> {
        order["documents"].as_array().unwrap().iter().map(|document| text(document, "/url").to_owned()).collect()
    };
    let mut files = urls(&order);
    files.push(replaced);
    files.extend(urls(&gone.read(&theirs).await));
    assert_eq!(files.len(), 5);
    let kept = urls(&desk.read(&open).await);
    app.rows("UPDATE workspaces SET deleted_at = now() WHERE clerk_organization_id = $1 RETURNING id", &[&gone.org.id])
        .await;
    assert_eq!(desk.sweep().await["cancelledPortOrders"], 1);

    let wait_for = async |interval: &str| {
        let sql = format!(
            "UPDATE port_orders SET finished_at = finished_at - interval '{interval}' WHERE finished_at IS NOT NULL RETURNING id"
        );
        app.rows(&sql, &[]).await;
        desk.sweep().await["expiredPortDocuments"].clone()
    };
    let is_there = async |url: &String| app.http.get(url).send().await.unwrap().status().is_success();
    assert_eq!(wait_for("89 days 23 hours").await, 0, "it is not deleted before its time");
    assert!(is_there(&files[0]).await);
    assert_eq!(wait_for("1 hour").await, 5);
    for url in &files {
        assert!(!is_there(url).await, "{url}");
    }
    for url in &kept {
        assert!(is_there(url).await, "of an open order");
    }
    let order = desk.read(&ended).await;
    assert_eq!(
        (&order["documents"][0]["fileName"], &order["documents"][0]["url"]),
        (&json!("Scan-1.pdf"), &Value::Null)
    );
    let exported = desk.operator(Method::POST, &format!("/{ended}/export"), None).await;
    assert_eq!(exported.status, StatusCode::OK, "the order itself stays: {exported:?}");
    assert_eq!(desk.sweep().await["expiredPortDocuments"], 0, "once");
}
