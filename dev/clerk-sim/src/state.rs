//! What the simulated instance knows, and how it survives a restart.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::deliver::Delivery;
use crate::refusal::Refusal;

/// Everything in the state file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub private_key_pem: String,
    pub directory: Directory,
    /// Oldest first.
    pub deliveries: Vec<Delivery>,
}

/// Users and organisations, in order of creation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Directory {
    pub users: Vec<User>,
    pub organizations: Vec<Organization>,
    /// Time of the latest event, so that the next one is later.
    pub last_event_at: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    pub email_id: String,
    /// A user who signed up by phone or by a social account can be without.
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub public_metadata: Map<String, Value>,
    pub private_metadata: Map<String, Value>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organization {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub created_by: String,
    pub public_metadata: Map<String, Value>,
    pub private_metadata: Map<String, Value>,
    pub members: Vec<Membership>,
    pub payer_id: String,
    pub subscription: Subscription,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Membership {
    pub id: String,
    pub user_id: String,
    /// With the prefix: `org:admin`.
    pub role: String,
    pub created_at: i64,
    pub updated_at: i64,
}

/// One per payer (Clerk, Billing, subscription).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Subscription {
    pub id: String,
    pub past_due_at: Option<i64>,
    pub latest_payment_id: Option<String>,
    pub items: Vec<Item>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// One plan within a subscription (Clerk, Billing, subscription item).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Item {
    pub id: String,
    pub plan: String,
    pub status: ItemStatus,
    pub period_start: i64,
    /// The default plan has no end.
    pub period_end: Option<i64>,
    pub canceled_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub past_due_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    Active,
    PastDue,
    /// Will end at the period's end; until then it counts.
    Canceled,
    Upcoming,
    Ended,
    Abandoned,
}

impl Item {
    /// Whether the organisation has this plan now.
    pub fn is_live(&self) -> bool {
        match self.status {
            ItemStatus::Active | ItemStatus::PastDue | ItemStatus::Canceled => true,
            ItemStatus::Upcoming | ItemStatus::Ended | ItemStatus::Abandoned => false,
        }
    }
}

impl Subscription {
    /// The item whose plan the organisation has now.
    pub fn live_item(&self) -> Option<&Item> {
        self.items.iter().find(|item| item.is_live())
    }

    /// The item that will follow at the period's end.
    pub fn upcoming_item(&self) -> Option<&Item> {
        self.items.iter().find(|item| item.status == ItemStatus::Upcoming)
    }
}

impl Directory {
    pub fn user(&self, id: &str) -> Result<&User, Refusal> {
        self.users.iter().find(|user| user.id == id).ok_or_else(|| no_user(id))
    }

    pub fn user_mut(&mut self, id: &str) -> Result<&mut User, Refusal> {
        self.users.iter_mut().find(|user| user.id == id).ok_or_else(|| no_user(id))
    }

    pub fn organization(&self, id: &str) -> Result<&Organization, Refusal> {
        self.organizations.iter().find(|organization| organization.id == id).ok_or_else(|| no_organization(id))
    }

    pub fn organization_mut(&mut self, id: &str) -> Result<&mut Organization, Refusal> {
        self.organizations.iter_mut().find(|organization| organization.id == id).ok_or_else(|| no_organization(id))
    }
}

fn no_user(id: &str) -> Refusal {
    Refusal::not_found(format!("no user {id}"))
}

fn no_organization(id: &str) -> Refusal {
    Refusal::not_found(format!("no organization {id}"))
}

/// Reads the state file; `None` when there is none yet.
pub fn load(path: &Path) -> anyhow::Result<Option<State>> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let state = serde_json::from_slice(&bytes);
            Ok(Some(state.with_context(|| format!("{} is not a state file of clerk-sim", path.display()))?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes the state file beside the old one and moves it over, so that a crash leaves one of the two.
pub fn save(path: &Path, state: &State) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let unfinished = path.with_extension("tmp");
    std::fs::write(&unfinished, serde_json::to_vec_pretty(state)?)
        .with_context(|| format!("cannot write {}", unfinished.display()))?;
    std::fs::rename(&unfinished, path).with_context(|| format!("cannot replace {}", path.display()))
}
