//! `bench dashboard`: fills a workspace with messages and explains the statements of its dashboard.

use std::time::Instant;

use anyhow::Result;
use chrono::TimeDelta;
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

use crate::{data, say};

const DAYS: i64 = 90;
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

    let workspace = data::prepare(&connection).await?;
    let began = Instant::now();
    data::fill(&connection, workspace, (arguments.messages, arguments.pending), now).await?;
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
