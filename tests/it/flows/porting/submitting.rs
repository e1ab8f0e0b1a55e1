//! What a submission asks the carrier, which takes money for its answers.

use reqwest::StatusCode;
use serde_json::json;

use super::{NUMBER, desk, fields, one, outcome, text};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_without_the_carrier_costs_nothing() {
    let app = TestApp::start().await;
    let (starter, pro) = (desk(&app, "starter").await, desk(&app, "pro").await);
    let of_starter = starter.ready(&one()).await;
    let of_pro = pro.ready(&one()).await;
    for _ in 0..2 {
        assert_eq!(outcome(&starter.submit(&of_starter).await), (403, "plan_requires_upgrade"));
        assert_eq!(outcome(&pro.submit(&of_pro).await), (409, "number_limit_reached"));
    }
    let temporary = pro.numbers().await[0]["id"].clone();
    let numbers = json!([{ "phoneNumber": NUMBER, "replacesPhoneNumberId": temporary }]);
    let changed = pro.change(&of_pro, json!({ "numbers": numbers })).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    let announced = json!({ "kind": "invoice", "contentType": "application/pdf", "byteSize": 5000 });
    let path = format!("/port-orders/{of_pro}/documents");
    assert_eq!(app.post(&pro.org, &path, &announced).await.status, StatusCode::CREATED);
    assert_eq!(fields(&pro.submit(&of_pro).await), ["documents.invoice"], "it was never uploaded");
    assert_eq!(pro.lookups().await, 0);

    assert_eq!(app.count("SELECT count(*) FROM port_order_numbers WHERE claimed", &[]).await, 0, "nothing is held");
    pro.upload(&of_pro, "invoice").await;
    assert_eq!(pro.submit(&of_pro).await.status, StatusCode::OK);
    assert_eq!(pro.lookups().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_looked_up_once_also_when_the_submission_is_refused() {
    let app = TestApp::start().await;
    let desk = desk(&app, "enterprise").await;
    let (pager, unknown) = ("+14055550192", "+14055550193");
    for (number, line) in [(pager, "pager"), (unknown, "invalid")] {
        app.sim_post("/lookups", json!({ "phoneNumber": number, "lineType": line })).await;
    }
    let numbers = json!([{ "phoneNumber": NUMBER }, { "phoneNumber": pager }, { "phoneNumber": unknown }]);
    let id = desk.ready(&numbers).await;
    for attempt in ["first", "second"] {
        let refused = desk.submit(&id).await;
        let expected = vec!["numbers[1].phoneNumber", "numbers[2].phoneNumber"];
        assert_eq!((outcome(&refused), fields(&refused)), ((422, "invalid_request"), expected), "{attempt}");
        assert!(refused.body["errors"][1]["detail"].to_string().contains("does not know it"), "{attempt}: {refused:?}");
        assert_eq!(desk.lookups().await, 3, "{attempt}");
    }
    let order = desk.read(&id).await;
    assert_eq!(
        (text(&order, "/numbers/0/portability"), text(&order, "/numbers/0/lineType")),
        ("portable", "wireless"),
        "what is good is kept as well"
    );

    let changed = desk.change(&id, json!({ "numbers": one() })).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    assert_eq!(desk.submit(&id).await.status, StatusCode::OK);
    assert_eq!(desk.lookups().await, 3);
}
