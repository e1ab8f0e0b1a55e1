//! Subscriptions, their items, and payments as Clerk Billing sends them. Billing is a public beta: fields move.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::EventError;
use super::wire;

/// Who pays. For an organisation `user_id` is empty on the wire, and the other way round; here that is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Payer {
    /// `cpayer_…`; never the organisation's id.
    #[serde(default, deserialize_with = "wire::text")]
    pub id: Option<String>,
    /// `org_…`; some payment events leave it out.
    #[serde(default, deserialize_with = "wire::text")]
    pub organization_id: Option<String>,
    /// `user_…`
    #[serde(default, deserialize_with = "wire::text")]
    pub user_id: Option<String>,
}

/// All items of one payer (Clerk webhooks, `subscription.*`; also the answer of the Backend API). Its own status says
/// `active` for the free plan too and decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// `csub_…`
    pub id: String,
    /// Who pays.
    pub payer: Option<Payer>,
    /// The wire's word.
    pub status: Option<String>,
    /// One per plan.
    pub items: Vec<SubscriptionItem>,
    /// Version of this snapshot.
    pub updated_at: Option<DateTime<Utc>>,
}

/// A change of one item (Clerk webhooks, `subscriptionItem.*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionItemEvent {
    /// The item.
    pub item: SubscriptionItem,
    /// Who pays; absent on items inside a subscription.
    pub payer: Option<Payer>,
    /// `csub_…`
    pub subscription_id: Option<String>,
}

/// State of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// Was queued and superseded.
    Abandoned,
    /// In force; also a trial and the free plan.
    Active,
    /// In force until the end of the period.
    Canceled,
    /// Over.
    Ended,
    /// Checkout begun, not paid.
    Incomplete,
    /// In force, but the renewal was not paid.
    PastDue,
    /// Begins after the current period.
    Upcoming,
    /// An older word for "over".
    Expired,
    /// A word that is not documented.
    #[serde(untagged)]
    Unknown(String),
}

impl ItemStatus {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Active => "active",
            Self::Canceled => "canceled",
            Self::Ended => "ended",
            Self::Incomplete => "incomplete",
            Self::PastDue => "past_due",
            Self::Upcoming => "upcoming",
            Self::Expired => "expired",
            Self::Unknown(word) => word,
        }
    }
}

impl From<String> for ItemStatus {
    fn from(word: String) -> Self {
        let known = [
            Self::Abandoned,
            Self::Active,
            Self::Canceled,
            Self::Ended,
            Self::Incomplete,
            Self::PastDue,
            Self::Upcoming,
            Self::Expired,
        ];
        known.into_iter().find(|status| status.as_str() == word).unwrap_or(Self::Unknown(word))
    }
}

/// One plan of a payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionItem {
    /// `csub_item_…`
    pub id: String,
    /// State.
    pub status: ItemStatus,
    /// `cplan_…`
    pub plan_id: Option<String>,
    /// For instance `pro`; the plan itself may be null on the wire.
    pub plan_slug: Option<String>,
    /// Price of the plan in minor units.
    pub amount: Option<i64>,
    /// `USD`
    pub currency: Option<String>,
    /// `month` or `annual`; called `plan_period` by the Backend API.
    pub interval: Option<String>,
    /// In its trial.
    pub is_free_trial: bool,
    /// Begin of the paid period.
    pub period_start: Option<DateTime<Utc>>,
    /// End of the paid period; none for the default plan.
    pub period_end: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// Version of this snapshot.
    pub updated_at: Option<DateTime<Utc>>,
}

/// State of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Under way.
    Pending,
    /// Revenue.
    Paid,
    /// Refused.
    Failed,
    /// A word that is not documented.
    #[serde(untagged)]
    Unknown(String),
}

impl PaymentStatus {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Unknown(word) => word,
        }
    }
}

/// An attempt to collect money (Clerk webhooks, `paymentAttempt.*`). The id is the key of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentAttempt {
    /// `cpa_…`
    pub id: String,
    /// State.
    pub status: PaymentStatus,
    /// Who pays; without an organisation, resolve it by the payer's id.
    pub payer: Option<Payer>,
    /// Revenue without tax, in minor units.
    pub subtotal_minor: Option<i64>,
    /// What the customer pays, in minor units.
    pub total_minor: Option<i64>,
    /// `USD`
    pub currency: Option<String>,
    /// `checkout` or `recurring`.
    pub charge_type: Option<String>,
    /// Something in it is for a year.
    pub is_annual: bool,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was refused.
    pub failed_at: Option<DateTime<Utc>>,
    /// The day it is for.
    pub billing_date: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// Version of this snapshot.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Subscription {
    /// Reads a subscription alone, as the Backend API answers it (Clerk Backend API, organisation billing
    /// subscription).
    ///
    /// # Errors
    /// [`EventError`] names the field that cannot be read.
    pub fn parse(body: &[u8]) -> Result<Self, EventError> {
        let answer = serde_json::from_slice(body).map_err(|_| EventError::at(".".to_owned()))?;
        serde_path_to_error::deserialize(wire::without_nul(answer))
            .map_err(|error| EventError::at(error.path().to_string()))
    }
}

/// Webhooks say `items`, the Backend API `subscription_items`. Two fields and no alias, here and below: a payload with
/// both names would otherwise be refused.
#[derive(Deserialize)]
struct SubscriptionWire {
    #[serde(deserialize_with = "wire::id")]
    id: String,
    #[serde(default)]
    payer: Option<Payer>,
    #[serde(default, deserialize_with = "wire::text")]
    status: Option<String>,
    #[serde(default)]
    items: Option<Vec<SubscriptionItem>>,
    #[serde(default)]
    subscription_items: Option<Vec<SubscriptionItem>>,
    #[serde(default, deserialize_with = "wire::time")]
    updated_at: Option<DateTime<Utc>>,
}

impl<'de> Deserialize<'de> for Subscription {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let subscription = SubscriptionWire::deserialize(deserializer)?;
        Ok(Self {
            id: subscription.id,
            payer: subscription.payer,
            status: subscription.status,
            items: subscription.items.or(subscription.subscription_items).unwrap_or_default(),
            updated_at: subscription.updated_at,
        })
    }
}

#[derive(Deserialize)]
struct ItemWire {
    #[serde(deserialize_with = "wire::id")]
    id: String,
    status: ItemStatus,
    #[serde(default, deserialize_with = "wire::text")]
    plan_id: Option<String>,
    #[serde(default)]
    plan: Option<PlanWire>,
    #[serde(default, deserialize_with = "wire::text")]
    interval: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    plan_period: Option<String>,
    #[serde(default, deserialize_with = "wire::flag")]
    is_free_trial: bool,
    #[serde(default, deserialize_with = "wire::time")]
    period_start: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    period_end: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    updated_at: Option<DateTime<Utc>>,
    #[serde(default)]
    payer: Option<Payer>,
    #[serde(default, deserialize_with = "wire::text")]
    subscription_id: Option<String>,
}

#[derive(Default, Deserialize)]
struct PlanWire {
    #[serde(default, deserialize_with = "wire::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "wire::integer")]
    amount: Option<i64>,
    #[serde(default, deserialize_with = "wire::text")]
    currency: Option<String>,
}

impl<'de> Deserialize<'de> for SubscriptionItem {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ItemWire::deserialize(deserializer).map(|item| item.into_event().item)
    }
}

impl<'de> Deserialize<'de> for SubscriptionItemEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ItemWire::deserialize(deserializer).map(ItemWire::into_event)
    }
}

impl ItemWire {
    fn into_event(self) -> SubscriptionItemEvent {
        let plan = self.plan.unwrap_or_default();
        let item = SubscriptionItem {
            id: self.id,
            status: self.status,
            plan_id: self.plan_id.or(plan.id),
            plan_slug: plan.slug,
            amount: plan.amount,
            currency: plan.currency,
            interval: self.interval.or(self.plan_period),
            is_free_trial: self.is_free_trial,
            period_start: self.period_start,
            period_end: self.period_end,
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        SubscriptionItemEvent { item, payer: self.payer, subscription_id: self.subscription_id }
    }
}

#[derive(Deserialize)]
struct PaymentWire {
    #[serde(deserialize_with = "wire::id")]
    id: String,
    status: PaymentStatus,
    #[serde(default)]
    payer: Option<Payer>,
    #[serde(default, deserialize_with = "wire::default_if_null")]
    totals: Totals,
    #[serde(default, deserialize_with = "wire::text")]
    charge_type: Option<String>,
    /// What the prose documentation calls `charge_type`.
    #[serde(default, rename = "type", deserialize_with = "wire::text")]
    charge_type_in_prose: Option<String>,
    #[serde(default, deserialize_with = "wire::default_if_null")]
    subscription_items: Vec<PaidItem>,
    #[serde(default, deserialize_with = "wire::time")]
    paid_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    failed_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    billing_date: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    updated_at: Option<DateTime<Utc>>,
}

/// Here the period is always called `plan_period`.
#[derive(Deserialize)]
struct PaidItem {
    #[serde(default, deserialize_with = "wire::text")]
    plan_period: Option<String>,
}

#[derive(Default, Deserialize)]
struct Totals {
    #[serde(default, deserialize_with = "wire::default_if_null")]
    subtotal: Money,
    #[serde(default, deserialize_with = "wire::default_if_null")]
    grand_total: Money,
}

#[derive(Default, Deserialize)]
struct Money {
    #[serde(default, deserialize_with = "wire::integer")]
    amount: Option<i64>,
    #[serde(default, deserialize_with = "wire::text")]
    currency: Option<String>,
}

impl<'de> Deserialize<'de> for PaymentAttempt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let payment = PaymentWire::deserialize(deserializer)?;
        let Totals { subtotal, grand_total } = payment.totals;
        Ok(Self {
            id: payment.id,
            status: payment.status,
            payer: payment.payer,
            subtotal_minor: subtotal.amount,
            total_minor: grand_total.amount,
            currency: subtotal.currency.or(grand_total.currency),
            charge_type: payment.charge_type.or(payment.charge_type_in_prose),
            is_annual: payment.subscription_items.iter().any(|item| item.plan_period.as_deref() == Some("annual")),
            paid_at: payment.paid_at,
            failed_at: payment.failed_at,
            billing_date: payment.billing_date,
            created_at: payment.created_at,
            updated_at: payment.updated_at,
        })
    }
}
