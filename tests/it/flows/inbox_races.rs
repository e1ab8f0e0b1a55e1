//! The inbox while messages arrive: pages that stay right, counters that are exact, contacts that are one.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use shared::{
    auth::{self, Access, Caller, Organization, Role},
    db::{
        self, contact_erasures, contact_phone_numbers, contacts, conversation_changes,
        conversations::{self, Filter},
        inbound::{self, InboundMessage, Received},
        messages,
    },
    domain::{Channel, ContactId, Keyword, MatchKey, WorkspaceId},
    testing::TestDatabase,
};
use tokio_postgres::Transaction;

use super::conversations::text;
use crate::support::TestApp;

const OURS: &str = "+14052010177";

#[tokio::test(flavor = "multi_thread")]
async fn pages_stay_right_while_messages_arrive() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    // Many with the same time, so that the id decides between them.
    let sql =
        "INSERT INTO conversations (workspace_id, channel, phone_number_id, our_number, counterpart, last_message_at)
        SELECT n.workspace_id, 'sms', n.id, n.phone_number, '+1405555' || to_char(i, 'FM0000'),
            now() - interval '1 hour' - (i / 20) * interval '1 microsecond'
        FROM workspace_phone_numbers n, generate_series(1, 120) AS i";
    app.rows(sql, &[]).await;
    let moving = |i: i32| i % 4 == 0;

    let arrivals = async {
        for i in (1..=120).filter(|i| moving(*i)) {
            app.customer_texts(&format!("+1405555{i:04}"), text(&number, "phoneNumber"), "up!").await;
        }
    };
    let reading = async {
        let (mut seen, mut query) = (BTreeMap::<String, usize>::new(), "limit=7".to_owned());
        loop {
            let page = app.get(&org, &format!("/conversations?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{page:?}");
            for row in page.body["conversations"].as_array().unwrap() {
                *seen.entry(text(row, "counterpart").to_owned()).or_default() += 1;
            }
            match page.body["nextCursor"].as_str() {
                Some(cursor) => query = format!("limit=7&cursor={cursor}"),
                None => return seen,
            }
        }
    };
    let ((), seen) = tokio::join!(arrivals, reading);
    for i in (1..=120).filter(|i| !moving(*i)) {
        assert_eq!(seen.get(&format!("+1405555{i:04}")), Some(&1), "{i} did not move: seen once");
    }
    assert!(seen.values().all(|times| *times <= 1), "what moves goes up, behind the reader: {seen:?}");
    let moved = app.get(&org, "/conversations?limit=30").await;
    let moved = moved.body["conversations"].as_array().unwrap();
    assert!(moved.iter().all(|row| row["snippet"] == "up!"), "{moved:?}");
}

async fn workspace(database: &TestDatabase) -> WorkspaceId {
    let connection = database.owner_pool(1).get().await.unwrap();
    let sql = "WITH made AS (INSERT INTO workspaces (clerk_organization_id) VALUES ('org_busy') RETURNING id)
        INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
            monthly_cost_cents)
        SELECT id, $1, 'sid', 'Primary', 'primary', 100 FROM made RETURNING workspace_id";
    WorkspaceId(connection.query_one(sql, &[&OURS]).await.unwrap().get(0))
}

async fn receive(database_pool: &db::Pool, sid: &str, from: &str) -> inbound::Placed {
    hear(database_pool, sid, from, None, shared::clock::now()).await
}

async fn hear(
    database_pool: &db::Pool,
    sid: &str,
    from: &str,
    keyword: Option<Keyword>,
    received_at: DateTime<Utc>,
) -> inbound::Placed {
    let connection = database_pool.get().await.unwrap();
    let media = json!([]);
    let message = InboundMessage {
        carrier_sid: sid,
        channel: Channel::Sms,
        from,
        to: OURS,
        body: "Hello",
        media: &media,
        segments: 1,
        platform_number: "+14052010100",
        payload: &media,
        keyword,
        received_at,
    };
    match inbound::ingest_message(&**connection, &message).await.unwrap().received {
        Received::Stored(placed) => placed,
        other => panic!("{other:?}"),
    }
}

async fn entered(connection: &mut db::Connection) -> (Transaction<'_>, WorkspaceId) {
    let transaction = db::begin(connection).await.unwrap();
    let workspace = db::workspaces::enter(&transaction, "org_busy").await.unwrap().unwrap();
    (transaction, workspace.id)
}

/// What an answer is put together of belongs together, also when something is stored between two of its statements.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_shows_one_moment() {
    let database = TestDatabase::create().await;
    let workspace = workspace(&database).await;
    let pool = database.app_pool(3);
    let customer = "+14055550199";
    let id = receive(&pool, "sid-first", customer).await.conversation_id;
    let caller = Caller {
        user_id: "user_member".to_owned(),
        organization: Some(Organization { id: "org_busy".to_owned(), role: Role::Admin }),
        actor: None,
        pending: false,
        requests_per_minute: 1_000,
    };

    for (stored, listed, access) in [(1, 1, Access::Read), (2, 2, Access::Inspect), (3, 4, Access::Write)] {
        let mut connection = pool.get().await.unwrap();
        let entered = auth::enter(&mut connection, &caller, "org_busy", access).await.unwrap();
        let shown = conversations::find_shown(entered.transaction, workspace, id).await.unwrap().unwrap();
        receive(&pool, &format!("sid-while-{access:?}"), customer).await;
        let rows = messages::list(entered.transaction, workspace, id, None, 10).await.unwrap();

        assert_eq!((shown.message_count, rows.len()), (stored, listed), "{access:?}");
        let marked = conversation_changes::mark_read(entered.transaction, workspace, id, None).await;
        assert_eq!(marked.is_ok(), access == Access::Write, "{access:?}: {marked:?}");
    }
}

/// Somebody marks as read, again and again, what was on the screen, while texts arrive: all of these stay unread.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_arrives_while_others_are_marked_as_read_stays_unread() {
    let database = TestDatabase::create().await;
    workspace(&database).await;
    let pool = database.app_pool(12);
    for round in 0..10 {
        let customer = format!("+1405555{round:04}");
        let first = receive(&pool, &format!("sid-{round}-first"), &customer).await;
        join_all((0..40).map(|i| {
            let (pool, customer) = (pool.clone(), customer.clone());
            tokio::spawn(async move {
                if i % 2 == 0 {
                    receive(&pool, &format!("sid-{round}-{i}"), &customer).await;
                    return;
                }
                let mut connection = pool.get().await.unwrap();
                let (transaction, workspace) = entered(&mut connection).await;
                let id = first.conversation_id;
                assert!(conversation_changes::lock(&transaction, workspace, id).await.unwrap());
                conversation_changes::mark_read(&transaction, workspace, id, Some(first.message_id)).await.unwrap();
                transaction.commit().await.unwrap();
            })
        }))
        .await
        .into_iter()
        .for_each(|done| done.unwrap());
        let mut connection = pool.get().await.unwrap();
        let (transaction, workspace) = entered(&mut connection).await;
        let row = conversations::get(&transaction, workspace, first.conversation_id).await.unwrap();
        assert_eq!((row.unread_count, row.message_count), (20, 21), "round {round}");
    }
}

/// Some keywords go by the queue and arrive after those that were said later: what was said last counts all the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_keyword_counts_in_whatever_order_they_arrive() {
    const ARRIVALS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let database = TestDatabase::create().await;
    workspace(&database).await;
    let (pool, owner) = (database.app_pool(1), database.owner_pool(1).get().await.unwrap());
    let words = [Keyword::Stop, Keyword::Start, Keyword::Yes, Keyword::Help];
    let begun = shared::clock::now() - Duration::minutes(1);
    let mut round = 0;
    for said in (0..64).map(|i| [words[i / 16], words[i / 4 % 4], words[i % 4]]) {
        let last = said.iter().rfind(|word| **word != Keyword::Help);
        for arrival in ARRIVALS {
            round += 1;
            let customer = format!("+1405557{round:04}");
            for at in arrival {
                let said_at = begun + Duration::milliseconds(i64::try_from(at).unwrap() + 1);
                hear(&pool, &format!("sid-{round}-{at}"), &customer, Some(said[at]), said_at).await;
            }
            let sql = "SELECT EXISTS (SELECT FROM opt_outs WHERE counterpart = $1 AND state = 'opted_out')";
            let opted_out: bool = owner.query_one(sql, &[&customer]).await.unwrap().get(0);
            assert_eq!(opted_out, last == Some(&Keyword::Stop), "said {said:?}, arrived {arrival:?}");
        }
    }
}

/// First texts in all spellings of one number, at the same time as staff makes a contact for it.
#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_spellings_of_one_number_make_one_contact() {
    let database = TestDatabase::create().await;
    workspace(&database).await;
    let pool = database.app_pool(12);
    for round in 0..20 {
        let spellings = [format!("+55119876543{round:02}"), format!("+5511876543{round:02}")];
        join_all((0..12).map(|i| {
            let (pool, number) = (pool.clone(), spellings[i % 2].clone());
            tokio::spawn(async move {
                if i < 8 {
                    receive(&pool, &format!("sid-{round}-{i}"), &number).await;
                    return;
                }
                let mut connection = pool.get().await.unwrap();
                let (transaction, workspace) = entered(&mut connection).await;
                let id = contacts::insert(&transaction, workspace, &contacts::Details::default()).await.unwrap();
                let key = MatchKey::of(&number);
                let owner = contact_phone_numbers::add(&transaction, workspace, id, &number, &key).await.unwrap();
                if owner.is_none() {
                    transaction.commit().await.unwrap();
                }
            })
        }))
        .await
        .into_iter()
        .for_each(|done| done.unwrap());
        let owner = database.owner_pool(1).get().await.unwrap();
        let sql = "SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM contact_phone_numbers),
            (SELECT count(*) FROM contacts t WHERE NOT EXISTS (SELECT FROM contact_phone_numbers n WHERE n.contact_id = t.id))";
        let row = owner.query_one(sql, &[]).await.unwrap();
        let counts: (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(counts, (round + 1, round + 1, 0), "round {round}");
    }
}

/// A merge while the first text of the contact that goes is on its way: its conversation is the kept contact's.
#[tokio::test(flavor = "multi_thread")]
async fn no_conversation_stays_with_a_contact_that_was_merged() {
    let database = TestDatabase::create().await;
    workspace(&database).await;
    let pool = database.app_pool(4);
    for round in 0..40 {
        let number = format!("+1405555{round:04}");
        let (kept, other): (ContactId, ContactId) = {
            let mut connection = pool.get().await.unwrap();
            let (transaction, workspace) = entered(&mut connection).await;
            let nothing = contacts::Details::default();
            let kept = contacts::insert(&transaction, workspace, &nothing).await.unwrap();
            let other = contacts::insert(&transaction, workspace, &nothing).await.unwrap();
            let key = MatchKey::of(&number);
            contact_phone_numbers::add(&transaction, workspace, other, &number, &key).await.unwrap();
            transaction.commit().await.unwrap();
            (kept, other)
        };
        let merge = async {
            let mut connection = pool.get().await.unwrap();
            let (transaction, workspace) = entered(&mut connection).await;
            contacts::lock(&transaction, workspace, &[kept, other]).await.unwrap();
            contact_phone_numbers::give_all(&transaction, workspace, other, kept).await.unwrap();
            conversation_changes::hand_over(&transaction, workspace, other, kept, None).await.unwrap();
            contacts::mark_merged(&transaction, workspace, other, kept).await.unwrap();
            transaction.commit().await.unwrap();
        };
        let sid = format!("sid-{round}");
        tokio::join!(merge, receive(&pool, &sid, &number));
        let mut connection = pool.get().await.unwrap();
        let (transaction, workspace) = entered(&mut connection).await;
        let rows = conversations::list(&transaction, workspace, &Filter::default(), None, 100).await.unwrap();
        let row = rows.iter().find(|row| row.counterpart == number).unwrap();
        assert_eq!(row.contact.as_ref().map(|contact| contact.id), Some(kept), "round {round}");
        let sql = "SELECT contact_id FROM conversation_participants WHERE conversation_id = $1";
        let participant = transaction.query_one(sql, &[&row.id.0]).await.unwrap();
        assert_eq!(ContactId(participant.get(0)), kept, "round {round}");
    }
}

/// A customer is forgotten, twice at once, while texts of theirs arrive: each text is either forgotten, or in the one
/// conversation of somebody new.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_arrives_while_its_sender_is_forgotten_is_forgotten_or_somebody_new() {
    let database = TestDatabase::create().await;
    workspace(&database).await;
    let pool = database.app_pool(12);
    for round in 0..10 {
        let customer = format!("+1405556{round:04}");
        receive(&pool, &format!("sid-{round}-first"), &customer).await;
        let known = owner_row(&database, &customer).await;
        let begun = join_all((0..20).map(|i| {
            let (pool, customer) = (pool.clone(), customer.clone());
            tokio::spawn(async move {
                if i % 10 != 5 {
                    receive(&pool, &format!("sid-{round}-{i}"), &customer).await;
                    return None;
                }
                let mut connection = pool.get().await.unwrap();
                let (transaction, _) = entered(&mut connection).await;
                let begun = contact_erasures::begin(&transaction, known, "user_1").await.unwrap();
                transaction.commit().await.unwrap();
                begun
            })
        }))
        .await;
        let begun: Vec<_> = begun.into_iter().filter_map(|done| done.unwrap()).collect();
        assert_eq!(begun.iter().filter(|begun| **begun == contact_erasures::Begun::Now).count(), 1, "{begun:?}");
        assert_eq!(begun.len(), 2);

        let owner = database.owner_pool(1).get().await.unwrap();
        let sql = "SELECT continue_erasures(now() + interval '1 hour', 100)";
        owner.query_one(sql, &[]).await.unwrap();
        let sql = "SELECT count(*), count(*) FILTER (WHERE body = '' AND from_number = 'erased'),
                count(*) FILTER (WHERE body = 'Hello' AND from_number = $2), count(DISTINCT conversation_id)
            FROM conversation_messages WHERE carrier_sid LIKE $1";
        let row = owner.query_one(sql, &[&format!("sid-{round}-%"), &customer]).await.unwrap();
        let counts: [i64; 4] = [row.get(0), row.get(1), row.get(2), row.get(3)];
        assert_eq!((counts[0], counts[1] + counts[2]), (19, 19), "round {round}: {counts:?}");
        assert!(counts[1] >= 1 && counts[3] <= 2, "round {round}: {counts:?}");
    }
}

/// A person with more messages than a request can take out in its time.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_messages_the_request_forgets_the_first_and_the_sweep_the_rest() {
    let database = TestDatabase::create().await;
    workspace(&database).await;
    let pool = database.app_pool(1);
    let customer = "+14055570001";
    receive(&pool, "sid-first", customer).await;
    let known = owner_row(&database, customer).await;
    let owner = database.owner_pool(1).get().await.unwrap();
    let more =
        "INSERT INTO conversation_messages (workspace_id, conversation_id, direction, channel, body, from_number,
            to_number, status)
        SELECT workspace_id, id, 'inbound', 'sms', 'Hello', counterpart, our_number, 'received'
        FROM conversations, generate_series(1, 10200)";
    owner.execute(more, &[]).await.unwrap();
    let mut connection = pool.get().await.unwrap();
    let (transaction, _) = entered(&mut connection).await;
    contact_erasures::begin(&transaction, known, "user_1").await.unwrap();
    transaction.commit().await.unwrap();

    let left = "SELECT count(*) FROM conversation_messages WHERE body <> '' OR from_number <> 'erased'";
    assert_eq!(owner.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 201);
    let go_on = "SELECT continue_erasures(now() + interval '1 hour', 100)";
    owner.query_one(go_on, &[]).await.unwrap();
    assert_eq!(owner.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
}

async fn owner_row(database: &TestDatabase, customer: &str) -> ContactId {
    let connection = database.owner_pool(1).get().await.unwrap();
    let sql = "SELECT contact_id FROM contact_phone_numbers WHERE phone_number = $1";
    ContactId(connection.query_one(sql, &[&customer]).await.unwrap().get(0))
}
