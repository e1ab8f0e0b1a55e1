//! Emergency addresses (newer API, `/api/relay/rest/addresses` and `…/phone_numbers/{id}/e911_address`). Whose address it is
//! stands in its label.

use serde::Deserialize;
use serde_json::json;

use super::client::{Client, Operation};
use super::error::ClientError;
use crate::domain::EmergencyAddress;

/// How far the address of a number is (SignalWire, phone numbers, `e911_status`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum E911Status {
    /// In work.
    Pending,
    /// An ambulance goes there.
    Active,
    /// Not taken.
    Failed,
    /// Being taken away.
    PendingRemoval,
    /// None.
    Unregistered,
    /// A word that is not documented.
    #[serde(untagged)]
    Unknown(String),
}

/// An address at the carrier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CarrierAddress {
    /// The carrier's id.
    pub id: String,
    /// What we call it.
    #[serde(default)]
    pub label: String,
}

#[derive(Deserialize)]
struct OfNumber {
    e911_status: Option<E911Status>,
}

impl Client {
    /// The addresses whose label begins like this (SignalWire, addresses, list).
    pub async fn find_addresses(&self, prefix: &str) -> Result<Vec<CarrierAddress>, ClientError> {
        let mut url = self.relay_url(&["addresses"]);
        url.query_pairs_mut().append_pair("filter_label", prefix);
        let mut found: Vec<CarrierAddress> = self.list(Operation::read("list_addresses"), url, "data").await?;
        found.retain(|address| address.label.starts_with(prefix));
        Ok(found)
    }

    /// Makes an address (SignalWire, addresses, create). Look for the label first: made twice there are two.
    pub async fn create_address(&self, label: &str, address: &EmergencyAddress) -> Result<CarrierAddress, ClientError> {
        let mut body = json!({
            "label": label,
            "country": address.country,
            "first_name": address.first_name.trim(),
            "last_name": address.last_name.trim(),
            "street_number": address.street_number.trim(),
            "street_name": address.street_name.trim(),
            "city": address.city.trim(),
            "state": address.state,
            "postal_code": address.postal_code,
            "emergency_enabled": true,
            "auto_correct_address": true,
        });
        if let (Some(unit), Some(number)) = (address.unit_type, &address.unit_number) {
            body["address_type"] = unit.as_str().into();
            body["address_number"] = number.trim().into();
        }
        self.post_json(Operation::once("create_address"), self.relay_url(&["addresses"]), &body).await
    }

    /// Gives a number an address (SignalWire, phone numbers, assign E911 address).
    pub async fn assign_e911(&self, number_sid: &str, address_id: &str) -> Result<Option<E911Status>, ClientError> {
        let url = self.relay_url(&["phone_numbers", number_sid, "e911_address"]);
        let body = json!({ "e911_address_id": address_id });
        let answer: OfNumber = self.post_json(Operation::idempotent("assign_e911"), url, &body).await?;
        Ok(answer.e911_status)
    }

    /// How far the address of a number is (SignalWire, phone numbers, get).
    pub async fn e911_status(&self, number_sid: &str) -> Result<Option<E911Status>, ClientError> {
        let url = self.relay_url(&["phone_numbers", number_sid]);
        let answer: OfNumber = self.get(Operation::read("get_relay_number"), url).await?;
        Ok(answer.e911_status)
    }

    /// Takes the address of a number away (SignalWire, phone numbers, remove E911 address).
    pub async fn remove_e911(&self, number_sid: &str) -> Result<(), ClientError> {
        let url = self.relay_url(&["phone_numbers", number_sid, "e911_address"]);
        self.delete(Operation::idempotent("remove_e911"), url).await
    }

    /// Deletes an address (SignalWire, addresses, delete).
    pub async fn delete_address(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Operation::idempotent("delete_address"), self.relay_url(&["addresses", id])).await
    }
}
