//! What the functions really ask the database: their statements with parameters, from the log of the throw-away cluster.

use shared::testing::TestDatabase;

/// A statement of a function, made within an entered workspace.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `conversations::list`
    pub name: String,
    /// With `$1`, `$2`, …
    pub sql: String,
    /// `None` is null.
    pub parameters: Vec<Option<String>>,
}

/// Has every statement logged that comes over a new connection to this database.
pub async fn start(database: &TestDatabase) {
    let owner = database.owner_pool(1).get().await.unwrap();
    let name: String = owner.query_one("SELECT current_database()::text", &[]).await.unwrap().get(0);
    owner.batch_execute(&format!("ALTER DATABASE {name} SET log_statement = 'all'")).await.unwrap();
}

/// What was recorded since [`start`]: each statement once, as it came first.
pub async fn statements(database: &TestDatabase) -> Vec<Recorded> {
    let owner = database.owner_pool(1).get().await.unwrap();
    // The cluster writes its log beside its data (dev/stack/src/postgres).
    let sql = "SELECT pg_read_file(current_setting('data_directory') || '/../log')";
    let log: String = owner.query_one(sql, &[]).await.unwrap().get(0);
    let mut found: Vec<Recorded> = Vec::new();
    for statement in parse(&log) {
        if !found.iter().any(|known| known.sql == statement.sql) {
            found.push(statement);
        }
    }
    found
}

/// One entry of the log: the process that wrote it, its kind and its text, with lines of continuation.
struct Entry {
    process: String,
    kind: String,
    text: String,
}

/// `2026-01-15 18:30:00.000 UTC [4711] LOG:  execute <unnamed>: …` (Postgres, `log_line_prefix`, the default).
fn entries(log: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in log.lines() {
        if let Some(more) = line.strip_prefix('\t') {
            if let Some(entry) = entries.last_mut() {
                entry.text.push('\n');
                entry.text.push_str(more);
            }
            continue;
        }
        let Some((_, rest)) = line.split_once(" [") else { continue };
        let Some((process, rest)) = rest.split_once("] ") else { continue };
        let Some((kind, text)) = rest.split_once(":  ") else { continue };
        entries.push(Entry { process: process.to_owned(), kind: kind.to_owned(), text: text.to_owned() });
    }
    entries
}

fn parse(log: &str) -> Vec<Recorded> {
    let mut recorded: Vec<Recorded> = Vec::new();
    // Processes that work as the system, which sees all workspaces on purpose.
    let mut systems: Vec<String> = Vec::new();
    let mut open: Option<(String, String)> = None;
    for entry in entries(log) {
        let details = entry.text.strip_prefix("parameters: ").or_else(|| entry.text.strip_prefix("Parameters: "));
        if let (Some((process, sql)), true, Some(details)) = (&open, entry.kind == "DETAIL", details)
            && *process == entry.process
        {
            recorded.push(Recorded { name: name(sql), sql: sql.clone(), parameters: parameters(details) });
        }
        open = None;
        if entry.text.contains("SET LOCAL ROLE switchboard_system") {
            systems.push(entry.process.clone());
        } else if ["COMMIT", "ROLLBACK"].iter().any(|end| entry.text.ends_with(end)) {
            systems.retain(|process| *process != entry.process);
        } else if let Some((_, sql)) = entry.text.split_once("execute <unnamed>: ")
            && sql.starts_with("-- ")
            && !systems.contains(&entry.process)
        {
            open = Some((entry.process, sql.to_owned()));
        }
    }
    recorded
}

fn name(sql: &str) -> String {
    sql.lines().next().unwrap_or_default().trim_start_matches("-- ").trim().to_owned()
}

/// `$1 = 'It''s', $2 = NULL`
fn parameters(text: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(" = ") {
        if let Some(after) = after.strip_prefix("NULL") {
            values.push(None);
            rest = after;
            continue;
        }
        let mut value = String::new();
        let mut letters = after.char_indices().skip(1).peekable();
        let mut end = after.len();
        while let Some((at, letter)) = letters.next() {
            if letter == '\'' && letters.next_if(|(_, next)| *next == '\'').is_none() {
                end = at + 1;
                break;
            }
            value.push(letter);
        }
        values.push(Some(value));
        rest = &after[end..];
    }
    values
}

#[test]
fn a_log_is_read() {
    let log = "2026-01-15 18:30:00.000 UTC [1] LOG:  execute <unnamed>: -- contacts::list\n\
        \t        SELECT $1, $2\n\
        2026-01-15 18:30:00.000 UTC [1] DETAIL:  parameters: $1 = 'It''s = 1, ''x''', $2 = NULL, $3 = ''\n\
        2026-01-15 18:30:00.001 UTC [2] LOG:  statement: SET LOCAL ROLE switchboard_system\n\
        2026-01-15 18:30:00.001 UTC [2] LOG:  execute <unnamed>: -- contacts::get\n\
        2026-01-15 18:30:00.001 UTC [2] DETAIL:  parameters: $1 = '1'\n\
        2026-01-15 18:30:00.002 UTC [2] LOG:  statement: COMMIT\n\
        2026-01-15 18:30:00.003 UTC [2] LOG:  execute <unnamed>: -- contacts::lock\n\
        2026-01-15 18:30:00.003 UTC [2] DETAIL:  Parameters: $1 = '1'\n";
    let found = parse(log);
    assert_eq!(
        found.iter().map(|statement| statement.name.as_str()).collect::<Vec<_>>(),
        ["contacts::list", "contacts::lock"]
    );
    assert_eq!(found[0].sql, "-- contacts::list\n        SELECT $1, $2");
    assert_eq!(found[0].parameters, [Some("It's = 1, 'x'".to_owned()), None, Some(String::new())]);
}
