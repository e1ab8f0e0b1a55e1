//! `messaging_campaigns`: the 10DLC campaigns that workspaces have handed in. One of a workspace is the current one.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, column, messaging_brands::json};
use crate::domain::{CampaignDetails, CampaignId, PhoneNumberId, RegistrationId, WorkspaceId};

/// One row.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Its row.
    pub id: CampaignId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The registration that it is part of.
    pub registration_id: RegistrationId,
    /// What was handed in.
    pub details: CampaignDetails,
    /// The name at the carrier.
    pub carrier_name: String,
    /// When the carrier was asked to make it, and has not said anything since.
    pub asked_at: Option<DateTime<Utc>>,
    /// Look-ups since then that found nothing.
    pub lookups: i32,
    /// The carrier's id.
    pub carrier_campaign_id: Option<String>,
    /// The first approval.
    pub approved_at: Option<DateTime<Utc>>,
    /// Since when the operator has to end it at the carrier: its workspace is deleted.
    pub end_requested_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "c.id, c.workspace_id, c.brand_id, c.details, c.carrier_name, c.asked_at, c.lookups,
    c.carrier_campaign_id, c.approved_at, c.end_requested_at";

fn from_row(row: &Row) -> Result<Campaign, DbError> {
    Ok(Campaign {
        id: CampaignId(column(row, "id")?),
        workspace_id: WorkspaceId(column(row, "workspace_id")?),
        registration_id: RegistrationId(column(row, "brand_id")?),
        details: json(row, "details")?,
        carrier_name: column(row, "carrier_name")?,
        asked_at: column(row, "asked_at")?,
        lookups: column(row, "lookups")?,
        carrier_campaign_id: column(row, "carrier_campaign_id")?,
        approved_at: column(row, "approved_at")?,
        end_requested_at: column(row, "end_requested_at")?,
    })
}

/// The workspace's current campaign.
pub async fn find_current(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Option<Campaign>, DbError> {
    let sql = format!(
        "-- messaging_campaigns::find_current
        SELECT {COLUMNS} FROM messaging_campaigns c WHERE c.workspace_id = $1 AND c.superseded_at IS NULL"
    );
    client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID)]).await?.as_ref().map(from_row).transpose()
}

/// The campaign that the carrier speaks of, with whether it is the current one.
pub async fn find_by_carrier_id(client: &impl GenericClient, id: &str) -> Result<Option<(Campaign, bool)>, DbError> {
    let sql = format!(
        "-- messaging_campaigns::find_by_carrier_id
        SELECT {COLUMNS}, c.superseded_at IS NULL AS is_current FROM messaging_campaigns c
        WHERE c.carrier_campaign_id = $1"
    );
    let row = client.query_typed_opt(&sql, &[(&id, Type::TEXT)]).await?;
    row.map(|row| Ok((from_row(&row)?, column(&row, "is_current")?))).transpose()
}

/// What is handed in now.
#[derive(Debug)]
pub struct NewCampaign<'a> {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The registration that it is part of.
    pub registration_id: RegistrationId,
    /// What is handed in.
    pub details: &'a CampaignDetails,
    /// What a month costs the platform and the workspace, in cents.
    pub month_cents: (i64, i64),
}

/// Makes the current campaign, unless there is one. Its name at the carrier is made of its id.
pub async fn insert(client: &impl GenericClient, new: &NewCampaign<'_>) -> Result<(), DbError> {
    let sql = "-- messaging_campaigns::insert
        INSERT INTO messaging_campaigns (id, workspace_id, brand_id, details, carrier_name, month_cost_micros,
            month_price_micros)
        SELECT id, $1, $2, $3, 'sb-' || id, $4 * 10000, $5 * 10000 FROM gen_random_uuid() AS id
        ON CONFLICT (workspace_id) WHERE superseded_at IS NULL DO NOTHING";
    let details = serde_json::json!(new.details);
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&new.workspace_id.0, Type::UUID),
        (&new.registration_id.0, Type::UUID),
        (&details, Type::JSONB),
        (&new.month_cents.0, Type::INT8),
        (&new.month_cents.1, Type::INT8),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// The current campaign makes room for the next.
pub async fn supersede(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- messaging_campaigns::supersede
        UPDATE messaging_campaigns SET superseded_at = $2, ended_at = coalesce(ended_at, $2), updated_at = now()
        WHERE workspace_id = $1 AND superseded_at IS NULL";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    Ok(())
}

/// Notes that the carrier is about to be asked to make it.
pub async fn mark_asked(client: &impl GenericClient, id: CampaignId) -> Result<(), DbError> {
    let sql = "-- messaging_campaigns::mark_asked
        UPDATE messaging_campaigns SET asked_at = now(), lookups = 0 WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// Counts a look-up that found nothing; gives how many that makes.
pub async fn count_lookup(client: &impl GenericClient, id: CampaignId) -> Result<i32, DbError> {
    let sql = "-- messaging_campaigns::count_lookup
        UPDATE messaging_campaigns SET lookups = lookups + 1 WHERE id = $1 RETURNING lookups";
    column(&client.query_typed_one(sql, &[(&id.0, Type::UUID)]).await?, "lookups")
}

/// The carrier certainly has not made it.
pub async fn mark_not_made(client: &impl GenericClient, id: CampaignId) -> Result<(), DbError> {
    let sql = "-- messaging_campaigns::mark_not_made
        UPDATE messaging_campaigns SET asked_at = NULL, lookups = 0 WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// The carrier has made it. `false` when that was known.
pub async fn set_carrier_id(client: &impl GenericClient, id: CampaignId, carrier_id: &str) -> Result<bool, DbError> {
    let sql = "-- messaging_campaigns::set_carrier_id
        UPDATE messaging_campaigns SET carrier_campaign_id = $2, asked_at = NULL, lookups = 0, updated_at = now()
        WHERE id = $1 AND carrier_campaign_id IS NULL RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&carrier_id, Type::TEXT)]).await?.is_some())
}

/// Takes news from that time: `false` when later news was taken before. Months count from the first approval on, and while
/// it lasts.
pub async fn take_news(
    client: &impl GenericClient,
    id: CampaignId,
    is_approved: Approval,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "-- messaging_campaigns::take_news
        UPDATE messaging_campaigns SET news_at = $3, updated_at = now(),
            approved_at = CASE WHEN $2 THEN coalesce(approved_at, $3) ELSE approved_at END,
            ended_at = CASE WHEN $2 THEN NULL ELSE coalesce(ended_at, $3) END,
            end_requested_at = CASE WHEN $2 THEN end_requested_at END
        WHERE id = $1 AND superseded_at IS NULL AND coalesce(news_at, '-infinity') <= $3 RETURNING id";
    let approved = matches!(is_approved, Approval::Given);
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&approved, Type::BOOL), (&at, Type::TIMESTAMPTZ)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// Notes that the operator has to end the campaign of a deleted workspace, for which the carrier has no interface. Gives the
/// carrier's id, unless it was noted before or there is nothing to end.
pub async fn request_end(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<Option<String>, DbError> {
    // The operator's list shows what changed last.
    let sql = "-- messaging_campaigns::request_end
        WITH requested AS (
            UPDATE messaging_campaigns SET end_requested_at = $2, updated_at = now()
            WHERE workspace_id = $1 AND superseded_at IS NULL AND carrier_campaign_id IS NOT NULL AND ended_at IS NULL
                AND end_requested_at IS NULL
            RETURNING carrier_campaign_id, brand_id
        ), shown AS (
            UPDATE messaging_brands SET updated_at = now() WHERE id IN (SELECT brand_id FROM requested)
        )
        SELECT carrier_campaign_id FROM requested";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    row.map(|row| column(&row, "carrier_campaign_id")).transpose()
}

/// What the carrier says about a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// It may be used.
    Given,
    /// It may not, or not any more.
    Withdrawn,
}

/// By which campaign a workspace's numbers are to text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// The platform's: it never had one of its own.
    None,
    /// Its own.
    Active(String),
    /// Its own was approved once and is not now. The platform's is not for those who lost theirs.
    Inactive,
}

/// See [`Own`].
pub async fn find_own(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Own, DbError> {
    let sql = "-- messaging_campaigns::find_own
        SELECT CASE WHEN b.state = 'active' AND c.superseded_at IS NULL THEN c.carrier_campaign_id END AS campaign_id
        FROM messaging_campaigns c JOIN messaging_brands b ON b.id = c.brand_id
        WHERE c.workspace_id = $1 AND c.approved_at IS NOT NULL
        ORDER BY c.superseded_at IS NOT NULL LIMIT 1";
    let Some(row) = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID)]).await? else {
        return Ok(Own::None);
    };
    Ok(column::<Option<String>>(&row, "campaign_id")?.map_or(Own::Inactive, Own::Active))
}

/// Numbers that are to leave another campaign for the workspace's own, as many as it has room for. They cannot text until the
/// carrier has taken them over; the caller holds the workspace's lock. None of a deleted workspace, which gives them back.
pub async fn begin_moves(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    own: &str,
    (most, reason): (i64, &str),
) -> Result<Vec<PhoneNumberId>, DbError> {
    let sql = "-- messaging_campaigns::begin_moves
        UPDATE workspace_phone_numbers SET former_campaign_id = campaign_id, leaving_since = now(), campaign_id = NULL,
            campaign_order_id = NULL, messaging_status = 'pending', messaging_failure_reason = $4,
            messaging_event_at = now(), messaging_looked_at = now(),
            capabilities = capabilities || '{\"sms\": false, \"mms\": false}', updated_at = now()
        WHERE id IN (
            SELECT id FROM workspace_phone_numbers
            WHERE workspace_id = $1 AND status <> 'released' AND campaign_id <> $2
                AND EXISTS (SELECT FROM workspaces w WHERE w.id = $1 AND w.deleted_at IS NULL)
            ORDER BY number_type <> 'primary', provisioned_at, id
            LIMIT greatest(0, $3 - (SELECT count(*) FROM workspace_phone_numbers
                WHERE workspace_id = $1 AND status <> 'released'
                    AND (campaign_id = $2 OR (campaign_id IS NULL AND former_campaign_id IS NOT NULL)))))
        RETURNING id";
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&workspace_id.0, Type::UUID), (&own, Type::TEXT), (&most, Type::INT8), (&reason, Type::TEXT)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter().map(|row| Ok(PhoneNumberId(column(row, "id")?))).collect()
}

/// The carrier has taken a number out of the campaign that it was to leave.
pub async fn mark_left(client: &impl GenericClient, id: PhoneNumberId) -> Result<(), DbError> {
    let sql = "-- messaging_campaigns::mark_left
        UPDATE workspace_phone_numbers SET leaving_since = NULL, updated_at = now() WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// The numbers of a campaign that is not approved any more cannot text.
pub async fn stop_numbers(client: &impl GenericClient, own: &str, reason: &str) -> Result<(), DbError> {
    let sql = "-- messaging_campaigns::stop_numbers
        UPDATE workspace_phone_numbers SET messaging_status = 'failed', messaging_failure_reason = $2, updated_at = now()
        WHERE campaign_id = $1 AND status <> 'released'";
    client.query_typed(sql, &[(&own, Type::TEXT), (&reason, Type::TEXT)]).await?;
    Ok(())
}

/// The numbers of a campaign that is approved again are looked at by the next sweep.
pub async fn resume_numbers(client: &impl GenericClient, own: &str) -> Result<(), DbError> {
    let sql = "-- messaging_campaigns::resume_numbers
        UPDATE workspace_phone_numbers SET messaging_status = 'pending', messaging_failure_reason = NULL,
            messaging_looked_at = NULL, updated_at = now()
        WHERE campaign_id = $1 AND status <> 'released' AND messaging_status = 'failed'";
    client.query_typed(sql, &[(&own, Type::TEXT)]).await?;
    Ok(())
}

/// Where the workspace's US local numbers are.
#[derive(Debug, Clone, Copy, Default)]
pub struct NumberCounts {
    /// With its own campaign.
    pub own: i64,
    /// On their way there.
    pub moving: i64,
    /// With another one, or with none yet.
    pub elsewhere: i64,
}

/// Counts the numbers of a workspace that need a campaign.
pub async fn count_numbers(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<NumberCounts, DbError> {
    let sql = "-- messaging_campaigns::count_numbers
        SELECT count(*) FILTER (WHERE n.own AND n.messaging_status <> 'pending') AS own,
            count(*) FILTER (WHERE n.former_campaign_id IS NOT NULL AND n.messaging_status = 'pending') AS moving,
            count(*) FILTER (WHERE NOT n.own AND (n.former_campaign_id IS NULL OR n.messaging_status <> 'pending')
                AND (n.campaign_id IS NOT NULL OR n.messaging_status <> 'ready')) AS elsewhere
        FROM (SELECT campaign_id, former_campaign_id, messaging_status,
                EXISTS (SELECT FROM messaging_campaigns c WHERE c.workspace_id = $1
                    AND c.carrier_campaign_id = campaign_id AND c.superseded_at IS NULL) AS own
            FROM workspace_phone_numbers WHERE workspace_id = $1 AND status <> 'released') AS n";
    let row = client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    Ok(NumberCounts {
        own: column(&row, "own")?,
        moving: column(&row, "moving")?,
        elsewhere: column(&row, "elsewhere")?,
    })
}

/// Registrations with an approved campaign that has room, while some of their numbers are with another one.
pub async fn list_with_numbers_elsewhere(
    client: &impl GenericClient,
    most: i64,
    limit: i64,
) -> Result<Vec<RegistrationId>, DbError> {
    let sql = "-- messaging_campaigns::list_with_numbers_elsewhere
        SELECT b.id FROM messaging_campaigns c JOIN messaging_brands b ON b.id = c.brand_id
        JOIN workspaces w ON w.id = c.workspace_id AND w.deleted_at IS NULL
        WHERE b.state = 'active' AND c.superseded_at IS NULL
            AND EXISTS (SELECT FROM workspace_phone_numbers n WHERE n.workspace_id = c.workspace_id
                AND n.status <> 'released' AND n.campaign_id <> c.carrier_campaign_id)
            AND $1 > (SELECT count(*) FROM workspace_phone_numbers n WHERE n.workspace_id = c.workspace_id
                AND n.status <> 'released' AND (n.campaign_id = c.carrier_campaign_id
                    OR (n.campaign_id IS NULL AND n.former_campaign_id IS NOT NULL)))
        LIMIT $2";
    let rows = client.query_typed(sql, &[(&most, Type::INT8), (&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(RegistrationId(column(row, "id")?))).collect()
}
