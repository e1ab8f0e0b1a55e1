//! Transcriptions of recordings.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::rfc2822,
    form::Form,
    network::Network,
    records::{TranscriptionRecord, TranscriptionStatus},
};

/// Millionths of a dollar for each begun minute. Made up.
const PRICE_PER_MINUTE: u32 = 20_000;

/// SignalWire, Transcriptions, list.
pub async fn list(State(network): State<Network>, Path(account): Path<String>, RawQuery(query): RawQuery) -> Answer {
    listed(&network, &account, query, None, "/Transcriptions")
}

/// SignalWire, Recordings, list transcriptions.
pub async fn list_of_recording(
    State(network): State<Network>,
    Path((account, sid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    listed(&network, &account, query, Some(&sid), &format!("/Recordings/{sid}/Transcriptions"))
}

fn listed(network: &Network, account: &str, query: Option<String>, of: Option<&str>, path: &str) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    network.read(|world| {
        let wanted = world.transcriptions.iter().rev().filter(|entry| of.is_none_or(|sid| entry.recording_sid == sid));
        let list = ("transcriptions", &*format!("/Accounts/{account}{path}"));
        paging::compatibility(list, &query, wanted, |entry| &entry.sid, |entry| describe(account, entry))
    })
}

/// SignalWire, Transcriptions, retrieve.
pub async fn get(State(network): State<Network>, Path((account, sid)): Path<(String, String)>) -> Answer {
    let found = network.read(|world| {
        world.transcriptions.iter().find(|entry| entry.sid == sid).map(|entry| describe(&account, entry))
    });
    Ok((StatusCode::OK, Json(found.ok_or_else(Refusal::not_found)?)))
}

/// SignalWire, Transcriptions, delete.
pub async fn delete(
    State(network): State<Network>,
    Path((_, sid)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    network.change(|world| {
        world.transcription_mut(&sid).ok_or_else(Refusal::not_found)?;
        world.transcriptions.retain(|entry| entry.sid != sid);
        Ok(StatusCode::NO_CONTENT)
    })
}

fn describe(account: &str, entry: &TranscriptionRecord) -> Value {
    let price = entry.duration_seconds.div_ceil(60) * PRICE_PER_MINUTE;
    let is_complete = entry.status == TranscriptionStatus::Completed;
    json!({
        "sid": entry.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "recording_sid": entry.recording_sid,
        "date_created": rfc2822(entry.created_at),
        "date_updated": rfc2822(entry.updated_at),
        "duration": entry.duration_seconds,
        "price": is_complete.then(|| format!("-{:.5}", f64::from(price) / 1e6)),
        "price_unit": "USD",
        "status": entry.status.as_str(),
        "transcription_text": entry.text,
        "type": "",
        "uri": format!("/api/laml/2010-04-01/Accounts/{account}/Transcriptions/{}.json", entry.sid),
    })
}
