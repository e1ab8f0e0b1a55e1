//! Contacts: made, changed, found and merged, and linked to whoever texts.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    conversations::{inbox, outcome, search, text},
    number_api::call,
};
use crate::support::{Answer, Organization, TestApp};

async fn create(app: &TestApp, org: &Organization, body: Value) -> Answer {
    app.post(org, "/contacts", &body).await
}

/// A contact that must be made.
async fn contact(app: &TestApp, org: &Organization, body: Value) -> Value {
    let answer = create(app, org, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.body["contact"].clone()
}

async fn edit(app: &TestApp, org: &Organization, id: &str, body: Value) -> Answer {
    call(app, org, Method::PATCH, &format!("/contacts/{id}"), Some(&body)).await
}

async fn merge(app: &TestApp, org: &Organization, kept: &str, other: &str) -> Answer {
    app.post(org, &format!("/contacts/{kept}/merge"), &json!({ "contactId": other })).await
}

async fn list(app: &TestApp, org: &Organization, query: &str) -> Vec<Value> {
    let answer = app.get(org, &format!("/contacts?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {answer:?}");
    answer.body["contacts"].as_array().unwrap().clone()
}

async fn first_names(app: &TestApp, org: &Organization, query: &str) -> Vec<String> {
    let contacts = list(app, org, query).await;
    contacts.iter().map(|contact| contact["firstName"].as_str().unwrap_or("-").to_owned()).collect()
}

async fn number_of(app: &TestApp, org: &Organization) -> String {
    text(&app.wait_for_numbers(org, 1).await[0], "phoneNumber").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_made_listed_found_and_changed() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let maria = contact(&app, &org, json!({
        "firstName": " María ", "lastName": "Silva", "company": "Alpine Dental", "email": "maria@alpine-dental.example",
        "notes": "tall\nlikes tea", "phoneNumbers": ["(405) 555-0123", "+44 (0)20 7183 8750", "405.555.0123"],
    }))
    .await;
    assert_eq!((text(&maria, "firstName"), text(&maria, "notes")), ("María", "tall\nlikes tea"));
    assert_eq!(maria["phoneNumbers"], json!(["+14055550123", "+442071838750"]), "each number once");
    contact(&app, &org, json!({ "firstName": "Marc", "phoneNumbers": ["+1 405 555 0142"] })).await;
    contact(&app, &org, json!({ "firstName": "Ann", "company": "Márquez & Co" })).await;

    for (query, found) in [
        ("", vec!["Ann", "Marc", "María"]),
        ("mar", vec!["Ann", "Marc", "María"]),
        ("maria silva", vec!["María"]),
        ("silva mar", vec!["María"]),
        ("MARQUEZ", vec!["Ann"]),
        ("alpine", vec!["María"]),
        ("maria@alpine-dental.example", vec!["María"]),
        ("dental.example", vec!["María"]),
        ("020 7183 8750", vec!["María"]),
        ("405-555", vec!["Marc", "María"]),
        ("0142", vec!["Marc"]),
        ("silva marc", vec![]),
    ] {
        assert_eq!(first_names(&app, &org, &search(query)).await, found, "{query:?}");
    }
    let page = app.get(&org, "/contacts?limit=2").await;
    let next = format!("limit=2&cursor={}", text(&page.body, "nextCursor"));
    contact(&app, &org, json!({ "firstName": "Newest" })).await;
    assert_eq!(first_names(&app, &org, &next).await, ["María"], "a cursor stays right while contacts are added");

    let id = text(&maria, "id");
    let answer = edit(&app, &org, id, json!({ "lastName": null, "company": "Bergpraxis" })).await;
    let changed = &answer.body["contact"];
    assert_eq!(
        (text(changed, "firstName"), &changed["lastName"], text(changed, "company")),
        ("María", &Value::Null, "Bergpraxis")
    );
    assert_eq!(changed["phoneNumbers"], maria["phoneNumbers"]);
    assert_eq!(first_names(&app, &org, "q=silva").await, Vec::<String>::new(), "and is found by what it is now");
    assert_eq!(first_names(&app, &org, "q=bergpraxis").await, ["María"]);
    let answer = edit(&app, &org, id, json!({ "phoneNumbers": ["4055550177", "+442071838750"] })).await;
    assert_eq!(answer.body["contact"]["phoneNumbers"], json!(["+442071838750", "+14055550177"]));
    assert_eq!(first_names(&app, &org, "q=4055550123").await, Vec::<String>::new());
    contact(&app, &org, json!({ "firstName": "Next", "phoneNumbers": ["405 555 0123"] })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_belongs_to_one_contact_in_all_its_spellings() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let ours = number_of(&app, &org).await;
    for (i, (written, inbound)) in [
        ("+55 (11) 98765-4321", "+551187654321"),
        ("+55 51 9864-4323", "+5551998644323"),
        ("+52 1 55 1234 5678", "+525512345678"),
        ("+52 984 105 6553", "+5219841056553"),
        ("+54 9 11 5493-3738", "+541154933738"),
        ("+54 264 447 2542", "+5492644472542"),
        ("(405) 555-0123", "+14055550123"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("Person {i}");
        let made = contact(&app, &org, json!({ "firstName": name, "phoneNumbers": [written] })).await;
        for again in [written, inbound] {
            let answer = create(&app, &org, json!({ "firstName": "Other", "phoneNumbers": [again] })).await;
            assert_eq!(outcome(&answer), (422, "contact_exists"), "{again}");
            assert_eq!(
                (&answer.body["contactId"], &answer.body["errors"][0]["field"]),
                (&made["id"], &json!("phoneNumbers"))
            );
        }

        let form = [
            ("MessageSid", format!("sid-{i}")),
            ("From", inbound.to_owned()),
            ("To", ours.clone()),
            ("Body", name.clone()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
        assert_eq!(app.webhook(&app.stack.urls.message_webhook, &form).await.status, StatusCode::OK);
        let conversation = inbox(&app, &org, "").await.remove(0);
        assert_eq!(
            conversation["contact"],
            json!({ "id": made["id"], "name": name, "phoneNumber": inbound }),
            "{inbound}"
        );
        assert_eq!(text(&conversation, "counterpart"), inbound, "as the carrier writes it");
        for query in [written, inbound] {
            assert_eq!(first_names(&app, &org, &search(query)).await, [name.as_str()], "{query}");
        }
    }
    assert_eq!(list(&app, &org, "").await.len(), 7, "nobody became a second contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_texts_first_becomes_a_contact_that_can_be_named() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let ours = number_of(&app, &org).await;
    app.customer_texts("+14055550123", &ours, "Hello").await;
    let stranger = list(&app, &org, "").await.remove(0);
    assert_eq!((&stranger["firstName"], &stranger["phoneNumbers"]), (&Value::Null, &json!(["+14055550123"])));
    assert_eq!(
        inbox(&app, &org, "").await[0]["contact"],
        json!({ "id": stranger["id"], "name": null, "phoneNumber": "+14055550123" })
    );

    let id = text(&stranger, "id");
    assert_eq!(edit(&app, &org, id, json!({ "company": "Alpine Dental" })).await.status, StatusCode::OK);
    assert_eq!(inbox(&app, &org, "").await[0]["contact"]["name"], "Alpine Dental");
    edit(&app, &org, id, json!({ "firstName": "Maria", "lastName": "Silva" })).await;
    assert_eq!(inbox(&app, &org, "").await[0]["contact"]["name"], "Maria Silva");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_contacts_become_one_with_all_that_they_had() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let ours = number_of(&app, &org).await;
    for (from, body) in [("+14055550123", "from work"), ("+14055550142", "from home")] {
        app.customer_texts(from, &ours, body).await;
    }
    let contacts = list(&app, &org, "").await;
    let (home, work) = (text(&contacts[0], "id"), text(&contacts[1], "id"));
    edit(&app, &org, work, json!({ "firstName": "Maria", "notes": "tall" })).await;
    edit(&app, &org, home, json!({ "lastName": "S.", "email": "maria@mail.example", "notes": "likes tea" })).await;

    for _ in 0..2 {
        let answer = merge(&app, &org, work, home).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let kept = &answer.body["contact"];
        assert_eq!(kept["phoneNumbers"], json!(["+14055550123", "+14055550142"]));
        assert_eq!((text(kept, "firstName"), text(kept, "email")), ("Maria", "maria@mail.example"));
        assert_eq!(text(kept, "notes"), "tall\n\nlikes tea");
    }
    assert_eq!(list(&app, &org, "").await.len(), 1, "the other is listed no more");
    assert_eq!(first_names(&app, &org, "q=0142").await, ["Maria"]);
    let both = inbox(&app, &org, "").await;
    assert_eq!(both.len(), 2, "each number keeps its conversation");
    assert!(both.iter().all(|row| text(&row["contact"], "id") == work), "{both:?}");
    app.customer_texts("+14055550142", &ours, "again").await;
    assert_eq!(text(&inbox(&app, &org, "").await[0]["contact"], "id"), work);

    let log = app.rows("SELECT actor, details FROM audit_log WHERE action = 'contact.merged'", &[]).await;
    assert_eq!(log.len(), 1, "once");
    let expected = json!({ "contactId": work, "mergedContactId": home, "conversations": 1 });
    assert_eq!((log[0].get::<_, &str>(0), log[0].get::<_, Value>(1)), (org.user_id.as_str(), expected));

    // The one that went cannot be changed, nor merged into or with another one.
    let third = contact(&app, &org, json!({ "firstName": "Third" })).await;
    let third = text(&third, "id");
    assert_eq!(outcome(&edit(&app, &org, home, json!({ "firstName": "Late" })).await), (404, "contact_not_found"));
    assert_eq!(outcome(&merge(&app, &org, home, third).await), (404, "contact_not_found"));
    assert_eq!(outcome(&merge(&app, &org, third, home).await), (422, "contact_not_found"));
    assert_eq!(outcome(&merge(&app, &org, third, third).await), (422, "invalid_request"));
    assert_eq!(outcome(&merge(&app, &org, third, &Uuid::new_v4().to_string()).await), (422, "contact_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_away_takes_its_conversations_along() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let ours = number_of(&app, &org).await;
    let maria = contact(
        &app,
        &org,
        json!({
            "firstName": "Maria", "phoneNumbers": ["405 555 0123", "405 555 0142", "405 555 0177"],
        }),
    )
    .await;
    for from in ["+14055550123", "+14055550142"] {
        app.customer_texts(from, &ours, "Hello").await;
    }
    let answer = edit(&app, &org, text(&maria, "id"), json!({ "phoneNumbers": ["405 555 0123"] })).await;
    assert_eq!(answer.body["contact"]["phoneNumbers"], json!(["+14055550123"]));

    let contacts = list(&app, &org, "").await;
    assert_eq!(contacts.len(), 2, "0177 never texted and is nobody's");
    assert_eq!((&contacts[0]["firstName"], &contacts[0]["phoneNumbers"]), (&Value::Null, &json!(["+14055550142"])));
    let owners: Vec<Value> = inbox(&app, &org, "").await.iter().map(|row| row["contact"]["id"].clone()).collect();
    assert_eq!(owners, [contacts[0]["id"].clone(), maria["id"].clone()]);
    app.customer_texts("+14055550142", &ours, "Still me").await;
    assert_eq!(list(&app, &org, "").await.len(), 2);
    // What it has may be said again, whatever it looks like.
    let form = [("MessageSid", "sid-short"), ("From", "72975"), ("To", ours.as_str()), ("Body", "Your code is 1234")];
    app.webhook(&app.stack.urls.message_webhook, &form).await;
    let service = list(&app, &org, "q=72975").await.remove(0);
    let all = json!({ "firstName": "Codes", "phoneNumbers": ["72975", "405 555 0199"] });
    let answer = edit(&app, &org, text(&service, "id"), all).await;
    assert_eq!(answer.body["contact"]["phoneNumbers"], json!(["72975", "+14055550199"]), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_refused() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let maria = contact(&app, &org, json!({ "firstName": "Maria", "phoneNumbers": ["405 555 0123"] })).await;
    let other = contact(&app, &org, json!({ "firstName": "Other" })).await;
    for (body, fields) in [
        (json!({}), vec!["body"]),
        (json!({ "notes": "nobody" }), vec!["body"]),
        (json!({ "firstName": " ", "lastName": "\u{7}", "email": "x" }), vec!["firstName", "lastName", "email"]),
        (json!({ "company": "a".repeat(201) }), vec!["company"]),
        (json!({ "firstName": 7 }), vec!["firstName"]),
        (json!({ "nickname": "M" }), vec!["nickname"]),
        (
            json!({ "phoneNumbers": ["405 555 0177", "12", "Maria", "405 555 0123 ext. 5"] }),
            vec!["phoneNumbers[1]", "phoneNumbers[2]", "phoneNumbers[3]"],
        ),
    ] {
        let answer = create(&app, &org, body.clone()).await;
        assert_eq!(outcome(&answer), (422, "invalid_request"), "{body}");
        let errors = answer.body["errors"].as_array().unwrap();
        assert_eq!(errors.iter().map(|error| text(error, "field")).collect::<Vec<_>>(), fields, "{body}: {answer:?}");
    }
    let taken = json!({ "firstName": "Changed", "phoneNumbers": ["+14055550123"] });
    let answer = edit(&app, &org, text(&other, "id"), taken).await;
    assert_eq!((outcome(&answer), &answer.body["contactId"]), ((422, "contact_exists"), &maria["id"]));
    assert_eq!(first_names(&app, &org, "").await, ["Other", "Maria"], "and nothing of a refused change is kept");
    for unknown in [Uuid::new_v4().to_string(), "x".to_owned()] {
        assert_eq!(outcome(&edit(&app, &org, &unknown, json!({ "firstName": "X" })).await), (404, "contact_not_found"));
        assert_eq!(outcome(&merge(&app, &org, &unknown, text(&other, "id")).await), (404, "contact_not_found"));
    }
    assert_eq!(outcome(&app.get(&org, "/contacts?q=a%00").await), (422, "invalid_request"));
}
