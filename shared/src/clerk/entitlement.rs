//! Which subscription tier a payer's items entitle to.
//!
//! An ended item is not a downgrade: Clerk ends the old item on every change of plan, an upgrade from free included, and
//! says so before it says that the new one is active. So the tier is always computed from all items together, and what
//! cannot be read changes nothing.

use chrono::{DateTime, Utc};

use super::billing::{ItemStatus, SubscriptionItem};
use crate::domain::SubscriptionTier;

/// Where the items come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All items of the payer at one moment: the answer of the Backend API, with nothing newer known.
    Snapshot,
    /// Collected from events, of which some may not have arrived yet, or never will.
    Folded,
}

/// What the items entitle to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entitlement {
    /// This tier.
    Granted {
        /// The highest among the live items.
        tier: SubscriptionTier,
        /// The plan it comes from; none when nothing is live any more.
        plan_slug: Option<String>,
        /// A renewal was not paid: the entitlement stays, new purchases are refused.
        past_due: bool,
    },
    /// Keep what is stored.
    KeepStored(Undecided),
}

/// Why the items decide nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecided {
    /// An empty list.
    NoItems,
    /// Collected items without a live one: the event that makes the next one active is still to come.
    NoLiveItem,
    /// A live item of a plan that is not in the table of plans.
    UnknownPlan {
        /// Its slug.
        slug: String,
    },
    /// A live item without a plan.
    MissingPlan {
        /// `csub_item_…`
        item_id: String,
    },
    /// An item in a state that is not documented.
    UnknownStatus {
        /// The wire's word.
        status: String,
    },
}

impl Undecided {
    /// Must a person look at it? A missing event repairs itself; an unknown plan does not.
    #[must_use]
    pub fn needs_operator(&self) -> bool {
        match self {
            Self::NoItems | Self::NoLiveItem => false,
            Self::UnknownPlan { .. } | Self::MissingPlan { .. } | Self::UnknownStatus { .. } => true,
        }
    }
}

/// The tier of a plan slug. `free_org` and `free_user` are Clerk's default plans.
#[must_use]
pub fn tier_of_plan(slug: &str) -> Option<SubscriptionTier> {
    match slug.trim().to_lowercase().as_str() {
        "starter" | "free_org" | "free_user" => Some(SubscriptionTier::Starter),
        "pro" | "professional" => Some(SubscriptionTier::Professional),
        "enterprise" => Some(SubscriptionTier::Enterprise),
        _ => None,
    }
}

/// Computes the tier from all items.
#[must_use]
pub fn decide(items: &[SubscriptionItem], view: View, now: DateTime<Utc>) -> Entitlement {
    if items.is_empty() {
        return Entitlement::KeepStored(Undecided::NoItems);
    }
    match live_plans(items, now) {
        Ok(live) => highest(&live, view),
        Err(undecided) => Entitlement::KeepStored(undecided),
    }
}

struct LivePlan<'a> {
    tier: SubscriptionTier,
    slug: &'a str,
    past_due: bool,
}

fn live_plans(items: &[SubscriptionItem], now: DateTime<Utc>) -> Result<Vec<LivePlan<'_>>, Undecided> {
    let mut live = Vec::new();
    for item in items {
        if !is_live(item, now)? {
            continue;
        }
        let slug = item.plan_slug.as_deref().ok_or_else(|| Undecided::MissingPlan { item_id: item.id.clone() })?;
        let tier = tier_of_plan(slug).ok_or_else(|| Undecided::UnknownPlan { slug: slug.to_owned() })?;
        live.push(LivePlan { tier, slug, past_due: item.status == ItemStatus::PastDue });
    }
    Ok(live)
}

fn is_live(item: &SubscriptionItem, now: DateTime<Utc>) -> Result<bool, Undecided> {
    match &item.status {
        ItemStatus::Active | ItemStatus::PastDue => Ok(true),
        ItemStatus::Canceled => Ok(item.period_end.is_none_or(|end| end > now)),
        ItemStatus::Abandoned
        | ItemStatus::Ended
        | ItemStatus::Expired
        | ItemStatus::Incomplete
        | ItemStatus::Upcoming => Ok(false),
        ItemStatus::Unknown(status) => Err(Undecided::UnknownStatus { status: status.clone() }),
    }
}

fn highest(live: &[LivePlan<'_>], view: View) -> Entitlement {
    let past_due = live.iter().any(|plan| plan.past_due);
    match (live.iter().max_by_key(|plan| rank(plan.tier)), view) {
        (Some(plan), _) => Entitlement::Granted { tier: plan.tier, plan_slug: Some(plan.slug.to_owned()), past_due },
        (None, View::Snapshot) => Entitlement::Granted { tier: SubscriptionTier::Starter, plan_slug: None, past_due },
        (None, View::Folded) => Entitlement::KeepStored(Undecided::NoLiveItem),
    }
}

fn rank(tier: SubscriptionTier) -> u8 {
    match tier {
        SubscriptionTier::Free => 0,
        SubscriptionTier::Starter => 1,
        SubscriptionTier::Professional => 2,
        SubscriptionTier::Enterprise => 3,
    }
}

#[cfg(test)]
mod tests;
