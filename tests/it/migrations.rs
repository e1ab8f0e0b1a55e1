//! The schema: every migration over real data, the tenants apart, what a search reads, and what the unique indexes refuse.

mod restore;
mod schema;
mod search;
pub mod tenants;
mod unique;

use std::collections::BTreeSet;

use secrecy::SecretString;
use shared::{
    config::DatabaseConfig,
    db::{self, Connection, Pool},
    domain::CallState,
    testing::TestDatabase,
};

use crate::contract::checkout::{files, read, root};

/// The sample workspaces of `tests/data/migrations`.
const WORKSPACE_A: &str = "00000000-0000-4000-8000-00000000000a";
const WORKSPACE_B: &str = "00000000-0000-4000-8000-00000000000b";

#[test]
fn migrations_are_numbered_without_gaps() {
    for (at, name) in names().iter().enumerate() {
        let (version, what) = name.split_once("__").unwrap_or_else(|| panic!("{name} has two underscores"));
        assert_eq!(version, format!("V{:04}", at + 1), "{name} is the next number");
        let is_snake = what
            .split('_')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        assert!(is_snake, "{name} is in snake_case");
    }
}

#[test]
fn sample_rows_belong_to_a_migration() {
    let migrations: BTreeSet<String> = names().into_iter().collect();
    let samples = stems("tests/data/migrations");
    assert!(samples.iter().all(|name| migrations.contains(name)), "{samples:?} are named after migrations");
}

#[tokio::test]
async fn each_migration_goes_over_the_data_of_the_time_before_it() {
    let pool = with_sample_rows().await.owner_pool(1);
    let row = pool.get().await.unwrap().query_one("SELECT count(*) FROM conversation_messages", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 8);
}

/// V0009: two spellings of one number made two contacts before it.
#[tokio::test]
async fn contacts_that_are_one_person_become_one() {
    let connection = owner(&with_sample_rows().await).await;
    let sql = "SELECT t.phone_number, t.merged_into IS NOT NULL, t.first_name,
            (SELECT count(*) FROM contact_phone_numbers n WHERE n.contact_id = t.id),
            (SELECT count(*) FROM conversations c JOIN conversation_participants p ON p.conversation_id = c.id
                WHERE c.contact_id = t.id AND p.contact_id = t.id)
        FROM contacts t WHERE t.workspace_id = $1::text::uuid ORDER BY t.phone_number";
    for (workspace, expected) in [
        (
            WORKSPACE_A,
            vec![
                ("+14052010177", false, Some("Customer of A"), 1, 1),
                ("+551187654321", false, None, 1, 1),
                ("+5511987654321", true, None, 0, 0),
            ],
        ),
        (
            WORKSPACE_B,
            vec![("+14052010177", false, Some("Customer of B"), 1, 1), ("+5511987654321", false, None, 1, 0)],
        ),
    ] {
        let rows = connection.query(sql, &[&workspace]).await.unwrap();
        let found: Vec<(&str, bool, Option<&str>, i64, i64)> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect();
        assert_eq!(found, expected, "{workspace}");
    }
}

/// V0017: the database and the domain order the states of a call alike.
#[tokio::test]
async fn states_of_a_call_rank_as_in_the_domain() {
    let connection = owner(&TestDatabase::create().await).await;
    for state in CallState::ALL {
        let row = connection.query_one("SELECT call_state_rank($1)", &[&state.as_str()]).await.unwrap();
        assert_eq!(row.get::<_, i32>(0), state.rank(), "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deployments_at_once_apply_each_migration_once() {
    let database = empty().await;
    let (one, other) =
        tokio::join!(db::migrations::apply(&database.owner_url), db::migrations::apply(&database.owner_url));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.len() + other.len(), names().len(), "{one:?} {other:?}");
    assert!(one.is_empty() || other.is_empty(), "one does all, the other waits: {one:?} {other:?}");
    assert_eq!(db::migrations::apply(&database.owner_url).await.unwrap(), Vec::<String>::new(), "nothing is left");
}

#[tokio::test]
async fn a_migrated_database_has_nothing_to_migrate() {
    let database = TestDatabase::create().await;
    assert_eq!(db::migrations::apply(&database.owner_url).await.unwrap(), Vec::<String>::new());
}

/// Names of the migrations, in their order.
fn names() -> Vec<String> {
    stems("migrations")
}

fn stems(folder: &str) -> Vec<String> {
    files(folder, "sql").iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// A database in which no migration ran.
async fn empty() -> TestDatabase {
    let database = TestDatabase::create().await;
    let connection = owner(&database).await;
    connection.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
    database
}

/// A database with all migrations, with rows of two workspaces inserted as soon as their tables were there.
async fn with_sample_rows() -> TestDatabase {
    let database = empty().await;
    let connection = owner(&database).await;
    for name in names() {
        run(&connection, &format!("migrations/{name}.sql")).await;
        let samples = format!("tests/data/migrations/{name}.sql");
        if root().join(&samples).exists() {
            run(&connection, &samples).await;
        }
    }
    database
}

async fn run(connection: &Connection, path: &str) {
    connection.batch_execute(&read(path)).await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
}

async fn owner(database: &TestDatabase) -> Connection {
    connect(&database.owner_url).await
}

/// As the functions log in.
async fn app(database: &TestDatabase) -> Connection {
    connect(&database.app_url).await
}

async fn connect(url: &str) -> Connection {
    let pool = Pool::new(&DatabaseConfig { url: SecretString::from(url) }).unwrap();
    pool.get().await.unwrap()
}
