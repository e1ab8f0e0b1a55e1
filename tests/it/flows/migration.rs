//! A deployment brings the database up to date before anything else, and learns whether that worked.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, routing::put};
use serde_json::{Value, json};

use crate::support::TestApp;

/// Where `CloudFormation` waits for the answer of a custom resource.
struct Deployment {
    url: String,
    answers: Arc<Mutex<Vec<Value>>>,
}

impl Deployment {
    async fn start() -> Self {
        let answers = Arc::new(Mutex::new(Vec::new()));
        let take = async |State(answers): State<Arc<Mutex<Vec<Value>>>>, body: axum::body::Bytes| {
            answers.lock().unwrap().push(serde_json::from_slice(&body).expect("an answer is JSON"));
            Json(json!({}))
        };
        let router = Router::new().route("/answer", put(take)).with_state(answers.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/answer", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, answers }
    }

    /// Asks as `CloudFormation` does, and gives what `migrate` told it.
    async fn ask(&self, app: &TestApp, request_type: &str) -> Value {
        let event = json!({
            "RequestType": request_type,
            "ResponseURL": self.url,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/switchboard/1",
            "RequestId": "unique-1",
            "ResourceType": "Custom::Migration",
            "LogicalResourceId": "Migration",
            "ResourceProperties": { "Release": "arn:aws:lambda:us-east-1:123456789012:function:switchboard-migrate:2" }
        });
        app.stack.invoke("migrate", &event).await.expect("the deployment was told");
        let answer = self.answers.lock().unwrap().pop().expect("an answer");
        for (name, value) in [
            ("StackId", event["StackId"].clone()),
            ("RequestId", event["RequestId"].clone()),
            ("LogicalResourceId", event["LogicalResourceId"].clone()),
            ("PhysicalResourceId", json!("migrations")),
        ] {
            assert_eq!(answer[name], value, "{answer}");
        }
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_waits_for_the_migrations_and_hears_that_they_are_done() {
    let app = TestApp::start().await;
    app.rows("DROP SCHEMA public CASCADE", &[]).await;
    app.rows("CREATE SCHEMA public", &[]).await;
    let deployment = Deployment::start().await;

    assert_eq!(deployment.ask(&app, "Create").await["Status"], "SUCCESS");
    assert_eq!(app.count("SELECT count(*) FROM workspaces", &[]).await, 0, "the tables are there");

    assert_eq!(deployment.ask(&app, "Update").await["Status"], "SUCCESS", "nothing to do is no failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_hears_why_a_migration_failed() {
    let nowhere = "postgres://nobody@127.0.0.1:1/none?sslmode=disable";
    let app = TestApp::start_with(|options| nowhere.clone_into(&mut options.database_url)).await;
    let deployment = Deployment::start().await;

    let answer = deployment.ask(&app, "Update").await;
    assert_eq!(answer["Status"], "FAILED");
    assert!(!answer["Reason"].as_str().expect("a reason").is_empty(), "{answer}");

    let answer = deployment.ask(&app, "Delete").await;
    assert_eq!(answer["Status"], "SUCCESS", "a stack is deleted without its database, whose data stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_is_taken_back_keeps_the_newer_database() {
    let app = TestApp::start().await;
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
        SELECT version + 1, 'of_the_next_release', applied_on, checksum FROM refinery_schema_history
        ORDER BY version DESC LIMIT 1";
    app.rows(newer, &[]).await;
    let deployment = Deployment::start().await;

    assert_eq!(deployment.ask(&app, "Update").await["Status"], "SUCCESS");
    assert!(app.log_text().contains("the database is newer than this program"), "{}", app.log_text());
}
