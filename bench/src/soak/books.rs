//! What was promised, what the carrier has, and what we have: all must agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::Value;
use shared::domain::NOT_AT_CARRIER;
use stack::Stack;
use tokio_postgres::NoTls;

use super::lock;

/// How long late events may take until everything is where it belongs. A send whose function died before it asked the carrier is
/// looked for there for ten minutes, by a sweep that runs every five.
const SETTLING: Duration = Duration::from_mins(20);

/// The sends that were acknowledged.
#[derive(Default)]
pub struct Books {
    sent: Mutex<Vec<usize>>,
}

/// What is wrong; zeros when nothing is.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Verdict {
    texts_in: usize,
    lost_in: usize,
    doubled_in: usize,
    texts_out: usize,
    lost_out: usize,
    doubled_out: usize,
    /// Sends that the carrier never got, and that staff sees as not sent: their function was killed before it asked.
    not_sent: usize,
    /// Sends whose state here is not the carrier's.
    different: usize,
    /// Seconds until all agreed.
    settled_after: f64,
}

impl Verdict {
    pub fn is_clean(&self) -> Result<()> {
        let wrong = self.lost_in + self.doubled_in + self.lost_out + self.doubled_out + self.different;
        ensure!(wrong == 0 && self.texts_in > 0 && self.texts_out > 0, "the books do not agree: {self:?}");
        Ok(())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Of {} texts from customers {} were lost and {} doubled; of {} texts of staff {} and {}, and {} never reached the \
             carrier and are shown so. {} have another state here than at the carrier. All agreed {:.0} s after the end.",
            self.texts_in,
            self.lost_in,
            self.doubled_in,
            self.texts_out,
            self.lost_out,
            self.doubled_out,
            self.not_sent,
            self.different,
            self.settled_after,
        )
    }
}

impl Books {
    pub fn note_sent(&self, turn: usize) {
        lock(&self.sent).push(turn);
    }

    /// Compares until nothing is wrong any more or patience ends: retries, queues and the sweep have their time.
    pub async fn compare(&self, stack: &Stack, owner_url: &str) -> Result<Verdict> {
        let began = Instant::now();
        loop {
            let mut verdict = self.look(stack, owner_url).await?;
            verdict.settled_after = began.elapsed().as_secs_f64();
            if verdict.is_clean().is_ok() || began.elapsed() > SETTLING {
                return Ok(verdict);
            }
            crate::say(&format!("not yet: {verdict}"));
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }

    async fn look(&self, stack: &Stack, owner_url: &str) -> Result<Verdict> {
        let url = format!("{}/_sim/messages", stack.urls.signalwire);
        let ledger: Value = reqwest::get(url).await?.error_for_status()?.json().await?;
        let ledger = ledger["messages"].as_array().context("the carrier's messages")?;
        let (client, connection) = tokio_postgres::connect(owner_url, NoTls).await?;
        tokio::spawn(connection);
        let sql = "SELECT body FROM conversation_messages
            WHERE direction = 'outbound' AND status = 'failed' AND error_code = $1";
        let unsent = client.query(sql, &[&NOT_AT_CARRIER.code]).await?;
        let unsent: BTreeSet<String> = unsent.iter().map(|row| row.get(0)).collect();
        let sql =
            "SELECT carrier_sid, body, direction, status FROM conversation_messages WHERE carrier_sid IS NOT NULL";
        let mut ours_in: BTreeMap<String, usize> = BTreeMap::new();
        let mut ours_out: BTreeMap<String, String> = BTreeMap::new();
        let mut bodies_in: BTreeMap<String, usize> = BTreeMap::new();
        for row in client.query(sql, &[]).await? {
            let (sid, body, direction, status): (String, String, String, String) =
                (row.get(0), row.get(1), row.get(2), row.get(3));
            if direction == "inbound" {
                *ours_in.entry(sid).or_default() += 1;
                *bodies_in.entry(body).or_default() += 1;
            } else {
                ours_out.insert(sid, status);
            }
        }
        let text = |message: &Value, field: &str| message[field].as_str().unwrap_or_default().to_owned();
        let mut verdict = Verdict::default();
        let mut at_carrier: BTreeMap<String, usize> = BTreeMap::new();
        let mut carrier_in: BTreeMap<String, usize> = BTreeMap::new();
        for message in ledger {
            let (sid, body) = (text(message, "sid"), text(message, "body"));
            if text(message, "direction").starts_with("inbound") {
                verdict.texts_in += 1;
                verdict.lost_in += usize::from(!ours_in.contains_key(&sid));
                *carrier_in.entry(body).or_default() += 1;
            } else if body.starts_with("out ") {
                *at_carrier.entry(body).or_default() += 1;
                verdict.different += usize::from(ours_out.get(&sid) != Some(&text(message, "status")));
            }
        }
        verdict.doubled_in = bodies_in.iter().filter(|(body, count)| Some(*count) != carrier_in.get(*body)).count();
        let sent = lock(&self.sent).clone();
        verdict.texts_out = sent.len();
        let mut missing: Vec<String> = sent.iter().map(|turn| format!("out {turn}")).collect();
        missing.retain(|body| !at_carrier.contains_key(body));
        verdict.not_sent = missing.iter().filter(|body| unsent.contains(*body)).count();
        verdict.lost_out = missing.len() - verdict.not_sent;
        verdict.doubled_out = at_carrier.values().filter(|count| **count > 1).count();
        Ok(verdict)
    }
}
