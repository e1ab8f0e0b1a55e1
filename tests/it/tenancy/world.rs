//! Two workspaces that have everything: `tests/data/tenancy/world.sql`, once for each.

use std::collections::BTreeMap;

use serde_json::json;
use shared::{db::Connection, testing::TestDatabase};

use crate::{contract::checkout::read, migrations::tenants::tables, support::TestApp};

/// What is recognisable of a workspace: every id, every free text and every phone number that it has.
#[derive(Debug)]
pub struct Tenant {
    /// In every text that is free to have it.
    pub mark: &'static str,
    /// The first group of every id.
    pub id: &'static str,
    /// The beginning of every phone number.
    pub line: &'static str,
}

pub const KUMQUAT: Tenant = Tenant { mark: "kumquat", id: "aaaaaaaa", line: "+1580" };
pub const LYCHEE: Tenant = Tenant { mark: "lychee", id: "bbbbbbbb", line: "+1539" };

/// Columns that hold words of the product, a workspace's own ones never: nothing in them could be recognised.
const VOCABULARY: &[&str] = &[
    "action",
    "agreed_fees",
    "answered_by",
    "area_code",
    "capabilities",
    "charge_type",
    "content_type",
    "currency",
    "direction",
    "error_code",
    "event_type",
    "failure_code",
    "kind",
    "line_type",
    "moves_to",
    "number_type",
    "outcome",
    "plan_slug",
    "role",
    "route",
    "search_step",
    "sender_reason",
    "service",
    "state",
    "status",
];

impl Tenant {
    /// The id of a row of the world: the number of its table there, and its own.
    pub fn row(&self, table: u16, number: u16) -> String {
        format!("{}-{table:04x}-4000-8000-{number:012}", self.id)
    }

    pub fn workspace(&self) -> String {
        self.row(0, 1)
    }

    pub fn organization(&self) -> String {
        format!("org_{}", self.mark)
    }

    /// The administrator.
    pub fn user(&self) -> String {
        format!("user_{}", self.mark)
    }

    /// A phone number: one of the workspace (`555…`), or of a customer (`201…`).
    pub fn phone(&self, digits: u32) -> String {
        format!("{}{digits}", self.line)
    }

    /// What shows that a text is about this workspace.
    pub fn marks(&self) -> [String; 3] {
        [self.mark.to_owned(), format!("{}-", self.id), self.line.to_owned()]
    }

    pub fn is_in(&self, text: &str) -> bool {
        self.marks().iter().any(|mark| text.contains(mark))
    }

    pub async fn admin_token(&self, app: &TestApp) -> String {
        app.token(&self.organization(), "admin", &self.user()).await
    }

    async fn insert(&self, owner: &Connection) {
        let path = "tests/data/tenancy/world.sql";
        let sql = read(path).replace("{ID}", self.id).replace("{mark}", self.mark).replace("{line}", self.line);
        owner.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
    }
}

/// Puts both workspaces into a database.
pub async fn fill(database: &TestDatabase) {
    let owner = database.owner_pool(1).get().await.unwrap();
    for tenant in [&KUMQUAT, &LYCHEE] {
        tenant.insert(&owner).await;
    }
}

/// A stack with both workspaces, whose numbers the carrier knows.
pub async fn start() -> TestApp {
    let app = TestApp::start().await;
    fill(&app.database).await;
    for tenant in [&KUMQUAT, &LYCHEE] {
        for digits in [5_550_101, 5_550_102, 5_550_103] {
            app.sim_post("/numbers", json!({ "phoneNumber": tenant.phone(digits) })).await;
        }
    }
    app
}

/// Every row of a workspace in every table, as text.
pub async fn rows(database: &TestDatabase, tenant: &Tenant) -> BTreeMap<String, Vec<String>> {
    let owner = database.owner_pool(1).get().await.unwrap();
    let mut all = BTreeMap::new();
    for table in tables(database).await {
        let Some(condition) = table.condition else { continue };
        let sql = format!("SELECT t::text FROM {} t WHERE {condition} ORDER BY 1", table.name);
        let rows = owner.query(&sql, &[&tenant.workspace()]).await.unwrap();
        all.insert(table.name, rows.iter().map(|row| row.get(0)).collect());
    }
    all
}

#[tokio::test]
async fn each_table_has_a_row_of_each_workspace() {
    let database = TestDatabase::create().await;
    fill(&database).await;
    for tenant in [&KUMQUAT, &LYCHEE] {
        let rows = rows(&database, tenant).await;
        assert!(rows.len() > 20, "the tables are found");
        let empty: Vec<&String> = rows.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
        assert!(empty.is_empty(), "add rows to tests/data/tenancy/world.sql: {empty:?}");
    }
}

#[tokio::test]
async fn each_free_text_tells_whose_it_is() {
    let database = TestDatabase::create().await;
    fill(&database).await;
    let owner = database.owner_pool(1).get().await.unwrap();
    let guarded = tables(&database).await.into_iter().filter(|table| table.condition.is_some()).map(|table| table.name);
    let guarded: Vec<String> = guarded.collect();
    // A column whose check lists its words is not free.
    let sql = "SELECT c.relname::text, a.attname::text FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($1) AND a.attname <> ALL ($2)
            AND format_type(a.atttypid, NULL) IN ('text', 'jsonb') AND NOT EXISTS (SELECT FROM pg_constraint k
                WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
                    AND pg_get_constraintdef(k.oid) LIKE '%= ANY (ARRAY[%')";
    let columns = owner.query(sql, &[&guarded, &VOCABULARY]).await.unwrap();
    assert!(columns.len() > 50, "the columns are found");
    let mut unmarked = Vec::new();
    for column in columns {
        let (table, column): (String, String) = (column.get(0), column.get(1));
        for tenant in [&KUMQUAT, &LYCHEE] {
            let sql = format!("SELECT EXISTS (SELECT FROM {table} t WHERE to_jsonb(t.{column})::text LIKE ANY ($1))");
            let marks: Vec<String> = tenant.marks().iter().map(|mark| format!("%{mark}%")).collect();
            if !owner.query_one(&sql, &[&marks]).await.unwrap().get::<_, bool>(0) {
                unmarked.push(format!("{table}.{column} of {}", tenant.mark));
            }
        }
    }
    assert_eq!(unmarked, Vec::<String>::new(), "put {{mark}} into them in tests/data/tenancy/world.sql");
}
