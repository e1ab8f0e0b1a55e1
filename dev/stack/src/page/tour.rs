//! The commands of the tour, with real values in them. What cannot be read becomes a step less, not an error: the page
//! has to show while the functions do not work yet.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::http;
use crate::urls::Urls;

/// A customer who has not written yet.
const A_CUSTOMER: &str = "+14052013456";

pub struct Organization {
    pub id: String,
    pub name: String,
    pub plan: String,
}

pub struct Tour {
    pub steps: Vec<Step>,
    pub hint: Option<String>,
}

pub struct Step {
    pub what: &'static str,
    pub command: String,
}

/// What the API says about a workspace.
#[derive(Default)]
struct Found {
    number: Option<String>,
    conversation: Option<(String, String)>,
}

/// The organisations of the Clerk simulator.
pub async fn organizations(urls: &Urls) -> Vec<Organization> {
    if urls.clerk.is_empty() {
        return Vec::new();
    }
    let list = match get(&format!("{}/_sim/organizations", urls.clerk), None).await {
        Ok(list) => list,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "cannot list the organisations");
            return Vec::new();
        }
    };
    let organization = |value: &Value| {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Organization { id: text("id"), name: text("name"), plan: text("plan") }
    };
    list["organizations"].as_array().into_iter().flatten().map(organization).collect()
}

pub fn sign_up(urls: &Urls) -> String {
    let body = r#"{"name":"Acme Plumbing","plan":"pro"}"#;
    format!("curl -s -X POST '{}/_sim/organizations' -H 'Content-Type: application/json' -d '{body}'", urls.clerk)
}

/// The tour of one organisation.
pub async fn of(urls: &Urls, organization: &Organization) -> Tour {
    match find(urls, &organization.id).await {
        Ok(found) => Tour { steps: steps(urls, &organization.id, &found), hint: hint(&found) },
        Err(error) => Tour {
            steps: steps(urls, &organization.id, &Found::default()),
            hint: Some(format!("The API did not answer as expected: {error:#}")),
        },
    }
}

async fn find(urls: &Urls, organization: &str) -> Result<Found> {
    let token = format!("{}?organization={organization}&role=admin", urls.token);
    let token = http::client()?.get(token).send().await?.error_for_status()?.text().await?;
    let workspace = format!("{}/api/workspaces/{organization}", urls.api);
    let numbers = get(&format!("{workspace}/phone-numbers"), Some(&token)).await.context("phone numbers")?;
    let conversations = get(&format!("{workspace}/conversations"), Some(&token)).await.context("conversations")?;
    let first = &conversations["conversations"][0];
    let contact = &first["contact"]["phoneNumber"];
    Ok(Found {
        number: numbers["phoneNumbers"][0]["phoneNumber"].as_str().map(ToOwned::to_owned),
        conversation: first["id"].as_str().map(|id| (id.to_owned(), contact.as_str().unwrap_or(A_CUSTOMER).to_owned())),
    })
}

async fn get(url: &str, token: Option<&str>) -> Result<Value> {
    let mut request = http::client()?.get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    Ok(request.send().await?.error_for_status()?.json().await?)
}

fn steps(urls: &Urls, organization: &str, found: &Found) -> Vec<Step> {
    let workspace = format!("{}/api/workspaces/{organization}", urls.api);
    let read = |path: &str| format!("curl -s '{workspace}{path}' -H \"Authorization: Bearer $TOKEN\"");
    let customer = found.conversation.as_ref().map_or(A_CUSTOMER, |(_, customer)| customer);
    let mut steps = vec![
        Step {
            what: "Become an administrator of the organisation, for an hour (Clerk's own tokens live for a minute).",
            command: format!("TOKEN=$(curl -s '{}?organization={organization}&role=admin&ttl=3600')", urls.token),
        },
        Step { what: "List its phone numbers.", command: read("/phone-numbers") },
        Step { what: "List its conversations.", command: read("/conversations") },
    ];
    if let Some((conversation, _)) = &found.conversation {
        let command = read(&format!("/conversations/{conversation}/messages"));
        steps.push(Step { what: "Read the newest one.", command });
    }
    let body = format!(r#"{{"channel":"sms","to":"{customer}","body":"Hello from Switchboard"}}"#);
    let headers = r#"-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H "Idempotency-Key: tour-$(date +%s)""#;
    steps.push(Step {
        what: "Send a text. It shows up on the customer's phone in the phone network.",
        command: format!("curl -s -X POST '{workspace}/messages' {headers} -d '{body}'"),
    });
    if let Some(number) = &found.number
        && !urls.signalwire_token.is_empty()
    {
        let body = format!(r#"{{"from":"{customer}","to":"{number}","body":"Are you open today?"}}"#);
        steps.push(Step {
            what: "Text it as a customer.",
            command: format!(
                "curl -s -X POST '{}/_sim/messages' -H 'Content-Type: application/json' -d '{body}'",
                urls.signalwire
            ),
        });
    }
    steps
}

fn hint(found: &Found) -> Option<String> {
    if found.conversation.is_some() {
        return None;
    }
    let hint = match found.number {
        Some(_) => "There is no conversation yet. Text the number as a customer, then load this page again.",
        None => "The organisation has no number of its own (yet); its texts leave from the platform number.",
    };
    Some(hint.to_owned())
}
