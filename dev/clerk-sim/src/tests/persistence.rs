//! What survives a restart.

use std::time::Duration;

use serde_json::json;

use super::support::{Clerk, Endpoint, settings};
use crate::Settings;

#[tokio::test]
async fn organisations_deliveries_and_the_key_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { state_file: Some(folder.path().join("new/clerk.json")), ..settings(None) };

    let clerk = Clerk::start(settings.clone()).await;
    let organization = clerk.organization("pro").await;
    let pem = clerk.simulator.jwt_key_pem();
    clerk.simulator.stop().await;

    let clerk = Clerk::start(settings).await;
    assert_eq!(clerk.simulator.jwt_key_pem(), pem);
    let found = clerk.get_json(&format!("/_sim/organizations/{organization}")).await;
    assert_eq!(found["organization"]["plan"], "pro");
    assert_eq!(clerk.get_json("/_sim/deliveries").await["deliveries"].as_array().unwrap().len(), 11);
}

#[tokio::test]
async fn the_state_is_saved_before_the_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clerk.json");
    let clerk = Clerk::start(Settings { state_file: Some(path.clone()), ..settings(None) }).await;
    clerk.organization("starter").await;

    tokio::time::sleep(Duration::from_millis(400)).await;

    assert!(std::fs::read_to_string(path).unwrap().contains("Alpha Dental"));
}

#[tokio::test]
async fn a_restart_takes_up_the_retries_that_were_left() {
    let folder = tempfile::tempdir().unwrap();
    let unreachable = Some("http://127.0.0.1:9/hook".to_owned());
    let first = Settings {
        state_file: Some(folder.path().join("clerk.json")),
        retry_delays: vec![Duration::from_mins(1)],
        ..settings(unreachable)
    };
    let clerk = Clerk::start(first.clone()).await;
    clerk.post("/_sim/events", &json!({ "type": "user.deleted", "data": {}, "svixId": "msg_left" })).await;
    clerk.simulator.stop().await;

    let endpoint = Endpoint::start(vec![]).await;
    let second = Settings { webhook_url: endpoint.url(), retry_delays: settings(None).retry_delays, ..first };
    let _clerk = Clerk::start(second).await;

    assert_eq!(endpoint.wait_for(1).await[0].header("svix-id"), "msg_left");
}

#[tokio::test]
async fn a_damaged_state_file_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clerk.json");
    std::fs::write(&path, "{").unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();

    let result = crate::Simulator::start(listener, Settings { state_file: Some(path), ..settings(None) }).await;

    assert!(result.err().unwrap().to_string().contains("clerk.json is not a state file"));
}
