//! Numbers that workspaces bring along: from the draft to the number that texts, and everything that comes between.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::support::{Answer, Organization, TestApp};

mod operator;
mod replacement;
mod submitting;
mod sweeping;

pub const NUMBER: &str = "+14055550191";

pub fn outcome(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

pub fn fields(answer: &Answer) -> Vec<&str> {
    let errors = answer.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|error| error["field"].as_str().unwrap()).collect()
}

pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

pub fn day(days: i64) -> String {
    (clock::now() + chrono::TimeDelta::days(days)).date_naive().to_string()
}

/// Everything that an order needs but the documents.
pub fn complete_fields(numbers: &Value) -> Value {
    json!({
        "numbers": numbers, "losingCarrier": "Example Telecom", "accountNumber": "ACC-774411", "pin": "990017",
        "companyName": "Prairie Plumbing LLC", "authorizedName": "Ann Example", "billingPhoneNumber": "(405) 555-0191",
        "serviceAddress": { "street": "1 Main St", "city": "Oklahoma City", "region": "ok", "postalCode": "73102" },
        "loaSignedOn": day(-3),
    })
}

/// One workspace's port orders.
pub struct Desk<'a> {
    pub app: &'a TestApp,
    pub org: Organization,
}

impl Desk<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let url = self.app.api(&self.org.id, &format!("/port-orders{path}"));
        self.app.call(method, &url, Some(&self.org.admin_token), body, &[]).await
    }

    pub async fn draft(&self, fields: &Value) -> Value {
        let answer = self.call(Method::POST, "", Some(fields)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.body["portOrder"].clone()
    }

    pub async fn read(&self, id: &str) -> Value {
        let answer = self.call(Method::GET, &format!("/{id}"), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body["portOrder"].clone()
    }

    /// Announces a document and uploads it.
    pub async fn upload(&self, id: &str, kind: &str) {
        self.upload_sized(id, kind, 1200).await;
    }

    pub async fn upload_sized(&self, id: &str, kind: &str, byte_size: usize) {
        let content = vec![7_u8; byte_size];
        let wanted = json!({ "kind": kind, "contentType": "application/pdf", "byteSize": content.len(), "fileName": "Scan 1.pdf" });
        let answer = self.call(Method::POST, &format!("/{id}/documents"), Some(&wanted)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        let put = self.app.http.put(text(&answer.body, "/upload/url")).header("content-type", "application/pdf");
        let stored = put.body(content).send().await.unwrap();
        assert!(stored.status().is_success(), "{stored:?}");
    }

    pub async fn step(&self, order: &Value, step: &str) -> Answer {
        let body = json!({ "version": order["version"] });
        self.call(Method::POST, &format!("/{}/{step}", text(order, "/id")), Some(&body)).await
    }

    pub async fn submit(&self, id: &str) -> Answer {
        self.step(&self.read(id).await, "submit").await
    }

    /// A draft with everything.
    pub async fn ready(&self, numbers: &Value) -> String {
        let id = text(&self.draft(&complete_fields(numbers)).await, "/id").to_owned();
        self.upload(&id, "loa").await;
        self.upload(&id, "invoice").await;
        id
    }

    /// Hands one number to the operator.
    pub async fn submitted(&self, numbers: &Value) -> String {
        let id = self.ready(numbers).await;
        let answer = self.submit(&id).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        id
    }

    /// What the operator records.
    pub async fn answer(&self, id: &str, mut answer: Value) -> Answer {
        if answer.get("version").is_none() {
            answer["version"] = self.read(id).await["version"].clone();
        }
        self.operator(Method::POST, &format!("/{id}/answers"), Some(&answer)).await
    }

    pub async fn operator(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let token = self.app.token_by("user=user_operator&organization=org_platform&role=admin").await;
        let url = format!("{}/api/admin/port-orders{path}", self.app.stack.urls.api);
        self.app.call(method, &url, Some(&token), body, &[]).await
    }

    pub async fn schedule(&self, id: &str) {
        let answer = self.answer(id, json!({ "answer": "scheduled", "focDate": day(3) })).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }

    pub async fn events(&self, id: &str) -> Vec<String> {
        let order = self.read(id).await;
        let history = order["history"].as_array().unwrap();
        history.iter().map(|entry| text(entry, "/event").to_owned()).collect()
    }

    /// How often the carrier was asked about a number, which it takes money for.
    pub async fn lookups(&self) -> usize {
        let requests = self.app.sim_get("/requests").await["requests"].as_array().unwrap().clone();
        requests.iter().filter(|request| request["operation"] == "lookup").count()
    }

    pub async fn change(&self, id: &str, mut fields: Value) -> Answer {
        fields["version"] = self.read(id).await["version"].clone();
        self.call(Method::PATCH, &format!("/{id}"), Some(&fields)).await
    }

    pub async fn sweep(&self) -> Value {
        self.app.stack.fire("sweep").await.expect("the sweep goes well")
    }

    pub async fn numbers(&self) -> Vec<Value> {
        self.app.get(&self.org, "/phone-numbers").await.body["phoneNumbers"].as_array().unwrap().clone()
    }
}

pub async fn desk<'a>(app: &'a TestApp, plan: &str) -> Desk<'a> {
    let org = app.organization(plan).await;
    if plan != "starter" {
        app.wait_for_numbers(&org, 1).await;
    }
    Desk { app, org }
}

pub fn one() -> Value {
    json!([{ "phoneNumber": "(405) 555-0191", "numberType": "sales", "friendlyName": "Front desk" }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_brought_along_from_the_draft_to_the_text() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let key = [("idempotency-key", "order-1")];
    let begun = app.post_with(&desk.org, "/port-orders", &json!({ "numbers": one() }), &key).await;
    let again = app.post_with(&desk.org, "/port-orders", &json!({ "numbers": one() }), &key).await;
    assert_eq!((begun.status, &again.body), (StatusCode::CREATED, &begun.body), "one key, one order");
    let other = app.post_with(&desk.org, "/port-orders", &json!({}), &key).await;
    assert_eq!(outcome(&other), (422, "idempotency_key_reused"));
    let order = begun.body["portOrder"].clone();
    let id = text(&order, "/id").to_owned();
    assert_eq!((text(&order, "/state"), &order["expectedBusinessDays"]), ("draft", &json!(7)));
    assert_eq!(order["missing"].as_array().unwrap().len(), 10, "{order}");

    let mut change = complete_fields(&one());
    change["version"] = order["version"].clone();
    let changed = desk.call(Method::PATCH, &format!("/{id}"), Some(&change)).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    assert_eq!(text(&changed.body, "/portOrder/numbers/0/phoneNumber"), NUMBER);
    desk.upload(&id, "loa").await;
    desk.upload(&id, "invoice").await;

    let submitted = desk.submit(&id).await;
    assert_eq!(submitted.status, StatusCode::OK, "{submitted:?}");
    let number = &submitted.body["portOrder"]["numbers"][0];
    assert_eq!((text(number, "/portability"), text(number, "/lineType")), ("portable", "wireless"));
    let document = app.http.get(text(&submitted.body, "/portOrder/documents/0/url")).send().await.unwrap();
    assert_eq!(document.bytes().await.unwrap().len(), 1200, "the operator can read it");

    desk.schedule(&id).await;
    app.sim_post("/ports", json!({ "phoneNumber": NUMBER })).await;
    assert_eq!(desk.sweep().await["portedNumbers"], 1);
    let completed = desk.answer(&id, json!({ "answer": "completed" })).await;
    assert_eq!(
        (completed.status, text(&completed.body, "/portOrder/state")),
        (StatusCode::OK, "completed"),
        "{completed:?}"
    );
    assert_eq!(desk.read(&id).await["hasPin"], false, "it is not kept");

    let numbers = desk.numbers().await;
    let ported = numbers.iter().find(|number| number["phoneNumber"] == NUMBER).expect("it is the workspace's");
    assert_eq!(
        (text(ported, "/numberType"), text(ported, "/friendlyName"), text(ported, "/status")),
        ("sales", "Front desk", "active")
    );
    desk.sweep().await;
    app.eventually("its campaign assignment is done", async || {
        let numbers = desk.numbers().await;
        numbers.iter().any(|n| n["phoneNumber"] == NUMBER && n["messagingStatus"] == "ready").then_some(())
    })
    .await;
    let sent = json!({ "channel": "sms", "to": "+14055550123", "body": "Hello", "phoneNumberId": ported["id"] });
    let sent = app.post(&desk.org, "/messages", &sent).await;
    assert_eq!((sent.status, text(&sent.body, "/message/from")), (StatusCode::CREATED, NUMBER), "{sent:?}");
    let expected = [
        "created",
        "edited",
        "document_added",
        "document_added",
        "submitted",
        "scheduled",
        "number_found",
        "completed",
    ];
    assert_eq!(desk.events(&id).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_wrong_is_named_before_an_order_is_submitted() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let order = desk.draft(&json!({ "accountType": "residential" })).await;
    let refused = desk.step(&order, "submit").await;
    assert_eq!(outcome(&refused), (422, "invalid_request"));
    let expected = [
        "numbers",
        "losingCarrier",
        "accountNumber",
        "pin",
        "authorizedName",
        "billingPhoneNumber",
        "serviceAddress",
        "loaSignedOn",
        "documents.loa",
        "documents.invoice",
    ];
    assert_eq!(fields(&refused), expected);

    let id = desk.ready(&one()).await;
    let change = async |body: Value| {
        let mut body = body;
        body["version"] = desk.read(&id).await["version"].clone();
        desk.call(Method::PATCH, &format!("/{id}"), Some(&body)).await
    };
    for (signed_on, is_good) in [(day(-31), false), (day(1), false), (day(-30), true)] {
        assert_eq!(change(json!({ "loaSignedOn": signed_on })).await.status, StatusCode::OK);
        let answer = if is_good { continue } else { desk.submit(&id).await };
        assert_eq!((outcome(&answer), fields(&answer)), ((422, "invalid_request"), vec!["loaSignedOn"]), "{signed_on}");
    }
    let wanted = json!({ "kind": "loa", "contentType": "application/pdf", "byteSize": 5000 });
    let announced = desk.call(Method::POST, &format!("/{id}/documents"), Some(&wanted)).await;
    assert_eq!(announced.status, StatusCode::CREATED, "{announced:?}");
    assert_eq!(fields(&desk.submit(&id).await), ["documents.loa"], "it was never uploaded");
    for (name, value) in
        [("contentType", json!("text/plain")), ("contentType", json!("image/gif")), ("byteSize", json!(5_000_001))]
    {
        let mut wanted = wanted.clone();
        wanted[name] = value;
        let refused = desk.call(Method::POST, &format!("/{id}/documents"), Some(&wanted)).await;
        assert_eq!((refused.status.as_u16(), fields(&refused)), (422, vec![name]));
    }
    desk.upload(&id, "loa").await;
    app.sim_post("/lookups", json!({ "phoneNumber": NUMBER, "lineType": "pager" })).await;
    assert_eq!(fields(&desk.submit(&id).await), ["numbers[0].phoneNumber"], "a pager cannot be ported");

    // A lookup that does not answer holds nothing up. A number that is taken out and in again is looked up anew.
    for numbers in [json!([]), one()] {
        assert_eq!(change(json!({ "numbers": numbers })).await.status, StatusCode::OK);
    }
    app.sim_post("/faults", json!({ "operation": "lookup", "kind": "error_before", "count": 0 })).await;
    let submitted = desk.submit(&id).await;
    assert_eq!(submitted.status, StatusCode::OK, "{submitted:?}");
    let number = &submitted.body["portOrder"]["numbers"][0];
    assert_eq!(text(number, "/portability"), "unknown");
    assert!(text(number, "/portabilityDetail").contains("by hand"), "{number}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_in_one_open_order_and_nobody_is_told_whose_it_is() {
    let app = TestApp::start().await;
    let (desk, other) = (desk(&app, "enterprise").await, desk(&app, "enterprise").await);
    let owned = desk.numbers().await[0]["phoneNumber"].clone();
    let refused = other.call(Method::POST, "", Some(&json!({ "numbers": [{ "phoneNumber": owned }] }))).await;
    assert_eq!((outcome(&refused), fields(&refused)), ((422, "invalid_request"), vec!["numbers[0].phoneNumber"]));
    assert!(!refused.body.to_string().contains(&desk.org.id), "{refused:?}");
    let platform = json!({ "numbers": [{ "phoneNumber": app.stack.urls.platform_number }] });
    assert_eq!(fields(&other.call(Method::POST, "", Some(&platform)).await), ["numbers[0].phoneNumber"]);

    // Drafts hold nothing: the first who submits has it.
    let (mine, theirs) = (desk.ready(&one()).await, other.ready(&one()).await);
    let twice = desk.call(Method::POST, "", Some(&json!({ "numbers": one() }))).await;
    assert_eq!(fields(&twice), ["numbers[0].phoneNumber"], "it is in another order of this workspace");
    let (mine_first, theirs_first) = tokio::join!(desk.submit(&mine), other.submit(&theirs));
    let statuses = [mine_first.status.as_u16(), theirs_first.status.as_u16()];
    assert!(statuses.contains(&200) && statuses.contains(&422), "one of two at once: {mine_first:?} {theirs_first:?}");
    let sql = "SELECT count(*) FROM port_order_numbers WHERE claimed";
    assert_eq!(app.count(sql, &[]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_count_against_the_plan_from_submission() {
    let app = TestApp::start().await;
    let desk = desk(&app, "pro").await;
    let used = async || app.get(&desk.org, "").await.body["workspace"]["numbersUsed"].clone();
    let id = desk.ready(&one()).await;
    assert_eq!(used().await, 1, "a draft does not count");
    assert_eq!(outcome(&desk.submit(&id).await), (409, "number_limit_reached"));

    let temporary = desk.numbers().await[0]["id"].clone();
    let mut body = json!({ "numbers": [{ "phoneNumber": NUMBER, "replacesPhoneNumberId": temporary }] });
    body["version"] = desk.read(&id).await["version"].clone();
    assert_eq!(desk.call(Method::PATCH, &format!("/{id}"), Some(&body)).await.status, StatusCode::OK);
    let submitted = desk.submit(&id).await;
    assert_eq!((submitted.status, used().await), (StatusCode::OK, json!(1)), "it takes the place: {submitted:?}");

    let big = Desk { app: &app, org: app.organization("enterprise").await };
    app.wait_for_numbers(&big.org, 1).await;
    let numbers: Vec<Value> = (0..9).map(|n| json!({ "phoneNumber": format!("+140555502{n:02}") })).collect();
    big.submitted(&json!(numbers)).await;
    assert_eq!(app.get(&big.org, "").await.body["workspace"]["numbersUsed"], 10);
    assert_eq!(outcome(&app.post(&big.org, "/phone-numbers", &json!({})).await), (409, "number_limit_reached"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_who_edit_the_second_is_told() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let order = desk.draft(&json!({ "losingCarrier": "Example" })).await;
    let path = format!("/{}", text(&order, "/id"));
    let edit = async |carrier: &str| {
        let body = json!({ "version": order["version"], "losingCarrier": carrier });
        desk.call(Method::PATCH, &path, Some(&body)).await
    };
    let (first, second) = tokio::join!(edit("First"), edit("Second"));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{first:?} {second:?}");
    assert_eq!(outcome(&desk.step(&order, "cancel").await), (409, "port_order_changed"));
    let cancelled = desk.step(&desk.read(text(&order, "/id")).await, "cancel").await;
    assert_eq!(text(&cancelled.body, "/portOrder/state"), "cancelled");
    let late = json!({ "version": cancelled.body["portOrder"]["version"], "losingCarrier": "Late" });
    assert_eq!(outcome(&desk.call(Method::PATCH, &path, Some(&late)).await), (409, "port_order_finished"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_and_account_numbers_are_for_administrators_and_in_no_log() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let id = desk.submitted(&one()).await;
    assert_eq!(text(&desk.read(&id).await, "/pin"), "990017");
    for query in ["role=member", "role=admin&act=user_support"] {
        let token = app.token_by(&format!("organization={}&user={}&{query}", desk.org.id, desk.org.user_id)).await;
        let org = Organization { admin_token: token, ..desk.org.clone() };
        let seen = app.get(&org, &format!("/port-orders/{id}")).await;
        assert_eq!((&seen.body["portOrder"]["pin"], &seen.body["portOrder"]["hasPin"]), (&Value::Null, &json!(true)));
        let seen = seen.body.to_string() + &app.get(&org, "/port-orders").await.body.to_string();
        assert!(!seen.contains("990017") && !seen.contains("ACC-774411") && !seen.contains("X-Amz"), "{query}: {seen}");
        let refused = app.post(&org, "/port-orders", &json!({})).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
    }
    let stranger = app.organization("enterprise").await;
    let hidden = app.get(&stranger, &format!("/port-orders/{id}")).await;
    assert_eq!(outcome(&hidden), (404, "port_order_not_found"));
    assert_eq!(app.get(&stranger, "/port-orders").await.body["portOrders"], json!([]));

    let audit = app
        .rows("SELECT action, details::text FROM audit_log WHERE action LIKE 'port_order.%' ORDER BY created_at", &[])
        .await;
    let actions: Vec<&str> = audit.iter().map(|row| row.get(0)).collect();
    assert_eq!(actions, ["port_order.created", "port_order.changed", "port_order.changed", "port_order.submitted"]);
    let kept: String = audit.iter().map(|row| row.get::<_, String>(1)).collect();
    let logs = app.log_text() + &kept;
    assert!(!logs.contains("990017") && !logs.contains("ACC-774411"));
}
