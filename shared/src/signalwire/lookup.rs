//! What the carrier knows of a number that is not ours (newer API, `/api/relay/rest/lookup`).

use serde::Deserialize;

use super::client::{Client, Operation};
use super::error::ClientError;
use super::wire;
use crate::domain::PhoneNumber;

/// A number as the carrier knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// It exists.
    pub is_valid: bool,
    /// The kind of number, in the carrier's word.
    pub number_type: Option<String>,
    /// The kind of line, in the carrier's word: `landline`, `wireless`, …
    pub line_type: Option<String>,
}

impl Client {
    /// Looks a number up, with its carrier, which is billed (SignalWire, lookup, phone number).
    pub async fn look_up(&self, number: &PhoneNumber) -> Result<Lookup, ClientError> {
        let mut url = self.relay_url(&["lookup", "phone_number", number.as_str()]);
        url.query_pairs_mut().append_pair("include", "carrier");
        let wire: LookupWire = self.get(Operation::read("look_up"), url).await?;
        let line_type = wire.carrier.and_then(|carrier| carrier.linetype);
        Ok(Lookup { is_valid: wire.valid_number, number_type: wire.number_type, line_type })
    }
}

#[derive(Deserialize)]
struct LookupWire {
    valid_number: bool,
    #[serde(default, deserialize_with = "wire::text")]
    number_type: Option<String>,
    #[serde(default)]
    carrier: Option<CarrierWire>,
}

#[derive(Deserialize)]
struct CarrierWire {
    #[serde(default, deserialize_with = "wire::text")]
    linetype: Option<String>,
}
