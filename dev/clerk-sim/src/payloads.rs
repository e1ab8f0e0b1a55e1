//! The JSON of Clerk Billing: subscriptions, their items and payment attempts, in webhooks and over the Backend API.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::plans::{Plan, stored_plan};
use crate::state::{Item, ItemStatus, Organization};

/// Clerk's own sources disagree about names on the wire; a receiver has to understand each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// As reported from live instances: `subscription_item`, `interval`, `items`.
    Live,
    /// The schema of Clerk's webhook specification: `commerce_subscription_item`, `interval`, `items`; what a nested
    /// item does not have is absent instead of null, and the payer of a payment does not name its organisation.
    Spec,
    /// The types of Clerk's SDK: `commerce_subscription_item`, `plan_period`, `subscription_items`.
    Sdk,
}

impl Dialect {
    fn item_object(self) -> &'static str {
        match self {
            Self::Live => "subscription_item",
            Self::Spec | Self::Sdk => "commerce_subscription_item",
        }
    }

    fn period_key(self) -> &'static str {
        match self {
            Self::Live | Self::Spec => "interval",
            Self::Sdk => "plan_period",
        }
    }

    fn items_key(self) -> &'static str {
        match self {
            Self::Live | Self::Spec => "items",
            Self::Sdk => "subscription_items",
        }
    }
}

/// One attempt to charge a payer.
pub struct Payment {
    pub id: String,
    /// Of the payment that this attempt belongs to.
    pub charge_id: String,
    pub status: &'static str,
    pub charge_type: &'static str,
    pub created_at: i64,
    pub updated_at: i64,
}

/// An item as `subscriptionItem.*` carries it: with payer and subscription.
pub fn standalone_item(organization: &Organization, item: &Item, owner_email: &str, dialect: Dialect) -> Value {
    let mut payload = item_body(item, dialect);
    payload["payer"] = payer(organization, owner_email);
    payload["subscription_id"] = json!(organization.subscription.id);
    payload
}

/// An item inside a container: payer and subscription are the container's, so null or absent here.
fn nested_item(item: &Item, dialect: Dialect) -> Value {
    let mut payload = item_body(item, dialect);
    if dialect != Dialect::Spec {
        payload["payer"] = Value::Null;
        payload["subscription_id"] = Value::Null;
    }
    payload
}

fn item_body(item: &Item, dialect: Dialect) -> Value {
    let plan = stored_plan(&item.plan);
    let mut body = json!({
        "object": dialect.item_object(),
        "id": item.id,
        "status": item.status,
        "is_free_trial": false,
        "plan_id": plan.id,
        "plan": plan_summary(plan),
        "period_start": item.period_start,
        "period_end": item.period_end,
        "seats": { "quantity": plan.seats },
        "created_at": item.created_at,
        "updated_at": item.updated_at,
    });
    body[dialect.period_key()] = json!("month");
    body
}

fn plan_summary(plan: &Plan) -> Value {
    json!({
        "id": plan.id, "slug": plan.slug, "name": plan.name, "is_default": plan.is_default(),
        "is_recurring": true, "amount": plan.amount, "currency": "USD",
    })
}

/// The payer of an organisation: `user_id` is the empty string, and `id` is never the organisation's.
fn payer(organization: &Organization, owner_email: &str) -> Value {
    json!({
        "object": "commerce_payer",
        "id": organization.payer_id,
        "user_id": "",
        "first_name": "",
        "last_name": "",
        "email": owner_email,
        "organization_id": organization.id,
        "organization_name": organization.name,
        "image_url": "",
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
    })
}

/// The container as `subscription.*` carries it. It is `active` also when only the free item is.
pub fn subscription(organization: &Organization, owner_email: &str, dialect: Dialect) -> Value {
    let subscription = &organization.subscription;
    let items: Vec<Value> = visible_items(organization).map(|item| nested_item(item, dialect)).collect();
    let mut body = json!({
        "object": "commerce_subscription",
        "id": subscription.id,
        "status": subscription_status(organization),
        "active_at": subscription.created_at,
        "canceled_at": null,
        "ended_at": null,
        "past_due_at": subscription.past_due_at,
        "latest_payment_id": subscription.latest_payment_id,
        "payer_id": organization.payer_id,
        "payer": payer(organization, owner_email),
        "payment_source_id": subscription.latest_payment_id.as_ref().map(|_| payment_source_id(organization)),
        "created_at": subscription.created_at,
        "updated_at": subscription.updated_at,
    });
    body[dialect.items_key()] = json!(items);
    body
}

fn subscription_status(organization: &Organization) -> &'static str {
    if organization.subscription.past_due_at.is_some() { "past_due" } else { "active" }
}

fn visible_items(organization: &Organization) -> impl Iterator<Item = &Item> {
    organization.subscription.items.iter().filter(|item| item.status != ItemStatus::Abandoned)
}

fn payment_source_id(organization: &Organization) -> String {
    organization.payer_id.replacen("cpayer_", "cpm_", 1)
}

/// `paymentAttempt.*`. Items inside it say `plan_period`, in every dialect.
pub fn payment_attempt(
    organization: &Organization,
    payment: &Payment,
    owner_email: &str,
    instance_id: &str,
    dialect: Dialect,
) -> Value {
    let item = organization.subscription.live_item();
    let cents = item.map_or(0, |item| stored_plan(&item.plan).amount);
    let failed = payment.status == "failed";
    json!({
        "object": "commerce_payment_attempt",
        "id": payment.id,
        "instance_id": instance_id,
        "payment_id": payment.charge_id,
        "invoice_id": payment.charge_id.replacen("cpay_", "cinv_", 1),
        "statement_id": payment.charge_id.replacen("cpay_", "cstmt_", 1),
        "gateway_external_id": payment.charge_id.replacen("cpay_", "pi_", 1),
        "status": payment.status,
        "charge_type": payment.charge_type,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
        "paid_at": (payment.status == "paid").then_some(payment.updated_at),
        "failed_at": failed.then_some(payment.updated_at),
        "failed_reason": failed.then(|| json!({ "code": "card_declined", "decline_code": "insufficient_funds" })),
        "billing_date": payment.created_at,
        "payee": {
            "id": "cpayee_simulator", "gateway_type": "stripe", "gateway_external_id": "acct_simulator",
            "gateway_status": "active",
        },
        "payer": payment_payer(organization, owner_email, dialect),
        "totals": { "subtotal": money(cents), "tax_total": money(0), "grand_total": money(cents) },
        "payment_source": {
            "id": payment_source_id(organization), "gateway": "stripe", "gateway_external_id": "pm_simulator",
            "payment_method": "card", "status": "active", "card_type": "visa", "last4": "4242",
        },
        "subscription_items": item.map(|item| paid_item(item, payment)).into_iter().collect::<Vec<_>>(),
    })
}

fn payment_payer(organization: &Organization, owner_email: &str, dialect: Dialect) -> Value {
    let mut payer = payer(organization, owner_email);
    if dialect == Dialect::Spec
        && let Some(fields) = payer.as_object_mut()
    {
        fields.remove("organization_id");
        fields.remove("organization_name");
    }
    payer
}

fn paid_item(item: &Item, payment: &Payment) -> Value {
    let mut body = rest_item(item);
    let amount = stored_plan(&item.plan).amount;
    body["credit"] = json!({
        "amount": money(0), "cycle_days_remaining": 0, "cycle_days_total": 30, "cycle_remaining_percent": 0,
    });
    body["credits"] = json!({});
    body["lifetime_paid"] = json!(if payment.status == "paid" { amount } else { 0 });
    body["next_payment_amount"] = json!(amount);
    body["next_payment_date"] = json!(item.period_end);
    body["plan"] = plan_summary(stored_plan(&item.plan));
    body
}

/// An amount (Clerk, Billing, money amount).
fn money(cents: i64) -> Value {
    json!({
        "amount": cents,
        "amount_formatted": format!("{}.{:02}", cents / 100, cents % 100),
        "currency": "USD",
        "currency_symbol": "$",
    })
}

/// An item over the Backend API.
fn rest_item(item: &Item) -> Value {
    let plan = stored_plan(&item.plan);
    json!({
        "object": "commerce_subscription_item",
        "id": item.id,
        "status": item.status,
        "plan_period": "month",
        "plan_id": plan.id,
        "plan": rest_plan(plan),
        "amount": money(plan.amount),
        "is_free_trial": false,
        "period_start": item.period_start,
        "period_end": item.period_end,
        "canceled_at": item.canceled_at,
        "past_due_at": item.past_due_at,
        "ended_at": item.ended_at,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
    })
}

/// A plan (Clerk, Backend API, `GET /v1/billing/plans`).
pub fn rest_plan(plan: &Plan) -> Value {
    let features: Vec<Value> = plan
        .features
        .iter()
        .map(|slug| {
            json!({ "object": "feature", "id": format!("feat_{slug}"), "slug": slug, "name": slug,
                    "description": null, "avatar_url": null })
        })
        .collect();
    json!({
        "object": "commerce_plan",
        "id": plan.id,
        "slug": plan.slug,
        "name": plan.name,
        "description": plan.description,
        "is_default": plan.is_default(),
        "is_recurring": true,
        "has_base_fee": !plan.is_default(),
        "publicly_visible": true,
        "fee": money(plan.amount),
        "annual_fee": null,
        "annual_monthly_fee": null,
        "for_payer_type": "org",
        "free_trial_enabled": false,
        "free_trial_days": null,
        "avatar_url": null,
        "features": features,
    })
}

/// Clerk, Backend API, `GET /v1/organizations/{organization_id}/billing/subscription`.
pub fn rest_subscription(organization: &Organization, instance_id: &str) -> Value {
    let subscription = &organization.subscription;
    let items: Vec<Value> = visible_items(organization)
        .map(|item| {
            let mut body = rest_item(item);
            body["instance_id"] = json!(instance_id);
            body["payer_id"] = json!(organization.payer_id);
            body
        })
        .collect();
    json!({
        "object": "commerce_subscription",
        "id": subscription.id,
        "instance_id": instance_id,
        "status": subscription_status(organization),
        "payer_id": organization.payer_id,
        "active_at": subscription.created_at,
        "past_due_at": subscription.past_due_at,
        "subscription_items": items,
        "eligible_for_free_trial": false,
        "created_at": subscription.created_at,
        "updated_at": subscription.updated_at,
    })
}
