//! Files at the carrier's own host, as its `MediaUrl` names them.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Unusable, parse};
use crate::{api, network::Network, records::FileRecord};

/// Puts a file there, in place of one of the same name; answers the path of its address.
pub async fn put(State(network): State<Network>, body: Bytes) -> Result<(StatusCode, Json<Value>), Unusable> {
    let file: FileRecord = parse(&body)?;
    let path = format!("/files/{}", file.name);
    network.change(|world| {
        world.files.retain(|other| other.name != file.name);
        world.files.push(file);
    });
    Ok((StatusCode::CREATED, Json(json!({ "path": path }))))
}

/// Who asked for files, and whether with credentials.
pub async fn list(State(network): State<Network>) -> Json<Value> {
    Json(network.read(|world| json!({ "files": world.files })))
}

/// Message media (SignalWire): public addresses that nobody can guess, unless "Protect Message Media" is on for the
/// project; then they want the project's credentials.
pub async fn get(State(network): State<Network>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let has_credentials = api::are_credentials_good(&network, &headers);
    network.change(|world| {
        let Some(file) = world.files.iter_mut().find(|file| file.name == name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        file.requests += 1;
        file.requests_with_credentials += u32::from(headers.contains_key(header::AUTHORIZATION));
        if file.missing_for > 0 {
            file.missing_for -= 1;
            return StatusCode::NOT_FOUND.into_response();
        }
        if file.protected && !has_credentials {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        if let Some(location) = &file.redirect_to {
            return (StatusCode::FOUND, [(header::LOCATION, location.clone())]).into_response();
        }
        let content = vec![b'x'; file.size];
        (StatusCode::OK, [(header::CONTENT_TYPE, file.content_type.clone())], content).into_response()
    })
}
