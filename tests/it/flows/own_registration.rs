//! A workspace registers its own company and texts (10DLC): drafts, fees, refusals, callbacks that come or do not, and the
//! numbers that move over.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    openapi::registration::{brand, campaign},
    support::{Answer, Organization, TestApp, sign_json},
};

const FEES: (i64, i64, i64) = (400, 750, 150);

fn fees((brand, vetting, month): (i64, i64, i64)) -> Value {
    json!({ "agreedFees": { "brandCents": brand, "campaignVettingCents": vetting, "campaignMonthlyCents": month } })
}

async fn start() -> TestApp {
    TestApp::start_with(|options| {
        options.parameters.insert("PlatformAdmins".to_owned(), "user_platform".to_owned());
    })
    .await
}

async fn save(app: &TestApp, org: &Organization, body: Value) -> Answer {
    let url = app.api(&org.id, "/registration");
    app.call(Method::PATCH, &url, Some(&org.admin_token), Some(&body), &[]).await
}

async fn read(app: &TestApp, org: &Organization) -> Value {
    let answer = app.get(org, "/registration").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.body["registration"].clone()
}

async fn submit(app: &TestApp, org: &Organization) -> Answer {
    app.post(org, "/registration/submit", &fees(FEES)).await
}

/// A submitted registration.
async fn submitted(app: &TestApp, org: &Organization) {
    let saved = save(app, org, json!({ "brand": brand(), "campaign": campaign() })).await;
    assert_eq!((saved.status, &saved.body["registration"]["findings"]), (StatusCode::OK, &json!([])), "{saved:?}");
    let answer = submit(app, org).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
    assert_eq!(answer.body["registration"]["state"], "brand_pending");
}

async fn wait_for(app: &TestApp, org: &Organization, state: &str) -> Value {
    app.eventually(state, async || {
        let registration = read(app, org).await;
        (registration["state"] == state).then_some(registration)
    })
    .await
}

async fn operator(app: &TestApp, method: Method, path: &str, body: Option<Value>) -> Answer {
    let token = app.token_by("organization=org_nobody&role=member&user=user_platform&ttl=3600").await;
    let url = format!("{}/api/admin/registrations{path}", app.stack.urls.api);
    app.call(method, &url, Some(&token), body.as_ref(), &[]).await
}

async fn delete(app: &TestApp, org: &Organization) {
    let url = format!("{}/_sim/organizations/{}", app.stack.urls.clerk, org.id);
    let answer = app.call(Method::DELETE, &url, None, Some(&json!({})), &[]).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

async fn at_carrier(app: &TestApp, what: &str) -> Vec<Value> {
    app.sim_get(&format!("/{what}")).await[what].as_array().unwrap().clone()
}

async fn charges(app: &TestApp) -> Vec<(i64, i64)> {
    let sql = "SELECT estimated_micros, revenue_micros FROM carrier_charges
        WHERE service = 'registration' AND workspace_id IS NOT NULL ORDER BY created_at, estimated_micros";
    app.rows(sql, &[]).await.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn sweep(app: &TestApp) -> Value {
    app.stack.fire("sweep").await.expect("the sweep goes well")
}

/// As if nobody had looked for a day.
async fn a_day_later(app: &TestApp) {
    app.rows("UPDATE messaging_brands SET looked_at = now() - interval '1 day', leased_until = NULL RETURNING id", &[])
        .await;
}

async fn report(app: &TestApp, event: &Value) {
    let (url, body) = (&app.stack.urls.registration_webhook, event.to_string());
    let signature = sign_json(&app.stack.urls.signalwire_signing_key, url, &body);
    let headers = [("x-signalwire-signature", signature.as_str())];
    let answer = app.post_raw(url, "application/json", body.into_bytes(), &headers).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

fn campaign_event(kind: &str, id: &Value, at: &str) -> Value {
    json!({ "project_id": "p", "event_at": at, "event_category": "campaign", "event_type": kind, "state": "x",
        "brand_id": "b", "campaign_id": id })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_checked_paid_for_approved_and_takes_the_numbers_over() {
    let app = start().await;
    let org = app.organization("enterprise").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    assert_eq!(number["messagingStatus"], "ready");
    let platform = app.bought_numbers().await[0]["assignment"]["campaignId"].clone();

    let empty = read(&app, &org).await;
    assert_eq!((&empty["id"], &empty["state"], &empty["editable"]), (&Value::Null, &json!("draft"), &json!("all")));
    assert_eq!(submit(&app, &org).await.body["code"], "registration_incomplete");
    let checked = json!({ "brand": brand(), "campaign": { "samples": ["Hi"], "useCase": "MIXED" } });
    let checked = app.post(&org, "/registration/check", &checked).await;
    let findings = checked.body["findings"].as_array().unwrap().clone();
    assert!(findings.iter().any(|f| f["field"] == "campaign.samples[0]" && f["code"] == "too_short"), "{findings:?}");
    assert!(findings.iter().all(|f| f["advice"].as_str().is_some_and(|text| text.len() > 10)), "{findings:?}");

    save(&app, &org, json!({ "brand": brand(), "campaign": campaign() })).await;
    let changed = app.post(&org, "/registration/submit", &fees((399, 750, 150))).await;
    assert_eq!((changed.status, &changed.body["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("fees_changed")));
    assert_eq!(changed.body["fees"]["dueNow"], fees(FEES)["agreedFees"]);

    submitted(&app, &org).await;
    let active = wait_for(&app, &org, "active").await;
    assert!(active["approvedAt"].is_string() && active["brandVerifiedAt"].is_string(), "{active}");
    assert_eq!(save(&app, &org, json!({ "brand": brand() })).await.body["code"], "registration_in_progress");
    app.eventually("the number has moved", async || {
        let numbers = read(&app, &org).await["numbers"].clone();
        (numbers["own"] == 1 && numbers["moving"] == 0).then_some(())
    })
    .await;
    let moved = app.bought_numbers().await[0]["assignment"].clone();
    assert_eq!(moved["campaignId"], at_carrier(&app, "campaigns").await[0]["id"]);
    assert_ne!(moved["campaignId"], platform);
    assert_eq!(app.wait_for_numbers(&org, 1).await[0]["messagingStatus"], "ready");
    let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });
    assert_eq!(app.post(&org, "/messages", &send).await.body["message"]["senderReason"], "primary");

    // A new number is the own campaign's at once.
    app.post(&org, "/phone-numbers", &json!({ "numberType": "sales" })).await;
    app.wait_for_numbers(&org, 2).await;
    let assigned = app.bought_numbers().await;
    assert!(assigned.iter().all(|number| number["assignment"]["campaignId"] == moved["campaignId"]), "{assigned:?}");

    // Brand and vetting once, and the month; the platform's campaign is still the platform's.
    for _ in 0..2 {
        sweep(&app).await;
    }
    assert_eq!(charges(&app).await, [(4_000_000, 4_000_000), (7_500_000, 7_500_000), (1_500_000, 1_500_000)]);
    let platform = "SELECT count(*) FROM carrier_charges WHERE service = 'registration' AND workspace_id IS NULL";
    assert_eq!(app.count(platform, &[]).await, 1);
    assert!(!app.log_text().contains("3456789"), "the tax number is in no log");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_company_is_corrected_by_the_operator_and_a_refused_campaign_by_another() {
    let app = start().await;
    app.sim_patch("/settings", json!({ "brandsVerified": false, "campaignsApproved": false })).await;
    let org = app.organization("starter").await;
    submitted(&app, &org).await;
    let refused = wait_for(&app, &org, "brand_unverified").await;
    let id = refused["id"].as_str().unwrap().to_owned();

    let listed = operator(&app, Method::GET, "?needsOperator=true", None).await;
    assert_eq!(listed.body["registrations"][0]["operatorTask"], "give_reason", "{listed:?}");
    let note = json!({ "action": "reason", "reason": "Another company has this EIN." });
    operator(&app, Method::POST, &format!("/{id}/notes"), Some(note)).await;
    let explained = read(&app, &org).await;
    assert_eq!(explained["reason"], "Another company has this EIN.");
    assert_eq!(explained["history"].as_array().unwrap().last().unwrap()["reason"], explained["reason"]);

    let mut corrected = brand();
    corrected["ein"] = json!("98-7654321");
    save(&app, &org, json!({ "brand": corrected })).await;
    assert_eq!(submit(&app, &org).await.status, StatusCode::ACCEPTED);
    // The carrier still says what it said before, which does not count any more.
    a_day_later(&app).await;
    sweep(&app).await;
    let waiting = read(&app, &org).await;
    assert_eq!(waiting["state"], "brand_pending");
    assert!(waiting["correctionRequestedAt"].is_string());
    let listed = operator(&app, Method::GET, "?needsOperator=true", None).await.body["registrations"][0].clone();
    assert_eq!(
        (&listed["operatorTask"], &listed["brand"]["ein"]),
        (&json!("hand_in_correction"), &json!("98-7654321"))
    );
    let note = json!({ "action": "resubmitted" });
    assert_eq!(operator(&app, Method::POST, &format!("/{id}/notes"), Some(note.clone())).await.status, 200);
    let again = operator(&app, Method::POST, &format!("/{id}/notes"), Some(note)).await;
    assert_eq!(again.body["code"], "no_correction_requested");
    let brand_id = at_carrier(&app, "brands").await[0]["id"].as_str().unwrap().to_owned();
    app.sim_patch(&format!("/brands/{brand_id}"), json!({ "state": "completed" })).await;

    let refused = wait_for(&app, &org, "refused").await;
    assert_eq!((&refused["editable"], &refused["fees"]["dueNow"]["brandCents"]), (&json!("campaign"), &json!(0)));
    assert_eq!(save(&app, &org, json!({ "brand": brand() })).await.body["code"], "brand_is_verified");
    app.sim_patch("/settings", json!({ "campaignsApproved": true })).await;
    let mut other = campaign();
    other["description"] = json!("Alpine Dental reminds its patients of their appointments by text message.");
    save(&app, &org, json!({ "campaign": other })).await;
    assert_eq!(app.post(&org, "/registration/submit", &fees((0, 750, 150))).await.status, StatusCode::ACCEPTED);
    wait_for(&app, &org, "active").await;
    assert_eq!((at_carrier(&app, "brands").await.len(), at_carrier(&app, "campaigns").await.len()), (1, 2));
    let mut paid = charges(&app).await;
    paid.sort_unstable();
    assert_eq!(paid, [(4_000_000, 4_000_000), (4_000_000, 4_000_000), (7_500_000, 7_500_000), (7_500_000, 7_500_000)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_makes_up_for_lost_callbacks() {
    let app = start().await;
    app.sim_patch("/settings", json!({ "dropRegistryCallbacks": true, "brandDelayMs": 3_600_000 })).await;
    let org = app.organization("starter").await;
    submitted(&app, &org).await;
    let brand = app.eventually("the brand is made", async || at_carrier(&app, "brands").await.pop()).await;
    app.sim_patch("/settings", json!({ "campaignDelayMs": 3_600_000 })).await;
    let path = format!("/brands/{}", brand["id"].as_str().unwrap());
    app.sim_patch(&path, json!({ "state": "completed" })).await;
    for (state, decision) in [("campaign_pending", "active"), ("active", "inactive"), ("deactivated", "active")] {
        app.eventually(state, async || {
            a_day_later(&app).await;
            sweep(&app).await;
            (read(&app, &org).await["state"] == state).then_some(())
        })
        .await;
        let campaign = app.eventually("the campaign is made", async || at_carrier(&app, "campaigns").await.pop()).await;
        app.sim_patch(&format!("/campaigns/{}", campaign["id"].as_str().unwrap()), json!({ "state": decision })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn late_and_doubled_callbacks_change_nothing() {
    let app = start().await;
    let org = app.organization("starter").await;
    submitted(&app, &org).await;
    wait_for(&app, &org, "active").await;
    let campaign = at_carrier(&app, "campaigns").await[0]["id"].clone();
    let brand = at_carrier(&app, "brands").await[0]["id"].clone();
    let unverified = json!({ "event_type": "brand_unverified", "event_at": "2099-01-01T00:00:00Z", "brand_id": brand });
    let late = campaign_event("campaign_deactivated", &campaign, "2026-01-01T00:00:00Z");
    for event in
        [&unverified, &late, &campaign_event("campaign_deactivated", &json!("another"), "2099-01-01T00:00:00Z")]
    {
        for _ in 0..2 {
            report(&app, event).await;
            assert_eq!(read(&app, &org).await["state"], "active", "{event}");
        }
    }
    let deactivated = campaign_event("campaign_deactivated", &campaign, "2098-01-01T00:00:00Z");
    report(&app, &deactivated).await;
    report(&app, &campaign_event("campaign_activated", &campaign, "2097-01-01T00:00:00Z")).await;
    let lost = read(&app, &org).await;
    assert_eq!(lost["state"], "deactivated");
    let entries = lost["history"].as_array().unwrap().len();
    report(&app, &deactivated).await;
    assert_eq!(read(&app, &org).await["history"].as_array().unwrap().len(), entries, "each state once");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_submissions_at_once_and_lost_answers_make_one_brand_and_one_campaign() {
    let app = start().await;
    for operation in ["create_brand", "create_campaign"] {
        app.sim_post("/faults", json!({ "operation": operation, "kind": "lost_answer" })).await;
    }
    let org = app.organization("starter").await;
    save(&app, &org, json!({ "brand": brand(), "campaign": campaign() })).await;
    let answers = futures_util::future::join_all((0..5).map(|_| submit(&app, &org))).await;
    let taken = answers.iter().filter(|answer| answer.status == StatusCode::ACCEPTED).count();
    assert_eq!(taken, 1, "{answers:?}");
    let refused = |answer: &&Answer| answer.body["code"] == "registration_in_progress";
    assert_eq!(answers.iter().filter(refused).count(), 4, "{answers:?}");
    wait_for(&app, &org, "active").await;
    assert_eq!((at_carrier(&app, "brands").await.len(), at_carrier(&app, "campaigns").await.len()), (1, 1));
    assert_eq!(charges(&app).await.iter().map(|fee| fee.0).sum::<i64>(), 11_500_000, "each fee once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_carrier_does_not_take_says_why_and_can_be_handed_in_again() {
    let app = start().await;
    let org = app.organization("starter").await;
    let mut long = brand();
    // Ours lets it pass; the carrier's own limit is another.
    long["companyName"] = json!("Al Dental");
    save(&app, &org, json!({ "brand": long, "campaign": campaign() })).await;
    assert_eq!(submit(&app, &org).await.body["code"], "registration_incomplete", "no sample has that name");
    app.sim_post("/faults", json!({ "operation": "create_brand", "kind": "unauthorized" })).await;
    submitted(&app, &org).await;
    app.eventually("the operator hears of it", async || app.log_text().contains("does not make it").then_some(()))
        .await;
    assert_eq!(read(&app, &org).await["state"], "brand_pending", "nobody but the operator can do anything");
    a_day_later(&app).await;
    sweep(&app).await;
    wait_for(&app, &org, "active").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_moves_cannot_text_says_so_and_is_never_in_two_campaigns() {
    let app = start().await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    // Out of the old campaign nothing gets for a while, into the new one even longer.
    app.sim_post("/faults", json!({ "operation": "unassign", "kind": "error_after" })).await;
    app.sim_patch("/settings", json!({ "assignmentDelayMs": 4_000 })).await;
    submitted(&app, &org).await;
    wait_for(&app, &org, "active").await;
    app.eventually("it says that it moves", async || {
        let number = app.wait_for_numbers(&org, 1).await.remove(0);
        let reason = number["messagingFailureReason"].as_str().unwrap_or_default().to_owned();
        (number["messagingStatus"] == "pending" && reason.contains("moving")).then_some(())
    })
    .await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi", "phoneNumberId": number["id"] });
    assert_eq!(app.post(&org, "/messages", &send).await.body["code"], "number_not_ready");
    // News of the campaign that it left.
    let late = json!({ "event_type": "number_assignment_activated", "event_at": "2099-01-01T00:00:00Z",
        "phone_number_id": number["phoneNumberSid"],
        "campaign_id": app.rows("SELECT former_campaign_id FROM workspace_phone_numbers", &[]).await[0].get::<_, String>(0) });
    report(&app, &late).await;
    sweep(&app).await;
    assert_eq!(app.wait_for_numbers(&org, 1).await[0]["messagingStatus"], "pending");
    app.eventually("it can text again", async || {
        let number = app.wait_for_numbers(&org, 1).await.remove(0);
        (number["messagingStatus"] == "ready").then_some(())
    })
    .await;
    let own = at_carrier(&app, "campaigns").await[0]["id"].clone();
    assert_eq!(app.bought_numbers().await[0]["assignment"]["campaignId"], own);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_is_lost_stops_its_numbers_and_the_platforms_is_no_way_out() {
    let app = start().await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    submitted(&app, &org).await;
    wait_for(&app, &org, "active").await;
    app.eventually("the number has moved", async || (read(&app, &org).await["numbers"]["own"] == 1).then_some(()))
        .await;
    let own = at_carrier(&app, "campaigns").await[0]["id"].as_str().unwrap().to_owned();
    app.sim_patch(&format!("/campaigns/{own}"), json!({ "state": "inactive" })).await;
    wait_for(&app, &org, "deactivated").await;
    sweep(&app).await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    assert_eq!(number["messagingStatus"], "failed");
    assert!(number["messagingFailureReason"].as_str().unwrap().contains("not approved any more"), "{number}");
    app.post(&org, "/phone-numbers", &json!({ "numberType": "sales" })).await;
    app.eventually("the new one waits and says why", async || {
        let number = app.wait_for_numbers(&org, 2).await.remove(1);
        let reason = number["messagingFailureReason"].as_str().unwrap_or_default().to_owned();
        (number["messagingStatus"] == "pending" && reason.contains("not approved")).then_some(())
    })
    .await;

    app.sim_patch(&format!("/campaigns/{own}"), json!({ "state": "active" })).await;
    wait_for(&app, &org, "active").await;
    app.eventually("both can text", async || {
        app.rows(
            "UPDATE workspace_phone_numbers SET messaging_looked_at = now() - interval '1 hour' RETURNING id",
            &[],
        )
        .await;
        sweep(&app).await;
        let numbers = app.wait_for_numbers(&org, 2).await;
        numbers.iter().all(|number| number["messagingStatus"] == "ready").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_campaign_is_made_or_paid_for_when_the_organisation_was_deleted() {
    let app = start().await;
    app.sim_patch("/settings", json!({ "brandDelayMs": 3_600_000 })).await;
    let org = app.organization("starter").await;
    submitted(&app, &org).await;
    app.eventually("the company is made", async || (charges(&app).await.len() == 1).then_some(())).await;
    let brand = at_carrier(&app, "brands").await.remove(0);
    delete(&app, &org).await;

    app.sim_patch(&format!("/brands/{}", brand["id"].as_str().unwrap()), json!({ "state": "completed" })).await;
    let told = "SELECT count(*) FROM webhook_events WHERE event_type = 'brand_activated'";
    app.eventually("the news has come", async || (app.count(told, &[]).await == 1).then_some(())).await;
    a_day_later(&app).await;
    assert_eq!(sweep(&app).await["registrations"], 0, "nobody looks at it any more");

    // What the queue has about it comes before what is submitted now.
    app.sim_patch("/settings", json!({ "brandDelayMs": 500 })).await;
    let other = app.organization("starter").await;
    submitted(&app, &other).await;
    wait_for(&app, &other, "active").await;
    assert_eq!((at_carrier(&app, "brands").await.len(), at_carrier(&app, "campaigns").await.len()), (2, 1));
    assert_eq!(charges(&app).await, [(4_000_000, 4_000_000), (4_000_000, 4_000_000), (7_500_000, 7_500_000)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_campaign_of_a_deleted_organisation_costs_until_the_operator_ends_it() {
    const TASK: &str = "the workspace is deleted and its campaign goes on costing";
    let app = start().await;
    app.sim_patch("/settings", json!({ "campaignDelayMs": 3_600_000 })).await;
    app.sim_post("/faults", json!({ "operation": "create_campaign", "kind": "lost_answer" })).await;
    let org = app.organization("starter").await;
    submitted(&app, &org).await;
    let campaign = app.eventually("the campaign is made", async || at_carrier(&app, "campaigns").await.pop()).await;
    delete(&app, &org).await;

    // Nobody knew yet that it is made: it is looked for all the same, and none is made beside it.
    app.eventually("the operator hears of it", async || app.log_text().contains(TASK).then_some(())).await;
    assert_eq!(at_carrier(&app, "campaigns").await.len(), 1);
    let listed = operator(&app, Method::GET, "?needsOperator=true", None).await.body["registrations"][0].clone();
    assert_eq!((&listed["operatorTask"], &listed["carrierCampaignId"]), (&json!("end_campaign"), &campaign["id"]));
    let path = format!("/campaigns/{}", campaign["id"].as_str().unwrap());
    app.sim_patch(&path, json!({ "state": "active" })).await;
    let approved = "SELECT count(*) FROM messaging_campaigns WHERE approved_at IS NOT NULL";
    app.eventually("it is approved", async || (app.count(approved, &[]).await == 1).then_some(())).await;
    sweep(&app).await;
    let fees = [(4_000_000, 4_000_000), (7_500_000, 7_500_000), (1_500_000, 0)];
    assert_eq!(charges(&app).await, fees, "the month costs the platform, and nobody pays for it");

    app.sim_patch(&path, json!({ "state": "inactive" })).await;
    let ended = "SELECT count(*) FROM messaging_campaigns WHERE ended_at IS NOT NULL AND end_requested_at IS NULL";
    app.eventually("it has ended", async || {
        a_day_later(&app).await;
        sweep(&app).await;
        (app.count(ended, &[]).await == 1).then_some(())
    })
    .await;
    let listed = operator(&app, Method::GET, "?needsOperator=true", None).await;
    assert_eq!(listed.body["registrations"], json!([]), "nothing is left to do");
    a_day_later(&app).await;
    assert_eq!(sweep(&app).await["registrations"], 0, "nobody looks at it any more");
    assert_eq!(app.log_text().matches(TASK).count(), 1, "the operator is told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_workspaces_and_members_see_nothing_of_it() {
    let app = start().await;
    let (org, other) = (app.organization("starter").await, app.organization("starter").await);
    submitted(&app, &org).await;
    let mine = read(&app, &org).await;
    assert_eq!(read(&app, &other).await["id"], Value::Null);
    let member = app.token(&org.id, "member", &org.user_id).await;
    let url = app.api(&org.id, "/registration");
    let answer = app.call(Method::GET, &url, Some(&member), None, &[]).await;
    assert_eq!((answer.status, &answer.body["code"]), (StatusCode::FORBIDDEN, &json!("admin_required")));
    let admin = format!("{}/api/admin/registrations", app.stack.urls.api);
    for path in [admin.clone(), format!("{admin}/{}/notes", mine["id"].as_str().unwrap())] {
        let method = if path == admin { Method::GET } else { Method::POST };
        let body = json!({ "action": "resubmitted" });
        let answer = app.call(method, &path, Some(&org.admin_token), Some(&body), &[]).await;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{path}");
    }
}
