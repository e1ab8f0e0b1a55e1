use serde_json::json;

use super::*;
use crate::clerk::{ItemStatus, PaymentStatus};

fn event(kind: &str, data: &Value) -> Result<Event, EventError> {
    let body = json!({
        "object": "event", "type": kind, "instance_id": "ins_x", "timestamp": 1_767_225_600_000_i64,
        "event_attributes": { "http_request": { "client_ip": "", "user_agent": "" } }, "data": data,
    });
    Event::parse(body.to_string().as_bytes())
}

fn data(kind: &str, data: &Value) -> ClerkEvent {
    event(kind, data).unwrap().data
}

fn at(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

fn organization() -> Value {
    json!({
        "object": "organization", "id": "org_a", "name": "Alpha", "slug": "alpha", "image_url": "https://img.example/x",
        "has_image": false, "members_count": 1, "max_allowed_memberships": 5, "admin_delete_enabled": true,
        "public_metadata": { "plan": "pro" }, "private_metadata": {}, "created_by": "user_1", "role_set_key": null,
        "created_at": 1_767_225_600_000_i64, "updated_at": 1_767_225_601_000_i64,
    })
}

fn item() -> Value {
    json!({
        "object": "subscription_item", "id": "csub_item_1", "status": "active", "is_free_trial": false,
        "created_at": 1_767_225_600_000_i64, "updated_at": 1_767_225_604_000_i64,
        "period_start": 1_767_225_600_000_i64, "period_end": 1_769_904_000_000_i64, "interval": "month",
        "plan_id": "cplan_pro",
        "plan": { "id": "cplan_pro", "slug": "pro", "name": "Pro", "amount": 4900, "currency": "USD" },
        "payer": { "id": "cpayer_1", "user_id": "", "organization_id": "org_a", "organization_name": "Alpha" },
        "subscription_id": "csub_1", "seats": { "quantity": null },
    })
}

#[test]
fn the_envelope_is_read_in_seconds_and_in_milliseconds() {
    for timestamp in [1_767_225_600_i64, 1_767_225_600_000] {
        let body = json!({ "type": "session.created", "instance_id": "ins_x", "timestamp": timestamp, "data": {} });
        let event = Event::parse(body.to_string().as_bytes()).unwrap();
        assert_eq!((event.kind.as_str(), event.instance_id.as_deref()), ("session.created", Some("ins_x")));
        assert_eq!((event.occurred_at, event.data), (at(1_767_225_600), ClerkEvent::Ignored));
    }
    let bare = Event::parse(br#"{"type":"x"}"#).unwrap();
    assert_eq!((bare.instance_id, bare.occurred_at, bare.data), (None, None, ClerkEvent::Ignored));
}

#[test]
fn no_text_has_what_postgres_cannot_store() {
    let user = json!({ "id": "user_\0", "first_name": "A\0B", "email_addresses": [] });
    let ClerkEvent::UserUpserted(user) = data("user.created", &user) else { panic!("no user") };
    assert_eq!((user.id.as_str(), user.first_name.as_deref()), ("user_\u{FFFD}", Some("A\u{FFFD}B")));
    assert_eq!(event("a\0", &json!({})).unwrap().kind, "a\u{FFFD}");
    let item = json!({ "id": "csub_item_1", "status": "\0" });
    let ClerkEvent::SubscriptionItem(changed) = data("subscriptionItem.updated", &item) else { panic!("no item") };
    assert_eq!(changed.item.status, ItemStatus::Unknown("\u{FFFD}".to_owned()));
}

#[test]
fn types_that_we_do_not_act_on_are_ignored_whatever_they_hold() {
    for kind in
        ["organizationInvitation.created", "email.created", "role.updated", "subscriptions.created", "subscription", ""]
    {
        assert_eq!(data(kind, &json!([1])), ClerkEvent::Ignored, "{kind}");
    }
}

#[test]
fn an_organization_is_read() {
    for kind in ["organization.created", "organization.updated"] {
        let ClerkEvent::OrganizationUpserted(read) = data(kind, &organization()) else { panic!("{kind}") };
        assert_eq!((read.id.as_str(), read.name.as_str(), read.slug.as_str()), ("org_a", "Alpha", "alpha"));
        assert_eq!((read.plan.as_deref(), read.created_by.as_deref()), (Some("pro"), Some("user_1")));
        assert_eq!((read.created_at, read.updated_at), (at(1_767_225_600), at(1_767_225_601)));
    }
}

#[test]
fn an_organization_without_a_slug_uses_its_id() {
    let sparse =
        json!({ "id": "org_a", "name": "Alpha", "slug": null, "public_metadata": null, "logo_url": "https://l" });
    let ClerkEvent::OrganizationUpserted(read) = data("organization.created", &sparse) else { panic!() };
    assert_eq!((read.name.as_str(), read.slug.as_str(), read.plan), ("Alpha", "org_a", None));
    assert_eq!(read.image_url.as_deref(), Some("https://l"));

    let both =
        json!({ "id": "org_a", "image_url": "https://i", "logo_url": "https://l", "public_metadata": { "plan": 3 } });
    let ClerkEvent::OrganizationUpserted(read) = data("organization.created", &both) else { panic!() };
    assert_eq!((read.name.as_str(), read.image_url.as_deref(), read.plan), ("org_a", Some("https://i"), None));
}

#[test]
fn deletions_carry_little_more_than_the_id() {
    let organization = json!({ "object": "organization", "id": "org_a", "slug": "alpha", "deleted": true });
    assert_eq!(
        data("organization.deleted", &organization),
        ClerkEvent::OrganizationDeleted { organization_id: "org_a".to_owned() }
    );
    let user = json!({ "object": "user", "id": "user_1", "deleted": true, "external_id": null });
    assert_eq!(data("user.deleted", &user), ClerkEvent::UserDeleted { user_id: "user_1".to_owned() });
}

#[test]
fn a_membership_brings_its_organization_and_user() {
    let membership = json!({
        "object": "organization_membership", "id": "orgmem_1", "role": "org:admin", "permissions": [],
        "organization": organization(),
        "public_user_data": { "user_id": "user_1", "first_name": "Ada", "last_name": null,
                              "identifier": "ada@example.test", "image_url": "https://img.example/x", "has_image": false },
        "created_at": 1_767_225_600_000_i64, "updated_at": 1_767_225_600_000_i64,
    });
    let ClerkEvent::MembershipUpserted(read) = data("organizationMembership.created", &membership) else { panic!() };
    assert!(read.is_admin());
    assert_eq!((read.organization.id.as_str(), read.organization.name.as_str()), ("org_a", "Alpha"));
    let user = read.user.as_ref().unwrap();
    assert_eq!(
        (user.user_id.as_str(), user.first_name.as_deref(), user.last_name.as_deref()),
        ("user_1", Some("Ada"), None)
    );
    assert!(!format!("{read:?}").contains("ada@"));

    assert_eq!(data("organizationMembership.updated", &membership), ClerkEvent::MembershipUpserted(read.clone()));
    assert_eq!(data("organizationMembership.deleted", &membership), ClerkEvent::MembershipDeleted(read));
}

#[test]
fn roles_get_their_prefix_and_a_membership_may_lack_its_user() {
    for (wire, role, admin) in [
        ("org:admin", "org:admin", true),
        ("admin", "org:admin", true),
        ("basic_member", "org:member", false),
        ("org:member", "org:member", false),
        ("org:billing", "org:billing", false),
        ("org:administrator", "org:administrator", false),
    ] {
        let membership = json!({ "role": wire, "organization": { "id": "org_a" }, "public_user_data": null });
        let ClerkEvent::MembershipUpserted(read) = data("organizationMembership.updated", &membership) else {
            panic!()
        };
        assert_eq!((read.role.as_str(), read.is_admin(), read.user, read.id), (role, admin, None, None));
    }
}

#[test]
fn the_primary_address_of_a_user_is_the_one_that_is_named_primary() {
    let mut user = json!({
        "id": "user_1", "first_name": "Ada", "last_name": "", "image_url": "https://img.example/x",
        "primary_email_address_id": "idn_2", "unsafe_metadata": { "plan": "enterprise" },
        "email_addresses": [
            { "id": "idn_1", "object": "email_address", "email_address": "old@example.test", "verification": null },
            { "id": "idn_2", "object": "email_address", "email_address": "ada@example.test", "linked_to": [] },
        ],
        "created_at": 1_767_225_600_000_i64, "updated_at": 1_767_225_600_000_i64,
    });
    for kind in ["user.created", "user.updated"] {
        let ClerkEvent::UserUpserted(read) = data(kind, &user) else { panic!("{kind}") };
        assert_eq!(
            (read.email.as_deref(), read.first_name.as_deref(), read.last_name),
            (Some("ada@example.test"), Some("Ada"), None)
        );
    }

    for (primary, addresses) in [
        (json!(null), json!([{ "email_address": "x@example.test" }])),
        (json!("idn_9"), json!([])),
        (json!("idn_9"), json!(null)),
    ] {
        user["primary_email_address_id"] = primary;
        user["email_addresses"] = addresses;
        let ClerkEvent::UserUpserted(read) = data("user.updated", &user) else { panic!() };
        assert_eq!((read.id.as_str(), read.email), ("user_1", None));
    }
}

#[test]
fn every_type_of_item_event_is_read_by_the_item_it_holds() {
    for trigger in [
        "abandoned",
        "active",
        "canceled",
        "ended",
        "freeTrialEnding",
        "incomplete",
        "pastDue",
        "upcoming",
        "updated",
        "created",
    ] {
        let ClerkEvent::SubscriptionItem(read) = data(&format!("subscriptionItem.{trigger}"), &item()) else {
            panic!("{trigger}")
        };
        let payer = read.payer.unwrap();
        assert_eq!(
            (payer.organization_id.as_deref(), payer.user_id, payer.id.as_deref()),
            (Some("org_a"), None, Some("cpayer_1"))
        );
        assert_eq!(read.subscription_id.as_deref(), Some("csub_1"));
        assert_eq!(
            (read.item.status, read.item.plan_slug.as_deref(), read.item.amount),
            (ItemStatus::Active, Some("pro"), Some(4900))
        );
        assert_eq!((read.item.interval.as_deref(), read.item.period_end), (Some("month"), at(1_769_904_000)));
    }
}

#[test]
fn an_item_for_a_user_names_no_organization_and_a_plan_may_be_null() {
    let mut item = item();
    item["payer"] = json!({ "id": "cpayer_2", "user_id": "user_1", "organization_id": "" });
    item["plan"] = json!(null);
    item["period_end"] = json!(null);
    item.as_object_mut().unwrap().remove("interval");
    item["plan_period"] = json!("annual");
    let ClerkEvent::SubscriptionItem(read) = data("subscriptionItem.active", &item) else { panic!() };
    assert_eq!(read.payer.map(|payer| (payer.organization_id, payer.user_id)), Some((None, Some("user_1".to_owned()))));
    assert_eq!((read.item.plan_slug, read.item.plan_id.as_deref()), (None, Some("cplan_pro")));
    assert_eq!((read.item.interval.as_deref(), read.item.period_end), (Some("annual"), None));
}

#[test]
fn statuses_are_read_as_the_wire_spells_them() {
    for (wire, status) in [
        ("abandoned", ItemStatus::Abandoned),
        ("active", ItemStatus::Active),
        ("canceled", ItemStatus::Canceled),
        ("ended", ItemStatus::Ended),
        ("incomplete", ItemStatus::Incomplete),
        ("past_due", ItemStatus::PastDue),
        ("upcoming", ItemStatus::Upcoming),
        ("expired", ItemStatus::Expired),
        ("pastDue", ItemStatus::Unknown("pastDue".to_owned())),
    ] {
        let mut item = item();
        item["status"] = json!(wire);
        let ClerkEvent::SubscriptionItem(read) = data("subscriptionItem.updated", &item) else { panic!() };
        assert_eq!(read.item.status, status);
        assert_eq!(serde_json::to_value(&status).unwrap(), json!(wire));
    }
}

#[test]
fn a_subscription_is_read_from_webhooks_and_from_the_backend_api() {
    let mut nested = item();
    nested["payer"] = json!(null);
    nested["subscription_id"] = json!(null);
    let payer = item()["payer"].clone();
    for items in ["items", "subscription_items"] {
        let subscription = json!({
            "object": "commerce_subscription", "id": "csub_1", "status": "active", "payer_id": "cpayer_1", "payer": payer,
            "created_at": 1_767_225_600_000_i64, "updated_at": 1_767_225_604_000_i64, "past_due_at": null, items: [nested],
        });
        let read = Subscription::parse(subscription.to_string().as_bytes()).unwrap();
        assert_eq!(read.payer.as_ref().and_then(|payer| payer.organization_id.as_deref()), Some("org_a"));
        assert_eq!((read.items.len(), read.items[0].plan_slug.as_deref()), (1, Some("pro")));
        for trigger in ["created", "updated", "active", "pastDue"] {
            assert_eq!(data(&format!("subscription.{trigger}"), &subscription), ClerkEvent::Subscription(read.clone()));
        }
    }
    for empty in [json!({ "id": "csub_1" }), json!({ "id": "csub_1", "items": null, "payer": null })] {
        assert_eq!(Subscription::parse(empty.to_string().as_bytes()).unwrap().items, []);
    }
}

#[test]
fn a_payment_is_read_in_minor_units() {
    let mut payment = json!({
        "id": "cpa_1", "status": "paid", "payment_id": "p", "billing_date": 1_767_225_600_000_i64,
        "paid_at": 1_767_225_602_000_i64, "failed_at": null, "failed_reason": null, "charge_type": "recurring",
        "payer": { "id": "cpayer_1", "email": "a@example.test" },
        "totals": { "subtotal": { "amount": 4900, "amount_formatted": "49.00", "currency": "USD", "currency_symbol": "$" },
                    "tax_total": { "amount": 100, "currency": "USD" }, "grand_total": { "amount": 5000, "currency": "USD" } },
        "subscription_items": [{ "plan_period": "month", "plan": { "slug": "pro" } }],
        "created_at": 1_767_225_600_000_i64, "updated_at": 1_767_225_602_000_i64,
    });
    let ClerkEvent::PaymentAttempt(read) = data("paymentAttempt.updated", &payment) else { panic!() };
    assert_eq!((read.id.as_str(), read.status), ("cpa_1", PaymentStatus::Paid));
    assert_eq!(
        (read.subtotal_minor, read.total_minor, read.currency.as_deref()),
        (Some(4900), Some(5000), Some("USD"))
    );
    assert_eq!((read.paid_at, read.failed_at, read.is_annual), (at(1_767_225_602), None, false));
    assert_eq!(read.payer.map(|payer| (payer.id, payer.organization_id)), Some((Some("cpayer_1".to_owned()), None)));

    payment["totals"] = json!(null);
    payment["charge_type"] = json!(null);
    payment["type"] = json!("checkout");
    payment["subscription_items"] = json!([{ "plan_period": null }, { "plan_period": "annual" }]);
    let ClerkEvent::PaymentAttempt(read) = data("paymentAttempt.created", &payment) else { panic!() };
    assert_eq!((read.subtotal_minor, read.charge_type.as_deref(), read.is_annual), (None, Some("checkout"), true));
}

#[test]
fn an_event_that_cannot_be_read_names_the_field_and_quotes_nothing() {
    let mut broken_items = json!({ "id": "csub_1", "items": [item(), item()] });
    broken_items["items"][1]["id"] = json!(7);
    let cases = [
        ("organization.created", json!({ "name": "secret" }), "data"),
        ("organization.created", json!({ "id": "  " }), "data.id"),
        ("organization.deleted", json!({ "deleted": true }), "data"),
        ("organization.updated", json!({ "id": "org_a", "public_metadata": "secret" }), "data.public_metadata"),
        (
            "organizationMembership.created",
            json!({ "role": "x", "organization": { "id": "" } }),
            "data.organization.id",
        ),
        ("user.created", json!({ "id": "user_1", "email_addresses": "secret" }), "data.email_addresses"),
        ("subscription.updated", broken_items, "data.items[1].id"),
        ("subscriptionItem.active", json!({ "id": "i", "status": null }), "data.status"),
        ("paymentAttempt.created", json!("secret"), "data"),
    ];
    for (kind, payload, path) in cases {
        let error = event(kind, &payload).unwrap_err();
        assert_eq!(error.path(), path, "{kind}");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
    for body in ["", "{", "[]", "null", r#"{"data":{}}"#, r#"{"type":7}"#] {
        assert!(Event::parse(body.as_bytes()).is_err(), "{body}");
    }
    assert!(Event::parse(b"{\"type\":\"\xff\"}").is_err());
}
