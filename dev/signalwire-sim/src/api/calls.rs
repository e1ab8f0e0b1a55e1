//! Calls: list, read, steer, delete. Placing one is in `placing`.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{Answer, numbers::is_web_url, paging, refusal::Refusal};
use crate::{
    calls::{self, Order, parameters::sip_code},
    clock::rfc2822,
    form::Form,
    network::Network,
    records::{CallDirection, CallEvent, CallRecord, Hook, StatusHook, national_format},
    world::World,
};

/// SignalWire, Calls, list.
pub async fn list(State(network): State<Network>, Path(account): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let bounds = Bounds::parse(&query)?;
    let matches = |call: &&CallRecord| {
        query.filled("To").is_none_or(|to| call.to == to)
            && query.filled("From").is_none_or(|from| call.from == from)
            && query.filled("Status").is_none_or(|status| call.status.as_str() == status)
            && query.filled("ParentCallSid").is_none_or(|sid| call.parent_sid.as_deref() == Some(sid))
            && bounds.include(call)
    };
    network.read(|world| {
        let calls = world.calls.iter().rev().filter(matches);
        let list = ("calls", &*format!("/Accounts/{account}/Calls"));
        paging::compatibility(list, &query, calls, |call| &call.sid, |call| describe(&account, world, call))
    })
}

/// The filters `StartTime` and `EndTime`, each with `<` and `>`.
struct Bounds(Vec<(Which, Relation, DateTime<Utc>)>);

#[derive(Clone, Copy)]
enum Which {
    Start,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    SameDay,
    From,
    Until,
}

impl Bounds {
    fn parse(query: &Form) -> Result<Self, Refusal> {
        let mut bounds = Vec::new();
        for (name, which) in [("StartTime", Which::Start), ("EndTime", Which::End)] {
            for (sign, relation) in [("", Relation::SameDay), (">", Relation::From), ("<", Relation::Until)] {
                if let Some(text) = query.filled(&format!("{name}{sign}")) {
                    bounds.push((which, relation, moment(text)?));
                }
            }
        }
        Ok(Self(bounds))
    }

    fn include(&self, call: &CallRecord) -> bool {
        self.0.iter().all(|(which, relation, bound)| {
            let time = match which {
                Which::Start => Some(call.created_at),
                Which::End => call.ended_at,
            };
            time.is_some_and(|time| match relation {
                Relation::SameDay => time.date_naive() == bound.date_naive(),
                Relation::From => time >= *bound,
                Relation::Until => time <= *bound,
            })
        })
    }
}

/// RFC 2822, or ISO 8601 as the SDKs send it, or a day.
fn moment(text: &str) -> Result<DateTime<Utc>, Refusal> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    DateTime::parse_from_rfc2822(text)
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .map(|time| time.with_timezone(&Utc))
        .map_err(|_| Refusal::bad_request(10000, "A time filter is not a time"))
}

/// SignalWire, Calls, retrieve.
pub async fn get(State(network): State<Network>, Path((account, sid)): Path<(String, String)>) -> Answer {
    let found = network.read(|world| world.call(&sid).map(|call| describe(&account, world, call)));
    Ok((StatusCode::OK, Json(found.ok_or_else(Refusal::not_found)?)))
}

/// SignalWire, Calls, update: new callbacks, another document, or the end.
pub async fn update(
    State(network): State<Network>,
    Path((account, sid)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let form = Form::parse(&body);
    let order = wanted_order(&form)?;
    let callback = wanted_hook(&form, "StatusCallback")?;
    let fallback = wanted_hook(&form, "FallbackUrl")?;
    network.change(|world| {
        let call = world.call_mut(&sid).ok_or_else(Refusal::not_found)?;
        if let Some(hook) = callback {
            let events = call.status_callback.take().map_or(vec![CallEvent::Completed], |old| old.events);
            call.status_callback = Some(StatusHook { hook, events });
        }
        call.fallback = fallback.or_else(|| call.fallback.take());
        Ok::<_, Refusal>(())
    })?;
    if let Some(order) = order {
        let is_end = matches!(order, Order::Complete | Order::Cancel);
        if calls::order(&network, &sid, order).await != Some(true) {
            return Err(Refusal::unprocessable(10000, "The call is not in a state for this"));
        }
        if is_end {
            settled(&network, &sid).await;
        }
    }
    get(State(network), Path((account, sid))).await
}

/// A call ends at once, but in a task of its own.
async fn settled(network: &Network, sid: &str) {
    for _ in 0..100 {
        if network.read(|world| world.call(sid).is_none_or(|call| !call.status.is_live())) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn wanted_order(form: &Form) -> Result<Option<Order>, Refusal> {
    match (form.filled("Status"), wanted_hook(form, "Url")?) {
        (Some("completed"), None) => Ok(Some(Order::Complete)),
        (Some("canceled"), None) => Ok(Some(Order::Cancel)),
        (Some(_), None) => Err(Refusal::bad_request(10000, "Status must be completed or canceled")),
        (Some(_), Some(_)) => Err(Refusal::bad_request(10000, "Give either Status or Url")),
        (None, url) => Ok(url.map(Order::Redirect)),
    }
}

/// A URL with its method, which is named like it without `Url`.
fn wanted_hook(form: &Form, name: &str) -> Result<Option<Hook>, Refusal> {
    let Some(url) = form.filled(name) else { return Ok(None) };
    if !is_web_url(url) {
        return Err(Refusal::bad_request(21402, &format!("{name} is not a valid URL")));
    }
    let method = form.filled(&format!("{}Method", name.trim_end_matches("Url"))).unwrap_or("POST").to_uppercase();
    if !matches!(method.as_str(), "GET" | "POST") {
        return Err(Refusal::bad_request(10000, "A method must be GET or POST"));
    }
    Ok(Some(Hook { url: url.to_owned(), method }))
}

/// SignalWire, Calls, delete: only when they are over.
pub async fn delete(
    State(network): State<Network>,
    Path((_, sid)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    network.change(|world| {
        let call = world.call(&sid).ok_or_else(Refusal::not_found)?;
        if call.status.is_live() {
            return Err(Refusal::unprocessable(20009, "A call in progress cannot be deleted"));
        }
        world.calls.retain(|call| call.sid != sid);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// The object with every documented field; duration and price are numbers.
pub fn describe(account: &str, world: &World, call: &CallRecord) -> Value {
    let inbound = call.direction == CallDirection::Inbound;
    let number = world.number(if inbound { &call.to } else { &call.from });
    let uri = format!("/api/laml/2010-04-01/Accounts/{account}/Calls/{}", call.sid);
    let (to, from) = (national_format(&call.to), national_format(&call.from));
    let over = !call.status.is_live();
    let mut body = json!({
        "sid": call.sid,
        "account_sid": account,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.updated_at),
        "parent_call_sid": call.parent_sid,
        "to": call.to,
        "formatted_to": to,
        "to_formatted": to,
        "from": call.from,
        "formatted_from": from,
        "from_formatted": from,
        "phone_number_sid": number.map(|number| &number.sid),
        "status": call.status,
        "start_time": call.answered_at.map(rfc2822),
        "end_time": call.ended_at.map(rfc2822),
        "duration": call.duration_seconds,
        "price": call.price_micros.map(|micros| f64::from(micros) / 1e6),
        "price_unit": "USD",
        "direction": if inbound { "inbound" } else { "outbound" },
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "forwarded_from": null,
        "caller_name": null,
        "uri": format!("{uri}.json"),
        "subresource_uris": {"notifications": null, "recordings": format!("{uri}/Recordings.json")},
        "annotation": null,
        "group_sid": null,
        "sip_result_code": over.then(|| sip_code(call.status)),
    });
    for name in
        ["in_mos", "rtt_avg", "rtt_min", "rtt_max", "out_jitter_min", "out_jitter_max", "out_jitter_avg", "out_lost"]
    {
        body[format!("audio_{name}")] = Value::Null;
    }
    body
}
