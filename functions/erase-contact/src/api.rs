//! Bodies of the route.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::{
    db::contact_erasures,
    domain::{ContactId, ErasureState},
};

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EraseContactAnswer {
    /// How far it is.
    pub erasure: Erasure,
}

/// The erasure of a person. Nothing can be read any more once it is answered; files and what the carrier has follow.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    /// The contact, of which nothing is left but this id.
    pub contact_id: ContactId,
    /// How far it is.
    pub state: ErasureState,
    /// What is still to be deleted in the bucket and at the carrier.
    pub remaining: i64,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When everything was deleted everywhere. The carrier is asked eight days after a message, when its charges are known.
    pub finished_at: Option<DateTime<Utc>>,
}

impl From<contact_erasures::Erasure> for Erasure {
    fn from(row: contact_erasures::Erasure) -> Self {
        Self {
            contact_id: row.contact_id,
            state: row.state,
            remaining: row.remaining,
            requested_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}
