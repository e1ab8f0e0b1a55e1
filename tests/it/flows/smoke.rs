//! `make smoke` passes on a stack that works, finds one that does not, and costs nothing.

use std::process::Output;

use serde_json::json;
use tempfile::NamedTempFile;
use tokio::process::Command;

use crate::{contract::checkout::root, support::TestApp};

/// Runs the command against these addresses.
async fn smoke(urls: &stack::Urls) -> Output {
    let file = NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), serde_json::to_string(urls).expect("JSON")).expect("written");
    let script = root().join("dev/smoke/smoke.py");
    Command::new("python3")
        .arg(script)
        .arg("--urls")
        .arg(file.path())
        .env_remove("SMOKE_TOKEN")
        .kill_on_drop(true)
        .output()
        .await
        .expect("Python is there")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A console is built by Node; here its page only has to be there.
async fn stack_with_a_console() -> (TestApp, tempfile::TempDir) {
    let console = tempfile::tempdir().expect("a folder");
    std::fs::write(console.path().join("index.html"), "<!doctype html><title>Switchboard</title>").expect("written");
    let app = TestApp::start_with(|options| console.path().clone_into(&mut options.console)).await;
    (app, console)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_that_works_passes_and_nothing_is_bought_or_sent() {
    let (app, _console) = stack_with_a_console().await;
    let output = smoke(&app.stack.urls).await;
    assert!(output.status.success(), "{}\n{}", text(&output), app.log_text());
    assert!(text(&output).contains("7 passed, 0 failed"), "{}", text(&output));

    assert_eq!(app.bought_numbers().await, Vec::<serde_json::Value>::new());
    assert_eq!(app.phone("+12025550199").await, Vec::<serde_json::Value>::new(), "nobody was texted");
    let sent = "SELECT count(*) FROM conversation_messages WHERE direction = 'outbound'";
    assert_eq!(app.count(sent, &[]).await, 0);
    let open = "SELECT count(*) FROM workspaces WHERE deleted_at IS NULL";
    assert_eq!(app.count(open, &[]).await, 0, "the test workspace is deleted");
    let kept = app.rows("SELECT payload::text FROM unroutable_events", &[]).await;
    assert!(!kept.is_empty(), "the text is kept, once");
    for row in &kept {
        let payload: String = row.get(0);
        assert!(payload.contains("+12025550199"), "{payload}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_with_another_signing_key_fails() {
    let (app, _console) = stack_with_a_console().await;
    let mut urls = app.stack.urls.clone();
    urls.signalwire_signing_key = "PSK_of_another_project".to_owned();
    let output = smoke(&urls).await;
    assert!(!output.status.success(), "{}", text(&output));
    for name in ["a text comes in, twice", "a delivery receipt comes in", "a call comes in and ends"] {
        assert!(text(&output).contains(&format!("{name}: FAILED: HTTP 403")), "{}", text(&output));
    }
    assert!(text(&output).contains("4 passed, 3 failed"), "{}", text(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_without_its_database_console_or_clerk_secret_fails() {
    let nowhere = "postgres://nobody@127.0.0.1:1/none?sslmode=disable";
    let app = TestApp::start_with(|options| {
        nowhere.clone_into(&mut options.app_database_url);
        options.console = options.root.join("no-such-folder");
    })
    .await;
    let mut urls = app.stack.urls.clone();
    urls.clerk_webhook_secret = "whsec_b3RoZXI=".to_owned();
    let output = smoke(&urls).await;
    assert!(!output.status.success(), "{}", text(&output));
    for check in ["the console is served, with its security headers", "an organisation signs up and goes"] {
        assert!(text(&output).contains(&format!("{check}: FAILED")), "{}", text(&output));
    }
    // Kept in the inbox queue: whoever texted has lost nothing.
    assert!(text(&output).contains("a text comes in, twice: ok"), "{}", text(&output));
    assert_eq!(app.sim_get("/numbers").await["numbers"].as_array().map(Vec::len), Some(1), "{}", json!(text(&output)));
}
