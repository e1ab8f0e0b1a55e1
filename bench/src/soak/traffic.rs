//! What customers and staff do.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use stack::Urls;
use tokio_postgres::NoTls;

use super::books::Books;

const ORGANIZATIONS: usize = 4;
/// Customers of each worker.
const CUSTOMERS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A customer texts.
    TextIn,
    /// Staff text a customer.
    TextOut,
    /// Staff look at the inbox.
    List,
}

impl Action {
    /// Five texts of customers, three of staff and two looks in ten.
    pub fn of(turn: usize) -> Self {
        match turn % 10 {
            0 | 2 | 4 | 6 | 8 => Self::TextIn,
            1 | 5 | 9 => Self::TextOut,
            _ => Self::List,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::TextIn => "texts in",
            Self::TextOut => "texts out",
            Self::List => "lists",
        }
    }
}

/// A workspace with its number.
struct Workspace {
    organization: String,
    token: String,
    number: String,
}

/// Several workspaces that use the stack.
pub struct Office {
    http: Client,
    api: String,
    signalwire: String,
    workspaces: Vec<Workspace>,
}

impl Office {
    /// Buys a number for each workspace, as a paid plan does.
    pub async fn open(urls: &Urls, owner_url: &str) -> Result<Self> {
        let http = Client::builder().timeout(PATIENCE).build()?;
        let mut workspaces = Vec::new();
        for at in 0..ORGANIZATIONS {
            let body = json!({ "name": format!("Bench {at}"), "plan": "pro" });
            let answer = http.post(format!("{}/_sim/organizations", urls.clerk)).json(&body).send().await?;
            let made: Value = answer.error_for_status()?.json().await?;
            let organization = made["organizationId"].as_str().context("an id")?.to_owned();
            let url = format!("{}?organization={organization}&role=admin&ttl=86400", urls.token);
            let token = http.get(url).send().await?.error_for_status()?.text().await?.trim().to_owned();
            let number = number_of(owner_url, &organization).await?;
            workspaces.push(Workspace { organization, token, number });
        }
        Ok(Self { http, api: urls.api.clone(), signalwire: urls.signalwire.clone(), workspaces })
    }

    /// Does it, or says why it has to be done again.
    pub async fn act(&self, action: Action, (worker, turn): (usize, usize), books: &Books) -> Result<()> {
        let workspace = &self.workspaces[turn % self.workspaces.len()];
        let customer = format!("+1918{:07}", 2_000_000 + worker * CUSTOMERS + turn % CUSTOMERS);
        match action {
            Action::TextIn => {
                let body = json!({ "from": customer, "to": workspace.number, "body": format!("in {turn}") });
                let url = format!("{}/_sim/messages", self.signalwire);
                self.http.post(url).json(&body).send().await?.error_for_status()?;
                Ok(())
            }
            Action::TextOut => {
                let body = json!({ "channel": "sms", "to": customer, "body": format!("out {turn}") });
                let url = format!("{}/api/workspaces/{}/messages", self.api, workspace.organization);
                let request = self.http.post(url).bearer_auth(&workspace.token).json(&body);
                let answer = request.header("idempotency-key", format!("key-{turn}")).send().await?;
                let status = answer.status();
                ensure!(status.is_success(), "{status}: {}", answer.text().await?);
                books.note_sent(turn);
                Ok(())
            }
            Action::List => {
                let url = format!("{}/api/workspaces/{}/conversations", self.api, workspace.organization);
                self.http.get(url).bearer_auth(&workspace.token).send().await?.error_for_status()?;
                Ok(())
            }
        }
    }
}

/// Waits until the organisation has a number that can text.
async fn number_of(owner_url: &str, organization: &str) -> Result<String> {
    let (client, connection) = tokio_postgres::connect(owner_url, NoTls).await?;
    tokio::spawn(connection);
    let sql = "SELECT n.phone_number FROM workspace_phone_numbers n JOIN workspaces w ON w.id = n.workspace_id
        WHERE w.clerk_organization_id = $1 AND n.messaging_status = 'ready'";
    for _ in 0..600 {
        if let Some(row) = client.query_opt(sql, &[&organization]).await? {
            return Ok(row.get(0));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("{organization} got no number")
}
