//! What happens to users, organisations and memberships.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::billing::{Downgrade, new_subscription};
use crate::change::Change;
use crate::events::merge_metadata;
use crate::ids::new_id;
use crate::plans::Plan;
use crate::refusal::Refusal;
use crate::state::{Membership, Organization, User};

/// A person, as the control API takes one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Person {
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub public_metadata: Map<String, Value>,
}

/// What may change about an organisation; metadata is merged, not replaced.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OrganizationPatch {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub public_metadata: Map<String, Value>,
    pub private_metadata: Map<String, Value>,
}

/// With or without the prefix that Clerk's roles have.
pub fn full_role(role: &str) -> String {
    if role.starts_with("org:") { role.to_owned() } else { format!("org:{role}") }
}

impl Change {
    pub fn create_user(&mut self, person: &Person) -> Result<String, Refusal> {
        let user = User {
            id: new_id("user"),
            email_id: new_id("idn"),
            email: person.email.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            public_metadata: person.public_metadata.clone(),
            private_metadata: Map::new(),
            created_at: self.at,
            updated_at: self.at,
        };
        let id = user.id.clone();
        self.directory.users.push(user);
        self.note_user("user.created", &id)?;
        Ok(id)
    }

    pub fn update_user(&mut self, user_id: &str, patch: &Person) -> Result<(), Refusal> {
        let now = self.at;
        let user = self.directory.user_mut(user_id)?;
        user.email = patch.email.clone().or_else(|| user.email.take());
        user.first_name = patch.first_name.clone().or_else(|| user.first_name.take());
        user.last_name = patch.last_name.clone().or_else(|| user.last_name.take());
        merge_metadata(&mut user.public_metadata, &patch.public_metadata);
        user.updated_at = now;
        self.note_user("user.updated", user_id)
    }

    /// The memberships go with the user; the event names only the user.
    pub fn delete_user(&mut self, user_id: &str) -> Result<(), Refusal> {
        self.directory.user(user_id)?;
        self.directory.users.retain(|user| user.id != user_id);
        for organization in &mut self.directory.organizations {
            organization.members.retain(|member| member.user_id != user_id);
        }
        self.note_deleted_user(user_id);
        Ok(())
    }

    /// An existing user makes an organisation and becomes its admin; then the organisation becomes a payer and, when
    /// the plan is not the default one, buys it.
    pub fn create_organization(&mut self, name: &str, owner_id: &str, plan: &Plan) -> Result<String, Refusal> {
        if name.trim().is_empty() {
            return Err(Refusal::bad_request("name must not be empty"));
        }
        self.directory.user(owner_id)?;
        let id = new_id("org");
        let slug = self.free_slug(name);
        self.directory.organizations.push(self.new_organization(&id, name, &slug, owner_id));
        self.note_organization("organization.created", &id)?;
        self.note_membership("organizationMembership.created", &id, owner_id)?;
        self.announce_subscription(&id)?;
        if !plan.is_default() {
            self.change_plan(&id, plan, Downgrade::AtOnce)?;
        }
        Ok(id)
    }

    /// Two organisations may have the same name, but not the same slug.
    fn free_slug(&self, name: &str) -> String {
        let slug = slug_of(name);
        let taken = self.directory.organizations.iter().any(|organization| organization.slug == slug);
        if taken { format!("{slug}-{}", self.at) } else { slug }
    }

    fn new_organization(&self, id: &str, name: &str, slug: &str, owner_id: &str) -> Organization {
        Organization {
            id: id.to_owned(),
            name: name.to_owned(),
            slug: slug.to_owned(),
            created_by: owner_id.to_owned(),
            public_metadata: Map::new(),
            private_metadata: Map::new(),
            members: vec![self.new_membership(owner_id, "org:admin")],
            payer_id: new_id("cpayer"),
            subscription: new_subscription(self.at),
            created_at: self.at,
            updated_at: self.at,
        }
    }

    fn new_membership(&self, user_id: &str, role: &str) -> Membership {
        Membership {
            id: new_id("orgmem"),
            user_id: user_id.to_owned(),
            role: full_role(role),
            created_at: self.at,
            updated_at: self.at,
        }
    }

    pub fn update_organization(&mut self, id: &str, patch: &OrganizationPatch) -> Result<(), Refusal> {
        let now = self.at;
        let organization = self.directory.organization_mut(id)?;
        if let Some(name) = &patch.name {
            organization.name.clone_from(name);
        }
        if let Some(slug) = &patch.slug {
            organization.slug.clone_from(slug);
        }
        merge_metadata(&mut organization.public_metadata, &patch.public_metadata);
        merge_metadata(&mut organization.private_metadata, &patch.private_metadata);
        organization.updated_at = now;
        self.note_organization("organization.updated", id)
    }

    pub fn delete_organization(&mut self, id: &str) -> Result<(), Refusal> {
        self.note_deleted_organization(id)?;
        self.directory.organizations.retain(|organization| organization.id != id);
        Ok(())
    }

    pub fn add_member(&mut self, organization_id: &str, user_id: &str, role: &str) -> Result<(), Refusal> {
        self.directory.user(user_id)?;
        let membership = self.new_membership(user_id, role);
        let organization = self.directory.organization_mut(organization_id)?;
        if organization.members.iter().any(|member| member.user_id == user_id) {
            return Err(Refusal::conflict(format!("{user_id} is a member already")));
        }
        organization.members.push(membership);
        self.note_membership("organizationMembership.created", organization_id, user_id)
    }

    pub fn change_role(&mut self, organization_id: &str, user_id: &str, role: &str) -> Result<(), Refusal> {
        let now = self.at;
        let organization = self.directory.organization_mut(organization_id)?;
        for member in organization.members.iter_mut().filter(|member| member.user_id == user_id) {
            member.role = full_role(role);
            member.updated_at = now;
        }
        self.note_membership("organizationMembership.updated", organization_id, user_id)
    }

    /// The event carries the whole membership as it was.
    pub fn remove_member(&mut self, organization_id: &str, user_id: &str) -> Result<(), Refusal> {
        self.note_membership("organizationMembership.deleted", organization_id, user_id)?;
        let organization = self.directory.organization_mut(organization_id)?;
        organization.members.retain(|member| member.user_id != user_id);
        Ok(())
    }
}

/// `Alpha Dental & Co` becomes `alpha-dental-co`.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "organization".to_owned() } else { slug.to_owned() }
}
