//! Clerk's events: in any order, any number of times.

use chrono::Utc;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, clerk_headers};

pub async fn send(app: &TestApp, id: &str, body: &str) -> Answer {
    let now = chrono_now();
    let headers = clerk_headers(&app.stack.urls.clerk_webhook_secret, id, now, body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.post_raw(&app.stack.urls.clerk_webhook, "application/json", body.as_bytes().to_vec(), &headers).await
}

#[expect(clippy::disallowed_methods, reason = "a signature is made at the real time")]
fn chrono_now() -> i64 {
    Utc::now().timestamp()
}

pub fn event(kind: &str, data: &Value) -> String {
    json!({ "object": "event", "type": kind, "instance_id": "ins_test", "timestamp": 1_767_225_600_000_i64, "data": data })
        .to_string()
}

fn organization(id: &str, name: &str, updated_at: i64) -> Value {
    json!({ "object": "organization", "id": id, "name": name, "slug": name.to_lowercase(), "has_image": false,
        "max_allowed_memberships": 5, "admin_delete_enabled": true, "public_metadata": {},
        "created_at": 1_767_225_600_000_i64, "updated_at": updated_at })
}

fn item(organization: &str, id: &str, slug: &str, status: &str, updated_at: i64) -> Value {
    json!({ "object": "subscription_item", "id": id, "status": status, "is_free_trial": false, "interval": "month",
        "plan_id": format!("cplan_{slug}"), "plan": { "id": format!("cplan_{slug}"), "slug": slug, "name": slug },
        "payer": { "object": "commerce_payer", "id": "cpayer_1", "user_id": "", "organization_id": organization },
        "subscription_id": "csub_1", "period_start": 1_767_225_600_000_i64, "period_end": null,
        "created_at": 1_767_225_600_000_i64, "updated_at": updated_at })
}

async fn workspace(app: &TestApp) -> (String, String, bool) {
    let rows = app.rows("SELECT name, subscription_tier, deleted_at IS NOT NULL FROM workspaces", &[]).await;
    assert_eq!(rows.len(), 1);
    (rows[0].get(0), rows[0].get(1), rows[0].get(2))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_order_and_shuffled_orders_end_the_same() {
    // Without a secret key, so that nothing but the events counts.
    let app = TestApp::start_with(|options| {
        options.parameters.insert("ClerkSecretKeySecret".to_owned(), String::new());
    })
    .await;
    for order in ["documented", "shuffled", "shuffled", "shuffled"] {
        let org = app
            .organization_with(json!({ "name": "Alpine Dental", "plan": "pro", "order": order, "copies": 2,
                "user": { "email": "ada@example.com", "firstName": "Ada", "lastName": "Example" } }))
            .await;
        app.wait_for_numbers(&org, 1).await;
        let rows = app
            .rows(
                "SELECT w.name, w.subscription_tier, u.email, u.first_name, m.role,
                     (SELECT count(*) FROM number_provisionings p WHERE p.workspace_id = w.id)
                 FROM workspaces w JOIN workspace_members m ON m.workspace_id = w.id JOIN users u ON u.id = m.user_id
                 WHERE w.clerk_organization_id = $1",
                &[&org.id],
            )
            .await;
        assert_eq!(rows.len(), 1, "{order}");
        let row = &rows[0];
        let texts: Vec<&str> = (0..5).map(|i| row.get(i)).collect();
        assert_eq!(texts, ["Alpine Dental", "professional", "ada@example.com", "Ada", "org:admin"], "{order}");
        assert_eq!(row.get::<_, i64>(5), 1, "{order}");
    }
    assert_eq!(app.bought_numbers().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_with_a_bad_signature_is_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let (url, secret) = (&app.stack.urls.clerk_webhook, &app.stack.urls.clerk_webhook_secret);
    let body = event("organization.created", &organization("org_x", "X", 1));
    let now = chrono_now();
    let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let cases = [
        vec![],
        clerk_headers(other, "msg_1", now, &body).to_vec(),
        clerk_headers(secret, "msg_1", now, "{}").to_vec(),
        clerk_headers(secret, "msg_1", now - 301, &body).to_vec(),
        clerk_headers(secret, "msg_1", now + 310, &body).to_vec(),
        vec![
            ("svix-id", "msg_1".to_owned()),
            ("svix-timestamp", now.to_string()),
            ("svix-signature", "v1,AAAA".to_owned()),
        ],
    ];
    for headers in cases {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = app.post_raw(url, "application/json", body.clone().into_bytes(), &headers).await;
        assert_eq!((answer.status, answer.body), (StatusCode::FORBIDDEN, Value::String(String::new())), "{headers:?}");
    }
    for table in ["workspaces", "webhook_events"] {
        assert_eq!(app.count(&format!("SELECT count(*) FROM {table}"), &[]).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_kinds_are_counted_and_unreadable_events_are_not_swallowed() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        let answer = send(&app, "msg_new", &event("waitlistEntry.created", &json!({ "id": "x" }))).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let rows = app.rows("SELECT event_type, outcome FROM webhook_events", &[]).await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].get::<_, &str>(0), rows[0].get::<_, &str>(1)), ("waitlistEntry.created", "ignored"));

    for (id, body) in
        [("msg_a", "not json".to_owned()), ("msg_b", event("organization.created", &json!({ "name": 7 })))]
    {
        let answer = send(&app, id, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: it must show as failed at Clerk");
    }
    assert_eq!(app.count("SELECT count(*) FROM webhook_events", &[]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_svix_id_with_another_body_changes_nothing() {
    let app = TestApp::start().await;
    send(&app, "msg_1", &event("organization.created", &organization("org_x", "First", 10))).await;
    let replay = send(&app, "msg_1", &event("organization.updated", &organization("org_x", "Second", 20))).await;
    assert_eq!(replay.status, StatusCode::OK);
    assert_eq!(workspace(&app).await.0, "First");
}

#[tokio::test(flavor = "multi_thread")]
async fn older_facts_never_overwrite_newer_ones() {
    let app = TestApp::start().await;
    send(&app, "msg_2", &event("organization.updated", &organization("org_x", "New name", 20))).await;
    send(&app, "msg_1", &event("organization.created", &organization("org_x", "Old name", 10))).await;
    assert_eq!(workspace(&app).await.0, "New name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_organisation_stays_deleted_when_its_creation_arrives_late() {
    let app = TestApp::start().await;
    let deleted = json!({ "object": "organization", "id": "org_x", "slug": "x", "deleted": true });
    send(&app, "msg_2", &event("organization.deleted", &deleted)).await;
    send(&app, "msg_1", &event("organization.created", &organization("org_x", "Gone", 10))).await;
    send(&app, "msg_3", &event("subscriptionItem.active", &item("org_x", "csub_item_1", "pro", "active", 10))).await;
    let (_, _, is_deleted) = workspace(&app).await;
    assert!(is_deleted);
    assert_eq!(app.count("SELECT count(*) FROM number_provisionings", &[]).await, 0, "nothing is bought for it");
    let token = app.token("org_x", "admin", "user_1").await;
    let answer = app.call(reqwest::Method::GET, &app.api("org_x", ""), Some(&token), None, &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_old_item_during_an_upgrade_takes_nothing_away() {
    let ended = |at| event("subscriptionItem.ended", &item("org_x", "csub_item_free", "free_org", "ended", at));
    let active = |at| event("subscriptionItem.active", &item("org_x", "csub_item_pro", "pro", "active", at));
    for reversed in [false, true] {
        let app = TestApp::start().await;
        let mut events = vec![
            ("msg_1", event("subscriptionItem.active", &item("org_x", "csub_item_free", "free_org", "active", 10))),
            ("msg_2", ended(20)),
            ("msg_3", active(21)),
        ];
        if reversed {
            events.reverse();
        }
        for (id, body) in &events {
            assert_eq!(send(&app, id, body).await.status, StatusCode::OK);
        }
        assert_eq!(workspace(&app).await.1, "professional", "reversed: {reversed}");
        assert_eq!(app.count("SELECT count(*) FROM number_provisionings", &[]).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_plan_keeps_the_stored_one_and_raises_an_alarm() {
    let app = TestApp::start().await;
    send(&app, "msg_1", &event("subscriptionItem.active", &item("org_x", "csub_item_1", "pro", "active", 10))).await;
    send(&app, "msg_2", &event("subscriptionItem.active", &item("org_x", "csub_item_2", "platinum", "active", 20)))
        .await;
    assert_eq!(workspace(&app).await.1, "professional");
    assert!(app.log_text().contains("the plan cannot be told"));
}
