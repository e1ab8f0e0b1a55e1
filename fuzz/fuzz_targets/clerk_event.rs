//! Webhooks of Clerk: the signature by Svix, the envelope, and each event. Input: the body.
#![no_main]

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use ring::hmac;
use shared::clerk::{
    ClerkEvent, Event, ItemStatus, Subscription, SubscriptionItem, Verifier, View, decide, tier_of_plan,
};
use switchboard_fuzz::{CLERK_SECRET, assert_storable};

static VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new(&CLERK_SECRET.into(), None).expect("the secret is base64"));
static STRANGER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new(&"whsec_YW5vdGhlciBzZWNyZXQ=".into(), None).expect("the secret is base64"));

fuzz_target!(|data: &[u8]| {
    only_what_was_signed_is_accepted(data);
    let event = Event::parse(data);
    let verified = VERIFIER.verify(&headers(data, now()), data, now()).expect("Clerk's own signature");
    assert_eq!(verified.parse(), event);
    if let Ok(event) = &event {
        can_be_stored(event);
        assert_eq!(matches!(event.data, ClerkEvent::Ignored), is_of_no_interest(&event.kind), "{}", event.kind);
    }
    if let Ok(subscription) = Subscription::parse(data) {
        items_are_weighed(&subscription.items);
    }
});

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_768_501_800, 0).expect("a time")
}

fn headers(body: &[u8], at: DateTime<Utc>) -> HeaderMap {
    let secret = STANDARD.decode(CLERK_SECRET.trim_start_matches("whsec_")).expect("base64");
    let signed = [b"msg_1.", at.timestamp().to_string().as_bytes(), b".", body].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), &signed);
    let mut headers = HeaderMap::new();
    headers.insert("svix-id", HeaderValue::from_static("msg_1"));
    headers.insert("svix-timestamp", at.timestamp().into());
    let signature = format!("v1,{}", STANDARD.encode(tag.as_ref()));
    headers.insert("svix-signature", signature.parse().expect("base64"));
    headers
}

fn only_what_was_signed_is_accepted(body: &[u8]) {
    let headers = headers(body, now());
    assert!(VERIFIER.verify(&headers, body, now()).is_ok());
    assert!(STRANGER.verify(&headers, body, now()).is_err(), "another secret");
    for minutes in [-6, 6] {
        assert!(VERIFIER.verify(&headers, body, now() + TimeDelta::minutes(minutes)).is_err(), "out of time");
    }
    let mut changed = body.to_vec();
    changed.push(b' ');
    assert!(VERIFIER.verify(&headers, &changed, now()).is_err(), "a longer body");
    changed.pop();
    if let Some(byte) = changed.get_mut(body.len() / 2) {
        *byte ^= 1;
        assert!(VERIFIER.verify(&headers, &changed, now()).is_err(), "a changed body");
    }
    for missing in ["svix-id", "svix-timestamp", "svix-signature"] {
        let mut headers = headers.clone();
        headers.remove(missing);
        assert!(VERIFIER.verify(&headers, body, now()).is_err(), "{missing}");
    }
}

fn is_of_no_interest(kind: &str) -> bool {
    let known = ["user", "organization", "organizationMembership"]
        .iter()
        .any(|what| ["created", "updated", "deleted"].iter().any(|how| kind == format!("{what}.{how}")));
    let billing = ["subscription.", "subscriptionItem.", "paymentAttempt."].iter().any(|what| kind.starts_with(what));
    !known && !billing
}

fn can_be_stored(event: &Event) {
    assert_storable("the kind", &event.kind);
    // What `Debug` leaves out is personal; it is looked at below.
    assert_storable("the event", &format!("{:?}", event.data).replace("\\0", "\0"));
    match &event.data {
        ClerkEvent::UserUpserted(user) => {
            assert!(!user.id.trim().is_empty());
            texts([&user.email, &user.first_name, &user.last_name, &user.image_url]);
        }
        ClerkEvent::OrganizationUpserted(organization) => {
            assert!(
                !organization.id.trim().is_empty() && !organization.name.is_empty() && !organization.slug.is_empty()
            );
        }
        ClerkEvent::MembershipUpserted(membership) | ClerkEvent::MembershipDeleted(membership) => {
            assert!(membership.role.starts_with("org:"));
            if let Some(user) = &membership.user {
                assert!(!user.user_id.trim().is_empty());
                texts([&user.first_name, &user.last_name, &user.identifier, &user.image_url]);
            }
        }
        ClerkEvent::Subscription(subscription) => items_are_weighed(&subscription.items),
        ClerkEvent::SubscriptionItem(changed) => items_are_weighed(std::slice::from_ref(&changed.item)),
        ClerkEvent::PaymentAttempt(payment) => assert!(!payment.id.trim().is_empty()),
        ClerkEvent::UserDeleted { user_id: id } | ClerkEvent::OrganizationDeleted { organization_id: id } => {
            assert!(!id.trim().is_empty());
        }
        ClerkEvent::Ignored => {}
    }
}

fn texts(texts: [&Option<String>; 4]) {
    for text in texts.into_iter().flatten() {
        assert!(!text.trim().is_empty(), "a blank text is none");
        assert_storable("a text", text);
    }
}

fn items_are_weighed(items: &[SubscriptionItem]) {
    for item in items {
        assert!(!item.id.trim().is_empty());
        let word = item.status.as_str().to_owned();
        assert_eq!(ItemStatus::from(word), item.status, "a stored status reads back");
        if let Some(slug) = &item.plan_slug {
            let _ = tier_of_plan(slug);
        }
    }
    for view in [View::Snapshot, View::Folded] {
        let _ = decide(items, view, now());
    }
}
