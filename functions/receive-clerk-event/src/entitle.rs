//! From subscription items to the tier, and from the tier to the numbers: the first one is reserved, what the plan does not
//! cover any more is suspended, what it covers again comes back.

use chrono::{DateTime, Utc};
use shared::{
    actions::reservation::{self, ReservationError},
    clerk::{self, Entitlement, ItemStatus, SubscriptionItem, View},
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
use tokio_postgres::Transaction;

/// Computes the tier from everything that is known of the subscription, and brings the numbers in line with it. A payload
/// that cannot be understood never takes a plan away.
pub(crate) async fn recompute(
    transaction: &Transaction<'_>,
    business: &BusinessConfig,
    workspace_id: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let items: Vec<SubscriptionItem> =
        subscription_items::list(transaction, workspace_id).await?.into_iter().map(from_stored).collect();
    match clerk::decide(&items, View::Folded, now) {
        Entitlement::Granted { tier, past_due, .. } => {
            let past_due = if past_due { PastDue::Yes } else { PastDue::No };
            workspaces::set_entitlement(transaction, workspace_id, tier, past_due).await?;
        }
        Entitlement::KeepStored(why) if why.needs_operator() => {
            tracing::error!(%workspace_id, ?why, "the plan cannot be told, the stored one is kept");
        }
        Entitlement::KeepStored(why) => tracing::info!(%workspace_id, ?why, "the stored plan is kept"),
    }
    fit_numbers(transaction, business, workspace_id, now).await
}

/// Suspends, restores and reserves, as the stored tier demands. Made again it changes nothing.
pub(crate) async fn fit_numbers(
    transaction: &Transaction<'_>,
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
    transaction: &Transaction<'_>,
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
