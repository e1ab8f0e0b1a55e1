//! Subscriptions that were read at different moments, stored in whatever order, among events that are newer or older.
//! Through the database alone, because two readers have to overtake each other.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::json;
use shared::{
    actions::entitlement::{self, ReadBack, Snapshot},
    clerk::{Subscription, SubscriptionItem},
    clock,
    config::{BusinessConfig, Environment},
    db::{
        self, Pool,
        workspaces::{self, OrganizationFacts},
    },
    domain::WorkspaceId,
    testing::TestDatabase,
};

/// An item: its name, plan, state, and the second of its last change.
type Item = (&'static str, &'static str, &'static str, i64);

struct World {
    pool: Pool,
    business: BusinessConfig,
    begun: DateTime<Utc>,
}

impl World {
    async fn new() -> Self {
        let business = BusinessConfig::from_env(&Environment::for_testing(&[("BUSINESS_CONFIG", "{}")])).unwrap();
        let pool = TestDatabase::create().await.app_pool(2);
        Self { pool, business, begun: clock::now() - TimeDelta::minutes(5) }
    }

    fn at(&self, second: i64) -> DateTime<Utc> {
        self.begun + TimeDelta::seconds(second)
    }

    fn subscription(&self, org: &str, items: &[Item]) -> Subscription {
        let item = |(id, slug, status, second): &Item| {
            json!({ "id": format!("csub_item_{org}_{id}"), "status": status, "plan": { "slug": slug },
                "updated_at": self.at(*second).timestamp_millis() })
        };
        let items: Vec<_> = items.iter().map(item).collect();
        let body = json!({ "id": format!("csub_{org}"), "subscription_items": items });
        Subscription::parse(body.to_string().as_bytes()).unwrap()
    }

    fn items(&self, org: &str, items: &[Item]) -> Vec<SubscriptionItem> {
        self.subscription(org, items).items
    }

    fn snapshot(&self, org: &str, items: &[Item]) -> ReadBack {
        let subscription = self.subscription(org, items);
        ReadBack::Answered(Some(Snapshot { subscription, asked_at: clock::now() }))
    }

    /// What `receive-clerk-event` does with an event, and the plan afterwards.
    async fn take(&self, org: &str, event: &[SubscriptionItem], read: &ReadBack) -> String {
        let mut connection = self.pool.get().await.unwrap();
        let transaction = db::system_transaction(&mut connection).await.unwrap();
        let mention = OrganizationFacts { clerk_id: org, name: None, slug: None, updated_at: None };
        let id: WorkspaceId = workspaces::upsert(&transaction, &mention).await.unwrap();
        entitlement::store_items(&transaction, id, event, clock::now()).await.unwrap();
        entitlement::recompute(&transaction, &self.business, id, read, clock::now()).await.unwrap();
        let workspace = workspaces::lock(&transaction, id).await.unwrap();
        transaction.commit().await.unwrap();
        let past_due = if workspace.past_due { " past due" } else { "" };
        format!("{}{past_due}", workspace.tier)
    }
}

const PRO: Item = ("pro", "pro", "active", 20);
const PRO_ENDED: Item = ("pro", "pro", "ended", 50);
const BIG: Item = ("big", "enterprise", "active", 51);
const FREE: Item = ("free", "free_org", "active", 51);

#[tokio::test]
async fn a_subscription_that_was_read_earlier_does_not_replace_one_that_was_stored_already() {
    let world = World::new().await;
    let earlier = world.snapshot("org_a", &[PRO]);
    let later = world.snapshot("org_a", &[PRO_ENDED, BIG]);
    assert_eq!(world.take("org_a", &[], &later).await, "enterprise");
    assert_eq!(world.take("org_a", &world.items("org_a", &[PRO_ENDED]), &earlier).await, "enterprise");
    assert_eq!(world.take("org_a", &world.items("org_a", &[PRO]), &earlier).await, "enterprise");

    // Downwards it is the same.
    let earlier = world.snapshot("org_b", &[PRO]);
    let later = world.snapshot("org_b", &[FREE]);
    assert_eq!(world.take("org_b", &[], &earlier).await, "professional");
    assert_eq!(world.take("org_b", &[], &later).await, "starter", "the item that Clerk has no more is over");
    assert_eq!(world.take("org_b", &[], &earlier).await, "starter");
    assert_eq!(world.take("org_b", &world.items("org_b", &[PRO]), &ReadBack::Failed).await, "starter");
    assert_eq!(
        world.take("org_b", &world.items("org_b", &[("old", "enterprise", "active", 30)]), &ReadBack::Failed).await,
        "starter",
        "an item that was over before we heard of it"
    );
}

#[tokio::test]
async fn a_subscription_that_does_not_know_the_event_yet_takes_nothing_away() {
    let world = World::new().await;
    let before = world.snapshot("org_a", &[PRO]);
    assert_eq!(world.take("org_a", &[], &before).await, "professional");
    let ended = world.items("org_a", &[PRO_ENDED]);
    assert_eq!(world.take("org_a", &ended, &before).await, "professional", "what follows is not known yet");
    let upgraded = world.items("org_a", &[("pro", "pro", "ended", 50), BIG]);
    assert_eq!(world.take("org_a", &upgraded, &before).await, "enterprise", "the event is newer");
    let after = world.snapshot("org_a", &[PRO_ENDED, ("big", "enterprise", "ended", 60)]);
    assert_eq!(
        world.take("org_a", &[], &after).await,
        "starter",
        "only a whole subscription says that nothing is left"
    );
}

#[tokio::test]
async fn an_answer_that_says_nothing_changes_nothing() {
    let world = World::new().await;
    assert_eq!(world.take("org_a", &world.items("org_a", &[PRO]), &ReadBack::NotAsked).await, "professional");
    for read in [
        ReadBack::Answered(None),
        ReadBack::Failed,
        world.snapshot("org_a", &[]),
        world.snapshot("org_a", &[("pro", "platinum", "active", 90)]),
        world.snapshot("org_a", &[("pro", "pro", "resting", 91)]),
    ] {
        assert_eq!(world.take("org_a", &[], &read).await, "professional", "{read:?}");
    }
}

#[tokio::test]
async fn an_old_subscription_whose_youngest_item_is_gone_is_taken_over_in_the_end() {
    let world = World::new().await;
    assert_eq!(
        world.take("org_a", &[], &world.snapshot("org_a", &[PRO, ("next", "free_org", "upcoming", 200)])).await,
        "professional"
    );
    let without = world.subscription("org_a", &[("pro", "pro", "past_due", 100)]);
    let asked =
        |after| ReadBack::Answered(Some(Snapshot { subscription: without.clone(), asked_at: clock::now() + after }));
    assert_eq!(world.take("org_a", &[], &asked(TimeDelta::zero())).await, "professional", "it may be the older one");
    assert_eq!(world.take("org_a", &[], &asked(TimeDelta::hours(20))).await, "professional past due");
}

#[tokio::test]
async fn events_and_subscriptions_in_any_order_end_as_the_last_subscription() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let world = World::new().await;
    let history: &[Item] = &[
        ("free", "free_org", "active", 10),
        ("free", "free_org", "ended", 20),
        ("pro", "pro", "active", 21),
        ("pro", "pro", "past_due", 30),
        ("pro", "pro", "active", 40),
        ("pro", "pro", "ended", 50),
        ("big", "enterprise", "active", 51),
        ("big", "enterprise", "canceled", 60),
        ("free", "free_org", "upcoming", 60),
        ("big", "enterprise", "ended", 70),
        ("free", "free_org", "active", 71),
        ("free", "free_org", "ended", 80),
        ("last", "pro", "active", 81),
        ("last", "pro", "past_due", 90),
    ];
    // What Clerk has after so many steps. It lists no item that is over.
    let state = |steps: usize| -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for step in &history[..steps] {
            items.retain(|item| item.0 != step.0);
            items.push(*step);
        }
        items.retain(|item| item.2 != "ended");
        items
    };
    for round in 0..25 {
        let org = format!("org_{round}");
        // Each change arrives as an event, or does not; the answer was read then or later, or is lost.
        let mut deliveries: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        for at in 0..history.len() {
            let read = rng.random_range(at + 1..=history.len());
            if rng.random_bool(0.7) {
                deliveries.push((Some(at), rng.random_bool(0.6).then_some(read)));
            }
        }
        deliveries.push((None, Some(history.len())));
        let copies: Vec<_> = deliveries.iter().filter(|_| rng.random_bool(0.3)).copied().collect();
        deliveries.extend(copies);
        deliveries.shuffle(&mut rng);
        let mut end = String::new();
        for (event, read) in &deliveries {
            let event = event.map(|at| world.items(&org, &history[at..=at])).unwrap_or_default();
            let read = read.map_or(ReadBack::Failed, |steps| world.snapshot(&org, &state(steps)));
            end = world.take(&org, &event, &read).await;
        }
        assert_eq!(end, "professional past due", "seed {seed}, round {round}: {deliveries:?}");
    }
}
