//! The official libraries of both providers drive our simulators and sign for our functions: what they accept and refuse
//! is not our opinion.

mod cxml;
mod segments;

use std::{path::Path, process::Stdio};

use tokio::process::Command;

use crate::support::TestApp;

/// Runs a script of `tests/oracles`; its own checks decide.
async fn run(program: &str, script: &str, settings: &[(&str, &str)]) {
    output(program, script, &[], settings).await;
}

/// What a script of `tests/oracles` says.
async fn output(program: &str, script: &str, arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles");
    let output = Command::new(program)
        .arg(folder.join(script))
        .args(arguments)
        .current_dir(&folder)
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}

/// The Python that has the packages of `tests/oracles/requirements.txt`.
#[expect(clippy::disallowed_methods, reason = "tests are told where their tools are by the environment")]
fn python() -> String {
    std::env::var("ORACLES_PYTHON").expect("ORACLES_PYTHON is not set: run the tests by `make test`")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_signalwire_sdk_uses_the_simulator() {
    let app = TestApp::start().await;
    run("node", "signalwire/signalwire.mjs", &signalwire(&app)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_signalwire_sdk_calls_through_the_simulator() {
    let app = TestApp::start().await;
    run("node", "signalwire/calls.mjs", &signalwire(&app)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twilio_library_uses_the_simulator() {
    let app = TestApp::start().await;
    run(&python(), "signalwire/signalwire.py", &signalwire(&app)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twilio_library_calls_through_the_simulator() {
    let app = TestApp::start().await;
    run(&python(), "signalwire/calls.py", &signalwire(&app)).await;
}

fn signalwire(app: &TestApp) -> [(&'static str, &str); 4] {
    let urls = &app.stack.urls;
    [
        ("SIGNALWIRE_SIM_URL", &urls.signalwire),
        ("SIGNALWIRE_PROJECT_ID", &urls.signalwire_project),
        ("SIGNALWIRE_TOKEN", &urls.signalwire_token),
        ("SIGNALWIRE_SIGNING_KEY", &urls.signalwire_signing_key),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn svix_and_the_function_agree_on_every_signature() {
    let app = TestApp::start().await;
    run(&python(), "clerk/webhooks.py", &clerk(&app)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clerks_backend_sdk_and_the_api_agree_on_every_token() {
    let app = TestApp::start().await;
    let mut settings = clerk(&app).to_vec();
    settings.extend([("API_URL", app.stack.urls.api.as_str()), ("CLERK_AUTHORIZED_PARTY", &app.stack.urls.console)]);
    run("node", "clerk/clerk.mjs", &settings).await;
}

fn clerk(app: &TestApp) -> [(&'static str, &str); 3] {
    let urls = &app.stack.urls;
    [
        ("CLERK_SIM_URL", &urls.clerk),
        ("CLERK_WEBHOOK_URL", &urls.clerk_webhook),
        ("CLERK_WEBHOOK_SECRET", &urls.clerk_webhook_secret),
    ]
}
