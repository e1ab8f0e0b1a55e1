use std::convert::Infallible;

use http::StatusCode;
use lambda_http::{Body, Request, Response};
use shared::{
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::Pool,
    domain::{Upload, UploadType},
    lambda::{self, ApiError, ApiReply},
    storage::{Storage, StorageError},
};

use crate::api::{UploadHeaders, UploadMediaAnswer, UploadMediaRequest, UploadRequest};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The bucket of pictures and files.
    pub storage: Storage,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(upload_media(state, &request).await))
}

async fn upload_media(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let wanted: UploadMediaRequest = lambda::body_json(request)?;
    let content_type: UploadType =
        wanted.content_type.parse().map_err(|error| ApiError::invalid("contentType", error))?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Write).await?;
    let workspace_id = entered.workspace.id;
    entered.commit().await?;

    let upload = Upload::new(workspace_id, content_type, wanted.byte_size, wanted.file_name.as_deref())
        .map_err(|error| ApiError::invalid("byteSize", error))?;
    ApiReply::with_status(StatusCode::CREATED, &answer(state, &upload).await.map_err(not_signed)?)
}

async fn answer(state: &State, upload: &Upload) -> Result<UploadMediaAnswer, StorageError> {
    Ok(UploadMediaAnswer {
        upload: UploadRequest {
            url: state.storage.upload_address(upload).await?,
            method: "PUT",
            headers: UploadHeaders { content_type: upload.content_type },
        },
        media_url: state.storage.location(&upload.key())?,
    })
}

fn not_signed(error: StorageError) -> ApiError {
    ApiError::Internal(Box::new(error))
}
