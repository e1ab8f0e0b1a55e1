//! The routes, on functions that exist only for their documentation. The bodies are the types that the functions answer
//! with; what wraps them is compared with real answers in `contract/answers.rs`.

#![expect(dead_code, reason = "read by the macros only")]

use send_message::api::{SendMessageAnswer, SendMessageRequest};
use shared::{
    api::{Conversation, Message, PhoneNumber, Provisioning, Workspace},
    domain::{Channel, ConversationId, ConversationStatus, NumberStatus, NumberType, PhoneNumberId},
};
use utoipa::{IntoParams, ToSchema};

/// The workspace of the session token's organisation.
#[derive(ToSchema)]
struct WorkspaceAnswer {
    /// The workspace.
    workspace: Workspace,
}

/// What the workspace has, and what it is about to get.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct PhoneNumbersAnswer {
    /// The primary first, then by age.
    phone_numbers: Vec<PhoneNumber>,
    /// Attempts that are not finished.
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

/// A page of a conversation.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct MessagesPage {
    /// Newest first.
    messages: Vec<Message>,
    /// Gives the next page; null on the last one.
    next_cursor: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
struct InWorkspace {
    /// The workspace's id, or its Clerk organisation id. Anything but the token's own organisation is 404.
    #[param(example = "0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10")]
    workspace: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Paging {
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
    /// Only conversations that staff has put there.
    #[param(required = false, value_type = ConversationStatus)]
    status: Option<ConversationStatus>,
    /// Only conversations with unread messages, or only those without.
    #[param(required = false, nullable = false)]
    unread: Option<bool>,
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
        },
    }))),
)]
pub fn read_workspace() {}

/// Lists the workspace's phone numbers.
///
/// With the attempts to get a number that are not finished. For any member.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/phone-numbers",
    operation_id = "listNumbers",
    tag = "Phone numbers",
    params(InWorkspace, NumberFilter),
    responses((status = 200, description = "The numbers.", body = PhoneNumbersAnswer, example = json!({
        "phoneNumbers": [{
            "id": "0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d",
            "phoneNumber": "+14052010100",
            "phoneNumberSid": "3f2b8c1a-7d64-4e90-b1c5-0a9f8e7d6c5b",
            "friendlyName": "Main line",
            "numberType": "primary",
            "status": "active",
            "messagingStatus": "ready",
            "messagingFailureReason": null,
            "capabilities": { "sms": true, "mms": true, "voice": true, "fax": false },
            "monthlyCostCents": 50,
            "provisionedAt": "2026-01-15T18:31:00Z",
            "releasedAt": null,
        }],
        "provisionings": [{
            "id": "0194a2f0-9d4b-7f33-8e12-6c5d4e3f2a1b",
            "state": "purchasing",
            "numberType": "support",
            "friendlyName": "Support",
            "areaCode": "405",
            "phoneNumber": "+14052010101",
            "searchStep": "area_code",
            "attempts": 1,
            "createdAt": "2026-01-15T18:32:00Z",
        }],
    }))),
)]
pub fn list_numbers() {}

/// Lists the inbox.
///
/// Conversations, the one with the most recent message first. For any member.
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
            "contact": { "id": "0194a2f4-0a1b-7c2d-9e3f-4a5b6c7d8e9f", "name": null, "phoneNumber": "+14052010177" },
            "status": "open",
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
        "messages": [{
            "id": "0194a2f4-2c8e-7f13-8d46-6e9fa0b1c2d3",
            "conversationId": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "direction": "inbound",
            "channel": "sms",
            "body": "Hi, are you open on Saturday?",
            "media": [{ "url": "https://files.example.com/media/door.jpg", "contentType": "image/jpeg" }],
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
            "createdAt": "2026-01-15T18:40:00Z",
            "deliveredAt": null,
        }],
        "nextCursor": null,
    }))),
)]
pub fn read_conversation() {}

/// Sends a text.
///
/// From the number that the request names, else from the conversation's, else from the one that the department last used
/// with this customer, else from the department's, else from the primary, else from the platform's; `senderReason` says
/// which. The message is stored before the carrier is asked, and its `status` moves on with the carrier's receipts. For
/// any member in person, not for an impersonated session.
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
    responses((status = 201, description = "The message is stored and was handed to the carrier.",
        body = SendMessageAnswer, example = json!({
        "message": {
            "id": "0194a2f5-33aa-7b10-9c21-0f1e2d3c4b5a",
            "conversationId": "0194a2f4-1b7d-7e02-8c35-5d8e9f0a1b2c",
            "direction": "outbound",
            "channel": "sms",
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
            "createdAt": "2026-01-15T18:45:00Z",
            "deliveredAt": null,
        },
    }))),
)]
pub fn send_message() {}
