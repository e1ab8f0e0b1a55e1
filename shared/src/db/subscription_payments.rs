//! What subscriptions were paid for, and which plan a workspace had when.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, column, parsed};
use crate::domain::{PlanPeriod, SubscriptionPayment, WorkspaceId};

/// Micro-dollars in a cent.
const MICROS_PER_CENT: i64 = 10_000;
/// The currency of the plans' prices.
const CURRENCY: &str = "USD";

/// An attempt to collect money, as Clerk tells it.
#[derive(Debug, Clone)]
pub struct Attempt<'a> {
    /// Clerk's id.
    pub id: &'a str,
    /// Whose subscription it is; `None` when only the payer is known, and not yet whose payer it is.
    pub workspace_id: Option<WorkspaceId>,
    /// Clerk's id of the payer.
    pub payer_id: Option<&'a str>,
    /// Clerk's word.
    pub status: &'a str,
    /// Without tax.
    pub amount_cents: i64,
    /// ISO 4217.
    pub currency: &'a str,
    /// `checkout` or `recurring`.
    pub charge_type: Option<&'a str>,
    /// For how long it is, as far as it says so itself.
    pub covers_months: i32,
    /// When it was paid, of one that was.
    pub paid_at: Option<DateTime<Utc>>,
    /// Version of this snapshot.
    pub updated_at: DateTime<Utc>,
}

/// Stores an attempt by its id. An older snapshot changes nothing, and what is settled does not become pending again.
pub async fn upsert(client: &impl GenericClient, attempt: &Attempt<'_>) -> Result<(), DbError> {
    let sql = "-- subscription_payments::upsert
        INSERT INTO subscription_payments AS p (id, workspace_id, clerk_payer_id, status, amount_cents, currency, charge_type,
            paid_at, covers_until, clerk_updated_at)
        VALUES ($1, $2, $3, $4, $5, upper($6), $7, $8,
            coalesce((SELECT max(i.period_end) FROM subscription_items i WHERE i.workspace_id = $2
                AND i.period_start BETWEEN $8 - interval '2 days' AND $8 + interval '2 days'),
                $8 + make_interval(months => $10)), $9)
        ON CONFLICT (id) DO UPDATE SET
            workspace_id = coalesce(p.workspace_id, excluded.workspace_id),
            clerk_payer_id = coalesce(excluded.clerk_payer_id, p.clerk_payer_id), status = excluded.status,
            amount_cents = excluded.amount_cents, currency = excluded.currency,
            charge_type = coalesce(excluded.charge_type, p.charge_type), paid_at = coalesce(p.paid_at, excluded.paid_at),
            covers_until = coalesce(p.covers_until, excluded.covers_until),
            clerk_updated_at = excluded.clerk_updated_at, updated_at = now()
        WHERE excluded.clerk_updated_at >= p.clerk_updated_at
            AND NOT (p.status IN ('paid', 'failed') AND excluded.status = 'pending')";
    let params: [(&(dyn ToSql + Sync), Type); 10] = [
        (&attempt.id, Type::TEXT),
        (&attempt.workspace_id.map(|id| id.0), Type::UUID),
        (&attempt.payer_id, Type::TEXT),
        (&attempt.status, Type::TEXT),
        (&attempt.amount_cents, Type::INT8),
        (&attempt.currency, Type::TEXT),
        (&attempt.charge_type, Type::TEXT),
        (&attempt.paid_at, Type::TIMESTAMPTZ),
        (&attempt.updated_at, Type::TIMESTAMPTZ),
        (&attempt.covers_months, Type::INT4),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Notes whose payer this is, and gives the workspace the payments that waited for somebody to know.
pub async fn set_payer(client: &impl GenericClient, workspace_id: WorkspaceId, payer_id: &str) -> Result<(), DbError> {
    let sql = "-- subscription_payments::set_payer
        WITH workspace AS (
            UPDATE workspaces SET clerk_payer_id = $2 WHERE id = $1 AND clerk_payer_id IS DISTINCT FROM $2
        )
        UPDATE subscription_payments SET workspace_id = $1, updated_at = now()
        WHERE clerk_payer_id = $2 AND workspace_id IS NULL";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&payer_id, Type::TEXT)]).await?;
    Ok(())
}

/// Whose payer this is.
pub async fn find_payer(client: &impl GenericClient, payer_id: &str) -> Result<Option<WorkspaceId>, DbError> {
    let sql = "-- subscription_payments::find_payer
        SELECT id FROM workspaces WHERE clerk_payer_id = $1 ORDER BY created_at LIMIT 1";
    let row = client.query_typed_opt(sql, &[(&payer_id, Type::TEXT)]).await?;
    row.map(|row| Ok(WorkspaceId(column(&row, "id")?))).transpose()
}

/// The plans and payments of one workspace.
#[derive(Debug, Clone, Default)]
pub struct Subscription {
    /// In their order.
    pub plans: Vec<PlanPeriod>,
    /// In the plans' currency, trials included.
    pub payments: Vec<SubscriptionPayment>,
}

/// The plans and payments of every workspace that is visible, or of one, as far as they touch the time from `from` on.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: Option<WorkspaceId>,
    from: DateTime<Utc>,
) -> Result<Vec<(WorkspaceId, Subscription)>, DbError> {
    let mut all: std::collections::BTreeMap<WorkspaceId, Subscription> = std::collections::BTreeMap::new();
    let params: [(&(dyn ToSql + Sync), Type); 2] =
        [(&workspace_id.map(|id| id.0), Type::UUID), (&from, Type::TIMESTAMPTZ)];
    let plans = "-- subscription_payments::list_plans
        SELECT workspace_id, tier, starts_at, ends_at FROM plan_periods
        WHERE ($1::uuid IS NULL OR workspace_id = $1) AND (ends_at IS NULL OR ends_at > $2)
        ORDER BY workspace_id, starts_at";
    for row in client.query_typed(plans, &params).await? {
        let plan = PlanPeriod {
            tier: parsed(&row, "tier")?,
            starts_at: column(&row, "starts_at")?,
            ends_at: column(&row, "ends_at")?,
        };
        all.entry(WorkspaceId(column::<Uuid>(&row, "workspace_id")?)).or_default().plans.push(plan);
    }
    let payments = "-- subscription_payments::list_payments
        SELECT workspace_id, amount_cents, paid_at, covers_until FROM subscription_payments
        WHERE workspace_id IS NOT NULL AND ($1::uuid IS NULL OR workspace_id = $1) AND status IN ('paid', 'trial')
            AND currency = $3 AND covers_until > $2
        ORDER BY workspace_id, paid_at";
    let [workspace, from] = params;
    for row in client.query_typed(payments, &[workspace, from, (&CURRENCY, Type::TEXT)]).await? {
        let cents: i64 = column(&row, "amount_cents")?;
        let payment = SubscriptionPayment {
            amount_micros: cents.saturating_mul(MICROS_PER_CENT),
            paid_at: column(&row, "paid_at")?,
            covers_until: column(&row, "covers_until")?,
        };
        all.entry(WorkspaceId(column::<Uuid>(&row, "workspace_id")?)).or_default().payments.push(payment);
    }
    Ok(all.into_iter().collect())
}
