//! Every route, asked with every mixture of one's own and another's: path, token, ids in path, query, headers and body.

use serde_json::{Value, json};
use shared::api::Cursor;

use super::{
    routes::{Caller, Place, Route, Slot},
    world::{self, KUMQUAT, LYCHEE, Tenant},
};
use crate::support::{Answer, TestApp};

/// Routes whose good answer has nothing by which the workspace could be recognised.
const ANONYMOUS: &[&str] = &[
    "checkRegistration",
    "listPlans",
    "submitPortOrder",
    "provisionNumber",
    "readAnalytics",
    "saveContact",
    "searchNumbers",
    "testWebhookEndpoint",
];

#[tokio::test(flavor = "multi_thread")]
async fn kumquat_gets_nothing_of_lychees() {
    attack(&KUMQUAT, &LYCHEE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lychee_gets_nothing_of_kumquats() {
    attack(&LYCHEE, &KUMQUAT).await;
}

async fn attack(attacker: &Tenant, victim: &Tenant) {
    let app = world::start().await;
    let (token, victims_token) = (attacker.admin_token(&app).await, victim.admin_token(&app).await);
    let uploads = vec![
        (attacker.mark, upload(&app, attacker, &token).await),
        (victim.mark, upload(&app, victim, &victims_token).await),
    ];
    let before = world::rows(&app.database, victim).await;
    let mut problems = Problems::default();

    let caller = Caller { token: Some(&token), workspace: "", own: attacker, other: victim, uploads: &uploads };
    for route in Route::all() {
        for workspace in [attacker.workspace(), attacker.organization()] {
            let who = Caller { workspace: &workspace, ..caller };
            mix(&app, &route, &who, victim, &mut problems).await;
        }
        for workspace in [victim.workspace(), victim.organization()] {
            let who = Caller { workspace: &workspace, ..caller };
            trespass(&app, &route, &who, victim, &mut problems).await;
        }
    }

    let after = world::rows(&app.database, victim).await;
    for (table, rows) in &before {
        problems.check(after[table] == *rows, || format!("{table}: {rows:#?} became {:#?}", after[table]));
    }
    let id = format!("{}-", victim.id);
    for (table, rows) in world::rows(&app.database, attacker).await {
        problems.check(!rows.iter().any(|row| row.contains(&id)), || format!("{table} points to the other's rows"));
    }
    let sent = app.sim_get("/messages").await["messages"].as_array().unwrap().clone();
    let numbers = victim.phone(555);
    let stolen: Vec<Value> = sent.into_iter().filter(|m| m["from"].as_str().unwrap().starts_with(&numbers)).collect();
    problems.check(stolen.is_empty(), || format!("sent from the other's number: {stolen:?}"));
    // Only now: so far nothing was the reason but whose it is.
    let own = victim.workspace();
    let own = Caller { token: Some(&victims_token), workspace: &own, own: victim, other: attacker, uploads: &uploads };
    own_things_are_there(&app, &own, &mut problems).await;
    assert!(problems.0.is_empty(), "{} problems:\n{}", problems.0.len(), problems.0.join("\n"));
}

/// One's own path with the other's ids: one at a time, then all at once.
async fn mix(app: &TestApp, route: &Route, who: &Caller<'_>, victim: &Tenant, problems: &mut Problems) {
    let naming = route.naming();
    for slot in &naming {
        let answer = route.ask(app, who, &[slot]).await;
        let context = format!("{} with {} of another", route.operation, slot.name);
        let is_missing = answer.body["code"].as_str().is_some_and(|code| code.ends_with("not_found"));
        let is_expected = expected(route, slot).contains(&answer.status.as_u16());
        problems.check(is_expected && (slot.place != Place::Path || is_missing), || format!("{context}: {answer:?}"));
        problems.check_hidden(victim, &answer, &context);
    }
    let answer = route.ask(app, who, &naming).await;
    let context = format!("{} with everything of another", route.operation);
    problems.check(answer.status.as_u16() < 500, || format!("{context}: {answer:?}"));
    problems.check_hidden(victim, &answer, &context);
}

/// The other's path with one's own token, with one's own ids and with the other's.
async fn trespass(app: &TestApp, route: &Route, who: &Caller<'_>, victim: &Tenant, problems: &mut Problems) {
    if !route.is_in_workspace() {
        return;
    }
    for foreign in [vec![], route.naming()] {
        let answer = route.ask(app, who, &foreign).await;
        let context = format!("{} of {}", route.operation, who.workspace);
        let is_hidden = (answer.status.as_u16(), answer.body["code"].as_str()) == (404, Some("workspace_not_found"));
        problems.check(is_hidden, || format!("{context}: {answer:?}"));
        problems.check_hidden(victim, &answer, &context);
    }
}

/// The same requests with the right token: they work, and show what was hidden.
async fn own_things_are_there(app: &TestApp, who: &Caller<'_>, problems: &mut Problems) {
    for route in in_order() {
        let answer = route.ask(app, who, &[]).await;
        let status = answer.status.as_u16();
        let is_good = match route.operation.as_str() {
            _ if route.path.starts_with("/api/admin/") => status == 404,
            // Its documents were never uploaded.
            "submitPortOrder" => status == 422,
            _ => route.success.contains(&status),
        };
        problems.check(is_good, || format!("{} of one's own: {answer:?}", route.operation));
        let recognisable =
            who.own.is_in(&whole(&answer)) || ANONYMOUS.contains(&route.operation.as_str()) || status == 404;
        problems.check(recognisable, || format!("{} does not show whose it is: {answer:?}", route.operation));
        problems.check_hidden(who.other, &answer, &format!("{} of one's own", route.operation));
    }
}

/// Reads first, and what makes something unusable last.
pub fn in_order() -> Vec<Route> {
    let mut routes = Route::all();
    routes.sort_by_key(|route| match route.operation.as_str() {
        _ if route.method == reqwest::Method::GET => 0,
        "cancelMessage"
        | "cancelPortOrder"
        | "deleteWebhookEndpoint"
        | "mergeContacts"
        | "releaseNumber"
        | "removeOptOut" => 2,
        "eraseContact" => 3,
        _ => 1,
    });
    routes
}

/// Which answers there can be when one slot names something of another's.
fn expected(route: &Route, slot: &Slot) -> Vec<u16> {
    if route.path.starts_with("/api/admin/") {
        return vec![404];
    }
    match (slot.place, route.operation.as_str(), slot.name.as_str()) {
        // As if the thing did not exist.
        (Place::Path, ..) => vec![404],
        (Place::Body, "mergeContacts", "contactId")
        | (Place::Body, "sendMessage" | "startCall", "conversationId" | "phoneNumberId")
        | (Place::Body, "sendMessage", "mediaUrls")
        | (Place::Body, "updateConversation", "assignedTo" | "upToMessageId")
        // A call must not come back to the platform.
        | (Place::Body, "updateNumber", "voice")
        // What is to be replaced is one's own.
        | (Place::Body, "savePortOrder" | "changePortOrder", "numbers") => vec![422],
        (Place::Body, "provisionNumber", "phoneNumber") => vec![409],
        // The first time it becomes one's own contact's, then it is.
        (Place::Body, "saveContact" | "editContact", "phoneNumbers") => [route.success.clone(), vec![422]].concat(),
        // A list shows the own part of it; a key is one's own; people outside belong to nobody.
        (Place::Query | Place::Header, ..)
        | (Place::Body, "sendMessage" | "startCall", "to")
        | (Place::Body, "startCall", "memberPhoneNumber") => route.success.clone(),
        (Place::Body, operation, name) => {
            panic!("say in tests/it/tenancy/mixtures.rs what {operation} answers about {name} of another workspace")
        }
    }
}

/// Uploads a picture; gives its address.
pub async fn upload(app: &TestApp, tenant: &Tenant, token: &str) -> String {
    let url = app.api(&tenant.workspace(), "/media");
    let wanted = json!({ "contentType": "image/png", "byteSize": 68 });
    let answer = app.call(reqwest::Method::POST, &url, Some(token), Some(&wanted), &[]).await;
    let put = app.http.put(answer.body["upload"]["url"].as_str().unwrap()).header("content-type", "image/png");
    let stored = put.body(vec![7; 68]).send().await.unwrap();
    assert!(stored.status().is_success(), "{stored:?}");
    answer.body["mediaUrl"].as_str().unwrap().to_owned()
}

/// Everything of an answer, with the cursors in it readable.
fn whole(answer: &Answer) -> String {
    let cursor = answer.body["nextCursor"].as_str().and_then(|text| text.parse::<Cursor>().ok());
    let cursor = cursor.map(|cursor| cursor.0.id.to_string()).unwrap_or_default();
    format!("{:?} {} {cursor}", answer.headers, answer.body)
}

/// What went wrong, all of it: one run shows every hole.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn check(&mut self, is_good: bool, problem: impl FnOnce() -> String) {
        if !is_good {
            self.0.push(problem());
        }
    }

    fn check_hidden(&mut self, victim: &Tenant, answer: &Answer, context: &str) {
        let mut seen = whole(answer);
        // People outside belong to nobody: these numbers the requests themselves name.
        for digits in [2_010_177, 2_010_178, 5_550_188] {
            seen = seen.replace(&victim.phone(digits), "");
        }
        self.check(!victim.is_in(&seen), || format!("{context} shows something of the other: {seen}"));
    }
}

/// The checks above find what they look for.
#[test]
fn a_leak_would_be_seen() {
    let answer =
        |body: Value| Answer { status: reqwest::StatusCode::OK, headers: reqwest::header::HeaderMap::new(), body };
    let cursor = Cursor(shared::db::Position { at: shared::clock::now(), id: LYCHEE.row(7, 1).parse().unwrap() });
    for leak in [
        json!({ "name": "Carla lychee" }),
        json!({ "id": LYCHEE.row(7, 1) }),
        json!([{ "from": LYCHEE.phone(5_550_101) }]),
        json!({ "nextCursor": cursor.to_string() }),
    ] {
        let mut problems = Problems::default();
        problems.check_hidden(&LYCHEE, &answer(leak.clone()), "");
        assert_eq!(problems.0.len(), 1, "{leak}");
        problems.check_hidden(&KUMQUAT, &answer(leak.clone()), "");
        assert_eq!(problems.0.len(), 1, "{leak}");
    }
}
