//! The inbox: filters, search, read and unread, where conversations are put, and who looks after them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::number_api::{call, provision};
use crate::support::{Answer, Organization, TestApp};

const CUSTOMER: &str = "+14055550123";
const OTHER: &str = "+14055550142";

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

pub(super) fn outcome(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

/// The conversations that a query finds.
pub(super) async fn inbox(app: &TestApp, org: &Organization, query: &str) -> Vec<Value> {
    let answer = app.get(org, &format!("/conversations?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {answer:?}");
    answer.body["conversations"].as_array().unwrap().clone()
}

/// The other sides of what a query finds.
async fn with(app: &TestApp, org: &Organization, query: &str) -> Vec<String> {
    inbox(app, org, query).await.iter().map(|row| text(row, "counterpart").to_owned()).collect()
}

pub(super) async fn update(app: &TestApp, org: &Organization, id: &str, body: Value) -> Answer {
    call(app, org, Method::PATCH, &format!("/conversations/{id}"), Some(&body)).await
}

pub(super) fn search(text: &str) -> String {
    format!("q={}", form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>())
}

/// An organisation with one number, on which both customers have texted; their conversations.
async fn two_customers(app: &TestApp) -> (Organization, String, Value, Value) {
    let org = app.organization("pro").await;
    let number = text(&app.wait_for_numbers(&org, 1).await[0], "phoneNumber").to_owned();
    app.customer_texts(CUSTOMER, &number, "Is the gate open?").await;
    app.customer_texts(OTHER, &number, "Naïve café owner asks for order 4711-B").await;
    let rows = inbox(app, &org, "").await;
    assert_eq!(rows.len(), 2);
    (org, number, rows[1].clone(), rows[0].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_departments_texting_with_one_customer_have_two_conversations() {
    let app = TestApp::start().await;
    let org = app.organization("enterprise").await;
    let primary = app.wait_for_numbers(&org, 1).await.remove(0);
    let support = provision(&app, &org, json!({ "numberType": "support" })).await.body["phoneNumber"].clone();
    app.wait_for_numbers(&org, 2).await;
    app.customer_texts(CUSTOMER, text(&primary, "phoneNumber"), "to the main line").await;
    app.customer_texts(CUSTOMER, text(&support, "phoneNumber"), "to support").await;

    let both = inbox(&app, &org, "").await;
    assert_eq!(both.len(), 2);
    assert_eq!(both[0]["contact"]["id"], both[1]["contact"]["id"], "one customer");
    let support_id = text(&support, "id");
    for (query, snippets) in [
        ("numberType=support".to_owned(), vec!["to support"]),
        ("numberType=primary".to_owned(), vec!["to the main line"]),
        ("numberType=sales".to_owned(), vec![]),
        (format!("phoneNumberId={support_id}"), vec!["to support"]),
        ("channel=sms".to_owned(), vec!["to support", "to the main line"]),
        ("channel=whatsapp".to_owned(), vec![]),
        (format!("numberType=primary&phoneNumberId={support_id}"), vec![]),
    ] {
        let found = inbox(&app, &org, &query).await;
        assert_eq!(found.iter().map(|row| text(row, "snippet")).collect::<Vec<_>>(), snippets, "{query}");
    }

    // The number changes hands: the conversation shows the department of now, each message the one of its time.
    let change = json!({ "numberType": "sales" });
    call(&app, &org, Method::PATCH, &format!("/phone-numbers/{support_id}"), Some(&change)).await;
    app.customer_texts(CUSTOMER, text(&support, "phoneNumber"), "to sales").await;
    let conversation = inbox(&app, &org, "numberType=sales").await.remove(0);
    assert_eq!(conversation["phoneNumber"]["numberType"], "sales");
    let path = format!("/conversations/{}/messages", text(&conversation, "id"));
    let messages = app.get(&org, &path).await.body["messages"].clone();
    let types: Vec<&str> = messages.as_array().unwrap().iter().map(|message| text(message, "numberType")).collect();
    assert_eq!(types, ["sales", "support"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_away_comes_back_with_the_next_text_and_spam_does_not() {
    let app = TestApp::start().await;
    let (org, number, first, second) = two_customers(&app).await;
    for status in ["archived", "closed"] {
        let answer = update(&app, &org, text(&first, "id"), json!({ "status": status })).await;
        assert_eq!((answer.status, text(&answer.body["conversation"], "status")), (StatusCode::OK, status));
        assert_eq!(with(&app, &org, "").await, [OTHER], "the inbox is what is open");
        assert_eq!(with(&app, &org, &format!("status={status}")).await, [CUSTOMER]);
        assert_eq!(with(&app, &org, "status=all").await, [OTHER, CUSTOMER]);

        app.customer_texts(CUSTOMER, &number, "One more thing").await;
        assert_eq!(with(&app, &org, "").await, [CUSTOMER, OTHER]);
        app.customer_texts(OTHER, &number, "On top again").await;
    }

    update(&app, &org, text(&second, "id"), json!({ "status": "spam" })).await;
    app.customer_texts(OTHER, &number, "You have won").await;
    assert_eq!(with(&app, &org, "").await, [CUSTOMER]);
    assert_eq!(with(&app, &org, "unread=true").await, [CUSTOMER], "spam is not unread");
    let spam = inbox(&app, &org, "status=spam").await;
    assert_eq!((text(&spam[0], "snippet"), text(&spam[0], "status")), ("You have won", "spam"), "and it is not lost");
    update(&app, &org, text(&second, "id"), json!({ "status": "open" })).await;
    assert_eq!(with(&app, &org, "").await, [OTHER, CUSTOMER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn read_and_unread() {
    let app = TestApp::start().await;
    let (org, number, first, second) = two_customers(&app).await;
    let id = text(&first, "id");
    let unread = |answer: &Answer| answer.body["conversation"]["unreadCount"].as_i64().unwrap();
    let (_, seen) = {
        let messages = app.get(&org, &format!("/conversations/{id}/messages")).await.body;
        (id, text(&messages["messages"][0], "id").to_owned())
    };
    app.customer_texts(CUSTOMER, &number, "not on the screen yet").await;
    app.customer_texts(CUSTOMER, &number, "nor this").await;

    let up_to = json!({ "read": true, "upToMessageId": seen });
    assert_eq!(unread(&update(&app, &org, id, up_to.clone()).await), 2, "what came after the seen one stays unread");
    assert_eq!(with(&app, &org, "unread=true").await, [CUSTOMER, OTHER]);
    assert_eq!(unread(&update(&app, &org, id, json!({ "read": true })).await), 0);
    assert_eq!(unread(&update(&app, &org, id, up_to).await), 0, "an old page makes nothing unread");
    assert_eq!(with(&app, &org, "unread=true").await, [OTHER]);
    assert_eq!(with(&app, &org, "unread=false").await, [CUSTOMER]);
    for _ in 0..2 {
        assert_eq!(unread(&update(&app, &org, id, json!({ "read": false })).await), 1);
    }
    app.customer_texts(CUSTOMER, &number, "counted").await;
    assert_eq!(inbox(&app, &org, "").await[0]["unreadCount"], 2);

    // A reply does not count, and a message of another conversation is none of this one.
    let reply = json!({ "channel": "sms", "conversationId": id, "body": "Yes" });
    assert_eq!(app.post(&org, "/messages", &reply).await.status, StatusCode::CREATED);
    assert_eq!(inbox(&app, &org, "").await[0]["unreadCount"], 2);
    let foreign = json!({ "read": true, "upToMessageId": seen });
    let answer = update(&app, &org, text(&second, "id"), foreign).await;
    assert_eq!(outcome(&answer), (422, "message_not_found"));
    assert_eq!(inbox(&app, &org, "").await[1]["unreadCount"], 1, "refused, and nothing is read");
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_given_to_members() {
    let app = TestApp::start().await;
    let (org, _, first, second) = two_customers(&app).await;
    let (id, me) = (text(&first, "id"), org.user_id.clone());
    let stranger = app.organization("starter").await;

    let answer = update(&app, &org, id, json!({ "assignedTo": me })).await;
    assert_eq!(answer.body["conversation"]["assignedTo"]["userId"], me.as_str(), "{answer:?}");
    for (query, found) in [
        ("assignedTo=me".to_owned(), vec![CUSTOMER]),
        (format!("assignedTo={me}"), vec![CUSTOMER]),
        ("assignedTo=none".to_owned(), vec![OTHER]),
        (format!("assignedTo={}", stranger.user_id), vec![]),
        (String::new(), vec![OTHER, CUSTOMER]),
    ] {
        assert_eq!(with(&app, &org, &query).await, found, "{query}");
    }
    let answer = update(&app, &org, id, json!({ "status": "closed" })).await;
    assert_eq!(answer.body["conversation"]["assignedTo"]["userId"], me.as_str(), "what is not named stays");

    let gone = "INSERT INTO users (clerk_user_id) VALUES ('user_gone')";
    app.rows(gone, &[]).await;
    let gone = "INSERT INTO workspace_members (workspace_id, user_id, role, removed_at)
        SELECT w.id, u.id, 'org:member', now() FROM workspaces w, users u
        WHERE w.clerk_organization_id = $1 AND u.clerk_user_id = 'user_gone'";
    app.rows(gone, &[&org.id]).await;
    for user in [stranger.user_id.as_str(), "user_nobody", "user_gone"] {
        let answer = update(&app, &org, text(&second, "id"), json!({ "assignedTo": user, "status": "spam" })).await;
        assert_eq!(outcome(&answer), (422, "assignee_not_member"), "{user}");
        assert_eq!(answer.body["errors"][0]["field"], "assignedTo");
    }
    assert_eq!(with(&app, &org, "assignedTo=none").await, [OTHER], "and nothing of a refused change is kept");

    let answer = update(&app, &org, id, json!({ "assignedTo": null })).await;
    assert_eq!(answer.body["conversation"]["assignedTo"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_found_by_text_name_and_number() {
    let app = TestApp::start().await;
    let (org, _, first, _) = two_customers(&app).await;
    let contact = format!("/contacts/{}", text(&first["contact"], "id"));
    let name = json!({ "firstName": "José", "lastName": "Müller-Lüdenscheidt", "company": "Alpine Dental" });
    assert_eq!(call(&app, &org, Method::PATCH, &contact, Some(&name)).await.status, StatusCode::OK);
    assert_eq!(inbox(&app, &org, "").await[1]["contact"]["name"], "José Müller-Lüdenscheidt");

    for (query, found) in [
        // Words of messages: beginnings, in any order, case and accents.
        ("gate", vec![CUSTOMER]),
        ("GAT op", vec![CUSTOMER]),
        ("cafe naive", vec![OTHER]),
        ("CAFÉ", vec![OTHER]),
        ("4711", vec![OTHER]),
        ("4711-B", vec![OTHER]),
        ("gate cafe", vec![]),
        ("ate", vec![]),
        // Names.
        ("jose", vec![CUSTOMER]),
        ("Mül", vec![CUSTOMER]),
        ("ludenscheidt alpine", vec![CUSTOMER]),
        // Numbers, whole or in part.
        ("+1 405 555 0123", vec![CUSTOMER]),
        ("(405) 555-0123", vec![CUSTOMER]),
        ("555.0142", vec![OTHER]),
        ("0123", vec![CUSTOMER]),
        ("405555", vec![OTHER, CUSTOMER]),
        ("4055559999", vec![]),
        // What means something to Postgres, and what means nothing.
        ("gate:* | cafe", vec![]),
        ("'; DROP TABLE contacts --", vec![]),
        ("%", vec![]),
        ("\\", vec![]),
        ("!!!", vec![]),
        ("   ", vec![OTHER, CUSTOMER]),
    ] {
        assert_eq!(with(&app, &org, &search(query)).await, found, "{query:?}");
    }
    assert_eq!(with(&app, &org, "q=405555&unread=true&numberType=primary&limit=1").await, [OTHER]);
    for bad in ["q=a%00b", &format!("q={}", "a".repeat(201))] {
        let answer = app.get(&org, &format!("/conversations?{bad}")).await;
        assert_eq!((outcome(&answer), &answer.body["errors"][0]["field"]), ((422, "invalid_request"), &json!("q")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused() {
    let app = TestApp::start().await;
    let (org, _, first, _) = two_customers(&app).await;
    let id = text(&first, "id");
    for (body, field) in [
        (json!({}), "body"),
        (json!({ "status": "gone" }), "status"),
        (json!({ "status": "all" }), "status"),
        (json!({ "read": "yes" }), "read"),
        (json!({ "assignedTo": "somebody" }), "assignedTo"),
        (json!({ "upToMessageId": Uuid::new_v4() }), "upToMessageId"),
        (json!({ "title": "Gate" }), "title"),
    ] {
        let answer = update(&app, &org, id, body.clone()).await;
        assert_eq!(outcome(&answer), (422, "invalid_request"), "{body}");
        assert_eq!(answer.body["errors"][0]["field"], field, "{body}: {answer:?}");
    }
    for query in ["status=gone", "unread=maybe", "assignedTo=somebody", "assignedTo=user_%00", "numberType=marketing"] {
        assert_eq!(
            outcome(&app.get(&org, &format!("/conversations?{query}")).await),
            (422, "invalid_request"),
            "{query}"
        );
    }
    for unknown in [Uuid::new_v4().to_string(), "x".to_owned()] {
        let answer = update(&app, &org, &unknown, json!({ "read": true })).await;
        assert_eq!(outcome(&answer), (404, "conversation_not_found"));
    }
    let member = app.token(&org.id, "member", &org.user_id).await;
    let member = Organization { admin_token: member, ..org };
    assert_eq!(update(&app, &member, id, json!({ "read": true })).await.status, StatusCode::OK, "any member may");
}
