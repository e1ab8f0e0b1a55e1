//! What Amazon SES answered, as the message has it.

use shared::{db::messages::CarrierAnswer, domain::MessageStatus, mail::MailError};

/// What the answer means for the message.
pub(crate) fn answer(outcome: &Result<String, MailError>) -> CarrierAnswer<'_> {
    let (carrier_sid, status, error_code, error_message) = match outcome {
        Ok(id) => (Some(id.as_str()), MessageStatus::Sent, None, None),
        Err(MailError::Unknown(_)) => (None, MessageStatus::Unknown, None, None),
        Err(MailError::Unavailable(code)) => {
            (None, MessageStatus::Failed, Some(code.as_str()), Some("Mail cannot be sent at the moment."))
        }
        Err(MailError::Refused(code)) => {
            (None, MessageStatus::Failed, Some(code.as_str()), Some("The mail was not accepted."))
        }
    };
    CarrierAnswer { carrier_sid, status, error_code, error_message }
}
