use serde::Serialize;

use crate::{config, domain::SubscriptionTier};

/// What a workspace can pay for.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Which one.
    pub tier: SubscriptionTier,
    /// Price in cents a month.
    pub monthly_price_cents: i64,
    /// Own numbers that it allows.
    pub number_limit: i64,
    /// Messages that a workspace may send in a minute.
    pub messages_per_minute: i64,
    /// Messages that a workspace may send in a day.
    pub messages_per_day: i64,
    /// What the messages and calls of a day may cost, in cents, as estimated when they are sent.
    pub spending_per_day_cents: i64,
}

impl Plan {
    /// The plan of a tier, as it is configured.
    #[must_use]
    pub fn new(tier: SubscriptionTier, plan: config::Plan) -> Self {
        let config::Plan {
            number_limit,
            monthly_price_cents,
            messages_per_minute,
            messages_per_day,
            spending_per_day_cents,
        } = plan;
        Self { tier, monthly_price_cents, number_limit, messages_per_minute, messages_per_day, spending_per_day_cents }
    }
}
