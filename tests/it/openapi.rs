//! `docs/openapi.json` is made from the Rust types and is up to date. `contract/answers.rs` compares it with real answers.

mod analytics;
mod number_examples;
mod porting;
mod privacy;
mod problems;
pub mod registration;
mod routes;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        RefOr,
        schema::Schema,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::contract::{
    checkout::{files, read, root},
    template::Template,
};
use problems::Problems;
use webhooks::Webhooks;

const FILE: &str = "docs/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard",
        version = "1",
        description = "Phone numbers, texts and calls for every workspace of a multi-tenant SaaS. A refused request is \
            answered with `application/problem+json` (RFC 9457) and a stable `code`. Fields may be added to answers, \
            and words to their sets, at any time. A parameter of the query without a value is as if it were left out.",
        license(name = "MIT", identifier = "MIT"),
    ),
    servers((url = "/", description = "The HTTP API of this deployment.")),
    tags(
        (name = "Workspace", description = "What a workspace has and may."),
        (name = "Phone numbers", description = "The numbers that a workspace owns."),
        (name = "Porting", description = "Numbers that a workspace brings along (docs/porting.md)."),
        (name = "Inbox", description = "Conversations and their messages."),
        (name = "Contacts", description = "The people outside."),
        (name = "Webhooks", description = "Telling those who build on us (docs/webhooks.md)."),
        (name = "Registration", description = "A company and texts of one's own in the 10DLC registry (docs/registration.md)."),
        (name = "Analytics", description = "What was used, what it cost and what it earned."),
    ),
    paths(
        routes::read_workspace,
        routes::update_workspace,
        routes::list_plans,
        routes::list_members,
        routes::list_numbers,
        routes::search_numbers,
        routes::provision_number,
        routes::retry_provisioning,
        routes::update_number,
        routes::set_emergency_address,
        routes::remove_emergency_address,
        routes::release_number,
        porting::list_port_orders,
        porting::read_port_order,
        porting::save_port_order,
        porting::change_port_order,
        porting::upload_port_document,
        porting::submit_port_order,
        porting::cancel_port_order,
        porting::manage_port_orders,
        porting::read_any_port_order,
        porting::export_port_order,
        porting::answer_port_order,
        routes::list_conversations,
        routes::read_conversation,
        routes::update_conversation,
        routes::send_message,
        routes::start_call,
        routes::upload_media,
        routes::cancel_message,
        routes::list_contacts,
        routes::save_contact,
        routes::edit_contact,
        routes::merge_contacts,
        privacy::export_contact,
        privacy::erase_contact,
        routes::list_opt_outs,
        routes::remove_opt_out,
        webhooks::list_webhook_endpoints,
        webhooks::save_webhook_endpoint,
        webhooks::change_webhook_endpoint,
        webhooks::delete_webhook_endpoint,
        webhooks::rotate_webhook_secret,
        webhooks::test_webhook_endpoint,
        webhooks::list_webhook_deliveries,
        webhooks::replay_webhook_delivery,
        registration::read_registration,
        registration::save_registration,
        registration::check_registration,
        registration::submit_registration,
        registration::list_registrations,
        registration::note_registration,
        analytics::read_analytics,
        analytics::read_platform_analytics,
        analytics::export_analytics,
    ),
    components(schemas(problems::Problem, routes::StatusFilter, analytics::Report)),
    security(("sessionToken" = [])),
    modifiers(&SessionToken, &Problems, &Answers, &Descriptions, &Webhooks),
)]
struct Document;

/// How a caller says who he is.
struct SessionToken;

impl Modify for SessionToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut token = Http::new(HttpAuthScheme::Bearer);
        token.bearer_format = Some("JWT".to_owned());
        token.description = Some("A Clerk session token with an active organisation.".to_owned());
        let components = document.components.as_mut().expect("the document has schemas");
        components.add_security_scheme("sessionToken", SecurityScheme::Http(token));
    }
}

/// Answers always have all their members, null ones too; the derive leaves those out that can be null.
struct Answers;

/// What is sent to us, or has members only at times.
const WITH_OPTIONAL_MEMBERS: &[&str] = &[
    "BrandDetails",
    "BusinessHours",
    "CallFlow",
    "CampaignDetails",
    "Closed",
    "EmergencyAddress",
    "Forward",
    "ForwardTarget",
    "Holiday",
    "Voicemail",
    "Weekly",
    "AnswerPortOrderRequest",
    "PortNumberRequest",
    "NoteRegistrationRequest",
    "Problem",
    "ProvisionNumberRequest",
    "QuietHoursRequest",
    "RetentionRequest",
    "SaveContactRequest",
    "SavePortOrderRequest",
    "SaveRegistrationRequest",
    "SaveWebhookEndpointRequest",
    "SendMessageRequest",
    "StartCallRequest",
    "UpdateConversationRequest",
    "UpdateNumberRequest",
    "UploadMediaRequest",
    "UploadPortDocumentRequest",
    "UpdateWorkspaceRequest",
];

impl Modify for Answers {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.as_mut().expect("the document has schemas");
        for (name, schema) in &mut components.schemas {
            if let RefOr::T(Schema::Object(schema)) = schema
                && !WITH_OPTIONAL_MEMBERS.contains(&name.as_str())
            {
                schema.required = schema.properties.keys().cloned().collect();
            }
        }
    }
}

/// Descriptions for readers of the API, where the types' own are for readers of the code.
struct Descriptions;

impl Modify for Descriptions {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.as_mut().expect("the document has schemas");
        for (name, text) in [
            ("E164", "A phone number in E.164: `+`, country code and number, without spaces."),
            ("MessageStatus", "How far a message has come. It moves forward only."),
            ("SenderReason", "Why this number sends."),
            ("SubscriptionTier", "What a workspace pays for."),
        ] {
            match components.schemas.get_mut(name) {
                Some(RefOr::T(Schema::Object(schema))) => schema.description = Some(text.to_owned()),
                _ => panic!("{name} is not a schema with a type of its own"),
            }
        }
    }
}

/// The document of now.
pub fn document() -> String {
    Document::openapi().to_pretty_json().expect("the document is JSON") + "\n"
}

/// `make openapi` runs this test with `UPDATE_OPENAPI` set, which writes the file.
#[test]
fn the_checked_in_document_is_made_from_the_types_of_now() {
    #[expect(clippy::disallowed_methods, reason = "the one switch of this test is for people")]
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(root().join(FILE), document()).unwrap();
    }
    let is_current = root().join(FILE).exists() && read(FILE) == document();
    assert!(
        is_current,
        "{FILE} is stale. Update it: UPDATE_OPENAPI=1 cargo nextest run -p tests openapi (or make openapi)"
    );
}

#[test]
fn each_reference_leads_to_a_schema() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    let lost: Vec<&String> =
        references.iter().filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none()).collect();
    assert!(lost.is_empty(), "these lead nowhere: {lost:?}");
}

fn collect_references(value: &Value, references: &mut BTreeSet<String>) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        references.insert(reference.to_owned());
    }
    match value {
        Value::Object(members) => members.values().for_each(|member| collect_references(member, references)),
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn each_function_with_routes_has_an_operation_of_its_name() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let ids: BTreeSet<String> = operations(&document)
        .into_iter()
        .map(|(_, operation)| kebab(operation["operationId"].as_str().unwrap()))
        .collect();
    for (name, _) in operations(&document) {
        assert!(ids.contains(&name), "{name} has an operation of its name");
    }
}

#[test]
fn each_operation_is_described() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    for (name, operation) in operations(&document) {
        for (member, minimum) in [("summary", 10), ("description", 20)] {
            assert!(operation[member].as_str().is_some_and(|text| text.len() >= minimum), "{name} has a {member}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{name}: {parameter}");
        }
    }
}

#[test]
fn each_code_that_a_function_answers_with_is_documented() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let mut documented: BTreeMap<String, String> = BTreeMap::new();
    for (name, operation) in operations(&document) {
        documented.entry(name).or_default().push_str(&operation["responses"].to_string());
    }
    for (name, documented) in documented {
        for path in files(format!("functions/{name}/src"), "rs") {
            let source = read(&path);
            let codes = source.split("code: \"").skip(1).filter_map(|rest| rest.split('"').next());
            for code in codes {
                assert!(documented.contains(&format!("`{code}`")), "{}: {code} is not documented", path.display());
            }
        }
    }
}

/// Each operation with the function that the template gives its route to.
pub fn operations(document: &Value) -> Vec<(String, &Value)> {
    let functions = Template::read().functions;
    let function_of = |method: &str, path: &str| {
        let route = (method.to_uppercase(), path.to_owned());
        let found = functions.iter().find(|(_, function)| function.routes.contains(&route));
        found.map_or_else(|| panic!("template.yaml has no route {route:?}"), |(name, _)| name.clone())
    };
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
        })
        .map(|(path, method, operation)| (function_of(method, path), operation))
        .collect()
}

fn kebab(id: &str) -> String {
    id.chars().map(|c| if c.is_uppercase() { format!("-{}", c.to_lowercase()) } else { c.into() }).collect()
}
