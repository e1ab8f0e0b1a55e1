//! What the functions really answer fits `docs/openapi.json`, and so do its own examples.

use reqwest::Method;
use serde_json::{Value, json};

use super::checker;
use crate::{
    openapi::{document, operations, registration},
    support::{Answer, Receiver, TestApp},
};

fn parsed() -> Value {
    serde_json::from_str(&document()).unwrap()
}

/// The schemas of a function's answers of this status and type.
fn schemas<'a>(document: &'a Value, function: &str, answer: &Answer) -> impl Iterator<Item = &'a Value> {
    let content_type = answer.headers["content-type"].to_str().unwrap().to_owned();
    let schemas =
        responses(document, function, answer).map(move |response| &response["content"][&content_type]["schema"]);
    schemas.filter(|schema| schema.is_object())
}

/// What the operations of a function say about answers of this status.
fn responses<'a>(document: &'a Value, function: &str, answer: &Answer) -> impl Iterator<Item = &'a Value> {
    let mine = operations(document).into_iter().filter(|(name, _)| name == function);
    mine.map(|(_, operation)| &operation["responses"][answer.status.as_str()]).collect::<Vec<_>>().into_iter()
}

fn assert_documented(document: &Value, function: &str, answer: &Answer) {
    // A function may have routes of different answers: it has to be one of them.
    let problems = schemas(document, function, answer).map(|schema| checker::problems(document, schema, &answer.body));
    let best = problems.min_by_key(Vec::len);
    let best = best.unwrap_or_else(|| panic!("{function} answers {}: not documented", answer.status));
    assert_eq!(best, Vec::<String>::new(), "{function}: {answer:?}");
    if let Some(code) = answer.body["code"].as_str() {
        let mut descriptions =
            responses(document, function, answer).filter_map(|response| response["description"].as_str());
        let is_documented = descriptions.any(|description| description.contains(&format!("`{code}`")));
        assert!(is_documented, "{function}: {code} is not documented");
    }
}

#[test]
fn the_examples_fit_their_schemas() {
    let document = parsed();
    for (name, operation) in operations(&document) {
        let bodies = operation["responses"].as_object().unwrap().values().chain([&operation["requestBody"]]);
        let contents = bodies.filter_map(|body| body["content"].as_object()).flat_map(|content| content.values());
        for content in contents {
            let problems = checker::problems(&document, &content["schema"], &content["example"]);
            assert_eq!(problems, Vec::<String>::new(), "{name}: {}", content["example"]);
        }
    }
}

#[test]
fn the_checker_finds_what_does_not_fit() {
    let document = parsed();
    let schema = json!({ "$ref": "#/components/schemas/Media" });
    let problems = |value: Value| checker::problems(&document, &schema, &value);
    assert_eq!(
        problems(json!({ "url": "https://files.example.com/a", "contentType": null, "byteSize": null, "state": null })),
        Vec::<String>::new()
    );
    assert_eq!(problems(json!({ "contentType": 7, "size": 1 })).len(), 5);
    assert_eq!(problems(json!([])).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_fit_the_document() {
    let document = parsed();
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let customer = "+14055550123";
    for text in ["Hello", "Anybody there?"] {
        app.customer_texts(customer, &number, text).await;
    }
    let (conversation, _) = app.only_conversation(&org).await;
    let messages = format!("/conversations/{}/messages", conversation["id"].as_str().unwrap());

    for (function, path) in [
        ("read-workspace", ""),
        ("list-members", "/members"),
        ("list-numbers", "/phone-numbers"),
        ("list-conversations", "/conversations"),
        ("read-conversation", &messages),
        ("read-conversation", &format!("{messages}?limit=1")),
        ("read-analytics", "/analytics"),
        ("export-analytics", "/analytics/export"),
        ("export-analytics", "/analytics/export?report=charges"),
    ] {
        let answer = app.get(&org, path).await;
        assert_eq!(answer.status, 200, "{function}: {answer:?}");
        assert_documented(&document, function, &answer);
    }
    let plans = format!("{}/api/plans", app.stack.urls.api);
    for (token, status) in [(Some(org.admin_token.as_str()), 200), (None, 401)] {
        let answer = app.call(Method::GET, &plans, token, None, &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert_documented(&document, "list-plans", &answer);
    }
    app.customer_texts(customer, &number, "STOP").await;
    let listed = app.get(&org, "/opt-outs").await;
    assert_documented(&document, "list-opt-outs", &listed);
    let refused = app.post(&org, "/messages", &json!({ "channel": "sms", "to": customer, "body": "But" })).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (422, Some("recipient_opted_out")));
    assert_documented(&document, "send-message", &refused);
    let path = format!("/opt-outs/{}", listed.body["optOuts"][0]["id"].as_str().unwrap());
    for status in [200, 404] {
        let removed = app.call(Method::DELETE, &app.api(&org.id, &path), Some(&org.admin_token), None, &[]).await;
        assert_eq!(removed.status.as_u16(), status, "{removed:?}");
        assert_documented(&document, "remove-opt-out", &removed);
    }
    let reply = json!({ "channel": "sms", "to": customer, "body": "Yes." });
    let sent = app.post_with(&org, "/messages", &reply, &[("idempotency-key", "key-1")]).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    assert_documented(&document, "send-message", &sent);
    let spoken = json!({ "channel": "voice", "to": "+14055550124", "body": "Yes." });
    let call = json!({ "memberPhoneNumber": "+14055550150", "to": "+14055550124" });
    for (function, path, body) in [("send-message", "/messages", spoken), ("start-call", "/calls", call)] {
        let called = app.post(&org, path, &body).await;
        assert_eq!((called.status.as_u16(), &called.body["message"]["call"]["state"]), (201, &json!("queued")));
        assert_documented(&document, function, &called);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_about_numbers_fit_the_document() {
    let document = parsed();
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    let call = async |function: &str, method: Method, path: &str, body: Option<Value>, status: u16| {
        let url = app.api(&org.id, path);
        let answer = app.call(method, &url, Some(&org.admin_token), body.as_ref(), &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{function}: {answer:?}");
        assert_documented(&document, function, &answer);
        answer.body
    };

    let found = call("search-numbers", Method::GET, "/phone-numbers/available?areaCode=405&limit=3", None, 200).await;
    call("search-numbers", Method::GET, "/phone-numbers/available?areaCode=40", None, 422).await;
    call("search-numbers", Method::GET, "/phone-numbers/available?limit=101", None, 422).await;
    let wish = json!({ "phoneNumber": found["available"][0]["phoneNumber"], "numberType": "sales" });
    let bought = call("provision-number", Method::POST, "/phone-numbers", Some(wish.clone()), 201).await;
    call("provision-number", Method::POST, "/phone-numbers", Some(wish), 409).await;
    call("provision-number", Method::POST, "/phone-numbers", Some(json!({ "areaCode": "x" })), 422).await;

    let path = format!("/phone-numbers/{}", bought["phoneNumber"]["id"].as_str().unwrap());
    call("update-number", Method::PATCH, &path, Some(json!({ "friendlyName": "Front desk" })), 200).await;
    call("update-number", Method::PATCH, &path, Some(json!({ "numberType": "sale" })), 422).await;
    let address = json!({ "firstName": "Ada", "lastName": "Bird", "streetNumber": "12", "streetName": "Main St",
        "city": "Tulsa", "state": "OK", "postalCode": "74103", "country": "US" });
    let address_path = format!("{path}/emergency-address");
    call("update-number", Method::PATCH, &address_path, Some(address), 202).await;
    call("update-number", Method::PATCH, &address_path, Some(json!({ "firstName": "Ada" })), 422).await;
    call("update-number", Method::DELETE, &address_path, None, 202).await;
    call("release-number", Method::DELETE, &path, None, 200).await;
    call("update-number", Method::PATCH, &path, Some(json!({ "friendlyName": "Late" })), 409).await;
    call("release-number", Method::DELETE, "/phone-numbers/x", None, 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_about_the_inbox_fit_the_document() {
    let document = parsed();
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    app.customer_texts("+14055550123", &number, "Hello").await;
    let (conversation, messages) = app.only_conversation(&org).await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let call = async |function: &str, method: Method, path: &str, body: Option<Value>, status: u16| {
        let url = app.api(&org.id, path);
        let answer = app.call(method, &url, Some(&org.admin_token), body.as_ref(), &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{function}: {answer:?}");
        assert_documented(&document, function, &answer);
        answer.body
    };

    let path = format!("/conversations/{}", id(&conversation));
    let change = json!({ "read": true, "upToMessageId": id(&messages[0]), "assignedTo": org.user_id });
    call("update-conversation", Method::PATCH, &path, Some(change), 200).await;
    call("update-conversation", Method::PATCH, &path, Some(json!({ "assignedTo": "user_nobody" })), 422).await;
    call("update-conversation", Method::PATCH, "/conversations/x", Some(json!({ "read": true })), 404).await;
    let found = call("list-conversations", Method::GET, "/conversations?q=hello&assignedTo=me", None, 200).await;
    assert_eq!(found["conversations"][0]["assignedTo"]["userId"], org.user_id.as_str());
    call("list-conversations", Method::GET, "/conversations?assignedTo=x", None, 422).await;

    let maria = json!({ "firstName": "Maria", "phoneNumbers": ["(405) 555-0142"] });
    let made = call("save-contact", Method::POST, "/contacts", Some(maria.clone()), 201).await;
    call("save-contact", Method::POST, "/contacts", Some(maria), 422).await;
    let path = format!("/contacts/{}", id(&made["contact"]));
    call("save-contact", Method::PATCH, &path, Some(json!({ "notes": "tall" })), 200).await;
    let other = json!({ "contactId": id(&conversation["contact"]) });
    call("save-contact", Method::POST, &format!("{path}/merge"), Some(other), 200).await;
    call("save-contact", Method::PATCH, "/contacts/x", Some(json!({ "notes": "tall" })), 404).await;
    call("export-contact", Method::GET, &format!("{path}/export"), None, 200).await;
    call("export-contact", Method::GET, &format!("{path}/export?limit=0"), None, 422).await;
    call("export-contact", Method::GET, "/contacts/x/export", None, 404).await;
    call("list-contacts", Method::GET, "/contacts?q=mar&limit=1", None, 200).await;
    call("list-contacts", Method::GET, "/contacts?limit=0", None, 422).await;
    call("erase-contact", Method::POST, &format!("{path}/erase"), None, 202).await;
    call("erase-contact", Method::POST, "/contacts/x/erase", None, 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_about_webhooks_fit_the_document() {
    let document = parsed();
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let call = async |function: &str, method: Method, path: &str, body: Option<Value>, status: u16| {
        let url = app.api(&org.id, path);
        let answer = app.call(method, &url, Some(&org.admin_token), body.as_ref(), &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{function}: {answer:?}");
        assert_documented(&document, function, &answer);
        answer.body
    };

    let save = "save-webhook-endpoint";
    let list = "list-webhook-endpoints";
    let receiver = Receiver::start().await;
    let made = call(save, Method::POST, "/webhook-endpoints", Some(json!({ "url": receiver.url })), 201).await;
    call(save, Method::POST, "/webhook-endpoints", Some(json!({ "url": "https://10.0.0.8/" })), 422).await;
    call(list, Method::GET, "/webhook-endpoints", None, 200).await;
    let path = format!("/webhook-endpoints/{}", made["webhookEndpoint"]["id"].as_str().unwrap());
    call(save, Method::POST, &format!("{path}/rotate-secret"), None, 200).await;
    let tried = call(save, Method::POST, &format!("{path}/test"), None, 202).await;
    app.eventually("the test is delivered", async || {
        let deliveries = call(list, Method::GET, &format!("{path}/deliveries"), None, 200).await;
        (deliveries["deliveries"][0]["state"] == "delivered").then_some(())
    })
    .await;
    let delivery = format!("{path}/deliveries/{}/replay", tried["delivery"]["id"].as_str().unwrap());
    call(save, Method::POST, &delivery, None, 202).await;
    call(save, Method::POST, &format!("{path}/deliveries/x/replay"), None, 404).await;
    call(save, Method::PATCH, &path, Some(json!({ "status": "disabled" })), 200).await;
    call(save, Method::POST, &format!("{path}/test"), None, 409).await;
    call(list, Method::GET, &format!("{path}/deliveries?limit=0"), None, 422).await;
    call(save, Method::DELETE, &path, None, 200).await;
    call(save, Method::DELETE, &path, None, 404).await;
    call(list, Method::GET, "/webhook-endpoints/x/deliveries", None, 404).await;

    // What was told fits as well.
    let told = receiver.told()[0].json();
    let schema = &document["webhooks"]["webhook.test"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(checker::problems(&document, schema, &told), Vec::<String>::new(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_about_port_orders_fit_the_document() {
    let document = parsed();
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    let operator = app.token_by("user=user_operator&organization=org_platform&role=admin").await;
    let call = async |function: &str, method: Method, path: &str, body: Option<Value>, status: u16| {
        let is_operator = function == "manage-port-orders";
        let url = if is_operator { format!("{}/api/admin{path}", app.stack.urls.api) } else { app.api(&org.id, path) };
        let token = if is_operator { &operator } else { &org.admin_token };
        let answer = app.call(method, &url, Some(token), body.as_ref(), &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{function}: {answer:?}");
        assert_documented(&document, function, &answer);
        answer.body
    };

    let (save, list, manage) = ("save-port-order", "list-port-orders", "manage-port-orders");
    let number = json!({ "phoneNumber": "+14055550191", "numberType": "sales" });
    let fields = json!({
        "numbers": [number], "losingCarrier": "Example Telecom", "accountNumber": "A-1", "pin": "1234",
        "accountType": "residential", "authorizedName": "Ann", "billingPhoneNumber": "+14055550191",
        "serviceAddress": { "street": "1 Main St", "city": "Tulsa", "region": "OK", "postalCode": "74103" },
        "loaSignedOn": shared::clock::now().date_naive(),
    });
    let made = call(save, Method::POST, "/port-orders", Some(fields), 201).await;
    call(save, Method::POST, "/port-orders", Some(json!({ "pin": "" })), 422).await;
    let id = made["portOrder"]["id"].as_str().unwrap();
    let path = format!("/port-orders/{id}");
    let version = |version: i64| Some(json!({ "version": version }));
    call(save, Method::PATCH, &path, Some(json!({ "version": 1, "companyName": "Prairie" })), 200).await;
    call(save, Method::PATCH, &path, Some(json!({ "version": 1, "companyName": "Prairie" })), 409).await;
    call(save, Method::PATCH, "/port-orders/x", Some(json!({ "version": 1 })), 404).await;
    call(save, Method::POST, &format!("{path}/submit"), version(2), 422).await;
    for kind in ["loa", "invoice"] {
        let wanted = json!({ "kind": kind, "contentType": "image/png", "byteSize": 68 });
        let answer = call(save, Method::POST, &format!("{path}/documents"), Some(wanted), 201).await;
        let put = app.http.put(answer["upload"]["url"].as_str().unwrap()).header("content-type", "image/png");
        assert!(put.body(vec![7; 68]).send().await.unwrap().status().is_success());
    }
    let submitted = call(save, Method::POST, &format!("{path}/submit"), version(4), 200).await;
    call(save, Method::POST, &format!("{path}/submit"), version(5), 409).await;
    call(list, Method::GET, "/port-orders", None, 200).await;
    call(list, Method::GET, "/port-orders?state=lost", None, 422).await;
    call(list, Method::GET, &path, None, 200).await;
    call(list, Method::GET, "/port-orders/x", None, 404).await;

    call(manage, Method::GET, "/port-orders", None, 200).await;
    call(manage, Method::GET, &path, None, 200).await;
    call(manage, Method::POST, &format!("{path}/export"), None, 200).await;
    call(manage, Method::POST, "/port-orders/x/export", None, 404).await;
    call(manage, Method::GET, "/port-orders/x", None, 404).await;
    let answer = |answer: Value| {
        let mut body = answer;
        body["version"] = submitted["portOrder"]["version"].clone();
        Some(body)
    };
    let answers = format!("{path}/answers");
    call(manage, Method::POST, &answers, answer(json!({ "answer": "scheduled" })), 422).await;
    call(manage, Method::POST, &answers, answer(json!({ "answer": "completed" })), 409).await;
    let rejected = answer(json!({ "answer": "rejected", "reason": "Wrong PIN" }));
    let rejected = call(manage, Method::POST, &answers, rejected, 200).await;
    let cancel = json!({ "version": rejected["portOrder"]["version"] });
    call(save, Method::POST, &format!("{path}/cancel"), Some(cancel), 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_about_registration_fit_the_document() {
    let document = parsed();
    let app = TestApp::start_with(|options| {
        options.parameters.insert("PlatformAdmins".to_owned(), "user_platform".to_owned());
    })
    .await;
    let org = app.organization("starter").await;
    let operator = app.token_by("organization=org_nobody&role=member&user=user_platform&ttl=3600").await;
    let save = "save-registration";
    let call = async |method: Method, path: &str, body: Option<Value>, status: u16| {
        let admin =
            path.strip_prefix("admin").map(|rest| format!("{}/api/admin/registrations{rest}", app.stack.urls.api));
        let token = if admin.is_some() { &operator } else { &org.admin_token };
        let url = admin.unwrap_or_else(|| app.api(&org.id, &format!("/registration{path}")));
        let answer = app.call(method, &url, Some(token), body.as_ref(), &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {answer:?}");
        assert_documented(&document, save, &answer);
        answer.body
    };
    let whole = json!({ "brand": registration::brand(), "campaign": registration::campaign() });
    let fees = |brand: i64| {
        let fees = json!({ "brandCents": brand, "campaignVettingCents": 750, "campaignMonthlyCents": 150 });
        json!({ "agreedFees": fees })
    };
    call(Method::GET, "", None, 200).await;
    call(Method::POST, "/submit", Some(fees(400)), 422).await;
    call(Method::PATCH, "", Some(json!({})), 422).await;
    call(Method::PATCH, "", Some(whole.clone()), 200).await;
    call(Method::POST, "/check", Some(whole), 200).await;
    call(Method::POST, "/submit", Some(fees(1)), 422).await;
    let id = call(Method::POST, "/submit", Some(fees(400)), 202).await["registration"]["id"].clone();
    call(Method::POST, "/submit", Some(fees(400)), 409).await;
    call(Method::GET, "admin?state=draft", None, 200).await;
    call(Method::GET, "admin?state=gone", None, 422).await;
    assert_eq!(call(Method::GET, "admin", None, 200).await["registrations"].as_array().unwrap().len(), 1);
    let notes = format!("admin/{}/notes", id.as_str().unwrap());
    call(Method::POST, &notes, Some(json!({ "action": "resubmitted" })), 409).await;
    call(Method::POST, &notes, Some(json!({ "action": "reason" })), 422).await;
    call(Method::POST, "admin/x/notes", Some(json!({ "action": "resubmitted" })), 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_about_settings_fit_the_document() {
    let document = parsed();
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let call = async |function: &str, method: Method, path: &str, body: Option<Value>, status: u16| {
        let url = app.api(&org.id, path);
        let answer = app.call(method, &url, Some(&org.admin_token), body.as_ref(), &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{function}: {answer:?}");
        assert_documented(&document, function, &answer);
        answer.body
    };

    // Phoenix has no daylight saving time. It is quiet there now, and for a while yet.
    let now = shared::clock::now() - chrono::TimeDelta::hours(7);
    let hour = |hours| (now + chrono::TimeDelta::hours(hours)).format("%H:%M").to_string();
    let quiet = json!({ "quietHours": { "start": hour(-1), "end": hour(3) } });
    call("update-workspace", Method::PATCH, "", Some(quiet), 200).await;
    call("update-workspace", Method::PATCH, "", Some(json!({ "quietHours": { "start": "9 pm" } })), 422).await;
    let retention = |days: i64| json!({ "retention": { "messageDays": days, "mediaDays": null } });
    call("update-workspace", Method::PATCH, "", Some(retention(30)), 200).await;
    call("update-workspace", Method::PATCH, "", Some(retention(1)), 422).await;
    call("read-workspace", Method::GET, "", None, 200).await;
    let text = json!({ "channel": "sms", "to": "+16025550123", "body": "Good morning" });
    let sent = call("send-message", Method::POST, "/messages", Some(text), 201).await;
    let path = format!("/messages/{}", sent["message"]["id"].as_str().unwrap());
    call("cancel-message", Method::DELETE, &path, None, 200).await;
    call("cancel-message", Method::DELETE, "/messages/x", None, 404).await;
    let text = json!({ "channel": "sms", "to": "+14055550123", "body": "Good morning" });
    call("update-workspace", Method::PATCH, "", Some(json!({ "quietHours": null })), 200).await;
    let sent = call("send-message", Method::POST, "/messages", Some(text), 201).await;
    let path = format!("/messages/{}", sent["message"]["id"].as_str().unwrap());
    call("cancel-message", Method::DELETE, &path, None, 409).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_refusals_fit_the_document() {
    let document = parsed();
    let app = TestApp::start().await;
    let org = app.organization("pro").await;

    for (function, path) in [
        ("read-workspace", ""),
        ("list-numbers", "/phone-numbers"),
        ("list-conversations", "/conversations"),
        ("read-conversation", "/conversations/x/messages"),
    ] {
        let answer = app.call(Method::GET, &app.api(&org.id, path), None, None, &[]).await;
        assert_eq!(answer.status, 401, "{function}");
        assert_documented(&document, function, &answer);
        let foreign = app.call(Method::GET, &app.api("org_other", path), Some(&org.admin_token), None, &[]).await;
        assert_eq!(foreign.status, 404, "{function}");
        assert_documented(&document, function, &foreign);
    }
    for (function, path, status) in [
        ("list-numbers", "/phone-numbers?status=lost", 422),
        ("list-conversations", "/conversations?limit=0", 422),
        ("read-conversation", "/conversations/x/messages?cursor=x", 422),
        ("read-conversation", "/conversations/x/messages", 404),
    ] {
        let answer = app.get(&org, path).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_documented(&document, function, &answer);
    }
    for (body, code) in [
        (json!({}), "invalid_request"),
        (json!({ "channel": "sms", "to": "+14055550123", "body": "" }), "message_empty"),
        (json!({ "channel": "sms", "to": "+447400123456", "body": "Hello" }), "invalid_destination"),
        (json!({ "channel": "voice", "to": "+14055550123" }), "message_empty"),
        (json!({ "channel": "voice", "to": "+19002010100", "body": "Hello" }), "invalid_destination"),
    ] {
        let answer = app.post(&org, "/messages", &body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some(code)), "{answer:?}");
        assert_documented(&document, "send-message", &answer);
    }
    for (body, code) in [
        (json!({}), "invalid_request"),
        (json!({ "memberPhoneNumber": "+14055550150", "to": "+14059110123" }), "invalid_destination"),
        (json!({ "memberPhoneNumber": "+14055550123", "to": "+14055550123" }), "invalid_member_number"),
    ] {
        let answer = app.post(&org, "/calls", &body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some(code)), "{answer:?}");
        assert_documented(&document, "start-call", &answer);
    }
}
