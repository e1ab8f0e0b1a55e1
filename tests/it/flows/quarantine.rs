//! Numbers that another workspace gave back.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Organization, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_another_workspace_gave_back_is_not_sold_to_a_stranger_for_a_while() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "releaseAfterSeconds": 0 })).await;
    let (first, second) = (app.organization("enterprise").await, app.organization("enterprise").await);
    app.wait_for_numbers(&first, 1).await;
    app.wait_for_numbers(&second, 1).await;
    let wanted = "+15035550142";
    app.sim_post("/inventory", json!({ "areaCode": "503", "numbers": [wanted, "+15035550143"] })).await;
    app.post(&first, "/phone-numbers", &json!({ "phoneNumber": wanted, "numberType": "sales" })).await;
    let number = app.wait_for_numbers(&first, 2).await.remove(1);
    assert_eq!(number["phoneNumber"], wanted);
    let url = app.api(&first.id, &format!("/phone-numbers/{}", number["id"].as_str().unwrap()));
    app.call(Method::DELETE, &url, Some(&first.admin_token), None, &[]).await;
    app.eventually("the carrier has it back", async || {
        let bought = app.bought_numbers().await;
        bought.iter().all(|number| number["phoneNumber"] != wanted).then_some(())
    })
    .await;
    app.sim_post("/inventory", json!({ "areaCode": "503", "numbers": [wanted, "+15035550143"] })).await;

    let offers = async |org: &Organization| {
        let answer = app.get(org, "/phone-numbers/available?areaCode=503").await;
        let all = answer.body["available"].as_array().unwrap().clone();
        all.iter().map(|one| one["phoneNumber"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(offers(&second).await, ["+15035550143"]);
    assert_eq!(offers(&first).await.len(), 2, "whose it was may have it again");
    let named = app.post(&second, "/phone-numbers", &json!({ "phoneNumber": wanted, "numberType": "sales" })).await;
    assert_eq!((named.status, &named.body["code"]), (StatusCode::CONFLICT, &json!("number_taken")), "{named:?}");
    app.post(&second, "/phone-numbers", &json!({ "areaCode": "503", "numberType": "support" })).await;
    app.eventually("the search takes the other one", async || {
        let numbers = app.get(&second, "/phone-numbers").await.body["phoneNumbers"].clone();
        (numbers[1]["phoneNumber"] == "+15035550143").then_some(())
    })
    .await;

    app.rows("UPDATE workspace_phone_numbers SET released_at = now() - interval '46 days' WHERE status = 'released' RETURNING id", &[]).await;
    app.sim_post("/inventory", json!({ "areaCode": "503", "numbers": [wanted] })).await;
    assert_eq!(offers(&second).await, [wanted]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_comes_after_the_release_is_kept_and_nobody_reads_it() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "releaseAfterSeconds": 0 })).await;
    let (first, second) = (app.organization("enterprise").await, app.organization("enterprise").await);
    app.wait_for_numbers(&first, 1).await;
    app.wait_for_numbers(&second, 1).await;
    let (wanted, customer) = ("+15035550142", "+14055550177");
    app.sim_post("/inventory", json!({ "areaCode": "503", "numbers": [wanted] })).await;
    app.post(&first, "/phone-numbers", &json!({ "phoneNumber": wanted, "numberType": "sales" })).await;
    let number = app.wait_for_numbers(&first, 2).await.remove(1);
    assert_eq!(number["phoneNumber"], wanted);
    app.customer_texts(customer, wanted, "Before the release").await;
    let url = app.api(&first.id, &format!("/phone-numbers/{}", number["id"].as_str().unwrap()));
    app.call(Method::DELETE, &url, Some(&first.admin_token), None, &[]).await;

    // The carrier's delivery may be late, and may come twice.
    let late = |sid| {
        [("MessageSid", sid), ("From", customer), ("To", wanted), ("Body", "After the release"), ("NumMedia", "0")]
    };
    for sid in ["late-1", "late-1"] {
        assert_eq!(app.webhook(&app.stack.urls.message_webhook, &late(sid)).await.status, StatusCode::OK);
    }
    let kept =
        "SELECT count(*) FROM unroutable_events WHERE event_key = 'late-1' AND payload ->> 'Body' = 'After the release'
        AND replayed_at IS NULL";
    assert_eq!(app.count(kept, &[]).await, 1);
    let (_, messages) = app.only_conversation(&first).await;
    assert_eq!(messages.len(), 1, "{messages:?}");

    app.eventually("the carrier has it back", async || {
        let bought = app.bought_numbers().await;
        bought.iter().all(|number| number["phoneNumber"] != wanted).then_some(())
    })
    .await;
    app.rows("UPDATE workspace_phone_numbers SET released_at = now() - interval '46 days' WHERE status = 'released' RETURNING id", &[]).await;
    app.sim_post("/inventory", json!({ "areaCode": "503", "numbers": [wanted] })).await;
    let bought = app.post(&second, "/phone-numbers", &json!({ "phoneNumber": wanted, "numberType": "sales" })).await;
    assert!(bought.status.is_success(), "{bought:?}");
    app.wait_for_numbers(&second, 2).await;
    app.sweep().await;
    let theirs = app.get(&second, "/conversations?status=all").await;
    assert_eq!(theirs.body["conversations"], json!([]), "it was not sent to them");
    let (_, messages) = app.only_conversation(&first).await;
    assert_eq!(messages.len(), 1, "nor to those who had the number before: {messages:?}");
    assert_eq!(app.count(kept, &[]).await, 1);
}
