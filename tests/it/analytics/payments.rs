//! What Clerk collects becomes revenue, once.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;
use uuid::Uuid;

use crate::{
    flows::clerk_events::{event, send},
    support::{Organization, TestApp},
};

async fn revenue(app: &TestApp, organization: &Organization) -> Value {
    revenue_of(app, organization, "").await
}

async fn revenue_of(app: &TestApp, organization: &Organization, query: &str) -> Value {
    app.get(organization, &format!("/analytics{query}")).await.body["analytics"]["money"]["subscriptionRevenueMicros"]
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_revenue_once() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    app.eventually("the payment is stored", async || {
        let sql = "SELECT count(*) FROM subscription_payments p JOIN workspaces w ON w.id = p.workspace_id
            WHERE w.clerk_organization_id = $1 AND p.status = 'paid'";
        (app.count(sql, &[&org.id]).await == 1).then_some(())
    })
    .await;
    let row = app
        .rows(
            "SELECT amount_cents, covers_until - paid_at > interval '27 days' FROM subscription_payments
        WHERE status = 'paid'",
            &[],
        )
        .await;
    assert_eq!((row[0].get::<_, i64>(0), row[0].get::<_, bool>(1)), (4_900, true));
    // No second of the plan's price comes on top, but those between the plan and its payment.
    let first = revenue(&app, &org).await.as_i64().unwrap();
    assert!((49_000_000..49_010_000).contains(&first), "{first}");

    // Everything that Clerk has sent comes once more, under its old ids and, as read anew, under new ones.
    let clerk = &app.stack.urls.clerk;
    let deliveries = app.call(Method::GET, &format!("{clerk}/_sim/deliveries"), None, None, &[]).await.body;
    for delivery in deliveries["deliveries"].as_array().expect("a list") {
        let id = delivery["svixId"].as_str().expect("an id");
        app.post_json(&format!("{clerk}/_sim/deliveries/{id}/replay"), &json!({})).await;
    }
    assert_eq!(app.count("SELECT count(*) FROM subscription_payments", &[]).await, 1);
    let again = revenue(&app, &org).await.as_i64().unwrap();
    assert_eq!(again, first, "the same payment");
}

/// A payment of 2 040 dollars; only it says that it is for a year.
fn annual_payment(organization: &Organization, status: &str, paid_at: DateTime<Utc>, version: i64) -> String {
    let money = json!({ "amount": 204_000, "currency": "USD" });
    let payment = json!({
        "id": "cpa_annual", "status": status, "charge_type": "checkout",
        "paid_at": paid_at.timestamp_millis(), "billing_date": paid_at.timestamp_millis(),
        "payer": { "id": "cpayer_annual", "organization_id": organization.id },
        "totals": { "subtotal": money, "grand_total": money },
        "subscription_items": [{ "plan_period": "annual", "plan": { "slug": "enterprise" } }],
        "created_at": paid_at.timestamp_millis(), "updated_at": paid_at.timestamp_millis() + version,
    });
    event("paymentAttempt.updated", &payment)
}

/// The plan of a year is revenue when it is paid, and nothing comes on top in its other months.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_of_a_year_covers_a_year() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let paid_at = clock::now() - TimeDelta::days(90);
    let workspace: Uuid =
        app.rows("SELECT id FROM workspaces WHERE clerk_organization_id = $1", &[&org.id]).await[0].get(0);
    app.rows("DELETE FROM plan_periods WHERE workspace_id = $1", &[&workspace]).await;
    let period = "INSERT INTO plan_periods (workspace_id, tier, starts_at) VALUES ($1, 'enterprise', $2)";
    app.rows(period, &[&workspace, &paid_at]).await;
    let answer = send(&app, "msg_annual", &annual_payment(&org, "paid", paid_at, 0)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");

    let day = |ago: i64| clock::now().date_naive() - TimeDelta::days(ago);
    let of_payment = format!("?from={}&to={}", day(91), day(89));
    assert_eq!(revenue_of(&app, &org, &of_payment).await, 2_040_000_000_i64);
    let later = format!("?from={}&to={}", day(45), day(15));
    assert_eq!(revenue_of(&app, &org, &later).await, 0, "it is paid for");

    // Clerk documents no refund. What it would call one is no payment any more, and the plan's price counts again.
    send(&app, "msg_refunded", &annual_payment(&org, "refunded", paid_at, 1)).await;
    let month = revenue_of(&app, &org, &later).await.as_i64().unwrap();
    assert!((198_000_000..220_000_000).contains(&month), "{month}");
}
