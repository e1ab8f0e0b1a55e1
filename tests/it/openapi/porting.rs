//! The routes about port orders.

#![expect(dead_code, reason = "read by the macros only")]

use manage_port_orders::api::{AnswerPortOrderRequest, OperatorPortOrderAnswer, OperatorPortOrdersPage};
use save_port_order::api::{
    PortDocumentAnswer, PortOrderAnswer, PortOrderVersionRequest, SavePortOrderRequest, UploadPortDocumentRequest,
};
use shared::{
    api::PortOrderSummary,
    domain::{PortOrderId, PortOrderState},
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

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportFormat {
    /// `pdf` (the default) or `csv`.
    #[param(required = false, nullable = false, pattern = "^(pdf|csv)$")]
    format: Option<String>,
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
    responses((status = 200, description = "A page of orders.", body = PortOrdersPage, example = json!({
            "portOrders": [
                {
                    "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                    "state": "rejected",
                    "version": 6,
                    "phoneNumbers": [
                        "+14055550123"
                    ],
                    "losingCarrier": "Example Telecom",
                    "rejectionReason": "The account number does not match.",
                    "cancelsAt": "2026-01-23T18:42:00Z",
                    "focDate": null,
                    "expectedBusinessDays": 7,
                    "createdAt": "2026-01-15T18:40:00Z",
                    "updatedAt": "2026-01-16T18:42:00Z",
                    "submittedAt": "2026-01-15T18:42:00Z"
                }
            ],
            "nextCursor": null
        }))),
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
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "submitted",
                "version": 5,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "portable",
                        "portabilityDetail": null,
                        "lineType": "landline",
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": "A-12345",
                "hasAccountNumber": true,
                "pin": "1234",
                "hasPin": true,
                "accountType": "business",
                "companyName": "Prairie Plumbing LLC",
                "authorizedName": "Ann Example",
                "billingPhoneNumber": "+14055550123",
                "serviceAddress": {
                    "street": "1 Main St",
                    "street2": null,
                    "city": "Oklahoma City",
                    "region": "OK",
                    "postalCode": "73102",
                    "country": "US"
                },
                "loaSignedOn": "2026-01-10",
                "documents": [
                    {
                        "id": "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b",
                        "kind": "loa",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "loa.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c"
                    },
                    {
                        "id": "0194a2fb-4d4e-7f50-8b62-7c8d9e0f1a2c",
                        "kind": "invoice",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "invoice.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/invoice.pdf?X-Amz-Signature=0a1b2c"
                    }
                ],
                "missing": [],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": null,
                "rejectedAt": null,
                "cancelsAt": null,
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    },
                    {
                        "at": "2026-01-15T18:42:00Z",
                        "event": "submitted",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "submitted",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:42:00Z",
                "submittedAt": "2026-01-15T18:42:00Z",
                "finishedAt": null
            }
        }))),
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
    responses((status = 201, description = "The draft.", body = PortOrderAnswer, example = json!({
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "draft",
                "version": 1,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "unchecked",
                        "portabilityDetail": null,
                        "lineType": null,
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": null,
                "hasAccountNumber": false,
                "pin": null,
                "hasPin": false,
                "accountType": "business",
                "companyName": null,
                "authorizedName": null,
                "billingPhoneNumber": null,
                "serviceAddress": null,
                "loaSignedOn": null,
                "documents": [],
                "missing": [
                    "accountNumber",
                    "pin",
                    "companyName",
                    "authorizedName",
                    "billingPhoneNumber",
                    "serviceAddress",
                    "loaSignedOn",
                    "documents.loa",
                    "documents.invoice"
                ],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": null,
                "rejectedAt": null,
                "cancelsAt": null,
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:40:00Z",
                "submittedAt": null,
                "finishedAt": null
            }
        }))),
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
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "draft",
                "version": 1,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "unchecked",
                        "portabilityDetail": null,
                        "lineType": null,
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": null,
                "hasAccountNumber": false,
                "pin": null,
                "hasPin": false,
                "accountType": "business",
                "companyName": null,
                "authorizedName": null,
                "billingPhoneNumber": null,
                "serviceAddress": null,
                "loaSignedOn": null,
                "documents": [],
                "missing": [
                    "accountNumber",
                    "pin",
                    "companyName",
                    "authorizedName",
                    "billingPhoneNumber",
                    "serviceAddress",
                    "loaSignedOn",
                    "documents.loa",
                    "documents.invoice"
                ],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": null,
                "rejectedAt": null,
                "cancelsAt": null,
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:40:00Z",
                "submittedAt": null,
                "finishedAt": null
            }
        }))),
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
            "document": {
                "id": "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b",
                "kind": "loa",
                "contentType": "application/pdf",
                "byteSize": 20000,
                "fileName": "loa.pdf",
                "arrivedAt": null,
                "url": null
            },
            "upload": {
                "url": "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c",
                "method": "PUT",
                "headers": {
                    "content-type": "application/pdf"
                }
            },
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "draft",
                "version": 2,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "unchecked",
                        "portabilityDetail": null,
                        "lineType": null,
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": null,
                "hasAccountNumber": false,
                "pin": null,
                "hasPin": false,
                "accountType": "business",
                "companyName": null,
                "authorizedName": null,
                "billingPhoneNumber": null,
                "serviceAddress": null,
                "loaSignedOn": null,
                "documents": [
                    {
                        "id": "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b",
                        "kind": "loa",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "loa.pdf",
                        "arrivedAt": null,
                        "url": "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c"
                    }
                ],
                "missing": [
                    "accountNumber",
                    "pin",
                    "companyName",
                    "authorizedName",
                    "billingPhoneNumber",
                    "serviceAddress",
                    "loaSignedOn",
                    "documents.invoice"
                ],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": null,
                "rejectedAt": null,
                "cancelsAt": null,
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:40:00Z",
                "submittedAt": null,
                "finishedAt": null
            }
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
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "submitted",
                "version": 5,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "portable",
                        "portabilityDetail": null,
                        "lineType": "landline",
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": "A-12345",
                "hasAccountNumber": true,
                "pin": "1234",
                "hasPin": true,
                "accountType": "business",
                "companyName": "Prairie Plumbing LLC",
                "authorizedName": "Ann Example",
                "billingPhoneNumber": "+14055550123",
                "serviceAddress": {
                    "street": "1 Main St",
                    "street2": null,
                    "city": "Oklahoma City",
                    "region": "OK",
                    "postalCode": "73102",
                    "country": "US"
                },
                "loaSignedOn": "2026-01-10",
                "documents": [
                    {
                        "id": "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b",
                        "kind": "loa",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "loa.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c"
                    },
                    {
                        "id": "0194a2fb-4d4e-7f50-8b62-7c8d9e0f1a2c",
                        "kind": "invoice",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "invoice.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/invoice.pdf?X-Amz-Signature=0a1b2c"
                    }
                ],
                "missing": [],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": null,
                "rejectedAt": null,
                "cancelsAt": null,
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    },
                    {
                        "at": "2026-01-15T18:42:00Z",
                        "event": "submitted",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "submitted",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:42:00Z",
                "submittedAt": "2026-01-15T18:42:00Z",
                "finishedAt": null
            }
        }))),
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
    responses((status = 200, description = "The order.", body = PortOrderAnswer, example = json!({
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "cancelled",
                "version": 6,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "portable",
                        "portabilityDetail": null,
                        "lineType": "landline",
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": "A-12345",
                "hasAccountNumber": true,
                "pin": null,
                "hasPin": false,
                "accountType": "business",
                "companyName": "Prairie Plumbing LLC",
                "authorizedName": "Ann Example",
                "billingPhoneNumber": "+14055550123",
                "serviceAddress": {
                    "street": "1 Main St",
                    "street2": null,
                    "city": "Oklahoma City",
                    "region": "OK",
                    "postalCode": "73102",
                    "country": "US"
                },
                "loaSignedOn": "2026-01-10",
                "documents": [
                    {
                        "id": "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b",
                        "kind": "loa",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "loa.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c"
                    },
                    {
                        "id": "0194a2fb-4d4e-7f50-8b62-7c8d9e0f1a2c",
                        "kind": "invoice",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "invoice.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/invoice.pdf?X-Amz-Signature=0a1b2c"
                    }
                ],
                "missing": [],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": null,
                "rejectedAt": null,
                "cancelsAt": null,
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    },
                    {
                        "at": "2026-01-15T18:42:00Z",
                        "event": "submitted",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "submitted",
                        "detail": null
                    },
                    {
                        "at": "2026-01-16T18:42:00Z",
                        "event": "cancelled",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "cancelled",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:42:00Z",
                "submittedAt": "2026-01-15T18:42:00Z",
                "finishedAt": "2026-01-16T18:42:00Z"
            }
        }))),
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
            "portOrders": [
                {
                    "portOrder": {
                        "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                        "state": "rejected",
                        "version": 6,
                        "phoneNumbers": [
                            "+14055550123"
                        ],
                        "losingCarrier": "Example Telecom",
                        "rejectionReason": "The account number does not match.",
                        "cancelsAt": "2026-01-23T18:42:00Z",
                        "focDate": null,
                        "expectedBusinessDays": 7,
                        "createdAt": "2026-01-15T18:40:00Z",
                        "updatedAt": "2026-01-16T18:42:00Z",
                        "submittedAt": "2026-01-15T18:42:00Z"
                    },
                    "workspace": {
                        "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10",
                        "name": "Prairie Plumbing"
                    }
                }
            ],
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
    responses((status = 200, description = "The order.", body = OperatorPortOrderAnswer, example = json!({
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "submitted",
                "version": 5,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "portable",
                        "portabilityDetail": null,
                        "lineType": "landline",
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": "A-12345",
                "hasAccountNumber": true,
                "pin": "1234",
                "hasPin": true,
                "accountType": "business",
                "companyName": "Prairie Plumbing LLC",
                "authorizedName": "Ann Example",
                "billingPhoneNumber": "+14055550123",
                "serviceAddress": {
                    "street": "1 Main St",
                    "street2": null,
                    "city": "Oklahoma City",
                    "region": "OK",
                    "postalCode": "73102",
                    "country": "US"
                },
                "loaSignedOn": "2026-01-10",
                "documents": [
                    {
                        "id": "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b",
                        "kind": "loa",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "loa.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c"
                    },
                    {
                        "id": "0194a2fb-4d4e-7f50-8b62-7c8d9e0f1a2c",
                        "kind": "invoice",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "invoice.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/invoice.pdf?X-Amz-Signature=0a1b2c"
                    }
                ],
                "missing": [],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": null,
                "rejectedAt": null,
                "cancelsAt": null,
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    },
                    {
                        "at": "2026-01-15T18:42:00Z",
                        "event": "submitted",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "submitted",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:42:00Z",
                "submittedAt": "2026-01-15T18:42:00Z",
                "finishedAt": null
            },
            "workspace": {
                "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10",
                "name": "Prairie Plumbing"
            },
            "dashboard": [
                {
                    "label": "Project ID",
                    "value": "ea108133-d6b3-407c-9536-9fad8a929a6a"
                },
                {
                    "label": "Numbers",
                    "value": "+14055550123"
                },
                {
                    "label": "Current provider",
                    "value": "Example Telecom"
                }
            ]
        }))),
)]
pub fn read_any_port_order() {}

/// Exports a port order.
///
/// As a page to print (PDF; letters that its fonts do not have are shown as `?`, and the page says so) or a table of its
/// numbers (CSV, UTF-8). For administrators of the platform in person.
#[utoipa::path(
    get,
    path = "/api/admin/port-orders/{portOrder}/export",
    operation_id = "exportPortOrder",
    tag = "Porting",
    params(("portOrder" = PortOrderId, Path, description = "The order's id."), ExportFormat),
    responses((status = 200, description = "The file; `application/pdf` for the other format.", content_type = "text/csv; charset=utf-8", body = String, example = json!("phoneNumber,losingCarrier\r\n+14055550123,Example Telecom\r\n"))),
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
    responses((status = 200, description = "The order.", body = OperatorPortOrderAnswer, example = json!({
            "portOrder": {
                "id": "0194a2fa-2c3d-7e4f-9a51-6b7c8d9e0f1a",
                "state": "rejected",
                "version": 6,
                "numbers": [
                    {
                        "phoneNumber": "+14055550123",
                        "numberType": "primary",
                        "friendlyName": "Main line",
                        "replacesPhoneNumberId": null,
                        "portability": "portable",
                        "portabilityDetail": null,
                        "lineType": "landline",
                        "expectedBusinessDays": 7,
                        "foundAt": null,
                        "phoneNumberId": null
                    }
                ],
                "losingCarrier": "Example Telecom",
                "accountNumber": "A-12345",
                "hasAccountNumber": true,
                "pin": "1234",
                "hasPin": true,
                "accountType": "business",
                "companyName": "Prairie Plumbing LLC",
                "authorizedName": "Ann Example",
                "billingPhoneNumber": "+14055550123",
                "serviceAddress": {
                    "street": "1 Main St",
                    "street2": null,
                    "city": "Oklahoma City",
                    "region": "OK",
                    "postalCode": "73102",
                    "country": "US"
                },
                "loaSignedOn": "2026-01-10",
                "documents": [
                    {
                        "id": "0194a2fb-3d4e-7f50-8b62-7c8d9e0f1a2b",
                        "kind": "loa",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "loa.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/loa.pdf?X-Amz-Signature=0a1b2c"
                    },
                    {
                        "id": "0194a2fb-4d4e-7f50-8b62-7c8d9e0f1a2c",
                        "kind": "invoice",
                        "contentType": "application/pdf",
                        "byteSize": 20000,
                        "fileName": "invoice.pdf",
                        "arrivedAt": "2026-01-15T18:42:00Z",
                        "url": "https://files.example.com/invoice.pdf?X-Amz-Signature=0a1b2c"
                    }
                ],
                "missing": [],
                "expectedBusinessDays": 7,
                "expectedReason": "standard",
                "rejectionReason": "The account number does not match.",
                "rejectedAt": "2026-01-16T18:42:00Z",
                "cancelsAt": "2026-01-23T18:42:00Z",
                "focDate": null,
                "carrierReference": null,
                "cancelReason": null,
                "history": [
                    {
                        "at": "2026-01-15T18:40:00Z",
                        "event": "created",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "draft",
                        "detail": null
                    },
                    {
                        "at": "2026-01-15T18:42:00Z",
                        "event": "submitted",
                        "by": "workspace",
                        "user": "user_2abCDEfghIJKLmnopQRStuvYZ",
                        "state": "submitted",
                        "detail": null
                    }
                ],
                "createdAt": "2026-01-15T18:40:00Z",
                "updatedAt": "2026-01-15T18:42:00Z",
                "submittedAt": "2026-01-15T18:42:00Z",
                "finishedAt": null
            },
            "workspace": {
                "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10",
                "name": "Prairie Plumbing"
            },
            "dashboard": [
                {
                    "label": "Project ID",
                    "value": "ea108133-d6b3-407c-9536-9fad8a929a6a"
                },
                {
                    "label": "Numbers",
                    "value": "+14055550123"
                },
                {
                    "label": "Current provider",
                    "value": "Example Telecom"
                }
            ]
        }))),
)]
pub fn answer_port_order() {}
