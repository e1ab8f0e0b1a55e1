//! What every table and every function must have, asked of the catalogue.

use std::collections::BTreeSet;

use shared::testing::TestDatabase;

use super::owner;

/// Tables with a `workspace_id` that no workspace may see.
const SYSTEM_ONLY: &[(&str, &str)] = &[
    (
        "webhook_events",
        "deliveries of a provider, some of them about no workspace; only the webhooks ask whether they saw one before",
    ),
    ("reconciliations", "what the platform's bill is compared with: the platform's own business"),
];

/// Tables without `workspace_id`.
const WITHOUT_WORKSPACE: &[(&str, &str)] = &[
    ("workspaces", "is the workspace itself: its tenant policy goes by id"),
    ("users", "belong to several workspaces: their tenant policy goes by membership"),
    ("reconciled_days", "are the sums of the platform's bill"),
    ("carrier_lists", "are how far the sweep has read what the carrier has"),
    ("rates", "are the platform's prices, the same for all"),
    ("unroutable_events", "are webhooks for which no workspace was found: no workspace may see them"),
];

/// Statements about the tables of the product; refinery keeps its history beside them.
pub const TABLES: &str = "SELECT c.oid, c.relname::text AS name, c.relrowsecurity AS guarded,
        EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id') AS has_workspace,
        ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'refinery_schema_history'
    ORDER BY 2";

fn is_listed(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

#[tokio::test]
async fn each_table_keeps_the_workspaces_apart() {
    let database = TestDatabase::create().await;
    let tables = owner(&database).await.query(TABLES, &[]).await.unwrap();
    assert!(tables.len() > 10, "the tables are found");
    let mut problems = Vec::new();
    for table in &tables {
        let (name, policies): (&str, Vec<&str>) = (table.get("name"), table.get("policies"));
        if !table.get::<_, bool>("guarded") {
            problems.push(format!("{name} has no row-level security"));
        }
        if !policies.contains(&"system") {
            problems.push(format!("{name} has no policy \"system\""));
        }
        let has_workspace: bool = table.get("has_workspace");
        if has_workspace == is_listed(WITHOUT_WORKSPACE, name) {
            problems.push(format!("{name} has workspace_id: {has_workspace}; WITHOUT_WORKSPACE says otherwise"));
        }
        let is_tenant = policies.contains(&"tenant");
        if has_workspace && is_tenant == is_listed(SYSTEM_ONLY, name) {
            problems.push(format!("{name} has a policy \"tenant\": {is_tenant}; SYSTEM_ONLY says otherwise"));
        }
        if policies.iter().any(|policy| !["system", "tenant"].contains(policy)) {
            problems.push(format!("{name} has other policies: {policies:?}"));
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[tokio::test]
async fn each_policy_is_for_the_one_role_that_needs_it() {
    let database = TestDatabase::create().await;
    let sql = "SELECT tablename::text, policyname::text, array_to_string(roles, ',') AS roles, permissive
        FROM pg_policies WHERE schemaname = 'public'";
    for policy in owner(&database).await.query(sql, &[]).await.unwrap() {
        let (table, name): (&str, &str) = (policy.get(0), policy.get(1));
        let role = if name == "system" { "switchboard_system" } else { "switchboard_app" };
        assert_eq!((policy.get(2), policy.get(3)), (role, "PERMISSIVE"), "{table}.{name}");
    }
}

#[tokio::test]
async fn the_roles_of_the_functions_can_not_get_round_the_policies() {
    let database = TestDatabase::create().await;
    let connection = owner(&database).await;
    let sql =
        "SELECT rolname::text, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS mighty,
            rolinherit, rolcanlogin
        FROM pg_roles WHERE rolname IN ('switchboard_app', 'switchboard_system') ORDER BY 1";
    let roles = connection.query(sql, &[]).await.unwrap();
    assert_eq!(roles.len(), 2);
    for role in &roles {
        assert!(!role.get::<_, bool>("mighty"), "{} has no rights of its own", role.get::<_, &str>(0));
    }
    assert!(!roles[0].get::<_, bool>("rolinherit"), "switchboard_app enters switchboard_system by SET ROLE only");
    assert!(!roles[1].get::<_, bool>("rolcanlogin"), "nobody logs in as switchboard_system");

    let owned =
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname LIKE 'switchboard\\_%'
        AND r.rolname IN ('switchboard_app', 'switchboard_system')";
    assert_eq!(connection.query_one(owned, &[]).await.unwrap().get::<_, i64>(0), 0, "an owner is not held by policies");
}

#[tokio::test]
async fn nothing_may_be_deleted_or_emptied_by_a_function() {
    let database = TestDatabase::create().await;
    let sql = "SELECT c.relname::text || ' ' || r.rolname::text || ' ' || p.privilege
        FROM pg_class c, pg_roles r, unnest(ARRAY['DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (privilege)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND r.rolname IN ('switchboard_app', 'switchboard_system') AND has_table_privilege(r.oid, c.oid, p.privilege)";
    let found = owner(&database).await.query(sql, &[]).await.unwrap();
    let found: Vec<&str> = found.iter().map(|row| row.get(0)).collect();
    assert_eq!(found, Vec::<&str>::new(), "DESIGN: state moves forward, rows stay");
}

/// `SECURITY DEFINER` functions run with the owner's rights, so it matters who may call them and what they find by name.
#[tokio::test]
async fn no_function_of_the_database_is_open_to_everybody() {
    let database = TestDatabase::create().await;
    let sql = "SELECT p.proname::text AS name, p.prosecdef AS mighty, coalesce(p.proconfig::text, '') AS config,
            EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE') AS open
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace";
    let functions = owner(&database).await.query(sql, &[]).await.unwrap();
    let named = |condition: &dyn Fn(&tokio_postgres::Row) -> bool| -> BTreeSet<String> {
        functions.iter().filter(|row| condition(row)).map(|row| row.get("name")).collect()
    };
    let open = named(&|row| row.get("open"));
    let loose = named(&|row| row.get("mighty") && !row.get::<_, &str>("config").contains("search_path"));
    assert_eq!(loose, BTreeSet::new(), "SECURITY DEFINER without a search_path of its own");
    assert_eq!(open, BTreeSet::new(), "may be executed by PUBLIC; a REVOKE per schema does not take that away");
}
