//! Who works in a workspace, and what a workspace can pay for.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_by_name_and_those_who_left_are_not() {
    let app = TestApp::start().await;
    let founder = json!({ "email": "zoe@example.test", "firstName": "Zoe", "lastName": "Marsh" });
    let org = app.organization_with(json!({ "name": "Harbour Dental", "plan": "starter", "user": founder })).await;
    let members = format!("{}/_sim/organizations/{}/members", app.stack.urls.clerk, org.id);
    let joined = app.post_json(&members, &json!({ "user": { "email": "ada@example.test", "firstName": "Ada" } })).await;
    let nameless = app.post_json(&members, &json!({ "user": { "email": "help@example.test" }, "role": "admin" })).await;
    let user = |answer: &Value| answer["userId"].as_str().unwrap().to_owned();

    let seen = async || {
        let answer = app.get(&org, "/members").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let members = answer.body["members"].as_array().unwrap().clone();
        members.iter().map(|m| json!([m["name"], m["email"], m["role"], m["clerkUserId"]])).collect::<Vec<_>>()
    };
    let ada = json!(["Ada", "ada@example.test", "member", user(&joined.body)]);
    let help = json!([null, "help@example.test", "admin", user(&nameless.body)]);
    let zoe = json!(["Zoe Marsh", "zoe@example.test", "admin", org.user_id]);
    assert_eq!(seen().await, [ada.clone(), help.clone(), zoe.clone()]);

    let left = format!("{members}/{}", user(&nameless.body));
    app.call(Method::DELETE, &left, None, None, &[]).await;
    assert_eq!(seen().await, [ada, zoe]);

    // Any member may read them, and only of the own organisation.
    let token = app.token(&org.id, "member", &user(&joined.body)).await;
    let answer = app.call(Method::GET, &app.api(&org.id, "/members"), Some(&token), None, &[]).await;
    assert_eq!(answer.body["members"].as_array().unwrap().len(), 2);
    let other = app.organization("starter").await;
    let answer = app.call(Method::GET, &app.api(&other.id, "/members"), Some(&token), None, &[]).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (404, &json!("workspace_not_found")));
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_are_what_the_business_has_configured() {
    let config =
        json!({ "plans": { "professional": { "monthlyPriceCents": 5900 } }, "extraNumberMonthlyPriceCents": 700 });
    let app = TestApp::start_with(|options| {
        options.parameters.insert("BusinessConfig".to_owned(), config.to_string());
    })
    .await;
    // Also for who has no organisation yet.
    let token = app.token_by("user=user_new").await;
    let answer = app.call(Method::GET, &format!("{}/api/plans", app.stack.urls.api), Some(&token), None, &[]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let plans = answer.body["plans"].as_array().unwrap();
    let facts: Vec<_> = plans.iter().map(|p| json!([p["tier"], p["monthlyPriceCents"], p["numberLimit"]])).collect();
    assert_eq!(
        facts,
        [
            json!(["free", 0, 0]),
            json!(["starter", 0, 0]),
            json!(["professional", 5900, 1]),
            json!(["enterprise", 19900, 10])
        ]
    );
    assert!(plans.iter().all(|plan| plan["messagesPerMinute"].as_i64() > Some(0)), "{plans:?}");
    assert_eq!(answer.body["extraNumberMonthlyPriceCents"], 700);
    assert_eq!(answer.body["textSegmentCostMicros"], 7_900);
}
