//! Pictures and files of customers, from the carrier into the bucket and to members.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

/// Puts a file at the carrier's own host; gives its address.
async fn file(app: &TestApp, name: &str, extra: Value) -> String {
    let mut file = json!({ "name": name, "contentType": "image/png", "size": 1000 });
    for (key, value) in extra.as_object().unwrap() {
        file[key] = value.clone();
    }
    let answer = app.sim_post("/files", file).await;
    format!("{}{}", app.stack.urls.signalwire, answer["path"].as_str().unwrap())
}

/// How often a file was asked for, and how often of that with credentials.
async fn requests(app: &TestApp, name: &str) -> (u64, u64) {
    let files = app.sim_get("/files").await;
    let file = files["files"].as_array().unwrap().iter().find(|file| file["name"] == name).unwrap().clone();
    (file["requests"].as_u64().unwrap(), file["requestsWithCredentials"].as_u64().unwrap())
}

async fn organization(app: &TestApp) -> (Organization, String) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    (org, number)
}

async fn customer_sends(app: &TestApp, to: &str, media: &[&str]) {
    let text = json!({ "from": "+14055550123", "to": to, "body": "Look", "mediaUrls": media });
    app.sim_post("/messages", text).await;
}

/// The media of the only message, once none of them is on its way any more.
async fn settled(app: &TestApp, org: &Organization) -> Vec<Value> {
    app.eventually("the media are settled", async || {
        let (_, messages) = app.only_conversation(org).await;
        let media = messages[0]["media"].as_array().unwrap().clone();
        media.iter().all(|medium| medium["state"] != "pending").then_some(media)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_copied_and_read_by_addresses_that_expire() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    // Announced a moment before it is there, and only for who has the project's credentials.
    let late = file(&app, "late.png", json!({ "missingFor": 1, "protected": true })).await;
    let card = file(&app, "card.vcf", json!({ "contentType": "text/vcard; charset=utf-8", "size": 30 })).await;
    customer_sends(&app, &number, &[&late, &card]).await;

    let media = settled(&app, &org).await;
    let facts: Vec<_> =
        media.iter().map(|m| (m["state"].as_str(), m["contentType"].as_str(), m["byteSize"].as_i64())).collect();
    assert_eq!(
        facts,
        [(Some("stored"), Some("image/png"), Some(1000)), (Some("stored"), Some("text/vcard"), Some(30))]
    );
    for (medium, size, disposition) in [(&media[0], 1000, "inline"), (&media[1], 30, "attachment")] {
        let url = medium["url"].as_str().unwrap();
        assert!(url.contains("X-Amz-Signature=") && url.contains("X-Amz-Expires=900"), "{url}");
        assert!(!url.contains(&app.stack.urls.signalwire), "{url}");
        let answer = app.call(Method::GET, url, None, None, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str().map(str::len)), (200, Some(size)));
        assert_eq!(answer.headers["content-disposition"], disposition);
    }
    assert_eq!(requests(&app, "late.png").await, (2, 2), "once in vain, once with success");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_stored_says_so_and_the_text_is_there_all_the_same() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    let script = file(&app, "page.html", json!({ "contentType": "text/html" })).await;
    let huge = file(&app, "huge.mp4", json!({ "contentType": "video/mp4", "size": 11 * 1024 * 1024 })).await;
    // Credentials must not leave the carrier's host, and addresses inside a network are not asked.
    let inside = file(&app, "inside.png", json!({ "redirectTo": "http://127.0.0.1:1/latest/meta-data" })).await;
    let elsewhere = format!("{}/files/page.html", app.stack.urls.api);
    customer_sends(&app, &number, &[&script, &huge, &inside, &elsewhere]).await;

    let media = settled(&app, &org).await;
    assert!(media.iter().all(|medium| medium["state"] == "failed" && medium["byteSize"].is_null()), "{media:?}");
    let codes = app.rows("SELECT failure_code FROM message_media ORDER BY position", &[]).await;
    let codes: Vec<&str> = codes.iter().map(|row| row.get(0)).collect();
    assert_eq!(codes, ["unsupported_type", "too_large", "bad_address", "bad_address"]);
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((&conversation["unreadCount"], &messages[0]["body"]), (&json!(1), &json!("Look")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_finds_media_whose_message_got_lost_and_copies_them_once() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    let late = file(&app, "late.png", json!({ "missingFor": 1 })).await;
    customer_sends(&app, &number, &[&late]).await;
    let waiting = "SELECT count(*) FROM message_media WHERE attempts = 1 AND leased_until IS NULL";
    app.eventually("it was not there yet", async || (app.count(waiting, &[]).await == 1).then_some(())).await;
    // As if the queue had lost it.
    app.rows("UPDATE message_media SET due_at = now() - interval '2 minutes' RETURNING id", &[]).await;
    app.stack.fire("sweep").await.expect("the sweep goes well");
    let media = settled(&app, &org).await;
    assert_eq!(media[0]["state"], "stored");
    assert_eq!(app.stack.fire("sweep").await.expect("the sweep goes well")["media"], 0);
    app.eventually("the queue's own message has come too", async || {
        (requests(&app, "late.png").await.0 == 2).then_some(())
    })
    .await;
}
