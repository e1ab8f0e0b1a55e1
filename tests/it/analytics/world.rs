//! Events as the test knows them, and the rows that they are: what the ledger makes of the rows is compared with plain
//! arithmetic over the events.

use chrono::{DateTime, Utc};
use shared::{db::Connection, db::usage::Totals, domain::NumberType, domain::Service};
use uuid::Uuid;

/// Our number in all of them, and the customer's.
pub const OURS: &str = "+14055550100";
pub const CUSTOMER: &str = "+14055550123";

/// A message or a call.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: Uuid,
    pub workspace: Uuid,
    pub service: Service,
    pub inbound: bool,
    pub number_type: Option<NumberType>,
    /// The message's status or the call's state.
    pub status: &'static str,
    pub segments: i64,
    /// Of a call.
    pub seconds: i64,
    pub at: DateTime<Utc>,
    /// The carrier's price.
    pub price: Option<i64>,
}

/// A rate per unit: cost and revenue.
pub type Rate = (i64, i64);

impl Event {
    pub fn units(&self) -> i64 {
        match self.service {
            Service::Sms => self.segments,
            Service::Voice => (self.seconds + 59) / 60,
            _ => 1,
        }
    }

    /// What the ledger has to make of it, by the prices.
    pub fn totals(&self, (cost, revenue): Rate) -> Totals {
        let charged =
            i64::from(!matches!(self.status, "failed" | "canceled" | "scheduled") || self.service == Service::Voice);
        let estimate = charged * self.units() * cost;
        let mut totals = Totals {
            inbound: i64::from(self.inbound),
            outbound: i64::from(!self.inbound),
            units: self.units(),
            cost_micros: self.price.unwrap_or(estimate),
            estimated_micros: if self.price.is_some() { 0 } else { estimate },
            revenue_micros: charged * self.units() * revenue,
            ..Totals::default()
        };
        match (self.status, self.service) {
            ("completed", _) => totals.answered = 1,
            ("voicemail", _) => totals.voicemail = 1,
            ("missed" | "busy" | "no_answer", _) => totals.missed = 1,
            ("canceled", Service::Voice) if self.inbound => totals.missed = 1,
            ("canceled", _) => totals.canceled = 1,
            ("failed", _) => totals.failed = 1,
            ("sent", _) => totals.sent = 1,
            ("delivered", _) => totals.delivered = 1,
            ("undelivered", _) => totals.undelivered = 1,
            ("received", _) => {}
            _ => totals.open = 1,
        }
        totals
    }

    /// Stores it as it is.
    pub async fn insert(&self, connection: &Connection, conversation: Uuid) {
        let direction = if self.inbound { "inbound" } else { "outbound" };
        let number_type = self.number_type.map(NumberType::as_str);
        let (segments, channel) = (i32::try_from(self.segments).unwrap(), self.service.as_str());
        let message = if self.service == Service::Voice { Uuid::new_v4() } else { self.id };
        let sql =
            "INSERT INTO conversation_messages (id, workspace_id, conversation_id, number_type, direction, channel,
                from_number, to_number, status, segments, created_at, cost_micros, scheduled_for)
            VALUES ($1, $2, $3, $4, $5, $6, '+14055550100', '+14055550123', $7, $8, $9, $10, $9)";
        connection
            .execute(
                sql,
                &[
                    &message,
                    &self.workspace,
                    &conversation,
                    &number_type,
                    &direction,
                    &channel,
                    &self.status,
                    &segments,
                    &self.at,
                    &self.price,
                ],
            )
            .await
            .unwrap();
        if self.service == Service::Voice {
            let sql = "INSERT INTO calls (id, workspace_id, conversation_id, message_id, number_type, kind, direction,
                    from_number, to_number, state, started_at, duration_seconds, cost_micros)
                VALUES ($1, $2, $3, $4, $5, CASE $6 WHEN 'inbound' THEN 'inbound' ELSE 'spoken' END, $6, '+14055550100',
                    '+14055550123', $7, $8, $9, $10)";
            let seconds = i32::try_from(self.seconds).unwrap();
            connection
                .execute(
                    sql,
                    &[
                        &self.id,
                        &self.workspace,
                        &conversation,
                        &message,
                        &number_type,
                        &direction,
                        &self.status,
                        &self.at,
                        &seconds,
                        &self.price,
                    ],
                )
                .await
                .unwrap();
        }
    }

    /// Writes what has changed.
    pub async fn update(&self, connection: &Connection) {
        let number_type = self.number_type.map(NumberType::as_str);
        if self.service == Service::Voice {
            let sql = "UPDATE calls SET state = $2, duration_seconds = $3, cost_micros = $4, number_type = $5,
                started_at = $6 WHERE id = $1";
            let seconds = i32::try_from(self.seconds).unwrap();
            let params: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
                [&self.id, &self.status, &seconds, &self.price, &number_type, &self.at];
            connection.execute(sql, &params).await.unwrap();
        } else {
            let sql = "UPDATE conversation_messages SET status = $2, segments = $3, cost_micros = $4, number_type = $5,
                created_at = $6 WHERE id = $1";
            let segments = i32::try_from(self.segments).unwrap();
            let params: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
                [&self.id, &self.status, &segments, &self.price, &number_type, &self.at];
            connection.execute(sql, &params).await.unwrap();
        }
    }
}

/// A workspace with one conversation; gives their ids.
pub async fn workspace(connection: &Connection, organization: &str, tier: &str) -> (Uuid, Uuid) {
    let sql =
        "WITH w AS (INSERT INTO workspaces (clerk_organization_id, subscription_tier) VALUES ($1, $2) RETURNING id)
        SELECT id FROM w";
    let workspace: Uuid = connection.query_one(sql, &[&organization, &tier]).await.unwrap().get(0);
    let sql = "INSERT INTO conversations (workspace_id, channel, our_number, counterpart)
        VALUES ($1, 'sms', '+14055550100', '+14055550123') RETURNING id";
    (workspace, connection.query_one(sql, &[&workspace]).await.unwrap().get(0))
}
