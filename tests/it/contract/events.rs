//! Every file of `events/` is what its function takes, down to the payload.

use std::collections::BTreeSet;

use aws_lambda_events::sqs::SqsEvent;
use chrono::DateTime;
use lambda_http::{Request, RequestExt};
use provision_number::api::ProvisionNumberRequest;
use save_contact::api::{MergeContactRequest, SaveContactRequest};
use secrecy::SecretString;
use send_message::api::SendMessageRequest;
use serde_json::Value;
use shared::{
    clerk::{self, ClerkEvent},
    config::SigningConfig,
    domain::{Channel, ContactId, ConversationStatus, EmergencyAddress, NumberStatus, NumberType, PhoneNumberId},
    lambda,
    queue::{InboxWork, ProvisioningWork, WebhookWork},
    signalwire::{
        CallWebhook, InboundMessage, MessageStatusCallback, StepSigner, VerifiedWebhook, Verifier, WebhookRequest,
    },
};
use start_call::api::StartCallRequest;
use update_conversation::api::UpdateConversationRequest;
use update_number::api::UpdateNumberRequest;
use update_workspace::api::UpdateWorkspaceRequest;

use super::{
    checkout::{files, folders, read},
    template::{Function, Template},
};

/// What the webhooks in `events/` are signed with.
const SIGNING_KEY: &str = "PSK_example_signing_key";
const CLERK_SECRET: &str = "whsec_ZXhhbXBsZS13ZWJob29rLXNpZ25pbmctc2VjcmV0ISE=";
const FUNCTION_URL: &str = "https://exampleurlid.lambda-url.us-east-1.on.aws/";

/// The cases of one function, with their names.
fn events(function: &str) -> Vec<(String, String)> {
    let files = files(format!("events/{function}"), "json");
    files.into_iter().map(|path| (path.display().to_string(), read(&path))).collect()
}

fn requests(function: &str) -> Vec<(String, Request)> {
    let read =
        |text: String, case: &str| lambda_http::request::from_str(&text).unwrap_or_else(|e| panic!("{case}: {e}"));
    events(function).into_iter().map(|(case, text)| (case.clone(), read(text, &case))).collect()
}

#[test]
fn each_function_has_events_and_each_folder_of_events_has_a_function() {
    let functions: BTreeSet<String> = Template::read().functions.into_keys().collect();
    assert_eq!(folders("events"), functions, "left: folders of events/, right: functions of the template");
    for name in functions {
        assert!(!events(&name).is_empty(), "events/{name} has at least one case");
    }
}

#[test]
fn each_event_decodes_as_what_its_trigger_sends() {
    for (name, function) in Template::read().functions {
        for (case, text) in events(&name) {
            if !function.routes.is_empty() || function.has_url {
                assert_http_event(&function, &case, &text);
            } else if !function.queue_events.is_empty() {
                let event: SqsEvent = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{case}: {error}"));
                assert!(!event.records.is_empty(), "{case} has records");
            } else {
                let event: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{case}: {error}"));
                assert!(event.is_object(), "{case} is an object");
            }
        }
    }
}

/// Method, path and path parameters are those of a route of the function.
fn assert_http_event(function: &Function, case: &str, text: &str) {
    let request = lambda_http::request::from_str(text).unwrap_or_else(|error| panic!("{case}: {error}"));
    let event: Value = serde_json::from_str(text).unwrap();
    let route_key = event["routeKey"].as_str().unwrap();
    assert_eq!(event["requestContext"]["routeKey"], route_key, "{case}");
    if function.has_url {
        return assert_eq!(route_key, "$default", "{case}");
    }
    let (method, route) = route_key.split_once(' ').expect("a route key is a method and a path");
    assert!(
        function.routes.contains(&(method.to_owned(), route.to_owned())),
        "{case}: {route_key} is a route of the template"
    );
    let filled = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => request.path_parameters().first(name).expect("a path parameter").to_owned(),
        None => part.to_owned(),
    };
    let path = route.split('/').map(filled).collect::<Vec<_>>().join("/");
    assert_eq!((request.method().as_str(), request.uri().path()), (method, path.as_str()), "{case}");
}

#[test]
fn each_queue_event_holds_work_that_is_known() {
    for (case, text) in events("work-provisioning") {
        let event: SqsEvent = serde_json::from_str(&text).unwrap();
        for record in event.records {
            let work: Result<ProvisioningWork, _> = serde_json::from_str(record.body.as_deref().unwrap());
            assert!(work.is_ok(), "{case}: {work:?}");
        }
    }
    for (case, text) in events("work-webhooks") {
        let event: SqsEvent = serde_json::from_str(&text).unwrap();
        for record in event.records {
            let work: Result<WebhookWork, _> = serde_json::from_str(record.body.as_deref().unwrap());
            assert!(work.is_ok(), "{case}: {work:?}");
        }
    }
    for (case, text) in events("work-inbox") {
        let event: SqsEvent = serde_json::from_str(&text).unwrap();
        for record in event.records {
            let work: Result<InboxWork, _> = serde_json::from_str(record.body.as_deref().unwrap());
            assert!(work.is_ok(), "{case}: {work:?}");
        }
    }
}

#[test]
fn each_text_is_signed_and_can_be_placed() {
    for (case, request) in requests("receive-message") {
        let message = InboundMessage::from_webhook(&verified(&case, &request));
        assert!(message.message_sid.is_some() && message.from.is_some() && message.to.is_some(), "{case}");
        assert_eq!(message.channel == Channel::Whatsapp, case.ends_with("whatsapp.json"), "{case}");
        assert_eq!(message.media.len(), if case.ends_with("picture.json") { 2 } else { 0 }, "{case}");
    }
}

#[test]
fn each_status_callback_is_signed_and_known() {
    for (case, request) in requests("receive-message-status") {
        let callback = MessageStatusCallback::from_webhook(&verified(&case, &request));
        let status = callback.status.as_deref().and_then(shared::domain::MessageStatus::from_carrier);
        assert!(callback.message_sid.is_some() && status.is_some(), "{case}");
    }
}

#[test]
fn each_request_about_a_call_is_signed_and_says_what_it_is_about() {
    let signing = SigningConfig { key: SecretString::from(SIGNING_KEY), secondary_key: None };
    let steps = StepSigner::new(&signing);
    for (function, plain) in [("receive-call", "incoming.json"), ("receive-call-status", "ended.json")] {
        for (case, request) in requests(function) {
            let webhook = CallWebhook::from_form(verified(&case, &request).form());
            let step = steps.read(request.uri().query()).unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(step.is_none(), case.ends_with(plain), "{case}");
            assert!(step.and_then(|step| step.call_sid).or(webhook.call_sid).is_some(), "{case}");
        }
    }
}

#[test]
fn each_event_of_the_registry_is_signed_and_names_its_kind() {
    for (case, request) in requests("receive-registration-event") {
        let event: Value = verified(&case, &request).json().unwrap_or_else(|error| panic!("{case}: {error}"));
        assert!(event["event_type"].as_str().is_some_and(|kind| kind.starts_with("number_assignment")), "{case}");
    }
}

fn verified(case: &str, request: &Request) -> VerifiedWebhook {
    let verifier = Verifier::new(FUNCTION_URL, &SecretString::from(SIGNING_KEY), None).unwrap();
    let (method, headers, raw_query) = (request.method(), request.headers(), request.uri().query());
    let signed = WebhookRequest { method, raw_query, headers, body: lambda::raw_body(request) };
    verifier.verify(&signed).unwrap_or_else(|error| panic!("{case}: {:?}", error.reason()))
}

#[test]
fn each_event_of_clerk_is_signed_and_known() {
    for (case, text) in events("receive-clerk-event") {
        let event: Value = serde_json::from_str(&text).unwrap();
        let now = DateTime::from_timestamp_millis(event["requestContext"]["timeEpoch"].as_i64().unwrap()).unwrap();
        let request = lambda_http::request::from_str(&text).unwrap();
        let clerk = clerk::Verifier::new(&SecretString::from(CLERK_SECRET), None).unwrap();
        let verified = clerk.verify(request.headers(), lambda::raw_body(&request), now);
        let verified = verified.unwrap_or_else(|error| panic!("{case}: {:?}", error.reason()));
        let event = verified.parse().unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_ne!(event.data, ClerkEvent::Ignored, "{case}: {}", event.kind);
    }
}

#[test]
fn each_query_can_be_used() {
    for (case, request) in requests("list-numbers") {
        assert!(lambda::parse_query::<NumberStatus>(&request, "status").is_ok(), "{case}");
        assert!(lambda::parse_query::<NumberType>(&request, "numberType").is_ok(), "{case}");
    }
    for (case, request) in requests("list-conversations") {
        assert!(lambda::parse_query::<NumberType>(&request, "numberType").is_ok(), "{case}");
        assert!(lambda::parse_query::<PhoneNumberId>(&request, "phoneNumberId").is_ok(), "{case}");
        assert!(lambda::parse_query::<Channel>(&request, "channel").is_ok(), "{case}");
        let all = lambda::query(&request, "status").as_deref() == Some("all");
        assert!(all || lambda::parse_query::<ConversationStatus>(&request, "status").is_ok(), "{case}");
        assert_eq!(lambda::parse_search(&request).unwrap().is_some(), case.ends_with("search.json"), "{case}");
        assert!(lambda::parse_query::<bool>(&request, "unread").is_ok(), "{case}");
        assert!(lambda::parse_page(&request).is_ok(), "{case}");
    }
    for (case, request) in requests("list-opt-outs") {
        assert!(lambda::parse_page(&request).is_ok(), "{case}");
    }
    for (case, request) in requests("list-contacts") {
        assert_eq!(lambda::parse_search(&request).unwrap().is_some(), case.ends_with("search.json"), "{case}");
        assert!(lambda::parse_page(&request).is_ok(), "{case}");
    }
    for (case, request) in requests("read-conversation") {
        let page = lambda::parse_page(&request).unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert_eq!(page.0.is_some(), case.ends_with("next-page.json"), "{case}");
    }
}

#[test]
fn each_change_of_a_number_can_be_read() {
    for (case, request) in requests("provision-number").into_iter().filter(|(case, _)| !case.ends_with("retry.json")) {
        let body: ProvisionNumberRequest = lambda::body_json(&request).unwrap_or_else(|e| panic!("{case}: {e:?}"));
        assert!(body.area_code.is_some() != body.phone_number.is_some(), "{case}");
        assert!(lambda::idempotency_key(&request).is_ok(), "{case}");
    }
    let (address, other): (Vec<_>, Vec<_>) =
        requests("update-number").into_iter().partition(|(case, _)| case.ends_with("emergency-address.json"));
    for (case, request) in address.into_iter().filter(|(_, request)| request.method() == "PATCH") {
        let body: EmergencyAddress = lambda::body_json(&request).unwrap_or_else(|e| panic!("{case}: {e:?}"));
        assert_eq!(body.faults(), [], "{case}");
    }
    for (case, request) in other {
        let body: UpdateNumberRequest = lambda::body_json(&request).unwrap_or_else(|e| panic!("{case}: {e:?}"));
        assert!(body.friendly_name.is_some() || body.number_type.is_some() || !body.voice.is_keep(), "{case}");
    }
    for (case, request) in requests("update-workspace") {
        let body: UpdateWorkspaceRequest = lambda::body_json(&request).unwrap_or_else(|e| panic!("{case}: {e:?}"));
        assert!(!body.quiet_hours.is_keep() || body.retention.is_some(), "{case}");
    }
}

#[test]
fn each_change_of_the_inbox_can_be_read() {
    for (case, request) in requests("update-conversation") {
        let body: UpdateConversationRequest = lambda::body_json(&request).unwrap_or_else(|e| panic!("{case}: {e:?}"));
        assert!(body.status.is_some() || body.read.is_some() || !body.assigned_to.is_keep(), "{case}");
    }
    for (case, request) in requests("save-contact") {
        if case.ends_with("merge.json") {
            let body: MergeContactRequest = lambda::body_json(&request).unwrap_or_else(|e| panic!("{case}: {e:?}"));
            assert!(body.contact_id.parse::<ContactId>().is_ok(), "{case}");
        } else {
            let body: SaveContactRequest = lambda::body_json(&request).unwrap_or_else(|e| panic!("{case}: {e:?}"));
            assert!(!body.first_name.is_keep() || !body.company.is_keep(), "{case}");
        }
    }
}

#[test]
fn each_start_of_a_call_can_be_read() {
    for (case, request) in requests("start-call") {
        let body: StartCallRequest = lambda::body_json(&request).unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert!(body.member_phone_number.is_some(), "{case}");
        assert!(body.to.is_some() != body.conversation_id.is_some(), "{case}");
        assert!(lambda::idempotency_key(&request).is_ok(), "{case}");
    }
}

#[test]
fn each_send_can_be_read() {
    for (case, request) in requests("send-message") {
        let body: SendMessageRequest = lambda::body_json(&request).unwrap_or_else(|error| panic!("{case}: {error:?}"));
        let channel = ["whatsapp", "email", "voice"].into_iter().find(|name| case.ends_with(&format!("{name}.json")));
        assert_eq!(body.channel.as_deref(), Some(channel.unwrap_or("sms")), "{case}");
        assert!(body.to.is_some() || body.conversation_id.is_some(), "{case}");
        assert!(lambda::idempotency_key(&request).is_ok(), "{case}");
    }
}
