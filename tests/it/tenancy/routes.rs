//! Every route of `docs/openapi.json`, and what each of its parameters can name of a workspace.

use reqwest::Method;
use serde_json::{Map, Value, json};
use shared::{api::Cursor, clock, db::Position};

use super::world::Tenant;
use crate::{
    openapi::{document, registration},
    support::{Answer, TestApp},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
    Body,
}

/// One place of a request that takes a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub place: Place,
    pub name: String,
}

#[derive(Debug)]
pub struct Route {
    pub operation: String,
    pub method: Method,
    pub path: String,
    /// All but the workspace.
    pub slots: Vec<Slot>,
    /// The documented good statuses.
    pub success: Vec<u16>,
    /// What the document says about 403.
    pub forbidden: String,
}

/// A file that each workspace has uploaded, by its mark.
pub type Uploads = Vec<(&'static str, String)>;

impl Route {
    pub fn all() -> Vec<Self> {
        let document: Value = serde_json::from_str(&document()).unwrap();
        let mut routes = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let statuses = operation["responses"].as_object().unwrap().keys();
                let method = method.to_uppercase().parse().unwrap();
                let success = statuses.filter(|status| status.starts_with('2')).map(|status| status.parse().unwrap());
                let forbidden = operation["responses"]["403"]["description"].as_str().unwrap_or_default().to_owned();
                let operation_id = operation["operationId"].as_str().unwrap().to_owned();
                let (slots, success) = (slots(&document, operation), success.collect());
                routes.push(Self { operation: operation_id, method, path: path.clone(), slots, success, forbidden });
            }
        }
        assert!(routes.len() > 20, "the routes are found");
        routes
    }

    pub fn is_in_workspace(&self) -> bool {
        self.path.contains("{workspace}")
    }

    /// The slots that can name something of a workspace.
    pub fn naming(&self) -> Vec<&Slot> {
        self.slots.iter().filter(|slot| named(slot, &super::world::KUMQUAT, &Uploads::new()).is_some()).collect()
    }

    /// Asks for something of one's own, with some slots filled with what is another's.
    pub async fn ask(&self, app: &TestApp, who: &Caller<'_>, foreign: &[&Slot]) -> Answer {
        let value = |slot: &Slot| {
            let whose = if foreign.contains(&slot) { who.other } else { who.own };
            named(slot, whose, who.uploads).unwrap_or_else(|| panic!("{slot:?} names something"))
        };
        let mut path = self.path.replace("{workspace}", who.workspace);
        let mut query: Vec<(String, String)> = own_query(&self.operation);
        let mut headers = Vec::new();
        let mut body = own_body(&self.operation, who.own);
        for slot in &self.slots {
            match slot.place {
                Place::Path => path = path.replace(&format!("{{{}}}", slot.name), &text(&value(slot))),
                Place::Query if foreign.contains(&slot) => query.push((slot.name.clone(), text(&value(slot)))),
                Place::Header if foreign.contains(&slot) => headers.push((slot.name.clone(), text(&value(slot)))),
                Place::Body if foreign.contains(&slot) => {
                    body.as_mut().unwrap().as_object_mut().unwrap().insert(slot.name.clone(), value(slot));
                }
                Place::Query | Place::Header | Place::Body => {}
            }
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let url = format!("{}{path}?{query}", app.stack.urls.api);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        app.call(self.method.clone(), &url, who.token, body.as_ref(), &headers).await
    }
}

/// Who asks, and for whose things.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    pub token: Option<&'a str>,
    /// As it stands in the path.
    pub workspace: &'a str,
    pub own: &'a Tenant,
    pub other: &'a Tenant,
    pub uploads: &'a Uploads,
}

fn slots(document: &Value, operation: &Value) -> Vec<Slot> {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let parameters = parameters.into_iter().filter(|parameter| parameter["name"] != "workspace").map(|parameter| {
        let place = match parameter["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            other => panic!("a parameter in {other:?}"),
        };
        Slot { place, name: parameter["name"].as_str().unwrap().to_owned() }
    });
    let schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
    let schema = schema.map(|reference| document.pointer(reference.trim_start_matches('#')).unwrap());
    let members = schema.map_or_else(Map::new, |schema| schema["properties"].as_object().unwrap().clone());
    let members = members.into_iter().map(|(name, _)| Slot { place: Place::Body, name });
    parameters.chain(members).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a slot can name of a workspace; `None` when it can name nothing of anybody's.
pub fn named(slot: &Slot, tenant: &Tenant, uploads: &Uploads) -> Option<Value> {
    let row = |table, number| Some(json!(tenant.row(table, number)));
    let upload = || uploads.iter().find(|(mark, _)| *mark == tenant.mark).map(|(_, url)| url.clone());
    match (slot.place, slot.name.as_str()) {
        (Place::Path, "contact") => row(7, 1),
        (Place::Path, "endpoint") => row(0x12, 1),
        (Place::Path, "portOrder") => row(0x1c, 1),
        (Place::Body, "numbers") => {
            Some(json!([{ "phoneNumber": "+14052010144", "replacesPhoneNumberId": tenant.row(4, 1) }]))
        }
        (Place::Path, "delivery") => row(0x14, 1),
        (Place::Path, "conversation") | (Place::Body, "conversationId") => row(9, 1),
        (Place::Path, "message") => row(0xb, 3),
        (Place::Path, "number") => row(4, 2),
        (Place::Path, "optOut") => row(0xf, 1),
        (Place::Path, "provisioning") => row(5, 2),
        (Place::Path, "registration") => row(0x18, 1),
        (Place::Query | Place::Body, "phoneNumberId") => row(4, 1),
        (Place::Body, "contactId") => row(7, 2),
        (Place::Body, "upToMessageId") => row(0xb, 1),
        (Place::Query | Place::Body, "assignedTo") => Some(json!(tenant.user())),
        (Place::Query, "cursor") => Some(json!(cursor(tenant))),
        (Place::Query, "q") => Some(json!(tenant.mark)),
        (Place::Header, "Idempotency-Key") => Some(json!(format!("key-{}", tenant.mark))),
        (Place::Body, "mediaUrls") => Some(json!([upload().unwrap_or_default()])),
        (Place::Body, "memberPhoneNumber") => Some(json!(tenant.phone(5_550_188))),
        (Place::Body, "phoneNumber") => Some(json!(tenant.phone(5_550_101))),
        (Place::Body, "phoneNumbers") => Some(json!([tenant.phone(2_010_178)])),
        (Place::Body, "to") => Some(json!(tenant.phone(2_010_177))),
        (Place::Body, "voice") => {
            Some(json!({ "forward": { "numbers": [{ "phoneNumber": tenant.phone(5_550_101) }] } }))
        }
        (
            Place::Query,
            "areaCode" | "channel" | "contains" | "format" | "from" | "limit" | "needsOperator" | "numberType"
            | "region" | "report" | "state" | "status" | "timeZone" | "to" | "tollFree" | "unread",
        )
        | (
            Place::Body,
            "action" | "agreedFees" | "areaCode" | "body" | "brand" | "byteSize" | "campaign" | "channel" | "company"
            | "contentType" | "description" | "email" | "eventTypes" | "fileName" | "url" | "firstName"
            | "friendlyName" | "lastName" | "notes" | "numberType" | "accountNumber" | "accountType" | "answer"
            | "authorizedName" | "billingPhoneNumber" | "carrierReference" | "companyName" | "focDate" | "kind"
            | "loaSignedOn" | "losingCarrier" | "pin" | "reason" | "serviceAddress" | "version" | "streetNumber"
            | "streetName" | "unitType" | "unitNumber" | "city" | "state" | "postalCode" | "country" | "quietHours"
            | "read" | "retention" | "smartEncoding" | "status" | "subject",
        ) => None,
        _ => panic!("say in tests/it/tenancy/routes.rs what {slot:?} can name of a workspace"),
    }
}

/// A place in the other's lists.
fn cursor(tenant: &Tenant) -> String {
    let at = clock::now() + chrono::Duration::days(1);
    Cursor(Position { at, id: tenant.row(9, 1).parse().unwrap() }).to_string()
}

/// Parameters with which a route shows the most.
fn own_query(operation: &str) -> Vec<(String, String)> {
    let pairs: &[(&str, &str)] = match operation {
        "exportAnalytics" => &[("report", "charges")],
        "listConversations" => &[("status", "all")],
        "searchNumbers" => &[("areaCode", "405")],
        _ => &[],
    };
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The company of a workspace, as the world has it.
fn brand(own: &Tenant) -> Value {
    let mut brand = registration::brand();
    brand["companyName"] = json!(format!("Alpine Dental {} LLC", own.mark));
    brand
}

/// A body that is good for one's own workspace.
fn own_body(operation: &str, own: &Tenant) -> Option<Value> {
    let customer = own.phone(2_010_177);
    match operation {
        "savePortOrder" => Some(json!({ "losingCarrier": own.mark })),
        "changePortOrder" => Some(json!({ "version": 1, "losingCarrier": own.mark })),
        "uploadPortDocument" => Some(json!({ "kind": "invoice", "contentType": "application/pdf", "byteSize": 1000 })),
        // After a change and a document.
        "submitPortOrder" | "cancelPortOrder" => Some(json!({ "version": 3 })),
        "answerPortOrder" => Some(json!({ "answer": "completed", "version": 1 })),
        "updateWorkspace" => Some(json!({ "quietHours": null })),
        "saveWebhookEndpoint" => Some(json!({ "url": format!("http://127.0.0.1:9/{}", own.mark) })),
        "changeWebhookEndpoint" => Some(json!({ "description": own.mark })),
        "setEmergencyAddress" => Some(json!({ "firstName": "Ada", "lastName": "Bird", "streetNumber": "12",
            "streetName": "Main St", "city": "Tulsa", "state": "OK", "postalCode": "74103", "country": "US" })),
        "saveRegistration" => Some(json!({ "brand": brand(own) })),
        "checkRegistration" => Some(json!({ "brand": brand(own), "campaign": registration::campaign() })),
        "submitRegistration" => Some(json!({ "agreedFees":
            { "brandCents": 400, "campaignVettingCents": 750, "campaignMonthlyCents": 150 } })),
        "noteRegistration" => Some(json!({ "action": "reason", "reason": "Somebody else's number" })),
        "startCall" => Some(json!({ "memberPhoneNumber": "+14055550150", "to": customer })),
        "saveContact" => Some(json!({ "firstName": "Somebody" })),
        "editContact" => Some(json!({ "company": "Elsewhere" })),
        "mergeContacts" => Some(json!({ "contactId": own.row(7, 2) })),
        "updateConversation" => Some(json!({ "read": true })),
        "uploadMedia" => Some(json!({ "contentType": "image/png", "byteSize": 68 })),
        "sendMessage" => Some(json!({ "channel": "sms", "to": customer, "body": "Hi" })),
        "provisionNumber" => Some(json!({ "numberType": "support" })),
        "updateNumber" => Some(json!({ "friendlyName": "Renamed" })),
        _ => None,
    }
}
