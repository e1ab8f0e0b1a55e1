//! Random histories: whatever happens to messages and calls, in whatever order, the sums are those of the events, for the
//! days of every time zone.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use futures_util::future::join_all;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use shared::{
    db::{
        Pool,
        usage::{self, Totals},
    },
    domain::{NumberType, Service, WorkspaceId, local_days},
    testing::TestDatabase,
};
use uuid::Uuid;

use super::world::{self, Event, Rate};

/// Whole hours, half hours, quarters, clocks that change by half an hour, and midnights that do not exist.
const ZONES: &[&str] = &[
    "UTC",
    "America/Chicago",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Havana",
    "Pacific/Chatham",
];
const FIRST: &str = "2026-02-25T00:00:00Z";
const DAYS: i64 = 270;
/// From here on an outbound text costs and earns more.
const DEARER_FROM: &str = "2026-06-15T12:00:00Z";

fn rate(event: &Event) -> Rate {
    match (event.service, event.inbound) {
        (Service::Sms, false) if event.at >= DEARER_FROM.parse::<DateTime<Utc>>().unwrap() => (8_300, 25_000),
        (Service::Sms, false) => (7_900, 20_000),
        (Service::Whatsapp, false) => (5_000, 20_000),
        (Service::Email, false) => (100, 0),
        (Service::Voice, true) => (8_500, 20_000),
        (Service::Voice, false) => (9_000, 20_000),
        _ => (0, 0),
    }
}

fn statuses(event: &Event) -> &'static [&'static str] {
    match (event.service, event.inbound) {
        (Service::Voice, true) => &["ringing", "answered", "completed", "missed", "voicemail", "canceled"],
        (Service::Voice, false) => &["queued", "ringing", "completed", "busy", "no_answer", "canceled", "failed"],
        (_, true) => &["received"],
        (_, false) => &[
            "scheduled",
            "pending",
            "unknown",
            "queued",
            "sending",
            "sent",
            "delivered",
            "undelivered",
            "failed",
            "canceled",
        ],
    }
}

fn new_event(random: &mut impl Rng, workspace: Uuid) -> Event {
    let first: DateTime<Utc> = FIRST.parse().unwrap();
    let services = [Service::Sms, Service::Sms, Service::Sms, Service::Whatsapp, Service::Email, Service::Voice];
    let mut event = Event {
        id: Uuid::new_v4(),
        workspace,
        service: *services.choose(random).unwrap(),
        inbound: random.random(),
        number_type: [None, Some(NumberType::Primary), Some(NumberType::Sales), Some(NumberType::Custom)]
            .choose(random)
            .copied()
            .unwrap(),
        status: "received",
        segments: random.random_range(1..5),
        seconds: 0,
        at: first + TimeDelta::milliseconds(random.random_range(0..DAYS * 86_400_000)),
        price: None,
    };
    event.status = statuses(&event)[0];
    event
}

/// A status, a price, a length, the department, or the time of a text that turned out to be older.
fn change(random: &mut impl Rng, event: &mut Event) {
    match random.random_range(0..10) {
        0..5 => event.status = statuses(event).choose(random).unwrap(),
        5..7 => event.price = [None, Some(0), Some(7_900), Some(10_850)].choose(random).copied().unwrap(),
        7 => event.segments = random.random_range(0..4),
        8 => event.number_type = Some(NumberType::Support),
        _ => event.at -= TimeDelta::minutes(random.random_range(1..3_000)),
    }
    if event.service == Service::Voice {
        event.seconds = random.random_range(0..400);
    }
}

type Sums = BTreeMap<(NaiveDate, Option<&'static str>, &'static str), Totals>;

fn expected(events: &[Event], workspace: Uuid, zone: Tz) -> Sums {
    let mut sums = Sums::new();
    for event in events.iter().filter(|event| event.workspace == workspace) {
        let date = event.at.with_timezone(&zone).date_naive();
        let key = (date, event.number_type.map(NumberType::as_str), event.service.as_str());
        sums.entry(key).or_default().add(&event.totals(rate(event)));
    }
    sums
}

async fn read(pool: &Pool, workspace: Uuid, zone: Tz) -> Sums {
    let first: NaiveDate = FIRST[..10].parse().unwrap();
    let days = local_days(first - TimeDelta::days(10), first + TimeDelta::days(DAYS + 2), zone);
    let connection = pool.get().await.unwrap();
    let client: &tokio_postgres::Client = &connection;
    let rows = usage::list_days(client, WorkspaceId(workspace), &days).await.unwrap();
    let sums = rows.into_iter().filter(|row| row.totals != Totals::default());
    sums.map(|row| ((row.date, row.number_type.map(NumberType::as_str), row.service.as_str()), row.totals)).collect()
}

/// What `usage_daily` has, against the ledger itself.
async fn assert_days_agree(pool: &Pool) {
    let sql = "SELECT count(*) FROM (
            SELECT workspace_id, day, phone_number_id, number_type, service, direction, outcome, sum(events), sum(units),
                sum(cost_micros), sum(estimated_micros), sum(revenue_micros)
            FROM usage_by_day GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(events) <> 0
            EXCEPT
            SELECT workspace_id, (occurred_at AT TIME ZONE 'UTC')::date, phone_number_id, number_type, service, direction,
                outcome, count(*), sum(units), sum(coalesce(final_micros, estimated_micros)),
                coalesce(sum(estimated_micros) FILTER (WHERE final_micros IS NULL), 0), sum(revenue_micros)
            FROM carrier_charges GROUP BY 1, 2, 3, 4, 5, 6, 7) AS difference";
    let different: i64 = pool.get().await.unwrap().query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(different, 0, "usage_daily differs from the ledger");
}

/// One writer's part of a history: new events, changes of its own ones, and now and then the move into the sums.
async fn write(pool: Pool, workspace: (Uuid, Uuid), seed: u64, steps: usize) -> Vec<Event> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut events: Vec<Event> = Vec::new();
    let connection = pool.get().await.unwrap();
    for _ in 0..steps {
        match random.random_range(0..20) {
            0 => {
                let client: &tokio_postgres::Client = &connection;
                usage::compact(client).await.unwrap();
            }
            1..9 => {
                let event = new_event(&mut random, workspace.0);
                event.insert(&connection, workspace.1).await;
                events.push(event);
            }
            _ if events.is_empty() => {}
            _ => {
                let at = random.random_range(0..events.len());
                change(&mut random, &mut events[at]);
                events[at].update(&connection).await;
            }
        }
    }
    events
}

async fn check(pool: &Pool, events: &[Event], workspaces: &[(Uuid, Uuid)]) {
    for zone in ZONES {
        let zone: Tz = zone.parse().unwrap();
        for (workspace, _) in workspaces {
            assert_eq!(read(pool, *workspace, zone).await, expected(events, *workspace, zone), "{zone}");
        }
    }
    assert_days_agree(pool).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sums_are_those_of_the_events_in_every_time_zone() {
    for seed in [1, 20_261, 7_240_119] {
        let database = TestDatabase::create().await;
        let pool = database.owner_pool(6);
        let dearer = format!("INSERT INTO rates VALUES ('sms', 'outbound', '{DEARER_FROM}', 8300, 25000)");
        pool.get().await.unwrap().batch_execute(&dearer).await.unwrap();
        let connection = pool.get().await.unwrap();
        let workspaces = [
            world::workspace(&connection, "org_a", "enterprise").await,
            world::workspace(&connection, "org_b", "professional").await,
        ];
        drop(connection);

        // Four writers at once, two to a workspace.
        let writers = (0..4_u64).map(|writer| {
            let workspace = workspaces[usize::try_from(writer % 2).unwrap()];
            write(pool.clone(), workspace, seed * 10 + writer, 250)
        });
        let events: Vec<Event> = join_all(writers).await.into_iter().flatten().collect();

        check(&pool, &events, &workspaces).await;
        let connection = pool.get().await.unwrap();
        let client: &tokio_postgres::Client = &connection;
        usage::compact(client).await.unwrap();
        let left: i64 = connection.query_one("SELECT count(*) FROM usage_changes", &[]).await.unwrap().get(0);
        assert_eq!(left, 0, "everything is in the sums");
        check(&pool, &events, &workspaces).await;
    }
}

/// Nothing that happened twice is counted twice: the charge has the event's own id.
#[tokio::test]
async fn an_event_is_charged_once() {
    let database = TestDatabase::create().await;
    let pool = database.owner_pool(1);
    let connection = pool.get().await.unwrap();
    let (workspace, conversation) = world::workspace(&connection, "org_a", "professional").await;
    let mut event = new_event(&mut StdRng::seed_from_u64(3), workspace);
    (event.service, event.inbound, event.status) = (Service::Sms, false, "pending");
    event.insert(&connection, conversation).await;
    for status in ["queued", "sent", "sent", "delivered", "delivered"] {
        event.status = status;
        event.update(&connection).await;
    }
    let row = connection.query_one("SELECT count(*), min(outcome) FROM carrier_charges", &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, &str>(1)), (1, "delivered"));
    let changes: i64 = connection.query_one("SELECT count(*) FROM usage_changes", &[]).await.unwrap().get(0);
    assert_eq!(changes, 5, "in, and out and in again for each of the two moves that mean something");
}
