//! The sweep finds what nobody else would.

use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

async fn sweep(app: &TestApp) -> Value {
    app.stack.fire("sweep").await.expect("the sweep goes well")
}

async fn bought(app: &TestApp) -> usize {
    app.bought_numbers().await.len()
}

async fn release_now(app: &TestApp) {
    app.rows(
        "WITH gone AS (UPDATE workspace_phone_numbers SET status = 'released', released_at = now()
             RETURNING id, workspace_id, phone_number_sid)
         INSERT INTO carrier_releases (phone_number_id, workspace_id, phone_number_sid) SELECT * FROM gone
         RETURNING phone_number_id",
        &[],
    )
    .await;
}

async fn one_number(app: &TestApp) -> (Organization, Value) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    (org, number)
}

fn text<'a>(number: &'a Value, name: &str) -> &'a str {
    number[name].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_world_stays_as_it_is() {
    let app = TestApp::start().await;
    one_number(&app).await;
    let first = sweep(&app).await;
    assert_eq!(first["numberMonths"], 1, "the number's first month is charged: {first}");
    let report = sweep(&app).await;
    assert!(report.as_object().unwrap().values().all(|count| count == 0), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_young_number_is_given_back_when_the_carrier_allows_it() {
    let app = TestApp::start().await;
    let (_, number) = one_number(&app).await;
    release_now(&app).await;
    assert_eq!(sweep(&app).await["carrierReleases"], 1);
    let due = "SELECT count(*) FROM carrier_releases
        WHERE failure_code = 'too_early_to_release' AND due_at > now() + interval '13 days' AND finished_at IS NULL";
    app.eventually("it is put off", async || (app.count(due, &[]).await == 1).then_some(())).await;
    assert_eq!((sweep(&app).await["carrierReleases"].clone(), bought(&app).await), (json!(0), 1));

    let old = json!({ "purchasedAt": "2020-01-01T00:00:00Z" });
    app.sim_patch(&format!("/numbers/{}", text(&number, "phoneNumber")), old).await;
    app.rows("UPDATE carrier_releases SET due_at = now() RETURNING phone_number_id", &[]).await;
    assert_eq!(sweep(&app).await["carrierReleases"], 1);
    app.eventually("the carrier has it back", async || (bought(&app).await == 0).then_some(())).await;
    let finished = "SELECT count(*) FROM carrier_releases WHERE finished_at IS NOT NULL";
    app.eventually("it is noted", async || (app.count(finished, &[]).await == 1).then_some(())).await;
    let report = sweep(&app).await;
    assert!(report.as_object().unwrap().values().all(|count| count == 0), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_whose_answer_was_lost_is_done_once() {
    for kind in ["lost_answer", "error_before", "error_after"] {
        let app = TestApp::start().await;
        app.sim_patch("/settings", json!({ "releaseAfterSeconds": 0 })).await;
        one_number(&app).await;
        app.sim_post("/faults", json!({ "operation": "release", "kind": kind })).await;
        release_now(&app).await;
        sweep(&app).await;
        let finished = "SELECT count(*) FROM carrier_releases WHERE finished_at IS NOT NULL";
        app.eventually("the carrier has it back", async || (app.count(finished, &[]).await == 1).then_some(())).await;
        assert_eq!(bought(&app).await, 0, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stuck_goes_on() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    app.rows(
        "INSERT INTO number_provisionings (workspace_id, number_type, queued_at, created_at, updated_at)
         SELECT id, 'primary', now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour'
         FROM workspaces RETURNING id",
        &[],
    )
    .await;
    app.rows("UPDATE workspaces SET subscription_tier = 'professional' RETURNING id", &[]).await;
    assert_eq!(sweep(&app).await["provisionings"], 1);
    app.wait_for_numbers(&org, 1).await;
    assert_eq!(bought(&app).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_of_a_failed_provisioning_goes_to_its_workspace() {
    let app = TestApp::start().await;
    app.sim_post("/faults", json!({ "operation": "purchase", "kind": "low_balance" })).await;
    let org = app.organization_told_once("pro").await;
    let failed = "SELECT id::text FROM number_provisionings WHERE state = 'failed'";
    let id: String =
        app.eventually("it has failed", async || app.rows(failed, &[]).await.first().map(|row| row.get(0))).await;
    let orphan = json!({ "phoneNumber": "+14055550188", "friendlyName": format!("sb-{id}"),
        "smsUrl": app.stack.urls.message_webhook });
    app.sim_post("/numbers", orphan).await;

    let report = sweep(&app).await;
    assert_eq!((&report["orphans"], &report["adopted"]), (&json!(1), &json!(1)));
    let numbers = app.wait_for_numbers(&org, 1).await;
    assert_eq!(
        (numbers[0]["phoneNumber"].as_str(), numbers[0]["messagingStatus"].as_str()),
        (Some("+14055550188"), Some("ready"))
    );
    assert_eq!((sweep(&app).await["orphans"].clone(), bought(&app).await), (json!(0), 1));

    let foreign = json!({ "phoneNumber": "+14055550189", "friendlyName": "somebody's", "smsUrl": null });
    let second = json!({ "phoneNumber": "+14055550190", "friendlyName": format!("sb-{id}"), "smsUrl": null });
    app.sim_post("/numbers", foreign).await;
    app.sim_post("/numbers", second).await;
    let report = sweep(&app).await;
    assert_eq!((&report["orphans"], &report["adopted"]), (&json!(2), &json!(0)), "the workspace is at its limit");
    assert!(app.log_text().contains("orphan number at the carrier"));
    assert!(!app.log_text().contains("+14055550190"), "numbers are not logged in full");
    app.wait_for_numbers(&org, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ghost_is_marked_and_reported_once() {
    let app = TestApp::start().await;
    let (org, number) = one_number(&app).await;
    let url = format!("{}/_sim/numbers/{}", app.stack.urls.signalwire, text(&number, "phoneNumber"));
    app.call(reqwest::Method::DELETE, &url, None, None, &[]).await;
    assert_eq!(sweep(&app).await["ghosts"], 1);
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    assert_eq!(number["messagingStatus"], "failed");
    assert!(text(&number, "messagingFailureReason").contains("does not have this number"));
    assert!(app.log_text().contains("ghost number"));
    assert_eq!(sweep(&app).await["ghosts"], 0);

    // Although it is the workspace's last.
    let path = format!("/phone-numbers/{}", text(&number, "id"));
    let released = app.call(reqwest::Method::DELETE, &app.api(&org.id, &path), Some(&org.admin_token), None, &[]).await;
    assert_eq!((released.status.as_u16(), &released.body["phoneNumber"]["status"]), (200, &json!("released")));
    let another = app.post(&org, "/phone-numbers", &json!({ "numberType": "primary" })).await;
    assert!(another.status.is_success(), "{another:?}");
    app.wait_for_numbers(&org, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_somebody_changed_are_repaired() {
    let app = TestApp::start().await;
    let (_, number) = one_number(&app).await;
    let urls = &app.stack.urls;
    let address = format!(
        "{}/api/laml/2010-04-01/Accounts/{}/IncomingPhoneNumbers/{}.json",
        urls.signalwire,
        urls.signalwire_project,
        text(&number, "phoneNumberSid")
    );
    let credentials = format!("{}:{}", urls.signalwire_project, urls.signalwire_token);
    let basic = format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, credentials));
    let form = [("SmsUrl", "https://elsewhere.example/sms")];
    let changed = app.post_form(&address, &form, &[("authorization", &basic)]).await;
    assert!(changed.status.is_success(), "{changed:?}");

    assert_eq!(sweep(&app).await["repaired"], 1);
    let numbers = app.bought_numbers().await;
    assert!(numbers[0].to_string().contains(&urls.message_webhook), "{numbers:?}");
    assert_eq!(sweep(&app).await["repaired"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_part_that_fails_stops_no_other() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "releaseAfterSeconds": 0 })).await;
    one_number(&app).await;
    release_now(&app).await;
    app.sim_post("/faults", json!({ "operation": "list_numbers", "kind": "unauthorized", "count": 9 })).await;
    let error = app.stack.fire("sweep").await.expect_err("the runtime hears of it").to_string();
    assert!(error.contains("carrier"), "{error}");
    app.eventually("the release went on", async || (bought(&app).await == 0).then_some(())).await;
}
