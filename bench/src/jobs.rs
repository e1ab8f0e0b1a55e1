//! The calls that are compared, each as its event.

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use serde_json::json;
use shared::clock;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    data,
    world::{World, events},
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Job {
    ReceiveMessage,
    ReceiveMessageStatus,
    SendMessage,
    ListConversations,
    ReadAnalytics,
}

impl Job {
    pub const ALL: [Self; 5] = [
        Self::ReceiveMessage,
        Self::ReceiveMessageStatus,
        Self::SendMessage,
        Self::ListConversations,
        Self::ReadAnalytics,
    ];

    /// The function that does it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReceiveMessage => "receive-message",
            Self::ReceiveMessageStatus => "receive-message-status",
            Self::SendMessage => "send-message",
            Self::ListConversations => "list-conversations",
            Self::ReadAnalytics => "read-analytics",
        }
    }

    /// The status of an answer, also that of the function which does nothing.
    pub fn expected(self) -> &'static [u64] {
        match self {
            Self::ReceiveMessageStatus => &[204],
            Self::SendMessage => &[201],
            _ => &[200],
        }
    }
}

/// Makes requests, and knows what they must have done.
pub struct Requests {
    client: Client,
    workspace: Uuid,
    token: String,
    /// Conversations with the numbers of both sides.
    threads: Vec<(Uuid, String, String)>,
    /// Messages that were sent and have no receipt yet.
    unreceipted: Vec<(Uuid, String)>,
    texts: i64,
    receipts: i64,
    sends: i64,
}

impl Requests {
    /// Fills a workspace with so many messages.
    pub async fn prepare(world: &World, messages: i64) -> Result<Self> {
        let client = world.database.owner().await?;
        let workspace = data::prepare(&client).await?;
        data::fill(&client, workspace, (messages, messages / 100), clock::now()).await?;
        client.batch_execute("VACUUM ANALYZE").await?;
        let sql = "SELECT id, our_number, counterpart FROM conversations ORDER BY counterpart";
        let rows = client.query(sql, &[]).await?;
        let threads = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        let token = world.token(data::ORGANIZATION).await?;
        Ok(Self { client, workspace, token, threads, unreceipted: Vec::new(), texts: 0, receipts: 0, sends: 0 })
    }

    /// The next event. What is for the function that does nothing is not counted.
    pub async fn event(&mut self, job: Job, counts: bool) -> Result<String> {
        match job {
            Job::ReceiveMessage => {
                self.texts += i64::from(counts);
                Ok(self.text())
            }
            Job::ReceiveMessageStatus => {
                self.receipts += i64::from(counts);
                self.receipt().await
            }
            Job::SendMessage => {
                self.sends += i64::from(counts);
                Ok(self.send())
            }
            Job::ListConversations => Ok(self.request("GET /api/workspaces/{workspace}/conversations", "limit=50")),
            Job::ReadAnalytics => {
                let (from, to) = (clock::now() - TimeDelta::days(29), clock::now());
                let query = format!("from={}&to={}&timeZone=America/Chicago", from.format("%F"), to.format("%F"));
                Ok(self.request("GET /api/workspaces/{workspace}/analytics", &query))
            }
        }
    }

    /// One of ten is from somebody new.
    fn text(&self) -> String {
        let sid = Uuid::new_v4().to_string();
        let at = usize::try_from(self.texts).unwrap_or(0) * 7 % self.threads.len();
        let (_, our_number, counterpart) = &self.threads[at];
        if self.texts % 10 == 0 {
            events::text(&sid, &format!("+1918{:07}", 2_000_000 + self.texts), our_number)
        } else {
            events::text(&sid, counterpart, our_number)
        }
    }

    async fn receipt(&mut self) -> Result<String> {
        if self.unreceipted.is_empty() {
            let sql = "INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type,
                    direction, channel, body, from_number, to_number, status, carrier_sid, sent_by)
                SELECT c.workspace_id, c.id, c.phone_number_id, 'primary', 'outbound', 'sms', 'Yes, from nine to five.',
                    c.our_number, c.counterpart, 'sent', gen_random_uuid(), 'user_bench'
                FROM conversations c WHERE c.workspace_id = $1 RETURNING id, carrier_sid";
            let rows = self.client.query(sql, &[&self.workspace]).await?;
            self.unreceipted = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        }
        let (message, sid) = self.unreceipted.pop().context("a message")?;
        Ok(events::receipt(&message.to_string(), &sid, "delivered"))
    }

    fn send(&self) -> String {
        let at = usize::try_from(self.sends).unwrap_or(0) * 7 % self.threads.len();
        let route = "POST /api/workspaces/{workspace}/messages";
        let mut event = events::request(route, &[("workspace", &self.workspace.to_string())], "", &self.token);
        event["headers"]["idempotency-key"] = json!(Uuid::new_v4());
        let conversation = self.threads[at].0;
        let body = json!({ "channel": "sms", "conversationId": conversation, "body": "Yes, from nine to five." });
        event["body"] = json!(body.to_string());
        event.to_string()
    }

    fn request(&self, route: &str, query: &str) -> String {
        events::request(route, &[("workspace", &self.workspace.to_string())], query, &self.token).to_string()
    }

    /// No plan allows so many messages a minute as are sent here.
    pub async fn clear_limits(&self) -> Result<()> {
        Ok(self.client.batch_execute("TRUNCATE send_windows").await?)
    }

    /// Whether everything that was acknowledged is stored.
    pub async fn check(&self) -> Result<()> {
        let sql = "SELECT count(*) FILTER (WHERE direction = 'inbound' AND carrier_sid IS NOT NULL),
                count(*) FILTER (WHERE body = 'Yes, from nine to five.' AND status = 'delivered'),
                count(*) FILTER (WHERE body = 'Yes, from nine to five.' AND status = 'queued')
            FROM conversation_messages";
        let row = self.client.query_one(sql, &[]).await?;
        let stored: (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        let expected = (self.texts, self.receipts, self.sends);
        ensure!(stored == expected, "texts, receipts and sends stored: {stored:?}, acknowledged: {expected:?}");
        Ok(())
    }
}
