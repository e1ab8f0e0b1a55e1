//! The lists of the inbox go by indexes, as the role of the functions and under row-level security, however many rows
//! there are.

use std::collections::BTreeMap;

use shared::{
    db::{
        self, contacts,
        conversations::{self, Filter},
    },
    domain::{ConversationStatus, WorkspaceId},
    testing::TestDatabase,
};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::{app, owner};

/// Two workspaces, of which the second is much the larger one. Each conversation has a contact and two messages.
const ROWS: &str = "
    INSERT INTO workspaces (clerk_organization_id) VALUES ('org_small'), ('org_large');
    INSERT INTO contacts (id, workspace_id, first_name, last_name)
        SELECT gen_random_uuid(), w.id, 'First' || i, 'Last' || i FROM workspaces w,
            generate_series(1, CASE w.clerk_organization_id WHEN 'org_small' THEN 300 ELSE 4000 END) AS i;
    INSERT INTO contact_phone_numbers (workspace_id, contact_id, phone_number, match_key)
        SELECT workspace_id, id, number, number FROM (
            SELECT *, '+1405' || (5000000 + row_number() OVER (PARTITION BY workspace_id ORDER BY id)) AS number
            FROM contacts) AS numbered;
    INSERT INTO conversations (workspace_id, channel, our_number, counterpart, contact_id, status, last_message_at)
        SELECT workspace_id, 'sms', '+14052010190', phone_number, contact_id,
            CASE WHEN right(phone_number, 1) = '7' THEN 'open' ELSE 'archived' END, created_at
        FROM contact_phone_numbers;
    INSERT INTO conversation_messages (workspace_id, conversation_id, direction, channel, body, from_number, to_number, status)
        SELECT c.workspace_id, c.id, 'inbound', 'sms', 'hello from ' || counterpart || ' about order' || i, counterpart,
            our_number, 'received'
        FROM conversations c, generate_series(1, 2) AS i;
    ANALYZE;";

/// How often a new connection has scanned each table from its begin to its end, and used each index.
async fn scans(transaction: &Transaction<'_>) -> BTreeMap<String, i64> {
    let sql = "SELECT c.relname::text, pg_stat_get_xact_numscans(c.oid) FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND pg_stat_get_xact_numscans(c.oid) > 0";
    let rows = transaction.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn searching(text: &str) -> Filter {
    Filter { search: Some(text.parse().unwrap()), ..Filter::default() }
}

#[tokio::test]
async fn lists_and_searches_scan_no_table() {
    let database = TestDatabase::create().await;
    owner(&database).await.batch_execute(ROWS).await.unwrap();
    let open = Some(ConversationStatus::Open);
    let number = "+1 (405) 500-0123";
    for (organization, filter, found, index) in [
        ("org_large", Filter { status: open, ..Filter::default() }, 50, "conversations_status_idx"),
        ("org_large", Filter::default(), 50, "conversations_recent_idx"),
        ("org_small", searching("HÉLLO"), 50, "conversation_messages_search_idx"),
        ("org_large", searching("nobody"), 0, "conversation_messages_search_idx"),
        ("org_large", searching("last77"), 11, "contacts_search_idx"),
        ("org_large", searching(number), 1, "contact_phone_numbers_search_idx"),
        ("org_small", searching("000123"), 1, "contact_phone_numbers_search_idx"),
        ("org_small", searching("0003999"), 0, "contact_phone_numbers_search_idx"),
    ] {
        let mut connection = app(&database).await;
        let transaction = db::begin(&mut connection).await.unwrap();
        let workspace = db::workspaces::enter(&transaction, organization).await.unwrap().unwrap();
        let rows = conversations::list(&transaction, workspace.id, &filter, None, 50).await.unwrap();
        assert_eq!(rows.len(), found, "{filter:?}");
        let used = scans(&transaction).await;
        assert!(used.contains_key(index), "{filter:?}: {used:?}");
        for table in ["conversations", "conversation_messages", "contacts", "contact_phone_numbers"] {
            assert!(!used.contains_key(table), "{filter:?} scans {table}: {used:?}");
        }
    }
}

#[tokio::test]
async fn contacts_are_searched_by_indexes_too() {
    let database = TestDatabase::create().await;
    owner(&database).await.batch_execute(ROWS).await.unwrap();
    for (text, found, index) in [
        (None, 50, "contacts_list_idx"),
        (Some("first12 last12"), 50, "contacts_search_idx"),
        (Some("first12 last13"), 0, "contacts_search_idx"),
        (Some("405-500-0123"), 1, "contact_phone_numbers_search_idx"),
    ] {
        let mut connection = app(&database).await;
        let transaction = db::begin(&mut connection).await.unwrap();
        let workspace = db::workspaces::enter(&transaction, "org_large").await.unwrap().unwrap();
        let search = text.map(|text| text.parse().unwrap());
        let rows = contacts::list(&transaction, workspace.id, search.as_ref(), None, 50).await.unwrap();
        assert_eq!(rows.len(), found, "{text:?}");
        let used = scans(&transaction).await;
        assert!(used.contains_key(index), "{text:?}: {used:?}");
        for table in ["contacts", "contact_phone_numbers"] {
            assert!(!used.contains_key(table), "{text:?} scans {table}: {used:?}");
        }
    }
}

/// The plan that Postgres tells for the statement inside of the search.
#[tokio::test]
async fn the_plan_of_a_search_starts_at_the_index() {
    let database = TestDatabase::create().await;
    let connection = owner(&database).await;
    connection.batch_execute(ROWS).await.unwrap();
    let sql = "EXPLAIN SELECT m.conversation_id FROM conversation_messages m, workspaces w
        WHERE w.clerk_organization_id = 'org_small' AND m.workspace_id = w.id
            AND search_terms(m.workspace_id, m.body) @@ words_query(w.id, 'order1 +14055000123')";
    let plan = connection.query(sql, &[]).await.unwrap();
    let plan: Vec<&str> = plan.iter().map(|row| row.get(0)).collect();
    assert!(plan.iter().any(|line| line.contains("conversation_messages_search_idx")), "{plan:#?}");
    assert!(plan.iter().all(|line| !line.contains("Seq Scan on conversation_messages")), "{plan:#?}");
}

/// The searches run with the owner's rights: outside of an entered workspace they find nothing, and inside of one nothing
/// of another.
#[tokio::test]
async fn a_search_finds_what_the_entered_workspace_has() {
    let database = TestDatabase::create().await;
    owner(&database).await.batch_execute(ROWS).await.unwrap();
    let mut connection = app(&database).await;
    let found = async |transaction: &Transaction<'_>| -> (i64, i64) {
        let sql = "SELECT (SELECT count(*) FROM search_conversations('hello', '{}')),
            (SELECT count(*) FROM search_contacts('first', '{1405}'))";
        let row = transaction.query_one(sql, &[]).await.unwrap();
        (row.get(0), row.get(1))
    };
    let transaction = db::begin(&mut connection).await.unwrap();
    assert_eq!(found(&transaction).await, (0, 0));
    for (organization, expected) in [("org_small", 300), ("org_large", 4000)] {
        db::workspaces::enter(&transaction, organization).await.unwrap().unwrap();
        assert_eq!(found(&transaction).await, (expected, expected), "{organization}");
    }
    // The filter of the list itself holds too.
    let nobody = WorkspaceId(Uuid::new_v4());
    let filter = searching("hello");
    assert!(conversations::list(&transaction, nobody, &filter, None, 50).await.unwrap().is_empty());
}
