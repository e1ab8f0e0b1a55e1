//! Whether a message has to wait until the customer's quiet hours are over.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::{
    db::{DbError, conversations, workspaces},
    domain::{ApprovedCall, ApprovedMessage, Channel, PhoneNumber, REPLY_WINDOW, Refusal, Sender, WorkspaceId},
};

/// A message that has to wait.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    /// Until when.
    pub until: DateTime<Utc>,
    /// When the customer last wrote in the thread.
    last_inbound: Option<DateTime<Utc>>,
}

impl Wait {
    /// Whether the message can still go out when the time has come: WhatsApp's window may have closed by then.
    ///
    /// # Errors
    /// [`Refusal::WhatsappWindowClosed`].
    pub fn check(&self, channel: Channel) -> Result<(), Refusal> {
        let is_open = self.last_inbound.is_some_and(|at| self.until - at < REPLY_WINDOW);
        if channel == Channel::Whatsapp && !is_open { Err(Refusal::WhatsappWindowClosed) } else { Ok(()) }
    }
}

/// Until when a checked message has to wait; `None`: it may go out now. The customer's messages that count as asking for
/// it are those of the same thread.
pub async fn wait(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    channel: Channel,
    message: &ApprovedMessage,
    now: DateTime<Utc>,
) -> Result<Option<Wait>, DbError> {
    wait_for(client, workspace_id, channel, (message.sender(), message.to()), now).await
}

/// The same for a text that is to be spoken on the phone. A member who calls in person is not asked.
pub async fn wait_to_speak(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    call: &ApprovedCall,
    now: DateTime<Utc>,
) -> Result<Option<Wait>, DbError> {
    wait_for(client, workspace_id, Channel::Voice, (call.sender(), call.customer()), now).await
}

async fn wait_for(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    channel: Channel,
    (sender, to): (&Sender, &PhoneNumber),
    now: DateTime<Utc>,
) -> Result<Option<Wait>, DbError> {
    let Some(quiet) = workspaces::get_quiet_hours(client, workspace_id).await? else { return Ok(None) };
    let threads = conversations::list_last_inbound(client, workspace_id, channel, to).await?;
    let own = threads.iter().find(|(number, _)| *number == sender.phone_number_id);
    let last_inbound = own.map(|(_, at)| *at);
    Ok(quiet.wait(to, last_inbound, now).map(|until| Wait { until, last_inbound }))
}
