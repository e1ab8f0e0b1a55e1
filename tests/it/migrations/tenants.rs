//! What one workspace can see and change of the other's: nothing. Tried on every table, also on those to come.

use std::collections::BTreeMap;

use shared::{
    db::{self, Connection},
    testing::TestDatabase,
};
use tokio_postgres::{Transaction, error::SqlState};

use super::{WORKSPACE_A, WORKSPACE_B, app, owner, schema::TABLES, with_sample_rows};

/// Tables whose rows are not told apart by `workspace_id`, and the condition for the rows of workspace `$1`.
const OTHER_CONDITIONS: &[(&str, &str)] = &[
    ("workspaces", "id = $1::text::uuid"),
    ("users", "id IN (SELECT user_id FROM workspace_members WHERE workspace_id = $1::text::uuid)"),
];

/// Tables of which no workspace sees a row.
const INVISIBLE: &[&str] =
    &["webhook_events", "unroutable_events", "rates", "reconciled_days", "reconciliations", "carrier_lists"];

/// A table and how the rows of a workspace are found, as the owner.
pub struct Table {
    pub name: String,
    pub condition: Option<&'static str>,
}

pub async fn tables(database: &TestDatabase) -> Vec<Table> {
    let rows = owner(database).await.query(TABLES, &[]).await.unwrap();
    let table = |row: &tokio_postgres::Row| {
        let name: String = row.get("name");
        let other = OTHER_CONDITIONS.iter().find(|(table, _)| *table == name).map(|(_, condition)| *condition);
        let condition = if row.get("has_workspace") { Some("workspace_id = $1::text::uuid") } else { other };
        Table { name, condition }
    };
    rows.iter().map(table).collect()
}

/// How many rows of each table belong to the workspace.
async fn owned(connection: &Connection, tables: &[Table], workspace: &str) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in tables {
        let count = match table.condition {
            Some(condition) => {
                let sql = format!("SELECT count(*) FROM {} WHERE {condition}", table.name);
                connection.query_one(&sql, &[&workspace]).await.unwrap().get(0)
            }
            None => 0,
        };
        counts.insert(table.name.clone(), count);
    }
    counts
}

async fn visible(transaction: &Transaction<'_>, tables: &[Table]) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for Table { name, .. } in tables {
        let sql = format!("SELECT count(*) FROM {name}");
        counts.insert(name.clone(), transaction.query_one(&sql, &[]).await.unwrap().get(0));
    }
    counts
}

/// The transaction's workspace, as `enter_workspace` sets it.
async fn set_workspace(transaction: &Transaction<'_>, workspace: &str) {
    transaction.query("SELECT set_config('app.workspace_id', $1, true)", &[&workspace]).await.unwrap();
}

#[tokio::test]
async fn each_table_has_sample_rows_of_both_workspaces() {
    let database = with_sample_rows().await;
    let tables = tables(&database).await;
    let connection = owner(&database).await;
    for workspace in [WORKSPACE_A, WORKSPACE_B] {
        let counts = owned(&connection, &tables, workspace).await;
        let has_none = |table: &&Table| table.condition.is_some() && counts[&table.name] == 0;
        let without: Vec<&str> = tables.iter().filter(has_none).map(|table| table.name.as_str()).collect();
        assert_eq!(without, Vec::<&str>::new(), "add rows of {workspace} to tests/data/migrations");
    }
}

#[tokio::test]
async fn nothing_is_seen_before_a_workspace_is_entered() {
    let database = with_sample_rows().await;
    let tables = tables(&database).await;
    let mut connection = app(&database).await;

    let transaction = db::begin(&mut connection).await.unwrap();
    let seen = visible(&transaction, &tables).await;
    assert!(seen.values().all(|count| *count == 0), "{seen:?}");

    for not_one in ["", "00000000-0000-4000-8000-00000000000c"] {
        set_workspace(&transaction, not_one).await;
        let seen = visible(&transaction, &tables).await;
        assert!(seen.values().all(|count| *count == 0), "{not_one:?}: {seen:?}");
    }
}

#[tokio::test]
async fn an_entered_workspace_sees_its_own_rows_until_the_transaction_ends() {
    let database = with_sample_rows().await;
    let tables = tables(&database).await;
    let all = owner(&database).await;
    let mut connection = app(&database).await;

    for (organization, workspace) in [("org_a", WORKSPACE_A), ("org_b", WORKSPACE_B)] {
        let mut expected = owned(&all, &tables, workspace).await;
        expected.extend(INVISIBLE.iter().map(|table| ((*table).to_owned(), 0)));

        let transaction = db::begin(&mut connection).await.unwrap();
        let entered = db::workspaces::enter(&transaction, organization).await.unwrap().unwrap();
        assert_eq!(entered.id.to_string(), workspace);
        assert_eq!(visible(&transaction, &tables).await, expected, "{organization}");
        transaction.commit().await.unwrap();

        let next = db::begin(&mut connection).await.unwrap();
        let seen = visible(&next, &tables).await;
        assert!(seen.values().all(|count| *count == 0), "after {organization}: {seen:?}");
    }
}

#[tokio::test]
async fn a_deleted_or_unknown_organization_is_not_entered() {
    let database = with_sample_rows().await;
    let sql = "UPDATE workspaces SET deleted_at = now() WHERE clerk_organization_id = 'org_b'";
    owner(&database).await.execute(sql, &[]).await.unwrap();
    let mut connection = app(&database).await;
    let transaction = db::begin(&mut connection).await.unwrap();
    for organization in ["org_b", "org_c", "", "org_a' OR true --"] {
        assert!(db::workspaces::enter(&transaction, organization).await.unwrap().is_none(), "{organization}");
        let seen = transaction.query_one("SELECT count(*) FROM workspaces", &[]).await.unwrap();
        assert_eq!(seen.get::<_, i64>(0), 0, "{organization}");
    }
}

#[tokio::test]
async fn the_system_role_sees_every_row_for_one_transaction() {
    let database = with_sample_rows().await;
    let tables = tables(&database).await;
    let mut all = owner(&database).await;
    let expected = visible(&db::begin(&mut all).await.unwrap(), &tables).await;

    let mut connection = app(&database).await;
    let transaction = db::system_transaction(&mut connection).await.unwrap();
    assert_eq!(visible(&transaction, &tables).await, expected);
    transaction.commit().await.unwrap();

    let next = db::begin(&mut connection).await.unwrap();
    let seen = visible(&next, &tables).await;
    assert!(seen.values().all(|count| *count == 0), "{seen:?}");
}

/// Puts a row of B, as it is and under a new key, into each table from within A.
#[tokio::test]
async fn no_row_can_be_written_for_another_workspace() {
    let database = with_sample_rows().await;
    let all = owner(&database).await;
    let mut connection = app(&database).await;
    for table in tables(&database).await.iter().filter(|table| table.condition.is_some()) {
        let (name, condition) = (&table.name, table.condition.unwrap());
        let sql = format!("SELECT to_jsonb(t)::text FROM {name} t WHERE {condition} LIMIT 1");
        let row: String = all.query_one(&sql, &[&WORKSPACE_B]).await.unwrap().get(0);

        let transaction = db::begin(&mut connection).await.unwrap();
        set_workspace(&transaction, WORKSPACE_A).await;
        let sql = "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
            WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''";
        let columns: String = all.query_one(sql, &[name]).await.unwrap().get(0);
        let sql = format!(
            "INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE
                SELECT {columns} FROM jsonb_populate_record(NULL::{name}, $1::text::jsonb)"
        );
        let error = transaction.execute(&sql, &[&row]).await.expect_err(name);
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{name}: {error:?}");
    }
}

/// Rows of B cannot be changed from within A, and rows of A cannot be handed to B.
#[tokio::test]
async fn no_row_can_be_changed_for_another_workspace() {
    let database = with_sample_rows().await;
    let all = owner(&database).await;
    let mut connection = app(&database).await;
    for table in tables(&database).await.iter().filter(|table| table.condition == Some("workspace_id = $1::text::uuid"))
    {
        let name = &table.name;
        let contents = format!("SELECT jsonb_agg(t ORDER BY t::text)::text FROM {name} t");
        let before: String = all.query_one(&contents, &[]).await.unwrap().get(0);

        for (from, to) in [(WORKSPACE_B, WORKSPACE_B), (WORKSPACE_B, WORKSPACE_A), (WORKSPACE_A, WORKSPACE_B)] {
            let transaction = db::begin(&mut connection).await.unwrap();
            set_workspace(&transaction, WORKSPACE_A).await;
            let sql = format!("UPDATE {name} SET workspace_id = $2::text::uuid WHERE workspace_id = $1::text::uuid");
            match transaction.execute(&sql, &[&from, &to]).await {
                Ok(changed) => {
                    assert_eq!(changed, 0, "{name}: {from} to {to}");
                    transaction.commit().await.unwrap();
                }
                Err(error) => assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{name}: {error:?}"),
            }
        }
        assert_eq!(all.query_one(&contents, &[]).await.unwrap().get::<_, String>(0), before, "{name}");
    }
}

/// A statement that forgot its filter, made from within A.
#[tokio::test]
async fn a_change_of_everything_changes_own_rows_only() {
    let database = with_sample_rows().await;
    let all = owner(&database).await;
    let mut connection = app(&database).await;
    let tables = tables(&database).await;
    let owned = owned(&all, &tables, WORKSPACE_A).await;
    for Table { name, .. } in &tables {
        let sql = "SELECT string_agg(format('%1$I = %1$I', attname), ', ') FROM pg_attribute
            WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                AND attidentity = '' AND has_column_privilege('switchboard_app', attrelid, attnum, 'UPDATE')";
        let same: Option<String> = all.query_one(sql, &[name]).await.unwrap().get(0);
        let update = same.map(|same| format!("UPDATE {name} SET {same}"));
        for sql in update.into_iter().chain([format!("DELETE FROM {name}")]) {
            let transaction = db::begin(&mut connection).await.unwrap();
            set_workspace(&transaction, WORKSPACE_A).await;
            match transaction.execute(&sql, &[]).await {
                // Of some tables own rows can be read only.
                Ok(changed) => assert!(changed == 0 || i64::try_from(changed) == Ok(owned[name]), "{sql}: {changed}"),
                Err(error) => assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}: {error:?}"),
            }
        }
    }
}
