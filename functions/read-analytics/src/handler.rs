use std::convert::Infallible;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use lambda_http::{Body, Request, Response};
use shared::{
    auth::{self, Access, Caller, Entered, Role, SessionTokenVerifier},
    clock,
    config::{BusinessConfig, PlatformAdmins},
    db::{Pool, subscription_payments, usage},
    domain::{self, LocalDay, SubscriptionTier},
    lambda::{self, ApiError, ApiReply, DayRange},
};

use crate::{
    api::AnalyticsAnswer,
    money::{self, Month, Viewer},
    platform,
    workspace::{self, Figures},
};

/// Most error codes in an answer.
const MOST_ERRORS: i64 = 10;
/// Micro-dollars in a cent.
pub(crate) const MICROS_PER_CENT: i64 = 10_000;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Prices of the plans.
    pub business: BusinessConfig,
    /// Who may see the platform's figures.
    pub platform_admins: PlatformAdmins,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(read_analytics(state, &request).await))
}

async fn read_analytics(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;
    match lambda::optional_path_parameter(request, "workspace") {
        Some(path) => read_workspace(state, request, &caller, &path).await,
        None => platform::read(state, request, &caller).await,
    }
}

async fn read_workspace(state: &State, request: &Request, caller: &Caller, path: &str) -> Result<ApiReply, ApiError> {
    let now = clock::now();
    let range = lambda::parse_days(request, now)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, caller, path, Access::Read).await?;

    let is_admin = caller.organization.as_ref().is_some_and(|organization| organization.role == Role::Admin);
    let viewer = if is_admin { Viewer::Administrator } else { Viewer::Member };
    let (figures, month) = read(state, &entered, range, (viewer, now)).await?;

    let month = money::month_to_date(&month, viewer).ok_or_else(|| internal("a month has days"))?;
    ApiReply::ok(&AnalyticsAnswer { analytics: workspace::analytics(figures, month) })
}

async fn read(
    state: &State,
    entered: &Entered<'_>,
    range: DayRange,
    (viewer, now): (Viewer, DateTime<Utc>),
) -> Result<(Figures, Month), ApiError> {
    let (transaction, workspace_id) = (entered.transaction, entered.workspace.id);
    let DayRange { days, zone, .. } = range;
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else {
        return Err(internal("a range has days"));
    };
    let month_days = month_of(domain::local_date(now, zone), zone);
    let (Some(month_first), Some(month_last)) = (month_days.first(), month_days.last()) else {
        return Err(internal("a month has days"));
    };
    let (month_starts, month_ends) = (month_first.starts, month_last.ends);

    let since = first.starts.min(month_starts);
    let span = (first.starts, last.ends);
    let (subscription, month_usage, coming, usage, errors, answers) = tokio::try_join!(
        subscription_payments::list(transaction, Some(workspace_id), since),
        usage::list_days(transaction, workspace_id, &month_days),
        usage::list_coming_months(transaction, workspace_id, (now, month_ends)),
        usage::list_days(transaction, workspace_id, &days),
        usage::list_errors(transaction, workspace_id, span, MOST_ERRORS),
        usage::list_answers(transaction, workspace_id, span),
    )?;
    let subscription = subscription.into_iter().next().map(|(_, subscription)| subscription).unwrap_or_default();
    let price = |tier: SubscriptionTier| state.business.plan(tier).monthly_price_cents * MICROS_PER_CENT;
    let earned =
        |from, to| domain::subscription_revenue(&subscription.plans, &subscription.payments, (from, to), price);

    let month = Month {
        usage: month_usage,
        coming,
        subscription_so_far: earned(month_starts, now),
        subscription_whole: earned(month_starts, month_ends),
        days: month_days,
        now,
    };
    let figures = Figures {
        range: (first, last),
        zone,
        usage,
        errors,
        answers,
        subscription_micros: earned(first.starts, last.ends.min(now)),
        viewer,
    };
    Ok((figures, month))
}

/// All days of the month of a date.
fn month_of(date: NaiveDate, zone: Tz) -> Vec<LocalDay> {
    let first = date.with_day(1).unwrap_or(date);
    let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first);
    domain::local_days(first, last, zone)
}

pub(crate) fn internal(what: &'static str) -> ApiError {
    ApiError::Internal(what.into())
}
