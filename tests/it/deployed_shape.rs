//! The binaries as they are deployed: AWS's own runtime interface emulator starts them, sends the files of `events/`, and
//! must get the answers that the local stack gets. What runs on a developer's machine is what runs in AWS.

mod emulator;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    contract::{
        checkout::{files, read},
        template::Template,
    },
    support::TestApp,
};
use emulator::Emulator;
pub use emulator::binary;

/// The files of `events/` are signed with this key, for this URL.
const SIGNING_KEY: &str = "PSK_example_signing_key";
const FUNCTION_URL: &str = "https://exampleurlid.lambda-url.us-east-1.on.aws/";

/// A stack to which the carrier's requests in `events/` are genuine.
async fn stack() -> TestApp {
    TestApp::start_with(|options| {
        for (parameter, value) in [
            ("CallWebhookUrl", FUNCTION_URL),
            ("CallStatusWebhookUrl", FUNCTION_URL),
            ("MessageWebhookUrl", FUNCTION_URL),
            ("MessageStatusWebhookUrl", FUNCTION_URL),
            ("RegistrationWebhookUrl", FUNCTION_URL),
            ("SignalWireSigningKeySecondary", SIGNING_KEY),
        ] {
            options.parameters.insert(parameter.to_owned(), value.to_owned());
        }
    })
    .await
}

/// What the stack's functions are given, for the same function under the emulator.
async fn settings(app: &TestApp, function: &str) -> BTreeMap<&'static str, String> {
    let urls = &app.stack.urls;
    let jwt_key = app.call(Method::GET, &format!("{}/_sim/jwt-key", urls.clerk), None, None, &[]).await.body;
    let database = if function == "migrate" { &urls.database_url } else { &urls.app_database_url };
    let text = str::to_owned;
    BTreeMap::from([
        ("BUSINESS_CONFIG", text("{}")),
        ("CALL_STATUS_WEBHOOK_URL", text(FUNCTION_URL)),
        ("CALL_WEBHOOK_URL", text(FUNCTION_URL)),
        ("CLERK_API_URL", urls.clerk.clone()),
        ("CLERK_AUTHORIZED_PARTIES", urls.api.clone()),
        ("API_REQUESTS_PER_MINUTE", "6000".to_owned()),
        ("CLERK_ISSUER", urls.clerk_issuer.clone()),
        ("CLERK_JWT_KEY", text(jwt_key.as_str().expect("a PEM"))),
        ("CLERK_SECRET_KEY", urls.clerk_secret_key.clone()),
        ("CLERK_WEBHOOK_SECRET", urls.clerk_webhook_secret.clone()),
        ("DATABASE_URL", database.clone()),
        ("MEDIA_BUCKET", text("no-such-bucket")),
        ("METRICS_NAMESPACE", text("Switchboard/test")),
        ("PLATFORM_ADMINS", String::new()),
        ("MEDIA_QUEUE_URL", format!("{}nobody-sends-here", urls.queues)),
        ("INBOX_QUEUE_URL", format!("{}nobody-sends-here.fifo", urls.queues)),
        ("MESSAGE_STATUS_WEBHOOK_URL", text(FUNCTION_URL)),
        ("MESSAGE_WEBHOOK_URL", text(FUNCTION_URL)),
        ("WEBHOOK_DESTINATIONS", text("public")),
        ("WEBHOOK_QUEUE_URL", format!("{}nobody-sends-here", urls.queues)),
        ("PROVISIONING_QUEUE_URL", format!("{}nobody-sends-here", urls.queues)),
        ("REGISTRATION_WEBHOOK_URL", text(FUNCTION_URL)),
        ("SIGNALWIRE_PHONE_NUMBER", urls.platform_number.clone()),
        ("SIGNALWIRE_PROJECT_ID", urls.signalwire_project.clone()),
        ("SIGNALWIRE_SIGNING_KEY", urls.signalwire_signing_key.clone()),
        ("SIGNALWIRE_SIGNING_KEY_SECONDARY", text(SIGNING_KEY)),
        ("SIGNALWIRE_SPACE_URL", urls.signalwire.clone()),
        ("SIGNALWIRE_TOKEN", urls.signalwire_token.clone()),
        ("SIGNALWIRE_WHATSAPP_NUMBER", urls.platform_number.clone()),
    ])
}

async fn emulator(app: &TestApp, function: &str) -> Emulator {
    Emulator::start(function, &settings(app, function).await).await
}

/// What Lambda's `Invoke` answers in the local stack.
async fn invoke(app: &TestApp, function: &str, event: &Value) -> Value {
    let url = format!("{}/{function}/invocations", app.stack.urls.invoke);
    let answer = app.post_json(&url, event).await;
    assert_eq!(answer.status, 200, "{function}: {answer:?}");
    answer.body
}

fn event(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_gets_the_same_answer_from_the_emulator_of_aws_and_from_the_local_stack() {
    let app = stack().await;
    for function in Template::read().functions.into_keys() {
        // One request at a time: the emulator dies of two.
        let emulator = emulator(&app, &function).await;
        for path in files(format!("events/{function}"), "json") {
            let event = event(&path.to_string_lossy());
            let expected = emulator.invoke(&event).await;
            let ours = invoke(&app, &function, &event).await;
            assert_eq!(ours, expected, "{}; right: the emulator\n{}", path.display(), emulator.log());
            assert!(expected.get("errorType").is_none(), "{}: {expected}", path.display());
        }
        emulator.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_token_is_refused_as_the_api_documents_it() {
    let app = stack().await;
    for function in ["read-workspace", "list-numbers"] {
        let event = event(&format!("events/{function}/without-token.json"));
        let emulator = emulator(&app, function).await;
        for answer in [emulator.invoke(&event).await, invoke(&app, function, &event).await] {
            assert_eq!(answer["statusCode"], 401, "{answer}");
            assert_eq!(answer["headers"]["content-type"], "application/problem+json", "{answer}");
            assert_eq!(answer["headers"]["cache-control"], "no-store", "{answer}");
            assert_eq!(answer["headers"]["www-authenticate"], "Bearer error=\"invalid_token\"", "{answer}");
            let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            assert_eq!((&body["status"], &body["code"]), (&json!(401), &json!("unauthenticated")), "{answer}");
        }
        emulator.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_request_is_answered_alike() {
    let app = stack().await;
    let org = app.organization("pro").await;
    let numbers = app.wait_for_numbers(&org, 1).await;
    for (function, path) in [("read-workspace", "by-organization"), ("list-numbers", "all")] {
        let mut event = event(&format!("events/{function}/{path}.json"));
        event["pathParameters"]["workspace"] = json!(org.id);
        event["headers"]["authorization"] = json!(format!("Bearer {}", org.admin_token));

        let emulator = emulator(&app, function).await;
        let answer = emulator.invoke(&event).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
        assert_eq!(answer["headers"]["content-type"], "application/json", "{answer}");
        assert_eq!(invoke(&app, function, &event).await, answer, "{function}");
        emulator.stop().await;

        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        match function {
            "read-workspace" => assert_eq!(body["workspace"]["numbersUsed"], 1, "{body}"),
            _ => assert_eq!(body["phoneNumbers"], json!(numbers), "{body}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_the_carrier_is_taken() {
    let app = stack().await;
    let event = event("events/receive-message/text.json");
    let emulator = emulator(&app, "receive-message").await;
    for answer in [emulator.invoke(&event).await, invoke(&app, "receive-message", &event).await] {
        assert_eq!(
            (&answer["statusCode"], &answer["headers"]["content-type"]),
            (&json!(200), &json!("text/xml")),
            "{answer}"
        );
        assert!(answer["body"].as_str().unwrap().ends_with("<Response/>"), "{answer}");
    }
    emulator.stop().await;
    let kept = "SELECT count(*) FROM unroutable_events WHERE event_key = '3f2b8c1a-7d64-4e90-b1c5-0a9f8e7d6c5b'";
    assert_eq!(app.count(kept, &[]).await, 1, "the same text twice is kept once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_migration_is_an_error_for_whoever_invoked_it() {
    let nowhere = "postgres://nobody@127.0.0.1:1/none?sslmode=disable";
    let app = TestApp::start_with(|options| nowhere.clone_into(&mut options.database_url)).await;
    let event = event("events/migrate/deployment.json");
    let emulator = emulator(&app, "migrate").await;
    let expected = emulator.invoke(&event).await;
    assert!(expected["errorType"].is_string() && expected["errorMessage"].is_string(), "{expected}");
    assert_eq!(invoke(&app, "migrate", &event).await, expected);
    emulator.stop().await;
}

#[tokio::test]
async fn a_function_without_its_settings_refuses_to_start_and_names_the_first_one() {
    for (name, function) in Template::read().functions {
        let program = emulator::binary(&name);
        let output = Command::new(&program).env_clear().kill_on_drop(true).output().await;
        let output = output.unwrap_or_else(|error| panic!("{}: {error}: run cargo build first", program.display()));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{name} starts without its settings");
        assert!(function.variables.keys().any(|setting| text.contains(setting)), "{name} names no setting: {text}");
    }
}
