use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    auth::{self, Access, Entered, SessionTokenVerifier},
    clock,
    db::{
        Pool,
        conversation_changes::{self, Change},
        conversations, users,
    },
    domain::{ConversationId, ConversationStatus, Edit, MessageId, UserId},
    lambda::{self, ApiError, ApiReply},
};

use crate::api::{UpdateConversationAnswer, UpdateConversationRequest};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(update_conversation(state, &request).await))
}

async fn update_conversation(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let id = lambda::path_parameter(request, "conversation")?.parse();
    let wish = parse(lambda::body_json(request)?)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Write).await?;

    let id = id.map_err(|_| not_found())?;
    apply(&entered, id, wish).await?;
    let conversation = conversations::get(entered.transaction, entered.workspace.id, id).await?;
    let workspace_id = entered.workspace.id;
    entered.commit().await?;

    tracing::info!(%workspace_id, conversation_id = %id, status = %conversation.status, "conversation updated");
    ApiReply::ok(&UpdateConversationAnswer { conversation: conversation.into() })
}

struct Wish {
    status: Option<ConversationStatus>,
    assigned_to: Edit<UserId>,
    read: Option<Read>,
}

enum Read {
    Everything,
    UpTo(MessageId),
    Nothing,
}

fn parse(request: UpdateConversationRequest) -> Result<Wish, ApiError> {
    let up_to = request.up_to_message_id.map(|text| text.parse()).transpose();
    let up_to = up_to.map_err(|error| ApiError::invalid("upToMessageId", error))?;
    let read = match (request.read, up_to) {
        (Some(true), Some(message)) => Some(Read::UpTo(message)),
        (Some(true), None) => Some(Read::Everything),
        (Some(false), None) => Some(Read::Nothing),
        (None, None) => None,
        (Some(false) | None, Some(_)) => return Err(ApiError::invalid("upToMessageId", "goes with \"read\": true")),
    };
    let status = request.status.map(|text| text.parse()).transpose();
    let assigned_to = request.assigned_to.try_map(|text| text.parse());
    let wish = Wish {
        status: status.map_err(|error| ApiError::invalid("status", error))?,
        assigned_to: assigned_to.map_err(|error| ApiError::invalid("assignedTo", error))?,
        read,
    };
    if wish.status.is_none() && wish.assigned_to.is_keep() && wish.read.is_none() {
        return Err(ApiError::invalid("body", "status, read or assignedTo is needed"));
    }
    Ok(wish)
}

/// Under the conversation's lock.
async fn apply(entered: &Entered<'_>, id: ConversationId, wish: Wish) -> Result<(), ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    if !conversation_changes::lock(client, workspace_id, id).await? {
        return Err(not_found());
    }
    let assigned_to = match wish.assigned_to {
        Edit::Set(user) => Edit::Set(users::find_member(client, workspace_id, &user).await?.ok_or_else(no_member)?),
        Edit::Clear => Edit::Clear,
        Edit::Keep => Edit::Keep,
    };
    conversation_changes::apply(client, workspace_id, id, &Change { status: wish.status, assigned_to }).await?;
    match wish.read {
        Some(Read::Everything) => conversation_changes::mark_read(client, workspace_id, id, None).await?,
        Some(Read::UpTo(message)) => {
            if !conversation_changes::has_message(client, workspace_id, id, message).await? {
                return Err(no_message());
            }
            conversation_changes::mark_read(client, workspace_id, id, Some(message)).await?;
        }
        Some(Read::Nothing) => conversation_changes::mark_unread(client, workspace_id, id).await?,
        None => {}
    }
    Ok(())
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "conversation_not_found", detail: "there is no such conversation".to_owned() }
}

fn no_member() -> ApiError {
    ApiError::refused("assignee_not_member", "assignedTo", "is no member of the organisation")
}

fn no_message() -> ApiError {
    ApiError::refused("message_not_found", "upToMessageId", "is no message of this conversation")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &str) -> Vec<String> {
        let request = serde_json::from_str(body).unwrap();
        let (_, problem) = parse(request).err().map(|error| error.problem()).unwrap_or_default();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_cannot_be_done_is_named() {
        let message = "0194a2f4-2c8e-7f13-8d46-6e9fa0b1c2d3";
        for (body, field) in [
            ("{}".to_owned(), "body"),
            (r#"{"status":"gone"}"#.to_owned(), "status"),
            (r#"{"assignedTo":"somebody"}"#.to_owned(), "assignedTo"),
            (r#"{"read":true,"upToMessageId":"x"}"#.to_owned(), "upToMessageId"),
            (format!(r#"{{"read":false,"upToMessageId":"{message}"}}"#), "upToMessageId"),
            (format!(r#"{{"upToMessageId":"{message}"}}"#), "upToMessageId"),
        ] {
            assert_eq!(fields(&body), [field], "{body}");
        }
    }

    #[test]
    fn nobody_is_not_the_same_as_nothing() {
        let assigned = |body: &str| parse(serde_json::from_str(body).unwrap()).map(|wish| wish.assigned_to).unwrap();
        assert_eq!(assigned(r#"{"read":true}"#), Edit::Keep);
        assert_eq!(assigned(r#"{"assignedTo":null}"#), Edit::Clear);
        assert!(matches!(assigned(r#"{"assignedTo":"user_1"}"#), Edit::Set(_)));
    }
}
