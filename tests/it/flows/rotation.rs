//! Keys and tokens are rotated in Secrets Manager while the functions run: nothing is refused, and nothing is deployed.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{TestApp, sign_form};

const NEW_KEY: &str = "PSK_rotated";

/// What the carrier signs with at the moment, until the texts are to end.
struct Carrier {
    key: Mutex<String>,
    running: AtomicBool,
}

impl Carrier {
    fn key(&self) -> String {
        self.key.lock().unwrap().clone()
    }
}

/// One customer's texts, each as soon as the one before was answered; gives how many there were.
async fn text_without_pause(app: Arc<TestApp>, carrier: Arc<Carrier>, to: String, customer: usize) -> i64 {
    let url = &app.stack.urls.message_webhook;
    let mut sent = 0;
    while carrier.running.load(Ordering::Relaxed) {
        sent += 1;
        let (sid, from) = (format!("sid-{customer}-{sent}"), format!("+1405555012{customer}"));
        let form = [("MessageSid", sid.as_str()), ("From", &from), ("To", &to), ("Body", "Hi")];
        assert_eq!(text(&app, url, &carrier.key(), &form).await, StatusCode::OK, "{sid}");
    }
    sent
}

async fn text(app: &TestApp, url: &str, key: &str, form: &[(&str, &str)]) -> StatusCode {
    app.post_form(url, form, &[("x-signalwire-signature", &sign_form(key, url, form))]).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signing_key_is_rotated_under_load_and_nothing_is_refused() {
    let app = Arc::new(TestApp::start().await);
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let old_key = app.stack.urls.signalwire_signing_key.clone();
    let carrier = Arc::new(Carrier { key: Mutex::new(old_key.clone()), running: AtomicBool::new(true) });
    let customers: Vec<_> = (0..4)
        .map(|customer| tokio::spawn(text_without_pause(app.clone(), carrier.clone(), number.clone(), customer)))
        .collect();
    let more_texts = async |than: i64| {
        app.eventually("more texts are stored", async || {
            let stored = app.count("SELECT count(*) FROM conversation_messages", &[]).await;
            (stored >= than + 20).then_some(stored)
        })
        .await
    };

    let with_old_key = more_texts(0).await;
    let instances = app.stack.processes("receive-message");
    app.stack.rotate_secret("signalwire-signing-key", NEW_KEY).await.unwrap();
    let in_between = more_texts(with_old_key).await;
    NEW_KEY.clone_into(&mut carrier.key.lock().unwrap());
    more_texts(in_between).await;
    carrier.running.store(false, Ordering::Relaxed);
    let mut sent = 0;
    for customer in customers {
        sent += customer.await.unwrap();
    }

    assert_eq!(app.count("SELECT count(*) FROM conversation_messages", &[]).await, sent);
    let kept = app.stack.processes("receive-message");
    assert!(instances.iter().all(|instance| kept.contains(instance)), "{instances:?} {kept:?}: nobody was replaced");
    // What was signed before the carrier went over may come late, and is noticed.
    let url = &app.stack.urls.message_webhook;
    let late = [("MessageSid", "sid-late"), ("From", "+14055550123"), ("To", number.as_str()), ("Body", "Late")];
    assert_eq!(text(&app, url, &old_key, &late).await, StatusCode::OK);
    app.eventually("the use of the old key is measured", async || {
        app.log_text().contains("\"SecondarySigningKeyUsed\":1.0").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_replaced_twice_is_not_accepted() {
    let app = TestApp::start().await;
    let url = &app.stack.urls.message_webhook;
    let form = [("MessageSid", "sid-1"), ("From", "+14055550123"), ("To", "+14055550100"), ("Body", "Hi")];
    for key in [NEW_KEY, "PSK_rotated_again"] {
        app.stack.rotate_secret("signalwire-signing-key", key).await.unwrap();
    }
    let old_key = &app.stack.urls.signalwire_signing_key;
    for (key, status) in [("PSK_rotated_again", 200), (NEW_KEY, 200), (old_key, 403), ("PSK_other", 403)] {
        assert_eq!(text(&app, url, key, &form).await.as_u16(), status, "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_is_refused_by_the_carrier_takes_the_new_token() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    let token = app.stack.urls.signalwire_token.clone();
    let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });

    app.stack.rotate_secret("signalwire-token", "PT_revoked").await.unwrap();
    let refused = app.post(&org, "/messages", &send).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{refused:?}");
    let instances = app.stack.processes("send-message");

    app.stack.rotate_secret("signalwire-token", &token).await.unwrap();
    let accepted = app.post(&org, "/messages", &send).await;
    assert_eq!(accepted.status, StatusCode::CREATED, "{accepted:?}");
    assert_eq!(app.stack.processes("send-message"), instances, "the same instance");
}

/// Clerk's secret, too: its events are signed by the simulator with the secret that the stack was started with.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_signed_before_the_rotation_is_taken() {
    let app = TestApp::start().await;
    app.organization("pro").await;
    app.stack.rotate_secret("clerk-webhook-secret", "whsec_bmV3LXNlY3JldC1vZi1jbGVyaw==").await.unwrap();
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
}
