use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{db, domain::ContactId};

/// A person outside.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Where the person works.
    pub company: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Anything else.
    pub notes: Option<String>,
    /// In E.164, or as the carrier writes them: also short codes and alphanumeric senders.
    pub phone_numbers: Vec<String>,
    /// When it was made, by staff or by its first text.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

impl From<db::contacts::Contact> for Contact {
    fn from(row: db::contacts::Contact) -> Self {
        let details = row.details;
        Self {
            id: row.id,
            first_name: details.first_name,
            last_name: details.last_name,
            company: details.company,
            email: details.email,
            notes: details.notes,
            phone_numbers: row.phone_numbers,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
