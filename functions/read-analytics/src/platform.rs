//! The platform's figures: who pays, who has a number, what is earned and what it costs.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use lambda_http::Request;
use shared::{
    auth::Caller,
    clock,
    db::{self, platform, subscription_payments},
    domain::{self, Service, SubscriptionTier, WorkspaceId},
    lambda::{self, ApiError, ApiReply},
};

use crate::{
    handler::{MICROS_PER_CENT, State, internal},
    platform_api::{
        Difference, FailureReason, NumberFigures, PlatformAnalytics, PlatformAnalyticsAnswer, PlatformMoney,
        PlatformServiceMoney, ProvisioningFigures, ReconciledDay, ReconciliationFigures, WorkspaceMoney,
    },
    workspace::{explained, rate},
};

/// Workspaces in an answer.
const MOST_WORKSPACES: usize = 1_000;

pub(crate) async fn read(state: &State, request: &Request, caller: &Caller) -> Result<ApiReply, ApiError> {
    if !caller.is_platform_admin(&state.platform_admins) {
        // As if the route did not exist: nobody else has to know that it does.
        return Err(ApiError::NotFound { code: "not_found", detail: "There is no such resource.".to_owned() });
    }

    let now = clock::now();
    let days = lambda::parse_days(request, now)?.days;
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Err(internal("a range has days"));
    };
    let range = Range { from: first.date, to: last.date, now };

    let mut connection = state.pool.get().await?;
    let transaction = db::system_snapshot(&mut connection).await?;
    let analytics = figures(state, &transaction, &range).await?;
    transaction.commit().await.map_err(db::DbError::from)?;

    ApiReply::ok(&PlatformAnalyticsAnswer { analytics })
}

struct Range {
    from: NaiveDate,
    /// Included.
    to: NaiveDate,
    now: DateTime<Utc>,
}

impl Range {
    fn dates(&self) -> (NaiveDate, NaiveDate) {
        (self.from, self.to.succ_opt().unwrap_or(self.to))
    }

    fn span(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
        let (from, to) = self.dates();
        (midnight(from), midnight(to))
    }
}

async fn figures(
    state: &State,
    transaction: &db::Transaction<'_>,
    range: &Range,
) -> Result<PlatformAnalytics, ApiError> {
    let spending = platform::list_spending(transaction, range.dates()).await?;
    let earned = subscription_revenue(state, transaction, range).await?;
    let tenants = platform::list_tenants(transaction).await?;
    let errors = platform::list_errors(transaction, range.span()).await?;
    Ok(PlatformAnalytics {
        from: range.from,
        to: range.to,
        provisioning: provisioning(state, transaction, range).await?,
        money: money(&spending, earned.values().sum()),
        workspaces: workspaces(tenants, &spending, &earned),
        numbers: numbers(transaction, range.now).await?,
        top_errors: errors.into_iter().map(explained).collect(),
        reconciliation: reconciliation(transaction, range).await?,
    })
}

async fn provisioning(
    state: &State,
    transaction: &db::Transaction<'_>,
    range: &Range,
) -> Result<ProvisioningFigures, ApiError> {
    let has_numbers = |tier: &SubscriptionTier| state.business.plan(*tier).number_limit > 0;
    let paid: Vec<SubscriptionTier> = SubscriptionTier::ALL.iter().copied().filter(has_numbers).collect();
    let found = platform::provisioning(transaction, &paid, range.span()).await?;
    let reasons = platform::list_failure_reasons(transaction, range.span()).await?;
    Ok(ProvisioningFigures {
        paid_workspaces: found.paid_workspaces,
        paid_workspaces_with_number: found.paid_with_number,
        success_rate: rate(found.paid_with_number, found.paid_workspaces),
        attempts: found.attempts,
        succeeded: found.succeeded,
        succeeded_first_time: found.first_time,
        failed: found.failed,
        first_time_rate: rate(found.first_time, found.succeeded + found.failed),
        failure_reasons: reasons.into_iter().map(|(code, count)| FailureReason { code, count }).collect(),
    })
}

async fn subscription_revenue(
    state: &State,
    transaction: &db::Transaction<'_>,
    range: &Range,
) -> Result<BTreeMap<WorkspaceId, i64>, ApiError> {
    let (from, to) = range.span();
    let price = |tier: SubscriptionTier| state.business.plan(tier).monthly_price_cents * MICROS_PER_CENT;
    let all = subscription_payments::list(transaction, None, from).await?;
    let earned = all.into_iter().map(|(workspace_id, subscription)| {
        let span = (from, to.min(range.now));
        (workspace_id, domain::subscription_revenue(&subscription.plans, &subscription.payments, span, price))
    });
    Ok(earned.collect())
}

fn money(spending: &[platform::Spending], subscription_revenue_micros: i64) -> PlatformMoney {
    let mut services: BTreeMap<&str, PlatformServiceMoney> = BTreeMap::new();
    let (mut cost_micros, mut estimated_cost_micros, mut revenue_micros) = (0, 0, subscription_revenue_micros);
    for spent in spending {
        cost_micros += spent.cost_micros;
        estimated_cost_micros += spent.estimated_micros;
        revenue_micros += spent.revenue_micros;
        let service = services.entry(spent.service.as_str()).or_insert_with(|| nothing_of(spent.service));
        service.units += spent.units;
        service.cost_micros += spent.cost_micros;
        service.revenue_micros += spent.revenue_micros;
    }
    PlatformMoney {
        by_service: services.into_values().collect(),
        subscription_revenue_micros,
        cost_micros,
        estimated_cost_micros,
        revenue_micros,
        margin_micros: revenue_micros - cost_micros,
    }
}

fn nothing_of(service: Service) -> PlatformServiceMoney {
    PlatformServiceMoney { service, units: 0, cost_micros: 0, revenue_micros: 0 }
}

fn workspaces(
    tenants: Vec<platform::Tenant>,
    spending: &[platform::Spending],
    earned: &BTreeMap<WorkspaceId, i64>,
) -> Vec<WorkspaceMoney> {
    let mut sums: BTreeMap<WorkspaceId, (i64, i64)> = BTreeMap::new();
    for spent in spending {
        if let Some(workspace_id) = spent.workspace_id {
            let sum = sums.entry(workspace_id).or_default();
            sum.0 += spent.cost_micros;
            sum.1 += spent.revenue_micros;
        }
    }
    let mut all: Vec<WorkspaceMoney> = tenants
        .into_iter()
        .map(|tenant| {
            let (cost_micros, usage_revenue_micros) = sums.get(&tenant.id).copied().unwrap_or_default();
            let subscription_revenue_micros = earned.get(&tenant.id).copied().unwrap_or_default();
            let revenue_micros = usage_revenue_micros + subscription_revenue_micros;
            WorkspaceMoney {
                id: tenant.id,
                name: tenant.name,
                subscription_tier: tenant.tier,
                deleted: tenant.deleted,
                cost_micros,
                subscription_revenue_micros,
                usage_revenue_micros,
                revenue_micros,
                margin_micros: revenue_micros - cost_micros,
            }
        })
        .collect();
    all.sort_by_key(|workspace| (workspace.margin_micros, workspace.id));
    all.truncate(MOST_WORKSPACES);
    all
}

async fn numbers(transaction: &db::Transaction<'_>, now: DateTime<Utc>) -> Result<NumberFigures, ApiError> {
    let found = platform::numbers(transaction, now).await?;
    Ok(NumberFigures {
        active: found.active,
        suspended: found.suspended,
        released: found.released,
        messaging_pending: found.messaging_pending,
        messaging_failed: found.messaging_failed,
        expected_monthly_cost_micros: (found.active + found.suspended) * found.rate_micros,
    })
}

async fn reconciliation(transaction: &db::Transaction<'_>, range: &Range) -> Result<ReconciliationFigures, ApiError> {
    let days = platform::list_reconciled_days(transaction, range.dates()).await?;
    let differences = platform::list_differences(transaction, range.dates()).await?;
    let ours: i64 = days.iter().map(|day| day.our_micros).sum();
    let carriers: i64 = days.iter().map(|day| day.carrier_micros).sum();
    Ok(ReconciliationFigures {
        variance: rate(carriers - ours, ours),
        days: days.into_iter().map(reconciled_day).collect(),
        differences: differences.into_iter().map(difference).collect(),
    })
}

fn reconciled_day(day: platform::ReconciledDay) -> ReconciledDay {
    let platform::ReconciledDay { day, service, our_micros, carrier_micros } = day;
    ReconciledDay { day, service, our_micros, carrier_micros }
}

fn difference(found: platform::Difference) -> Difference {
    Difference {
        day: found.day,
        service: found.service,
        phone_number: found.our_number,
        workspace_id: found.workspace_id,
        cause: found.cause,
        events: found.events,
        our_micros: found.our_micros,
        carrier_micros: found.carrier_micros,
        examples: found.examples,
    }
}
