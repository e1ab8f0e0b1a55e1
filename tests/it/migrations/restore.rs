//! The drill of docs/operations.md: what `pg_dump` takes, `pg_restore` brings back, with rights and row-level security.

use std::{collections::BTreeMap, path::PathBuf};

use shared::testing::TestDatabase;
use tokio::process::Command;

use super::{WORKSPACE_A, app, owner, with_sample_rows};

const TABLES: &str =
    "SELECT c.relname::text, c.relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1";

/// Rights of the functions' roles, and the policies that narrow them.
const RIGHTS: &str = "SELECT 'right ' || grantee || ' ' || privilege_type || ' ' || table_name FROM information_schema.table_privileges
        WHERE grantee LIKE 'switchboard\\_%'
    UNION ALL SELECT 'routine ' || grantee || ' ' || routine_name FROM information_schema.routine_privileges
        WHERE grantee LIKE 'switchboard\\_%'
    UNION ALL SELECT 'policy ' || tablename || ' ' || policyname || coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies
    UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    ORDER BY 1";

#[tokio::test]
async fn a_restored_database_has_every_row_right_and_policy() {
    let before = with_sample_rows().await;
    let after = TestDatabase::create().await;
    owner(&after).await.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("switchboard.dump");
    run("pg_dump", &["--format=custom", "--no-owner", "--file", dump.to_str().unwrap(), &before.owner_url]).await;
    run("pg_restore", &["--no-owner", "--exit-on-error", "--dbname", &after.owner_url, dump.to_str().unwrap()]).await;

    let rows = contents(&before).await;
    assert!(
        rows.values().filter(|digest| !digest.starts_with("0 ")).count() > 10,
        "the samples fill the tables: {rows:?}"
    );
    assert_eq!(contents(&after).await, rows);
    let rights = lines(&before).await;
    assert!(rights.len() > 50, "{rights:?}");
    assert_eq!(lines(&after).await, rights);
    assert_eq!(seen_by_workspace_a(&after).await, seen_by_workspace_a(&before).await);
}

/// Number and digest of the rows of each table, and whether it has row-level security.
async fn contents(database: &TestDatabase) -> BTreeMap<String, String> {
    let connection = owner(database).await;
    let mut contents = BTreeMap::new();
    for table in connection.query(TABLES, &[]).await.unwrap() {
        let (name, guarded): (String, bool) = (table.get(0), table.get(1));
        let sql = format!(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {name} t"
        );
        let digest: String = connection.query_one(&sql, &[]).await.unwrap().get(0);
        contents.insert(name, format!("{digest} {guarded}"));
    }
    contents
}

async fn lines(database: &TestDatabase) -> Vec<String> {
    let rows = owner(database).await.query(RIGHTS, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// How many workspaces, and messages of all, somebody of workspace A sees.
async fn seen_by_workspace_a(database: &TestDatabase) -> (i64, i64) {
    let mut connection = app(database).await;
    let transaction = connection.transaction().await.unwrap();
    let enter = format!("SET LOCAL app.workspace_id = '{WORKSPACE_A}'");
    transaction.batch_execute(&enter).await.unwrap();
    let sql = "SELECT (SELECT count(*) FROM workspaces), (SELECT count(*) FROM conversation_messages)";
    let row = transaction.query_one(sql, &[]).await.unwrap();
    let seen: (i64, i64) = (row.get(0), row.get(1));
    assert_eq!(seen.0, 1, "of two workspaces");
    seen
}

/// A program of the Postgres that the tests run against.
async fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(beside_postgres(program)).args(arguments).kill_on_drop(true).output().await;
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}: `make test` installs it"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

#[expect(clippy::disallowed_methods, reason = "tests are told where their tools are by the environment")]
fn beside_postgres(program: &str) -> PathBuf {
    let beside = std::env::var_os("PG_BIN").map(|folder| PathBuf::from(folder).join(program));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| program.into())
}
