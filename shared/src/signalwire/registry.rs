//! 10DLC: assigning numbers to a campaign, without which a US local number cannot text (newer API,
//! `/api/relay/rest/registry/beta`).

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::client::{Client, Operation};
use super::error::ClientError;
use super::wire;
use crate::domain::PhoneNumber;

/// How far an order has come.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderState {
    /// Taken.
    Pending,
    /// In work.
    Processing,
    /// Every number has an assignment; those have their own states.
    Processed,
    /// Refused.
    Failed,
    /// A word that is not documented.
    #[serde(untagged)]
    Unknown(String),
}

/// How far the assignment of one number has come.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssignmentState {
    /// In work; takes up to a day.
    Pending,
    /// The number can text.
    Completed,
    /// Refused for now; it may still become pending and completed.
    Failed,
    /// A word that is not documented.
    #[serde(untagged)]
    Unknown(String),
}

/// An order to assign numbers to a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AssignmentOrder {
    /// The carrier's id.
    pub id: String,
    /// How far it has come.
    pub state: OrderState,
    /// When it was done.
    #[serde(default, deserialize_with = "wire::time")]
    pub processed_at: Option<DateTime<Utc>>,
}

/// A number's place in a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The carrier's id.
    pub id: String,
    /// How far it has come.
    pub state: AssignmentState,
    /// Id of the number in the newer API; probably the sid of the compatibility API, which is not documented.
    pub phone_number_sid: Option<String>,
    /// The number.
    pub phone_number: Option<PhoneNumber>,
}

impl Client {
    /// Orders the assignment of numbers to a campaign (SignalWire, registry, campaign orders, create). Never repeated
    /// here: list the assignments first when the outcome is unknown.
    pub async fn order_assignment(
        &self,
        campaign_id: &str,
        numbers: &[PhoneNumber],
        status_callback: Option<&Url>,
    ) -> Result<AssignmentOrder, ClientError> {
        let numbers: Vec<&str> = numbers.iter().map(PhoneNumber::as_str).collect();
        let mut body = json!({ "phone_numbers": numbers });
        if let Some(url) = status_callback {
            body["status_callback_url"] = Value::from(url.as_str());
        }
        let url = self.registry_url(&["campaigns", campaign_id, "orders"]);
        self.post_json(Operation::once("order_assignment"), url, &body).await
    }

    /// Reads an order (SignalWire, registry, orders, retrieve).
    pub async fn get_order(&self, order_id: &str) -> Result<AssignmentOrder, ClientError> {
        self.get(Operation::read("get_assignment_order"), self.registry_url(&["orders", order_id])).await
    }

    /// Lists the numbers of a campaign (SignalWire, registry, campaign numbers, list).
    pub async fn list_assignments(&self, campaign_id: &str) -> Result<Vec<Assignment>, ClientError> {
        let url = self.registry_url(&["campaigns", campaign_id, "numbers"]);
        let list: Vec<AssignmentWire> = self.list(Operation::read("list_assignments"), url, "data").await?;
        Ok(list.into_iter().map(AssignmentWire::into_assignment).collect())
    }
}

#[derive(Deserialize)]
struct AssignmentWire {
    id: String,
    state: AssignmentState,
    #[serde(default)]
    phone_number: Option<AssignedNumber>,
}

#[derive(Default, Deserialize)]
struct AssignedNumber {
    #[serde(default, deserialize_with = "wire::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    number: Option<String>,
}

impl AssignmentWire {
    fn into_assignment(self) -> Assignment {
        let number = self.phone_number.unwrap_or_default();
        Assignment {
            id: self.id,
            state: self.state,
            phone_number_sid: number.id,
            // A number that cannot be read matches none of ours, which is all that this list is used for.
            phone_number: number.number.and_then(|number| PhoneNumber::parse(&number).ok()),
        }
    }
}
