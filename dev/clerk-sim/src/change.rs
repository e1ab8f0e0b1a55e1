//! One change of the instance: works on a copy of the directory and notes the events, in the order in which Clerk
//! would send them. The copy replaces the original only when the whole change went well.

use serde_json::Value;

use crate::clock::now_ms;
use crate::events::{self, Event};
use crate::payloads::{self, Dialect, Payment};
use crate::refusal::Refusal;
use crate::state::Directory;

/// Time between two events of one change.
const STEP_MS: i64 = 5;

pub struct Change {
    pub directory: Directory,
    pub events: Vec<Event>,
    /// When the next event happens. Later than every event before it, so that receivers can order by time.
    pub at: i64,
    instance_id: String,
    dialect: Dialect,
}

impl Change {
    pub fn new(directory: Directory, instance_id: &str, dialect: Dialect) -> Self {
        let at = now_ms().max(directory.last_event_at + STEP_MS);
        Self { directory, events: Vec::new(), at, instance_id: instance_id.to_owned(), dialect }
    }

    /// Notes an event at the present moment of the change and moves on.
    fn note(&mut self, kind: &str, data: Value, organization_id: Option<&str>) {
        self.events.push(Event {
            kind: kind.to_owned(),
            data,
            at: self.at,
            organization_id: organization_id.map(str::to_owned),
        });
        self.directory.last_event_at = self.at;
        self.at += STEP_MS;
    }

    pub fn note_user(&mut self, kind: &str, user_id: &str) -> Result<(), Refusal> {
        let data = events::user(self.directory.user(user_id)?);
        self.note(kind, data, None);
        Ok(())
    }

    pub fn note_deleted_user(&mut self, user_id: &str) {
        self.note("user.deleted", events::deleted_user(user_id), None);
    }

    pub fn note_organization(&mut self, kind: &str, organization_id: &str) -> Result<(), Refusal> {
        let data = events::organization(self.directory.organization(organization_id)?);
        self.note(kind, data, Some(organization_id));
        Ok(())
    }

    pub fn note_deleted_organization(&mut self, organization_id: &str) -> Result<(), Refusal> {
        let data = events::deleted_organization(self.directory.organization(organization_id)?);
        self.note("organization.deleted", data, Some(organization_id));
        Ok(())
    }

    pub fn note_membership(&mut self, kind: &str, organization_id: &str, user_id: &str) -> Result<(), Refusal> {
        let organization = self.directory.organization(organization_id)?;
        let membership = organization
            .members
            .iter()
            .find(|member| member.user_id == user_id)
            .ok_or_else(|| Refusal::not_found(format!("{user_id} is not a member of {organization_id}")))?;
        let data = events::membership(organization, membership, self.directory.user(user_id)?);
        self.note(kind, data, Some(organization_id));
        Ok(())
    }

    pub fn note_subscription(&mut self, kind: &str, organization_id: &str) -> Result<(), Refusal> {
        let now = self.at;
        self.directory.organization_mut(organization_id)?.subscription.updated_at = now;
        let email = self.owner_email(organization_id)?;
        let organization = self.directory.organization(organization_id)?;
        let data = payloads::subscription(organization, &email, self.dialect);
        self.note(kind, data, Some(organization_id));
        Ok(())
    }

    pub fn note_item(&mut self, kind: &str, organization_id: &str, item_id: &str) -> Result<(), Refusal> {
        let email = self.owner_email(organization_id)?;
        let organization = self.directory.organization(organization_id)?;
        let item = organization
            .subscription
            .items
            .iter()
            .find(|item| item.id == item_id)
            .ok_or_else(|| Refusal::not_found(format!("no subscription item {item_id}")))?;
        let data = payloads::standalone_item(organization, item, &email, self.dialect);
        self.note(kind, data, Some(organization_id));
        Ok(())
    }

    pub fn note_payment(&mut self, kind: &str, organization_id: &str, payment: &Payment) -> Result<(), Refusal> {
        let email = self.owner_email(organization_id)?;
        let organization = self.directory.organization(organization_id)?;
        let data = payloads::payment_attempt(organization, payment, &email, &self.instance_id, self.dialect);
        self.note(kind, data, Some(organization_id));
        Ok(())
    }

    /// The payer's email is that of the creator; a deleted or nameless one leaves it empty.
    fn owner_email(&self, organization_id: &str) -> Result<String, Refusal> {
        let owner = &self.directory.organization(organization_id)?.created_by;
        let email = self.directory.users.iter().find(|user| user.id == *owner).and_then(|user| user.email.clone());
        Ok(email.unwrap_or_default())
    }
}
