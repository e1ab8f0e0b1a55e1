//! Messages as members see them, with their files and calls.

use std::collections::HashMap;

use serde_json::json;
use tokio_postgres::GenericClient;

use super::ApiError;
use crate::{
    api,
    db::{
        DbError, call_recordings, call_recordings::CallRecording, calls, calls::Call, message_media,
        message_media::MessageMedium, messages,
    },
    domain::{CallId, Channel, Direction, MessageId, RecordingState, Upload, WorkspaceId},
    storage::Storage,
};

/// Some messages of one workspace, and what belongs to them.
#[derive(Debug)]
pub struct ShownMessages {
    workspace_id: WorkspaceId,
    rows: Vec<messages::Message>,
    media: Vec<MessageMedium>,
    calls: Vec<Call>,
    recordings: Vec<CallRecording>,
}

impl ShownMessages {
    /// Finds what belongs to messages. In the transaction that has read them.
    pub async fn find(
        client: &impl GenericClient,
        workspace_id: WorkspaceId,
        rows: Vec<messages::Message>,
    ) -> Result<Self, DbError> {
        let with_media: Vec<MessageId> = rows.iter().filter(|row| row.media != json!([])).map(|row| row.id).collect();
        let media = match with_media.as_slice() {
            [] => Vec::new(),
            ids => message_media::list(client, workspace_id, ids).await?,
        };
        let entries: Vec<MessageId> =
            rows.iter().filter(|row| row.channel == Channel::Voice).map(|row| row.id).collect();
        let (mut calls, mut recordings) = (Vec::new(), Vec::new());
        if !entries.is_empty() {
            calls = calls::list(client, workspace_id, &entries).await?;
            let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
            recordings = call_recordings::list(client, workspace_id, &ids).await?;
        }
        Ok(Self { workspace_id, rows, media, calls, recordings })
    }

    /// The messages, with addresses of what lies in our bucket that work for a quarter of an hour. After the transaction.
    pub async fn with_addresses(self, storage: &Storage) -> Result<Vec<api::Message>, ApiError> {
        let messages = self.rows.into_iter().map(TryInto::try_into);
        let mut messages = messages.collect::<Result<Vec<api::Message>, DbError>>()?;
        show_media(storage, &mut messages, self.media).await?;
        show_uploads(storage, self.workspace_id, &mut messages).await?;
        show_calls(storage, &mut messages, self.calls, self.recordings).await?;
        Ok(messages)
    }
}

async fn show_media(
    storage: &Storage,
    messages: &mut [api::Message],
    media: Vec<MessageMedium>,
) -> Result<(), ApiError> {
    for medium in media {
        let message = messages.iter_mut().find(|message| message.id == medium.message_id);
        let position = usize::try_from(medium.position).unwrap_or(usize::MAX);
        let Some(shown) = message.and_then(|message| message.media.get_mut(position)) else { continue };
        if let (Some(key), Some(content_type)) = (&medium.object_key, &medium.content_type) {
            let address = storage.address(key, content_type).await;
            shown.url = address.map_err(|error| ApiError::Internal(Box::new(error)))?.into();
            shown.content_type = Some(content_type.clone());
        }
        shown.byte_size = medium.byte_size;
        shown.state = Some(medium.state);
    }
    Ok(())
}

/// A recording in our bucket gets an address as media do.
async fn show_calls(
    storage: &Storage,
    messages: &mut [api::Message],
    calls: Vec<Call>,
    recordings: Vec<CallRecording>,
) -> Result<(), ApiError> {
    let mut shown: HashMap<CallId, Vec<api::Recording>> = HashMap::new();
    for recording in recordings {
        let url = match (&recording.object_key, &recording.content_type, recording.state) {
            (Some(key), Some(content_type), RecordingState::Stored) => {
                let address = storage.address(key, content_type).await;
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
async fn show_uploads(
    storage: &Storage,
    workspace: WorkspaceId,
    messages: &mut [api::Message],
) -> Result<(), ApiError> {
    let outbound = messages.iter_mut().filter(|message| message.direction == Direction::Outbound);
    for shown in outbound.flat_map(|message| &mut message.media) {
        let Ok(url) = shown.url.parse() else { continue };
        let key = storage.key_at(&url).map_err(|error| ApiError::Internal(Box::new(error)))?;
        let upload = key.as_deref().and_then(Upload::from_key);
        let Some(upload) = upload.filter(|upload| upload.workspace_id == workspace) else { continue };
        let address = storage.address(&upload.key(), upload.content_type.as_str()).await;
        shown.url = address.map_err(|error| ApiError::Internal(Box::new(error)))?.into();
        shown.content_type = Some(upload.content_type.to_string());
        shown.byte_size = i64::try_from(upload.byte_size).ok();
    }
    Ok(())
}
