//! The control API under `/_sim/`: tests, scripts and the page steer the network with it. JSON in camelCase; an error
//! is `{"error": "…"}`.

mod calls;
mod files;
mod numbers;
mod past;
mod ports;
mod registry;
mod texts;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub use files::get as file;

use crate::{behaviour::Behaviour, destinations, faults::Fault, network::Network, records::OptOut};

/// A refusal of the control API.
struct Unusable(StatusCode, String);

impl Unusable {
    fn bad_request(reason: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, reason.into())
    }

    fn not_found(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("{what} does not exist here"))
    }
}

impl IntoResponse for Unusable {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

type Answer = Result<Json<Value>, Unusable>;

/// Routes relative to `/_sim`.
pub fn router(network: &Network) -> Router {
    Router::new()
        .route("/messages", get(texts::list).post(texts::receive))
        .route("/messages/age", post(texts::age))
        .route("/messages/{sid}/callbacks", post(texts::repeat_callback))
        .route("/calls", get(calls::list).post(calls::start))
        .route("/calls/age", post(calls::age))
        .route("/calls/{sid}", get(calls::get))
        .route("/calls/{sid}/{action}", post(calls::act))
        .route("/past", post(past::add))
        .route("/phone/{number}", get(texts::phone))
        .route("/numbers", get(numbers::list).post(numbers::add))
        .route("/numbers/{number}", patch(numbers::change).delete(numbers::remove))
        .route("/ports", post(ports::arrive))
        .route("/lookups", post(ports::set_lookup))
        .route("/brands", get(registry::brands))
        .route("/brands/{id}", patch(registry::change_brand))
        .route("/addresses", get(registry::addresses))
        .route("/campaigns", get(registry::campaigns))
        .route("/campaigns/{id}", patch(registry::change_campaign))
        .route("/inventory", post(numbers::stock))
        .route("/files", get(files::list).post(files::put))
        .route("/opt-outs", get(opt_outs).post(opt_out).delete(opt_in))
        .route("/requests", get(requests))
        .route("/callbacks", get(callbacks))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/settings", get(settings).patch(change_settings))
        .route("/magic", get(magic))
        .route("/reset", post(reset))
        .with_state(network.clone())
}

/// Reads a JSON body whatever its content type says.
fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Unusable> {
    serde_json::from_slice(body).map_err(|error| Unusable::bad_request(error.to_string()))
}

async fn requests(State(network): State<Network>) -> Json<Value> {
    Json(json!({"requests": network.journal().requests()}))
}

async fn callbacks(State(network): State<Network>) -> Json<Value> {
    Json(json!({"callbacks": network.journal().callbacks()}))
}

async fn faults(State(network): State<Network>) -> Json<Value> {
    Json(json!({"faults": network.faults().list()}))
}

async fn add_fault(State(network): State<Network>, body: Bytes) -> Answer {
    let fault: Fault = parse(&body)?;
    fault.check().map_err(Unusable::bad_request)?;
    network.faults().add(fault);
    Ok(faults(State(network)).await)
}

async fn clear_faults(State(network): State<Network>) -> StatusCode {
    network.faults().clear();
    StatusCode::NO_CONTENT
}

async fn settings(State(network): State<Network>) -> Json<Value> {
    Json(json!({"settings": network.behaviour()}))
}

/// Changes only what the body names; a name that does not exist changes nothing.
async fn change_settings(State(network): State<Network>, body: Bytes) -> Answer {
    let changes: serde_json::Map<String, Value> = parse(&body)?;
    network.change_behaviour(|behaviour| {
        let mut merged = json!(behaviour);
        for (name, value) in changes {
            merged[name] = value;
        }
        *behaviour =
            serde_json::from_value::<Behaviour>(merged).map_err(|error| Unusable::bad_request(error.to_string()))?;
        Ok(())
    })?;
    Ok(settings(State(network)).await)
}

async fn opt_outs(State(network): State<Network>) -> Json<Value> {
    Json(network.read(|world| json!({"optOuts": world.opt_outs})))
}

/// Blocks texts to a customer: from one sender, or from all.
async fn opt_out(State(network): State<Network>, body: Bytes) -> Answer {
    let entry: OptOut = parse(&body)?;
    network.change(|world| {
        if !world.opt_outs.contains(&entry) {
            world.opt_outs.push(entry);
        }
    });
    Ok(opt_outs(State(network)).await)
}

#[derive(Deserialize)]
struct Customer {
    customer: String,
}

/// Allows texts to a customer again, from everybody.
async fn opt_in(State(network): State<Network>, body: Bytes) -> Answer {
    let Customer { customer } = parse(&body)?;
    network.change(|world| world.opt_outs.retain(|entry| entry.customer != customer));
    Ok(opt_outs(State(network)).await)
}

async fn magic() -> Json<Value> {
    let numbers: Vec<Value> = destinations::MAGIC
        .iter()
        .map(|magic| json!({"phoneNumber": magic.phone_number, "meaning": magic.meaning}))
        .collect();
    Json(json!({"magic": numbers}))
}

async fn reset(State(network): State<Network>) -> StatusCode {
    network.reset();
    StatusCode::NO_CONTENT
}
