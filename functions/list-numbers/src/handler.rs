use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api,
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{Pool, numbers, provisionings},
    domain::{NumberStatus, NumberType},
    lambda::{self, ApiError, ApiReply},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Numbers {
    phone_numbers: Vec<api::PhoneNumber>,
    provisionings: Vec<api::Provisioning>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(list_numbers(state, &request).await))
}

async fn list_numbers(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let (status, number_type) = parse_filter(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let id = entered.workspace.id;
    let (phone_numbers, provisionings) = tokio::try_join!(
        numbers::list(entered.transaction, id, status, number_type),
        provisionings::list_recent(entered.transaction, id),
    )?;

    ApiReply::ok(&Numbers {
        phone_numbers: phone_numbers.into_iter().map(Into::into).collect(),
        provisionings: provisionings.into_iter().map(Into::into).collect(),
    })
}

fn parse_filter(request: &Request) -> Result<(Option<NumberStatus>, Option<NumberType>), ApiError> {
    Ok((lambda::parse_query(request, "status")?, lambda::parse_query(request, "numberType")?))
}
