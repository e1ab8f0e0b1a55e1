//! From subscription items to the tier, and from the tier to the numbers: the first one is reserved, what the plan does not
//! cover any more is suspended, what it covers again comes back.

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::GenericClient;

use super::reservation::{self, ReservationError};
use crate::{
    clerk::{self, BackendClient, BackendError, Entitlement, ItemStatus, Subscription, SubscriptionItem, View},
    clock,
    config::BusinessConfig,
    db::{
        DbError, numbers,
        provisionings::Wish,
        subscription_items,
        suspensions::{self, Allowance, Reason},
        workspaces::{self, PastDue},
    },
    domain::{NumberType, WorkspaceId},
};

/// A plan that was read back is read again after this, in case that events get lost.
const READ_AGAIN_AFTER: TimeDelta = TimeDelta::hours(20);
/// How far an answer of Clerk's may be behind what Clerk has done, and Clerk's clock from ours, with a margin.
const MOST_BEHIND: TimeDelta = TimeDelta::minutes(10);

/// A whole subscription, as Clerk answered it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What Clerk said.
    pub subscription: Subscription,
    /// When it was asked, which is before it said so.
    pub asked_at: DateTime<Utc>,
}

/// What is known besides the events.
#[derive(Debug, Clone)]
pub enum ReadBack {
    /// There is no secret key.
    NotAsked,
    /// Clerk was asked in vain.
    Failed,
    /// Clerk's answer; without a subscription it says nothing about the plan.
    Answered(Option<Snapshot>),
}

impl Snapshot {
    /// All that Clerk had done by this time is in the snapshot: of two snapshots the one with the earlier time is older.
    /// Clerk's own times decide; ours only when nothing has changed for long, so that a snapshot is taken over although
    /// its youngest item is gone.
    fn as_of(&self) -> DateTime<Utc> {
        let items = self.subscription.items.iter().filter_map(|item| item.updated_at);
        let changed_at = items.chain(self.subscription.updated_at).max();
        changed_at.unwrap_or_default().max(self.asked_at - MOST_BEHIND)
    }
}

/// Asks Clerk. Not within a transaction: the answer may take seconds.
///
/// # Errors
/// [`BackendError`]; nothing has changed then.
pub async fn read_back(clerk: &BackendClient, organization_id: &str) -> Result<ReadBack, BackendError> {
    let asked_at = clock::now();
    let subscription = clerk.find_subscription(organization_id).await?;
    Ok(ReadBack::Answered(subscription.map(|subscription| Snapshot { subscription, asked_at })))
}

/// Stores what an event says about items. One without a time is as old as its event.
pub async fn store_items(
    transaction: &impl GenericClient,
    workspace_id: WorkspaceId,
    items: &[SubscriptionItem],
    event_at: DateTime<Utc>,
) -> Result<(), DbError> {
    for item in items {
        subscription_items::upsert(transaction, workspace_id, &to_stored(item, event_at), None).await?;
    }
    Ok(())
}

/// Computes the tier from everything that is known of the subscription, and brings the numbers in line with it. A payload
/// that cannot be understood never takes a plan away, and neither does a subscription that could not be read.
pub async fn recompute(
    transaction: &impl GenericClient,
    business: &BusinessConfig,
    workspace_id: WorkspaceId,
    read: &ReadBack,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let complete_until = match read {
        ReadBack::Answered(Some(snapshot)) => take_over(transaction, workspace_id, snapshot).await?,
        ReadBack::Answered(None) | ReadBack::Failed | ReadBack::NotAsked => None,
    };
    let stored = subscription_items::list(transaction, workspace_id).await?;
    // An event that is newer than the snapshot: what else has changed since then may be still to come.
    let complete = complete_until.is_some_and(|until| stored.iter().all(|item| item.updated_at <= until));
    let view = if complete { View::Snapshot } else { View::Folded };
    let items: Vec<SubscriptionItem> = stored.into_iter().map(from_stored).collect();
    match clerk::decide(&items, view, now) {
        Entitlement::Granted { tier, past_due, .. } => {
            let past_due = if past_due { PastDue::Yes } else { PastDue::No };
            workspaces::set_entitlement(transaction, workspace_id, tier, past_due).await?;
        }
        Entitlement::KeepStored(why) if why.needs_operator() => {
            tracing::error!(%workspace_id, ?why, "the plan cannot be told, the stored one is kept");
        }
        Entitlement::KeepStored(why) => tracing::info!(%workspace_id, ?why, "the stored plan is kept"),
    }
    match read {
        ReadBack::Answered(_) => {
            workspaces::schedule_plan_read(transaction, workspace_id, now, now + READ_AGAIN_AFTER).await?;
        }
        ReadBack::Failed => workspaces::schedule_plan_read(transaction, workspace_id, now, now).await?,
        ReadBack::NotAsked => {}
    }
    fit_numbers(transaction, business, workspace_id, now).await
}

/// Stores a snapshot, unless a newer one was stored meanwhile; gives the time until which the stored items are complete.
async fn take_over(
    transaction: &impl GenericClient,
    workspace_id: WorkspaceId,
    snapshot: &Snapshot,
) -> Result<Option<DateTime<Utc>>, DbError> {
    let items = &snapshot.subscription.items;
    if items.is_empty() {
        tracing::warn!(%workspace_id, "a subscription without items says nothing about the plan");
        return Ok(None);
    }
    let as_of = snapshot.as_of();
    // This also locks the workspace: of two snapshots the second to come finds what the first one left.
    if !workspaces::take_over_plan(transaction, workspace_id, as_of).await? {
        tracing::info!(%workspace_id, "a newer subscription was taken over meanwhile");
        return Ok(None);
    }
    for item in items {
        subscription_items::upsert(transaction, workspace_id, &to_stored(item, as_of), Some(as_of)).await?;
    }
    let present: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    let ended = subscription_items::end_missing(transaction, workspace_id, &present, as_of).await?;
    if ended > 0 {
        tracing::warn!(%workspace_id, ended, "items that Clerk has no more were ended: an event was lost");
    }
    Ok(Some(as_of))
}

/// Suspends, restores and reserves, as the stored tier demands. Made again it changes nothing.
pub async fn fit_numbers(
    transaction: &impl GenericClient,
    business: &BusinessConfig,
    workspace_id: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    // The lock makes counting and changing one step.
    let workspace = workspaces::lock(transaction, workspace_id).await?;
    let plan_limit = business.plan(workspace.tier).number_limit;
    let (limit, reason) =
        if workspace.deleted { (0, Reason::OrganizationDeleted) } else { (plan_limit, Reason::PlanLimit) };

    let cancelled = suspensions::cancel_reservations(transaction, workspace_id, limit).await?;
    let allowance = Allowance { limit, reason, release_due_at: now + business.release_grace() };
    let changes = suspensions::apply(transaction, workspace_id, &allowance).await?;
    if cancelled > 0 || changes != suspensions::Changes::default() {
        let (suspended, restored) = (changes.suspended, changes.restored);
        tracing::info!(%workspace_id, tier = %workspace.tier, cancelled, suspended, restored, "numbers follow the plan");
    }
    reserve_first_number(transaction, business, workspace_id).await
}

/// Reserves the primary number unless there is a number, or one on its way, or the plan has none. After what the plan
/// covers again came back, so that nothing is bought in its place.
async fn reserve_first_number(
    transaction: &impl GenericClient,
    business: &BusinessConfig,
    workspace_id: WorkspaceId,
) -> Result<(), DbError> {
    if numbers::count_against_limit(transaction, workspace_id).await? > 0 {
        return Ok(());
    }
    let wish = Wish {
        number_type: NumberType::Primary,
        friendly_name: None,
        area_code: business.number_search.default_area_code.clone(),
        phone_number: None,
        retry_of: None,
    };
    match reservation::reserve(transaction, business, workspace_id, &wish).await {
        Ok(id) => tracing::info!(%workspace_id, provisioning_id = %id, "first number reserved"),
        Err(ReservationError::Refused(why)) => tracing::info!(%workspace_id, %why, "no first number"),
        Err(ReservationError::Database(error)) => return Err(error),
    }
    Ok(())
}

fn to_stored(item: &SubscriptionItem, at: DateTime<Utc>) -> subscription_items::SubscriptionItem {
    subscription_items::SubscriptionItem {
        clerk_item_id: item.id.clone(),
        plan_slug: item.plan_slug.clone(),
        status: item.status.as_str().to_owned(),
        is_free_trial: item.is_free_trial,
        period_start: item.period_start,
        period_end: item.period_end,
        updated_at: item.updated_at.unwrap_or(at),
    }
}

fn from_stored(item: subscription_items::SubscriptionItem) -> SubscriptionItem {
    SubscriptionItem {
        id: item.clerk_item_id,
        status: ItemStatus::from(item.status),
        plan_id: None,
        plan_slug: item.plan_slug,
        amount: None,
        currency: None,
        interval: None,
        is_free_trial: item.is_free_trial,
        period_start: item.period_start,
        period_end: item.period_end,
        created_at: None,
        updated_at: Some(item.updated_at),
    }
}
