//! `bench growth`: the same calls on a small and on a large database. What their statements take and read must stay the same.

use std::{collections::BTreeMap, path::Path, time::Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    figures::{Spread, of},
    report, say,
    world::{Instance, World, events},
};

#[derive(Args)]
pub struct Arguments {
    /// Messages in the small and in the large database; a hundredth and a tenth as many numbers, a tenth as many conversations.
    #[arg(long = "messages", default_values = ["100000", "10000000"])]
    pub messages: Vec<i64>,
    /// Calls of each function.
    #[arg(long, default_value_t = 300)]
    pub calls: usize,
}

/// Calls that are not measured: a new connection plans, and the first of them read from the disk.
const WARM_UP: usize = 60;

/// One statement in one database.
#[derive(Serialize)]
struct Statement {
    messages: i64,
    name: String,
    /// As Postgres measures it, in milliseconds.
    took: Spread,
    /// Blocks of 8 kB that it read or changed, the median.
    buffers: f64,
}

/// What the rows of a table take.
#[derive(Serialize)]
struct Size {
    messages: i64,
    table: String,
    rows: i64,
    bytes: i64,
    index_bytes: i64,
}

#[derive(Default, Serialize)]
struct Figures {
    statements: Vec<Statement>,
    tables: Vec<Size>,
}

pub async fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let mut figures = Figures::default();
    for &messages in &arguments.messages {
        let mut world = World::start(root).await?;
        let owner = with_memory(&mut world).await?;
        let began = Instant::now();
        fill(&owner, messages).await?;
        say(&format!("{messages} messages in {:.0} s", began.elapsed().as_secs_f64()));
        figures.tables.extend(tables(&owner, messages).await?);
        let log = calls(root, &world, &owner, arguments.calls).await?;
        figures.statements.extend(statements(&log, messages)?);
        world.stop().await?;
        report::keep(root, "growth", &figures, &table(&figures))?;
    }
    Ok(())
}

/// Postgres with the memory of a database that is large enough for what is read: otherwise the disk is measured, and how much
/// of it the machine happens to remember.
async fn with_memory(world: &mut World) -> Result<Client> {
    world.database.owner().await?.batch_execute("ALTER SYSTEM SET shared_buffers = '8GB'").await?;
    world.database.postgres.kill().await?;
    world.database.postgres.start_again().await?;
    world.database.owner().await
}

/// Numbers for each hundred messages of the small database, for each ten of the large one.
fn numbers(messages: i64) -> i64 {
    if messages > 1_000_000 { messages / 10 } else { messages / 100 }
}

/// Written as the functions would have left it, but without their triggers, which would take hours. Every fourth number begins
/// a workspace; the first workspace has a twentieth of all conversations.
async fn fill(owner: &Client, messages: i64) -> Result<()> {
    // Nobody needs these rows after a crash.
    for setting in ["fsync = off", "max_wal_size = '8GB'", "checkpoint_timeout = '1h'", "autovacuum = off"] {
        owner.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await?;
    }
    owner.query("SELECT pg_reload_conf()", &[]).await?;
    for setting in ["session_replication_role = replica", "maintenance_work_mem = '1GB'", "work_mem = '256MB'"] {
        owner.batch_execute(&format!("SET {setting}")).await?;
    }
    let (numbers, conversations) = (numbers(messages), messages / 10);
    for (what, sql) in [
        ("workspaces", format!(
            "INSERT INTO workspaces (clerk_organization_id, subscription_tier)
                SELECT 'org_' || n, 'enterprise' FROM generate_series(1, {numbers} / 4) AS n")),
        ("numbers", format!(
            "CREATE TEMPORARY TABLE w AS SELECT id, substr(clerk_organization_id, 5)::bigint AS n FROM workspaces;
            INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
                    monthly_cost_cents, messaging_status, capabilities)
                SELECT w.id, '+1405' || lpad((2000000 + i)::text, 7, '0'), 'pn-' || i, 'Line ' || i,
                    (ARRAY['primary', 'sales', 'support', 'custom'])[i % 4 + 1], 100, 'ready', '{{\"sms\": true}}'
                FROM generate_series(0, {numbers} - 1) AS i JOIN w ON w.n = i / 4 + 1")),
        ("conversations", format!(
            "CREATE TEMPORARY TABLE p AS SELECT id, workspace_id, phone_number, number_type, substr(phone_number_sid, 4)::bigint AS n
                FROM workspace_phone_numbers;
            CREATE TEMPORARY TABLE c AS SELECT i AS n, gen_random_uuid() AS id, gen_random_uuid() AS contact_id, p.workspace_id,
                    p.id AS phone_number_id, p.phone_number, p.number_type,
                    '+1' || (ARRAY[202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228,
                        229])[i / 10000 % 20 + 1] || 560 + i / 200000 || lpad((i % 10000)::text, 4, '0') AS counterpart
                FROM generate_series(0, {conversations} - 1) AS i
                JOIN p ON p.n = CASE WHEN i % 20 = 0 THEN (i / 20) % 4 ELSE i % {numbers} END;
            INSERT INTO contacts (id, workspace_id, phone_number) SELECT contact_id, workspace_id, counterpart FROM c;
            INSERT INTO contact_phone_numbers (workspace_id, contact_id, phone_number, match_key)
                SELECT workspace_id, contact_id, counterpart, counterpart FROM c;
            INSERT INTO conversations (id, workspace_id, channel, phone_number_id, our_number, counterpart, contact_id,
                    message_count, snippet, last_message_at)
                SELECT id, workspace_id, 'sms', phone_number_id, phone_number, counterpart, contact_id, 10, 'See you then',
                    now() - interval '1 minute' * (n % 100000) FROM c;
            INSERT INTO conversation_participants (workspace_id, conversation_id, contact_id)
                SELECT workspace_id, id, contact_id FROM c;
            CREATE INDEX ON c (n); ANALYZE c")),
    ] {
        say(&format!("  {what}"));
        owner.batch_execute(&sql).await.with_context(|| what.to_owned())?;
    }
    // Its terms are built at once, which is many times faster.
    owner.batch_execute("DROP INDEX conversation_messages_search_idx").await?;
    for first in (0..messages).step_by(1_000_000) {
        let last = (first + 1_000_000).min(messages) - 1;
        say(&format!("  messages up to {}", last + 1));
        let sql = format!(
            "INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction, channel,
                    body, from_number, to_number, status, carrier_sid, sent_by, created_at, estimated_cost_micros, cost_micros)
                SELECT c.workspace_id, c.id, c.phone_number_id, c.number_type, d.direction, 'sms',
                    'See you on day ' || i % 1000 || ' at ' || i % 24 || ', thank you',
                    CASE d.direction WHEN 'inbound' THEN c.counterpart ELSE c.phone_number END,
                    CASE d.direction WHEN 'inbound' THEN c.phone_number ELSE c.counterpart END,
                    CASE d.direction WHEN 'inbound' THEN 'received' ELSE 'delivered' END,
                    gen_random_uuid(), CASE d.direction WHEN 'outbound' THEN 'user_bench' END,
                    now() - interval '180 days' * (1 - i / {messages}::float), 7900, 7900
                FROM generate_series({first}::bigint, {last}::bigint) AS i
                JOIN c ON c.n = i % {conversations}
                CROSS JOIN LATERAL
                    (SELECT CASE WHEN i / {conversations} % 2 = 0 THEN 'inbound' ELSE 'outbound' END AS direction) AS d"
        );
        owner.batch_execute(&sql).await?;
    }
    for (what, sql) in [
        ("charges", "INSERT INTO carrier_charges (id, workspace_id, service, direction, phone_number_id, number_type, outcome,
                occurred_at, units, estimated_micros, final_micros, revenue_micros)
            SELECT id, workspace_id, channel, direction, phone_number_id, number_type, status, created_at, 1, 7900, 7900, 20000
            FROM conversation_messages"),
        ("terms of the messages", "CREATE INDEX conversation_messages_search_idx ON conversation_messages
            USING gin (search_terms(workspace_id, body)) WITH (fastupdate = off)"),
        ("statistics", "VACUUM ANALYZE"),
        ("checkpoint", "CHECKPOINT"),
        ("into memory", "CREATE EXTENSION pg_prewarm;
            SELECT pg_prewarm(oid) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
            ORDER BY relname LIKE 'carrier_charges%' DESC"),
    ] {
        say(&format!("  {what}"));
        owner.batch_execute(sql).await.with_context(|| what.to_owned())?;
    }
    Ok(())
}

async fn tables(owner: &Client, messages: i64) -> Result<Vec<Size>> {
    let sql = "SELECT relname::text, reltuples::bigint, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
        WHERE relname IN ('conversation_messages', 'carrier_charges', 'conversations', 'contacts', 'contact_phone_numbers',
            'conversation_participants', 'workspace_phone_numbers') AND relkind = 'r' ORDER BY 4 DESC";
    let rows = owner.query(sql, &[]).await?;
    let table = |row: &tokio_postgres::Row| Size {
        messages,
        table: row.get(0),
        rows: row.get(1),
        bytes: row.get(2),
        index_bytes: row.get(3),
    };
    Ok(rows.iter().map(table).collect())
}

/// The calls, of people in random conversations; what Postgres wrote into its log meanwhile.
async fn calls(root: &Path, world: &World, owner: &Client, count: usize) -> Result<String> {
    // The times of each node would cost more than the statement.
    owner.batch_execute("LOAD 'auto_explain'").await?;
    owner.batch_execute("ALTER ROLE switchboard_app SET session_preload_libraries = 'auto_explain'").await?;
    for setting in ["log_analyze = on", "log_buffers = on", "log_timing = off", "log_format = 'json'"] {
        owner.batch_execute(&format!("ALTER SYSTEM SET auto_explain.{setting}")).await?;
    }
    owner.query("SELECT pg_reload_conf()", &[]).await?;
    let log = owner.query_one("SELECT pg_read_file('../log')", &[]).await?.get::<_, String>(0).len();
    for function in
        ["receive-message", "receive-message-status", "send-message", "list-conversations", "read-conversation"]
    {
        say(&format!("  {function}"));
        let command = [root.join("target/release").join(function).display().to_string()];
        ensure!(Path::new(&command[0]).exists(), "{} is not there", command[0]);
        let settings = world.settings(world.database.port()?, None)?;
        let first = event(world, owner, function).await?;
        let (mut instance, _) = Instance::start(&command, &settings, (first, &[200, 201, 204])).await?;
        for _ in 0..WARM_UP {
            instance.call(event(world, owner, function).await?).await?;
        }
        owner.batch_execute("ALTER SYSTEM SET auto_explain.log_min_duration = 0").await?;
        owner.query("SELECT pg_reload_conf()", &[]).await?;
        for _ in 0..count {
            instance.call(event(world, owner, function).await?).await?;
        }
        owner.batch_execute("ALTER SYSTEM RESET auto_explain.log_min_duration").await?;
        owner.query("SELECT pg_reload_conf()", &[]).await?;
        instance.stop().await?;
    }
    let text: String = owner.query_one("SELECT pg_read_file('../log')", &[]).await?.get(0);
    Ok(text[log..].to_owned())
}

/// An event of this function about a random conversation.
async fn event(world: &World, owner: &Client, function: &str) -> Result<String> {
    let sql = "SELECT c.id, c.workspace_id, c.phone_number, c.counterpart, w.clerk_organization_id
        FROM c JOIN workspaces w ON w.id = c.workspace_id WHERE c.n = (SELECT floor(random() * max(n))::bigint FROM c)";
    let row = owner.query_one(sql, &[]).await?;
    let (id, workspace): (Uuid, Uuid) = (row.get(0), row.get(1));
    let (our_number, counterpart, organization): (String, String, String) = (row.get(2), row.get(3), row.get(4));
    let path = [("workspace", workspace.to_string()), ("conversation", id.to_string())];
    let path = path.each_ref().map(|(name, value)| (*name, value.as_str()));
    let request = async |route: &str, query: &str| -> Result<Value> {
        Ok(events::request(route, &path, query, &world.token(&organization).await?))
    };
    match function {
        "receive-message" => Ok(events::text(&Uuid::new_v4().to_string(), &counterpart, &our_number)),
        "receive-message-status" => {
            let sql =
                "UPDATE conversation_messages SET status = 'sent' WHERE id = (SELECT id FROM conversation_messages
                WHERE conversation_id = $1 AND direction = 'outbound' LIMIT 1) RETURNING id::text, carrier_sid";
            let row = owner.query_one(sql, &[&id]).await?;
            Ok(events::receipt(row.get(0), row.get(1), "delivered"))
        }
        "send-message" => {
            let mut event = request("POST /api/workspaces/{workspace}/messages", "").await?;
            event["headers"]["idempotency-key"] = json!(Uuid::new_v4());
            event["body"] =
                json!(json!({ "channel": "sms", "conversationId": id, "body": "Yes, until five." }).to_string());
            Ok(event.to_string())
        }
        "list-conversations" => {
            Ok(request("GET /api/workspaces/{workspace}/conversations", "limit=50").await?.to_string())
        }
        _ => {
            let route = "GET /api/workspaces/{workspace}/conversations/{conversation}";
            Ok(request(route, "limit=50").await?.to_string())
        }
    }
}

/// What `auto_explain` has written, by the name that each statement begins with.
fn statements(log: &str, messages: i64) -> Result<Vec<Statement>> {
    let mut by_name: BTreeMap<String, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((_, rest)) = line.split_once("LOG:  duration: ") else { continue };
        let Some((took, "")) = rest.split_once(" ms  plan:") else { continue };
        let mut plan = String::new();
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            plan.push_str(more);
        }
        let plan: Value = serde_json::from_str(&plan).context("a plan in Postgres's log")?;
        let text = plan["Query Text"].as_str().unwrap_or_default();
        let Some(name) = text.strip_prefix("-- ").and_then(|text| text.lines().next()) else { continue };
        let blocks = |kind: &str| plan["Plan"][format!("Shared {kind} Blocks")].as_f64().unwrap_or_default();
        let (times, buffers) = by_name.entry(name.to_owned()).or_default();
        times.push(took.parse()?);
        buffers.push(blocks("Hit") + blocks("Read"));
    }
    ensure!(!by_name.is_empty(), "Postgres has logged no plan; is auto_explain among its libraries?");
    let statement = |(name, (times, buffers)): (String, (Vec<f64>, Vec<f64>))| Statement {
        messages,
        name,
        took: of(&times),
        buffers: of(&buffers).median,
    };
    Ok(by_name.into_iter().map(statement).collect())
}

fn table(figures: &Figures) -> String {
    let mut sizes: Vec<i64> = figures.statements.iter().map(|it| it.messages).collect();
    sizes.dedup();
    let (small, large) = (sizes.first().copied().unwrap_or_default(), sizes.last().copied().unwrap_or_default());
    let find =
        |messages: i64, name: &str| figures.statements.iter().find(|it| it.messages == messages && it.name == name);
    let mut lines = vec![
        format!("| statement | {small} messages | {large} messages | ratio | blocks | blocks | ratio |"),
        "| --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for before in figures.statements.iter().filter(|it| it.messages == small) {
        let Some(after) = find(large, &before.name) else { continue };
        lines.push(format!(
            "| `{}` | {:.3} ms | {:.3} ms | {:.2} | {:.0} | {:.0} | {} |",
            before.name,
            before.took.median,
            after.took.median,
            after.took.median / before.took.median,
            before.buffers,
            after.buffers,
            // Some read nothing at all.
            if before.buffers > 0.0 { format!("{:.2}", after.buffers / before.buffers) } else { "–".to_owned() },
        ));
    }
    lines.push(String::new());
    lines.push("| table | messages | rows | bytes a row | of its indexes |".to_owned());
    lines.push("| --- | --- | --- | --- | --- |".to_owned());
    for it in &figures.tables {
        let each = |bytes: i64| if it.rows > 0 { bytes / it.rows } else { 0 };
        lines.push(format!(
            "| {} | {} | {} | {} | {} |",
            it.table,
            it.messages,
            it.rows,
            each(it.bytes),
            each(it.index_bytes),
        ));
    }
    lines.join("\n")
}
