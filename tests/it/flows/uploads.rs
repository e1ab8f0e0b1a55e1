//! Files that members upload and send.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";

/// Prepares an upload; answers with the whole body.
async fn prepare(app: &TestApp, org: &Organization, content_type: &str, byte_size: usize) -> Value {
    let wanted = json!({ "contentType": content_type, "byteSize": byte_size, "fileName": "Price list.png" });
    let answer = app.post(org, "/media", &wanted).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.body
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

async fn send(app: &TestApp, org: &Organization, media: &[&str]) -> crate::support::Answer {
    app.post(org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "mediaUrls": media })).await
}

/// The addresses that the carrier was given with its last message.
async fn carriers_addresses(app: &TestApp) -> Vec<String> {
    app.eventually("the customer has the picture", async || {
        let messages = app.phone(CUSTOMER).await;
        let urls = messages.last()?["mediaUrls"].as_array()?.clone();
        Some(urls.iter().map(|url| url.as_str().expect("an address").to_owned()).collect())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_picture_is_sent_and_shown() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    let picture = vec![7_u8; 2000];
    let prepared = prepare(&app, &org, "image/png", picture.len()).await;
    assert_eq!(
        (&prepared["upload"]["method"], &prepared["upload"]["headers"]),
        (&json!("PUT"), &json!({ "content-type": "image/png" }))
    );

    // As a browser does it: asks whether it may, then uploads.
    let url = text(&prepared, "/upload/url");
    let ask = async |origin: &str| {
        let asked = app.http.request(Method::OPTIONS, url).header("origin", origin);
        let asked = asked.header("access-control-request-method", "PUT");
        asked.header("access-control-request-headers", "content-type").send().await.unwrap()
    };
    let may = ask(&app.stack.urls.console).await;
    assert!(may.status().is_success() && may.headers().contains_key("access-control-allow-origin"), "{may:?}");
    let other = ask("https://other.example.com").await;
    assert_eq!(other.status(), StatusCode::FORBIDDEN, "only the console's pages upload: {other:?}");
    let stored = app.http.put(url).header("content-type", "image/png").body(picture.clone()).send().await.unwrap();
    assert!(stored.status().is_success(), "{stored:?}");

    let media_url = text(&prepared, "/mediaUrl");
    assert!(media_url.ends_with("/2000/Price-list.png") && !media_url.contains("X-Amz"), "{media_url}");
    let sent = send(&app, &org, &[media_url]).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{sent:?}");

    // The carrier gets an address of its own that works, and so do members who read the conversation later.
    let given = carriers_addresses(&app).await;
    assert!(given[0].starts_with(media_url) && given[0].contains("X-Amz-Signature="), "{given:?}");
    let conversation = text(&sent.body, "/message/conversationId");
    let read = app.get(&org, &format!("/conversations/{conversation}/messages")).await;
    let shown = &read.body["messages"][0]["media"][0];
    assert_eq!((&shown["contentType"], &shown["byteSize"]), (&json!("image/png"), &json!(2000)));
    for address in [given[0].as_str(), text(shown, "/url")] {
        let fetched = app.http.get(address).send().await.unwrap();
        assert_eq!(fetched.headers()["content-type"], "image/png");
        assert_eq!(fetched.bytes().await.unwrap(), picture);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sends_the_files_of_others() {
    let app = TestApp::start().await;
    let (mine, theirs) = (app.organization("starter").await, app.organization("starter").await);
    let prepared = prepare(&app, &theirs, "application/pdf", 1000).await;
    let theirs_url = text(&prepared, "/mediaUrl");
    let in_the_bucket = theirs_url.split_once("/media/").unwrap().0;
    for url in [
        theirs_url.to_owned(),
        format!("{theirs_url}?X-Amz-Signature=1"),
        text(&prepared, "/upload/url").to_owned(),
        format!("{in_the_bucket}/media/0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10/1/2"),
        format!("{in_the_bucket}/anything"),
    ] {
        let answer = send(&app, &mine, &[&url]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (422, &json!("media_not_found")),
            "{url}: {answer:?}"
        );
    }
    assert_eq!(send(&app, &theirs, &[theirs_url]).await.status, StatusCode::CREATED);
    // Addresses elsewhere are the carrier's to judge, as before.
    assert_eq!(send(&app, &mine, &["https://files.example.com/map.png"]).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_too_large_together_are_refused_before_the_carrier() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let mut urls = Vec::new();
    for _ in 0..2 {
        urls.push(text(&prepare(&app, &org, "video/mp4", 700_000).await, "/mediaUrl").to_owned());
    }
    let answer = send(&app, &org, &[&urls[0], &urls[1]]).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (422, &json!("media_too_large")), "{answer:?}");
    assert_eq!(send(&app, &org, &[&urls[0]]).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_cannot_be_uploaded() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    for (wanted, field) in [
        (json!({ "contentType": "image/svg+xml", "byteSize": 10 }), "contentType"),
        (json!({ "contentType": "text/html", "byteSize": 10 }), "contentType"),
        (json!({ "contentType": "image/png", "byteSize": 0 }), "byteSize"),
        (json!({ "contentType": "image/png", "byteSize": 1_200_001 }), "byteSize"),
        (json!({ "contentType": "image/png", "byteSize": -1 }), "byteSize"),
        (json!({ "contentType": "image/png" }), "body"),
    ] {
        let answer = app.post(&org, "/media", &wanted).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["field"]),
            (422, &json!(field)),
            "{wanted}: {answer:?}"
        );
    }
    let wanted = json!({ "contentType": "image/png", "byteSize": 10 });
    let other = app.organization("starter").await;
    let elsewhere =
        app.call(Method::POST, &app.api(&other.id, "/media"), Some(&org.admin_token), Some(&wanted), &[]).await;
    assert_eq!((elsewhere.status.as_u16(), &elsewhere.body["code"]), (404, &json!("workspace_not_found")));
    let nobody = app.call(Method::POST, &app.api(&org.id, "/media"), None, Some(&wanted), &[]).await;
    assert_eq!(nobody.status, 401);
}
