//! Every way in which a call fails, what it is called, and how often it is tried.

use super::*;

fn relay_422() -> Value {
    json!({ "errors": [{ "detail": null, "status": "422", "title": "Invalid Attribute", "code": "422" }] })
}

#[tokio::test]
async fn every_shape_of_error_body_is_read() {
    let cases = [
        (json!({ "code": 21610, "message": "blocked", "status": 400 }), Some("21610"), Some("blocked")),
        (json!({ "code": "21610", "message": "blocked", "more_info": "https://x" }), Some("21610"), Some("blocked")),
        (json!({ "errors": [{ "code": "30010", "message": "too dear" }] }), Some("30010"), Some("too dear")),
        (relay_422(), Some("422"), Some("Invalid Attribute")),
        (json!({ "errors": [{ "detail": "no", "title": "Invalid", "code": "422" }] }), Some("422"), Some("no")),
        (
            json!({ "errors": [{ "type": "validation_error", "code": "invalid_from_number", "message": "bad" }] }),
            Some("invalid_from_number"),
            Some("bad"),
        ),
        (json!({ "error": "Bad Request" }), None, Some("Bad Request")),
        (json!({ "errors": [] }), None, None),
        (json!("text"), None, None),
    ];
    for (body, code, text) in cases {
        let stub = Stub::answering(vec![Reply::Json(422, body.clone())]).await;
        let error = send(&stub).await.unwrap_err();
        let ClientError::Refused(refusal) = &error else { panic!("{body} became {error:?}") };
        assert_eq!((refusal.http_status, refusal.code.as_deref(), refusal.message.as_deref()), (422, code, text));
        assert!(!error.outcome_unknown() && !error.retryable() && !error.needs_operator());
        let shown = format!("{error} {error:?}");
        assert!(text.is_none_or(|text| !shown.contains(text)), "{shown}");
    }
}

#[tokio::test]
async fn an_error_that_is_not_json_is_named_by_its_status() {
    let stub = Stub::answering(vec![Reply::Raw("HTTP/1.1 404 X\r\ncontent-length: 5\r\n\r\n<html")]).await;
    assert!(matches!(send(&stub).await.unwrap_err(), ClientError::NotFound(_)));
}

#[tokio::test]
async fn refusals_are_named_by_status_then_by_code() {
    let name = |error: &ClientError| format!("{error:?}").split([' ', '(', '{']).next().unwrap().to_owned();
    let cases = [
        (401, 20003, "Unauthorized"),
        (403, 0, "Unauthorized"),
        (400, 20003, "Unauthorized"),
        (402, 0, "LowBalance"),
        (422, 4001, "LowBalance"),
        (400, 30002, "LowBalance"),
        (429, 0, "RateLimited"),
        (400, 20429, "RateLimited"),
        (422, 21611, "RateLimited"),
        (400, 20010, "NotEnabled"),
        (401, 10001, "NotEnabled"),
        (400, 21219, "NotEnabled"),
        (404, 20404, "NotFound"),
        (409, 22121, "TooEarlyToRelease"),
        (422, 22121, "TooEarlyToRelease"),
        (422, 21610, "Refused"),
        (302, 0, "Refused"),
        (500, 0, "Ambiguous"),
        (503, 30002, "Ambiguous"),
        (400, 20001, "Ambiguous"),
        (408, 0, "Ambiguous"),
    ];
    for (status, code, expected) in cases {
        let stub =
            Stub::answering(vec![Reply::Json(status, json!({ "code": code, "message": "x", "status": 400 }))]).await;
        let error = send(&stub).await.unwrap_err();
        assert_eq!(name(&error), expected, "HTTP {status}, code {code}");
        assert_eq!(error.outcome_unknown(), expected == "Ambiguous");
        assert_eq!(error.retryable(), ["RateLimited", "TooEarlyToRelease"].contains(&expected));
        assert_eq!(error.needs_operator(), ["Unauthorized", "NotEnabled", "LowBalance"].contains(&expected));
        assert_eq!(error.refusal().is_some(), expected != "RateLimited");
        stub.only_request();
    }
}

#[tokio::test]
async fn the_waiting_time_of_a_rate_limit_is_kept() {
    let answer = "HTTP/1.1 429 X\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n";
    let stub = Stub::answering(vec![Reply::Raw(answer)]).await;
    let error = send(&stub).await.unwrap_err();
    assert!(matches!(error, ClientError::RateLimited { retry_after: Some(wait) } if wait == Duration::from_secs(7)));
}

#[tokio::test]
async fn a_refused_candidate_is_taken_in_every_shape() {
    let bodies = [
        (422, json!({ "code": 10000, "message": "not available", "status": 422 })),
        (400, json!({ "code": 21422, "message": "not available", "status": 400 })),
        (422, relay_422()),
        (422, json!({ "errors": [{ "type": "x", "code": "could_not_purchase", "message": "no" }] })),
        (404, json!({ "code": 20404, "message": "no", "status": 404 })),
        (409, json!({})),
    ];
    for (status, body) in bodies {
        let stub = Stub::answering(vec![Reply::Json(status, body.clone())]).await;
        let error = purchase(&stub).await.unwrap_err();
        assert!(matches!(error, PurchaseError::Taken(_)), "{body} became {error:?}");
        assert!(!error.outcome_unknown() && !error.retryable());
        stub.only_request();
    }
}

#[tokio::test]
async fn what_another_candidate_would_not_change_is_not_taken() {
    for (status, code) in
        [(401, 0), (403, 0), (429, 0), (402, 0), (422, 4001), (422, 30002), (400, 20010), (400, 21402)]
    {
        let stub = Stub::answering(vec![Reply::Json(status, json!({ "code": code }))]).await;
        let error = purchase(&stub).await.unwrap_err();
        assert!(matches!(error, PurchaseError::Client(_)), "HTTP {status}, code {code} became {error:?}");
    }
}

#[tokio::test]
async fn a_purchase_without_an_answer_is_ambiguous_and_made_once() {
    for reply in [
        Reply::Lost,
        Reply::Silence,
        Reply::Json(500, json!({})),
        Reply::Raw("HTTP/1.1 201 X\r\ncontent-length: 99\r\n\r\n{"),
    ] {
        let stub = Stub::answering(vec![reply]).await;
        let error = purchase(&stub).await.unwrap_err();
        assert!(error.outcome_unknown() && !error.retryable(), "{error:?}");
        stub.only_request();
    }
}

#[tokio::test]
async fn a_purchase_whose_answer_cannot_be_read_is_ambiguous() {
    let mut without_sid = owned_number(NUMBER, NAME);
    without_sid.as_object_mut().unwrap().remove("sid");
    for body in [without_sid, owned_number("+12132186752", NAME), owned_number("12345", NAME), json!([]), json!(null)] {
        let stub = Stub::answering(vec![Reply::Json(201, body.clone())]).await;
        let error = purchase(&stub).await.unwrap_err();
        assert!(matches!(error, PurchaseError::Client(ClientError::Unreadable { .. })), "{body} became {error:?}");
        assert!(error.outcome_unknown() && !error.retryable());
        stub.only_request();
    }
}

#[tokio::test]
async fn a_send_and_an_order_are_made_once_whatever_happens() {
    for reply in [Reply::Lost, Reply::Silence, Reply::Json(503, json!({}))] {
        let stub = Stub::answering(vec![reply]).await;
        let error = send(&stub).await.unwrap_err();
        assert!(matches!(error, ClientError::Ambiguous { effect: Effect::Once, .. }), "{error:?}");
        stub.only_request();
    }
    let stub = Stub::answering(vec![Reply::Lost]).await;
    let error = stub.client.order_assignment("c1", &[number(NUMBER)], None).await.unwrap_err();
    assert!(error.outcome_unknown() && !error.retryable());
    stub.only_request();
}

#[tokio::test]
async fn a_lost_release_may_be_made_again_by_the_caller() {
    let stub = Stub::answering(vec![Reply::Lost]).await;
    let error = stub.client.release_number(SID).await.unwrap_err();
    assert!(matches!(error, ClientError::Ambiguous { effect: Effect::Idempotent, .. }));
    assert!(error.outcome_unknown() && error.retryable());
    stub.only_request();
}

#[tokio::test]
async fn a_read_is_tried_once_more_when_the_connection_is_lost() {
    let stub = Stub::answering(vec![Reply::Lost, Reply::Json(200, owned_number(NUMBER, NAME))]).await;
    assert!(stub.client.get_number(SID).await.is_ok());
    assert_eq!(stub.received().len(), 2);

    let stub = Stub::answering(vec![Reply::Lost, Reply::Lost]).await;
    let error = stub.client.get_number(SID).await.unwrap_err();
    assert!(matches!(error, ClientError::Unavailable { cause: Failure::ConnectionLost(_) }));
    assert!(error.retryable() && !error.outcome_unknown());
    assert_eq!(stub.received().len(), 2);
}

#[tokio::test]
async fn a_read_is_not_tried_again_after_a_time_out_or_a_server_error() {
    for reply in [Reply::Silence, Reply::Json(500, json!({}))] {
        let stub = Stub::answering(vec![reply]).await;
        let error = stub.client.get_number(SID).await.unwrap_err();
        assert!(matches!(error, ClientError::Unavailable { .. }) && error.retryable(), "{error:?}");
        stub.only_request();
    }
}

#[tokio::test]
async fn silence_ends_with_the_time_limit() {
    let stub = Stub::answering(vec![Reply::Silence]).await;
    let started = Instant::now();
    let error = send(&stub).await.unwrap_err();
    assert!(matches!(error, ClientError::Ambiguous { cause: Failure::TimedOut(_), .. }), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let status_callback = Url::parse("https://hooks.example.com/status").unwrap();
    let error = client(&url).send_message(&approved(), &status_callback).await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
    assert!(error.retryable() && !error.outcome_unknown());
}

#[tokio::test]
async fn an_error_never_shows_the_address_that_was_asked() {
    let stub = Stub::answering(vec![Reply::Lost, Reply::Lost]).await;
    let error = stub.client.find_number(&number(NUMBER), NAME).await.unwrap_err();
    let mut shown = format!("{error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        shown.push_str(&error.to_string());
        source = error.source();
    }
    assert!(!shown.contains("2132186751"), "{shown}");
}

#[tokio::test]
async fn a_list_does_not_lead_to_another_host_or_in_a_circle() {
    let page = |next: &str| json!({ "incoming_phone_numbers": [], "next_page_uri": next });
    for next in ["https://elsewhere.example.com/api", "//elsewhere.example.com/api", "http://127.0.0.1:1/api"] {
        let stub = Stub::answering(vec![Reply::Json(200, page(next))]).await;
        let error = stub.client.find_number(&number(NUMBER), NAME).await.unwrap_err();
        let expected = matches!(error, ClientError::Unreadable { source: UnreadableAnswer::Paging, .. });
        assert!(expected && !error.outcome_unknown(), "{error:?}");
        stub.only_request();
    }

    let stub = Stub::answering(vec![Reply::Json(200, page("/api/next")), Reply::Json(200, page("/api/next"))]).await;
    let error = stub.client.find_number(&number(NUMBER), NAME).await.unwrap_err();
    assert!(matches!(error, ClientError::Unreadable { .. }));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_names_the_field_and_quotes_nothing() {
    let list = json!({ "messages": [{ "sid": "m1", "status": { "text": "secret" } }] });
    let stub = Stub::answering(vec![Reply::Json(200, list)]).await;
    let error = stub.client.list_messages(time("2026-01-15T00:00:00Z"), None).await.unwrap_err();
    let shown = format!("{error:?}");
    assert!(shown.contains("[0].status") && !shown.contains("secret"), "{shown}");
    assert!(error.retryable() && !error.outcome_unknown());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let answer = "HTTP/1.1 307 X\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    let stub = Stub::answering(vec![Reply::Raw(answer)]).await;
    assert!(matches!(send(&stub).await.unwrap_err(), ClientError::Refused(_)));
    stub.only_request();
}
