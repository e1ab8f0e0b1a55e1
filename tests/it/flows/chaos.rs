//! Everything goes wrong at once, at random: at the end each workspace has exactly what it pays for, and the carrier has
//! sold nothing else. `CHAOS_SEED=… CHAOS_ROUNDS=5000 cargo nextest run -p tests chaos` repeats or extends it; the order
//! in which processes get the processor is not the seed's, so the same seed is a similar run, not the same one.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use rand::{
    RngExt, SeedableRng,
    rngs::StdRng,
    seq::{IndexedRandom, SliceRandom},
};
use serde_json::{Value, json};

use crate::support::chaos::{Chaos, deliver_all, settle};

/// Sign-ups per wave. Each wave has its own weather and ends with nothing open.
const WAVE: usize = 25;
/// Steps after which a storm ends. A provisioning survives some, but is given up after too many attempts.
const STORM_STEPS: usize = 7;
/// Whose processes die.
const FUNCTIONS: &[&str] =
    &["work-provisioning", "work-provisioning", "work-provisioning", "work-provisioning", "receive-clerk-event"];
/// More steps than any provisioning needs after the storm.
const MAX_STEPS: usize = 40;

/// What the wave has to end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    /// Faults that pass: everybody gets what the plan allows.
    Storm,
    /// The carrier sells nothing for a reason that only the operator can change; failures end with this code.
    Drought(&'static str),
}

#[derive(Debug)]
struct Customer {
    organization: String,
    plan: &'static str,
    weather: Weather,
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_leaves_every_workspace_with_exactly_its_numbers() {
    let seed = setting("CHAOS_SEED").unwrap_or_else(|| rand::rng().random());
    let rounds = usize::try_from(setting("CHAOS_ROUNDS").unwrap_or(100)).unwrap();
    println!("CHAOS_SEED={seed} CHAOS_ROUNDS={rounds}");
    let mut rng = StdRng::seed_from_u64(seed);
    let chaos = Chaos::start().await;
    let mut customers = Vec::new();
    for wave in 0..rounds.div_ceil(WAVE) {
        let weather = match wave % 5 {
            2 => Weather::Drought("carrier_low_balance"),
            4 => Weather::Drought("carrier_unauthorized"),
            _ => Weather::Storm,
        };
        let size = if weather == Weather::Storm { WAVE } else { WAVE / 5 };
        customers.extend(run_wave(&chaos, &mut rng, weather, size).await);
    }
    for customer in &customers {
        check(&chaos, customer).await;
    }
    chaos.assert_carrier_agrees().await;
    assert_eq!(chaos.open_provisionings().await, Vec::<String>::new());
}

async fn run_wave(chaos: &Chaos, rng: &mut StdRng, weather: Weather, size: usize) -> Vec<Customer> {
    for fault in faults(rng, weather) {
        chaos.app.sim_post("/faults", fault).await;
    }
    // The product looks a purchase up for seven and a half minutes; the carrier's lists are late by less.
    let list_delay = *[0, 20_000, 100_000, 300_000].choose(rng).unwrap();
    let assignment_delay = *[0, 50, 1_000].choose(rng).unwrap();
    chaos.app.sim_patch("/settings", json!({ "listDelayMs": list_delay, "assignmentDelayMs": assignment_delay })).await;

    let calm = AtomicBool::new(false);
    let mut saboteur = StdRng::seed_from_u64(rng.random());
    let work = async {
        let customers = sign_up(chaos, rng, weather, size).await;
        settle_all(chaos, rng, weather, &calm).await;
        customers
    };
    let (customers, ()) = futures_util::future::join(work, sabotage(chaos, &mut saboteur, &calm, FUNCTIONS)).await;
    clear_faults(chaos).await;
    customers
}

/// The carrier works again.
pub(super) async fn clear_faults(chaos: &Chaos) {
    chaos.app.call(reqwest::Method::DELETE, &faults_url(chaos), None, None, &[]).await;
}

fn faults_url(chaos: &Chaos) -> String {
    format!("{}/_sim/faults", chaos.app.stack.urls.signalwire)
}

pub(super) fn faults(rng: &mut StdRng, weather: Weather) -> Vec<Value> {
    if let Weather::Drought(code) = weather {
        let (kind, shapes) = match code {
            "carrier_low_balance" => ("low_balance", ["4001", "30002", "402"].as_slice()),
            _ => ("unauthorized", ["401", "403"].as_slice()),
        };
        return vec![json!({ "operation": "purchase", "kind": kind, "shape": shapes.choose(rng), "count": 0 })];
    }
    let mut faults = Vec::new();
    for _ in 0..WAVE {
        let kinds =
            ["lost_answer", "lost_answer", "lost_request", "error_before", "error_after", "slow", "rate_limited"];
        faults.push(json!({ "operation": "purchase", "kind": kinds.choose(rng), "count": rng.random_range(1..=2),
            "skip": rng.random_range(0..WAVE), "delayMs": rng.random_range(50..800) }));
        let shapes = ["flat_10000", "flat_21422", "relay"];
        faults.push(json!({ "operation": "purchase", "kind": "taken", "shape": shapes.choose(rng),
            "count": rng.random_range(1..=6), "skip": rng.random_range(0..4 * WAVE) }));
    }
    for _ in 0..WAVE {
        let operations = ["search", "list_numbers", "get_number", "assign", "list_assignments"];
        let kinds = ["lost_answer", "lost_request", "error_before", "slow", "rate_limited"];
        faults.push(json!({ "operation": operations.choose(rng), "kind": kinds.choose(rng),
            "skip": rng.random_range(0..WAVE), "delayMs": rng.random_range(50..500) }));
    }
    if rng.random_bool(0.3) {
        // Longer than the client waits: the answer of a purchase that happened comes too late.
        faults.push(json!({ "operation": "purchase", "kind": "slow", "skip": 3, "delayMs": 8_500 }));
    }
    faults
}

/// Customers come several at a time, and their events several times and in any order.
async fn sign_up(chaos: &Chaos, rng: &mut StdRng, weather: Weather, size: usize) -> Vec<Customer> {
    let requests: Vec<_> = (0..size)
        .map(|_| {
            let plan = *["starter", "pro", "pro", "enterprise"].choose(rng).unwrap();
            let order = *["documented", "shuffled"].choose(rng).unwrap();
            let body = json!({ "name": "Chaos Ltd", "plan": plan, "order": order,
                "copies": rng.random_range(1..=2), "concurrently": rng.random_bool(0.3) });
            (plan, body)
        })
        .collect();
    let url = format!("{}/_sim/organizations", chaos.app.stack.urls.clerk);
    let customers = stream::iter(requests).map(async |(plan, body)| {
        let answer = chaos.app.post_json(&url, &body).await;
        let organization = answer.body["organizationId"].as_str().expect("an id").to_owned();
        Customer { organization, plan, weather }
    });
    let customers: Vec<Customer> = customers.buffer_unordered(6).collect().await;
    chaos.recover_clerk_events().await;
    customers
}

/// What the sweep does: every open provisioning is looked at again after a while, until none is open.
pub(super) async fn settle_all(chaos: &Chaos, rng: &mut StdRng, weather: Weather, calm: &AtomicBool) {
    for step in 0..MAX_STEPS {
        if step == STORM_STEPS && weather == Weather::Storm {
            clear_faults(chaos).await;
        }
        calm.store(step >= STORM_STEPS, Ordering::Relaxed);
        let open = chaos.open_provisionings().await;
        if open.is_empty() {
            break;
        }
        let mut messages: Vec<Value> = Vec::new();
        for id in &open {
            messages.extend(std::iter::repeat_n(settle(id), rng.random_range(1..=3)));
        }
        messages.shuffle(rng);
        for message in messages.iter().take(3) {
            chaos.enqueue(message).await;
        }
        let size = rng.random_range(1..=5);
        let batches: Vec<Vec<Value>> = messages.chunks(size).map(<[Value]>::to_vec).collect();
        deliver_all(chaos, &batches).await;
        chaos.pass_time(rng.random_range(20..200)).await;
    }
    calm.store(true, Ordering::Relaxed);
    assert_eq!(chaos.open_provisionings().await, Vec::<String>::new(), "{}", chaos.app.log_text());
}

/// Kills processes of these functions and cuts connections until it is told to be calm.
pub(super) async fn sabotage(chaos: &Chaos, rng: &mut StdRng, calm: &AtomicBool, functions: &[&str]) {
    while !calm.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(rng.random_range(50..400))).await;
        let first = rng.random_range(0..8);
        match rng.random_range(0..10) {
            0..=5 => chaos.kill(functions.choose(rng).unwrap(), first, rng.random_range(1..=2)).await,
            6..=7 => chaos.cut_connections().await,
            _ => {
                if let Some(id) = chaos.open_provisionings().await.choose(rng) {
                    chaos.enqueue(&settle(id)).await;
                }
            }
        }
    }
}

async fn check(chaos: &Chaos, customer: &Customer) {
    let provisionings = chaos.provisionings(&customer.organization).await;
    let numbers = chaos
        .app
        .rows(
            "SELECT n.number_type, n.status FROM workspace_phone_numbers n JOIN workspaces w ON w.id = n.workspace_id
             WHERE w.clerk_organization_id = $1",
            &[&customer.organization],
        )
        .await;
    let numbers: Vec<(String, String)> = numbers.iter().map(|row| (row.get(0), row.get(1))).collect();
    let paid = customer.plan != "starter";
    match customer.weather {
        _ if !paid => assert!(numbers.is_empty() && provisionings.is_empty(), "{customer:?} {provisionings:?}"),
        Weather::Storm => {
            assert_eq!(numbers, [("primary".to_owned(), "active".to_owned())], "{customer:?} {provisionings:?}");
            assert_eq!(provisionings.len(), 1, "{customer:?} {provisionings:?}");
        }
        Weather::Drought(code) => {
            assert!(numbers.is_empty(), "{customer:?} {numbers:?}");
            let failed =
                |p: &crate::support::chaos::Provisioning| p.state == "failed" && p.failure.as_deref() == Some(code);
            assert!(!provisionings.is_empty() && provisionings.iter().all(failed), "{customer:?} {provisionings:?}");
        }
    }
}

pub(super) fn setting(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "a run is chosen by the environment")]
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}
