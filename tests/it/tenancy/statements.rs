//! The statements of the functions with their `workspace_id = …` taken away: row-level security alone still gives nothing of
//! another workspace, and changes nothing there.
//!
//! The statements are those that the functions really make while a workspace uses every route, with the parameters they
//! have then: they name things of that workspace. Then another workspace makes them.

use std::collections::BTreeSet;

use shared::testing::TestDatabase;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage, error::SqlState};

use super::{
    mixtures::{in_order, upload},
    recorder::{self, Recorded},
    routes::Caller,
    world::{self, KUMQUAT, LYCHEE, Tenant},
};
use crate::support::TestApp;

/// Statements that must be among those that reach the other's rows when nothing but their filter holds them back: what an
/// inbox is read and changed by.
const REACHING: &[&str] = &[
    "contacts::list",
    "conversations::find_shown",
    "conversations::list",
    "messages::list",
    "numbers::list",
    "opt_outs::list",
    "users::list_members",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_filter_leaks_nothing() {
    let statements = record(&LYCHEE).await;
    assert!(statements.len() > 60, "only {} statements were recorded", statements.len());

    let database = TestDatabase::create().await;
    world::fill(&database).await;
    let client = connect(&database).await;
    let before = world::rows(&database, &LYCHEE).await;
    let mut reaching = BTreeSet::new();
    let mut problems = Vec::new();
    for statement in &statements {
        for sql in
            [with_parameters(statement, &statement.sql), with_parameters(statement, &unfiltered(statement, &LYCHEE))]
        {
            // Held back by nothing: the statement would reach the other's rows.
            if reaches(&client, "SET LOCAL ROLE switchboard_system", &sql).await.unwrap_or_default() {
                reaching.insert(statement.name.clone());
            }
            match reaches(&client, &format!("SET LOCAL ROLE switchboard_app; {}", entered(&KUMQUAT)), &sql).await {
                Ok(false) => {}
                Ok(true) => problems.push(format!("reaches the other's rows: {sql}")),
                Err(error) if may_fail(&error) => {}
                Err(error) => problems.push(format!("{error:?}: {sql}")),
            }
        }
    }

    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    let missing: Vec<&&str> = REACHING.iter().filter(|name| !reaching.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?} are not among {reaching:?}");
    assert!(reaching.len() > 30, "only {reaching:?}");
    assert_eq!(world::rows(&database, &LYCHEE).await, before, "everything was rolled back");
}

/// Uses every route as a workspace does; gives the statements that were made for it.
async fn record(tenant: &Tenant) -> Vec<Recorded> {
    let app = TestApp::start().await;
    recorder::start(&app.database).await;
    world::fill(&app.database).await;
    let token = tenant.admin_token(&app).await;
    let uploads = vec![(tenant.mark, upload(&app, tenant, &token).await)];
    let workspace = tenant.workspace();
    let who = Caller { token: Some(&token), workspace: &workspace, own: tenant, other: tenant, uploads: &uploads };
    for route in in_order() {
        for slots in [vec![], route.naming()] {
            let answer = route.ask(&app, &who, &slots).await;
            assert!(answer.status.as_u16() != 500, "{}: {answer:?}", route.operation);
        }
    }
    let mut statements = recorder::statements(&app.database).await;
    // The way in is not a way through: it is given what a verified session token says.
    statements.retain(|statement| !["workspaces::enter", "request_windows::count"].contains(&statement.name.as_str()));
    statements.retain(|statement| statement.parameters.iter().flatten().any(|value| tenant.is_in(value)));
    statements
}

/// The statement without its conditions on the workspace.
fn unfiltered(statement: &Recorded, tenant: &Tenant) -> String {
    let mut sql = statement.sql.clone();
    for (at, value) in statement.parameters.iter().enumerate() {
        if value.as_deref() != Some(&tenant.workspace()) {
            continue;
        }
        let filter = format!("workspace_id = ${}", at + 1);
        while let Some(start) = sql.find(&filter) {
            let end = start + filter.len();
            assert!(!sql[end..].starts_with(|next: char| next.is_ascii_digit()), "{filter} in {sql}");
            // With the name of the table in front.
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_.".contains(letter);
            let start = sql[..start].rfind(|letter: char| !is_name(letter)).map_or(0, |before| before + 1);
            sql.replace_range(start..end, "true");
        }
    }
    sql
}

/// The statement with its parameters written out.
fn with_parameters(statement: &Recorded, sql: &str) -> String {
    let mut text = sql.to_owned();
    // From the last, so that `$1` does not change `$12`.
    for (at, value) in statement.parameters.iter().enumerate().rev() {
        let literal =
            value.as_ref().map_or_else(|| "NULL".to_owned(), |value| format!("'{}'", value.replace('\'', "''")));
        text = text.replace(&format!("${}", at + 1), &literal);
    }
    text
}

fn entered(tenant: &Tenant) -> String {
    format!("SELECT set_config('app.workspace_id', '{}', true)", tenant.workspace())
}

/// Whether the statement, made under these circumstances, shows or changes rows of the lychees'. Everything is rolled back.
async fn reaches(client: &Client, circumstances: &str, sql: &str) -> Result<bool, tokio_postgres::Error> {
    client.batch_execute(&format!("BEGIN; {circumstances}")).await.unwrap();
    let outcome = client.simple_query(sql).await;
    let changed = match &outcome {
        Ok(_) => {
            client.batch_execute("RESET ROLE").await.unwrap();
            is_changed(client).await
        }
        Err(_) => false,
    };
    client.batch_execute("ROLLBACK").await.unwrap();
    Ok(changed || outcome?.iter().any(shows))
}

fn shows(message: &SimpleQueryMessage) -> bool {
    let SimpleQueryMessage::Row(row) = message else { return false };
    (0..row.len()).filter_map(|column| row.get(column)).any(|text| LYCHEE.is_in(text))
}

/// Whether this transaction has changed a row of the lychees'. Rows that it wrote carry its number.
async fn is_changed(client: &Client) -> bool {
    let sql = "SELECT string_agg(format('EXISTS (SELECT FROM %I t WHERE t.xmin = pg_current_xact_id_if_assigned()::xid
                AND to_jsonb(t)::text LIKE ''%%lychee-id%%'')', relname), ' OR ')
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')";
    let sql = sql.replace("lychee-id", &LYCHEE.workspace());
    let check: String = client.query_one(&sql, &[]).await.unwrap().get(0);
    client.query_one(&format!("SELECT {check}"), &[]).await.unwrap().get(0)
}

/// How a statement may fail: the database forbids it, or it found nothing of what must be there.
fn may_fail(error: &tokio_postgres::Error) -> bool {
    let refusals = [
        SqlState::INSUFFICIENT_PRIVILEGE,
        SqlState::FOREIGN_KEY_VIOLATION,
        SqlState::NOT_NULL_VIOLATION,
        SqlState::UNIQUE_VIOLATION,
    ];
    error.code().is_some_and(|code| refusals.contains(code))
}

/// As the owner, who can take every role.
async fn connect(database: &TestDatabase) -> Client {
    let (client, connection) = tokio_postgres::connect(&database.owner_url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[test]
fn a_filter_is_taken_away() {
    let statement = Recorded {
        name: String::new(),
        sql: "SELECT $1 FROM contacts t WHERE t.workspace_id = $1 AND t.id = $2 OR (workspace_id = $1)".to_owned(),
        parameters: vec![Some(LYCHEE.workspace()), Some("It's".to_owned())],
    };
    let sql = unfiltered(&statement, &LYCHEE);
    assert_eq!(sql, "SELECT $1 FROM contacts t WHERE true AND t.id = $2 OR (true)");
    assert!(with_parameters(&statement, &sql).ends_with("t.id = 'It''s' OR (true)"));
}
