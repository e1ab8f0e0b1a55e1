//! Plan changes, event by event, and the shapes that carry them.

use serde_json::{Value, json};

use crate::billing::Downgrade;
use crate::change::Change;
use crate::events::Event;
use crate::organizations::Person;
use crate::payloads::Dialect;
use crate::plans::find_plan;
use crate::refusal::Refusal;
use crate::state::Directory;

/// An instance with one organisation, seen change by change.
struct Story {
    directory: Directory,
    organization: String,
    dialect: Dialect,
    creation: Vec<Event>,
}

impl Story {
    fn new(plan: &str) -> Self {
        Self::in_dialect(plan, Dialect::Live)
    }

    fn in_dialect(plan: &str, dialect: Dialect) -> Self {
        let mut change = Change::new(Directory::default(), "ins_1", dialect);
        let owner =
            change.create_user(&Person { email: Some("ada@example.test".into()), ..Person::default() }).unwrap();
        let organization = change.create_organization("Alpha", &owner, find_plan(plan).unwrap()).unwrap();
        Self { directory: change.directory, organization, dialect, creation: change.events }
    }

    fn act(&mut self, act: impl FnOnce(&mut Change, &str) -> Result<(), Refusal>) -> Vec<Event> {
        let mut change = Change::new(self.directory.clone(), "ins_1", self.dialect);
        act(&mut change, &self.organization).unwrap();
        self.directory = change.directory;
        change.events
    }

    fn choose(&mut self, plan: &str, downgrade: Downgrade) -> Vec<Event> {
        let plan = find_plan(plan).unwrap();
        self.act(|change, id| change.change_plan(id, plan, downgrade))
    }
}

/// `subscriptionItem.ended free_org ended`: type, plan and status of what the event is about.
fn told(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| match event.kind.split_once('.') {
            Some(("subscriptionItem", _)) => {
                format!("{} {} {}", event.kind, text(&event.data["plan"]["slug"]), text(&event.data["status"]))
            }
            _ => format!("{} {}", event.kind, text(&event.data["status"])),
        })
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

fn event<'a>(events: &'a [Event], kind: &str) -> &'a Event {
    events.iter().find(|event| event.kind == kind).unwrap()
}

#[test]
fn the_free_item_ends_53_ms_before_the_paid_one_begins() {
    let mut story = Story::new("starter");
    let events = story.choose("pro", Downgrade::AtPeriodEnd);
    assert_eq!(
        told(&events),
        [
            "subscriptionItem.ended free_org ended",
            "subscriptionItem.active pro active",
            "subscription.updated active",
            "paymentAttempt.created pending",
            "paymentAttempt.updated paid",
        ]
    );
    assert_eq!(events[1].at - events[0].at, 53);
    assert_eq!(events[4].data["totals"]["subtotal"]["amount"], 4_900);
}

#[test]
fn a_downgrade_waits_for_the_period_to_end() {
    let mut story = Story::new("pro");
    let free_item = event(&story.creation, "subscriptionItem.active").data["id"].clone();
    let events = story.choose("starter", Downgrade::AtPeriodEnd);
    assert_eq!(
        told(&events),
        [
            "subscriptionItem.canceled pro canceled",
            "subscriptionItem.upcoming free_org upcoming",
            "subscription.updated active",
        ]
    );
    assert_eq!(events[1].data["id"], free_item, "the default plan keeps its item");

    let events = story.act(Change::end_period);
    assert_eq!(
        told(&events),
        ["subscriptionItem.ended pro ended", "subscriptionItem.active free_org active", "subscription.updated active",]
    );
    assert_eq!(events[1].data["period_end"], Value::Null);
}

#[test]
fn a_downgrade_can_happen_at_once() {
    let mut story = Story::new("enterprise");
    let events = story.choose("starter", Downgrade::AtOnce);
    assert_eq!(
        told(&events)[..2],
        ["subscriptionItem.ended enterprise ended", "subscriptionItem.active free_org active"]
    );
}

#[test]
fn a_cancellation_can_be_taken_back() {
    let mut story = Story::new("pro");
    story.choose("starter", Downgrade::AtPeriodEnd);
    let events = story.choose("pro", Downgrade::AtPeriodEnd);
    assert_eq!(
        told(&events),
        [
            "subscriptionItem.abandoned free_org abandoned",
            "subscriptionItem.active pro active",
            "subscription.updated active",
        ]
    );
}

#[test]
fn an_upgrade_supersedes_a_queued_downgrade() {
    let mut story = Story::new("pro");
    story.choose("starter", Downgrade::AtPeriodEnd);
    let events = story.choose("enterprise", Downgrade::AtPeriodEnd);
    assert_eq!(
        told(&events)[..3],
        [
            "subscriptionItem.abandoned free_org abandoned",
            "subscriptionItem.ended pro ended",
            "subscriptionItem.active enterprise active",
        ]
    );
}

#[test]
fn a_renewal_moves_the_period() {
    let mut story = Story::new("pro");
    let before = event(&story.creation, "subscription.updated").data["items"][1]["period_end"].clone();
    let events = story.act(Change::end_period);
    let renewed = event(&events, "subscriptionItem.updated");
    assert_eq!(renewed.data["period_start"], before);
    assert_eq!(event(&events, "paymentAttempt.updated").data["charge_type"], "recurring");
}

#[test]
fn a_failed_renewal_makes_past_due_until_it_is_paid() {
    let mut story = Story::new("pro");
    let events = story.act(Change::fail_payment);
    assert_eq!(
        told(&events),
        [
            "paymentAttempt.created pending",
            "paymentAttempt.updated failed",
            "subscriptionItem.pastDue pro past_due",
            "subscription.pastDue past_due",
        ]
    );
    assert_eq!(events[1].data["failed_reason"]["code"], "card_declined");
    let events = story.act(Change::settle_payment);
    assert_eq!(told(&events)[2..], ["subscriptionItem.active pro active", "subscription.active active"]);
}

#[test]
fn giving_up_a_past_due_plan_happens_at_once() {
    let mut story = Story::new("pro");
    story.act(Change::fail_payment);
    let events = story.choose("starter", Downgrade::AtPeriodEnd);
    assert_eq!(
        told(&events),
        [
            "subscriptionItem.ended pro ended",
            "subscriptionItem.active free_org active",
            "subscription.updated past_due",
            "subscription.active active",
        ]
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let story = Story::new("starter");
    let refused = |act: &dyn Fn(&mut Change, &str) -> Result<(), Refusal>| {
        let mut change = Change::new(story.directory.clone(), "ins_1", Dialect::Live);
        act(&mut change, &story.organization).unwrap_err().status.as_u16()
    };
    assert_eq!(refused(&Change::end_period), 409);
    assert_eq!(refused(&Change::fail_payment), 409);
    assert_eq!(refused(&Change::settle_payment), 409);
    assert_eq!(refused(&|change, id| change.change_plan(id, find_plan("free")?, Downgrade::AtOnce)), 409);
    assert_eq!(refused(&|change, _| change.end_period("org_unknown")), 404);
}

#[test]
fn time_goes_forward_over_all_changes() {
    let mut story = Story::new("starter");
    let mut events = story.creation.clone();
    for plan in ["pro", "enterprise", "starter", "pro"] {
        events.extend(story.choose(plan, Downgrade::AtOnce));
    }
    assert!(events.windows(2).all(|pair| pair[0].at < pair[1].at));
}

#[test]
fn an_item_alone_names_its_payer_and_a_nested_one_does_not() {
    let story = Story::new("pro");
    let alone = &event(&story.creation, "subscriptionItem.ended").data;
    assert_eq!(alone["object"], "subscription_item");
    assert_eq!(alone["payer"]["organization_id"], story.organization);
    assert_eq!(alone["payer"]["user_id"], "");
    assert_eq!(alone["payer"]["email"], "ada@example.test");
    assert_eq!(alone["interval"], "month");

    let container = &event(&story.creation, "subscription.updated").data;
    assert_eq!(container["object"], "commerce_subscription");
    assert_eq!(container["id"], alone["subscription_id"]);
    assert_eq!(container["payer_id"], container["payer"]["id"]);
    for nested in container["items"].as_array().unwrap() {
        assert_eq!(nested["payer"], Value::Null);
        assert_eq!(nested["subscription_id"], Value::Null);
        assert!(nested["plan"]["slug"].is_string());
    }
}

#[test]
fn a_container_is_active_with_the_free_item_alone() {
    let story = Story::new("starter");
    let container = &event(&story.creation, "subscription.created").data;
    assert_eq!(container["status"], "active");
    assert_eq!(container["items"].as_array().unwrap().len(), 1);
    assert_eq!(container["items"][0]["plan"]["slug"], "free_org");
    assert_eq!(container["latest_payment_id"], Value::Null);
}

#[test]
fn the_other_dialects_use_the_other_names() {
    let spec = Story::in_dialect("pro", Dialect::Spec);
    let item = &event(&spec.creation, "subscriptionItem.active").data;
    assert_eq!(item["object"], "commerce_subscription_item");
    let container = &event(&spec.creation, "subscription.updated").data;
    assert!(container["items"][0].get("payer").is_none());
    let payment = &event(&spec.creation, "paymentAttempt.updated").data;
    assert!(payment["payer"].get("organization_id").is_none());

    let sdk = Story::in_dialect("pro", Dialect::Sdk);
    let container = &event(&sdk.creation, "subscription.updated").data;
    assert_eq!(container["subscription_items"][0]["plan_period"], "month");
    assert!(container.get("items").is_none());
}

#[test]
fn organisation_and_membership_have_the_documented_fields() {
    let story = Story::new("starter");
    let organization = &event(&story.creation, "organization.created").data;
    for field in [
        "object",
        "id",
        "name",
        "slug",
        "has_image",
        "max_allowed_memberships",
        "admin_delete_enabled",
        "public_metadata",
        "created_at",
        "updated_at",
    ] {
        assert!(organization.get(field).is_some(), "{field} is missing");
    }
    let membership = &event(&story.creation, "organizationMembership.created").data;
    assert_eq!(membership["role"], "org:admin");
    assert_eq!(membership["role_name"], "Admin");
    assert_eq!(membership["organization"]["id"], story.organization);
    assert_eq!(membership["public_user_data"]["identifier"], "ada@example.test");
}

#[test]
fn a_deleted_organisation_is_named_and_nothing_more() {
    let mut story = Story::new("pro");
    let events = story.act(Change::delete_organization);
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0].data,
        json!({ "object": "organization", "id": story.organization, "slug": "alpha", "deleted": true })
    );
    assert!(story.directory.organizations.is_empty());
}
