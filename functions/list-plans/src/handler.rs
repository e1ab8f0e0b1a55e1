use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api,
    auth::SessionTokenVerifier,
    clock,
    config::BusinessConfig,
    domain::SubscriptionTier,
    lambda::{self, ApiError, ApiReply},
};

/// What this function uses.
pub struct State {
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Plans and limits.
    pub business: BusinessConfig,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    plans: Vec<api::Plan>,
    extra_number_monthly_price_cents: i32,
    text_segment_cost_micros: i64,
}

/// Answers the request; nothing is waited for.
pub fn handle(state: &State, request: &Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(list_plans(state, request)))
}

fn list_plans(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    state.tokens.verify(lambda::bearer(request), clock::now())?;

    let plan = |tier: &SubscriptionTier| api::Plan::new(*tier, state.business.plan(*tier));
    ApiReply::ok(&Answer {
        plans: SubscriptionTier::ALL.iter().map(plan).collect(),
        extra_number_monthly_price_cents: state.business.extra_number_monthly_price_cents,
        text_segment_cost_micros: state.business.outbound_text_cost_micros_per_segment,
    })
}
