//! Reads the request into domain types. All fields at fault are named at once.

use std::str::FromStr;

use serde::Serialize;
use shared::{
    domain::{ConversationId, NumberType, PhoneNumber, PhoneNumberId},
    lambda::{ApiError, FieldError},
};

use crate::api::StartCallRequest;

/// A readable request. The hash that an Idempotency-Key is stored with is made of it.
#[derive(Debug, Serialize)]
pub struct CallRequest {
    pub member: PhoneNumber,
    pub to: Option<PhoneNumber>,
    pub conversation_id: Option<ConversationId>,
    pub number_type: Option<NumberType>,
    pub phone_number_id: Option<PhoneNumberId>,
}

pub fn parse(request: StartCallRequest) -> Result<CallRequest, ApiError> {
    let mut errors = Vec::new();
    if request.to.is_none() && request.conversation_id.is_none() {
        refuse("to", "is required, unless conversationId is given", &mut errors);
    }
    if request.member_phone_number.is_none() {
        refuse("memberPhoneNumber", "is required", &mut errors);
    }
    let member: Option<PhoneNumber> = field("memberPhoneNumber", request.member_phone_number, &mut errors);
    let to = field("to", request.to, &mut errors);
    let conversation_id = field("conversationId", request.conversation_id, &mut errors);
    let number_type = field("numberType", request.number_type, &mut errors);
    let phone_number_id = field("phoneNumberId", request.phone_number_id, &mut errors);
    match member {
        Some(member) if errors.is_empty() => {
            Ok(CallRequest { member, to, conversation_id, number_type, phone_number_id })
        }
        _ => Err(ApiError::Invalid(errors)),
    }
}

fn field<T>(name: &str, text: Option<String>, errors: &mut Vec<FieldError>) -> Option<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    match text?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            refuse(name, error, errors);
            None
        }
    }
}

fn refuse(name: &str, detail: impl std::fmt::Display, errors: &mut Vec<FieldError>) {
    errors.push(FieldError { field: name.to_owned(), detail: detail.to_string() });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(request: StartCallRequest) -> Vec<String> {
        match parse(request) {
            Err(ApiError::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_field_at_fault_is_named() {
        assert_eq!(fields(StartCallRequest::default()), ["to", "memberPhoneNumber"]);
        let bad = |text: &str| Some(text.to_owned());
        let request = StartCallRequest {
            member_phone_number: bad("405 555 0123"),
            to: bad("911"),
            conversation_id: bad("7"),
            number_type: bad("marketing"),
            phone_number_id: bad("7"),
        };
        assert_eq!(fields(request), ["memberPhoneNumber", "to", "conversationId", "numberType", "phoneNumberId"]);
    }

    #[test]
    fn a_conversation_is_as_good_as_a_number() {
        let request = StartCallRequest {
            member_phone_number: Some("+14055550150".to_owned()),
            conversation_id: Some("018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b10".to_owned()),
            ..StartCallRequest::default()
        };
        assert!(parse(request).unwrap().to.is_none());
    }
}
