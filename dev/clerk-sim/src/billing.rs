//! What happens to a subscription, event by event (Clerk, Billing, webhook events).

use crate::change::Change;
use crate::ids::new_id;
use crate::payloads::Payment;
use crate::plans::{Plan, default_plan, stored_plan};
use crate::refusal::Refusal;
use crate::state::{Item, ItemStatus, Subscription};

const MONTH_MS: i64 = 30 * 24 * 3600 * 1000;

/// Observed between `subscriptionItem.ended` of the old item and `subscriptionItem.active` of the new one.
const ENDED_TO_ACTIVE_MS: i64 = 53;

/// When a change to a lesser plan takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Downgrade {
    AtPeriodEnd,
    AtOnce,
}

/// The subscription that Clerk makes for each new payer: one item, the default plan.
pub fn new_subscription(now: i64) -> Subscription {
    Subscription {
        id: new_id("csub"),
        past_due_at: None,
        latest_payment_id: None,
        items: vec![new_item(default_plan(), now)],
        created_at: now,
        updated_at: now,
    }
}

fn new_item(plan: &Plan, now: i64) -> Item {
    Item {
        id: new_id("csub_item"),
        plan: plan.slug.to_owned(),
        status: ItemStatus::Active,
        period_start: now,
        period_end: (!plan.is_default()).then_some(now + MONTH_MS),
        canceled_at: None,
        ended_at: None,
        past_due_at: None,
        created_at: now,
        updated_at: now,
    }
}

impl Change {
    /// The events of a new payer; the subscription itself came with the organisation.
    pub fn announce_subscription(&mut self, organization_id: &str) -> Result<(), Refusal> {
        let item_id = self.live_item(organization_id)?.id;
        self.note_subscription("subscription.created", organization_id)?;
        self.note_subscription("subscription.active", organization_id)?;
        self.note_item("subscriptionItem.active", organization_id, &item_id)
    }

    /// Moves to another plan: upwards at once, downwards at the period's end unless asked otherwise. Choosing the
    /// present plan again takes a cancellation back.
    pub fn change_plan(&mut self, organization_id: &str, plan: &Plan, downgrade: Downgrade) -> Result<(), Refusal> {
        let live = self.live_item(organization_id)?;
        let present = stored_plan(&live.plan);

        if plan.slug == present.slug {
            return match live.status {
                ItemStatus::Canceled => self.resume(organization_id, &live.id),
                _ => Err(Refusal::conflict(format!("the organization has the plan {} already", plan.slug))),
            };
        }
        // Nobody waits for the end of a period that was not paid.
        let at_once = downgrade == Downgrade::AtOnce || live.status == ItemStatus::PastDue;
        if plan.amount > present.amount || at_once {
            self.switch_now(organization_id, plan, "checkout")
        } else {
            self.schedule(organization_id, plan)
        }
    }

    /// The period runs out: a scheduled change happens, or the plan renews.
    pub fn end_period(&mut self, organization_id: &str) -> Result<(), Refusal> {
        let live = self.live_item(organization_id)?;
        let upcoming = self.directory.organization(organization_id)?.subscription.upcoming_item().cloned();
        match (live.status, upcoming) {
            (ItemStatus::Canceled, Some(next)) => {
                self.switch_now(organization_id, stored_plan(&next.plan), "recurring")
            }
            _ if stored_plan(&live.plan).is_default() => {
                Err(Refusal::conflict("the default plan has no period that could end"))
            }
            _ => self.renew(organization_id, &live.id),
        }
    }

    /// A renewal could not be charged.
    pub fn fail_payment(&mut self, organization_id: &str) -> Result<(), Refusal> {
        let live = self.live_item(organization_id)?;
        if stored_plan(&live.plan).is_default() {
            return Err(Refusal::conflict("the default plan is free, so it cannot be past due"));
        }
        if live.status != ItemStatus::Active {
            return Err(Refusal::conflict("only an active plan can become past due"));
        }
        self.charge(organization_id, "recurring", "failed")?;
        let now = self.at;
        self.change_item(organization_id, &live.id, |item| {
            item.status = ItemStatus::PastDue;
            item.past_due_at = Some(now);
        })?;
        self.directory.organization_mut(organization_id)?.subscription.past_due_at = Some(now);
        self.note_item("subscriptionItem.pastDue", organization_id, &live.id)?;
        self.note_subscription("subscription.pastDue", organization_id)
    }

    /// What was past due has been paid.
    pub fn settle_payment(&mut self, organization_id: &str) -> Result<(), Refusal> {
        let live = self.live_item(organization_id)?;
        if live.status != ItemStatus::PastDue {
            return Err(Refusal::conflict("the organization is not past due"));
        }
        self.charge(organization_id, "recurring", "paid")?;
        self.change_item(organization_id, &live.id, |item| {
            item.status = ItemStatus::Active;
            item.past_due_at = None;
        })?;
        self.directory.organization_mut(organization_id)?.subscription.past_due_at = None;
        self.note_item("subscriptionItem.active", organization_id, &live.id)?;
        self.note_subscription("subscription.active", organization_id)
    }

    /// Ends the present item and starts the new one, which fires `subscriptionItem.ended` on upgrades too.
    fn switch_now(&mut self, organization_id: &str, plan: &Plan, charge_type: &'static str) -> Result<(), Refusal> {
        let live = self.live_item(organization_id)?;
        self.abandon_upcoming_except(organization_id, plan)?;

        let ended_at = self.at;
        self.change_item(organization_id, &live.id, |item| {
            item.status = ItemStatus::Ended;
            item.ended_at = Some(ended_at);
            item.period_end = item.period_end.map(|end| end.min(ended_at));
        })?;
        self.note_item("subscriptionItem.ended", organization_id, &live.id)?;

        self.at = ended_at + ENDED_TO_ACTIVE_MS;
        let item_id = self.activate(organization_id, plan)?;
        self.note_item("subscriptionItem.active", organization_id, &item_id)?;
        self.note_subscription("subscription.updated", organization_id)?;
        if self.directory.organization_mut(organization_id)?.subscription.past_due_at.take().is_some() {
            self.note_subscription("subscription.active", organization_id)?;
        }
        if !plan.is_default() {
            self.charge(organization_id, charge_type, "paid")?;
        }
        Ok(())
    }

    /// The present item will end at its period's end, another is queued behind it.
    fn schedule(&mut self, organization_id: &str, plan: &Plan) -> Result<(), Refusal> {
        let live = self.live_item(organization_id)?;
        self.abandon_upcoming_except(organization_id, plan)?;
        let now = self.at;
        if live.status != ItemStatus::Canceled {
            self.change_item(organization_id, &live.id, |item| {
                item.status = ItemStatus::Canceled;
                item.canceled_at = Some(now);
            })?;
            self.note_item("subscriptionItem.canceled", organization_id, &live.id)?;
        }

        let start = live.period_end.unwrap_or(now);
        let item_id = self.reusable_item(organization_id, plan)?;
        self.change_item(organization_id, &item_id, |item| {
            item.status = ItemStatus::Upcoming;
            item.period_start = start;
            item.period_end = (!plan.is_default()).then_some(start + MONTH_MS);
            item.ended_at = None;
        })?;
        self.note_item("subscriptionItem.upcoming", organization_id, &item_id)?;
        self.note_subscription("subscription.updated", organization_id)
    }

    /// Takes a cancellation back.
    fn resume(&mut self, organization_id: &str, item_id: &str) -> Result<(), Refusal> {
        let live = self.live_item(organization_id)?;
        self.abandon_upcoming_except(organization_id, stored_plan(&live.plan))?;
        self.change_item(organization_id, item_id, |item| {
            item.status = ItemStatus::Active;
            item.canceled_at = None;
        })?;
        self.note_item("subscriptionItem.active", organization_id, item_id)?;
        self.note_subscription("subscription.updated", organization_id)
    }

    /// The next month of the same plan.
    fn renew(&mut self, organization_id: &str, item_id: &str) -> Result<(), Refusal> {
        self.charge(organization_id, "recurring", "paid")?;
        self.change_item(organization_id, item_id, |item| {
            let start = item.period_end.unwrap_or(item.period_start);
            item.period_start = start;
            item.period_end = Some(start + MONTH_MS);
            item.status = ItemStatus::Active;
            item.past_due_at = None;
        })?;
        let was_past_due = self.directory.organization_mut(organization_id)?.subscription.past_due_at.take().is_some();
        self.note_item("subscriptionItem.updated", organization_id, item_id)?;
        if was_past_due {
            self.note_subscription("subscription.active", organization_id)?;
        }
        self.note_subscription("subscription.updated", organization_id)
    }

    /// A queued item that another choice has superseded.
    fn abandon_upcoming_except(&mut self, organization_id: &str, plan: &Plan) -> Result<(), Refusal> {
        let upcoming = self.directory.organization(organization_id)?.subscription.upcoming_item().cloned();
        let Some(superseded) = upcoming.filter(|item| item.plan != plan.slug) else { return Ok(()) };
        self.change_item(organization_id, &superseded.id, |item| item.status = ItemStatus::Abandoned)?;
        self.note_item("subscriptionItem.abandoned", organization_id, &superseded.id)
    }

    fn activate(&mut self, organization_id: &str, plan: &Plan) -> Result<String, Refusal> {
        let now = self.at;
        let item_id = self.reusable_item(organization_id, plan)?;
        self.change_item(organization_id, &item_id, |item| {
            item.status = ItemStatus::Active;
            item.period_start = now;
            item.period_end = (!plan.is_default()).then_some(now + MONTH_MS);
            item.canceled_at = None;
            item.ended_at = None;
        })?;
        Ok(item_id)
    }

    /// The default plan keeps its item for ever; a paid plan has a new one, unless it is queued already.
    fn reusable_item(&mut self, organization_id: &str, plan: &Plan) -> Result<String, Refusal> {
        let now = self.at;
        let items = &mut self.directory.organization_mut(organization_id)?.subscription.items;
        let known = items
            .iter()
            .find(|item| item.plan == plan.slug && (plan.is_default() || item.status == ItemStatus::Upcoming));
        if let Some(item) = known {
            return Ok(item.id.clone());
        }
        let item = new_item(plan, now);
        let id = item.id.clone();
        items.push(item);
        Ok(id)
    }

    /// A payment attempt: created as pending, then settled one way or the other.
    fn charge(
        &mut self,
        organization_id: &str,
        charge_type: &'static str,
        outcome: &'static str,
    ) -> Result<(), Refusal> {
        let mut payment = Payment {
            id: new_id("cpa"),
            charge_id: new_id("cpay"),
            status: "pending",
            charge_type,
            created_at: self.at,
            updated_at: self.at,
        };
        self.note_payment("paymentAttempt.created", organization_id, &payment)?;
        payment.status = outcome;
        payment.updated_at = self.at;
        let subscription = &mut self.directory.organization_mut(organization_id)?.subscription;
        subscription.latest_payment_id = Some(payment.charge_id.clone());
        self.note_payment("paymentAttempt.updated", organization_id, &payment)
    }

    fn live_item(&self, organization_id: &str) -> Result<Item, Refusal> {
        let organization = self.directory.organization(organization_id)?;
        let live = organization.subscription.live_item().cloned();
        live.ok_or_else(|| Refusal::conflict(format!("{organization_id} has no live subscription item")))
    }

    fn change_item(
        &mut self,
        organization_id: &str,
        item_id: &str,
        change: impl FnOnce(&mut Item),
    ) -> Result<(), Refusal> {
        let now = self.at;
        let items = &mut self.directory.organization_mut(organization_id)?.subscription.items;
        let item = items
            .iter_mut()
            .find(|item| item.id == item_id)
            .ok_or_else(|| Refusal::not_found(format!("no subscription item {item_id}")))?;
        change(item);
        item.updated_at = now;
        Ok(())
    }
}
