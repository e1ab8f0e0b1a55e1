//! The routes about port orders.

#![expect(dead_code, reason = "read by the macros only")]

use manage_port_orders::api::{
    AnswerPortOrderRequest, OperatorPortOrderAnswer, OperatorPortOrdersPage, PortOrderExport,
};
use save_port_order::api::{
    PortDocumentAnswer, PortOrderAnswer, PortOrderVersionRequest, SavePortOrderRequest, UploadPortDocumentRequest,
};
use serde_json::{Value, json};
use shared::{
    api::PortOrderSummary,
    domain::{
        PortOrderId,
        PortOrderState::{self, Cancelled, Draft, Rejected, Submitted},
    },
};
use utoipa::{IntoParams, ToSchema};

use super::routes::{InWorkspace, Paging};

/// A page of orders.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct PortOrdersPage {
    /// Newest first.
    port_orders: Vec<PortOrderSummary>,
    /// Gives the next page; null on the last one.
    next_cursor: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct PortOrderFilter {
    /// Only orders in this state.
    #[param(required = false, value_type = PortOrderState)]
    state: Option<PortOrderState>,
}

const FILE: &str = "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c";
const CREATED_AT: &str = "2026-01-15T18:40:00Z";
const SUBMITTED_AT: &str = "2026-01-15T18:42:00Z";
const A_DAY_LATER: &str = "2026-01-16T18:42:00Z";
const MEMBER: &str = "user_2abCDEfghIJKLmnopQRStuvYZ";
const REASON: &str = "The account number does not match.";

/// The order of the examples, as it is in one of these states.
fn order(state: PortOrderState) -> Value {
    let is_draft = state == Draft;
    let (is_rejected, is_cancelled) = (state == Rejected, state == Cancelled);
    let said = |value: Value| if is_draft { Value::Null } else { value };
    let later = |is_it: bool, value: Value| if is_it { value } else { Value::Null };
    let has_pin = !is_draft && !is_cancelled;
    json!({
        "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
        "state": state,
        "version": match state { Draft => 1, Submitted => 5, _ => 6 },
        "numbers": [{
            "phoneNumber": "+14055550123",
            "numberType": "primary",
            "friendlyName": "Main line",
            "replacesPhoneNumberId": null,
            "portability": if is_draft { "unchecked" } else { "portable" },
            "portabilityDetail": null,
            "lineType": said(json!("landline")),
            "expectedBusinessDays": 7,
            "foundAt": null,
            "phoneNumberId": null
        }],
        "losingCarrier": "Example Telecom",
        "accountNumber": said(json!("A-12345")),
        "hasAccountNumber": !is_draft,
        "pin": later(has_pin, json!("1234")),
        "hasPin": has_pin,
        "accountType": "business",
        "companyName": said(json!("Prairie Plumbing LLC")),
        "authorizedName": said(json!("Ann Example")),
        "billingPhoneNumber": said(json!("+14055550123")),
        "serviceAddress": said(json!({
            "street": "1 Main St",
            "street2": null,
            "city": "Oklahoma City",
            "region": "OK",
            "postalCode": "73102",
            "country": "US"
        })),
        "loaSignedOn": said(json!("2026-01-10")),
        "documents": documents(state),
        "missing": if is_draft { MISSING } else { &[] },
        "expectedBusinessDays": 7,
        "expectedReason": "standard",
        "rejectionReason": later(is_rejected, json!(REASON)),
        "rejectedAt": later(is_rejected, json!(A_DAY_LATER)),
        "cancelsAt": match state {
            Draft => json!("2026-04-15T18:40:00Z"),
            Rejected => json!("2026-01-23T18:42:00Z"),
            _ => Value::Null,
        },
        "focDate": null,
        "carrierReference": null,
        "cancelReason": null,
        "history": history(state),
        "createdAt": CREATED_AT,
        "updatedAt": match state { Draft => CREATED_AT, Submitted => SUBMITTED_AT, _ => A_DAY_LATER },
        "submittedAt": said(json!(SUBMITTED_AT)),
        "finishedAt": later(is_cancelled, json!(A_DAY_LATER))
    })
}

/// What a draft lacks that has nothing but its numbers and the provider's name.
const MISSING: &[&str] = &[
    "accountNumber",
    "pin",
    "companyName",
    "authorizedName",
    "billingPhoneNumber",
    "serviceAddress",
    "loaSignedOn",
    "documents.loa",
    "documents.invoice",
];

fn document(kind: &str, arrived_at: Option<&str>, url: Option<&str>) -> Value {
    let id =
        if kind == "loa" { "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b" } else { "0194a2fb-4d4e-7f50-8b62-7c8d9e0f1a2c" };
    json!({
        "id": id,
        "kind": kind,
        "contentType": "application/pdf",
        "byteSize": 20000,
        "fileName": format!("{kind}.pdf"),
        "arrivedAt": arrived_at,
        "url": url.map(|url| url.replace("loa", kind))
    })
}

fn documents(state: PortOrderState) -> Vec<Value> {
    let kinds: &[&str] = if state == Draft { &[] } else { &["loa", "invoice"] };
    kinds.iter().map(|kind| document(kind, Some(SUBMITTED_AT), Some(FILE))).collect()
}

/// A draft whose letter was announced.
fn with_letter(mut draft: Value) -> Value {
    draft["version"] = json!(2);
    draft["documents"] = json!([document("loa", None, Some(FILE))]);
    draft["missing"] = json!(MISSING.iter().filter(|field| **field != "documents.loa").collect::<Vec<_>>());
    draft
}

fn history(state: PortOrderState) -> Vec<Value> {
    let entry = |at: &str, state: PortOrderState, event: &str, detail: Option<&str>| {
        let is_operators = state == Rejected;
        json!({
            "at": at,
            "event": event,
            "by": if is_operators { "operator" } else { "workspace" },
            "user": (!is_operators).then_some(MEMBER),
            "state": state,
            "detail": detail
        })
    };
    let mut history = vec![entry(CREATED_AT, Draft, "created", None)];
    if state != Draft {
        history.push(entry(SUBMITTED_AT, Submitted, "submitted", None));
    }
    match state {
        Rejected => history.push(entry(A_DAY_LATER, state, "rejected", Some(REASON))),
        Cancelled => history.push(entry(A_DAY_LATER, state, "cancelled", None)),
        _ => {}
    }
    history
}

/// The rejected order in a list.
fn summary() -> Value {
    let order = order(Rejected);
    let shown = [
        "id",
        "state",
        "version",
        "losingCarrier",
        "rejectionReason",
        "cancelsAt",
        "focDate",
        "expectedBusinessDays",
        "createdAt",
        "updatedAt",
        "submittedAt",
    ];
    let mut summary: Value = shown.iter().map(|field| ((*field).to_owned(), order[field].clone())).collect();
    summary["phoneNumbers"] = json!([order["numbers"][0]["phoneNumber"]]);
    summary
}

fn workspace() -> Value {
    json!({ "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10", "name": "Prairie Plumbing" })
}

/// The order with what the operator enters in the carrier's dashboard.
fn for_the_operator(state: PortOrderState) -> Value {
    json!({
        "portOrder": order(state),
        "workspace": workspace(),
        "dashboard": [
            { "label": "Project ID", "value": "ea108133-d6b3-407c-9536-9fad8a929a6a" },
            { "label": "Numbers", "value": "+14055550123" },
            { "label": "Current provider", "value": "Example Telecom" }
        ]
    })
}

/// Lists the port orders.
///
/// The orders of the workspace to bring numbers along. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/port-orders",
    operation_id = "listPortOrders",
    tag = "Porting",
    params(InWorkspace, PortOrderFilter, Paging),
    responses((status = 200, description = "A page of orders.", body = PortOrdersPage, example = json!({ "portOrders": [summary()], "nextCursor": null }))),
)]
pub fn list_port_orders() {}

/// Reads a port order.
///
/// The order with its history. For any member; PIN, account number and the addresses of the documents are null for those who
/// are not administrators in person.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/port-orders/{portOrder}",
    operation_id = "readPortOrder",
    tag = "Porting",
    params(InWorkspace, ("portOrder" = PortOrderId, Path, description = "The order's id.")),
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({ "portOrder": order(Submitted) }))),
)]
pub fn read_port_order() {}

/// Begins a port order.
///
/// A draft, which may leave anything out. The same `Idempotency-Key` begins one order. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/port-orders",
    operation_id = "savePortOrder",
    tag = "Porting",
    params(InWorkspace, (
            "Idempotency-Key" = Option<String>, Header, nullable = false, min_length = 1, max_length = 255,
            description = "The same key with the same request begins no other order, and is answered with the first one as it \
                is now. Visible ASCII characters.",
            example = "b8f0d3a2-1c4e-4f5a-9b6d-7e8f9a0b1c2d"
        )),
    request_body(content = SavePortOrderRequest, description = "Without `version`.", example = json!({
            "numbers": [
                {
                    "phoneNumber": "(405) 555-0123",
                    "numberType": "primary",
                    "friendlyName": "Main line"
                }
            ],
            "losingCarrier": "Example Telecom"
        })),
    responses((status = 201, description = "The draft.", body = PortOrderAnswer, example = json!({ "portOrder": order(Draft) }))),
)]
pub fn save_port_order() {}

/// Changes a port order.
///
/// A draft, or one that was rejected. `version` says which state of affairs the change is about: when somebody else was faster,
/// the answer is 409. For administrators in person.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}/port-orders/{portOrder}",
    operation_id = "changePortOrder",
    tag = "Porting",
    params(InWorkspace, ("portOrder" = PortOrderId, Path, description = "The order's id.")),
    request_body(content = SavePortOrderRequest, description = "What is to be different; `version` is needed.", example = json!({
            "version": 1,
            "losingCarrier": "Example Telecom"
        })),
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({ "portOrder": order(Draft) }))),
)]
pub fn change_port_order() {}

/// Prepares the upload of a document.
///
/// The signed letter of authorisation or a recent invoice of the present provider: PDF, PNG or JPEG. It takes the place of the
/// one of the same kind; submission looks whether it has arrived. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/port-orders/{portOrder}/documents",
    operation_id = "uploadPortDocument",
    tag = "Porting",
    params(InWorkspace, ("portOrder" = PortOrderId, Path, description = "The order's id.")),
    request_body(content = UploadPortDocumentRequest, description = "What the file is.", example = json!({
            "kind": "loa",
            "contentType": "application/pdf",
            "byteSize": 20000,
            "fileName": "loa.pdf"
        })),
    responses((status = 201, description = "How to upload it.", body = PortDocumentAnswer, example = json!({
            "document": document("loa", None, None),
            "upload": {
                "url": FILE,
                "method": "PUT",
                "headers": {
                    "content-type": "application/pdf"
                }
            },
            "portOrder": with_letter(order(Draft))
        }))),
)]
pub fn upload_port_document() {}

/// Submits a port order.
///
/// Checks everything, asks the carrier about each number, and hands the order to the operator. From here on the numbers count
/// against the plan's limit, but for those that take the place of another. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/port-orders/{portOrder}/submit",
    operation_id = "submitPortOrder",
    tag = "Porting",
    params(InWorkspace, ("portOrder" = PortOrderId, Path, description = "The order's id.")),
    request_body(content = PortOrderVersionRequest, description = "The version that is on the screen.", example = json!({
            "version": 4
        })),
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({ "portOrder": order(Submitted) }))),
)]
pub fn submit_port_order() {}

/// Cancels a port order.
///
/// Until the carriers have agreed on a day; then only the operator can. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/port-orders/{portOrder}/cancel",
    operation_id = "cancelPortOrder",
    tag = "Porting",
    params(InWorkspace, ("portOrder" = PortOrderId, Path, description = "The order's id.")),
    request_body(content = PortOrderVersionRequest, description = "The version that is on the screen.", example = json!({
            "version": 5
        })),
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({ "portOrder": order(Cancelled) }))),
)]
pub fn cancel_port_order() {}

/// Lists everybody's port orders.
///
/// Without `state` those that are open; drafts are not shown. For administrators of the platform in person; everybody else is
/// answered as if there were no such route.
#[utoipa::path(
    get,
    path = "/api/admin/port-orders",
    operation_id = "managePortOrders",
    tag = "Porting",
    params(PortOrderFilter, Paging),
    responses((status = 200, description = "A page of orders.", body = OperatorPortOrdersPage, example = json!({
            "portOrders": [{ "portOrder": summary(), "workspace": workspace() }],
            "nextCursor": null
        }))),
)]
pub fn manage_port_orders() {}

/// Reads anybody's port order.
///
/// With everything that has to be entered at the carrier. For administrators of the platform in person.
#[utoipa::path(
    get,
    path = "/api/admin/port-orders/{portOrder}",
    operation_id = "readAnyPortOrder",
    tag = "Porting",
    params(("portOrder" = PortOrderId, Path, description = "The order's id.")),
    responses((status = 200, description = "The order.", body = OperatorPortOrderAnswer, example = json!(for_the_operator(Submitted)))),
)]
pub fn read_any_port_order() {}

/// Exports a port order.
///
/// As one ZIP file, to attach at the carrier: a page to print (`order.pdf`; letters that its fonts do not have are shown as `?`,
/// and the page says so), a table of the numbers (`order.csv`, UTF-8), and the documents that came with the submission
/// (`letter-of-authorisation`, `invoice`). Its address works for a quarter of an hour; then the file is deleted. The audit log
/// says who has asked for it. For administrators of the platform in person.
#[utoipa::path(
    post,
    path = "/api/admin/port-orders/{portOrder}/export",
    operation_id = "exportPortOrder",
    tag = "Porting",
    params(("portOrder" = PortOrderId, Path, description = "The order's id.")),
    responses((status = 200, description = "Where the file is.", body = PortOrderExport, example = json!({
            "url": "https://files.example.com/port-order.zip?X-Amz-Signature=0a1b2c",
            "expiresAt": "2026-01-15T19:00:00Z"
        }))),
)]
pub fn export_port_order() {}

/// Records the carrier's answer.
///
/// Rejected with a reason, scheduled with a FOC date, completed, or cancelled. A completion makes the numbers the workspace's,
/// all of them or none. For administrators of the platform in person.
#[utoipa::path(
    post,
    path = "/api/admin/port-orders/{portOrder}/answers",
    operation_id = "answerPortOrder",
    tag = "Porting",
    params(("portOrder" = PortOrderId, Path, description = "The order's id.")),
    request_body(content = AnswerPortOrderRequest, description = "What the carrier has answered.", example = json!({
            "answer": "rejected",
            "version": 5,
            "reason": "The account number does not match."
        })),
    responses((status = 200, description = "The order.", body = OperatorPortOrderAnswer, example = json!(for_the_operator(Rejected)))),
)]
pub fn answer_port_order() {}
