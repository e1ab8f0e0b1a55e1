use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    db,
    domain::{NumberType, OptOutId, OptOutSource, PhoneNumberId},
};

/// A customer who does not want texts from one of the workspace's numbers.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OptOut {
    /// Its id.
    pub id: OptOutId,
    /// The number; null is the platform's.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The number's department; null is the platform's number.
    pub number_type: Option<NumberType>,
    /// The customer.
    pub counterpart: String,
    /// Who said so.
    pub source: OptOutSource,
    /// Since when.
    pub opted_out_at: DateTime<Utc>,
}

impl From<db::opt_outs::OptOut> for OptOut {
    fn from(opt_out: db::opt_outs::OptOut) -> Self {
        Self {
            id: opt_out.id,
            phone_number_id: opt_out.phone_number_id,
            number_type: opt_out.number_type,
            counterpart: opt_out.counterpart,
            source: opt_out.source,
            opted_out_at: opt_out.opted_out_at,
        }
    }
}
