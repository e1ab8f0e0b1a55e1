//! What the routes that hand something to the carrier have in common: the plan's limits, and how they answer.

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use super::{ApiError, ApiReply};
use crate::{
    api,
    auth::Entered,
    config::Plan,
    db::{
        DbError, calls, messages,
        send_windows::{self, SendLimits, TooMany},
    },
    domain::{Channel, MessageId},
    signalwire::ClientError,
};

/// What became of a message that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedOver {
    /// It was taken, or it may have been.
    Taken,
    /// It was not, and the same may be taken later.
    RefusedForNow,
    /// It was not, and never will be.
    RefusedForGood,
}

impl<T> From<&Result<T, ClientError>> for HandedOver {
    fn from(outcome: &Result<T, ClientError>) -> Self {
        match outcome {
            Ok(_) => Self::Taken,
            Err(error) if error.outcome_unknown() => Self::Taken,
            Err(error) if error.needs_operator() || error.retryable() => Self::RefusedForNow,
            Err(_) => Self::RefusedForGood,
        }
    }
}

/// Counts a message or a call against what the plan sends. The last of the checks, because simultaneous sends of a
/// workspace wait here for each other; a refusal undoes the count with everything else.
///
/// # Errors
/// 429.
pub async fn count_send(entered: &Entered<'_>, plan: Plan, now: DateTime<Utc>) -> Result<(), ApiError> {
    let limits = SendLimits { per_minute: plan.messages_per_minute, per_day: plan.messages_per_day };
    let counted = send_windows::count(entered.transaction, entered.workspace.id, limits, now).await?;
    counted.map_err(|too_many| ApiError::RateLimited {
        code: "rate_limited",
        detail: format!(
            "the plan sends {} messages a minute and {} a day; this one would be beyond that",
            limits.per_minute, limits.per_day
        ),
        retry_after: seconds(too_many),
    })
}

/// Counts what the message or call that was just stored is estimated to cost against what the plan may spend in a day.
/// After [`count_send`]; a refusal undoes everything.
///
/// # Errors
/// 429.
pub async fn count_spending(
    entered: &Entered<'_>,
    plan: Plan,
    message_id: MessageId,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let counted = send_windows::spend(client, workspace_id, message_id, plan.spending_per_day_micros(), now).await?;
    counted.map_err(|too_many| ApiError::RateLimited {
        code: "spending_limit_reached",
        detail: format!(
            "messages and calls of a day may cost {} cents on this plan; with this one they would cost more",
            plan.spending_per_day_cents
        ),
        retry_after: seconds(too_many),
    })
}

fn seconds(TooMany { retry_after }: TooMany) -> u64 {
    u64::try_from(retry_after.num_seconds()).unwrap_or(0) + 1
}

/// Calls need addresses that the carrier can turn to.
#[must_use]
pub fn calls_not_enabled() -> ApiError {
    ApiError::Refused {
        code: "channel_not_enabled",
        detail: "calling is not enabled on this platform".to_owned(),
        field: None,
        extra: Value::Null,
    }
}

/// A message as members see it, with its call if it is one. Nothing is recorded of a call that has just begun.
pub async fn show_message(entered: &Entered<'_>, id: MessageId) -> Result<api::Message, DbError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let mut message = api::Message::try_from(messages::get(client, workspace_id, id).await?)?;
    if message.channel == Channel::Voice {
        let call = calls::list(client, workspace_id, &[id]).await?.pop();
        message.call = call.map(|call| api::Call::new(call, Vec::new()));
    }
    Ok(message)
}

/// 201 with the message, or why it was not taken: it stays in the conversation as `failed`, and the answer carries it.
pub fn answer_send(message: api::Message, handed_over: HandedOver) -> Result<ApiReply, ApiError> {
    let detail = message.error_message.clone().unwrap_or_default();
    let problem = match handed_over {
        HandedOver::Taken => return ApiReply::with_status(StatusCode::CREATED, &api::SendMessageAnswer { message }),
        HandedOver::RefusedForNow => ApiError::CarrierUnavailable { detail, extra: json!({ "message": message }) },
        HandedOver::RefusedForGood => {
            ApiError::Refused { code: "carrier_refused", detail, field: None, extra: json!({ "message": message }) }
        }
    };
    let (status, body) = problem.problem();
    Ok(ApiReply { status, body })
}
