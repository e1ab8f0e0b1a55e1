//! Messages that have to wait until the customer's quiet hours are over.

use chrono::{DateTime, Utc};
use shared::{
    actions::quiet_hours::{self, Wait},
    auth::Entered,
    clock,
    config::Plan,
    db::{
        DbError, GenericClient,
        messages::{self, Message},
        scheduled_messages,
    },
    domain::{Channel, MessageId, WorkspaceId},
    lambda::ApiError,
};

use crate::routing::Outgoing;

/// Whether the message has to wait. Mails do not disturb anybody.
pub(crate) async fn wait(entered: &Entered<'_>, outgoing: &Outgoing) -> Result<Option<Wait>, ApiError> {
    let (channel, message) = match outgoing {
        Outgoing::Text(text) => (Channel::Sms, text),
        Outgoing::Whatsapp(message) => (Channel::Whatsapp, message.approved()),
        Outgoing::Mail(_) => return Ok(None),
    };
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let wait = quiet_hours::wait(client, workspace_id, channel, message, clock::now()).await?;
    if let Some(wait) = &wait {
        wait.check(channel)?;
    }
    Ok(wait)
}

/// What waits is counted when it is sent. Until then it only has to be sent within a day at the plan's rate; of
/// simultaneous requests a few may pass beyond that.
pub(crate) async fn within_limits(entered: &Entered<'_>, plan: Plan, wait: &Wait) -> Result<(), ApiError> {
    let most = plan.messages_per_day;
    let waiting = scheduled_messages::count(entered.transaction, entered.workspace.id).await?;
    if waiting < most {
        return Ok(());
    }
    Err(ApiError::RateLimited {
        code: "rate_limited",
        detail: format!("{waiting} messages wait for the end of quiet hours; the plan sends {most} a day"),
        retry_after: seconds_until(wait.until),
    })
}

fn seconds_until(time: DateTime<Utc>) -> u64 {
    u64::try_from((time - clock::now()).num_seconds()).unwrap_or(0) + 1
}

/// Marks the message that was just stored as one that waits.
pub(crate) async fn store(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    message_id: MessageId,
    wait: &Wait,
) -> Result<Message, DbError> {
    scheduled_messages::defer(client, message_id, wait.until).await?;
    tracing::info!(%workspace_id, %message_id, scheduled_for = %wait.until, "message scheduled after quiet hours");
    messages::get(client, workspace_id, message_id).await
}
