//! Reads the requests into domain types. All fields at fault are named at once.

use lambda_http::{Request, http::Method};
use shared::{
    domain::{
        Edit, WebhookDeliveryId, WebhookDestinations, WebhookEndpointId, WebhookEndpointStatus, WebhookEventType,
        WebhookUrl,
    },
    lambda::{self, ApiError, FieldError},
};

use crate::api::SaveWebhookEndpointRequest;

const MAX_DESCRIPTION: usize = 200;

/// What is asked for. An id in the path that is no UUID names nothing, as one of another workspace does.
#[derive(Debug)]
pub enum Order {
    Create(Fields),
    Change(Option<WebhookEndpointId>, Fields),
    Delete(Option<WebhookEndpointId>),
    RotateSecret(Option<WebhookEndpointId>),
    Test(Option<WebhookEndpointId>),
    Replay(Option<WebhookEndpointId>, Option<WebhookDeliveryId>),
}

/// What is said about an endpoint.
#[derive(Debug, Default)]
pub struct Fields {
    pub url: Option<WebhookUrl>,
    pub description: Edit<String>,
    pub event_types: Option<Vec<WebhookEventType>>,
    pub status: Option<WebhookEndpointStatus>,
}

pub fn parse(request: &Request, destinations: WebhookDestinations) -> Result<Order, ApiError> {
    let Some(endpoint) = lambda::optional_path_parameter(request, "endpoint") else {
        let fields = parse_fields(lambda::body_json(request)?, destinations)?;
        if fields.url.is_none() {
            return Err(ApiError::invalid("url", "is required"));
        }
        return Ok(Order::Create(fields));
    };
    let endpoint = endpoint.parse().ok();
    if request.method() == Method::PATCH {
        let fields = parse_fields(lambda::body_json(request)?, destinations)?;
        return Ok(Order::Change(endpoint, fields));
    }
    if request.method() == Method::DELETE {
        return Ok(Order::Delete(endpoint));
    }
    if let Some(delivery) = lambda::optional_path_parameter(request, "delivery") {
        return Ok(Order::Replay(endpoint, delivery.parse().ok()));
    }
    let is_rotation = request.uri().path().ends_with("/rotate-secret");
    Ok(if is_rotation { Order::RotateSecret(endpoint) } else { Order::Test(endpoint) })
}

fn parse_fields(body: SaveWebhookEndpointRequest, destinations: WebhookDestinations) -> Result<Fields, ApiError> {
    let mut errors = Vec::new();
    let mut fault = |field: &str, detail: String| errors.push(FieldError { field: field.to_owned(), detail });
    let url = match body.url.map(|text| WebhookUrl::parse(&text, destinations)).transpose() {
        Ok(url) => url,
        Err(error) => {
            fault("url", error.to_string());
            None
        }
    };
    let description = body.description.try_map(|text| {
        let text = text.trim().to_owned();
        let is_good = (1..=MAX_DESCRIPTION).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        is_good.then_some(text).ok_or(())
    });
    let description = description.unwrap_or_else(|()| {
        fault("description", format!("must be 1 to {MAX_DESCRIPTION} characters on one line"));
        Edit::Keep
    });
    let event_types = body.event_types.map(|mut types| {
        types.sort_by_key(|event_type| event_type.as_str());
        types.dedup();
        types
    });
    let is_subscribable = |types: &Vec<WebhookEventType>| {
        !types.is_empty() && types.iter().all(|one| WebhookEventType::SUBSCRIBABLE.contains(one))
    };
    if !event_types.as_ref().is_none_or(is_subscribable) {
        let words: Vec<&str> = WebhookEventType::SUBSCRIBABLE.iter().map(|one| one.as_str()).collect();
        fault("eventTypes", format!("must be one or more of {}", words.join(", ")));
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    Ok(Fields { url, description, event_types, status: body.status })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Fields, ApiError> {
        parse_fields(serde_json::from_str(body).unwrap(), WebhookDestinations::Public)
    }

    fn refused(body: &str) -> Vec<String> {
        let (_, problem) = read(body).err().map(|error| error.problem()).unwrap_or_default();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let body = r#"{"url":"http://10.0.0.1/","description":" ","eventTypes":["webhook.test"]}"#;
        assert_eq!(refused(body), ["url", "description", "eventTypes"]);
        assert_eq!(refused(r#"{"eventTypes":[],"description":"a\nb"}"#), ["description", "eventTypes"]);
        for url in ["https://localhost/a", "https://127.0.0.1/", "https://[::1]/", "https://example.com:8443/", "x"] {
            assert_eq!(refused(&serde_json::json!({ "url": url }).to_string()), ["url"], "{url}");
        }
    }

    #[test]
    fn an_event_type_counts_once_and_null_takes_a_description_away() {
        let body = r#"{"eventTypes":["message.status","call.completed","message.status"],"description":null}"#;
        let fields = read(body).unwrap();
        let types = fields.event_types.unwrap();
        assert_eq!(types, [WebhookEventType::CallCompleted, WebhookEventType::MessageStatus]);
        assert!(matches!(fields.description, Edit::Clear));
        assert!(matches!(read(r#"{"description":" CRM "}"#).unwrap().description, Edit::Set(text) if text == "CRM"));
    }
}
