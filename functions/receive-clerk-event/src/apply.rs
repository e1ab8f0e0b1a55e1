//! What each kind of event changes.

use chrono::{DateTime, Utc};
use shared::{
    actions::entitlement::{self, ReadBack},
    clerk::{
        ClerkEvent, Event, Membership, Organization, Payer, PaymentAttempt, PaymentStatus, SubscriptionItem, User,
    },
    config::BusinessConfig,
    db::{
        DbError, subscription_payments,
        users::{self, MembershipFacts, UserFacts},
        workspaces::{self, OrganizationFacts},
    },
    domain::WorkspaceId,
};
use tokio_postgres::Transaction;

/// An event and what is known besides it.
pub(crate) struct News<'a> {
    pub event: &'a Event,
    /// The whole subscription, when the event is about an organisation's plan.
    pub read: &'a ReadBack,
    pub now: DateTime<Utc>,
}

/// The organisation whose plan the event is about. Plans of users are nobody's here.
pub(crate) fn billed_organization(event: &Event) -> Option<&str> {
    let payer = match &event.data {
        ClerkEvent::Subscription(subscription) => subscription.payer.as_ref(),
        ClerkEvent::SubscriptionItem(change) => change.payer.as_ref(),
        ClerkEvent::UserUpserted(_)
        | ClerkEvent::UserDeleted { .. }
        | ClerkEvent::OrganizationUpserted(_)
        | ClerkEvent::OrganizationDeleted { .. }
        | ClerkEvent::MembershipUpserted(_)
        | ClerkEvent::MembershipDeleted(_)
        | ClerkEvent::PaymentAttempt(_)
        | ClerkEvent::Ignored => None,
    };
    organization_of(payer)
}

/// Stores what the event says; gives the workspace that it is about, if there is one.
pub(crate) async fn apply(
    transaction: &Transaction<'_>,
    business: &BusinessConfig,
    news: &News<'_>,
) -> Result<Option<WorkspaceId>, DbError> {
    match &news.event.data {
        ClerkEvent::UserUpserted(user) => upsert_user(transaction, user).await.map(|()| None),
        ClerkEvent::UserDeleted { user_id } => users::mark_deleted(transaction, user_id).await.map(|()| None),
        ClerkEvent::OrganizationUpserted(organization) => upsert(transaction, organization).await.map(Some),
        ClerkEvent::OrganizationDeleted { organization_id } => {
            let workspace_id = workspaces::mark_deleted(transaction, organization_id).await?;
            entitlement::fit_numbers(transaction, business, workspace_id, news.now).await?;
            Ok(Some(workspace_id))
        }
        ClerkEvent::MembershipUpserted(membership) => apply_membership(transaction, membership, Change::Upsert).await,
        ClerkEvent::MembershipDeleted(membership) => apply_membership(transaction, membership, Change::Remove).await,
        ClerkEvent::Subscription(subscription) => {
            apply_items(transaction, business, news, (subscription.payer.as_ref(), &subscription.items)).await
        }
        ClerkEvent::SubscriptionItem(change) => {
            let items = std::slice::from_ref(&change.item);
            apply_items(transaction, business, news, (change.payer.as_ref(), items)).await
        }
        ClerkEvent::PaymentAttempt(payment) => apply_payment(transaction, news, payment).await,
        ClerkEvent::Ignored => Ok(None),
    }
}

async fn upsert_user(transaction: &Transaction<'_>, user: &User) -> Result<(), DbError> {
    let facts = UserFacts {
        clerk_id: &user.id,
        email: user.email.as_deref(),
        first_name: user.first_name.as_deref(),
        last_name: user.last_name.as_deref(),
        image_url: user.image_url.as_deref(),
        updated_at: user.updated_at,
    };
    users::upsert(transaction, &facts).await.map(|_| ())
}

async fn upsert(transaction: &Transaction<'_>, organization: &Organization) -> Result<WorkspaceId, DbError> {
    let facts = OrganizationFacts {
        clerk_id: &organization.id,
        name: Some(&organization.name),
        slug: Some(&organization.slug),
        updated_at: organization.updated_at,
    };
    workspaces::upsert(transaction, &facts).await
}

#[derive(Clone, Copy)]
enum Change {
    Upsert,
    Remove,
}

/// A membership may be the first that we hear of its organisation and its user: both are made from what it embeds.
async fn apply_membership(
    transaction: &Transaction<'_>,
    membership: &Membership,
    change: Change,
) -> Result<Option<WorkspaceId>, DbError> {
    let workspace_id = upsert(transaction, &membership.organization).await?;
    let (Some(user), Some(id)) = (&membership.user, &membership.id) else {
        tracing::warn!(%workspace_id, "a membership without a user was ignored");
        return Ok(Some(workspace_id));
    };
    let user_facts = UserFacts {
        clerk_id: &user.user_id,
        email: user.identifier.as_deref().filter(|identifier| identifier.contains('@')),
        first_name: user.first_name.as_deref(),
        last_name: user.last_name.as_deref(),
        image_url: user.image_url.as_deref(),
        // The event is about the membership; its time says nothing about the age of the user's data.
        updated_at: None,
    };
    let user_id = users::upsert(transaction, &user_facts).await?;
    let facts = MembershipFacts { clerk_id: id, role: &membership.role, updated_at: membership.updated_at };
    match change {
        Change::Upsert => users::upsert_member(transaction, workspace_id, user_id, &facts).await?,
        Change::Remove => users::remove_member(transaction, workspace_id, user_id, &facts).await?,
    }
    Ok(Some(workspace_id))
}

async fn apply_items(
    transaction: &Transaction<'_>,
    business: &BusinessConfig,
    news: &News<'_>,
    (payer, items): (Option<&Payer>, &[SubscriptionItem]),
) -> Result<Option<WorkspaceId>, DbError> {
    let Some(organization_id) = organization_of(payer) else {
        return Ok(None);
    };
    let mention = OrganizationFacts { clerk_id: organization_id, name: None, slug: None, updated_at: None };
    let workspace_id = workspaces::upsert(transaction, &mention).await?;
    if let Some(payer_id) = payer.and_then(|payer| payer.id.as_deref()) {
        subscription_payments::set_payer(transaction, workspace_id, payer_id).await?;
    }
    let event_at = news.event.occurred_at.unwrap_or(news.now);
    entitlement::store_items(transaction, workspace_id, items, event_at).await?;
    entitlement::recompute(transaction, business, workspace_id, news.read, news.now).await?;
    Ok(Some(workspace_id))
}

/// A payment is revenue by its own id. Some name the payer only: whose it is, billing events say, before or after.
async fn apply_payment(
    transaction: &Transaction<'_>,
    news: &News<'_>,
    payment: &PaymentAttempt,
) -> Result<Option<WorkspaceId>, DbError> {
    let payer_id = payment.payer.as_ref().and_then(|payer| payer.id.as_deref());
    let workspace_id = match (organization_of(payment.payer.as_ref()), payer_id) {
        (Some(organization_id), _) => {
            let mention = OrganizationFacts { clerk_id: organization_id, name: None, slug: None, updated_at: None };
            Some(workspaces::upsert(transaction, &mention).await?)
        }
        (None, Some(payer_id)) => subscription_payments::find_payer(transaction, payer_id).await?,
        (None, None) => None,
    };
    let event_at = news.event.occurred_at.unwrap_or(news.now);
    let paid_at = match payment.status {
        PaymentStatus::Paid => Some(payment.paid_at.or(payment.billing_date).unwrap_or(event_at)),
        PaymentStatus::Pending | PaymentStatus::Failed | PaymentStatus::Unknown(_) => None,
    };
    let attempt = subscription_payments::Attempt {
        id: &payment.id,
        workspace_id,
        payer_id,
        status: payment.status.as_str(),
        amount_cents: payment.subtotal_minor.or(payment.total_minor).unwrap_or_default().max(0),
        currency: payment.currency.as_deref().unwrap_or("USD"),
        charge_type: payment.charge_type.as_deref(),
        covers_months: if payment.is_annual { 12 } else { 1 },
        paid_at,
        updated_at: payment.updated_at.unwrap_or(event_at),
    };
    subscription_payments::upsert(transaction, &attempt).await?;
    if let (Some(workspace_id), Some(payer_id)) = (workspace_id, payer_id) {
        subscription_payments::set_payer(transaction, workspace_id, payer_id).await?;
    }
    Ok(workspace_id)
}

fn organization_of(payer: Option<&Payer>) -> Option<&str> {
    payer.and_then(|payer| payer.organization_id.as_deref())
}
