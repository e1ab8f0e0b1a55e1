//! A workspace with an inbox, filled through the product's own triggers.

use anyhow::Result;
use chrono::{DateTime, Utc};
use shared::db::usage;
use tokio_postgres::Client;
use uuid::Uuid;

/// The Clerk organisation of the workspace.
pub const ORGANIZATION: &str = "org_bench";
/// Its conversations, one of each customer.
pub const CONVERSATIONS: i32 = 2_000;
const BATCH: i64 = 50_000;

/// A workspace with ten numbers and a conversation for each of its customers.
pub async fn prepare(client: &Client) -> Result<Uuid> {
    let sql =
        "INSERT INTO workspaces (clerk_organization_id, subscription_tier) VALUES ($1, 'enterprise') RETURNING id";
    let workspace: Uuid = client.query_one(sql, &[&ORGANIZATION]).await?.get(0);
    let sql = "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
            monthly_cost_cents, messaging_status, capabilities)
        SELECT $1, '+1405201' || lpad(n::text, 4, '0'), 'pn-' || n, 'Line ' || n,
            (ARRAY['primary', 'sales', 'support', 'custom'])[least(n, 4)], 100, 'ready', '{\"sms\": true, \"mms\": true}'
        FROM generate_series(1, 10) AS n";
    client.execute(sql, &[&workspace]).await?;
    let sql = "SELECT open_conversation($1, 'sms', n.id, n.phone_number, '+1405' || (5000000 + i))
        FROM generate_series(1, $2) AS i
        JOIN (SELECT id, phone_number, row_number() OVER () - 1 AS at FROM workspace_phone_numbers
            WHERE workspace_id = $1) AS n ON n.at = i % 10";
    client.execute(sql, &[&workspace, &CONVERSATIONS]).await?;
    Ok(workspace)
}

/// Messages in the order of life, half of them answers of staff; one of fifty fails. Compacted as the sweep does it, but for
/// the latest, so many as are pending.
pub async fn fill(client: &Client, workspace: Uuid, (messages, pending): (i64, i64), now: DateTime<Utc>) -> Result<()> {
    let sql =
        "INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction,
            channel, body, from_number, to_number, status, error_code, sent_by, created_at, cost_micros)
        SELECT $1, c.id, n.id, n.number_type, d.direction, 'sms', 'Hello', '+14052010001', '+14055550123',
            CASE WHEN d.direction = 'inbound' THEN 'received' WHEN m.i % 50 = 0 THEN 'undelivered'
                WHEN m.i % 7 = 0 THEN 'sent' ELSE 'delivered' END,
            CASE WHEN d.direction = 'outbound' AND m.i % 50 = 0 THEN '30003' END,
            CASE WHEN d.direction = 'outbound' THEN 'user_bench' END,
            $2::timestamptz - interval '90 days' + m.i * (interval '90 days' / $5::bigint),
            CASE WHEN m.i % 3 <> 0 THEN 7900 END
        FROM generate_series($3::bigint, $4::bigint) AS m (i)
        CROSS JOIN LATERAL (SELECT CASE WHEN (m.i / 2000) % 2 = 0 THEN 'inbound' ELSE 'outbound' END AS direction) AS d
        JOIN (SELECT id, row_number() OVER () - 1 AS at FROM conversations WHERE workspace_id = $1) AS c
            ON c.at = m.i % 2000
        JOIN (SELECT id, number_type, row_number() OVER () - 1 AS at FROM workspace_phone_numbers
            WHERE workspace_id = $1) AS n ON n.at = m.i % 10
        ORDER BY m.i";
    let moved = messages - pending;
    for first in (0..moved).step_by(usize::try_from(BATCH)?) {
        let last = (first + BATCH).min(moved) - 1;
        client.execute(sql, &[&workspace, &now, &first, &last, &messages]).await?;
        while usage::compact(client).await? >= usage::COMPACT_AT_ONCE {}
    }
    client.execute(sql, &[&workspace, &now, &moved, &(messages - 1), &messages]).await?;
    Ok(())
}
