//! The routes about the registration of a workspace's own company and texts (10DLC).

#![expect(dead_code, reason = "read by the macros only")]

use save_registration::api::{
    AdminRegistrationAnswer, AdminRegistrationsAnswer, CheckRegistrationAnswer, CheckRegistrationRequest,
    NoteRegistrationRequest, RegistrationAnswer, SaveRegistrationRequest, SubmitRegistrationRequest,
};
use serde_json::{Value, json};
use shared::domain::{RegistrationId, RegistrationState};
use utoipa::IntoParams;

use super::routes::InWorkspace;

/// Which registrations the operator wants to see.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct RegistrationFilter {
    /// Those in this state; without it all that were submitted.
    state: Option<RegistrationState>,
    /// Those with which the operator has, or has not, to do something.
    needs_operator: Option<bool>,
}

/// A company that is good enough to be submitted.
pub fn brand() -> Value {
    json!({
        "companyName": "Alpine Dental LLC",
        "legalEntityType": "PRIVATE_PROFIT",
        "ein": "12-3456789",
        "einIssuingCountry": "United States",
        "vertical": "HEALTHCARE",
        "address": "12 Main St, Tulsa OK, 74103",
        "website": "https://alpine-dental.example.com",
        "contactEmail": "office@alpine-dental.example.com",
        "contactPhone": "+19185550123",
    })
}

/// A campaign that is good enough to be submitted.
pub fn campaign() -> Value {
    json!({
        "useCase": "LOW_VOLUME_MIXED",
        "subUseCases": ["CUSTOMER_CARE", "ACCOUNT_NOTIFICATION"],
        "description": "Alpine Dental answers its patients and reminds them of their appointments.",
        "messageFlow": "Patients tick a box on the form at the desk and agree to get texts about their appointments.",
        "samples": [
            "Alpine Dental: your appointment is tomorrow at 2 pm.",
            "We have moved your appointment to Friday. Reply STOP to opt out.",
        ],
        "optInMessage": null,
        "optOutMessage": "You will get no more texts from Alpine Dental.",
        "helpMessage": "Call +1 918 555 0123 for help, or reply STOP to end.",
        "optInKeywords": "START",
        "optOutKeywords": "STOP",
        "helpKeywords": "HELP",
        "embeddedLink": false,
        "embeddedPhone": false,
        "ageGatedContent": false,
        "directLending": false,
        "leadGeneration": false,
    })
}

fn agreed() -> Value {
    json!({ "brandCents": 400, "campaignVettingCents": 750, "campaignMonthlyCents": 150 })
}

fn fees() -> Value {
    json!({
        "brandCents": 400,
        "brandResubmissionCents": 400,
        "campaignVettingCents": 750,
        "campaignMonthlyCents": 150,
        "dueNow": agreed(),
    })
}

fn history() -> Value {
    json!([
        { "at": "2026-01-15T18:40:00Z", "state": "brand_pending", "reason": null },
        { "at": "2026-01-16T18:40:00Z", "state": "brand_unverified",
            "reason": "The registry knows another company by this EIN." },
    ])
}

fn registration() -> Value {
    json!({ "registration": {
        "id": "0194a2f8-1b2c-7d3e-8f40-5a6b7c8d9e0f",
        "state": "brand_unverified",
        "reason": "The registry knows another company by this EIN.",
        "editable": "all",
        "brand": brand(),
        "campaign": campaign(),
        "findings": [],
        "fees": fees(),
        "agreedFees": agreed(),
        "correctionRequestedAt": null,
        "numbers": { "own": 0, "moving": 0, "platform": 2, "limit": 49, "waitingForRoom": 0 },
        "submittedAt": "2026-01-15T18:40:00Z",
        "brandVerifiedAt": null,
        "approvedAt": null,
        "updatedAt": "2026-01-16T18:40:00Z",
        "history": history(),
    } })
}

fn admin_registration() -> Value {
    json!({
        "id": "0194a2f8-1b2c-7d3e-8f40-5a6b7c8d9e0f",
        "workspace": { "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10", "name": "Alpine Dental" },
        "state": "brand_unverified",
        "reason": "The registry knows another company by this EIN.",
        "needsOperator": false,
        "operatorTask": null,
        "brand": brand(),
        "campaign": campaign(),
        "agreedFees": agreed(),
        "carrierBrandId": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "carrierCampaignId": null,
        "correctionRequestedAt": null,
        "submittedAt": "2026-01-15T18:40:00Z",
        "updatedAt": "2026-01-16T18:40:00Z",
        "history": history(),
    })
}

/// Reads the registration.
///
/// What the workspace says about its company and its texts, what registries would refuse of that, what it costs, and how
/// far it is. For administrators: it holds a tax number.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/registration",
    operation_id = "readRegistration",
    tag = "Registration",
    params(InWorkspace),
    responses((status = 200, description = "The registration.", body = RegistrationAnswer, example = json!(registration()))),
)]
pub fn read_registration() {}

/// Saves a draft.
///
/// A part that is given takes the place of the stored one; it may lack anything. What was submitted cannot be changed, nor a
/// company that is verified. For administrators in person.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}/registration",
    operation_id = "saveRegistration",
    tag = "Registration",
    params(InWorkspace),
    request_body(content = SaveRegistrationRequest, description = "`brand` or `campaign` is needed.",
        example = json!({ "brand": brand(), "campaign": campaign() })),
    responses((status = 200, description = "The registration.", body = RegistrationAnswer, example = json!(registration()))),
)]
pub fn save_registration() {}

/// Checks a registration.
///
/// Says what registries would refuse, and what a submission would cost. Nothing is stored. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/registration/check",
    operation_id = "checkRegistration",
    tag = "Registration",
    params(InWorkspace),
    request_body(content = CheckRegistrationRequest, description = "Both parts.",
        example = json!({ "brand": brand(), "campaign": campaign() })),
    responses((status = 200, description = "What was found.", body = CheckRegistrationAnswer, example = json!({
        "findings": [{
            "field": "campaign.samples",
            "code": "no_opt_out_words",
            "problem": "No sample says how to end the texts.",
            "advice": "End one sample with how to end the texts, such as: Reply STOP to opt out.",
        }],
        "fees": fees(),
    }))),
)]
pub fn check_registration() {}

/// Submits the registration.
///
/// Hands in what is stored, for the fees that were shown (`fees.dueNow`), which the request states. The registry takes about
/// a day for the company and some days for the campaign; then the workspace's numbers text by its own campaign. For
/// administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/registration/submit",
    operation_id = "submitRegistration",
    tag = "Registration",
    params(InWorkspace),
    request_body(content = SubmitRegistrationRequest, description = "What was agreed to.",
        example = json!({ "agreedFees": agreed() })),
    responses((status = 202, description = "It is submitted.", body = RegistrationAnswer, example = json!(registration()))),
)]
pub fn submit_registration() {}

/// Lists the registrations of all workspaces.
///
/// For the operator, who hands corrections in at the carrier and finds out why something was refused: the carrier has no
/// interface for either. For the people and organisations that the platform is configured with, in person; for everybody
/// else the route does not exist.
#[utoipa::path(
    get,
    path = "/api/admin/registrations",
    operation_id = "listRegistrations",
    tag = "Registration",
    params(RegistrationFilter),
    responses((status = 200, description = "What changed last first; 200 at most.", body = AdminRegistrationsAnswer,
        example = json!({ "registrations": [admin_registration()] }))),
)]
pub fn list_registrations() {}

/// Notes what the operator did or found out.
///
/// `resubmitted`: the corrected company was handed in, for which its fee is charged. `reason`: why it was refused, which the
/// workspace is shown. For the people and organisations that the platform is configured with, in person; for everybody else
/// the route does not exist.
#[utoipa::path(
    post,
    path = "/api/admin/registrations/{registration}/notes",
    operation_id = "noteRegistration",
    tag = "Registration",
    params(("registration" = RegistrationId, Path, description = "The registration's id.")),
    request_body(content = NoteRegistrationRequest, description = "What was done or found out.", example = json!({
        "action": "reason",
        "reason": "The registry knows another company by this EIN.",
    })),
    responses((status = 200, description = "The registration.", body = AdminRegistrationAnswer,
        example = json!({ "registration": admin_registration() }))),
)]
pub fn note_registration() {}
