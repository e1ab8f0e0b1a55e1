//! WhatsApp's own rule: free text only to somebody who wrote within the last day (SignalWire, WhatsApp, send messages).

use chrono::{DateTime, Duration, Utc};

use super::{ApprovedMessage, Refusal};

/// How long after the customer's message free text is allowed.
const WINDOW: Duration = Duration::hours(24);

/// A text that passed every check of a text, and WhatsApp's. Only [`WhatsappMessage::within_window`] builds one.
#[derive(Debug, Clone)]
pub struct WhatsappMessage(ApprovedMessage);

impl WhatsappMessage {
    /// Checks the window, which is open for the number that the customer wrote to.
    ///
    /// # Errors
    /// [`Refusal::WhatsappWindowClosed`], and [`Refusal::WhatsappMedia`] for what is not sent by WhatsApp yet.
    pub fn within_window(
        approved: ApprovedMessage,
        last_inbound_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if !approved.media_urls().is_empty() {
            return Err(Refusal::WhatsappMedia);
        }
        match last_inbound_at {
            Some(at) if at > now - WINDOW => Ok(Self(approved)),
            Some(_) | None => Err(Refusal::WhatsappWindowClosed),
        }
    }

    /// The checked text.
    #[must_use]
    pub fn approved(&self) -> &ApprovedMessage {
        &self.0
    }
}
