//! WhatsApp's own rule: free text only to somebody who wrote within the last day (SignalWire, WhatsApp, send messages).

use std::time::Duration;

use super::{ApprovedMessage, Refusal};

/// How long after the customer's message free text is allowed.
const WINDOW: Duration = Duration::from_hours(24);

/// A text that passed every check of a text, and WhatsApp's. Only [`WhatsappMessage::within_window`] builds one.
#[derive(Debug, Clone)]
pub struct WhatsappMessage(ApprovedMessage);

impl WhatsappMessage {
    /// Checks the window, which is open for the number that the customer wrote to; `since_inbound` is how long that is ago.
    ///
    /// # Errors
    /// [`Refusal::WhatsappWindowClosed`], and [`Refusal::WhatsappMedia`] for what is not sent by WhatsApp yet.
    pub fn within_window(approved: ApprovedMessage, since_inbound: Option<Duration>) -> Result<Self, Refusal> {
        if !approved.media_urls().is_empty() {
            return Err(Refusal::WhatsappMedia);
        }
        match since_inbound {
            Some(age) if age < WINDOW => Ok(Self(approved)),
            Some(_) | None => Err(Refusal::WhatsappWindowClosed),
        }
    }

    /// The checked text.
    #[must_use]
    pub fn approved(&self) -> &ApprovedMessage {
        &self.0
    }
}
