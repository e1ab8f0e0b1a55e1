//! Reads the request into domain types. All fields at fault are named at once.

use std::str::FromStr;

use serde::Serialize;
use shared::{
    domain::{Channel, ConversationId, EmailAddress, NumberType, PhoneNumber, PhoneNumberId, storable_text},
    lambda::{ApiError, FieldError},
};
use url::Url;

use crate::api::SendMessageRequest;

/// A readable request.
#[derive(Debug, Serialize)]
pub struct SendRequest {
    #[serde(skip_serializing_if = "is_text")]
    pub channel: Channel,
    pub to: Option<PhoneNumber>,
    /// Of a mail, instead of `to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_address: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub body: String,
    pub media_urls: Vec<Url>,
    pub number_type: Option<NumberType>,
    pub phone_number_id: Option<PhoneNumberId>,
    pub conversation_id: Option<ConversationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smart_encoding: Option<bool>,
}

// The hash that an Idempotency-Key is stored with is made of this struct: what older requests did not have is left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_text(channel: &Channel) -> bool {
    *channel == Channel::Sms
}

pub fn parse(request: SendMessageRequest) -> Result<SendRequest, ApiError> {
    let mut errors = Vec::new();
    let (number, address) = match request.channel.as_deref() {
        Some("email") => (None, request.to),
        _ => (request.to, None),
    };
    let to: Option<PhoneNumber> = field("to", number, &mut errors);
    let to_address: Option<EmailAddress> = field("to", address, &mut errors);
    let conversation_id = field("conversationId", request.conversation_id, &mut errors);
    let number_type = field("numberType", request.number_type, &mut errors);
    let phone_number_id = field("phoneNumberId", request.phone_number_id, &mut errors);
    let channel: Option<Channel> = match request.channel {
        Some(channel) => field("channel", Some(channel), &mut errors),
        None => refuse("channel", "is required", &mut errors),
    };
    if to.is_none()
        && to_address.is_none()
        && conversation_id.is_none()
        && errors.iter().all(|e| e.field != "to" && e.field != "conversationId")
    {
        refuse::<()>("to", "is required, unless conversationId is given", &mut errors);
    }
    let media_urls: Vec<Url> =
        request.media_urls.iter().enumerate().filter_map(|(i, text)| media_url(i, text, &mut errors)).collect();
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    // One that is missing, or no word of ours, is among the errors.
    let Some(channel) = channel else { return Err(ApiError::invalid("channel", "is required")) };
    let body = storable_text(&request.body.unwrap_or_default());
    if channel == Channel::Email && (!media_urls.is_empty() || phone_number_id.is_some()) {
        let unused = if media_urls.is_empty() { "phoneNumberId" } else { "mediaUrls" };
        return Err(ApiError::invalid(unused, "is not for mails"));
    }
    if channel == Channel::Voice && !media_urls.is_empty() {
        return Err(ApiError::invalid("mediaUrls", "is not for calls"));
    }
    Ok(SendRequest {
        channel,
        to,
        to_address,
        subject: request.subject.filter(|_| channel == Channel::Email),
        body,
        media_urls,
        number_type,
        phone_number_id,
        conversation_id,
        smart_encoding: request.smart_encoding,
    })
}

fn field<T>(name: &str, text: Option<String>, errors: &mut Vec<FieldError>) -> Option<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    match text?.parse() {
        Ok(value) => Some(value),
        Err(error) => refuse(name, error, errors),
    }
}

fn refuse<T>(name: &str, detail: impl std::fmt::Display, errors: &mut Vec<FieldError>) -> Option<T> {
    errors.push(FieldError { field: name.to_owned(), detail: detail.to_string() });
    None
}

fn media_url(index: usize, text: &str, errors: &mut Vec<FieldError>) -> Option<Url> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url),
        Ok(_) => refuse(&format!("mediaUrls[{index}]"), "must be an http or https address", errors),
        Err(error) => refuse(&format!("mediaUrls[{index}]"), error, errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(request: SendMessageRequest) -> Vec<String> {
        match parse(request) {
            Err(ApiError::Invalid(errors)) => errors.into_iter().map(|e| e.field).collect(),
            Err(ApiError::Refused { field, .. }) => field.into_iter().map(str::to_owned).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn text(value: &str) -> Option<String> {
        Option::from(value.to_owned())
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let request = SendMessageRequest {
            channel: text("pigeon"),
            to: text("405 555 0123"),
            media_urls: vec![
                "https://files.example.com/a.jpg".to_owned(),
                "ftp://files.example.com/a".to_owned(),
                "x".to_owned(),
            ],
            number_type: text("marketing"),
            phone_number_id: text("7"),
            conversation_id: text("7"),
            ..SendMessageRequest::default()
        };
        assert_eq!(
            fields(request),
            ["to", "conversationId", "numberType", "phoneNumberId", "channel", "mediaUrls[1]", "mediaUrls[2]"]
        );
    }

    #[test]
    fn a_destination_and_a_channel_are_needed() {
        assert_eq!(fields(SendMessageRequest::default()), ["channel", "to"]);
    }

    #[test]
    fn a_call_carries_no_pictures() {
        let voice = SendMessageRequest {
            channel: text("voice"),
            to: text("+14055550123"),
            media_urls: vec!["https://files.example.com/a.jpg".to_owned()],
            ..SendMessageRequest::default()
        };
        assert_eq!(fields(voice), ["mediaUrls"]);
    }

    #[test]
    fn nul_characters_are_made_visible() {
        let request = SendMessageRequest {
            channel: text("sms"),
            to: text("+14055550123"),
            body: text("a\0b"),
            ..Default::default()
        };
        assert_eq!(parse(request).unwrap().body, "a\u{fffd}b");
    }
}
