//! Calls, played by hand: somebody calls one of our numbers, presses keys, talks, picks up, hangs up.

use std::{collections::VecDeque, time::Duration};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Answer, Unusable, parse};
use crate::{
    calls::{self, Order, Step, Voicemail},
    network::Network,
    records::{CallDirection, CallRecord},
};

const MAX_COPIES: u32 = 50;
/// How long a request waits for the call to come to the point where it wants what is done.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(10);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewCall {
    from: String,
    to: String,
    #[serde(default)]
    copies: Option<u32>,
    /// What the caller does, step by step, as soon as the call waits for it.
    #[serde(default)]
    script: VecDeque<Step>,
}

/// A customer calls one of our numbers. Answers at once; the call lives on.
pub async fn start(State(network): State<Network>, body: Bytes) -> Result<(StatusCode, Json<Value>), Unusable> {
    let wanted: NewCall = parse(&body)?;
    let copies = wanted.copies.unwrap_or(1);
    if !(1..=MAX_COPIES).contains(&copies) {
        return Err(Unusable::bad_request(format!("copies must be from 1 to {MAX_COPIES}")));
    }
    let mut call = CallRecord::new(CallDirection::Inbound, &wanted.from, &wanted.to);
    call.copies = copies;
    let sid = calls::receive(&network, call, wanted.script).ok_or_else(|| Unusable::not_found(&wanted.to))?;
    Ok((StatusCode::CREATED, Json(json!({"callSid": sid}))))
}

/// Every call and leg of the network, oldest first.
pub async fn list(State(network): State<Network>) -> Json<Value> {
    Json(network.read(|world| json!({"calls": world.calls})))
}

pub async fn get(State(network): State<Network>, Path(sid): Path<String>) -> Answer {
    let call = network.read(|world| world.call(&sid).map(|call| json!(call)));
    Ok(Json(json!({"call": call.ok_or_else(|| Unusable::not_found(&sid))?})))
}

#[derive(Deserialize)]
struct Age {
    seconds: u32,
}

/// Makes every call older, for tests that cannot wait.
pub async fn age(State(network): State<Network>, body: Bytes) -> Result<StatusCode, Unusable> {
    let Age { seconds } = parse(&body)?;
    let age = chrono::Duration::seconds(seconds.into());
    network.change(|world| {
        for call in &mut world.calls {
            call.created_at -= age;
            call.updated_at -= age;
            call.answered_at = call.answered_at.map(|at| at - age);
            call.ended_at = call.ended_at.map(|at| at - age);
        }
    });
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Digits {
    /// Empty: the person lets the time pass.
    digits: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Hangup {
    /// How long the person has talked until then.
    #[serde(default)]
    seconds: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PickUp {
    /// An answering machine picks up.
    #[serde(default)]
    machine: bool,
}

/// Does something on the phone of this call. Waits a while for the call to want it, and answers how the call then is.
pub async fn act(State(network): State<Network>, Path((sid, action)): Path<(String, String)>, body: Bytes) -> Answer {
    let order = order(&action, &body)?;
    if network.read(|world| world.call(&sid).is_none()) {
        return Err(Unusable::not_found(&sid));
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        match calls::order(&network, &sid, order.clone()).await {
            Some(true) => return get(State(network), Path(sid)).await,
            None => return Err(Unusable(StatusCode::CONFLICT, "the call is over".to_owned())),
            Some(false) if Instant::now() > deadline => {
                return Err(Unusable(StatusCode::CONFLICT, format!("the call does not wait for {action}")));
            }
            Some(false) => tokio::time::sleep(AGAIN).await,
        }
    }
}

fn order(action: &str, body: &Bytes) -> Result<Order, Unusable> {
    Ok(match action {
        "digits" => Order::Digits(parse::<Digits>(body)?.digits),
        "record" => Order::Record(parse::<Voicemail>(body)?),
        "hangup" => Order::Hangup(optional::<Hangup>(body)?.seconds),
        "answer" => Order::Answer { machine: optional::<PickUp>(body)?.machine },
        "decline" => Order::Decline,
        "ignore" => Order::Ignore,
        _ => return Err(Unusable::not_found(action)),
    })
}

fn optional<T: serde::de::DeserializeOwned + Default>(body: &Bytes) -> Result<T, Unusable> {
    if body.is_empty() { Ok(T::default()) } else { parse(body) }
}
