//! Plans go up and down, organisations go: numbers follow, with a grace in which everything can be taken back.

use chrono::Utc;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Organization, TestApp, clerk_headers};

/// Moves the organisation to another plan, at once.
async fn change_plan(app: &TestApp, org: &Organization, plan: &str) {
    let url = format!("{}/_sim/organizations/{}/plan", app.stack.urls.clerk, org.id);
    let answer = app.post_json(&url, &json!({ "plan": plan, "immediately": true })).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

async fn clerk_post(app: &TestApp, org: &Organization, path: &str, body: &Value) {
    let url = format!("{}/_sim/organizations/{}{path}", app.stack.urls.clerk, org.id);
    let answer = app.post_json(&url, body).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

async fn delete(app: &TestApp, org: &Organization) {
    let url = format!("{}/_sim/organizations/{}", app.stack.urls.clerk, org.id);
    let answer = app.call(Method::DELETE, &url, None, Some(&json!({})), &[]).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

/// Status by department, as the owner of the database sees them, oldest first.
async fn statuses(app: &TestApp) -> Vec<String> {
    let sql = "SELECT number_type || ' ' || status FROM workspace_phone_numbers ORDER BY provisioned_at, id";
    app.rows(sql, &[]).await.iter().map(|row| row.get(0)).collect()
}

/// More numbers, as an enterprise would have, without waiting for the carrier.
async fn add_numbers(app: &TestApp, count: i32) {
    app.rows(
        "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
             monthly_cost_cents, messaging_status, provisioned_at)
         SELECT id, '+1405700' || (1000 + i), 'extra-' || i, 'Extra', 'sales', 100, 'ready', now() + i * interval '1 s'
         FROM workspaces, generate_series(1, $1) i RETURNING id",
        &[&count],
    )
    .await;
}

async fn end_grace(app: &TestApp) {
    let sql = "UPDATE workspace_phone_numbers SET release_due_at = now() WHERE status = 'suspended' RETURNING id";
    app.rows(sql, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_provisions_and_a_downgrade_suspends_until_the_next_upgrade() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    change_plan(&app, &org, "pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    let (id, phone) = (number["id"].as_str().unwrap(), number["phoneNumber"].as_str().unwrap());

    change_plan(&app, &org, "starter").await;
    assert_eq!(statuses(&app).await, ["primary suspended"]);
    let grace = "SELECT count(*) FROM workspace_phone_numbers WHERE suspension_reason = 'plan_limit'
        AND release_due_at BETWEEN now() + interval '13 days' AND now() + interval '15 days'";
    assert_eq!(app.count(grace, &[]).await, 1);

    // Texts still arrive; nothing is sent from it.
    app.customer_texts("+14055550123", phone, "Anybody there?").await;
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!(messages[0]["body"], "Anybody there?");
    let mut send = json!({ "channel": "sms", "to": "+14055550123", "body": "Yes" });
    assert_eq!(app.post(&org, "/messages", &send).await.body["message"]["senderReason"], "platform");
    send["conversationId"] = conversation["id"].clone();
    assert_eq!(app.post(&org, "/messages", &send).await.body["message"]["senderReason"], "platform");
    send["phoneNumberId"] = json!(id);
    let refused = app.post(&org, "/messages", &send).await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("number_not_ready")));

    change_plan(&app, &org, "pro").await;
    assert_eq!(statuses(&app).await, ["primary active"]);
    assert_eq!(app.post(&org, "/messages", &send).await.body["message"]["senderReason"], "explicit");
    assert_eq!(
        (app.bought_numbers().await.len(), app.count("SELECT count(*) FROM number_provisionings", &[]).await),
        (1, 1)
    );
    let log =
        "SELECT count(*) FROM audit_log WHERE actor = 'system' AND action IN ('number.suspended', 'number.restored')";
    assert_eq!(app.count(log, &[]).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_primary_and_then_the_oldest_are_kept() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    app.wait_for_numbers(&org, 1).await;
    add_numbers(&app, 3).await;
    // The primary is the youngest now.
    let younger = "UPDATE workspace_phone_numbers SET provisioned_at = now() + interval '1 h'
        WHERE number_type = 'primary' RETURNING id";
    app.rows(younger, &[]).await;

    change_plan(&app, &org, "pro").await;
    let one_left = ["sales suspended", "sales suspended", "sales suspended", "primary active"];
    assert_eq!(statuses(&app).await, one_left);
    change_plan(&app, &org, "starter").await;
    assert!(statuses(&app).await.iter().all(|status| status.ends_with("suspended")));
    change_plan(&app, &org, "pro").await;
    assert_eq!(statuses(&app).await, one_left);
    change_plan(&app, &org, "enterprise").await;
    assert_eq!(statuses(&app).await, ["sales active", "sales active", "sales active", "primary active"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_organisation_keeps_its_number_for_the_grace_and_can_not_use_it() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "releaseAfterSeconds": 0 })).await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    delete(&app, &org).await;
    assert_eq!(statuses(&app).await, ["primary suspended"]);
    let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });
    assert_eq!(app.post(&org, "/messages", &send).await.status, StatusCode::NOT_FOUND);

    app.stack.fire("sweep").await.unwrap();
    assert_eq!(statuses(&app).await, ["primary suspended"], "the grace is not over");
    end_grace(&app).await;
    let report = app.stack.fire("sweep").await.unwrap();
    assert_eq!((&report["released"], &report["carrierReleases"]), (&json!(1), &json!(1)));
    assert_eq!(statuses(&app).await, ["primary released"]);
    app.eventually("the carrier has it back", async || app.bought_numbers().await.is_empty().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_after_the_grace_gets_a_new_number() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "releaseAfterSeconds": 0 })).await;
    let org = app.organization("pro").await;
    let old = app.wait_for_numbers(&org, 1).await.remove(0);
    change_plan(&app, &org, "starter").await;
    end_grace(&app).await;
    app.stack.fire("sweep").await.unwrap();
    app.wait_for_numbers(&org, 0).await;
    change_plan(&app, &org, "pro").await;
    let new = app.wait_for_numbers(&org, 1).await.remove(0);
    assert_ne!(old["id"], new["id"]);
    app.eventually("only one is paid for", async || (app.bought_numbers().await.len() == 1).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_or_unpaid_plan_keeps_its_number_until_it_ends() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    clerk_post(&app, &org, "/plan", &json!({ "plan": "starter" })).await;
    assert_eq!(statuses(&app).await, ["primary active"], "until the period ends");
    clerk_post(&app, &org, "/period-end", &json!({})).await;
    assert_eq!(statuses(&app).await, ["primary suspended"]);

    change_plan(&app, &org, "pro").await;
    clerk_post(&app, &org, "/past-due", &json!({})).await;
    assert_eq!(statuses(&app).await, ["primary active"]);
    assert_eq!(app.count("SELECT count(*) FROM workspaces WHERE past_due", &[]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_that_ends_after_the_downgrade_is_suspended_by_the_sweep() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    // As if the plan had shrunk while the carrier was being asked.
    app.rows("UPDATE workspaces SET subscription_tier = 'starter' RETURNING id", &[]).await;
    assert_eq!(app.stack.fire("sweep").await.unwrap()["suspended"], 1);
    assert_eq!(statuses(&app).await, ["primary suspended"]);
    assert_eq!(app.stack.fire("sweep").await.unwrap()["suspended"], 0);
}

// ---------------------------------------------------------------- in any order, any number of times

/// One event of a history: the item, its plan, its state, its time.
type Step = (&'static str, &'static str, &'static str, i64);

/// free → pro → past due → paid → enterprise → back to free → `last`, as Clerk words it.
fn history(last: &'static str) -> Vec<Step> {
    vec![
        ("free_1", "free_org", "active", 10),
        ("free_1", "free_org", "ended", 20),
        ("pro_1", "pro", "active", 21),
        ("pro_1", "pro", "past_due", 30),
        ("pro_1", "pro", "active", 40),
        ("pro_1", "pro", "ended", 50),
        ("big_1", "enterprise", "active", 51),
        ("big_1", "enterprise", "canceled", 60),
        ("free_2", "free_org", "upcoming", 60),
        ("big_1", "enterprise", "ended", 70),
        ("free_2", "free_org", "active", 71),
        ("free_2", "free_org", "ended", 80),
        ("last_1", last, "active", 81),
    ]
}

fn event(org: &str, (id, slug, status, at): Step) -> String {
    let at = 1_767_225_600_000 + at * 1000;
    let data = json!({ "object": "subscription_item", "id": format!("csub_item_{org}_{id}"), "status": status,
        "is_free_trial": false, "interval": "month", "plan_id": format!("cplan_{slug}"),
        "plan": { "id": format!("cplan_{slug}"), "slug": slug, "name": slug },
        "payer": { "object": "commerce_payer", "id": format!("cpayer_{org}"), "user_id": "", "organization_id": org },
        "subscription_id": format!("csub_{org}"), "period_start": at, "period_end": null, "created_at": at,
        "updated_at": at });
    let kind = match status {
        "past_due" => "pastDue",
        other => other,
    };
    json!({ "object": "event", "type": format!("subscriptionItem.{kind}"), "instance_id": "ins_test", "timestamp": at,
        "data": data })
    .to_string()
}

#[expect(clippy::disallowed_methods, reason = "a signature is made at the real time")]
async fn deliver(app: &TestApp, id: &str, body: &str) {
    let headers = clerk_headers(&app.stack.urls.clerk_webhook_secret, id, Utc::now().timestamp(), body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer =
        app.post_raw(&app.stack.urls.clerk_webhook, "application/json", body.as_bytes().to_vec(), &headers).await;
    assert_eq!(answer.status, StatusCode::OK, "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_of_the_same_history_ends_the_same() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let app = TestApp::start().await;
    for (round, last) in ["pro", "enterprise", "free_org", "pro", "enterprise", "free_org"].into_iter().enumerate() {
        let org = format!("org_round_{round}");
        let mut deliveries: Vec<(usize, Step)> = history(last).into_iter().enumerate().collect();
        let copies: Vec<_> = deliveries.iter().filter(|_| rng.random_bool(0.4)).copied().collect();
        deliveries.extend(copies);
        deliveries.shuffle(&mut rng);
        for (at, step) in &deliveries {
            deliver(&app, &format!("msg_{round}_{at}"), &event(&org, *step)).await;
        }

        let (tier, active) = match last {
            "pro" => ("professional", 1),
            "enterprise" => ("enterprise", 1),
            _ => ("starter", 0),
        };
        let sql = "SELECT w.subscription_tier, w.past_due,
                (SELECT count(*) FROM workspace_phone_numbers n WHERE n.workspace_id = w.id AND n.status = 'active'),
                (SELECT count(*) FROM workspace_phone_numbers n WHERE n.workspace_id = w.id AND n.status <> 'released'),
                (SELECT count(*) FROM number_provisionings p WHERE p.workspace_id = w.id AND p.finished_at IS NULL)
            FROM workspaces w WHERE w.clerk_organization_id = $1";
        app.eventually(&format!("seed {seed}, round {round}, {deliveries:?}: ends as {tier}"), async || {
            // What was being bought when the plan shrank is put right by the sweep.
            app.stack.fire("sweep").await.unwrap();
            let row = &app.rows(sql, &[&org]).await[0];
            assert!(row.get::<_, i64>(3) <= 1, "seed {seed}: bought twice");
            let end = (row.get::<_, &str>(0), row.get::<_, bool>(1), row.get::<_, i64>(2), row.get::<_, i64>(4));
            (end == (tier, false, active, 0)).then_some(())
        })
        .await;
    }
}
