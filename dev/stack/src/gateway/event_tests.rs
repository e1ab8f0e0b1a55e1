use super::*;

fn request(method: &str, uri: &str, headers: &[(&str, &str)], body: &[u8]) -> Request {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(header::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    let uri: Uri = uri.parse().unwrap();
    Request {
        method: method.parse().unwrap(),
        path: uri.path().to_owned(),
        uri,
        version: Version::HTTP_11,
        headers: map,
        body: Bytes::copy_from_slice(body),
        source_ip: "192.0.2.1".parse().unwrap(),
    }
}

fn build_at(service: Service, request: &Request, route_key: &str, parameters: &[(&str, &str)]) -> Value {
    let now = "2020-03-12T19:03:58.390Z".parse().unwrap();
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut event = build(service, request, route_key, &parameters, now);
    // These two are random.
    assert_eq!(event["requestContext"]["requestId"].take().as_str().unwrap().len(), 36);
    assert!(event["headers"]["x-amzn-trace-id"].take().as_str().unwrap().starts_with("Root=1-"));
    event
}

/// The example in Amazon API Gateway, "Lambda function payload format", 2.0, with our ids in it. An event without an
/// authorizer and without stage variables does not have those fields.
#[test]
fn an_http_api_event_is_the_documented_one() {
    let headers = [
        ("Host", "api.example.com"),
        ("Header1", "value1"),
        ("Header2", "value1"),
        ("Header2", "value2"),
        ("User-Agent", "agent"),
        ("Cookie", "cookie1=a; cookie2=b"),
        ("Content-Type", "text/plain"),
    ];
    let uri = "/my/path?parameter1=value1&parameter1=value2&parameter2=value";
    let request = request("POST", uri, &headers, b"Hello from Lambda");

    let event = build_at(Service::HttpApi, &request, "POST /my/{parameter1}", &[("parameter1", "path")]);

    let expected = json!({
        "version": "2.0",
        "routeKey": "POST /my/{parameter1}",
        "rawPath": "/my/path",
        "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
        "cookies": ["cookie1=a", "cookie2=b"],
        "headers": {
            "content-type": "text/plain",
            "header1": "value1",
            "header2": "value1,value2",
            "host": "api.example.com",
            "user-agent": "agent",
            "x-amzn-trace-id": null,
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": { "parameter1": "value1,value2", "parameter2": "value" },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "POST",
                "path": "/my/path",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "agent",
            },
            "requestId": null,
            "routeKey": "POST /my/{parameter1}",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_584_039_838_390_i64,
        },
        "body": "Hello from Lambda",
        "pathParameters": { "parameter1": "path" },
        "isBase64Encoded": false,
    });
    assert_eq!(event, expected);
}

#[test]
fn what_is_empty_is_left_out() {
    let event = build_at(Service::HttpApi, &request("GET", "/", &[("host", "localhost:8787")], b""), "GET /", &[]);
    for absent in ["cookies", "queryStringParameters", "pathParameters", "body", "stageVariables"] {
        assert!(event.get(absent).is_none(), "{absent}");
    }
    assert_eq!(event["rawQueryString"], "");
    assert_eq!(event["requestContext"]["domainName"], "localhost");
    assert_eq!(event["requestContext"]["http"]["userAgent"], "");
}

#[test]
fn an_http_api_decodes_the_path_and_a_function_url_does_not() {
    let request = request("GET", "/a%20b?q=c%20d&q=%2B", &[("cookie", "a=1")], b"");
    let event = build_at(Service::HttpApi, &request, "$default", &[]);
    assert_eq!(event["rawPath"], "/a b");
    assert_eq!(event["headers"].get("cookie"), None);
    assert_eq!(event["rawQueryString"], "q=c%20d&q=%2B");
    assert_eq!(event["queryStringParameters"]["q"], "c d,+");

    let event = build_at(Service::FunctionUrl, &request, "$default", &[]);
    assert_eq!(event["rawPath"], "/a%20b");
    assert_eq!(event["headers"]["cookie"], "a=1");
    assert_eq!(event["cookies"], json!(["a=1"]));
}

#[test]
fn only_text_types_are_passed_on_as_text() {
    let table = [
        (Some("text/plain"), "hi", false),
        (Some("application/json; charset=utf-8"), "hi", false),
        (Some("Application/XML"), "hi", false),
        (Some("application/javascript"), "hi", false),
        (Some("application/x-www-form-urlencoded"), "aGk=", true),
        (Some("application/problem+json"), "aGk=", true),
        (Some("multipart/form-data; boundary=x"), "aGk=", true),
        (Some("application/octet-stream"), "aGk=", true),
        (None, "aGk=", true),
    ];
    for (content_type, body, encoded) in table {
        let headers: Vec<_> = content_type.map(|value| ("content-type", value)).into_iter().collect();
        let event = build_at(Service::HttpApi, &request("POST", "/", &headers, b"hi"), "POST /", &[]);
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(body), &json!(encoded)), "{content_type:?}");
    }
}
