//! `workspace_phone_numbers`: the numbers that workspaces own or owned.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{GenericClient, Row, types::Type};

use super::{DbError, column, parsed, parsed_opt};
use crate::domain::{
    CallFlow, CampaignOwner, Capabilities, Channel, EmergencyAddress, EmergencyAddressStatus, MessagingStatus,
    NumberStatus, NumberType, OwnNumber, PhoneNumber, PhoneNumberId, WorkspaceId,
};

/// One row.
#[derive(Debug, Clone)]
pub struct Number {
    /// Its row.
    pub id: PhoneNumberId,
    /// E.164.
    pub phone_number: PhoneNumber,
    /// The carrier's id.
    pub phone_number_sid: String,
    /// What the workspace calls it.
    pub friendly_name: String,
    /// Its department.
    pub number_type: NumberType,
    /// In use or not.
    pub status: NumberStatus,
    /// May it text yet.
    pub messaging_status: MessagingStatus,
    /// Why it may not.
    pub messaging_failure_reason: Option<String>,
    /// What the carrier has switched on.
    pub capabilities: Capabilities,
    /// What it costs, in cents a month.
    pub monthly_cost_cents: i32,
    /// When it became ours.
    pub provisioned_at: DateTime<Utc>,
    /// When it was given back.
    pub released_at: Option<DateTime<Utc>>,
    /// What happens to calls; `None` is the default flow.
    pub voice: Option<CallFlow>,
    /// By whose campaign it texts, as far as it needs one.
    pub campaign: Option<CampaignOwner>,
    /// The carrier's word about a toll-free number.
    pub verification_status: Option<String>,
    /// Where an ambulance goes.
    pub emergency_address: Option<StoredEmergencyAddress>,
}

/// An emergency address, and how far it is.
#[derive(Debug, Clone)]
pub struct StoredEmergencyAddress {
    /// The address.
    pub address: EmergencyAddress,
    /// How far it is at the carrier.
    pub status: EmergencyAddressStatus,
    /// Why it is not there.
    pub failure: Option<String>,
}

impl Number {
    /// Whether it is a local number that calls, of a country whose carriers take emergency addresses.
    #[must_use]
    pub fn can_have_emergency_address(&self) -> bool {
        self.capabilities.voice
            && !self.phone_number.is_toll_free()
            && matches!(self.phone_number.country().as_deref(), Some("US" | "CA"))
    }

    /// Whether an emergency call from it would find nobody who knows where.
    #[must_use]
    pub fn lacks_emergency_address(&self) -> bool {
        let is_there = |stored: &StoredEmergencyAddress| match stored.status {
            EmergencyAddressStatus::Pending | EmergencyAddressStatus::Active => true,
            EmergencyAddressStatus::Failed | EmergencyAddressStatus::Removing => false,
        };
        self.status != NumberStatus::Released
            && self.can_have_emergency_address()
            && !self.emergency_address.as_ref().is_some_and(is_there)
    }
}

pub(super) const COLUMNS: &str = "-- numbers::columns
    id, phone_number, phone_number_sid, friendly_name, number_type, status, messaging_status,
    messaging_failure_reason, capabilities, monthly_cost_cents, provisioned_at, released_at, voice, verification_status,
    emergency_address, emergency_address_status, emergency_address_failure,
    CASE WHEN campaign_id IS NULL THEN NULL
        WHEN EXISTS (SELECT FROM messaging_campaigns c WHERE c.carrier_campaign_id = campaign_id) THEN 'own'
        ELSE 'platform' END AS campaign";

pub(super) fn from_row(row: &Row) -> Result<Number, DbError> {
    let capabilities: Value = column(row, "capabilities")?;
    let voice: Option<Value> = column(row, "voice")?;
    Ok(Number {
        id: PhoneNumberId(column(row, "id")?),
        phone_number: stored_number(row, "phone_number")?,
        phone_number_sid: column(row, "phone_number_sid")?,
        friendly_name: column(row, "friendly_name")?,
        number_type: parsed(row, "number_type")?,
        status: parsed(row, "status")?,
        messaging_status: parsed(row, "messaging_status")?,
        messaging_failure_reason: column(row, "messaging_failure_reason")?,
        capabilities: serde_json::from_value(capabilities)
            .map_err(|e| DbError::Corrupt { column: "capabilities", problem: e.to_string() })?,
        monthly_cost_cents: column(row, "monthly_cost_cents")?,
        provisioned_at: column(row, "provisioned_at")?,
        released_at: column(row, "released_at")?,
        voice: voice
            .map(serde_json::from_value)
            .transpose()
            .map_err(|e| DbError::Corrupt { column: "voice", problem: e.to_string() })?,
        campaign: parsed_opt(row, "campaign")?,
        verification_status: column(row, "verification_status")?,
        emergency_address: emergency_address(row)?,
    })
}

fn emergency_address(row: &Row) -> Result<Option<StoredEmergencyAddress>, DbError> {
    let Some(stored) = column::<Option<Value>>(row, "emergency_address")? else { return Ok(None) };
    // Says where, not what: it is somebody's address.
    let address = serde_json::from_value(stored)
        .map_err(|e| DbError::Corrupt { column: "emergency_address", problem: format!("{:?}", e.classify()) })?;
    let status = parsed(row, "emergency_address_status")?;
    Ok(Some(StoredEmergencyAddress { address, status, failure: column(row, "emergency_address_failure")? }))
}

pub(super) fn stored_number(row: &Row, name: &'static str) -> Result<PhoneNumber, DbError> {
    let text: &str = column(row, name)?;
    PhoneNumber::parse(text).map_err(|e| DbError::Corrupt { column: name, problem: e.to_string() })
}

/// A workspace's numbers, primary first. Without a status: those not released.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    status: Option<NumberStatus>,
    number_type: Option<NumberType>,
) -> Result<Vec<Number>, DbError> {
    let sql = format!(
        "-- numbers::list
        SELECT {COLUMNS} FROM workspace_phone_numbers
        WHERE workspace_id = $1
            AND CASE WHEN $2::text IS NULL THEN status <> 'released' ELSE status = $2 END
            AND ($3::text IS NULL OR number_type = $3)
        ORDER BY number_type <> 'primary', provisioned_at, id"
    );
    let rows = client
        .query_typed(
            &sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&status.map(NumberStatus::as_str), Type::TEXT),
                (&number_type.map(NumberType::as_str), Type::TEXT),
            ],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// The numbers that a send chooses from, with what each can do on the channel.
pub async fn list_for_sending(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    channel: Channel,
) -> Result<Vec<OwnNumber>, DbError> {
    let capable = |c: Capabilities| match channel {
        Channel::Sms => c.sms,
        Channel::Voice => c.voice,
        // Neither is a capability of a carrier's number: both are connected elsewhere.
        Channel::Whatsapp | Channel::Email => false,
    };
    let numbers = list(client, workspace_id, None, None).await?;
    Ok(numbers
        .into_iter()
        .map(|n| OwnNumber {
            id: n.id,
            phone_number: n.phone_number,
            number_type: n.number_type,
            status: n.status,
            messaging_status: n.messaging_status,
            capable: capable(n.capabilities),
        })
        .collect())
}

/// Those of the numbers that another workspace gave back within the last days. Customers of that one may still text them.
pub async fn list_released_by_others(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    numbers: &[PhoneNumber],
    days: u16,
) -> Result<Vec<PhoneNumber>, DbError> {
    let sql = "-- numbers::list_released_by_others
        SELECT phone_number FROM released_by_others($1, $2, $3) AS phone_number";
    let texts: Vec<&str> = numbers.iter().map(PhoneNumber::as_str).collect();
    let days = i32::from(days);
    let rows = client
        .query_typed(sql, &[(&workspace_id.0, Type::UUID), (&texts, Type::TEXT_ARRAY), (&days, Type::INT4)])
        .await?;
    rows.iter().map(|row| stored_number(row, "phone_number")).collect()
}

/// How many numbers count against the plan's limit: those not released, the reservations that are still open, and the
/// numbers that port orders claim. One that takes the place of an own number does not count beside it.
pub async fn count_against_limit(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<i64, DbError> {
    let sql = "-- numbers::count_against_limit
        SELECT (SELECT count(*) FROM workspace_phone_numbers WHERE workspace_id = $1 AND status <> 'released')
             + (SELECT count(*) FROM number_provisionings WHERE workspace_id = $1 AND finished_at IS NULL)
             + (SELECT count(*) FROM port_order_numbers p WHERE p.workspace_id = $1 AND p.claimed
                AND NOT EXISTS (SELECT FROM workspace_phone_numbers r WHERE r.workspace_id = $1
                    AND r.id = p.replaces_phone_number_id AND r.status <> 'released')) AS used";
    column(&client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID)]).await?, "used")
}

/// A number that was bought, before it is stored.
#[derive(Debug)]
pub struct NewNumber<'a> {
    /// E.164.
    pub phone_number: &'a PhoneNumber,
    /// The carrier's id.
    pub phone_number_sid: &'a str,
    /// What the workspace calls it.
    pub friendly_name: &'a str,
    /// Its department.
    pub number_type: NumberType,
    /// What the carrier has switched on.
    pub capabilities: Capabilities,
    /// May it text yet.
    pub messaging_status: MessagingStatus,
    /// The webhooks as the carrier has them.
    pub voice_url: Option<&'a str>,
    /// See `voice_url`.
    pub sms_url: Option<&'a str>,
    /// See `voice_url`.
    pub status_callback_url: Option<&'a str>,
    /// The carrier's word for how far the verification of a toll-free number is.
    pub verification_status: Option<&'a str>,
    /// What it costs, in cents a month.
    pub monthly_cost_cents: i32,
}

/// Stores a bought number.
pub async fn insert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    number: &NewNumber<'_>,
) -> Result<PhoneNumberId, DbError> {
    let sql = "-- numbers::insert
        INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
            capabilities, messaging_status, voice_url, sms_url, status_callback_url, monthly_cost_cents,
            verification_status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        RETURNING id";
    let capabilities = serde_json::json!(number.capabilities);
    let row = client
        .query_typed_one(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&number.phone_number.as_str(), Type::TEXT),
                (&number.phone_number_sid, Type::TEXT),
                (&number.friendly_name, Type::TEXT),
                (&number.number_type.as_str(), Type::TEXT),
                (&capabilities, Type::JSONB),
                (&number.messaging_status.as_str(), Type::TEXT),
                (&number.voice_url, Type::TEXT),
                (&number.sms_url, Type::TEXT),
                (&number.status_callback_url, Type::TEXT),
                (&number.monthly_cost_cents, Type::INT4),
                (&number.verification_status, Type::TEXT),
            ],
        )
        .await?;
    Ok(PhoneNumberId(column(&row, "id")?))
}

/// A number that waits for its campaign assignment.
#[derive(Debug, Clone)]
pub struct PendingNumber {
    /// Its row.
    pub id: PhoneNumberId,
    /// Its owner.
    pub workspace_id: WorkspaceId,
    /// E.164.
    pub phone_number: PhoneNumber,
    /// The carrier's id.
    pub phone_number_sid: String,
    /// The assignment order, once it was made.
    pub campaign_order_id: Option<String>,
    /// The campaign that it left, or is leaving, for its owner's own.
    pub former_campaign_id: Option<String>,
    /// The carrier has not taken it out of that one yet.
    pub is_leaving: bool,
}

/// The number, if it still waits for its campaign assignment; notes that it is looked at.
pub async fn find_pending(client: &impl GenericClient, id: PhoneNumberId) -> Result<Option<PendingNumber>, DbError> {
    let sql = "-- numbers::find_pending
        UPDATE workspace_phone_numbers SET messaging_looked_at = now()
        WHERE id = $1 AND messaging_status = 'pending' AND status <> 'released'
        RETURNING id, workspace_id, phone_number, phone_number_sid, campaign_order_id, former_campaign_id,
            leaving_since IS NOT NULL AS is_leaving";
    let row = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?;
    row.map(|row| {
        Ok(PendingNumber {
            id: PhoneNumberId(column(&row, "id")?),
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            phone_number: stored_number(&row, "phone_number")?,
            phone_number_sid: column(&row, "phone_number_sid")?,
            campaign_order_id: column(&row, "campaign_order_id")?,
            former_campaign_id: column(&row, "former_campaign_id")?,
            is_leaving: column(&row, "is_leaving")?,
        })
    })
    .transpose()
}

/// Has the sweep look at a pending number the next time, and not only when nobody has for a while.
pub async fn look_soon(client: &impl GenericClient, id: PhoneNumberId) -> Result<(), DbError> {
    let sql = "-- numbers::look_soon
        UPDATE workspace_phone_numbers SET messaging_looked_at = 'epoch' WHERE id = $1 AND messaging_status = 'pending'";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// Notes the order that assigns a number to a campaign.
pub async fn set_campaign_order(
    client: &impl GenericClient,
    id: PhoneNumberId,
    campaign_id: &str,
    order_id: &str,
) -> Result<(), DbError> {
    let sql = "-- numbers::set_campaign_order
        UPDATE workspace_phone_numbers SET campaign_id = $2, campaign_order_id = $3, updated_at = now() WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&campaign_id, Type::TEXT), (&order_id, Type::TEXT)]).await?;
    Ok(())
}

/// Notes the campaign that a number turned out to be in.
pub async fn set_campaign(client: &impl GenericClient, id: PhoneNumberId, campaign_id: &str) -> Result<(), DbError> {
    let sql = "-- numbers::set_campaign
        UPDATE workspace_phone_numbers SET campaign_id = $2, updated_at = now() WHERE id = $1 AND campaign_order_id IS NULL";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&campaign_id, Type::TEXT)]).await?;
    Ok(())
}

/// Marks a number as able to text, with what the carrier has switched on. `false` when it was that already.
pub async fn mark_messaging_ready(
    client: &impl GenericClient,
    id: PhoneNumberId,
    capabilities: Capabilities,
) -> Result<bool, DbError> {
    let sql = "-- numbers::mark_messaging_ready
        UPDATE workspace_phone_numbers SET messaging_status = 'ready', messaging_failure_reason = NULL, capabilities = $2,
            updated_at = now()
        WHERE id = $1 AND messaging_status <> 'ready' AND leaving_since IS NULL
            AND NOT EXISTS (SELECT FROM messaging_campaigns c WHERE c.carrier_campaign_id = campaign_id AND c.ended_at IS NOT NULL)
        RETURNING id";
    let capabilities = serde_json::json!(capabilities);
    let row = client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&capabilities, Type::JSONB)]).await?;
    Ok(row.is_some())
}

/// The number of a conversation or message, as the inbox shows it; no `id` means the platform number.
#[derive(Debug, Clone)]
pub struct NumberBadge {
    /// Its row.
    pub id: Option<PhoneNumberId>,
    /// E.164.
    pub phone_number: String,
    /// Its department now.
    pub number_type: Option<NumberType>,
    /// What the workspace calls it.
    pub friendly_name: Option<String>,
}

pub(super) fn badge_from_row(row: &Row) -> Result<NumberBadge, DbError> {
    Ok(NumberBadge {
        id: column::<Option<uuid::Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
        phone_number: column(row, "our_number")?,
        number_type: parsed_opt(row, "number_type")?,
        friendly_name: column(row, "friendly_name")?,
    })
}
