//! The routes, on functions that exist only for their documentation. The bodies are the types that the functions answer
//! with; what wraps them is compared with real answers in `contract/answers.rs`.

#![expect(dead_code, reason = "read by the macros only")]

use cancel_message::api::CancelMessageAnswer;
use provision_number::api::{AcceptedAnswer, ProvisionNumberRequest, ProvisionedAnswer};
use release_number::api::ReleaseNumberAnswer;
use save_contact::api::{ContactAnswer, MergeContactRequest, SaveContactRequest};
use search_numbers::api::SearchNumbersAnswer;
use send_message::api::SendMessageRequest;
use shared::{
    api::{
        Contact, Conversation, Member, Message, OptOut, PhoneNumber, Plan, Provisioning, SendMessageAnswer, Workspace,
    },
    domain::{
        Channel, ContactId, ConversationId, EmergencyAddress, MessageId, NumberStatus, NumberType, OptOutId,
        PhoneNumberId, ProvisioningId,
    },
};
use start_call::api::StartCallRequest;
use update_conversation::api::{UpdateConversationAnswer, UpdateConversationRequest};
use update_number::api::{UpdateNumberAnswer, UpdateNumberRequest};
use update_workspace::api::{UpdateWorkspaceAnswer, UpdateWorkspaceRequest};
use upload_media::api::{UploadMediaAnswer, UploadMediaRequest};
use utoipa::{IntoParams, ToSchema};

use super::number_examples::{
    main_line, main_line_released, main_line_with_address, main_line_with_call_flow, support_line,
};

/// The workspace of the session token's organisation.
#[derive(ToSchema)]
struct WorkspaceAnswer {
    /// The workspace.
    workspace: Workspace,
}

/// What can be paid for.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct PlansAnswer {
    /// From the least to the best.
    plans: Vec<Plan>,
    /// What each number beyond the first costs, in cents a month.
    extra_number_monthly_price_cents: i32,
    /// What a segment of a text is estimated to cost, in millionths of a dollar.
    text_segment_cost_micros: i64,
}

/// Who works in the workspace.
#[derive(ToSchema)]
struct MembersAnswer {
    /// By name.
    members: Vec<Member>,
}

/// What the workspace has, and what it is about to get.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct PhoneNumbersAnswer {
    /// The primary first, then by age.
    phone_numbers: Vec<PhoneNumber>,
    /// Attempts that are not finished, and those that failed during the last day and were not tried again.
    provisionings: Vec<Provisioning>,
}

/// A page of the inbox.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct ConversationsPage {
    /// Most recent first.
    conversations: Vec<Conversation>,
    /// Gives the next page; null on the last one.
    next_cursor: Option<String>,
}

/// A page of contacts.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct ContactsPage {
    /// Newest first.
    contacts: Vec<Contact>,
    /// Gives the next page; null on the last one.
    next_cursor: Option<String>,
}

/// Where conversations are, or all of them.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum StatusFilter {
    Open,
    Archived,
    Closed,
    Spam,
    All,
}

/// A page of a conversation.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct MessagesPage {
    /// The conversation as it is now.
    conversation: Conversation,
    /// Newest first.
    messages: Vec<Message>,
    /// Gives the next page; null on the last one.
    next_cursor: Option<String>,
}

/// A page of opt-outs.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct OptOutsPage {
    /// The latest first.
    opt_outs: Vec<OptOut>,
    /// Gives the next page; null on the last one.
    next_cursor: Option<String>,
}

/// What was taken back.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct OptOutAnswer {
    /// The opt-out as it was.
    opt_out: OptOut,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InWorkspace {
    /// The workspace's id, or its Clerk organisation id. Anything but the token's own organisation is 404.
    #[param(example = "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10")]
    workspace: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// `nextCursor` of the page before. It is opaque, and stays right while rows are added.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
    /// Most rows on the page.
    #[param(required = false, nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct NumberFilter {
    /// Only numbers with this status. Without it: all but the released ones.
    #[param(required = false, value_type = NumberStatus)]
    status: Option<NumberStatus>,
    /// Only numbers of this department.
    #[param(required = false, value_type = NumberType)]
    number_type: Option<NumberType>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct NumberSearch {
    /// Three digits.
    #[param(required = false, nullable = false, min_length = 3, max_length = 3, example = "405")]
    area_code: Option<String>,
    /// Digits or letters that the number contains.
    #[param(required = false, nullable = false, min_length = 3, max_length = 10)]
    contains: Option<String>,
    /// Two letters of a state or province.
    #[param(required = false, nullable = false, min_length = 2, max_length = 2)]
    region: Option<String>,
    /// Toll-free numbers instead of local ones.
    #[param(required = false, nullable = false, default = false)]
    toll_free: Option<bool>,
    /// Most numbers in the answer.
    #[param(required = false, nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct ConversationFilter {
    /// Only conversations on numbers of this department.
    #[param(required = false, value_type = NumberType)]
    number_type: Option<NumberType>,
    /// Only conversations on this number.
    #[param(required = false, value_type = PhoneNumberId)]
    phone_number_id: Option<PhoneNumberId>,
    /// Only conversations of this channel.
    #[param(required = false, value_type = Channel)]
    channel: Option<Channel>,
    /// Only conversations that staff has put there. Without it: the open ones.
    #[param(required = false, value_type = StatusFilter)]
    status: Option<StatusFilter>,
    /// Only conversations with unread messages, or only those without.
    #[param(required = false, nullable = false)]
    unread: Option<bool>,
    /// Only conversations that this Clerk user looks after; `me`: the caller; `none`: nobody does.
    #[param(required = false, nullable = false, example = "me")]
    assigned_to: Option<String>,
    /// Only conversations with a message or a contact in which all these words begin one, in any case and without accents,
    /// or with a number of which this is a part, in any format that people use.
    #[param(required = false, nullable = false, max_length = 200, example = "(405) 555-01")]
    q: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ContactFilter {
    /// Only contacts in whose name, company or e-mail address all these words begin one, in any case and without accents,
    /// or with a number of which this is a part, in any format that people use.
    #[param(required = false, nullable = false, max_length = 200, example = "maria")]
    q: Option<String>,
}

/// Reads the workspace.
///
/// The plan, how many numbers it allows and how many of them are used. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}",
    operation_id = "readWorkspace",
    tag = "Workspace",
    params(InWorkspace),
    responses((status = 200, description = "The workspace.", body = WorkspaceAnswer, example = json!({
        "workspace": {
            "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10",
            "name": "Prairie Plumbing",
            "subscriptionTier": "professional",
            "numberLimit": 1,
            "numbersUsed": 1,
            "platformNumber": "+14052010190",
            "quietHours": { "start": "21:00", "end": "08:00", "exemptReplies": true },
            "retention": { "messageDays": 730, "mediaDays": 90, "recordingDays": null },
            "retentionDefaults": { "messageDays": null, "mediaDays": null, "recordingDays": 365 },
        },
    }))),
)]
pub fn read_workspace() {}

/// Changes the workspace's settings.
///
/// `quietHours`: texts and WhatsApp messages to a customer for whom it is quiet wait until it is over, by the customer's own
/// clock: the number's area code says where that may be, and it has to be over everywhere there. What waits already is looked at
/// again within a minute. `retention`: what is older than that is deleted within minutes, in the database, in the bucket and at
/// the carrier, and cannot be brought back; charges, figures, contacts and opt-outs stay, and so does what waits to be sent. What
/// is not named stays as it is. For administrators in person.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}",
    operation_id = "updateWorkspace",
    tag = "Workspace",
    params(InWorkspace),
    request_body(
        content = UpdateWorkspaceRequest,
        description = "The hours, which null takes away; the days, of which null is the platform's.",
        example = json!({
            "quietHours": { "start": "21:00", "end": "08:00", "exemptReplies": true },
            "retention": { "messageDays": 730, "mediaDays": 90 },
        }),
    ),
    responses((status = 200, description = "The workspace as it is now.", body = UpdateWorkspaceAnswer, example = json!({
        "workspace": {
            "id": "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10",
            "name": "Prairie Plumbing",
            "subscriptionTier": "professional",
            "numberLimit": 1,
            "numbersUsed": 1,
            "platformNumber": "+14052010190",
            "quietHours": { "start": "21:00", "end": "08:00", "exemptReplies": true },
            "retention": { "messageDays": 730, "mediaDays": 90, "recordingDays": null },
            "retentionDefaults": { "messageDays": null, "mediaDays": null, "recordingDays": 365 },
        },
    }))),
)]
pub fn update_workspace() {}

/// Lists the plans.
///
/// What each costs and allows. For any session, also without an organisation.
#[utoipa::path(
    get,
    path = "/api/plans",
    operation_id = "listPlans",
    tag = "Workspace",
    responses((status = 200, description = "The plans.", body = PlansAnswer, example = json!({
        "plans": [{
            "tier": "professional",
            "monthlyPriceCents": 4900,
            "numberLimit": 1,
            "messagesPerMinute": 60,
            "messagesPerDay": 5000,
            "spendingPerDayCents": 5000,
        }],
        "extraNumberMonthlyPriceCents": 500,
        "textSegmentCostMicros": 7900,
    }))),
)]
pub fn list_plans() {}

/// Lists the members of the organisation.
///
/// To whom conversations can be given, and who `sentBy` is. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/members",
    operation_id = "listMembers",
    tag = "Workspace",
    params(InWorkspace),
    responses((status = 200, description = "The members.", body = MembersAnswer, example = json!({
        "members": [{
            "id": "0194a2f0-5b2d-7e44-8c1f-2a3b4c5d6e7f",
            "clerkUserId": "user_2abCDEfghIJKLmnopQRStuvYZ",
            "name": "Ada Lopez",
            "email": "ada@example.com",
            "imageUrl": null,
            "role": "admin",
        }],
    }))),
)]
pub fn list_members() {}

/// Lists the workspace's phone numbers.
///
/// With the attempts to get a number that are not finished, and those that failed during the last day and were not tried
/// again. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/phone-numbers",
    operation_id = "listNumbers",
    tag = "Phone numbers",
    params(InWorkspace, NumberFilter),
    responses((status = 200, description = "The numbers.", body = PhoneNumbersAnswer, example = json!({
        "phoneNumbers": [main_line()],
        "provisionings": [{
            "id": "0194a2f0-9d4b-7f33-8e12-6c5d4e3f2a1b",
            "state": "purchasing",
            "numberType": "support",
            "friendlyName": "Support",
            "areaCode": "405",
            "phoneNumber": "+14052010101",
            "searchStep": "area_code",
            "failureCode": null,
            "failureReason": null,
            "attempts": 1,
            "createdAt": "2026-01-15T18:32:00Z",
        }],
    }))),
)]
pub fn list_numbers() {}

/// Searches numbers that can be bought.
///
/// Nothing is held: somebody else may buy one of them a moment later. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/phone-numbers/available",
    operation_id = "searchNumbers",
    tag = "Phone numbers",
    params(InWorkspace, NumberSearch),
    responses((status = 200, description = "Numbers on offer.", body = SearchNumbersAnswer, example = json!({
        "available": [{
            "phoneNumber": "+14052010102",
            "locality": null,
            "region": "OK",
            "capabilities": { "sms": true, "mms": true, "voice": true, "fax": false },
            "monthlyCostCents": 50,
        }],
    }))),
)]
pub fn search_numbers() {}

/// Gets the workspace a phone number.
///
/// By area code (then its state or province is searched, then the country), or the very number that a search has shown.
/// The plan's limit is reserved before anything is bought. 201 when the carrier settles it within a few seconds, else 202:
/// it goes on by itself, and the list of numbers shows how. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/phone-numbers",
    operation_id = "provisionNumber",
    tag = "Phone numbers",
    params(
        InWorkspace,
        (
            "Idempotency-Key" = Option<String>, Header, nullable = false, min_length = 1, max_length = 255,
            description = "The same key with the same request buys nothing more, and is answered from the first one's \
                provisioning as it stands. Visible ASCII characters.",
            example = "5d1f7c3e-8a2b-4c6d-9e0f-1a2b3c4d5e6f"
        ),
    ),
    request_body(
        content = ProvisionNumberRequest,
        description = "`areaCode` or `phoneNumber`, or neither.",
        example = json!({ "areaCode": "405", "numberType": "support", "friendlyName": "Support line" }),
    ),
    responses(
        (status = 201, description = "The workspace has the number.", body = ProvisionedAnswer, example = json!({
            "phoneNumber": support_line(),
            "searchStep": "area_code",
        })),
        (status = 202, description = "Reserved; the carrier has not settled it yet.", body = AcceptedAnswer,
            example = json!({ "provisioning": {
                "id": "0194a2f0-9d4b-7f33-8e12-6c5d4e3f2a1b",
                "state": "purchasing",
                "numberType": "support",
                "friendlyName": "Support line",
                "areaCode": "405",
                "phoneNumber": "+14052010102",
                "searchStep": "area_code",
                "failureCode": null,
                "failureReason": null,
                "attempts": 1,
                "createdAt": "2026-01-15T18:32:00Z",
            } })),
    ),
)]
pub fn provision_number() {}

/// Tries a failed provisioning again.
///
/// With the wishes of the first attempt, once: a second request is answered from the first one's provisioning. For
/// administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/phone-numbers/provisionings/{provisioning}/retry",
    operation_id = "retryProvisioning",
    tag = "Phone numbers",
    params(InWorkspace, ("provisioning" = ProvisioningId, Path, description = "The failed provisioning's id.")),
    responses(
        (status = 201, description = "The workspace has the number.", body = ProvisionedAnswer, example = json!({
            "phoneNumber": support_line(),
            "searchStep": "region",
        })),
        (status = 202, description = "Reserved; the carrier has not settled it yet.", body = AcceptedAnswer,
            example = json!({ "provisioning": {
                "id": "0194a2f2-1e2f-7a3b-8c4d-5e6f7a8b9c0d",
                "state": "reserved",
                "numberType": "support",
                "friendlyName": "Support line",
                "areaCode": "405",
                "phoneNumber": null,
                "searchStep": null,
                "failureCode": null,
                "failureReason": null,
                "attempts": 1,
                "createdAt": "2026-01-15T18:32:00Z",
            } })),
    ),
)]
pub fn retry_provisioning() {}

/// Changes name or department of a number.
///
/// The number that was primary before becomes `custom` in the same step. For administrators in person.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}/phone-numbers/{number}",
    operation_id = "updateNumber",
    tag = "Phone numbers",
    params(InWorkspace, ("number" = PhoneNumberId, Path, description = "The number's id.")),
    request_body(
        content = UpdateNumberRequest,
        description = "At least one of its members.",
        example = json!({ "friendlyName": "Front desk", "numberType": "primary" }),
    ),
    responses((status = 200, description = "The number as it is now.", body = UpdateNumberAnswer, example = json!({
        "phoneNumber": main_line_with_call_flow(),
    }))),
)]
pub fn update_number() {}

/// Sets the emergency address of a number.
///
/// Where an ambulance goes when somebody calls 911 from it. The carrier is told in the background; `emergencyAddress.status`
/// says how that went. For administrators in person.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}/phone-numbers/{number}/emergency-address",
    operation_id = "setEmergencyAddress",
    tag = "Phone numbers",
    params(InWorkspace, ("number" = PhoneNumberId, Path, description = "The number's id.")),
    request_body(content = EmergencyAddress, description = "The whole address.", example = json!({
        "firstName": "Ada", "lastName": "Bird", "streetNumber": "12", "streetName": "Main St", "unitType": "Suite",
        "unitNumber": "4", "city": "Tulsa", "state": "OK", "postalCode": "74103", "country": "US",
    })),
    responses((status = 202, description = "The number as it is now.", body = UpdateNumberAnswer, example = json!({
        "phoneNumber": main_line_with_address("pending"),
    }))),
)]
pub fn set_emergency_address() {}

/// Removes the emergency address of a number.
///
/// Nobody knows then where an ambulance is to go. Twice is harmless. For administrators in person.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace}/phone-numbers/{number}/emergency-address",
    operation_id = "removeEmergencyAddress",
    tag = "Phone numbers",
    params(InWorkspace, ("number" = PhoneNumberId, Path, description = "The number's id.")),
    responses((status = 202, description = "The number as it is now.", body = UpdateNumberAnswer, example = json!({
        "phoneNumber": main_line_with_address("removing"),
    }))),
)]
pub fn remove_emergency_address() {}

/// Gives a number back.
///
/// It is released at once: nothing is routed to the workspace any more and its conversations stay. The carrier takes it
/// back when it may, fourteen days after the purchase at the earliest. For administrators in person.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace}/phone-numbers/{number}",
    operation_id = "releaseNumber",
    tag = "Phone numbers",
    params(InWorkspace, ("number" = PhoneNumberId, Path, description = "The number's id.")),
    responses((status = 200, description = "The number as it is now.", body = ReleaseNumberAnswer, example = json!({
        "phoneNumber": main_line_released(),
        "notice": "The number goes back to the carrier. It cannot be ported to another provider any more, and nobody can promise \
            that it can be had again.",
    }))),
)]
pub fn release_number() {}

/// Lists the inbox.
///
/// Conversations, the one with the most recent message first; without `status` the open ones. `phoneNumber` has the
/// number's department as it is now; each message has the one of its time. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/conversations",
    operation_id = "listConversations",
    tag = "Inbox",
    params(InWorkspace, ConversationFilter, Paging),
    responses((status = 200, description = "A page of conversations.", body = ConversationsPage, example = json!({
        "conversations": [{
            "id": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "channel": "sms",
            "phoneNumber": {
                "id": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
                "phoneNumber": "+14052010100",
                "numberType": "primary",
                "friendlyName": "Main line",
            },
            "counterpart": "+14052010177",
            "contact": { "id": "0194a2f4-0a1b-7c2d-9e3f-4a5b6c7d8e9f", "name": "Maria Silva", "phoneNumber": "+14052010177" },
            "status": "open",
            "assignedTo": null,
            "optedOut": false,
            "snippet": "Hi, are you open on Saturday?",
            "unreadCount": 1,
            "messageCount": 1,
            "lastMessageAt": "2026-01-15T18:40:00Z",
            "createdAt": "2026-01-15T18:40:00Z",
        }],
        "nextCursor": "AAZIcWmUvEABlKL1M6p7EJwhDx4tPEta",
    }))),
)]
pub fn list_conversations() {}

/// Lists the messages of a conversation.
///
/// Newest first. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/conversations/{conversation}/messages",
    operation_id = "readConversation",
    tag = "Inbox",
    params(InWorkspace, ("conversation" = ConversationId, Path, description = "The conversation's id."), Paging),
    responses((status = 200, description = "A page of messages.", body = MessagesPage, example = json!({
        "conversation": {
            "id": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "channel": "sms",
            "phoneNumber": {
                "id": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
                "phoneNumber": "+14052010100",
                "numberType": "primary",
                "friendlyName": "Main line",
            },
            "counterpart": "+14052010177",
            "contact": { "id": "0194a2f4-0a1b-7c2d-9e3f-4a5b6c7d8e9f", "name": "Maria Silva", "phoneNumber": "+14052010177" },
            "status": "open",
            "assignedTo": null,
            "optedOut": false,
            "snippet": "Hi, are you open on Saturday?",
            "unreadCount": 1,
            "messageCount": 1,
            "lastMessageAt": "2026-01-15T18:40:00Z",
            "createdAt": "2026-01-15T18:40:00Z",
        },
        "messages": [{
            "id": "0194a2f4-2c8e-7f13-8d46-6e9fa0b1c2d3",
            "conversationId": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "direction": "inbound",
            "channel": "sms",
            "subject": null,
            "body": "Hi, are you open on Saturday?",
            "media": [{
                "url": "https://example-media.s3.us-east-1.amazonaws.com/media/door?X-Amz-Expires=900",
                "contentType": "image/jpeg",
                "byteSize": 48213,
                "state": "stored",
            }],
            "from": "+14052010177",
            "to": "+14052010100",
            "phoneNumberId": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
            "numberType": "primary",
            "senderReason": null,
            "status": "received",
            "errorCode": null,
            "errorMessage": null,
            "advice": null,
            "segments": 1,
            "estimatedCostMicros": 0,
            "costMicros": null,
            "sentBy": null,
            "scheduledFor": null,
            "createdAt": "2026-01-15T18:40:00Z",
            "deliveredAt": null,
            "call": null,
        }],
        "nextCursor": null,
    }))),
)]
pub fn read_conversation() {}

/// Changes a conversation.
///
/// Read and unread, where it is put, and who looks after it. A text that arrives at the same moment stays unread, and
/// opens what was archived or closed. For any member in person, not for an impersonated session.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}/conversations/{conversation}",
    operation_id = "updateConversation",
    tag = "Inbox",
    params(InWorkspace, ("conversation" = ConversationId, Path, description = "The conversation's id.")),
    request_body(
        content = UpdateConversationRequest,
        description = "`status`, `read` or `assignedTo`, or several of them.",
        example = json!({ "read": true, "assignedTo": "user_2abCDEfghIJKLmnopQRStuvYZ" }),
    ),
    responses((status = 200, description = "The conversation.", body = UpdateConversationAnswer, example = json!({
        "conversation": {
            "id": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "channel": "sms",
            "phoneNumber": {
                "id": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
                "phoneNumber": "+14052010100",
                "numberType": "primary",
                "friendlyName": "Main line",
            },
            "counterpart": "+14052010177",
            "contact": { "id": "0194a2f4-0a1b-7c2d-9e3f-4a5b6c7d8e9f", "name": "Maria Silva", "phoneNumber": "+14052010177" },
            "status": "open",
            "assignedTo": {
                "userId": "user_2abCDEfghIJKLmnopQRStuvYZ",
                "firstName": "Sam",
                "lastName": "Doe",
                "imageUrl": null,
            },
            "optedOut": false,
            "snippet": "Hi, are you open on Saturday?",
            "unreadCount": 0,
            "messageCount": 1,
            "lastMessageAt": "2026-01-15T18:40:00Z",
            "createdAt": "2026-01-15T18:40:00Z",
        },
    }))),
)]
pub fn update_conversation() {}

/// Sends a text, a WhatsApp message or a mail, or calls the customer and speaks the text.
///
/// From the number that the request names, else from the conversation's, else from the one that the department last used
/// with this customer, else from the department's, else from the primary, else from the platform's; `senderReason` says
/// which. The message is stored before the carrier is asked, and its `status` moves on with the carrier's receipts.
///
/// While it is quiet for the customer (the workspace's `quietHours`) the answer is 201 with `status` `scheduled` and
/// `scheduledFor`: after the same checks the message waits, and is checked again and sent when the time has come. Mails do
/// not wait. For any member in person, not for an impersonated session.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/messages",
    operation_id = "sendMessage",
    tag = "Inbox",
    params(
        InWorkspace,
        (
            "Idempotency-Key" = Option<String>, Header, nullable = false, min_length = 1, max_length = 255,
            description = "The same key with the same request gives the first answer again and sends nothing. Visible \
                ASCII characters.",
            example = "b8f0d3a2-1c4e-4f5a-9b6d-7e8f9a0b1c2d"
        ),
    ),
    request_body(
        content = SendMessageRequest,
        description = "`to` or `conversationId`, and `body` or `mediaUrls`.",
        example = json!({
            "channel": "sms",
            "to": "+14052010177",
            "body": "Your appointment is tomorrow at 9.",
            "numberType": "support",
        }),
    ),
    responses((status = 201, description = "The message is stored, and was handed to the carrier or waits.",
        body = SendMessageAnswer, example = json!({
        "message": {
            "id": "0194a2f5-33aa-7b10-9c21-0f1e2d3c4b5a",
            "conversationId": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "direction": "outbound",
            "channel": "sms",
            "subject": null,
            "body": "Your appointment is tomorrow at 9.",
            "media": [],
            "from": "+14052010100",
            "to": "+14052010177",
            "phoneNumberId": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
            "numberType": "support",
            "senderReason": "number_type",
            "status": "queued",
            "errorCode": null,
            "errorMessage": null,
            "advice": null,
            "segments": 1,
            "estimatedCostMicros": 8300,
            "costMicros": null,
            "sentBy": "user_2abCDEfghIJKLmnopQRStuvYZ",
            "scheduledFor": null,
            "createdAt": "2026-01-15T18:45:00Z",
            "deliveredAt": null,
            "call": null,
        },
    }))),
)]
pub fn send_message() {}

/// Connects a member with a customer.
///
/// The member's own phone rings first; who picks up there is asked to press 1, and then the customer's rings and shows the
/// department's number, chosen as for `POST …/messages`. The call is stored before the carrier is asked, as an entry of the
/// customer's conversation of the channel `voice`; its `status` and `call.state` move on as the phones are answered. An
/// `errorCode` that begins with `member_` says that the customer was not called. For any member in person, not for an
/// impersonated session.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/calls",
    operation_id = "startCall",
    tag = "Inbox",
    params(
        InWorkspace,
        (
            "Idempotency-Key" = Option<String>, Header, nullable = false, min_length = 1, max_length = 255,
            description = "The same key with the same request gives the first answer again and calls nobody. Visible \
                ASCII characters.",
            example = "b8f0d3a2-1c4e-4f5a-9b6d-7e8f9a0b1c2d"
        ),
    ),
    request_body(
        content = StartCallRequest,
        description = "`memberPhoneNumber`, and `to` or `conversationId`.",
        example = json!({ "memberPhoneNumber": "+14052010150", "to": "+14052010177", "numberType": "sales" }),
    ),
    responses((status = 201, description = "The call is stored and the carrier was asked for it.",
        body = SendMessageAnswer, example = json!({
        "message": {
            "id": "0194a2f5-33aa-7b10-9c21-0f1e2d3c4b5a",
            "conversationId": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "direction": "outbound",
            "channel": "voice",
            "subject": null,
            "body": "",
            "media": [],
            "from": "+14052010100",
            "to": "+14052010177",
            "phoneNumberId": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
            "numberType": "sales",
            "senderReason": "number_type",
            "status": "queued",
            "errorCode": null,
            "errorMessage": null,
            "advice": null,
            "segments": 1,
            "estimatedCostMicros": 18000,
            "costMicros": null,
            "sentBy": "user_2abCDEfghIJKLmnopQRStuvYZ",
            "createdAt": "2026-01-15T18:45:00Z",
            "deliveredAt": null,
            "scheduledFor": null,
            "call": {
                "id": "0194a2f5-33aa-7b10-9c21-0f1e2d3c4b5b",
                "state": "queued",
                "kind": "click_to_call",
                "startedAt": "2026-01-15T18:45:00Z",
                "answeredAt": null,
                "endedAt": null,
                "durationSeconds": null,
                "answeredBy": null,
                "recordings": [],
            },
        },
    }))),
)]
pub fn start_call() {}

/// Prepares the upload of a picture or a file that is to be sent.
///
/// The bucket takes it by the answered request, within ten minutes. Then `mediaUrl` goes into `mediaUrls` of a send, now or
/// later. All files of a message together may have 1.2 MB, from a toll-free number 750 kB. For any member in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/media",
    operation_id = "uploadMedia",
    tag = "Inbox",
    params(InWorkspace),
    request_body(
        content = UploadMediaRequest,
        description = "The type and the exact size of the file.",
        example = json!({ "contentType": "image/png", "byteSize": 48213, "fileName": "price list.png" }),
    ),
    responses((status = 201, description = "How to upload it.", body = UploadMediaAnswer, example = json!({
        "upload": {
            "url": "https://media.example.com/media/0194a2f0/uploads/0194a2f3/48213/price-list.png?X-Amz-Signature=1a2b",
            "method": "PUT",
            "headers": { "content-type": "image/png" },
        },
        "mediaUrl": "https://media.example.com/media/0194a2f0/uploads/0194a2f3/48213/price-list.png",
    }))),
)]
pub fn upload_media() {}

/// Cancels a scheduled message.
///
/// One that waits for the end of quiet hours. It stays in its conversation as `canceled`; a second request gets the same
/// answer. For any member in person, not for an impersonated session.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace}/messages/{message}",
    operation_id = "cancelMessage",
    tag = "Inbox",
    params(InWorkspace, ("message" = MessageId, Path, description = "The message's id.")),
    responses((status = 200, description = "The message as it is now.", body = CancelMessageAnswer, example = json!({
        "message": {
            "id": "0194a2f5-33aa-7b10-9c21-0f1e2d3c4b5a",
            "conversationId": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "direction": "outbound",
            "channel": "sms",
            "subject": null,
            "body": "Your appointment is tomorrow at 9.",
            "media": [],
            "from": "+14052010100",
            "to": "+14052010177",
            "phoneNumberId": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
            "numberType": "support",
            "senderReason": "number_type",
            "status": "canceled",
            "errorCode": null,
            "errorMessage": null,
            "advice": null,
            "segments": 1,
            "estimatedCostMicros": 8300,
            "costMicros": null,
            "sentBy": "user_2abCDEfghIJKLmnopQRStuvYZ",
            "scheduledFor": "2026-01-16T14:00:00Z",
            "createdAt": "2026-01-16T04:45:00Z",
            "deliveredAt": null,
            "call": null,
        },
    }))),
)]
pub fn cancel_message() {}

/// Lists the contacts.
///
/// The newest first. Whoever texts for the first time becomes a contact by that. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/contacts",
    operation_id = "listContacts",
    tag = "Contacts",
    params(InWorkspace, ContactFilter, Paging),
    responses((status = 200, description = "A page of contacts.", body = ContactsPage, example = json!({
        "contacts": [{
            "id": "0194a2f4-0a1b-7c2d-9e3f-4a5b6c7d8e9f",
            "firstName": "Maria",
            "lastName": "Silva",
            "company": "Alpine Dental",
            "email": "maria@alpine-dental.example",
            "notes": null,
            "phoneNumbers": ["+14052010177"],
            "createdAt": "2026-01-15T18:40:00Z",
            "updatedAt": "2026-01-15T18:50:00Z",
        }],
        "nextCursor": null,
    }))),
)]
pub fn list_contacts() {}

/// Makes a contact.
///
/// With a name, a company, an e-mail address or a number at least. A number, in all its spellings, belongs to one contact:
/// when there is one already, the answer is `contact_exists` with its `contactId`. For any member in person, not for an
/// impersonated session.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/contacts",
    operation_id = "saveContact",
    tag = "Contacts",
    params(InWorkspace),
    request_body(
        content = SaveContactRequest,
        description = "What is known.",
        example = json!({ "firstName": "Maria", "lastName": "Silva", "phoneNumbers": ["(405) 201-0177"] }),
    ),
    responses((status = 201, description = "The contact.", body = ContactAnswer, example = json!({
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
    }))),
)]
pub fn save_contact() {}

/// Changes a contact.
///
/// What is absent stays as it is. `phoneNumbers` are all numbers of the contact: one that is not among them is taken away,
/// and if it has conversations, they and it become a contact of their own. For any member in person, not for an
/// impersonated session.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}/contacts/{contact}",
    operation_id = "editContact",
    tag = "Contacts",
    params(InWorkspace, ("contact" = ContactId, Path, description = "The contact's id.")),
    request_body(
        content = SaveContactRequest,
        description = "What changes.",
        example = json!({ "company": "Alpine Dental", "notes": null }),
    ),
    responses((status = 200, description = "The contact.", body = ContactAnswer, example = json!({
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
    }))),
)]
pub fn edit_contact() {}

/// Merges two contacts.
///
/// The numbers and conversations of the other one move to this one, and what this one does not say is taken from the other.
/// For any member in person, not for an impersonated session.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/contacts/{contact}/merge",
    operation_id = "mergeContacts",
    tag = "Contacts",
    params(InWorkspace, ("contact" = ContactId, Path, description = "The contact that stays.")),
    request_body(
        content = MergeContactRequest,
        description = "The contact that goes.",
        example = json!({ "contactId": "0194a2f4-3d9f-7a24-8e57-7f0ab1c2d3e4" }),
    ),
    responses((status = 200, description = "The contact that stays.", body = ContactAnswer, example = json!({
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
    }))),
)]
pub fn merge_contacts() {}

/// Lists who does not want texts.
///
/// Customers who have opted out of texts from one of the workspace's numbers, by a keyword such as STOP or as the
/// carrier says. A send to them from that number is refused with `recipient_opted_out`. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/opt-outs",
    operation_id = "listOptOuts",
    tag = "Inbox",
    params(InWorkspace, Paging),
    responses((status = 200, description = "A page of opt-outs.", body = OptOutsPage, example = json!({
        "optOuts": [{
            "id": "0194a2f6-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "phoneNumberId": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
            "numberType": "primary",
            "counterpart": "+14052010177",
            "source": "keyword",
            "optedOutAt": "2026-01-15T18:50:00Z",
        }],
        "nextCursor": null,
    }))),
)]
pub fn list_opt_outs() {}

/// Takes an opt-out back.
///
/// For a customer who wants texts again and has said so by another way than START; who did it is written down. The
/// carrier may have a list of its own and go on refusing. For administrators in person.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace}/opt-outs/{optOut}",
    operation_id = "removeOptOut",
    tag = "Inbox",
    params(InWorkspace, ("optOut" = OptOutId, Path, description = "The opt-out's id.")),
    responses((status = 200, description = "The opt-out as it was.", body = OptOutAnswer, example = json!({
        "optOut": {
            "id": "0194a2f6-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "phoneNumberId": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
            "numberType": "primary",
            "counterpart": "+14052010177",
            "source": "keyword",
            "optedOutAt": "2026-01-15T18:50:00Z",
        },
    }))),
)]
pub fn remove_opt_out() {}
