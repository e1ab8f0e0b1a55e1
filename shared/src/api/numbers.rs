use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    db,
    domain::{
        self, CallFlow, CampaignOwner, Capabilities, EmergencyAddress, EmergencyAddressStatus, MessagingStatus,
        NumberStatus, NumberType, PhoneNumberId, ProvisioningId, ProvisioningState, SearchStep,
    },
};

/// A number of the workspace.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumber {
    /// Its id.
    pub id: PhoneNumberId,
    /// E.164.
    pub phone_number: domain::PhoneNumber,
    /// The carrier's id.
    pub phone_number_sid: String,
    /// What the workspace calls it.
    pub friendly_name: String,
    /// Its department.
    pub number_type: NumberType,
    /// In use or not.
    pub status: NumberStatus,
    /// Whether it may text.
    pub messaging_status: MessagingStatus,
    /// Why it may not text.
    pub messaging_failure_reason: Option<String>,
    /// What the carrier has switched on.
    pub capabilities: Capabilities,
    /// What it costs, in cents a month.
    pub monthly_cost_cents: i32,
    /// When it became the workspace's.
    pub provisioned_at: DateTime<Utc>,
    /// When it was given back.
    pub released_at: Option<DateTime<Utc>>,
    /// What happens to calls; null is the default: a greeting and a voicemail.
    pub voice: Option<CallFlow>,
    /// By whose 10DLC campaign it texts; null when by none.
    pub campaign: Option<CampaignOwner>,
    /// The carrier's word about a toll-free number, which is verified by a form at the carrier only; null for local numbers.
    pub toll_free_verification: Option<String>,
    /// Where an ambulance goes when somebody calls 911 from it.
    pub emergency_address: Option<NumberEmergencyAddress>,
    /// It can call, and nobody would know where an ambulance is to go.
    pub emergency_address_missing: bool,
}

/// An emergency address of a number.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NumberEmergencyAddress {
    /// How far it is at the carrier.
    pub status: EmergencyAddressStatus,
    /// Why it is not in use.
    pub failure_reason: Option<String>,
    /// The address.
    pub address: EmergencyAddress,
}

impl From<db::numbers::Number> for PhoneNumber {
    fn from(number: db::numbers::Number) -> Self {
        Self {
            emergency_address_missing: number.lacks_emergency_address(),
            id: number.id,
            phone_number: number.phone_number,
            phone_number_sid: number.phone_number_sid,
            friendly_name: number.friendly_name,
            number_type: number.number_type,
            status: number.status,
            messaging_status: number.messaging_status,
            messaging_failure_reason: number.messaging_failure_reason,
            capabilities: number.capabilities,
            monthly_cost_cents: number.monthly_cost_cents,
            provisioned_at: number.provisioned_at,
            released_at: number.released_at,
            voice: number.voice,
            campaign: number.campaign,
            toll_free_verification: number.verification_status,
            emergency_address: number.emergency_address.map(|stored| NumberEmergencyAddress {
                status: stored.status,
                failure_reason: stored.failure,
                address: stored.address,
            }),
        }
    }
}

/// An attempt to get a number: not finished, or failed during the last day.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Provisioning {
    /// Its id.
    pub id: ProvisioningId,
    /// Where it stands.
    pub state: ProvisioningState,
    /// The department of the number to be.
    pub number_type: NumberType,
    /// What the workspace wants to call it.
    pub friendly_name: Option<String>,
    /// Area code asked for.
    pub area_code: Option<String>,
    /// The number that is being bought.
    pub phone_number: Option<domain::PhoneNumber>,
    /// How that number was found; `null` when it was asked for by name.
    pub search_step: Option<SearchStep>,
    /// Why it was given up: a stable word.
    pub failure_code: Option<String>,
    /// Why it was given up: a sentence.
    pub failure_reason: Option<String>,
    /// Deliveries that worked on it.
    pub attempts: i32,
    /// When it was reserved.
    pub created_at: DateTime<Utc>,
}

impl From<db::provisionings::Provisioning> for Provisioning {
    fn from(row: db::provisionings::Provisioning) -> Self {
        Self {
            id: row.id,
            state: row.state,
            number_type: row.number_type,
            friendly_name: row.friendly_name,
            area_code: row.area_code,
            phone_number: row.candidate.or(row.requested),
            search_step: row.search_step,
            failure_code: row.failure_code,
            failure_reason: row.failure_reason,
            attempts: row.attempts,
            created_at: row.created_at,
        }
    }
}
