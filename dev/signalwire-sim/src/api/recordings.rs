//! Recordings: their descriptions, and their files, which are public unless the project protects them.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::rfc2822,
    form::Form,
    network::Network,
    records::{RecordingRecord, RecordingStatus},
    wav,
};

/// Millionths of a dollar for each begun minute. Made up.
const PRICE_PER_MINUTE: u32 = 2_500;

/// SignalWire, Recordings, list.
pub async fn list(State(network): State<Network>, Path(account): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let of_call = query.filled("CallSid").map(str::to_owned);
    listed(&network, &account, &query, of_call.as_deref(), "/Recordings")
}

/// SignalWire, Calls, list recordings.
pub async fn list_of_call(
    State(network): State<Network>,
    Path((account, sid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    if network.read(|world| world.call(&sid).is_none()) {
        return Err(Refusal::not_found());
    }
    listed(&network, &account, &query, Some(&sid), &format!("/Calls/{sid}/Recordings"))
}

fn listed(network: &Network, account: &str, query: &Form, call_sid: Option<&str>, path: &str) -> Answer {
    network.read(|world| {
        let kept = world.recordings.iter().rev().filter(|recording| {
            recording.status != RecordingStatus::Absent && call_sid.is_none_or(|sid| recording.call_sid == sid)
        });
        let list = ("recordings", &*format!("/Accounts/{account}{path}"));
        paging::compatibility(list, query, kept, |recording| &recording.sid, |recording| describe(account, recording))
    })
}

/// SignalWire, Recordings, retrieve.
pub async fn get(State(network): State<Network>, Path((account, sid)): Path<(String, String)>) -> Answer {
    let found = network.read(|world| find(world.recording(&sid)).map(|recording| describe(&account, recording)))?;
    Ok((StatusCode::OK, Json(found)))
}

/// A recording that was kept; of a silent one nothing is.
fn find(recording: Option<&RecordingRecord>) -> Result<&RecordingRecord, Refusal> {
    recording.filter(|recording| recording.status != RecordingStatus::Absent).ok_or_else(Refusal::not_found)
}

/// SignalWire, Recordings, the file: there when the recording is complete.
pub async fn file(
    State(network): State<Network>,
    Path((_, sid, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (seconds, channels) = network.change(|world| {
        let recording = world.recording_mut(&sid).ok_or_else(Refusal::not_found)?;
        if recording.status != RecordingStatus::Completed {
            return Err(Refusal::not_found());
        }
        recording.downloads += 1;
        recording.downloads_with_credentials += u32::from(headers.contains_key(header::AUTHORIZATION));
        Ok((recording.duration_seconds, recording.channels))
    })?;
    match name.as_str() {
        "audio.wav" => Ok(([(header::CONTENT_TYPE, "audio/x-wav")], wav::tone(seconds, channels)).into_response()),
        "audio.mp3" => Ok(([(header::CONTENT_TYPE, "audio/mpeg")], wav::silent_mp3(seconds)).into_response()),
        _ => Err(Refusal::not_found()),
    }
}

/// SignalWire, Recordings, delete.
pub async fn delete(
    State(network): State<Network>,
    Path((_, sid)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    network.change(|world| {
        let recording = find(world.recording(&sid))?;
        if recording.status == RecordingStatus::InProgress {
            return Err(Refusal::unprocessable(20009, "A recording in progress cannot be deleted"));
        }
        world.recordings.retain(|recording| recording.sid != sid);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// The object with every documented field. Its price is a string, and negative.
fn describe(account: &str, recording: &RecordingRecord) -> Value {
    let uri = format!("/api/laml/2010-04-01/Accounts/{account}/Recordings/{}", recording.sid);
    let is_complete = recording.status == RecordingStatus::Completed;
    let price = recording.duration_seconds.div_ceil(60) * PRICE_PER_MINUTE;
    json!({
        "sid": recording.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "call_sid": recording.call_sid,
        "conference_sid": null,
        "channel": "1",
        "channels": recording.channels.to_string(),
        "date_created": rfc2822(recording.started_at),
        "date_updated": rfc2822(recording.updated_at),
        "start_time": rfc2822(recording.started_at),
        "end_time": recording.ended_at.map(rfc2822),
        "duration": recording.duration_seconds,
        "price": is_complete.then(|| format!("-{:.4}", f64::from(price) / 1e6)),
        "price_unit": "USD",
        "source": recording.source,
        "status": recording.status,
        "error_code": null,
        "uri": format!("{uri}.json"),
        "subresource_uris": {"transcriptions": format!("{uri}/Transcriptions.json")},
        "encryption_details": null,
        "trim": recording.trim,
    })
}
