//! The worker dies at each arrow of the saga, for certain and one after the other. The next delivery goes on from what is
//! stored; there is one number at the end, and the carrier was paid for one.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    openapi::registration,
    support::chaos::{Chaos, settle},
};

/// Taken by the test; a transaction that [`HOLD_COMMITS`] stops waits for it.
const LOCK: i64 = 4711;

/// Stops a transaction just before its commit, when it makes the move that is written in `held_moves`.
const HOLD_COMMITS: &str = "
    CREATE TABLE held_moves (move text NOT NULL);
    CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE made text := CASE WHEN NEW.attempts > OLD.attempts THEN 'claim' ELSE OLD.state || ' to ' || NEW.state END;
    BEGIN
        IF EXISTS (SELECT FROM held_moves WHERE move = made) THEN
            PERFORM pg_advisory_xact_lock(4711);
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hold_commit AFTER UPDATE ON number_provisionings
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_commit();";

const MOVES: [&str; 4] = ["claim", "reserved to purchasing", "purchasing to purchased", "purchased to active"];

/// What becomes of the transaction that was about to commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commit {
    /// It is committed, but nobody is left to know.
    Done,
    /// Its connection is cut, so it never happened.
    Lost,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_may_die_in_every_call_of_the_carrier() {
    let chaos = Chaos::start().await;
    // The operation, how many of its calls pass before, and what the calls before it have to meet.
    let calls = [
        ("search", 0, None),
        ("purchase", 0, None),
        ("list_numbers", 0, Some("lost_answer")),
        ("get_number", 0, None),
        ("assign", 0, None),
        ("get_number", 1, None),
    ];
    for (operation, skip, purchase) in calls {
        if let Some(kind) = purchase {
            chaos.app.sim_post("/faults", json!({ "operation": "purchase", "kind": kind })).await;
        }
        let held = json!({ "operation": operation, "kind": "slow", "skip": skip, "delayMs": 5_000 });
        chaos.app.sim_post("/faults", held).await;
        let organization = sign_up(&chaos).await;
        chaos
            .app
            .eventually("the worker is held by the carrier", async || {
                let faults = chaos.app.sim_get("/faults").await;
                (faults["faults"] == json!([])).then_some(())
            })
            .await;
        chaos.kill_workers().await;
        goes_on(&chaos, &organization, &format!("{operation} after {skip}")).await;
    }
    chaos.assert_carrier_agrees().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_may_die_before_and_after_every_commit() {
    let chaos = Chaos::start().await;
    chaos.execute(HOLD_COMMITS).await;
    for made in MOVES {
        for commit in [Commit::Done, Commit::Lost] {
            let organization = die_at(&chaos, made, commit).await;
            goes_on(&chaos, &organization, &format!("{made}, {commit:?}")).await;
        }
    }
    chaos.assert_carrier_agrees().await;
}

/// The last thing that a provisioning does is to have its pending number followed. Nobody else would.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_whose_worker_died_after_the_last_commit_becomes_ready_all_the_same() {
    let chaos = Chaos::start().await;
    chaos.execute(HOLD_COMMITS).await;
    chaos.app.sim_patch("/settings", json!({ "assignmentDelayMs": 1_000 })).await;
    die_at(&chaos, "purchased to active", Commit::Done).await;
    chaos
        .app
        .eventually("the number may text", async || {
            let sql = "SELECT count(*) FROM workspace_phone_numbers WHERE messaging_status = 'ready'";
            (chaos.one::<i64>(sql).await == 1).then_some(())
        })
        .await;
}

/// No worker lives as long as its lease. If one did, its successor would be the only one to buy.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_outlives_its_lease_buys_nothing() {
    let chaos = Chaos::start().await;
    chaos.app.sim_patch("/settings", json!({ "listDelayMs": 200_000 })).await;
    chaos.app.sim_post("/faults", json!({ "operation": "search", "kind": "slow", "delayMs": 3_000 })).await;
    chaos.app.sim_post("/faults", json!({ "operation": "purchase", "kind": "lost_answer" })).await;
    let organization = sign_up(&chaos).await;
    let id = chaos.provisionings(&organization).await[0].id.clone();
    chaos
        .app
        .eventually("the worker searches", async || {
            let faults = chaos.app.sim_get("/faults").await;
            (faults["faults"].as_array().unwrap().len() == 1).then_some(())
        })
        .await;

    chaos.execute("UPDATE number_provisionings SET leased_until = now()").await;
    chaos.deliver(&[settle(&id)]).await;

    // Time passes only when the slow one is done.
    goes_on(&chaos, &organization, "two workers at once").await;
    chaos.assert_carrier_agrees().await;
}

/// The registry has no key against making something twice. What it was asked for is there, and the answer reaches nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_may_die_between_the_registry_and_the_row() {
    let chaos = Chaos::start().await;
    let app = &chaos.app;
    let org = app.organization("pro").await;
    let platform = app.wait_for_numbers(&org, 1).await[0]["phoneNumberSid"].clone();
    let saved = json!({ "brand": registration::brand(), "campaign": registration::campaign() });
    app.call(Method::PATCH, &app.api(&org.id, "/registration"), Some(&org.admin_token), Some(&saved), &[]).await;
    let asked_before = asked(&chaos).await;
    let operations = ["create_brand", "create_campaign", "assign"];
    for operation in operations {
        app.sim_post("/faults", json!({ "operation": operation, "kind": "slow", "delayMs": 5_000 })).await;
    }
    let fees = json!({ "agreedFees": { "brandCents": 400, "campaignVettingCents": 750, "campaignMonthlyCents": 150 } });
    assert_eq!(app.post(&org, "/registration/submit", &fees).await.status.as_u16(), 202);

    for operation in operations {
        let is_held = async || {
            look_again(&chaos).await;
            let faults = app.sim_get("/faults").await.to_string();
            (!faults.contains(operation)).then_some(())
        };
        app.eventually(&format!("the worker is held by {operation}"), is_held).await;
        chaos.kill_workers().await;
        chaos.execute("UPDATE messaging_brands SET leased_until = NULL").await;
    }
    let moved = async || {
        look_again(&chaos).await;
        let registration = app.get(&org, "/registration").await.body["registration"].clone();
        (registration["state"] == "active" && registration["numbers"]["own"] == 1).then_some(registration)
    };
    let registration = app.eventually("the number is the own campaign's", moved).await;
    assert_eq!(
        registration["numbers"],
        json!({ "own": 1, "moving": 0, "platform": 0, "limit": 49, "waitingForRoom": 0 })
    );
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    assert_eq!((&number["phoneNumberSid"], &number["messagingStatus"]), (&platform, &json!("ready")));

    let asked: Vec<usize> = asked(&chaos).await.iter().zip(asked_before).map(|(all, before)| all - before).collect();
    // A request whose caller died before the answer is not in the simulator's journal.
    assert_eq!(asked, [0, 0, 0], "the registry was not asked again for any of {operations:?}");
    for what in ["brands", "campaigns"] {
        assert_eq!(app.sim_get(&format!("/{what}")).await[what].as_array().unwrap().len(), 1, "{what}");
    }
    let fees = "SELECT sum(estimated_micros)::bigint FROM carrier_charges
        WHERE service = 'registration' AND workspace_id IS NOT NULL AND estimated_micros <> 1500000";
    assert_eq!(chaos.one::<i64>(fees).await, 11_500_000, "brand and review were charged once");
}

/// How often the registry was asked to make a brand, a campaign, and an assignment, and answered.
async fn asked(chaos: &Chaos) -> [usize; 3] {
    let requests = chaos.app.sim_get("/requests").await["requests"].as_array().unwrap().clone();
    ["create_brand", "create_campaign", "assign"]
        .map(|operation| requests.iter().filter(|request| request["operation"] == operation).count())
}

/// What the sweep does when nobody has looked for a day. What was looked at a moment ago is left to whoever did.
async fn look_again(chaos: &Chaos) {
    chaos
        .execute(
            "UPDATE messaging_brands SET looked_at = now() - interval '1 day' WHERE leased_until IS NULL;
             UPDATE workspace_phone_numbers SET messaging_looked_at = now() - interval '1 hour'
             WHERE messaging_looked_at < now() - interval '3 seconds'",
        )
        .await;
    chaos.app.sweep().await;
}

async fn sign_up(chaos: &Chaos) -> String {
    let url = format!("{}/_sim/organizations", chaos.app.stack.urls.clerk);
    // The event that reserves the number comes last: the worker's held transaction would keep others waiting.
    let body = json!({ "name": "Unlucky Ltd", "plan": "pro", "order": [0, 1, 2, 7] });
    let answer = chaos.app.post_json(&url, &body).await;
    answer.body["organizationId"].as_str().expect("an id").to_owned()
}

/// Lets a new customer's worker die at the commit of a move.
async fn die_at(chaos: &Chaos, made: &str, commit: Commit) -> String {
    let pool = chaos.app.database.owner_pool(1);
    let gate = pool.get().await.unwrap();
    gate.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.unwrap();
    chaos.execute(&format!("INSERT INTO held_moves VALUES ('{made}')")).await;
    let organization = sign_up(chaos).await;
    let sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let held = async || (chaos.one::<i64>(sql).await == 1).then_some(());
    chaos.app.eventually(&format!("{made} is about to be committed"), held).await;
    if commit == Commit::Lost {
        chaos.cut_connections().await;
    }
    chaos.kill_workers().await;
    chaos.execute("DELETE FROM held_moves").await;
    gate.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await.unwrap();
    let gone = async || {
        let sql = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'switchboard_app' AND query LIKE 'COMMIT%' AND state = 'active'";
        (chaos.one::<i64>(sql).await == 0).then_some(())
    };
    chaos.app.eventually("the held transaction has ended", gone).await;
    organization
}

/// Delivers, as the queue and the sweep do, until the customer has the number; it must be the only one bought.
async fn goes_on(chaos: &Chaos, organization: &str, death: &str) {
    for _ in 0..20 {
        chaos.pass_time(65).await;
        let provisionings = chaos.provisionings(organization).await;
        assert_eq!(provisionings.len(), 1, "{death}: {provisionings:?}");
        let provisioning = &provisionings[0];
        if provisioning.state == "active" {
            assert_eq!(bought_for(chaos, &provisioning.id).await.len(), 1, "{death}");
            return;
        }
        chaos.deliver(&[settle(&provisioning.id)]).await;
    }
    panic!("{death}: {:?}\n{}", chaos.provisionings(organization).await, chaos.app.log_text());
}

async fn bought_for(chaos: &Chaos, provisioning: &str) -> Vec<Value> {
    let name = format!("sb-{provisioning}");
    chaos.app.bought_numbers().await.into_iter().filter(|number| number["friendlyName"] == json!(name)).collect()
}
