use super::*;

/// 2026-01-15.
const NOW: i64 = 1_768_435_200;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

/// An item written as `slug status`, with `+` or `-` for a period that ends in a day or ended yesterday.
fn item(text: &str) -> SubscriptionItem {
    let mut words = text.split(' ');
    let (slug, status, end) = (words.next().unwrap(), words.next().unwrap(), words.next());
    SubscriptionItem {
        id: format!("csub_item_{slug}"),
        status: serde_json::from_value(status.into()).unwrap(),
        plan_id: Some(format!("cplan_{slug}")),
        plan_slug: (slug != "null").then(|| slug.to_owned()),
        amount: None,
        currency: None,
        interval: None,
        is_free_trial: false,
        period_start: None,
        period_end: end.map(|end| if end == "+" { at(NOW + 86_400) } else { at(NOW - 86_400) }),
        created_at: None,
        updated_at: None,
    }
}

fn decide_all(items: &[&str], view: View) -> Entitlement {
    let items: Vec<_> = items.iter().map(|text| item(text)).collect();
    decide(&items, view, at(NOW))
}

#[test]
fn the_highest_live_plan_counts() {
    use SubscriptionTier::{Enterprise, Professional, Starter};
    let cases: &[(&[&str], SubscriptionTier, &str, bool)] = &[
        (&["free_org active"], Starter, "free_org", false),
        (&["free_user active"], Starter, "free_user", false),
        (&["starter active"], Starter, "starter", false),
        (&["pro active"], Professional, "pro", false),
        (&["professional active +"], Professional, "professional", false),
        (&["Pro active"], Professional, "Pro", false),
        (&["enterprise active"], Enterprise, "enterprise", false),
        (&["free_org active", "pro active"], Professional, "pro", false),
        (&["pro active", "enterprise active", "free_org active"], Enterprise, "enterprise", false),
        // A change of plan: the old item ends, the new one is active.
        (&["free_org ended", "pro active"], Professional, "pro", false),
        (&["pro ended", "enterprise active"], Enterprise, "enterprise", false),
        (&["pro ended", "free_org active"], Starter, "free_org", false),
        // A cancelled plan counts until its period ends.
        (&["pro canceled +", "free_org upcoming"], Professional, "pro", false),
        (&["pro canceled", "free_org upcoming"], Professional, "pro", false),
        (&["pro canceled -", "free_org active"], Starter, "free_org", false),
        (&["enterprise canceled +", "pro upcoming"], Enterprise, "enterprise", false),
        // An unpaid renewal keeps the plan and sets the flag.
        (&["pro past_due"], Professional, "pro", true),
        (&["free_org active", "pro past_due"], Professional, "pro", true),
        // These never count.
        (&["free_org active", "pro upcoming"], Starter, "free_org", false),
        (&["free_org active", "pro incomplete"], Starter, "free_org", false),
        (&["free_org active", "pro abandoned"], Starter, "free_org", false),
        (&["free_org active", "pro expired"], Starter, "free_org", false),
        // An unknown plan that is not live does not matter.
        (&["pro active", "gold ended", "null upcoming"], Professional, "pro", false),
    ];
    for (items, tier, slug, past_due) in cases {
        let expected = Entitlement::Granted { tier: *tier, plan_slug: Some((*slug).to_owned()), past_due: *past_due };
        for view in [View::Snapshot, View::Folded] {
            assert_eq!(decide_all(items, view), expected, "{items:?}");
            let reversed: Vec<_> = items.iter().rev().copied().collect();
            assert_eq!(decide_all(&reversed, view), expected, "{reversed:?}");
        }
    }
}

#[test]
fn what_cannot_be_read_keeps_what_is_stored() {
    let unknown_plan = || Undecided::UnknownPlan { slug: "gold".to_owned() };
    let cases: &[(&[&str], Undecided, bool)] = &[
        (&[], Undecided::NoItems, false),
        (&["gold active"], unknown_plan(), true),
        (&["free_org active", "gold active"], unknown_plan(), true),
        (&["enterprise active", "gold past_due"], unknown_plan(), true),
        (&["gold canceled +"], unknown_plan(), true),
        (&["null active"], Undecided::MissingPlan { item_id: "csub_item_null".to_owned() }, true),
        (&["pro resting", "free_org active"], Undecided::UnknownStatus { status: "resting".to_owned() }, true),
    ];
    for (items, undecided, needs_operator) in cases {
        for view in [View::Snapshot, View::Folded] {
            assert_eq!(decide_all(items, view), Entitlement::KeepStored(undecided.clone()), "{items:?}");
        }
        assert_eq!(undecided.needs_operator(), *needs_operator);
    }
}

#[test]
fn without_a_live_item_only_a_complete_list_ends_the_plan() {
    for items in [&["pro ended"][..], &["free_org ended", "pro ended"], &["pro canceled -", "free_org upcoming"]] {
        let starter = Entitlement::Granted { tier: SubscriptionTier::Starter, plan_slug: None, past_due: false };
        assert_eq!(decide_all(items, View::Snapshot), starter, "{items:?}");
        assert_eq!(decide_all(items, View::Folded), Entitlement::KeepStored(Undecided::NoLiveItem), "{items:?}");
    }
}

#[test]
fn a_cancelled_plan_ends_with_the_second_in_which_its_period_ends() {
    let mut pro = item("pro canceled");
    for (end, live) in [(NOW + 1, true), (NOW, false), (NOW - 1, false)] {
        pro.period_end = Some(at(end));
        let granted = decide(&[pro.clone(), item("free_org active")], View::Snapshot, at(NOW));
        let professional = matches!(granted, Entitlement::Granted { tier: SubscriptionTier::Professional, .. });
        assert_eq!(professional, live, "{end}");
    }
}
