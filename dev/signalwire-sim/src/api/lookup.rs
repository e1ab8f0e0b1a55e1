//! The lookup of any number in the newer API.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde_json::json;

use super::Answer;
use crate::{
    form::Form,
    inventory,
    network::Network,
    records::{NumberType, national_format},
};

/// SignalWire REST, lookup, phone number. Numbers with 555-01 before their last two digits exist on wireless lines, others
/// on landlines; what the control API was told about a number (`POST /_sim/lookups`) wins.
pub async fn phone_number(
    State(network): State<Network>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let includes = |name: &str| query.filled("include").is_some_and(|list| list.split(',').any(|part| part == name));
    let digits = number.strip_prefix("+1").unwrap_or_default();
    let is_known = digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let told = network.read(|world| world.lookups.get(&number).cloned());
    let line =
        told.clone().unwrap_or_else(|| if digits.contains("55501") { "wireless" } else { "landline" }.to_owned());
    let area = inventory::area_code(&number).and_then(inventory::area);
    let is_valid = is_known && line != "invalid";
    let number_type = match (line.as_str(), inventory::number_type(&number)) {
        ("pager", _) => "PAGER",
        (_, NumberType::TollFree) => "TOLL_FREE",
        ("wireless", NumberType::Local) => "MOBILE",
        (_, NumberType::Local) => "FIXED_LINE",
    };
    let mut answer = json!({
        "country_code_number": 1,
        "national_number": digits,
        "possible_number": is_known,
        "valid_number": is_valid,
        "national_number_formatted": national_format(&number),
        "international_number_formatted": format!("+1 {digits}"),
        "e164": number,
        "location": area.as_ref().map(|area| area.region),
        "country_code": area.as_ref().map_or("US", |area| area.country),
        "timezones": [],
        "number_type": number_type,
    });
    if includes("carrier") {
        answer["carrier"] = json!({ "lrn": digits, "spid": "6529", "ocn": "6529", "lata": "536", "city": null, "state": null,
            "jurisdiction": "intrastate", "lec": "EXAMPLE TELECOM", "linetype": line });
    }
    if includes("cnam") {
        answer["cnam"] = json!({ "caller_id": "EXAMPLE" });
    }
    Ok((StatusCode::OK, Json(answer)))
}
