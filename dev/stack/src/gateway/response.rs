//! From what a function answered to an HTTP response (payload format 2.0).

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::event::Service;

/// The response, or None when AWS would call the answer malformed.
pub fn from_answer(service: Service, answer: &[u8]) -> Option<Response> {
    let value: Value = serde_json::from_slice(answer).ok()?;
    match &value {
        Value::Object(fields) if fields.contains_key("statusCode") => structured(service, fields),
        // Anything else is the body itself, unless it could have been meant for format 1.0.
        _ => Some(json_body(StatusCode::OK, Bytes::copy_from_slice(answer))),
    }
}

fn structured(service: Service, fields: &Map<String, Value>) -> Option<Response> {
    let status = match fields.get("statusCode")? {
        Value::Number(number) => number.as_u64()?.try_into().ok()?,
        Value::String(text) => text.parse::<u16>().ok()?,
        _ => return None,
    };
    let mut response = body(fields)?.into_response();
    *response.status_mut() = StatusCode::from_u16(status).ok()?;
    let headers = response.headers_mut();
    let default_type = match service {
        Service::HttpApi => "text/plain;charset=UTF-8",
        Service::FunctionUrl => "application/json",
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(default_type));
    for (name, value) in object(fields.get("headers"))? {
        let value = scalar(value)?;
        headers.insert(HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value).ok()?);
    }
    for cookie in list(fields.get("cookies"))? {
        headers.append(header::SET_COOKIE, HeaderValue::try_from(cookie.as_str()?).ok()?);
    }
    Some(response)
}

fn body(fields: &Map<String, Value>) -> Option<Bytes> {
    let text = match fields.get("body") {
        None | Some(Value::Null) => return Some(Bytes::new()),
        Some(Value::String(text)) => text.clone(),
        // AWS wants text here.
        Some(_) => return None,
    };
    match fields.get("isBase64Encoded") {
        Some(Value::Bool(true)) => Some(STANDARD.decode(text).ok()?.into()),
        _ => Some(text.into()),
    }
}

fn object(value: Option<&Value>) -> Option<Vec<(&String, &Value)>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Object(map)) => Some(map.iter().collect()),
        Some(_) => None,
    }
}

fn list(value: Option<&Value>) -> Option<&[Value]> {
    match value {
        None | Some(Value::Null) => Some(&[]),
        Some(Value::Array(items)) => Some(items),
        Some(_) => None,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What the service itself answers when the function did not.
pub fn failed(service: Service) -> Response {
    match service {
        Service::HttpApi => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        Service::FunctionUrl => json_body(StatusCode::BAD_GATEWAY, Bytes::from_static(b"Internal Server Error")),
    }
}

/// API Gateway's own answers.
pub fn message(status: StatusCode, text: &str) -> Response {
    json_body(status, Bytes::from(json!({ "message": text }).to_string()))
}

fn json_body(status: StatusCode, body: Bytes) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(response: Response) -> String {
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    fn answer(value: &Value) -> Option<Response> {
        from_answer(Service::HttpApi, value.to_string().as_bytes())
    }

    #[tokio::test]
    async fn a_structured_answer_becomes_a_response() {
        let response = answer(&json!({
            "statusCode": 201,
            "headers": { "Content-Type": "image/png", "X-Count": 3 },
            "cookies": ["a=1; Secure", "b=2"],
            "body": "aGk=",
            "isBase64Encoded": true,
        }));
        let response = response.unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["content-type"], "image/png");
        assert_eq!(response.headers()["x-count"], "3");
        let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1; Secure", "b=2"]);
        assert_eq!(text(response).await, "hi");
    }

    #[tokio::test]
    async fn an_answer_without_a_status_is_the_body() {
        for value in [json!({ "message": "hi" }), json!("hi"), json!([1]), json!(null)] {
            let response = answer(&value).unwrap();
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(text(response).await, value.to_string());
        }
    }

    #[test]
    fn the_type_of_a_body_without_one_differs_between_the_services() {
        let value = br#"{"statusCode":200,"body":"hi"}"#;
        let content_type = |service| from_answer(service, value).unwrap().headers()["content-type"].clone();
        assert_eq!(content_type(Service::HttpApi), "text/plain;charset=UTF-8");
        assert_eq!(content_type(Service::FunctionUrl), "application/json");
    }

    #[test]
    fn a_malformed_answer_is_none() {
        for value in [
            json!({ "statusCode": "ok" }),
            json!({ "statusCode": 99 }),
            json!({ "statusCode": 200, "body": { "not": "text" } }),
            json!({ "statusCode": 200, "headers": ["a"] }),
            json!({ "statusCode": 200, "body": "%", "isBase64Encoded": true }),
        ] {
            assert!(answer(&value).is_none(), "{value}");
        }
        assert!(from_answer(Service::HttpApi, b"not json").is_none());
    }
}
