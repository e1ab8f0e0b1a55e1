//! Where an ambulance goes, and toll-free verification.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Organization, TestApp};

fn address(street: &str) -> Value {
    json!({ "firstName": "Ada", "lastName": "Bird", "streetNumber": "12", "streetName": street, "unitType": "Suite",
        "unitNumber": "4", "city": "Tulsa", "state": "OK", "postalCode": "74103", "country": "US" })
}

async fn set(app: &TestApp, org: &Organization, id: &Value, body: Option<Value>) -> Answer {
    let url = app.api(&org.id, &format!("/phone-numbers/{}/emergency-address", id.as_str().unwrap()));
    let method = if body.is_some() { Method::PATCH } else { Method::DELETE };
    app.call(method, &url, Some(&org.admin_token), body.as_ref(), &[]).await
}

async fn wait_for(app: &TestApp, org: &Organization, status: &str) -> Value {
    app.eventually(status, async || {
        let number = app.wait_for_numbers(org, 1).await.remove(0);
        (number["emergencyAddress"]["status"] == status).then_some(number)
    })
    .await
}

/// Lets the sweep find what is open, as if nobody had looked for a day; whoever is at work finishes first.
async fn sweep(app: &TestApp) {
    let sql = "UPDATE workspace_phone_numbers SET emergency_address_looked_at = now() - interval '1 day'
        WHERE emergency_address_status IN ('pending', 'removing')
            AND emergency_address_looked_at <= now() - interval '1 minute' RETURNING id";
    app.eventually("nobody is at work", async || (!app.rows(sql, &[]).await.is_empty()).then_some(())).await;
    app.sweep().await;
}

async fn is_gone(app: &TestApp, org: &Organization) {
    app.eventually("nothing is left of it", async || {
        let number = app.wait_for_numbers(org, 1).await.remove(0);
        (number["emergencyAddress"].is_null() && addresses(app).await.is_empty()).then_some(())
    })
    .await;
}

async fn addresses(app: &TestApp) -> Vec<Value> {
    app.sim_get("/addresses").await["addresses"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_gets_an_emergency_address_another_one_and_none() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    let id = &number["id"];
    assert_eq!((&number["emergencyAddress"], &number["emergencyAddressMissing"]), (&Value::Null, &json!(true)));

    let mut wrong = address("Main St");
    wrong["postalCode"] = json!("7410");
    let refused = set(&app, &org, id, Some(wrong)).await;
    assert_eq!(
        (refused.status, &refused.body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("postalCode"))
    );

    let taken = set(&app, &org, id, Some(address("Main St"))).await;
    let shown = &taken.body["phoneNumber"];
    assert_eq!((taken.status, &shown["emergencyAddressMissing"]), (StatusCode::ACCEPTED, &json!(false)), "{shown}");
    let active = wait_for(&app, &org, "active").await;
    assert_eq!(active["emergencyAddress"]["address"], address("Main St"));
    assert_eq!(app.bought_numbers().await[0]["e911AddressId"], addresses(&app).await[0]["id"]);
    // Again, and nothing happens.
    set(&app, &org, id, Some(address("Main St"))).await;

    set(&app, &org, id, Some(address("Second St"))).await;
    wait_for(&app, &org, "active").await;
    let all = addresses(&app).await;
    assert_eq!((all.len(), &all[0]["body"]["street_name"]), (1, &json!("Second St")), "the first one is not kept");

    for _ in 0..2 {
        assert_eq!(set(&app, &org, id, None).await.status, StatusCode::ACCEPTED);
    }
    is_gone(&app, &org).await;
    let actions = "SELECT action FROM audit_log WHERE action LIKE 'number.emergency%' ORDER BY created_at";
    let actions: Vec<String> = app.rows(actions, &[]).await.iter().map(|row| row.get(0)).collect();
    let (set, removed) = ("number.emergency_address_set", "number.emergency_address_removed");
    assert_eq!(actions, [set, set, set, removed, removed]);
    assert!(!app.log_text().contains("Main St"), "an address is in no log");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_carriers_refusal_is_shown_with_what_to_do() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    set(&app, &org, &number["id"], Some(address("Nowhere Road"))).await;
    let failed = wait_for(&app, &org, "failed").await;
    assert_eq!(
        failed["emergencyAddress"]["failureReason"],
        "Not taken: Address could not be validated. Check the address against the post office's spelling and save it again."
    );
    assert_eq!(failed["emergencyAddressMissing"], true);
    assert_eq!(addresses(&app).await, Vec::<Value>::new());

    // The carrier takes this one, and then cannot use it.
    app.sim_patch("/settings", json!({ "e911Status": "failed" })).await;
    set(&app, &org, &number["id"], Some(address("Main St"))).await;
    app.eventually("it is not used", async || {
        let number = app.wait_for_numbers(&org, 1).await.remove(0);
        let is_main = number["emergencyAddress"]["address"]["streetName"] == "Main St";
        (is_main && number["emergencyAddress"]["status"] == "failed").then_some(())
    })
    .await;
    // The same again is another attempt.
    app.sim_patch("/settings", json!({ "e911Status": "active" })).await;
    set(&app, &org, &number["id"], Some(address("Main St"))).await;
    wait_for(&app, &org, "active").await;
    assert_eq!(addresses(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_made_once_whatever_gets_lost() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    app.sim_post("/faults", json!({ "operation": "create_address", "kind": "lost_answer" })).await;
    app.sim_post("/faults", json!({ "operation": "assign_e911", "kind": "error_before", "status": 503 })).await;
    app.sim_patch("/settings", json!({ "e911Status": "pending" })).await;
    set(&app, &org, &number["id"], Some(address("Main St"))).await;
    app.eventually("the carrier has the address", async || (addresses(&app).await.len() == 1).then_some(())).await;
    for attempt in ["the assignment that fails", "the assignment", "nothing new"] {
        let before = asked(&app).await;
        sweep(&app).await;
        app.eventually(attempt, async || (asked(&app).await > before).then_some(())).await;
    }
    assert_eq!(wait_for(&app, &org, "pending").await["emergencyAddressMissing"], false);
    let requests = app.sim_get("/requests").await["requests"].as_array().unwrap().clone();
    let count = |operation: &str| requests.iter().filter(|request| request["operation"] == operation).count();
    assert_eq!((count("create_address"), count("assign_e911")), (1, 2));

    // The carrier decides.
    let path = format!("/numbers/{}", number["phoneNumber"].as_str().unwrap());
    app.sim_patch(&path, json!({ "e911Status": "active" })).await;
    sweep(&app).await;
    wait_for(&app, &org, "active").await;
    assert_eq!(addresses(&app).await.len(), 1);
}

/// Requests about addresses that the carrier has answered.
async fn asked(app: &TestApp) -> usize {
    let requests = app.sim_get("/requests").await["requests"].as_array().unwrap().clone();
    let about = |operation: &str| ["assign_e911", "get_relay_number"].contains(&operation);
    requests.iter().filter(|request| request["operation"].as_str().is_some_and(about)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_changes_at_the_same_time_the_last_one_is_at_the_carrier() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    for operation in ["create_address", "assign_e911"] {
        app.sim_post("/faults", json!({ "operation": operation, "kind": "slow", "delayMs": 300, "count": 0 })).await;
    }
    let streets = ["First St", "Second St", "First St", "Third St"];
    let calls = streets.map(|street| set(&app, &org, &number["id"], Some(address(street))));
    for answer in join_all(calls).await {
        assert_eq!(answer.status, StatusCode::ACCEPTED);
    }
    app.eventually("carrier and row agree", async || {
        let number = app.wait_for_numbers(&org, 1).await.remove(0);
        (number["emergencyAddress"]["status"] == "active").then_some(())
    })
    .await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    let all = addresses(&app).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["body"]["street_name"], number["emergencyAddress"]["address"]["streetName"]);
    assert_eq!(app.bought_numbers().await[0]["e911AddressId"], all[0]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_given_back_loses_its_address() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    app.post(&org, "/phone-numbers", &json!({ "areaCode": "405", "numberType": "sales" })).await;
    let number = app.wait_for_numbers(&org, 2).await.remove(1);
    let id = number["id"].as_str().unwrap();
    set(&app, &org, &number["id"], Some(address("Main St"))).await;
    app.eventually("it is active", async || {
        let number = app.wait_for_numbers(&org, 2).await.remove(1);
        (number["emergencyAddress"]["status"] == "active").then_some(())
    })
    .await;
    let url = app.api(&org.id, &format!("/phone-numbers/{id}"));
    let answer = app.call(Method::DELETE, &url, Some(&org.admin_token), None, &[]).await;
    assert_eq!(answer.body["phoneNumber"]["emergencyAddress"]["status"], "removing", "{}", answer.body);
    assert_eq!(answer.body["phoneNumber"]["emergencyAddressMissing"], false);
    let refused = set(&app, &org, &number["id"], Some(address("Main St"))).await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::CONFLICT, &json!("number_released")));
    app.eventually("nothing is left of it", async || {
        let left = "SELECT count(emergency_address) FROM workspace_phone_numbers";
        (app.count(left, &[]).await == 0 && addresses(&app).await.is_empty()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_and_other_workspaces_change_no_emergency_address() {
    let app = TestApp::start().await;
    let (org, other) = (app.organization("pro").await, app.organization("starter").await);
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    let foreign = set(&app, &other, &number["id"], Some(address("Main St"))).await;
    assert_eq!((foreign.status, &foreign.body["code"]), (StatusCode::NOT_FOUND, &json!("number_not_found")));
    let member = app.token(&org.id, "member", &org.user_id).await;
    let url = app.api(&org.id, &format!("/phone-numbers/{}/emergency-address", number["id"].as_str().unwrap()));
    let answer = app.call(Method::PATCH, &url, Some(&member), Some(&address("Main St")), &[]).await;
    assert_eq!(answer.body["code"], "admin_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_carriers_word_about_a_toll_free_number_is_shown() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    let offered = app.get(&org, "/phone-numbers/available?tollFree=true&limit=1").await.body["available"][0].clone();
    app.post(&org, "/phone-numbers", &json!({ "phoneNumber": offered["phoneNumber"], "numberType": "sales" })).await;
    let bought = app.wait_for_numbers(&org, 2).await.remove(1);
    assert_eq!(bought["tollFreeVerification"], "Unverified", "from the purchase on");
    for word in ["Pending", "Verified"] {
        let path = format!("/numbers/{}", offered["phoneNumber"].as_str().unwrap());
        app.sim_patch(&path, json!({ "verificationStatus": word })).await;
        app.stack.fire("sweep").await.expect("the sweep goes well");
        let numbers = app.wait_for_numbers(&org, 2).await;
        assert_eq!(
            (&numbers[0]["tollFreeVerification"], &numbers[1]["tollFreeVerification"]),
            (&Value::Null, &json!(word))
        );
        assert_eq!(numbers[1]["emergencyAddressMissing"], false);
    }
}
