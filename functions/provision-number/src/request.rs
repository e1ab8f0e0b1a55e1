//! Reads the request into domain types. All fields at fault are named at once.

use std::str::FromStr;

use lambda_http::{Request, RequestExt};
use serde_json::Value;
use shared::{
    db::provisionings::Wish,
    domain::{AreaCode, FriendlyName, NumberType, PhoneNumber, ProvisioningId},
    lambda::{self, ApiError, FieldError},
};

use crate::api::ProvisionNumberRequest;

/// What is asked for.
#[derive(Debug)]
pub enum Order {
    /// A number; the content tells whether a key was used for the same request before.
    New { wish: Wish, key: Option<String>, content: Vec<u8> },
    /// Another attempt at what has failed.
    Retry(ProvisioningId),
}

pub fn parse(request: &Request) -> Result<Order, ApiError> {
    if request.path_parameters_ref().and_then(|parameters| parameters.first("provisioning")).is_some() {
        let id = lambda::path_parameter(request, "provisioning")?;
        return id.parse().map(Order::Retry).map_err(|_| unknown_provisioning());
    }
    let key = lambda::idempotency_key(request)?;
    let body: ProvisionNumberRequest = lambda::body_json(request)?;
    let content = serde_json::to_vec(&body).map_err(|e| ApiError::Internal(Box::new(e)))?;
    Ok(Order::New { wish: parse_wish(body)?, key, content })
}

pub(crate) fn unknown_provisioning() -> ApiError {
    ApiError::NotFound { code: "provisioning_not_found", detail: "there is no such provisioning".to_owned() }
}

fn parse_wish(request: ProvisionNumberRequest) -> Result<Wish, ApiError> {
    let mut errors = Vec::new();
    let number_type: Option<NumberType> = field("numberType", request.number_type, &mut errors);
    let friendly_name: Option<FriendlyName> = field("friendlyName", request.friendly_name, &mut errors);
    let phone_number: Option<PhoneNumber> = field("phoneNumber", request.phone_number, &mut errors);
    if phone_number.as_ref().is_some_and(|number| number.as_str().len() != 12 || !number.as_str().starts_with("+1")) {
        errors.push(error("phoneNumber", "must be a number of the United States or Canada"));
    }
    if phone_number.is_some() && request.area_code.is_some() {
        errors.push(error("areaCode", "must not be given together with phoneNumber"));
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    Ok(Wish {
        number_type: number_type.unwrap_or(NumberType::Primary),
        friendly_name: friendly_name.map(|name| name.to_string()),
        area_code: request.area_code.as_deref().map(parse_area_code).transpose()?.map(|code| code.to_string()),
        phone_number,
        retry_of: None,
    })
}

fn parse_area_code(text: &str) -> Result<AreaCode, ApiError> {
    let invalid = |detail: String| ApiError::Refused {
        code: "invalid_area_code",
        detail,
        field: Some("areaCode"),
        extra: Value::Null,
    };
    let code: AreaCode = text.parse().map_err(|error: shared::domain::AreaCodeError| invalid(error.to_string()))?;
    if code.is_toll_free() {
        return Err(invalid("is toll-free: search with tollFree=true and ask for one of those numbers".to_owned()));
    }
    Ok(code)
}

fn field<T>(name: &str, text: Option<String>, errors: &mut Vec<FieldError>) -> Option<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    match text?.parse() {
        Ok(value) => Some(value),
        Err(problem) => {
            errors.push(error(name, problem));
            None
        }
    }
}

fn error(field: &str, detail: impl std::fmt::Display) -> FieldError {
    FieldError { field: field.to_owned(), detail: detail.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(request: ProvisionNumberRequest) -> (String, Vec<String>) {
        let (_, body) = parse_wish(request).unwrap_err().problem();
        let fields = body["errors"].as_array().unwrap().iter();
        (body["code"].as_str().unwrap().to_owned(), fields.map(|e| e["field"].as_str().unwrap().to_owned()).collect())
    }

    fn text(value: &str) -> Option<String> {
        Option::from(value.to_owned())
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let request = ProvisionNumberRequest {
            area_code: text("405"),
            phone_number: text("+442071838750"),
            number_type: text("marketing"),
            friendly_name: text(" "),
        };
        let fields = ["numberType", "friendlyName", "phoneNumber", "areaCode"].map(str::to_owned).to_vec();
        assert_eq!(refused(request), ("invalid_request".to_owned(), fields));
    }

    #[test]
    fn a_bad_area_code_has_a_code_of_its_own() {
        for bad in ["40", "4055", "abc", "055", "911", "833"] {
            let request = ProvisionNumberRequest { area_code: text(bad), ..Default::default() };
            assert_eq!(refused(request), ("invalid_area_code".to_owned(), vec!["areaCode".to_owned()]), "{bad}");
        }
    }

    #[test]
    fn nothing_need_be_said() {
        let wish = parse_wish(ProvisionNumberRequest::default()).unwrap();
        assert_eq!((wish.number_type, wish.area_code, wish.phone_number), (NumberType::Primary, None, None));
    }
}
