//! Whom a workspace may have us request: the public internet, whatever a name leads to meanwhile.

use serde_json::json;

use crate::support::{Receiver, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_inside_a_network_is_requested() {
    let app = TestApp::start_with(|options| {
        options.parameters.insert("WebhookDestinations".to_owned(), "public".to_owned());
    })
    .await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    let receiver = Receiver::start().await;
    let port = receiver.url.split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
    for url in [
        receiver.url.as_str(),
        "http://example.com/hooks",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.google.internal/",
        "https://user:password@example.com/",
        "https://example.com:8443/",
        "file:///etc/passwd",
    ] {
        let answer = app.post(&org, "/webhook-endpoints", &json!({ "url": url })).await;
        assert_eq!((answer.status.as_u16(), answer.body["errors"][0]["field"].as_str()), (422, Some("url")), "{url}");
    }

    let made = app.post(&org, "/webhook-endpoints", &json!({ "url": "https://hooks.example.com/a" })).await;
    assert_eq!(made.status, 201, "{made:?}");
    // As if the name led inside by now; and what an older version may have taken.
    for inside in [format!("https://localhost:{port}/"), receiver.url.clone(), "https://10.0.0.8/".to_owned()] {
        app.rows("UPDATE webhook_endpoints SET url = $1 RETURNING id", &[&inside]).await;
        app.customer_texts("+14055550123", &number, "Hello").await;
        let sql = "WITH gone AS (UPDATE webhook_deliveries SET state = 'canceled'
                WHERE state = 'pending' AND failure_code = 'address_refused' RETURNING id) SELECT count(*) FROM gone";
        app.eventually("the address is refused", async || (app.count(sql, &[]).await == 1).then_some(())).await;
    }
    assert!(receiver.told().is_empty());
}
