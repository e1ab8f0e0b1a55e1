use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    auth::{self, Access, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::{self, DbError, Pool, numbers},
    lambda::{self, ApiError, ApiReply},
    signalwire::{self, ClientError},
};

use crate::{
    api::{AvailableNumber, SearchNumbersAnswer},
    request::{self, Wanted},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// Prices.
    pub business: BusinessConfig,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(search_numbers(state, &request).await))
}

async fn search_numbers(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let wanted = request::parse(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;
    let workspace_id = entered.workspace.id;
    entered.commit().await?;

    let found = match &wanted {
        Wanted::Local(search) => state.carrier.search_local(search).await,
        Wanted::TollFree(search) => state.carrier.search_toll_free(search).await,
    }
    .map_err(|error| not_searched(&error))?;

    // What another workspace gave back lately is not offered: its customers may still text it.
    let numbers: Vec<_> = found.iter().map(|number| number.phone_number.clone()).collect();
    let days = state.business.released_number_quarantine_days;
    let transaction = db::begin(&mut connection).await?;
    let released = numbers::list_released_by_others(&transaction, workspace_id, &numbers, days).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let free = found.into_iter().filter(|number| !released.contains(&number.phone_number));

    let available = free.map(|number| offered(state, number)).collect();
    ApiReply::ok(&SearchNumbersAnswer { available })
}

fn offered(state: &State, number: signalwire::AvailableNumber) -> AvailableNumber {
    AvailableNumber {
        phone_number: number.phone_number,
        locality: number.locality,
        region: number.region,
        capabilities: number.capabilities,
        monthly_cost_cents: state.business.number_monthly_cost_cents,
    }
}

fn not_searched(error: &ClientError) -> ApiError {
    if error.needs_operator() {
        tracing::error!(%error, "the carrier account needs the operator");
    } else {
        tracing::warn!(%error, "the carrier did not answer a search");
    }
    let detail = "The carrier does not answer searches at the moment. Try again later.".to_owned();
    ApiError::CarrierUnavailable { detail, extra: serde_json::Value::Null }
}
