//! What Clerk collects becomes revenue, once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

async fn revenue(app: &TestApp, organization: &crate::support::Organization) -> Value {
    app.get(organization, "/analytics").await.body["analytics"]["money"]["subscriptionRevenueMicros"].clone()
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
