//! Which refusals each route answers with.

use std::collections::BTreeMap;

use save_registration::api::RegistrationFees;
use serde_json::json;
use shared::{
    api::Message,
    domain::{ContactId, Finding, Refusal},
};
use utoipa::{
    Modify, ToSchema,
    openapi::{ContentBuilder, OpenApi, Ref, Response, ResponseBuilder},
};

/// Why a request was not answered as asked (RFC 9457).
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "read by the macro only")]
pub struct Problem {
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// A stable word for programs.
    code: String,
    /// A sentence for people.
    detail: String,
    /// What is wrong with which field.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldProblem>>,
    /// The message that was stored and not sent.
    #[schema(nullable = false)]
    message: Option<Message>,
    /// What registries would refuse of a registration.
    #[schema(nullable = false)]
    findings: Option<Vec<Finding>>,
    /// What a registration costs today.
    #[schema(nullable = false)]
    fees: Option<RegistrationFees>,
    /// The contact that has the number.
    #[schema(nullable = false)]
    contact_id: Option<ContactId>,
}

/// What is wrong with one field.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the macro only")]
pub struct FieldProblem {
    /// Its name, for instance `mediaUrls[0]`.
    field: String,
    /// What is wrong and what is expected.
    detail: String,
}

/// Codes by status.
type Codes = BTreeMap<u16, Vec<&'static str>>;

/// What every route can answer. One outside of a workspace asks the token only.
fn common(operation: &str) -> Codes {
    if operation == "listPlans" {
        return BTreeMap::from([(401, vec!["unauthenticated"]), (500, vec!["internal_error"])]);
    }
    BTreeMap::from([
        (401, vec!["unauthenticated"]),
        (403, vec!["organization_required", "session_pending"]),
        (404, vec!["workspace_not_found"]),
        (429, vec!["too_many_requests"]),
        (500, vec!["internal_error"]),
        (503, vec!["unavailable"]),
    ])
}

/// Every refusal of the checks before a send, by a `match` that a new one would break.
fn refusals() -> Vec<&'static str> {
    let mut all = vec![Refusal::Empty];
    loop {
        let next = match all[all.len() - 1] {
            Refusal::Empty => Refusal::BodyTooLong,
            Refusal::BodyTooLong => Refusal::TooManyMedia,
            Refusal::TooManyMedia => Refusal::InvalidDestination,
            Refusal::InvalidDestination => Refusal::OwnNumber,
            Refusal::OwnNumber => Refusal::RecipientOptedOut,
            Refusal::RecipientOptedOut => Refusal::UnknownNumber,
            Refusal::UnknownNumber => Refusal::NumberNotReady,
            Refusal::NumberNotReady => Refusal::WhatsappWindowClosed,
            Refusal::WhatsappWindowClosed => Refusal::UnknownMedia,
            Refusal::UnknownMedia => Refusal::MediaTooLarge,
            Refusal::MediaTooLarge => Refusal::WhatsappMedia,
            Refusal::WhatsappMedia => Refusal::BadSubject,
            Refusal::BadSubject => Refusal::MailTooLong,
            Refusal::MailTooLong => Refusal::NothingToSay,
            Refusal::NothingToSay => Refusal::SpokenTooLong,
            Refusal::SpokenTooLong => Refusal::SpecialService,
            Refusal::SpecialService => Refusal::InvalidMemberNumber,
            Refusal::InvalidMemberNumber => Refusal::MemberNumberTaken,
            Refusal::MemberNumberTaken => break,
        };
        all.push(next);
    }
    let mut codes: Vec<&str> = all.into_iter().map(Refusal::code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// What the operation answers beside [`common`].
fn own(operation: &str) -> Vec<(u16, Vec<&'static str>)> {
    match operation {
        "listPlans" | "listMembers" | "readWorkspace" => vec![],
        "listNumbers" | "listConversations" | "listContacts" | "listOptOuts" | "readAnalytics" | "exportAnalytics" => {
            vec![(422, vec!["invalid_request"])]
        }
        "readPlatformAnalytics" => vec![(404, vec!["not_found"]), (422, vec!["invalid_request"])],
        "readConversation" => vec![(404, vec!["conversation_not_found"]), (422, vec!["invalid_request"])],
        "sendMessage" | "startCall" => vec![
            (403, vec!["impersonated_session"]),
            (422, vec!["invalid_request", "channel_not_enabled", "idempotency_key_reused", "conversation_not_found"]),
            (422, if operation == "sendMessage" { vec!["quiet_hours"] } else { vec![] }),
            (422, refusals()),
            (422, vec!["carrier_refused"]),
            (429, vec!["rate_limited", "spending_limit_reached"]),
            (503, vec!["carrier_unavailable"]),
        ],
        "uploadMedia" => vec![(403, vec!["impersonated_session"]), (422, vec!["invalid_request"])],
        "updateWorkspace" => {
            vec![(403, vec!["admin_required", "impersonated_session"]), (422, vec!["invalid_request"])]
        }
        "cancelMessage" => vec![
            (403, vec!["impersonated_session"]),
            (404, vec!["message_not_found"]),
            (409, vec!["message_not_scheduled"]),
        ],
        "removeOptOut" => {
            vec![(403, vec!["admin_required", "impersonated_session"]), (404, vec!["opt_out_not_found"])]
        }
        "exportContact" => {
            vec![(403, vec!["admin_required"]), (404, vec!["contact_not_found"]), (422, vec!["invalid_request"])]
        }
        "eraseContact" => {
            vec![(403, vec!["admin_required", "impersonated_session"]), (404, vec!["contact_not_found"])]
        }
        "searchNumbers" => {
            vec![(422, vec!["invalid_request", "invalid_area_code"]), (503, vec!["carrier_unavailable"])]
        }
        "provisionNumber" => {
            [provisioning(), vec![(422, vec!["invalid_request", "invalid_area_code", "idempotency_key_reused"])]]
                .concat()
        }
        "retryProvisioning" => {
            [provisioning(), vec![(404, vec!["provisioning_not_found"]), (409, vec!["provisioning_not_failed"])]]
                .concat()
        }
        "updateNumber" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (404, vec!["number_not_found"]),
            (409, vec!["number_released", "number_suspended"]),
            (422, vec!["invalid_request"]),
        ],
        "setEmergencyAddress" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (404, vec!["number_not_found"]),
            (409, vec!["number_released"]),
            (422, vec!["invalid_request", "emergency_address_not_supported"]),
        ],
        "removeEmergencyAddress" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (404, vec!["number_not_found"]),
            (409, vec!["number_released"]),
        ],
        "releaseNumber" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (404, vec!["number_not_found"]),
            (409, vec!["last_number"]),
        ],
        "updateConversation" => vec![
            (403, vec!["impersonated_session"]),
            (404, vec!["conversation_not_found"]),
            (422, vec!["invalid_request", "assignee_not_member", "message_not_found"]),
        ],
        "saveContact" => {
            vec![(403, vec!["impersonated_session"]), (422, vec!["invalid_request", "contact_exists"])]
        }
        "editContact" => vec![
            (403, vec!["impersonated_session"]),
            (404, vec!["contact_not_found"]),
            (422, vec!["invalid_request", "contact_exists"]),
        ],
        "mergeContacts" => vec![
            (403, vec!["impersonated_session"]),
            (404, vec!["contact_not_found"]),
            (422, vec!["invalid_request", "contact_not_found"]),
        ],
        other if other.ends_with("Registration") || other.ends_with("Registrations") => of_registration(other),
        other => of_porting(other).unwrap_or_else(|| of_webhooks(other)),
    }
}

fn of_registration(operation: &str) -> Vec<(u16, Vec<&'static str>)> {
    let in_person = (403, vec!["admin_required", "impersonated_session"]);
    match operation {
        "readRegistration" => vec![(403, vec!["admin_required"])],
        "saveRegistration" => vec![
            in_person,
            (409, vec!["registration_in_progress", "brand_is_verified"]),
            (422, vec!["invalid_request"]),
        ],
        "checkRegistration" => vec![in_person, (422, vec!["invalid_request"])],
        "submitRegistration" => vec![
            in_person,
            (409, vec!["registration_in_progress"]),
            (422, vec!["invalid_request", "registration_incomplete", "fees_changed"]),
        ],
        "listRegistrations" => vec![(404, vec!["not_found"]), (422, vec!["invalid_request"])],
        "noteRegistration" => vec![
            (404, vec!["not_found", "registration_not_found"]),
            (409, vec!["no_correction_requested", "nothing_refused"]),
            (422, vec!["invalid_request"]),
        ],
        other => panic!("say in problems.rs which codes {other} answers with"),
    }
}

fn of_porting(operation: &str) -> Option<Vec<(u16, Vec<&'static str>)>> {
    let admins = (403, vec!["admin_required", "impersonated_session"]);
    let unknown = (404, vec!["port_order_not_found"]);
    let hidden = (404, vec!["not_found"]);
    let states = vec!["port_order_changed", "port_order_scheduled", "port_order_finished", "port_order_not_editable"];
    let invalid = (422, vec!["invalid_request"]);
    Some(match operation {
        "listPortOrders" => vec![invalid],
        "readPortOrder" => vec![unknown],
        "savePortOrder" => vec![admins, (422, vec!["invalid_request", "idempotency_key_reused"])],
        "changePortOrder" | "uploadPortDocument" | "cancelPortOrder" => {
            vec![admins, unknown, (409, states), invalid]
        }
        "submitPortOrder" => vec![
            admins,
            (403, vec!["plan_requires_upgrade", "payment_past_due"]),
            unknown,
            (409, states),
            (409, vec!["number_limit_reached"]),
            invalid,
        ],
        "managePortOrders" => vec![hidden, invalid],
        "readAnyPortOrder" | "exportPortOrder" => vec![hidden, unknown],
        "answerPortOrder" => vec![
            hidden,
            unknown,
            (409, vec!["port_order_changed", "port_order_state", "port_numbers_missing", "port_number_owned"]),
            invalid,
        ],
        _ => return None,
    })
}

fn of_webhooks(operation: &str) -> Vec<(u16, Vec<&'static str>)> {
    match operation {
        "listWebhookEndpoints" => vec![(403, vec!["admin_required"])],
        "listWebhookDeliveries" => vec![
            (403, vec!["admin_required"]),
            (404, vec!["webhook_endpoint_not_found"]),
            (422, vec!["invalid_request"]),
        ],
        "saveWebhookEndpoint" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (409, vec!["webhook_endpoint_limit_reached"]),
            (422, vec!["invalid_request"]),
        ],
        "changeWebhookEndpoint" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (404, vec!["webhook_endpoint_not_found"]),
            (422, vec!["invalid_request"]),
        ],
        "deleteWebhookEndpoint" | "rotateWebhookSecret" => {
            vec![(403, vec!["admin_required", "impersonated_session"]), (404, vec!["webhook_endpoint_not_found"])]
        }
        "testWebhookEndpoint" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (404, vec!["webhook_endpoint_not_found"]),
            (409, vec!["webhook_endpoint_disabled"]),
        ],
        "replayWebhookDelivery" => vec![
            (403, vec!["admin_required", "impersonated_session"]),
            (404, vec!["webhook_endpoint_not_found", "webhook_delivery_not_found"]),
            (409, vec!["webhook_endpoint_disabled"]),
        ],
        other => panic!("say in problems.rs which codes {other} answers with"),
    }
}

/// Why a number was not got.
fn provisioning() -> Vec<(u16, Vec<&'static str>)> {
    vec![
        (403, vec!["admin_required", "impersonated_session", "plan_requires_upgrade", "payment_past_due"]),
        (409, vec!["number_limit_reached", "no_numbers_available", "number_taken"]),
        (503, vec!["carrier_unavailable"]),
    ]
}

/// Adds the refusals to each operation.
pub struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut OpenApi) {
        for path in document.paths.paths.values_mut() {
            for operation in [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete] {
                let Some(operation) = operation else { continue };
                let id = operation.operation_id.as_deref().expect("an operation id");
                let mut codes = common(id);
                for (status, more) in own(id) {
                    codes.entry(status).or_default().extend(more);
                }
                let responses =
                    codes.iter().map(|(status, codes)| (status.to_string(), problem(*status, codes).into()));
                operation.responses.responses.extend(responses);
            }
        }
    }
}

fn problem(status: u16, codes: &[&str]) -> Response {
    let (title, detail) = match status {
        401 => ("Unauthorized", "A valid Clerk session token is needed."),
        403 => ("Forbidden", "the session has no active organisation"),
        404 => ("Not Found", "there is no such workspace"),
        409 => ("Conflict", "the last active number of a workspace cannot be released"),
        422 => ("Unprocessable Entity", "The request has fields that cannot be used."),
        429 => ("Too Many Requests", "this workspace makes too many requests"),
        503 => ("Service Unavailable", "Try again in a moment."),
        500 => ("Internal Server Error", "Something went wrong on our side."),
        other => panic!("say in problems.rs what status {other} means"),
    };
    let mut example = json!({ "title": title, "status": status, "code": codes[0], "detail": detail });
    if codes[0] == "invalid_request" {
        example["errors"] =
            json!([{ "field": "numberType", "detail": "\"sale\" is not one of primary, sales, support, custom" }]);
    }
    let words: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(example)).build();
    ResponseBuilder::new()
        .description(format!("{title}: {}.", words.join(", ")))
        .content("application/problem+json", content)
        .build()
}
