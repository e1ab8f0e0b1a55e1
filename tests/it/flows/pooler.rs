//! Behind a pooler in transaction mode, as in production: nothing relies on what a session keeps.

use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use shared::testing::TestDatabase;

use crate::support::{Pooler, TestApp};

/// Fewer than there are functions at work, so that they share them.
const SERVER_CONNECTIONS: u32 = 2;
const CUSTOMERS: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn all_functions_share_two_connections_and_nobody_sees_another() {
    let database = TestDatabase::create().await;
    let pooler = Pooler::start(&database.app_url, SERVER_CONNECTIONS).await;
    let mut app = TestApp::start_with(|options| {
        options.database_url.clone_from(&database.owner_url);
        options.app_database_url.clone_from(&pooler.url);
    })
    .await;
    app.database = database;
    let app = Arc::new(app);

    let organizations = [app.organization("pro").await, app.organization("pro").await];
    let mut ours = Vec::new();
    for organization in &organizations {
        ours.push(app.wait_for_numbers(organization, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned());
    }

    // Both are texted and read at once, so that their transactions alternate on the same connections.
    let texts = (0..CUSTOMERS).map(|at| {
        let (app, to) = (app.clone(), ours[at % 2].clone());
        async move { app.customer_texts(&format!("+1405555{:04}", 100 + at), &to, &format!("to {}", at % 2)).await }
    });
    let reads = (0..CUSTOMERS).map(|at| app.get(&organizations[at % 2], "/conversations"));
    let (deliveries, answers) = tokio::join!(join_all(texts), join_all(reads));
    assert!(deliveries.iter().all(|it| it["deliveries"][0]["status"] == 200), "{deliveries:?}\n{}", pooler.log());
    assert!(answers.iter().all(|it| it.status == StatusCode::OK), "{answers:?}\n{}", pooler.log());

    for (at, organization) in organizations.iter().enumerate() {
        let answer = app.get(organization, "/conversations").await;
        let conversations = answer.body["conversations"].as_array().expect("a list");
        assert_eq!(conversations.len(), CUSTOMERS / 2, "{answer:?}");
        assert!(conversations.iter().all(|it| it["snippet"] == format!("to {at}")), "{answer:?}");

        let reply = json!({ "channel": "sms", "conversationId": conversations[0]["id"], "body": "Thank you." });
        let sent = app.post(organization, "/messages", &reply).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{sent:?}\n{}", app.log_text());
        let id = sent.body["message"]["id"].clone();
        let path = format!("/conversations/{}/messages", conversations[0]["id"].as_str().unwrap());
        app.eventually("the reply is delivered", async || {
            let messages = app.get(organization, &path).await.body["messages"].as_array()?.clone();
            messages.into_iter().find(|it| it["id"] == id && it["status"] == "delivered")
        })
        .await;
    }
    app.stack.fire("sweep").await.expect("the sweep runs");

    let sql =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'switchboard_app'";
    let connections = app.count(sql, &[]).await;
    assert!((1..=i64::from(SERVER_CONNECTIONS)).contains(&connections), "{connections} connections\n{}", pooler.log());
    let clients = pooler.log().matches("login attempt").count();
    assert!(clients > 4, "the functions went through the pooler ({clients} clients)\n{}", pooler.log());
}
