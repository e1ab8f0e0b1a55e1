//! What every send to the carrier has in common: where it reports, and what its answer means.

use url::Url;

use crate::{
    db::messages::CarrierAnswer,
    domain::{MessageId, MessageStatus, explain_carrier_code},
    signalwire::{self, ClientError},
};

/// The carrier's callbacks come back with our id, so they find the message even when the carrier's answer was lost.
#[must_use]
pub fn status_callback(status_webhook_url: &Url, message_id: MessageId) -> Url {
    let mut url = status_webhook_url.clone();
    url.query_pairs_mut().append_pair("message", &message_id.to_string());
    url
}

/// What the carrier's answer means for the message.
#[must_use]
pub fn carrier_answer(outcome: &Result<signalwire::Message, ClientError>) -> CarrierAnswer<'_> {
    match outcome {
        Ok(message) => CarrierAnswer {
            carrier_sid: Some(&message.sid),
            status: MessageStatus::from_carrier(&message.status).unwrap_or(MessageStatus::Queued),
            error_code: message.error_code.as_deref(),
            error_message: message.error_message.as_deref(),
        },
        Err(error) if error.outcome_unknown() => {
            CarrierAnswer { carrier_sid: None, status: MessageStatus::Unknown, error_code: None, error_message: None }
        }
        Err(error) => {
            let code = error.refusal().and_then(|refusal| refusal.code.as_deref());
            let explained = code.and_then(explain_carrier_code).map(|code| code.cause);
            CarrierAnswer {
                carrier_sid: None,
                status: MessageStatus::Failed,
                error_code: code,
                error_message: explained.or(Some("The carrier did not take the message.")),
            }
        }
    }
}
