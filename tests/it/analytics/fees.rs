//! What a campaign (10DLC) costs.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::json;

use crate::support::{Organization, TestApp};

/// A number of a workspace, registered with a campaign; the last digits tell it apart.
async fn buy(app: &TestApp, org: &Organization, (line, campaign): (&str, &str), at: DateTime<Utc>) {
    let sql = "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name,
            number_type, monthly_cost_cents, campaign_id, provisioned_at)
        SELECT id, '+1405555' || $2, $2, 'Line', 'custom', 100, $3, $4 FROM workspaces WHERE clerk_organization_id = $1";
    app.rows(sql, &[&org.id, &line, &campaign, &at]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_costs_each_month_from_its_first_number_on_whoever_texts_by_it() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let app = TestApp::start_with(|options| {
        options.parameters.insert("PlatformAdmins".to_owned(), "user_platform".to_owned());
    })
    .await;
    let (first, second) = (app.organization("starter").await, app.organization("starter").await);
    buy(&app, &first, ("2001", "campaign-a"), at("2026-01-31T12:00:00Z")).await;
    buy(&app, &second, ("2002", "campaign-a"), at("2026-02-10T12:00:00Z")).await;
    buy(&app, &second, ("2003", "campaign-b"), at("2026-03-05T12:00:00Z")).await;
    // The fee rises with the spring.
    app.rows("INSERT INTO rates VALUES ('registration', '', '2026-03-20T00:00:00Z', 12000000, 0)", &[]).await;

    for _ in 0..2 {
        app.rows("SELECT accrue_number_months($1)", &[&at("2026-04-01T00:00:00Z")]).await;
        let sql = "SELECT occurred_at, estimated_micros, workspace_id IS NULL FROM carrier_charges
            WHERE service = 'registration' ORDER BY 1";
        let fees: Vec<(DateTime<Utc>, i64, bool)> =
            app.rows(sql, &[]).await.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        let expected = [
            (at("2026-01-31T12:00:00Z"), 10_000_000, true),
            (at("2026-02-28T12:00:00Z"), 10_000_000, true),
            (at("2026-03-05T12:00:00Z"), 10_000_000, true),
            (at("2026-03-31T12:00:00Z"), 12_000_000, true),
        ];
        assert_eq!(fees, expected, "each once");
    }

    // The platform's costs have them, and no workspace's do.
    let token = app.token_by("organization=org_nobody&role=member&user=user_platform&ttl=3600").await;
    let url = format!("{}/api/admin/analytics?from=2026-03-01&to=2026-03-31", app.stack.urls.api);
    let analytics = app.call(Method::GET, &url, Some(&token), None, &[]).await.body["analytics"].clone();
    let services = analytics["money"]["byService"].as_array().unwrap().clone();
    let fee = services.iter().find(|row| row["service"] == "registration").unwrap();
    assert_eq!(fee, &json!({ "service": "registration", "units": 2, "costMicros": 22_000_000, "revenueMicros": 0 }));
    for org in [&first, &second] {
        let figures = app.get(org, "/analytics?from=2026-03-01&to=2026-03-31").await.body;
        let services = figures["analytics"]["money"]["byService"].as_array().unwrap().clone();
        assert_eq!(services.iter().map(|row| row["service"].as_str().unwrap()).collect::<Vec<_>>(), ["number"]);
    }
}
