//! The provider's API: both URL prefixes of the Compatibility API, and what is needed of the newer one.

mod addresses;
mod available;
mod brands;
mod calls;
mod guard;
mod lookup;
mod media;
mod message_logs;
mod messages;
mod numbers;
mod paging;
mod placing;
mod recordings;
mod refusal;
mod registry;
mod relay_numbers;
mod sending;
mod transcriptions;
mod voice_logs;
mod whatsapp;

use axum::{
    Router,
    http::StatusCode,
    middleware,
    routing::{delete, get, post},
};
use serde_json::Value;

use crate::network::Network;
pub use guard::{are_credentials_good, normalise};
use refusal::Refusal;

/// What a handler answers: a status with a JSON body, or a refusal in one of the provider's shapes.
type Answer = Result<(StatusCode, axum::Json<Value>), Refusal>;

/// Routes with normalised paths (`/api/laml` and `.json` are gone, see [`normalise`]).
pub fn router(network: &Network) -> Router {
    let account = Router::new()
        .route("/AvailablePhoneNumbers", get(available::countries))
        .route("/AvailablePhoneNumbers/{country}", get(available::country))
        .route("/AvailablePhoneNumbers/{country}/{kind}", get(available::search))
        .route("/IncomingPhoneNumbers", get(numbers::list).post(numbers::buy))
        .route("/IncomingPhoneNumbers/{sid}", get(numbers::get).post(numbers::update).delete(numbers::release))
        .route("/Messages", get(messages::list).post(sending::create))
        .route("/Messages/{sid}", get(messages::get).post(messages::redact).delete(messages::delete))
        .route("/Messages/{sid}/Media", get(media::list))
        .route("/Messages/{sid}/Media/{media}", get(media::get).delete(media::delete))
        .route("/Calls", get(calls::list).post(placing::create))
        .route("/Calls/{sid}", get(calls::get).post(calls::update).delete(calls::delete))
        .route("/Calls/{sid}/Recordings", get(recordings::list_of_call))
        .route("/Recordings", get(recordings::list))
        .route("/Recordings/{sid}", get(recordings::get).delete(recordings::delete))
        .route("/Recordings/{sid}/{file}", get(recordings::file))
        .route("/Recordings/{sid}/Transcriptions", get(transcriptions::list_of_recording))
        .route("/Transcriptions", get(transcriptions::list))
        .route("/Transcriptions/{sid}", get(transcriptions::get).delete(transcriptions::delete));
    let registry = Router::new()
        .route("/brands", get(brands::list).post(brands::create))
        .route("/brands/{id}", get(brands::get))
        .route("/brands/{id}/campaigns", get(brands::campaigns).post(brands::create_campaign))
        .route("/campaigns/{id}", get(registry::campaign))
        .route("/campaigns/{id}/orders", get(registry::orders).post(registry::create_order))
        .route("/campaigns/{id}/numbers", get(registry::assignments))
        .route("/orders/{id}", get(registry::order))
        .route("/numbers/{id}", delete(registry::unassign));

    Router::new()
        .nest("/2010-04-01/Accounts/{account}", account)
        .nest("/api/relay/rest/registry/beta", registry)
        .route("/api/relay/rest/addresses", get(addresses::list).post(addresses::create))
        .route("/api/relay/rest/addresses/{id}", delete(addresses::delete))
        .route("/api/relay/rest/phone_numbers/{sid}/e911_address", post(addresses::assign).delete(addresses::remove))
        .route("/api/relay/rest/phone_numbers", get(relay_numbers::list))
        .route("/api/relay/rest/phone_numbers/{sid}", get(relay_numbers::get))
        .route("/api/relay/rest/lookup/phone_number/{number}", get(lookup::phone_number))
        .route("/api/messaging/logs", get(message_logs::list))
        .route("/api/messaging/messages", post(whatsapp::create))
        .route("/api/voice/logs", get(voice_logs::list))
        .route("/api/voice/logs/{id}", get(voice_logs::get))
        .fallback(async || Refusal::not_found())
        .layer(middleware::from_fn_with_state(network.clone(), guard::guard))
        .with_state(network.clone())
}
