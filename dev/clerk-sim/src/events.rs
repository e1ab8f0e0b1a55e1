//! The JSON of Clerk's webhooks: the envelope, users, organisations and memberships (Clerk, Webhooks, event catalog).
//! The billing shapes are in `payloads`.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::state::{Membership, Organization, User};

const IMAGE_URL: &str = "https://img.clerk.com/placeholder";

/// Something that happened, as its webhook will tell it.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    pub kind: String,
    pub data: Value,
    /// Milliseconds.
    pub at: i64,
    pub organization_id: Option<String>,
}

/// The unit of the envelope's `timestamp`: Clerk's prose shows milliseconds, its specification's examples seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimestampUnit {
    Milliseconds,
    Seconds,
}

/// The body of a webhook.
pub fn envelope(event: &Event, instance_id: &str, unit: TimestampUnit) -> Value {
    let timestamp = match unit {
        TimestampUnit::Milliseconds => event.at,
        TimestampUnit::Seconds => event.at / 1000,
    };
    json!({
        "object": "event",
        "type": event.kind,
        "instance_id": instance_id,
        "timestamp": timestamp,
        "event_attributes": { "http_request": { "client_ip": "203.0.113.9", "user_agent": "Mozilla/5.0 (clerk-sim)" } },
        "data": event.data,
    })
}

/// Organization (`organization.created`, `organization.updated`, and the answer of the Backend API).
pub fn organization(organization: &Organization) -> Value {
    json!({
        "object": "organization",
        "id": organization.id,
        "name": organization.name,
        "slug": organization.slug,
        "image_url": IMAGE_URL,
        "has_image": false,
        "members_count": organization.members.len(),
        "pending_invitations_count": 0,
        "missing_member_with_elevated_permissions": false,
        "max_allowed_memberships": 5,
        "admin_delete_enabled": true,
        "public_metadata": organization.public_metadata,
        "private_metadata": organization.private_metadata,
        "created_by": organization.created_by,
        "role_set_key": null,
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
        "last_active_at": organization.updated_at,
    })
}

/// `DeletedObject` of `organization.deleted`: no metadata, no members.
pub fn deleted_organization(organization: &Organization) -> Value {
    json!({ "object": "organization", "id": organization.id, "slug": organization.slug, "deleted": true })
}

/// `DeletedObject` of `user.deleted`.
pub fn deleted_user(user_id: &str) -> Value {
    json!({ "object": "user", "id": user_id, "deleted": true })
}

/// `OrganizationMembership`, the same for created, updated and deleted.
pub fn membership(within: &Organization, membership: &Membership, user: &User) -> Value {
    json!({
        "object": "organization_membership",
        "id": membership.id,
        "role": membership.role,
        "role_name": role_name(&membership.role),
        "permissions": role_permissions(&membership.role),
        "public_metadata": {},
        "private_metadata": {},
        "organization": organization(within),
        "public_user_data": {
            "user_id": user.id,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "identifier": user.email,
            "image_url": IMAGE_URL,
            "profile_image_url": IMAGE_URL,
            "has_image": false,
        },
        "created_at": membership.created_at,
        "updated_at": membership.updated_at,
    })
}

/// System permissions, which appear here but never in session tokens.
fn role_permissions(role: &str) -> Vec<&'static str> {
    if role == "org:admin" {
        vec![
            "org:sys_profile:manage",
            "org:sys_profile:delete",
            "org:sys_memberships:read",
            "org:sys_memberships:manage",
            "org:sys_domains:read",
            "org:sys_domains:manage",
            "org:sys_billing:read",
            "org:sys_billing:manage",
        ]
    } else {
        vec!["org:sys_memberships:read", "org:sys_billing:read"]
    }
}

/// `org:admin` is shown as "Admin".
fn role_name(role: &str) -> String {
    let key = role.strip_prefix("org:").unwrap_or(role);
    let mut letters = key.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// User (`user.created`, `user.updated`).
pub fn user(user: &User) -> Value {
    json!({
        "object": "user",
        "id": user.id,
        "external_id": null,
        "username": null,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": IMAGE_URL,
        "profile_image_url": IMAGE_URL,
        "has_image": false,
        "primary_email_address_id": user.email.as_ref().map(|_| &user.email_id),
        "primary_phone_number_id": null,
        "primary_web3_wallet_id": null,
        "email_addresses": email_addresses(user),
        "phone_numbers": [],
        "web3_wallets": [],
        "external_accounts": [],
        "password_enabled": true,
        "two_factor_enabled": false,
        "totp_enabled": false,
        "backup_code_enabled": false,
        "banned": false,
        "locked": false,
        "locale": null,
        "public_metadata": user.public_metadata,
        "private_metadata": user.private_metadata,
        "unsafe_metadata": {},
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "last_sign_in_at": null,
        "last_active_at": user.updated_at,
    })
}

fn email_addresses(user: &User) -> Vec<Value> {
    let Some(email) = &user.email else { return Vec::new() };
    vec![json!({
        "object": "email_address",
        "id": user.email_id,
        "email_address": email,
        "reserved": false,
        "verification": { "status": "verified", "strategy": "email_code", "attempts": 1, "expire_at": user.created_at + 600_000 },
        "linked_to": [],
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    })]
}

/// Merges as Clerk merges metadata: objects deeply, everything else replaced, `null` deletes the key.
pub fn merge_metadata(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.remove(key);
            }
            Value::Object(inner) => {
                let slot = target.entry(key.clone()).or_insert_with(|| json!({}));
                if !slot.is_object() {
                    *slot = json!({});
                }
                if let Some(nested) = slot.as_object_mut() {
                    merge_metadata(nested, inner);
                }
            }
            other => {
                target.insert(key.clone(), other.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_merges_deeply_and_null_deletes() {
        let mut target = json!({ "plan": "pro", "limits": { "numbers": 1, "seats": 5 } }).as_object().unwrap().clone();
        let patch = json!({ "plan": null, "limits": { "numbers": 3 }, "tags": ["a"] });
        merge_metadata(&mut target, patch.as_object().unwrap());
        assert_eq!(Value::Object(target), json!({ "limits": { "numbers": 3, "seats": 5 }, "tags": ["a"] }));
    }

    #[test]
    fn the_envelope_tells_time_in_either_unit() {
        let event = Event {
            kind: "user.deleted".into(),
            data: deleted_user("user_1"),
            at: 1_767_225_600_123,
            organization_id: None,
        };
        assert_eq!(envelope(&event, "ins_1", TimestampUnit::Milliseconds)["timestamp"], 1_767_225_600_123_i64);
        assert_eq!(envelope(&event, "ins_1", TimestampUnit::Seconds)["timestamp"], 1_767_225_600);
    }

    #[test]
    fn a_user_without_an_email_has_no_primary_address() {
        let someone = User {
            id: "user_1".into(),
            email_id: "idn_1".into(),
            email: None,
            first_name: None,
            last_name: None,
            public_metadata: Map::new(),
            private_metadata: Map::new(),
            created_at: 1,
            updated_at: 1,
        };
        assert_eq!(user(&someone)["primary_email_address_id"], Value::Null);
        assert_eq!(user(&someone)["email_addresses"], json!([]));
    }
}
