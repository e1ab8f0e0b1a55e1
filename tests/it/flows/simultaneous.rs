//! Many at the same time: nothing is doubled, nothing is lost, counters are exact.

use futures_util::future::join_all;
use serde_json::json;
use shared::{
    clock,
    db::inbound::{self, InboundMessage, Received},
    domain::Channel,
    testing::TestDatabase,
};

use crate::support::TestApp;

const CUSTOMER: &str = "+14055550123";
const OURS: &str = "+14052010177";

#[tokio::test(flavor = "multi_thread")]
async fn twenty_simultaneous_copies_of_a_text_have_the_effect_of_one() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();

    let answer = app
        .sim_post("/messages", json!({ "from": CUSTOMER, "to": number, "body": "Only once, please", "copies": 20 }))
        .await;
    let deliveries = answer["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 20);
    assert!(deliveries.iter().all(|d| d["status"] == 200), "{deliveries:?}");

    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!(messages.len(), 1);
    assert_eq!((conversation["unreadCount"].as_i64(), conversation["messageCount"].as_i64()), (Some(1), Some(1)));
    assert_eq!(app.count("SELECT count(*) FROM contacts", &[]).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM conversation_participants", &[]).await, 1);
}

/// Through the database alone, so that all twenty really run at the same moment, again and again.
#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_first_texts_of_one_customer_share_one_conversation() {
    let database = TestDatabase::create().await;
    let workspace = workspace_with_number(&database).await;
    let pool = database.app_pool(20);

    for round in 0..25 {
        let customer = format!("+1405555{round:04}");
        // Ten texts, each delivered twice.
        let received = join_all((0..20).map(|i| {
            let (pool, customer) = (pool.clone(), customer.clone());
            tokio::spawn(async move {
                let connection = pool.get().await.unwrap();
                let (sid, media) = (format!("sid-{round}-{}", i / 2), json!([]));
                inbound::ingest_message(&**connection, &message(&sid, &customer, &media)).await.unwrap().received
            })
        }))
        .await;
        let outcomes: Vec<Received> = received.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|r| matches!(r, Received::Stored(_))).count(), 10, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|r| matches!(r, Received::Duplicate(_))).count(), 10, "{outcomes:?}");

        let connection = database.owner_pool(1).get().await.unwrap();
        let row = connection
            .query_one(
                "SELECT count(*), max(unread_count), max(message_count) FROM conversations
                 WHERE workspace_id = $1 AND counterpart = $2",
                &[&workspace, &customer],
            )
            .await
            .unwrap();
        let counts: (i64, i32, i32) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(counts, (1, 10, 10), "round {round}");
    }
}

fn message<'a>(sid: &'a str, from: &'a str, media: &'a serde_json::Value) -> InboundMessage<'a> {
    InboundMessage {
        carrier_sid: sid,
        channel: Channel::Sms,
        from,
        to: OURS,
        body: "Hello",
        media,
        segments: 1,
        platform_number: "+14052010100",
        payload: media,
        keyword: None,
        received_at: clock::now(),
    }
}

async fn workspace_with_number(database: &TestDatabase) -> uuid::Uuid {
    let connection = database.owner_pool(1).get().await.unwrap();
    let row = connection
        .query_one("INSERT INTO workspaces (clerk_organization_id) VALUES ('org_busy') RETURNING id", &[])
        .await
        .unwrap();
    let id = row.get(0);
    connection
        .execute(
            "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name,
                number_type, monthly_cost_cents) VALUES ($1, $2, 'sid', 'Primary', 'primary', 100)",
            &[&id, &OURS],
        )
        .await
        .unwrap();
    id
}

/// One call of one function: what the design promises of an inbound text.
#[tokio::test(flavor = "multi_thread")]
async fn an_inbound_text_is_one_statement_that_is_not_prepared() {
    let database = TestDatabase::create().await;
    workspace_with_number(&database).await;
    let pool = database.app_pool(1);
    let connection = pool.get().await.unwrap();
    let media = json!([]);
    let row = connection.query_one("SELECT pg_backend_pid()", &[]).await.unwrap();
    let backend: i32 = row.get(0);

    inbound::ingest_message(&**connection, &message("sid-1", CUSTOMER, &media)).await.unwrap();

    // The backend's last statement is that call and it is over: no COMMIT or look-up came after it.
    let owner = database.owner_pool(1).get().await.unwrap();
    let sql = "SELECT query, state FROM pg_stat_activity WHERE pid = $1";
    let row = owner.query_one(sql, &[&backend]).await.unwrap();
    let (query, state): (&str, &str) = (row.get(0), row.get(1));
    assert!(query.contains("inbound::ingest_message") && state == "idle", "{state}: {query}");
    // Behind a transaction-mode pooler there are no prepared statements.
    let sql = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '-- inbound::%'";
    assert_eq!(connection.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 0);
}
