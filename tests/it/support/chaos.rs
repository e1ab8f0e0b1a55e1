//! Means to break a running stack, to let time pass in it, and to count afterwards what is left.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::db::Pool;

use super::TestApp;

const WORKER: &str = "work-provisioning";
/// Numbers older than this are in the carrier's lists, whatever their delay.
const OLD_SECONDS: i64 = 900;

/// A stack that is about to be mistreated.
pub struct Chaos {
    pub app: TestApp,
    owner: Pool,
    queue_url: String,
}

/// A provisioning as it stands.
#[derive(Debug)]
pub struct Provisioning {
    pub id: String,
    pub state: String,
    pub failure: Option<String>,
}

impl Chaos {
    pub async fn start() -> Self {
        let mut queue = String::new();
        let app = TestApp::start_with(|options| {
            options.limits.instances = 6;
            queue = format!("{}-provisioning", options.stack_name);
        })
        .await;
        let owner = app.database.owner_pool(4);
        let queue_url = format!("{}{queue}", app.stack.urls.queues);
        Self { app, owner, queue_url }
    }

    // ------------------------------------------------------------ what SQS may do

    /// One batch straight to the worker. That a worker is killed meanwhile is part of the game, so nothing is expected.
    pub async fn deliver(&self, payloads: &[Value]) {
        let records: Vec<Value> = payloads
            .iter()
            .enumerate()
            .map(|(i, payload)| {
                json!({ "messageId": format!("m{i}"), "receiptHandle": "r", "body": payload.to_string(),
                    "attributes": { "ApproximateReceiveCount": "1" }, "messageAttributes": {}, "eventSource": "aws:sqs" })
            })
            .collect();
        let url = format!("{}/{WORKER}/invocations", self.app.stack.urls.invoke);
        self.app.post_json(&url, &json!({ "Records": records })).await;
    }

    /// Into the real queue (Amazon SQS, `SendMessage`, JSON protocol). The local server reads the signature only to learn
    /// which service is meant.
    pub async fn enqueue(&self, payload: &Value) {
        let body = json!({ "QueueUrl": self.queue_url, "MessageBody": payload.to_string() });
        let authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request";
        let headers = [("x-amz-target", "AmazonSQS.SendMessage"), ("authorization", authorization)];
        let url = format!("{}/", self.app.stack.urls.sqs);
        let answer =
            self.app.post_raw(&url, "application/x-amz-json-1.0", body.to_string().into_bytes(), &headers).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    // ------------------------------------------------------------ what breaks

    /// `kill -9` of this many of a function's processes, starting with a given one.
    pub async fn kill(&self, function: &str, first: usize, count: usize) {
        let processes = self.app.stack.processes(function);
        let victims: Vec<u32> =
            processes.iter().cycle().skip(first).take(count.min(processes.len())).copied().collect();
        for process in victims {
            let status = tokio::process::Command::new("kill").arg("-9").arg(process.to_string()).output().await;
            // It may have ended by itself.
            drop(status.expect("kill can be run"));
        }
    }

    pub async fn kill_workers(&self) {
        self.kill(WORKER, 0, usize::MAX).await;
        self.app.eventually("the workers are gone", async || (self.busy_workers() == 0).then_some(())).await;
    }

    /// Cuts every connection of the functions to Postgres.
    pub async fn cut_connections(&self) {
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND usename = 'switchboard_app'",
        )
        .await;
    }

    // ------------------------------------------------------------ time

    /// Lets seconds pass at the carrier and for everything that waits in the database. A lease that a living worker
    /// holds does not age: nobody is at work at the moment that is waited for, and rows touched since are left out.
    pub async fn pass_time(&self, seconds: u32) {
        let now: DateTime<Utc> = self.one("SELECT clock_timestamp()").await;
        self.app.eventually("the workers are idle", async || (self.busy_workers() == 0).then_some(())).await;
        self.age_numbers(now, i64::from(seconds)).await;
        let connection = self.owner.get().await.expect("a connection");
        let sql = "UPDATE number_provisionings SET leased_until = leased_until - make_interval(secs => $1)
            WHERE finished_at IS NULL AND updated_at < $2";
        connection.execute(sql, &[&f64::from(seconds), &now]).await.expect("time passes");
    }

    fn busy_workers(&self) -> usize {
        self.app.stack.status(WORKER).expect("the worker is a function").busy
    }

    async fn age_numbers(&self, before: DateTime<Utc>, seconds: i64) {
        for number in self.app.bought_numbers().await {
            let bought: DateTime<Utc> = number["purchasedAt"].as_str().unwrap().parse().expect("a time");
            if bought < before && (before - bought).num_seconds() < OLD_SECONDS {
                let path = format!("/numbers/{}", number["phoneNumber"].as_str().unwrap());
                let aged = bought - chrono::TimeDelta::seconds(seconds);
                self.app.sim_patch(&path, json!({ "purchasedAt": aged })).await;
            }
        }
    }

    /// Every number is old enough to be given back, and every grace is over.
    pub async fn pass_weeks(&self) {
        for number in self.app.bought_numbers().await {
            let path = format!("/numbers/{}", number["phoneNumber"].as_str().unwrap());
            self.app.sim_patch(&path, json!({ "purchasedAt": "2020-01-01T00:00:00Z" })).await;
        }
        self.execute("UPDATE workspace_phone_numbers SET release_due_at = now() WHERE status = 'suspended'").await;
    }

    /// The waiting times of all releases at the carrier are over; nobody is at work on one at that moment.
    pub async fn pass_release_waits(&self) {
        self.app.eventually("the workers are idle", async || (self.busy_workers() == 0).then_some(())).await;
        self.execute(
            "UPDATE carrier_releases SET due_at = now(), leased_until = NULL, queued_at = NULL WHERE finished_at IS NULL",
        )
        .await;
    }

    // ------------------------------------------------------------ the database

    /// Numbers that are released on our side and not yet at the carrier.
    pub async fn open_releases(&self) -> Vec<String> {
        let sql = "SELECT phone_number_id::text FROM carrier_releases WHERE finished_at IS NULL";
        self.app.rows(sql, &[]).await.iter().map(|row| row.get(0)).collect()
    }

    pub async fn open_provisionings(&self) -> Vec<String> {
        let rows = self.app.rows("SELECT id::text FROM number_provisionings WHERE finished_at IS NULL", &[]).await;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Of one organisation, oldest first.
    pub async fn provisionings(&self, organization: &str) -> Vec<Provisioning> {
        let sql = "SELECT p.id::text, p.state, p.failure_code FROM number_provisionings p
            JOIN workspaces w ON w.id = p.workspace_id WHERE w.clerk_organization_id = $1 ORDER BY p.created_at";
        let rows = self.app.rows(sql, &[&organization]).await;
        rows.iter().map(|r| Provisioning { id: r.get(0), state: r.get(1), failure: r.get(2) }).collect()
    }

    pub async fn execute(&self, sql: &str) {
        self.owner.get().await.expect("a connection").batch_execute(sql).await.expect(sql);
    }

    pub async fn one<T>(&self, sql: &str) -> T
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        self.owner.get().await.expect("a connection").query_one(sql, &[]).await.expect(sql).get(0)
    }

    // ------------------------------------------------------------ Clerk

    /// Sends again what did not arrive, until everything has.
    pub async fn recover_clerk_events(&self) {
        let url = format!("{}/_sim/deliveries/replay-failed", self.app.stack.urls.clerk);
        self.app
            .eventually("Clerk's events arrive", async || {
                let answer = self.app.post_json(&url, &json!({})).await;
                let deliveries = answer.body["deliveries"].as_array().expect("a list");
                deliveries.iter().all(|d| d["state"] == "delivered").then_some(())
            })
            .await;
    }

    // ------------------------------------------------------------ what is left

    /// Compares the carrier with the database: the same numbers, each bought once and for a reason.
    pub async fn assert_carrier_agrees(&self) {
        let mut carrier = BTreeMap::new();
        let mut names = BTreeMap::<String, Vec<String>>::new();
        for number in self.app.bought_numbers().await {
            let text = |name: &str| number[name].as_str().expect(name).to_owned();
            carrier.insert(text("sid"), text("friendlyName"));
            names.entry(text("friendlyName")).or_default().push(text("phoneNumber"));
        }
        let twice: Vec<_> = names.iter().filter(|(_, numbers)| numbers.len() > 1).collect();
        assert!(twice.is_empty(), "bought twice: {twice:?}\n{}", self.log_of(twice.first().map(|(name, _)| *name)));

        let rows = self
            .app
            .rows(
                "SELECT n.phone_number_sid, coalesce('sb-' || p.id, 'no provisioning')
                 FROM workspace_phone_numbers n
                 LEFT JOIN number_provisionings p ON p.phone_number_id = n.id AND p.workspace_id = n.workspace_id
                     AND p.state = 'active' AND p.phone_number_sid = n.phone_number_sid
                 WHERE n.status <> 'released'",
                &[],
            )
            .await;
        let ours: BTreeMap<String, String> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let orphans: Vec<_> = carrier.iter().filter(|(sid, _)| !ours.contains_key(*sid)).collect();
        assert!(
            orphans.is_empty(),
            "paid for, owned by nobody: {orphans:?}\n{}",
            self.log_of(orphans.first().map(|o| o.1))
        );
        assert_eq!(carrier, ours, "numbers at the carrier (left) and in the table (right)");
    }

    /// The log lines about one provisioning.
    fn log_of(&self, friendly_name: Option<&String>) -> String {
        let Some(id) = friendly_name.and_then(|name| name.strip_prefix("sb-")) else { return String::new() };
        self.app.log_text().lines().filter(|line| line.contains(id)).collect::<Vec<_>>().join("\n")
    }
}

/// The queue's message for a provisioning.
pub fn settle(id: &str) -> Value {
    json!({ "kind": "settle_provisioning", "version": 1, "provisioningId": id })
}

/// The queue's message for a release at the carrier.
pub fn release(id: &str) -> Value {
    json!({ "kind": "release_at_carrier", "version": 1, "phoneNumberId": id })
}

/// Delivers batches at the same time.
pub async fn deliver_all(chaos: &Chaos, batches: &[Vec<Value>]) {
    join_all(batches.iter().map(|batch| chaos.deliver(batch))).await;
}
