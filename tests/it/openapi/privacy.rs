//! The routes about what is kept of a person.

#![expect(dead_code, reason = "read by the macros only")]

use erase_contact::api::EraseContactAnswer;
use export_contact::api::ContactExport;
use shared::domain::ContactId;

use super::routes::{InWorkspace, Paging};

/// Exports a person.
///
/// Everything that is kept: the contact, its threads, what was written and said in them, opt-outs, and addresses at which
/// files and recordings can be read for a quarter of an hour. The messages come in pages. For administrators.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/contacts/{contact}/export",
    operation_id = "exportContact",
    tag = "Contacts",
    params(InWorkspace, ("contact" = ContactId, Path, description = "The contact's id."), Paging),
    responses((status = 200, description = "The person.", body = ContactExport, example = json!({
        "contact": {
            "id": "0194a2f4-0a1b-7c2d-9e3f-4a5b6c7d8e9f",
            "firstName": "Maria",
            "lastName": "Silva",
            "company": "Alpine Dental",
            "email": "maria@alpine-dental.example",
            "notes": null,
            "phoneNumbers": ["+14052010177"],
            "createdAt": "2026-01-15T18:40:00Z",
            "updatedAt": "2026-01-15T18:50:00Z",
        },
        "formerContacts": [],
        "optOuts": [],
        "conversations": [{
            "id": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "channel": "sms",
            "ourNumber": "+14052010100",
            "counterpart": "+14052010177",
            "status": "open",
            "messageCount": 0,
            "createdAt": "2026-01-15T18:40:00Z",
            "lastMessageAt": "2026-01-15T18:40:00Z",
        }],
        "messages": [],
        "nextCursor": null,
    }))),
)]
pub fn export_contact() {}

/// Erases a person.
///
/// Names, numbers, texts, files, recordings, transcriptions and raw events are gone from the database when this is answered,
/// files within minutes, and what the carrier keeps after its charges are settled (eight days). Charges and figures stay
/// without the person; an opt-out stays with its number, because it has to be kept. It cannot be undone. Asked again, it says
/// how far it is. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/contacts/{contact}/erase",
    operation_id = "eraseContact",
    tag = "Contacts",
    params(InWorkspace, ("contact" = ContactId, Path, description = "The contact's id.")),
    responses((status = 202, description = "How far it is.", body = EraseContactAnswer, example = json!({
        "erasure": {
            "contactId": "0194a2f4-0a1b-7c2d-9e3f-4a5b6c7d8e9f",
            "state": "pending",
            "remaining": 3,
            "requestedAt": "2026-01-15T18:40:00Z",
            "finishedAt": null,
        },
    }))),
)]
pub fn erase_contact() {}
