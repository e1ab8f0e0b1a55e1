//! The Backend API, the control API and the page.

use reqwest::Method;
use serde_json::json;

use super::support::{Clerk, Endpoint, settings};

const KEY: &str = "sk_test_simulator";

#[tokio::test]
async fn the_subscription_can_be_read_back() {
    let clerk = Clerk::start(settings(None)).await;
    let organization = clerk.organization("enterprise").await;
    let path = format!("/v1/organizations/{organization}/billing/subscription");

    let (status, subscription) = clerk.backend(Method::GET, &path, KEY, &json!({})).await;

    assert_eq!(status, 200);
    let items = subscription["subscription_items"].as_array().unwrap();
    assert_eq!((&items[0]["plan"]["slug"], &items[0]["status"]), (&json!("free_org"), &json!("ended")));
    assert_eq!((&items[1]["plan"]["slug"], &items[1]["status"]), (&json!("enterprise"), &json!("active")));
    assert_eq!(items[1]["plan_period"], "month");
}

#[tokio::test]
async fn the_backend_api_refuses_strangers_and_unknown_organisations() {
    let clerk = Clerk::start(settings(None)).await;
    let path = "/v1/organizations/org_unknown/billing/subscription";
    assert_eq!(clerk.backend(Method::GET, path, "sk_test_other", &json!({})).await.0, 401);
    assert_eq!(clerk.get("/v1/jwks").await.0, 401);
    let (status, answer) = clerk.backend(Method::GET, path, KEY, &json!({})).await;
    assert_eq!((status, &answer["errors"][0]["code"]), (404, &json!("resource_not_found")));
}

#[tokio::test]
async fn the_backend_api_can_be_made_to_fail() {
    let clerk = Clerk::start(settings(None)).await;
    clerk.patch("/_sim/settings", &json!({ "backendApiStatus": 503 })).await;
    assert_eq!(clerk.backend(Method::GET, "/v1/billing/plans", KEY, &json!({})).await.0, 503);
    clerk.post("/_sim/reset", &json!({})).await;
    clerk.patch("/_sim/settings", &json!({ "backendApiDelayMs": 200 })).await;
    let asked_at = std::time::Instant::now();
    assert_eq!(clerk.backend(Method::GET, "/v1/billing/plans", KEY, &json!({})).await.0, 200);
    assert!(asked_at.elapsed().as_millis() >= 200);
    clerk.post("/_sim/reset", &json!({})).await;
    let (status, plans) = clerk.backend(Method::GET, "/v1/billing/plans?payer_type=org", KEY, &json!({})).await;
    assert_eq!((status, &plans["total_count"]), (200, &json!(3)));
}

#[tokio::test]
async fn merging_metadata_fires_an_update() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;
    let organization = clerk.organization("starter").await;

    let merge = json!({ "public_metadata": { "plan": "pro", "gone": null } });
    let path = format!("/v1/organizations/{organization}/metadata");
    let (status, answer) = clerk.backend(Method::PATCH, &path, KEY, &merge).await;

    assert_eq!((status, &answer["public_metadata"]), (200, &json!({ "plan": "pro" })));
    assert_eq!(endpoint.wait_for(7).await[6].kind(), "organization.updated");
}

#[tokio::test]
async fn members_and_users_come_change_and_go() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;
    let organization = clerk.organization("starter").await;
    let members = format!("/_sim/organizations/{organization}/members");

    let added = clerk.post(&members, &json!({ "user": { "email": "bo@example.test" } })).await;
    let user = added["userId"].as_str().unwrap();
    clerk.patch(&format!("{members}/{user}"), &json!({ "role": "admin" })).await;
    clerk.call(Method::DELETE, &format!("{members}/{user}"), &json!({})).await;
    clerk.patch(&format!("/_sim/users/{user}"), &json!({ "firstName": "Bo" })).await;
    clerk.call(Method::DELETE, &format!("/_sim/users/{user}"), &json!({})).await;

    let kinds: Vec<String> = endpoint.received()[6..].iter().map(super::support::Received::kind).collect();
    assert_eq!(
        kinds,
        [
            "user.created",
            "organizationMembership.created",
            "organizationMembership.updated",
            "organizationMembership.deleted",
            "user.updated",
            "user.deleted",
        ]
    );
}

#[tokio::test]
async fn settings_that_do_not_exist_are_refused() {
    let clerk = Clerk::start(settings(None)).await;
    assert_eq!(clerk.call(Method::PATCH, "/_sim/settings", &json!({ "pause": true })).await.0, 400);
    assert_eq!(clerk.call(Method::PATCH, "/_sim/settings", &json!({ "webhookSecrets": ["whsec_"] })).await.0, 400);
    assert_eq!(clerk.get_json("/_sim/settings").await["paused"], false);
}

#[tokio::test]
async fn the_page_shows_organisations_and_escapes_their_names() {
    let clerk = Clerk::start(settings(None)).await;
    clerk.post("/_sim/organizations", &json!({ "name": "<b>Bold</b>", "plan": "pro" })).await;

    let (status, page) = clerk.get("/").await;

    assert_eq!(status, 200);
    assert!(page.contains("&lt;b&gt;Bold&lt;/b&gt;"));
    assert!(page.contains("subscriptionItem.active"));
}

#[tokio::test]
async fn the_forms_of_the_page_lead_back_to_it() {
    let clerk = Clerk::start(settings(None)).await;
    let form = "name=Gamma&plan=pro&owner=Ada+Lopez&email=ada%40example.test&order=shuffled";
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let send = |path: String, form: &'static str| {
        let url = format!("{}{path}", clerk.simulator.url());
        client.post(url).header("content-type", "application/x-www-form-urlencoded").body(form).send()
    };

    let answer = send("/organizations".into(), form).await.unwrap();
    assert_eq!(answer.status().as_u16(), 303);
    assert_eq!(answer.headers()["location"], "/?done=Gamma+was+created.");

    let organization = clerk.get_json("/_sim/organizations").await["organizations"][0].clone();
    let id = organization["id"].as_str().unwrap();
    let answer = send(format!("/organizations/{id}/plan"), "plan=pro").await.unwrap();
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/?problem="));
    send(format!("/organizations/{id}/plan"), "plan=free_org&immediately=on").await.unwrap();
    let organization = clerk.get_json("/_sim/organizations").await["organizations"][0].clone();
    assert_eq!(organization["plan"], "free_org");
}
