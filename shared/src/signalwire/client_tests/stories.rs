//! What is sent and what is read when all goes well.

use super::*;

#[tokio::test]
async fn a_search_sends_its_filters_and_reads_the_numbers() {
    let answer = json!({ "uri": "/x", "available_phone_numbers": [
        { "friendly_name": "(213) 218-6751", "phone_number": NUMBER, "rate_center": "LSAN DA 01", "region": "CA",
          "iso_country": "US", "locality": null, "capabilities": { "voice": true, "SMS": true, "MMS": false } },
        { "friendly_name": "odd", "phone_number": "12345" },
        { "friendly_name": "(213) 218-6752", "phone_number": "+12132186752" },
        { "friendly_name": "(213) 218-6753", "phone_number": "+12132186753" },
    ] });
    let stub = Stub::answering(vec![Reply::Json(200, answer)]).await;

    let search =
        Search { area_code: Some("213".to_owned()), region: Some("CA".to_owned()), limit: 2, ..Search::default() };
    let found = stub.client.search_local(&search).await.unwrap();

    assert_eq!(
        stub.only_request().line,
        format!(
            "GET /api/laml/2010-04-01/Accounts/{PROJECT}/AvailablePhoneNumbers/US/Local.json?AreaCode=213&InRegion=CA&PageSize=2"
        )
    );
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].phone_number, number(NUMBER));
    assert_eq!(found[0].locality.as_deref(), Some("LSAN DA 01"));
    assert_eq!(found[0].capabilities, Capabilities { sms: true, mms: false, voice: true, fax: false });
}

#[tokio::test]
async fn toll_free_numbers_have_their_own_address() {
    let stub = Stub::answering(vec![Reply::Json(200, json!({ "available_phone_numbers": [] }))]).await;
    let search = Search { contains: Some("CAB".to_owned()), ..Search::default() };
    assert_eq!(stub.client.search_toll_free(&search).await.unwrap(), []);
    assert!(stub.only_request().line.ends_with("/US/TollFree.json?Contains=CAB&PageSize=20"));
}

#[tokio::test]
async fn a_purchase_carries_name_and_webhooks_in_one_request() {
    for status in [200, 201] {
        let stub = Stub::answering(vec![Reply::Json(status, owned_number(NUMBER, NAME))]).await;
        let bought = purchase(&stub).await.unwrap();
        assert_eq!((bought.sid.as_str(), bought.friendly_name.as_str()), (SID, NAME));
        assert_eq!(bought.created_at, Some(time("2026-01-15T10:30:00Z")));
        assert!(!bought.capabilities.sms && bought.capabilities.voice);

        let request = stub.only_request();
        assert_eq!(request.line, format!("POST /api/laml/2010-04-01/Accounts/{PROJECT}/IncomingPhoneNumbers.json"));
        // "project:token"
        assert_eq!(request.authorization, "Basic ZWExMDgxMzMtZDZiMy00MDdjLTk1MzYtOWZhZDhhOTI5YTZhOlBUc2VjcmV0");
        let expected = [
            ("PhoneNumber", NUMBER),
            ("FriendlyName", NAME),
            ("SmsUrl", "https://hooks.example.com/sms"),
            ("SmsMethod", "POST"),
            ("VoiceUrl", "https://hooks.example.com/call"),
            ("VoiceMethod", "POST"),
        ];
        assert_eq!(form(&request.body), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[tokio::test]
async fn a_number_is_found_on_a_later_page_and_compared_exactly() {
    let first = json!({
        "incoming_phone_numbers": [owned_number("+12132186700", NAME), owned_number(NUMBER, "sb-other")],
        "next_page_uri": format!("/api/laml/2010-04-01/Accounts/{PROJECT}/IncomingPhoneNumbers?Page=1&PageToken=PAabc"),
    });
    let second = json!({ "incoming_phone_numbers": [owned_number(NUMBER, NAME)], "next_page_uri": null });
    let stub = Stub::answering(vec![Reply::Json(200, first), Reply::Json(200, second)]).await;

    let found = stub.client.find_number(&number(NUMBER), NAME).await.unwrap();

    assert_eq!(found.map(|found| found.friendly_name), Some(NAME.to_owned()));
    let received = stub.received();
    assert!(
        received[0].line.ends_with("/IncomingPhoneNumbers.json?PhoneNumber=%2B12132186751&PageSize=1000"),
        "{received:?}"
    );
    assert!(received[1].line.ends_with("/IncomingPhoneNumbers?Page=1&PageToken=PAabc"), "{received:?}");
    assert!(received[1].authorization.starts_with("Basic "));
}

#[tokio::test]
async fn a_number_that_is_not_there_is_not_found() {
    let list = json!({ "incoming_phone_numbers": [owned_number(NUMBER, "SB-OTHER")], "next_page_uri": null });
    let stub = Stub::answering(vec![Reply::Json(200, list)]).await;
    assert_eq!(stub.client.find_number(&number(NUMBER), NAME).await.unwrap(), None);
}

#[tokio::test]
async fn a_strange_number_of_somebody_else_does_not_hide_ours() {
    let list = json!({ "incoming_phone_numbers": [owned_number("72345", "x"), owned_number(NUMBER, NAME)] });
    let stub = Stub::answering(vec![Reply::Json(200, list)]).await;
    assert_eq!(stub.client.find_numbers_by_friendly_name(NAME).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_number_is_read_updated_and_released() {
    let replies = vec![
        Reply::Json(200, owned_number(NUMBER, NAME)),
        Reply::Json(200, owned_number(NUMBER, "Sales")),
        Reply::Raw("HTTP/1.1 204 No Content\r\n\r\n"),
    ];
    let stub = Stub::answering(replies).await;
    let update = NumberUpdate { friendly_name: Some("Sales"), webhooks: None };
    assert_eq!(stub.client.get_number(SID).await.unwrap().phone_number, number(NUMBER));
    assert_eq!(stub.client.update_number(SID, &update).await.unwrap().friendly_name, "Sales");
    stub.client.release_number(SID).await.unwrap();

    let received = stub.received();
    let path = format!("/api/laml/2010-04-01/Accounts/{PROJECT}/IncomingPhoneNumbers/{SID}.json");
    assert_eq!(received[0].line, format!("GET {path}"));
    assert_eq!(received[1].line, format!("POST {path}"));
    assert_eq!(received[1].body, "FriendlyName=Sales");
    assert_eq!(received[2].line, format!("DELETE {path}"));
}

#[tokio::test]
async fn a_text_goes_out_with_all_its_media() {
    let stub =
        Stub::answering(vec![Reply::Json(201, message("m1", "+14152370100", "Thu, 15 Jan 2026 10:31:00 +0000"))]).await;
    let sent = send(&stub).await.unwrap();
    assert_eq!((sent.sid.as_str(), sent.status.as_str(), sent.price_micros), ("m1", "queued", None));

    let expected = [
        ("From", NUMBER),
        ("To", "+14152370100"),
        ("StatusCallback", "https://hooks.example.com/status?id=1"),
        ("Body", "Grüße & 100%"),
        ("MediaUrl", "https://files.example.com/a.jpg"),
        ("MediaUrl", "https://files.example.com/b.jpg?x=1&y=2"),
    ];
    assert_eq!(form(&stub.only_request().body), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn numbers_and_strings_are_taken_for_each_other() {
    let mut fields = message("m1", "+14152370100", "2026-01-15T10:31:00Z");
    for (price, error_code, segments) in
        [(json!(-0.0079), json!(30003), json!("2")), (json!("0.0079"), json!("30003"), json!(2))]
    {
        fields["price"] = price;
        fields["error_code"] = error_code;
        fields["num_segments"] = segments;
        let stub = Stub::answering(vec![Reply::Json(200, fields.clone())]).await;
        let read = stub.client.get_message("m1").await.unwrap();
        assert_eq!(
            (read.price_micros, read.error_code.as_deref(), read.num_segments),
            (Some(7_900), Some("30003"), Some(2))
        );
        assert_eq!(read.created_at, Some(time("2026-01-15T10:31:00Z")));
        assert!(!format!("{read:?}").contains("Hello"));
    }
}

#[tokio::test]
async fn a_thread_is_found_with_its_unsent_texts_and_without_the_old_ones() {
    let list = json!({ "messages": [
        message("new", "+14152370100", "Thu, 15 Jan 2026 10:31:00 +0000"),
        message("old", "+14152370100", "Thu, 15 Jan 2026 10:29:00 +0000"),
        message("other", "+14152370101", "Thu, 15 Jan 2026 10:32:00 +0000"),
    ], "next_page_uri": null });
    let stub = Stub::answering(vec![Reply::Json(200, list)]).await;
    let query =
        MessageQuery { to: number("+14152370100"), from: number(NUMBER), since: time("2026-01-15T10:31:00.900Z") };
    let found = stub.client.find_messages(&query).await.unwrap();
    assert_eq!(found.iter().map(|message| message.sid.as_str()).collect::<Vec<_>>(), ["new"]);
    assert!(stub.only_request().line.ends_with("/Messages.json?To=%2B14152370100&From=%2B12132186751&PageSize=1000"));
}

#[tokio::test]
async fn all_texts_since_a_day_are_read_page_by_page() {
    let link = "/api/laml/2010-04-01/Accounts/p/Messages?Page=1&PageToken=PAnew";
    let page = |sid: &str, next: Value| {
        let messages = [message(sid, NUMBER, "Thu, 15 Jan 2026 10:31:00 +0000")];
        Reply::Json(200, json!({ "messages": messages, "next_page_uri": next }))
    };
    let stub = Stub::answering(vec![page("new", json!(link)), page("old", Value::Null)]).await;
    let since = time("2026-01-15T10:31:00Z");
    let first = stub.client.list_messages(since, None).await.unwrap();
    assert_eq!((first.items[0].sid.as_str(), first.next.as_deref()), ("new", Some(link)));
    let last = stub.client.list_messages(since, first.next.as_deref()).await.unwrap();
    assert_eq!((last.items[0].sid.as_str(), last.next), ("old", None));

    let received = stub.received();
    assert!(received[0].line.ends_with("/Messages.json?DateSent%3E=2026-01-15&PageSize=1000"), "{received:?}");
    assert_eq!(received[1].line, format!("GET {link}"));
}

#[tokio::test]
async fn a_page_at_another_host_is_not_read() {
    let stub = Stub::answering(vec![]).await;
    let error = stub.client.list_messages(time("2026-01-15T10:31:00Z"), Some("//elsewhere.example.com/api")).await;
    assert!(matches!(error, Err(ClientError::Unreadable { source: UnreadableAnswer::Paging, .. })), "{error:?}");
}

#[tokio::test]
async fn numbers_are_assigned_to_a_campaign() {
    let order = json!({ "id": "o1", "state": "pending", "processed_at": null });
    let done = json!({ "id": "o1", "state": "processed", "processed_at": "2026-01-15T10:30:00Z" });
    let first = json!({
        "links": { "self": "/api/x", "next": "/api/relay/rest/registry/beta/campaigns/c1/numbers?page_number=1&page_token=t" },
        "data": [{ "id": "a1", "state": "completed", "phone_number": { "id": SID, "name": null, "number": NUMBER } }],
    });
    let last = json!({ "links": {}, "data": [{ "id": "a2", "state": "resting", "phone_number": null }] });
    let stub = Stub::answering(vec![
        Reply::Json(200, order),
        Reply::Json(200, done),
        Reply::Json(200, first),
        Reply::Json(200, last),
    ])
    .await;

    let callback = Url::parse("https://hooks.example.com/10dlc").unwrap();
    let ordered = stub.client.order_assignment("c1", &[number(NUMBER)], Some(&callback)).await.unwrap();
    assert_eq!(ordered.state, OrderState::Pending);
    let read = stub.client.get_order("o1").await.unwrap();
    assert_eq!((read.state, read.processed_at), (OrderState::Processed, Some(time("2026-01-15T10:30:00Z"))));
    let assignments = stub.client.list_assignments("c1").await.unwrap();
    assert_eq!(assignments[0].phone_number, Some(number(NUMBER)));
    assert_eq!(assignments[0].state, AssignmentState::Completed);
    assert_eq!(assignments[1].state, AssignmentState::Unknown("resting".to_owned()));

    let received = stub.received();
    assert_eq!(received[0].line, "POST /api/relay/rest/registry/beta/campaigns/c1/orders");
    let body: Value = serde_json::from_str(&received[0].body).unwrap();
    assert_eq!(body, json!({ "phone_numbers": [NUMBER], "status_callback_url": "https://hooks.example.com/10dlc" }));
    assert_eq!(received[1].line, "GET /api/relay/rest/registry/beta/orders/o1");
    assert_eq!(received[2].line, "GET /api/relay/rest/registry/beta/campaigns/c1/numbers");
}

#[tokio::test]
async fn an_id_cannot_change_the_address() {
    let stub = Stub::answering(vec![Reply::Json(200, owned_number(NUMBER, NAME))]).await;
    stub.client.get_number("../../x?y#z").await.unwrap();
    assert!(stub.only_request().line.ends_with("/IncomingPhoneNumbers/..%2F..%2Fx%3Fy%23z.json"));
}
