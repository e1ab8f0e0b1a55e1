use std::{collections::HashMap, convert::Infallible};

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use serde_json::json;
use shared::{
    api::{self, Cursor},
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{
        DbError, Pool, Position, Transaction, call_recordings, call_recordings::CallRecording, calls, calls::Call,
        conversations, message_media, message_media::MessageMedium, messages,
    },
    domain::{CallId, Channel, ConversationId, Direction, MessageId, RecordingState, Upload, WorkspaceId},
    lambda::{self, ApiError, ApiReply},
    storage::Storage,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The bucket of pictures and files.
    pub storage: Storage,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    conversation: api::Conversation,
    messages: Vec<api::Message>,
    next_cursor: Option<String>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(read_conversation(state, &request).await))
}

async fn read_conversation(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let conversation = lambda::path_parameter(request, "conversation")?;
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    // An id that is no UUID names nothing, as one of another workspace does.
    let id: ConversationId = conversation.parse().map_err(|_| not_found())?;
    let workspace_id = entered.workspace.id;
    let shown = conversations::find_shown(&entered.transaction, workspace_id, id).await?.ok_or_else(not_found)?;
    let mut rows = messages::list(&entered.transaction, workspace_id, id, after, limit + 1).await?;
    let with_media: Vec<MessageId> = rows.iter().filter(|row| row.media != json!([])).map(|row| row.id).collect();
    let media = match with_media.as_slice() {
        [] => Vec::new(),
        ids => message_media::list(&entered.transaction, workspace_id, ids).await?,
    };
    let (calls, recordings) = find_calls(&entered.transaction, workspace_id, &rows).await?;
    entered.commit().await?;

    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.created_at, id: row.id.0 });
    let mut messages = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<api::Message>, DbError>>()?;
    show_media(state, &mut messages, media).await?;
    show_uploads(state, workspace_id, &mut messages).await?;
    show_calls(state, &mut messages, calls, recordings).await?;
    ApiReply::ok(&Page {
        conversation: shown.into(),
        messages,
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}

/// What lies in our bucket gets an address there that works for a quarter of an hour.
async fn show_media(state: &State, messages: &mut [api::Message], media: Vec<MessageMedium>) -> Result<(), ApiError> {
    for medium in media {
        let message = messages.iter_mut().find(|message| message.id == medium.message_id);
        let position = usize::try_from(medium.position).unwrap_or(usize::MAX);
        let Some(shown) = message.and_then(|message| message.media.get_mut(position)) else { continue };
        if let (Some(key), Some(content_type)) = (&medium.object_key, &medium.content_type) {
            let address = state.storage.address(key, content_type).await;
            shown.url = address.map_err(|error| ApiError::Internal(Box::new(error)))?.into();
            shown.content_type = Some(content_type.clone());
        }
        shown.byte_size = medium.byte_size;
        shown.state = Some(medium.state);
    }
    Ok(())
}

/// The calls among the entries, and what was recorded of them.
async fn find_calls(
    client: &Transaction<'_>,
    workspace_id: WorkspaceId,
    rows: &[messages::Message],
) -> Result<(Vec<Call>, Vec<CallRecording>), DbError> {
    let entries: Vec<MessageId> = rows.iter().filter(|row| row.channel == Channel::Voice).map(|row| row.id).collect();
    if entries.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let calls = calls::list(client, workspace_id, &entries).await?;
    let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
    let recordings = call_recordings::list(client, workspace_id, &ids).await?;
    Ok((calls, recordings))
}

/// A recording in our bucket gets an address as media do.
async fn show_calls(
    state: &State,
    messages: &mut [api::Message],
    calls: Vec<Call>,
    recordings: Vec<CallRecording>,
) -> Result<(), ApiError> {
    let mut shown: HashMap<CallId, Vec<api::Recording>> = HashMap::new();
    for recording in recordings {
        let url = match (&recording.object_key, &recording.content_type, recording.state) {
            (Some(key), Some(content_type), RecordingState::Stored) => {
                let address = state.storage.address(key, content_type).await;
                Some(address.map_err(|error| ApiError::Internal(Box::new(error)))?.into())
            }
            _ => None,
        };
        shown.entry(recording.call_id).or_default().push(api::Recording::new(recording, url));
    }
    for call in calls {
        let Some(message) = messages.iter_mut().find(|message| message.id == call.message_id) else { continue };
        let recordings = shown.remove(&call.id).unwrap_or_default();
        message.call = Some(api::Call::new(call, recordings));
    }
    Ok(())
}

/// What a member uploaded and sent lies in our bucket as well, and says itself what it is.
async fn show_uploads(state: &State, workspace: WorkspaceId, messages: &mut [api::Message]) -> Result<(), ApiError> {
    let outbound = messages.iter_mut().filter(|message| message.direction == Direction::Outbound);
    for shown in outbound.flat_map(|message| &mut message.media) {
        let Ok(url) = shown.url.parse() else { continue };
        let key = state.storage.key_at(&url).await.map_err(|error| ApiError::Internal(Box::new(error)))?;
        let upload = key.as_deref().and_then(Upload::from_key);
        let Some(upload) = upload.filter(|upload| upload.workspace_id == workspace) else { continue };
        let address = state.storage.address(&upload.key(), upload.content_type.as_str()).await;
        shown.url = address.map_err(|error| ApiError::Internal(Box::new(error)))?.into();
        shown.content_type = Some(upload.content_type.to_string());
        shown.byte_size = i64::try_from(upload.byte_size).ok();
    }
    Ok(())
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "conversation_not_found", detail: "there is no such conversation".to_owned() }
}
