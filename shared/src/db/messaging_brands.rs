//! `messaging_brands`: the 10DLC registration of each workspace: its company, and where the whole stands.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, column, parsed};
use crate::domain::{BrandDetails, CampaignDetails, Fees, RegistrationId, RegistrationState, WorkspaceId};

/// One row.
#[derive(Debug, Clone)]
pub struct Brand {
    /// Its row, which is the registration's id.
    pub id: RegistrationId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The organisation is gone: nothing new is asked of the carrier.
    pub workspace_deleted: bool,
    /// Where it stands.
    pub state: RegistrationState,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The company.
    pub details: BrandDetails,
    /// What the workspace wants to text, for the next submission.
    pub campaign: CampaignDetails,
    /// What it agreed to pay.
    pub agreed_fees: Option<Fees>,
    /// How often it was submitted.
    pub submissions: i32,
    /// The name at the carrier.
    pub carrier_name: Option<String>,
    /// When the carrier was asked to make it, and has not said anything since.
    pub asked_at: Option<DateTime<Utc>>,
    /// Look-ups since then that found nothing.
    pub lookups: i32,
    /// The carrier's id.
    pub carrier_brand_id: Option<String>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Since when the operator has to hand a correction in.
    pub correction_requested_at: Option<DateTime<Utc>>,
    /// When the registry verified the company.
    pub verified_at: Option<DateTime<Utc>>,
    /// Every state that was entered.
    pub history: Value,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

pub(super) const COLUMNS: &str =
    "b.id, b.workspace_id, b.state, b.reason, b.details, b.campaign_details, b.agreed_fees, b.submissions,
    b.carrier_name, b.asked_at, b.lookups, b.carrier_brand_id, b.submitted_at, b.correction_requested_at, b.verified_at,
    b.history, b.updated_at, is_workspace_deleted(b.workspace_id) AS workspace_deleted";

/// Whether a worker has anything to do for a registration that was submitted. Once its workspace is deleted that is only to
/// look: for what was asked for lately and may have been made, and at a campaign that costs until it is ended at the carrier.
const IS_OPEN: &str = "b.state <> 'draft' AND (NOT is_workspace_deleted(b.workspace_id)
    OR b.asked_at > now() - interval '1 day' OR may_have_campaign(b.id))";

pub(super) fn from_row(row: &Row) -> Result<Brand, DbError> {
    let fees: Option<Value> = column(row, "agreed_fees")?;
    Ok(Brand {
        id: RegistrationId(column(row, "id")?),
        workspace_id: WorkspaceId(column(row, "workspace_id")?),
        workspace_deleted: column(row, "workspace_deleted")?,
        state: parsed(row, "state")?,
        reason: column(row, "reason")?,
        details: json(row, "details")?,
        campaign: json(row, "campaign_details")?,
        agreed_fees: fees.map(serde_json::from_value).transpose().map_err(|e| corrupt("agreed_fees", &e))?,
        submissions: column(row, "submissions")?,
        carrier_name: column(row, "carrier_name")?,
        asked_at: column(row, "asked_at")?,
        lookups: column(row, "lookups")?,
        carrier_brand_id: column(row, "carrier_brand_id")?,
        submitted_at: column(row, "submitted_at")?,
        correction_requested_at: column(row, "correction_requested_at")?,
        verified_at: column(row, "verified_at")?,
        history: column(row, "history")?,
        updated_at: column(row, "updated_at")?,
    })
}

pub(super) fn json<T: serde::de::DeserializeOwned>(row: &Row, name: &'static str) -> Result<T, DbError> {
    serde_json::from_value(column(row, name)?).map_err(|error| corrupt(name, &error))
}

/// Says where, not what: the value may hold a tax number.
fn corrupt(column: &'static str, error: &serde_json::Error) -> DbError {
    DbError::Corrupt { column, problem: format!("{:?} at {}", error.classify(), error.column()) }
}

/// The workspace's registration, if it has begun one.
pub async fn find(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Option<Brand>, DbError> {
    let sql = format!(
        "-- messaging_brands::find
        SELECT {COLUMNS} FROM messaging_brands b WHERE b.workspace_id = $1"
    );
    client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID)]).await?.as_ref().map(from_row).transpose()
}

/// The workspace's registration, locked until the transaction ends; begun when there was none.
pub async fn find_or_begin(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Brand, DbError> {
    let sql = "-- messaging_brands::begin
        INSERT INTO messaging_brands (workspace_id) VALUES ($1) ON CONFLICT (workspace_id) DO NOTHING";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    let sql = format!(
        "-- messaging_brands::find_locked
        SELECT {COLUMNS} FROM messaging_brands b WHERE b.workspace_id = $1 FOR UPDATE"
    );
    from_row(&client.query_typed_one(&sql, &[(&workspace_id.0, Type::UUID)]).await?)
}

/// One registration by its id, locked until the transaction ends; for the operator and the worker, who see all.
pub async fn find_by_id(client: &impl GenericClient, id: RegistrationId) -> Result<Option<Brand>, DbError> {
    let sql = format!(
        "-- messaging_brands::find_by_id
        SELECT {COLUMNS} FROM messaging_brands b WHERE b.id = $1 FOR UPDATE"
    );
    client.query_typed_opt(&sql, &[(&id.0, Type::UUID)]).await?.as_ref().map(from_row).transpose()
}

/// The registration whose brand the carrier speaks of, locked until the transaction ends.
pub async fn find_by_carrier_id(client: &impl GenericClient, brand_id: &str) -> Result<Option<Brand>, DbError> {
    let sql = format!(
        "-- messaging_brands::find_by_carrier_id
        SELECT {COLUMNS} FROM messaging_brands b WHERE b.carrier_brand_id = $1 FOR UPDATE"
    );
    client.query_typed_opt(&sql, &[(&brand_id, Type::TEXT)]).await?.as_ref().map(from_row).transpose()
}

/// Stores what the workspace says. The caller holds the row's lock and has seen that it may.
pub async fn set_details(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    details: &BrandDetails,
    campaign: &CampaignDetails,
) -> Result<(), DbError> {
    let sql = "-- messaging_brands::set_details
        UPDATE messaging_brands SET details = $2, campaign_details = $3, updated_at = now() WHERE workspace_id = $1";
    let (details, campaign) = (serde_json::json!(details), serde_json::json!(campaign));
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&details, Type::JSONB), (&campaign, Type::JSONB)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Notes a submission. A company that the carrier has already is corrected by the operator.
pub async fn submit(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    fees: Fees,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- messaging_brands::submit
        UPDATE messaging_brands SET agreed_fees = $2, submitted_at = $3, submissions = submissions + 1, looked_at = NULL,
            leased_until = NULL, asked_at = NULL, lookups = 0,
            correction_requested_at = CASE WHEN state = 'brand_unverified' AND carrier_brand_id IS NOT NULL THEN $3::timestamptz END,
            updated_at = now()
        WHERE workspace_id = $1";
    let fees = serde_json::json!(fees);
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&fees, Type::JSONB), (&now, Type::TIMESTAMPTZ)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Moves a registration on, when the table of transitions allows it. `false`: it stands elsewhere, nothing has changed.
pub async fn move_to(
    client: &impl GenericClient,
    id: RegistrationId,
    to: RegistrationState,
    reason: Option<&str>,
) -> Result<bool, DbError> {
    let sql = "-- messaging_brands::move_to
        UPDATE messaging_brands SET state = $2, reason = $3, looked_at = now(), updated_at = now(),
            verified_at = CASE WHEN $2 = 'campaign_pending' THEN coalesce(verified_at, now()) ELSE verified_at END,
            correction_requested_at = CASE WHEN $2 = 'brand_pending' THEN correction_requested_at END,
            history = history || jsonb_build_object('at', now(), 'state', $2, 'reason', $3)
        WHERE id = $1 AND state = ANY ($4) RETURNING id";
    let from: Vec<&str> = to.previous().map(RegistrationState::as_str).collect();
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&id.0, Type::UUID), (&to.as_str(), Type::TEXT), (&reason, Type::TEXT), (&from, Type::TEXT_ARRAY)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// Whether news of a refusal that is from then still counts: not while a correction waits to be handed in, and not when it is
/// older than that was.
pub async fn takes_refusal(
    client: &impl GenericClient,
    id: RegistrationId,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "-- messaging_brands::takes_refusal
        SELECT FROM messaging_brands
        WHERE id = $1 AND correction_requested_at IS NULL AND coalesce(resubmitted_at, '-infinity') < $2";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&at, Type::TIMESTAMPTZ)]).await?.is_some())
}

/// The operator has handed the correction in. `false` when none was asked for.
pub async fn mark_resubmitted(
    client: &impl GenericClient,
    id: RegistrationId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "-- messaging_brands::mark_resubmitted
        UPDATE messaging_brands SET correction_requested_at = NULL, resubmitted_at = $2, updated_at = now()
        WHERE id = $1 AND correction_requested_at IS NOT NULL RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?.is_some())
}

/// Why it was refused, in the operator's words. `false` when it is not refused.
pub async fn set_reason(client: &impl GenericClient, id: RegistrationId, reason: &str) -> Result<bool, DbError> {
    let sql = "-- messaging_brands::set_reason
        UPDATE messaging_brands SET reason = $2, updated_at = now(),
            history = jsonb_set(history, '{-1,reason}', to_jsonb($2))
        WHERE id = $1 AND state = ANY ($3) RETURNING id";
    let refusals = RegistrationState::ALL.iter().filter(|state| state.is_refusal());
    let refusals: Vec<&str> = refusals.map(|state| state.as_str()).collect();
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&reason, Type::TEXT), (&refusals, Type::TEXT_ARRAY)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// A registration with the workspace that it is of, as the operator sees it.
#[derive(Debug)]
pub struct Listed {
    /// The registration.
    pub brand: Brand,
    /// The workspace's name.
    pub workspace_name: String,
}

/// Registrations that were submitted, what changed last first.
pub async fn list_submitted(
    client: &impl GenericClient,
    state: Option<RegistrationState>,
    limit: i64,
) -> Result<Vec<Listed>, DbError> {
    let sql = format!(
        "-- messaging_brands::list_submitted
        SELECT {COLUMNS}, w.name AS workspace_name FROM messaging_brands b JOIN workspaces w ON w.id = b.workspace_id
        WHERE CASE WHEN $1::text IS NULL THEN b.state <> 'draft' ELSE b.state = $1 END
        ORDER BY b.updated_at DESC, b.id LIMIT $2"
    );
    let state = state.map(RegistrationState::as_str);
    let rows = client.query_typed(&sql, &[(&state, Type::TEXT), (&limit, Type::INT8)]).await?;
    let listed = |row: &Row| Ok(Listed { brand: from_row(row)?, workspace_name: column(row, "workspace_name")? });
    rows.iter().map(listed).collect()
}

/// What a worker finds.
#[derive(Debug)]
pub enum Claim {
    /// It is the worker's until the lease ends.
    Claimed(Box<Brand>),
    /// Another worker has it.
    Leased,
    /// Nothing was submitted, or its workspace is deleted and nothing is left to look at.
    Nothing,
}

/// Takes the lease of a registration that there is something to do for.
pub async fn claim(client: &impl GenericClient, id: RegistrationId, lease_seconds: i32) -> Result<Claim, DbError> {
    let sql = format!(
        "-- messaging_brands::claim
        UPDATE messaging_brands b SET leased_until = now() + make_interval(secs => $2), looked_at = now()
        WHERE b.id = $1 AND {IS_OPEN} AND (b.leased_until IS NULL OR b.leased_until <= now())
        RETURNING {COLUMNS}"
    );
    let seconds = f64::from(lease_seconds);
    if let Some(row) = client.query_typed_opt(&sql, &[(&id.0, Type::UUID), (&seconds, Type::FLOAT8)]).await? {
        return Ok(Claim::Claimed(Box::new(from_row(&row)?)));
    }
    let sql = format!(
        "-- messaging_brands::is_open
        SELECT FROM messaging_brands b WHERE b.id = $1 AND {IS_OPEN}"
    );
    let open = client.query_typed_opt(&sql, &[(&id.0, Type::UUID)]).await?.is_some();
    Ok(if open { Claim::Leased } else { Claim::Nothing })
}

/// Gives the lease back.
pub async fn give_back(client: &impl GenericClient, id: RegistrationId) -> Result<(), DbError> {
    let sql = "-- messaging_brands::give_back
        UPDATE messaging_brands SET leased_until = NULL WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// Notes that the carrier is about to be asked to make the brand, under this name.
pub async fn mark_asked(client: &impl GenericClient, id: RegistrationId, name: &str) -> Result<(), DbError> {
    let sql = "-- messaging_brands::mark_asked
        UPDATE messaging_brands SET carrier_name = $2, asked_at = now(), lookups = 0 WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&name, Type::TEXT)]).await?;
    Ok(())
}

/// Counts a look-up that found nothing; gives how many that makes.
pub async fn count_lookup(client: &impl GenericClient, id: RegistrationId) -> Result<i32, DbError> {
    let sql = "-- messaging_brands::count_lookup
        UPDATE messaging_brands SET lookups = lookups + 1 WHERE id = $1 RETURNING lookups";
    column(&client.query_typed_one(sql, &[(&id.0, Type::UUID)]).await?, "lookups")
}

/// The carrier certainly has not made it.
pub async fn mark_not_made(client: &impl GenericClient, id: RegistrationId) -> Result<(), DbError> {
    let sql = "-- messaging_brands::mark_not_made
        UPDATE messaging_brands SET asked_at = NULL, lookups = 0 WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// The carrier has made it. `false` when that was known.
pub async fn set_carrier_id(
    client: &impl GenericClient,
    id: RegistrationId,
    carrier_brand_id: &str,
) -> Result<bool, DbError> {
    let sql = "-- messaging_brands::set_carrier_id
        UPDATE messaging_brands SET carrier_brand_id = $2, asked_at = NULL, lookups = 0, updated_at = now()
        WHERE id = $1 AND carrier_brand_id IS NULL RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&carrier_brand_id, Type::TEXT)]).await?.is_some())
}

/// Registrations that nobody has asked the carrier about for longer than the worker ever waits: twenty minutes while
/// something is to be decided, six hours otherwise. Only those that there is something to do for. Notes that it is asked now.
pub async fn claim_due(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<RegistrationId>, DbError> {
    let sql = format!(
        "-- messaging_brands::claim_due
        UPDATE messaging_brands SET looked_at = $1
        WHERE id IN (
            SELECT b.id FROM messaging_brands b
            WHERE {IS_OPEN} AND (b.leased_until IS NULL OR b.leased_until <= now())
                AND coalesce(b.looked_at, b.updated_at) < $1 - CASE WHEN b.state IN ('brand_pending', 'campaign_pending')
                    THEN interval '20 minutes' ELSE interval '6 hours' END
            ORDER BY coalesce(b.looked_at, b.updated_at) LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id"
    );
    let rows = client.query_typed(&sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(RegistrationId(column(row, "id")?))).collect()
}

/// Writes a fee into the ledger, once; `key` tells it from all others. Cents.
pub async fn charge(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    key: &str,
    (cost_cents, price_cents): (i64, i64),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- messaging_brands::charge
        SELECT charge_registration($1, $2, $3, $4 * 10000, $5 * 10000)";
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&key, Type::TEXT),
        (&workspace_id.0, Type::UUID),
        (&now, Type::TIMESTAMPTZ),
        (&cost_cents, Type::INT8),
        (&price_cents, Type::INT8),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}
