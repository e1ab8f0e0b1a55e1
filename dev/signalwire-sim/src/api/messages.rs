//! Messages: list, read, redact, delete. Creating one is in `sending`.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::{self, rfc2822},
    form::Form,
    network::Network,
    records::MessageRecord,
};

/// SignalWire, Messages, list.
pub async fn list(State(network): State<Network>, Path(account): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let filter = Filter::parse(&query)?;
    network.read(|world| {
        let messages = world.messages.iter().rev().filter(|message| filter.matches(message));
        let list = ("messages", &*format!("/Accounts/{account}/Messages"));
        paging::compatibility(list, &query, messages, |message| &message.sid, |message| describe(&account, message))
    })
}

/// SignalWire, Messages, retrieve.
pub async fn get(State(network): State<Network>, Path((account, sid)): Path<(String, String)>) -> Answer {
    let message = network.read(|world| world.message(&sid).map(|message| describe(&account, message)));
    Ok((StatusCode::OK, Json(message.ok_or_else(Refusal::not_found)?)))
}

/// SignalWire, Messages, update: an empty `Body` redacts, nothing else can be changed.
pub async fn redact(
    State(network): State<Network>,
    Path((account, sid)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let form = Form::parse(&body);
    let message = network.change(|world| {
        let message = world.message_mut(&sid).ok_or_else(Refusal::not_found)?;
        match form.get("Body") {
            Some("") if message.status.is_in_progress() => {
                return Err(Refusal::unprocessable(10000, "A message in progress cannot be redacted"));
            }
            Some("") => {}
            _ => return Err(Refusal::unprocessable(50509, "A message can only be redacted, with an empty body")),
        }
        message.body = Some(String::new());
        message.updated_at = clock::now();
        Ok(describe(&account, message))
    })?;
    Ok((StatusCode::OK, Json(message)))
}

/// SignalWire, Messages, delete.
pub async fn delete(
    State(network): State<Network>,
    Path((_, sid)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    network.change(|world| {
        let message = world.message(&sid).ok_or_else(Refusal::not_found)?;
        if message.status.is_in_progress() {
            return Err(Refusal::unprocessable(20009, "A message in progress cannot be deleted"));
        }
        world.messages.retain(|message| message.sid != sid);
        Ok(StatusCode::NO_CONTENT)
    })
}

struct Filter<'a> {
    to: Option<&'a str>,
    from: Option<&'a str>,
    status: Option<&'a str>,
    sent_on: Option<NaiveDate>,
    sent_from: Option<Moment>,
    sent_until: Option<Moment>,
}

/// A bound of `DateSent<` and `DateSent>`; a date alone includes the whole day.
#[derive(Clone, Copy)]
enum Moment {
    Day(NaiveDate),
    Time(DateTime<Utc>),
}

impl<'a> Filter<'a> {
    fn parse(query: &'a Form) -> Result<Self, Refusal> {
        let moment = |name: &str| query.filled(name).map(parse_moment).transpose();
        Ok(Self {
            to: query.filled("To"),
            from: query.filled("From"),
            status: query.filled("Status"),
            sent_on: moment("DateSent")?.map(|moment| match moment {
                Moment::Day(day) => day,
                Moment::Time(time) => time.date_naive(),
            }),
            sent_from: moment("DateSent>")?,
            sent_until: moment("DateSent<")?,
        })
    }

    fn matches(&self, message: &MessageRecord) -> bool {
        let any_time = self.sent_on.is_none() && self.sent_from.is_none() && self.sent_until.is_none();
        self.to.is_none_or(|to| message.to == to)
            && self.from.is_none_or(|from| message.from == from)
            && self.status.is_none_or(|status| message.status.as_str() == status)
            && message.sent_at.map_or(any_time, |sent| self.includes(sent))
    }

    fn includes(&self, sent: DateTime<Utc>) -> bool {
        let day = sent.date_naive();
        self.sent_on.is_none_or(|wanted| day == wanted)
            && self.sent_from.is_none_or(|from| match from {
                Moment::Day(first) => day >= first,
                Moment::Time(time) => sent >= time,
            })
            && self.sent_until.is_none_or(|until| match until {
                Moment::Day(last) => day <= last,
                Moment::Time(time) => sent <= time,
            })
    }
}

/// `YYYY-MM-DD`, or ISO 8601 as the Node SDK sends it, or RFC 2822.
fn parse_moment(text: &str) -> Result<Moment, Refusal> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(Moment::Day(day));
    }
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .map(|time| Moment::Time(time.with_timezone(&Utc)))
        .map_err(|_| Refusal::bad_request(10000, "A date filter is not a date"))
}

/// The object with every documented field. Numbers are numbers, only `error_code` is a string.
pub fn describe(account: &str, message: &MessageRecord) -> Value {
    let uri = format!("/api/laml/2010-04-01/Accounts/{account}/Messages/{}", message.sid);
    json!({
        "sid": message.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "direction": message.direction,
        "from": message.from,
        "to": message.to,
        "body": message.body,
        "num_segments": message.segments,
        "num_media": message.media.len(),
        "status": message.status,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "price": message.price_micros.map(|micros| f64::from(micros) / 1e6),
        "price_unit": "USD",
        "messaging_service_sid": null,
        "date_created": rfc2822(message.created_at),
        "date_sent": message.sent_at.map(rfc2822),
        "date_updated": rfc2822(message.updated_at),
        "uri": format!("{uri}.json"),
        "subresource_uris": {"media": format!("{uri}/Media.json")},
    })
}
