//! `bench dashboard`: fills a workspace with messages and explains the statements of its dashboard.

use std::time::Instant;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use clap::Args;
use shared::{
    clock,
    db::{
        Connection,
        usage::{self, DayBounds},
    },
    domain::{LocalDay, WorkspaceId, local_date, local_days},
    testing::TestDatabase,
};
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::say;

const DAYS: i64 = 90;
const CONVERSATIONS: i32 = 2_000;
const BATCH: i64 = 50_000;
const REPEATS: usize = 5;

#[derive(Args)]
pub struct Arguments {
    /// How many messages.
    #[arg(long, default_value_t = 1_000_000)]
    messages: i64,
    /// How many of them, the latest, have not been moved into the sums yet. The sweep moves them each minute.
    #[arg(long, default_value_t = 1_000)]
    pending: i64,
    /// Whose days the dashboard shows.
    #[arg(long = "zone", default_values = ["America/Chicago", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"])]
    zones: Vec<Tz>,
}

pub async fn run(arguments: Arguments) -> Result<()> {
    let database = TestDatabase::create().await;
    let pool = database.owner_pool(1);
    let connection = pool.get().await?;
    let now = clock::now();

    let workspace = prepare(&connection).await?;
    let began = Instant::now();
    fill(&connection, workspace, (arguments.messages, arguments.pending), now).await?;
    say(&format!("{} messages in {:.0} s", arguments.messages, began.elapsed().as_secs_f64()));
    connection.batch_execute("VACUUM ANALYZE").await?;

    for zone in arguments.zones {
        let today = local_date(now, zone);
        let days = local_days(today - TimeDelta::days(DAYS - 1), today, zone);
        say(&format!("\n{zone}"));
        explain(&connection, workspace, &days).await?;
        time(&connection, workspace, &days).await?;
    }
    Ok(())
}

async fn prepare(connection: &Connection) -> Result<Uuid> {
    let sql = "INSERT INTO workspaces (clerk_organization_id) VALUES ('org_bench') RETURNING id";
    let workspace: Uuid = connection.query_one(sql, &[]).await?.get(0);
    let sql = "INSERT INTO workspace_phone_numbers
            (workspace_id, phone_number, phone_number_sid, friendly_name, number_type, monthly_cost_cents)
        SELECT $1, '+1405201' || lpad(n::text, 4, '0'), 'pn-' || n, 'Line ' || n,
            (ARRAY['primary', 'sales', 'support', 'custom'])[least(n, 4)], 100
        FROM generate_series(1, 10) AS n";
    connection.execute(sql, &[&workspace]).await?;
    let sql = "INSERT INTO conversations (workspace_id, channel, our_number, counterpart)
        SELECT $1, 'sms', '+14052010001', '+1405' || (1000000 + n) FROM generate_series(1, $2) AS n";
    connection.execute(sql, &[&workspace, &CONVERSATIONS]).await?;
    Ok(workspace)
}

/// Messages in the order of life, half of them answers of staff; one of fifty fails. Compacted as the sweep does it.
async fn fill(
    connection: &Connection,
    workspace: Uuid,
    (messages, pending): (i64, i64),
    now: DateTime<Utc>,
) -> Result<()> {
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
    let client: &tokio_postgres::Client = connection;
    let moved = messages - pending;
    for first in (0..moved).step_by(usize::try_from(BATCH)?) {
        let last = (first + BATCH).min(moved) - 1;
        connection.execute(sql, &[&workspace, &now, &first, &last, &messages]).await?;
        while usage::compact(client).await? >= usage::COMPACT_AT_ONCE {}
    }
    connection.execute(sql, &[&workspace, &now, &moved, &(messages - 1), &messages]).await?;
    Ok(())
}

async fn explain(connection: &Connection, workspace: Uuid, days: &[LocalDay]) -> Result<()> {
    let bounds = DayBounds::of(days);
    let [dates, starts, hours_from, hours_to, ends] = bounds.parameters();
    let params = [(&workspace as &(dyn ToSql + Sync), Type::UUID), dates, starts, hours_from, hours_to, ends];
    let sql = format!("EXPLAIN (ANALYZE, BUFFERS) {}", usage::list_days_sql());
    let client: &tokio_postgres::Client = connection;
    for row in client.query_typed(&sql, &params).await? {
        say(row.get(0));
    }
    Ok(())
}

/// Everything that the dashboard reads of the range, as the function reads it.
async fn time(connection: &Connection, workspace: Uuid, days: &[LocalDay]) -> Result<()> {
    let client: &tokio_postgres::Client = connection;
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
    let (id, span) = (WorkspaceId(workspace), (first.starts, last.ends));
    for _ in 0..REPEATS {
        let began = Instant::now();
        let rows = usage::list_days(client, id, days).await?;
        let by_day = milliseconds(began);
        let errors = usage::list_errors(client, id, span, 10).await?;
        let by_code = milliseconds(began);
        let answers = usage::list_answers(client, id, span).await?;
        let all = milliseconds(began);
        say(&format!(
            "{} rows of days {:.1} ms, {} codes {:.1} ms, {} buckets of answers {:.1} ms, all {:.1} ms",
            rows.len(),
            by_day,
            errors.len(),
            by_code - by_day,
            answers.len(),
            all - by_code,
            all,
        ));
    }
    Ok(())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
