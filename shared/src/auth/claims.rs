//! What a verified session token says (Clerk, session tokens, versions 1 and 2).

use serde::Deserialize;

use super::{Access, AccessError};
use crate::config::PlatformAdmins;

/// The caller, as a verified token tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// `user_…`.
    pub user_id: String,
    /// The active organisation; `None` in a personal session.
    pub organization: Option<Organization>,
    /// Who really sits there, when Clerk's impersonation is used.
    pub actor: Option<String>,
    /// The session waits for something.
    pub pending: bool,
    /// How many requests the workspace may make in a minute.
    pub requests_per_minute: i64,
}

/// The active organisation of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// `org_…`: the tenant key.
    pub id: String,
    /// The caller's role in it.
    pub role: Role,
}

/// A role in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `org:admin`.
    Admin,
    /// `org:member` and every custom role: what is not an administrator is a member.
    Member,
}

impl Role {
    /// Version 2 writes the role without the prefix `org:`, and so do some old tokens of version 1.
    fn parse(text: Option<&str>) -> Self {
        match text {
            Some("org:admin" | "admin") => Self::Admin,
            _ => Self::Member,
        }
    }
}

impl Caller {
    /// What can be decided without the database; gives the organisation.
    pub(super) fn check(&self, access: Access) -> Result<&Organization, AccessError> {
        if self.pending {
            return Err(AccessError::PendingSession);
        }
        if self.actor.is_some() && matches!(access, Access::Write | Access::Administer) {
            return Err(AccessError::Impersonated);
        }
        self.organization.as_ref().ok_or(AccessError::NoOrganization)
    }

    /// Whether the platform's own figures are for the caller: in person, as one of the configured users or as an
    /// administrator of a configured organisation.
    #[must_use]
    pub fn is_platform_admin(&self, admins: &PlatformAdmins) -> bool {
        let leads = |organization: &Organization| {
            organization.role == Role::Admin && admins.organizations.contains(&organization.id)
        };
        let is_listed = admins.users.contains(&self.user_id) || self.organization.as_ref().is_some_and(leads);
        is_listed && !self.pending && self.actor.is_none()
    }

    /// Whether it is an administrator of the active organisation who sits there: what even somebody who acts as one is not
    /// to see is for these.
    #[must_use]
    pub fn is_admin_in_person(&self) -> bool {
        let is_admin = self.organization.as_ref().is_some_and(|organization| organization.role == Role::Admin);
        is_admin && self.actor.is_none()
    }

    /// Whether the role is enough. Asked after the workspace was found, so that a member of another organisation learns
    /// nothing.
    pub(super) fn check_role(&self, access: Access) -> Result<(), AccessError> {
        let is_admin = self.organization.as_ref().is_some_and(|organization| organization.role == Role::Admin);
        if matches!(access, Access::Inspect | Access::Administer) && !is_admin {
            return Err(AccessError::NotAdministrator);
        }
        Ok(())
    }
}

/// The claims that are read. Unknown ones are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub sub: Option<String>,
    pub sid: Option<String>,
    pub iss: Option<String>,
    pub azp: Option<String>,
    pub exp: Option<f64>,
    pub nbf: Option<f64>,
    pub iat: Option<f64>,
    sts: Option<String>,
    act: Option<Actor>,
    #[serde(default)]
    v: Option<u8>,
    o: Option<OrganizationV2>,
    org_id: Option<String>,
    org_role: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Actor {
    sub: Option<String>,
}

#[derive(Debug, Deserialize)]
struct OrganizationV2 {
    id: String,
    rol: Option<String>,
}

impl Claims {
    /// In version 2 only `o` counts: an `org_id` beside it would be a custom claim that somebody made up.
    pub(super) fn into_caller(self, user_id: String, requests_per_minute: i64) -> Caller {
        let organization = if self.v == Some(2) {
            self.o.map(|o| Organization { id: o.id, role: Role::parse(o.rol.as_deref()) })
        } else {
            self.org_id.map(|id| Organization { id, role: Role::parse(self.org_role.as_deref()) })
        };
        Caller {
            user_id,
            organization,
            actor: self.act.map(|actor| actor.sub.unwrap_or_default()),
            pending: self.sts.as_deref() == Some("pending"),
            requests_per_minute,
        }
    }
}
