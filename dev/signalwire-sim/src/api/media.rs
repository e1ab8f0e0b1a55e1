//! The media of a message. Only their descriptions: the files are wherever their URLs point.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::{self, rfc2822},
    form::Form,
    network::Network,
    records::{Media, MessageRecord},
};

/// SignalWire, message media, list.
pub async fn list(
    State(network): State<Network>,
    Path((account, sid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    network.read(|world| {
        let message = world.message(&sid).ok_or_else(Refusal::not_found)?;
        let list = ("media_list", &*format!("/Accounts/{account}/Messages/{sid}/Media"));
        let describe = |media: &Media| describe(&account, message, media);
        paging::compatibility(list, &query, message.media.iter(), |media| &media.sid, describe)
    })
}

/// SignalWire, message media, retrieve.
pub async fn get(
    State(network): State<Network>,
    Path((account, sid, media)): Path<(String, String, String)>,
) -> Answer {
    let found = network.read(|world| {
        let message = world.message(&sid)?;
        let media = message.media.iter().find(|entry| entry.sid == media)?;
        Some(describe(&account, message, media))
    });
    Ok((StatusCode::OK, Json(found.ok_or_else(Refusal::not_found)?)))
}

/// SignalWire, message media, delete.
pub async fn delete(
    State(network): State<Network>,
    Path((_, sid, media)): Path<(String, String, String)>,
) -> Result<StatusCode, Refusal> {
    network.change(|world| {
        let message = world.message_mut(&sid).ok_or_else(Refusal::not_found)?;
        let at = message.media.iter().position(|entry| entry.sid == media).ok_or_else(Refusal::not_found)?;
        message.media.remove(at);
        message.updated_at = clock::now();
        Ok(StatusCode::NO_CONTENT)
    })
}

fn describe(account: &str, message: &MessageRecord, media: &Media) -> Value {
    let uri = format!("/api/laml/2010-04-01/Accounts/{account}/Messages/{}/Media/{}.json", message.sid, media.sid);
    json!({
        "sid": media.sid,
        "account_sid": account,
        "parent_sid": message.sid,
        "content_type": media.content_type,
        "date_created": rfc2822(message.created_at),
        "date_updated": rfc2822(message.created_at),
        "uri": uri,
    })
}
