//! Users, organisations and memberships as Clerk sends them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::wire;

const ROLE_PREFIX: &str = "org:";
const ADMIN: &str = "org:admin";

/// A person (Clerk webhooks, `user.created` and `user.updated`). A user may have no e-mail address.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// `user_…`
    pub id: String,
    /// The primary address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Portrait.
    pub image_url: Option<String>,
    /// When the user signed up.
    pub created_at: Option<DateTime<Utc>>,
    /// Version of this snapshot.
    pub updated_at: Option<DateTime<Utc>>,
}

/// An organisation (Clerk webhooks, `organization.created` and `organization.updated`; also inside a membership).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// `org_…`
    pub id: String,
    /// The slug or the id when there is no name.
    pub name: String,
    /// The id when the instance has slugs disabled.
    pub slug: String,
    /// Logo.
    pub image_url: Option<String>,
    /// `user_…`; absent when it was made without a person.
    pub created_by: Option<String>,
    /// `public_metadata.plan`, for installations without Clerk Billing. Absence says nothing about the plan.
    pub plan: Option<String>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// Version of this snapshot.
    pub updated_at: Option<DateTime<Utc>>,
}

/// A user's place in an organisation (Clerk webhooks, `organizationMembership.*`; the deleted one is complete too).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// `orgmem_…`
    pub id: Option<String>,
    /// Always with the prefix, for instance `org:admin`.
    pub role: String,
    /// The organisation, complete: this event may come before the organisation's own.
    pub organization: Organization,
    /// The user; not required by the specification.
    pub user: Option<MembershipUser>,
    /// When the user joined.
    pub created_at: Option<DateTime<Utc>>,
    /// Version of this snapshot.
    pub updated_at: Option<DateTime<Utc>>,
}

/// What a membership tells about its user.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct MembershipUser {
    /// `user_…`
    #[serde(deserialize_with = "wire::id")]
    pub user_id: String,
    /// Given name.
    #[serde(default, deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, deserialize_with = "wire::text")]
    pub last_name: Option<String>,
    /// E-mail address, phone number or user name.
    #[serde(default, deserialize_with = "wire::text")]
    pub identifier: Option<String>,
    /// Portrait.
    #[serde(default, deserialize_with = "wire::text")]
    pub image_url: Option<String>,
}

impl Membership {
    /// Has the user all rights in the organisation?
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role == ADMIN
    }
}

/// Adds the prefix that session tokens and old events leave out; `basic_member` is the old name of `org:member`.
fn full_role(role: &str) -> String {
    match role {
        "basic_member" => format!("{ROLE_PREFIX}member"),
        _ if role.starts_with(ROLE_PREFIX) => role.to_owned(),
        _ => format!("{ROLE_PREFIX}{role}"),
    }
}

#[derive(Deserialize)]
struct UserWire {
    #[serde(deserialize_with = "wire::id")]
    id: String,
    #[serde(default, deserialize_with = "wire::text")]
    primary_email_address_id: Option<String>,
    #[serde(default, deserialize_with = "wire::default_if_null")]
    email_addresses: Vec<EmailAddress>,
    #[serde(default, deserialize_with = "wire::text")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    image_url: Option<String>,
    #[serde(default, deserialize_with = "wire::time")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    updated_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct EmailAddress {
    #[serde(default, deserialize_with = "wire::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    email_address: Option<String>,
}

impl<'de> Deserialize<'de> for User {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let user = UserWire::deserialize(deserializer)?;
        let primary = user.primary_email_address_id;
        let is_primary = |address: &EmailAddress| address.id.is_some() && address.id == primary;
        Ok(Self {
            email: user.email_addresses.into_iter().find(is_primary).and_then(|address| address.email_address),
            id: user.id,
            first_name: user.first_name,
            last_name: user.last_name,
            image_url: user.image_url,
            created_at: user.created_at,
            updated_at: user.updated_at,
        })
    }
}

#[derive(Deserialize)]
struct OrganizationWire {
    #[serde(deserialize_with = "wire::id")]
    id: String,
    #[serde(default, deserialize_with = "wire::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    image_url: Option<String>,
    /// What older events have instead, or besides.
    #[serde(default, deserialize_with = "wire::text")]
    logo_url: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    created_by: Option<String>,
    #[serde(default, deserialize_with = "wire::default_if_null")]
    public_metadata: Map<String, Value>,
    #[serde(default, deserialize_with = "wire::time")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    updated_at: Option<DateTime<Utc>>,
}

impl<'de> Deserialize<'de> for Organization {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let organization = OrganizationWire::deserialize(deserializer)?;
        let slug = organization.slug.unwrap_or_else(|| organization.id.clone());
        Ok(Self {
            name: organization.name.unwrap_or_else(|| slug.clone()),
            slug,
            id: organization.id,
            image_url: organization.image_url.or(organization.logo_url),
            created_by: organization.created_by,
            plan: organization.public_metadata.get("plan").and_then(wire::as_text),
            created_at: organization.created_at,
            updated_at: organization.updated_at,
        })
    }
}

#[derive(Deserialize)]
struct MembershipWire {
    #[serde(default, deserialize_with = "wire::text")]
    id: Option<String>,
    role: String,
    organization: Organization,
    #[serde(default)]
    public_user_data: Option<MembershipUser>,
    #[serde(default, deserialize_with = "wire::time")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::time")]
    updated_at: Option<DateTime<Utc>>,
}

impl<'de> Deserialize<'de> for Membership {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let membership = MembershipWire::deserialize(deserializer)?;
        Ok(Self {
            id: membership.id,
            role: full_role(membership.role.trim()),
            organization: membership.organization,
            user: membership.public_user_data,
            created_at: membership.created_at,
            updated_at: membership.updated_at,
        })
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for MembershipUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MembershipUser").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}
