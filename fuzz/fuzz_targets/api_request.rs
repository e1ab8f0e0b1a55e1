//! Bodies of the API. Input: a line with method and path, then the body.
#![no_main]

use std::collections::HashMap;

use http::Method;
use lambda_http::{Request, RequestExt};
use libfuzzer_sys::fuzz_target;
use provision_number::request as provisioning;
use save_contact::request as contact;
use save_webhook_endpoint::request as endpoint;
use send_message::{api::SendMessageRequest, request as message};
use shared::{
    domain::{Channel, Upload, UploadType, WebhookDestinations, WebhookEventType, WorkspaceId},
    lambda::{self, ApiError},
};
use start_call::{api::StartCallRequest, request as call};
use switchboard_fuzz::{assert_problem, assert_storable};

const ID: &str = "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10";

fuzz_target!(|data: &[u8]| {
    let Some(at) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (route, body) = (&data[..at], &data[at + 1..]);
    let checked = match route {
        b"POST /contacts" => contacts(&request(Method::POST, None, body)),
        b"PATCH /contacts" => contacts(&request(Method::PATCH, Some("contact"), body)),
        b"POST /contacts/merge" => contacts(&request(Method::POST, Some("contact"), body)),
        b"POST /webhook-endpoints" => endpoints(&request(Method::POST, None, body)),
        b"PATCH /webhook-endpoints" => endpoints(&request(Method::PATCH, Some("endpoint"), body)),
        b"POST /messages" => messages(&request(Method::POST, None, body)),
        b"POST /phone-numbers" => numbers(&request(Method::POST, None, body)),
        b"POST /calls" => calls(&request(Method::POST, None, body)),
        b"POST /uploads" => {
            uploads(body);
            return;
        }
        _ => return,
    };
    checked.err().into_iter().for_each(assert_problem);
});

fn request(method: Method, parameter: Option<&str>, body: &[u8]) -> Request {
    let mut request = Request::new(body.to_vec().into());
    *request.method_mut() = method;
    let parameters = parameter.map(|name| (name.to_owned(), vec![ID.to_owned()]));
    request.with_path_parameters(parameters.into_iter().collect::<HashMap<_, _>>())
}

fn contacts(request: &Request) -> Result<(), ApiError> {
    let fields = match contact::parse(request)? {
        contact::Order::Create(fields) | contact::Order::Edit(_, fields) => fields,
        contact::Order::Merge { kept, other } => {
            assert_ne!(kept, Some(other));
            return Ok(());
        }
    };
    for (field, text) in fields.texts {
        let Some(text) = text else { continue };
        assert_storable(field.as_str(), &text);
        assert_eq!(field.accept(&text).as_ref(), Ok(&text), "what is stored can be sent again");
    }
    for number in fields.numbers.into_iter().flatten() {
        let Ok(parsed) = number.parsed else { continue };
        assert!(number.text.chars().any(char::is_alphanumeric), "{:?} became {parsed}", number.text);
    }
    Ok(())
}

fn endpoints(request: &Request) -> Result<(), ApiError> {
    let fields = match endpoint::parse(request, WebhookDestinations::Public)? {
        endpoint::Order::Create(fields) => {
            assert!(fields.url.is_some());
            fields
        }
        endpoint::Order::Change(_, fields) => fields,
        other => panic!("{other:?} needs no body"),
    };
    if let Some(url) = &fields.url {
        assert!(url.as_str().starts_with("https://"));
        assert_storable("the address", url.as_str());
    }
    if let Some(text) = fields.description.value() {
        assert!((1..=200).contains(&text.chars().count()) && text.trim() == text && !text.contains(char::is_control));
    }
    if let Some(types) = fields.event_types {
        assert!(!types.is_empty() && types.iter().all(|one| WebhookEventType::SUBSCRIBABLE.contains(one)));
        assert!(types.is_sorted_by(|one, next| one.as_str() < next.as_str()), "each once");
    }
    Ok(())
}

fn messages(request: &Request) -> Result<(), ApiError> {
    let read = message::parse(lambda::body_json::<SendMessageRequest>(request)?)?;
    assert!(read.to.is_some() || read.to_address.is_some() || read.conversation_id.is_some());
    assert_storable("the text", &read.body);
    let is_mail = read.channel == Channel::Email;
    assert!(is_mail || (read.to_address.is_none() && read.subject.is_none()));
    assert!(!is_mail || (read.media_urls.is_empty() && read.to.is_none()));
    assert!(read.media_urls.iter().all(|url| ["http", "https"].contains(&url.scheme())));
    // The key of the answer that is kept for an Idempotency-Key is made of it.
    serde_json::to_vec(&read).expect("it can be written");
    Ok(())
}

fn numbers(request: &Request) -> Result<(), ApiError> {
    let provisioning::Order::New { wish, key, .. } = provisioning::parse(request)? else { panic!("not another try") };
    assert_eq!(key, None);
    if let Some(number) = wish.phone_number {
        assert!(number.as_str().starts_with("+1") && number.as_str().len() == 12, "{number:?}");
    }
    if let Some(name) = wish.friendly_name {
        assert_storable("the name", name.as_str());
    }
    Ok(())
}

fn calls(request: &Request) -> Result<(), ApiError> {
    let read = call::parse(lambda::body_json::<StartCallRequest>(request)?)?;
    assert!(read.to.is_some() || read.conversation_id.is_some());
    Ok(())
}

/// Input: the name of a file.
fn uploads(name: &[u8]) {
    let Ok(name) = std::str::from_utf8(name) else { return };
    let workspace: WorkspaceId = ID.parse().expect("an id");
    let upload = Upload::new(workspace, UploadType::Jpeg, 1, Some(name)).expect("a size");
    let key = upload.key();
    assert_eq!(key.split('/').count(), 6, "{key}");
    assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte)), "{key}");
    assert_eq!(Upload::from_key(&key), Some(upload), "{key}");
    if let Some(upload) = Upload::from_key(name) {
        assert_eq!(upload.key(), name);
    }
}
