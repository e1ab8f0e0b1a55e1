//! Staff order and release numbers, plans go up and down, organisations go, while everything breaks: after each round
//! every workspace has exactly what its plan and its requests allow, and in the end the carrier has nothing else.
//! `CHAOS_SEED=… CHAOS_ROUNDS=5000` as in [`super::chaos`].

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join, join_all};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::chaos::{Weather, clear_faults, faults, sabotage, setting, settle_all};
use crate::support::{
    Answer, Organization,
    chaos::{Chaos, deliver_all, release},
};

/// Whose processes die.
const FUNCTIONS: &[&str] = &["work-provisioning", "provision-number", "release-number", "receive-clerk-event", "sweep"];
/// Provisionings and releases of one round, about.
const PER_ROUND: u64 = 40;
/// Who is there at the same time.
const TENANTS: usize = 14;
/// What newcomers pay for.
const PLANS: &[&str] = &["enterprise", "enterprise", "enterprise", "pro", "enterprise", "enterprise", "starter"];

/// What a workspace must have.
struct Tenant {
    org: Organization,
    plan: &'static str,
    limit: usize,
    active: usize,
    suspended: usize,
    deleted: bool,
}

/// What happens to a workspace in one round.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// So many orders at the same time.
    Orders(usize),
    /// So many releases at the same time, of different numbers.
    Releases(usize),
    /// Another plan.
    Plan(&'static str),
    /// The organisation is deleted.
    Deletion,
    Nothing,
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_leaves_every_workspace_with_what_its_requests_and_its_plan_allow() {
    let seed = setting("CHAOS_SEED").unwrap_or_else(|| rand::rng().random());
    let rounds = setting("CHAOS_ROUNDS").unwrap_or(160).div_ceil(PER_ROUND);
    println!("CHAOS_SEED={seed}, {rounds} rounds");
    let mut rng = StdRng::seed_from_u64(seed);
    let chaos = Chaos::start().await;
    let mut tenants = Vec::new();
    for round in 0..rounds {
        let living = tenants.iter().filter(|tenant: &&Tenant| !tenant.deleted).count();
        for plan in PLANS.iter().cycle().skip(usize::try_from(round).unwrap()).take(TENANTS - living) {
            tenants.push(sign_up(&chaos, plan).await);
        }
        run_round(&chaos, &mut rng, &mut tenants).await;
        for tenant in &tenants {
            check(&chaos, tenant, round).await;
        }
    }
    let (bought, released) = end(&chaos, &tenants).await;
    println!("{bought} numbers bought, {released} of them given back");
}

async fn sign_up(chaos: &Chaos, plan: &'static str) -> Tenant {
    let org = chaos.app.organization(plan).await;
    let limit = limit_of(plan);
    let active = limit.min(1);
    chaos.app.wait_for_numbers(&org, active).await;
    Tenant { org, plan, limit, active, suspended: 0, deleted: false }
}

async fn run_round(chaos: &Chaos, rng: &mut StdRng, tenants: &mut [Tenant]) {
    for fault in faults(rng, Weather::Storm) {
        chaos.app.sim_post("/faults", fault).await;
    }
    let calm = AtomicBool::new(false);
    let mut saboteur = StdRng::seed_from_u64(rng.random());
    let happenings: Vec<(Happening, u64)> =
        tenants.iter().map(|tenant| (happening(rng, tenant), rng.random())).collect();
    let work = async {
        let all = tenants.iter_mut().zip(happenings);
        join_all(all.map(|(tenant, (happening, seed))| live(chaos, tenant, happening, seed))).await;
        chaos.recover_clerk_events().await;
        settle_all(chaos, rng, Weather::Storm, &calm).await;
        calm.store(true, Ordering::Relaxed);
    };
    join(work, sabotage(chaos, &mut saboteur, &calm, FUNCTIONS)).await;
    clear_faults(chaos).await;
    // A number that was being bought while its plan shrank is found by the sweep.
    sweep(chaos).await;
}

/// A deleted organisation stays so; the others order, release and change plans.
fn happening(rng: &mut StdRng, tenant: &Tenant) -> Happening {
    if tenant.deleted {
        return Happening::Nothing;
    }
    match rng.random_range(0..20) {
        0..=10 => Happening::Orders(rng.random_range(3..=10)),
        11..=14 => Happening::Releases(rng.random_range(2..=6)),
        15..=18 => {
            let others: Vec<&str> =
                ["starter", "pro", "enterprise", "enterprise"].into_iter().filter(|p| *p != tenant.plan).collect();
            Happening::Plan(others.choose(rng).unwrap())
        }
        _ => Happening::Deletion,
    }
}

async fn live(chaos: &Chaos, tenant: &mut Tenant, happening: Happening, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    match happening {
        Happening::Orders(count) => order(chaos, tenant, count, &mut rng).await,
        Happening::Releases(count) => give_back(chaos, tenant, count).await,
        Happening::Plan(plan) => change_plan(chaos, tenant, plan, &mut rng).await,
        Happening::Deletion => {
            let url = format!("{}/_sim/organizations/{}", chaos.app.stack.urls.clerk, tenant.org.id);
            let answer = chaos.app.call(Method::DELETE, &url, None, Some(&json!({})), &[]).await;
            assert!(answer.status.is_success(), "{answer:?}");
            tenant.deleted = true;
            tenant.fit(0);
        }
        Happening::Nothing => {}
    }
}

impl Tenant {
    /// What a limit does to the numbers that are there.
    fn fit(&mut self, limit: usize) {
        let all = self.active + self.suspended;
        self.limit = limit;
        self.active = all.min(limit);
        self.suspended = all - self.active;
    }
}

/// Orders, each sent twice at the same time with its key, and again until it is answered.
async fn order(chaos: &Chaos, tenant: &mut Tenant, count: usize, rng: &mut StdRng) {
    let wishes: Vec<(String, Value)> = (0..count)
        .map(|_| {
            let area_code = ["405", "212", "416"].choose(rng).unwrap();
            let number_type = ["primary", "sales", "support", "custom"].choose(rng).unwrap();
            (Uuid::new_v4().to_string(), json!({ "areaCode": area_code, "numberType": number_type }))
        })
        .collect();
    let requests = wishes.iter().flat_map(|wish| [wish, wish]).map(async |(key, wish)| {
        let answer = insist(async || {
            chaos.app.post_with(&tenant.org, "/phone-numbers", wish, &[("idempotency-key", key)]).await
        })
        .await;
        (key.clone(), answer.status.is_success(), answer)
    });
    let mut answers = join_all(requests).await;
    answers.sort_by(|a, b| a.0.cmp(&b.0));
    for pair in answers.chunks(2) {
        assert_eq!(pair[0].1, pair[1].1, "the same request, answered in two ways: {pair:?}");
    }
    let accepted = answers.iter().filter(|(_, accepted, _)| *accepted).count() / 2;
    // Suspended numbers count too: they come back.
    let room = tenant.limit.saturating_sub(tenant.active + tenant.suspended);
    assert_eq!(accepted, count.min(room), "{answers:?}");
    tenant.active += accepted;
}

/// Releases different numbers, each asked for twice; the last one stays.
async fn give_back(chaos: &Chaos, tenant: &mut Tenant, count: usize) {
    let listed = insist(async || chaos.app.get(&tenant.org, "/phone-numbers?status=active").await).await;
    let ids: Vec<&str> =
        listed.body["phoneNumbers"].as_array().unwrap().iter().filter_map(|n| n["id"].as_str()).collect();
    assert_eq!(ids.len(), tenant.active, "{listed:?}");
    let requests = ids.iter().take(count).flat_map(|id| [id, id]).map(async |id| {
        let url = chaos.app.api(&tenant.org.id, &format!("/phone-numbers/{id}"));
        insist(async || chaos.app.call(Method::DELETE, &url, Some(&tenant.org.admin_token), None, &[]).await).await
    });
    for answer in join_all(requests).await {
        let expected = [StatusCode::OK, StatusCode::CONFLICT];
        assert!(expected.contains(&answer.status), "{answer:?}");
    }
    tenant.active = tenant.active.saturating_sub(count).max(tenant.active.min(1));
    // Room that became free does not bring a suspended number back before the plan changes again.
}

async fn change_plan(chaos: &Chaos, tenant: &mut Tenant, plan: &'static str, rng: &mut StdRng) {
    let url = format!("{}/_sim/organizations/{}/plan", chaos.app.stack.urls.clerk, tenant.org.id);
    let order = ["documented", "shuffled"].choose(rng).unwrap();
    let body = json!({ "plan": plan, "immediately": true, "order": order, "copies": rng.random_range(1..=2) });
    let answer = chaos.app.post_json(&url, &body).await;
    assert!(answer.status.is_success(), "{answer:?}");
    chaos.recover_clerk_events().await;
    tenant.plan = plan;
    tenant.fit(limit_of(plan));
    if tenant.limit > 0 && tenant.active == 0 {
        tenant.active = 1;
    }
}

/// Until the function lives long enough to answer.
async fn insist(mut request: impl AsyncFnMut() -> Answer) -> Answer {
    loop {
        let answer = request().await;
        if !answer.status.is_server_error() {
            return answer;
        }
    }
}

fn limit_of(plan: &str) -> usize {
    match plan {
        "enterprise" => 10,
        "pro" => 1,
        _ => 0,
    }
}

async fn sweep(chaos: &Chaos) -> Value {
    chaos.app.eventually("the sweep is not killed", async || chaos.app.stack.fire("sweep").await.ok()).await
}

async fn check(chaos: &Chaos, tenant: &Tenant, round: u64) {
    let count = async |filter: &str| {
        let sql = format!(
            "SELECT count(*) FROM workspace_phone_numbers n JOIN workspaces w ON w.id = n.workspace_id
             WHERE w.clerk_organization_id = $1 AND {filter}"
        );
        usize::try_from(chaos.app.count(&sql, &[&tenant.org.id]).await).unwrap()
    };
    let found = (count("n.status = 'active'").await, count("n.status = 'suspended'").await);
    let log = || chaos.provisionings(&tenant.org.id);
    assert_eq!(found, (tenant.active, tenant.suspended), "round {round}, limit {}: {:?}", tenant.limit, log().await);
    assert!(found.0 <= tenant.limit, "over the limit");
    assert!(count("n.status = 'active' AND n.number_type = 'primary'").await <= 1, "two primaries");
}

/// Weeks later everything that was released or suspended is back at the carrier, and one sweep finds nothing.
/// Gives how many numbers were bought and given back.
async fn end(chaos: &Chaos, tenants: &[Tenant]) -> (i64, i64) {
    chaos.pass_weeks().await;
    sweep(chaos).await;
    for _ in 0..20 {
        let open = chaos.open_releases().await;
        if open.is_empty() {
            break;
        }
        chaos.pass_release_waits().await;
        let batches: Vec<Vec<Value>> = open.iter().map(|id| vec![release(id), release(id)]).collect();
        deliver_all(chaos, &batches).await;
    }
    assert_eq!(chaos.open_releases().await, Vec::<String>::new(), "{}", chaos.app.log_text());
    chaos.assert_carrier_agrees().await;
    let report = sweep(chaos).await;
    assert_eq!((&report["orphans"], &report["ghosts"]), (&json!(0), &json!(0)), "{report}");
    let bought = chaos.app.count("SELECT count(*) FROM workspace_phone_numbers", &[]).await;
    let released = chaos.app.count("SELECT count(*) FROM carrier_releases", &[]).await;
    let active: usize = tenants.iter().map(|tenant| tenant.active).sum();
    assert_eq!(chaos.app.bought_numbers().await.len(), active, "the carrier is paid for nothing else");
    (bought, released)
}
