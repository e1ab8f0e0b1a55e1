//! Reads the requests into domain types. All fields at fault are named at once.

use std::str::FromStr;

use chrono::NaiveDate;
use lambda_http::{Request, http::Method};
use secrecy::SecretString;
use serde_json::Value;
use shared::{
    db::port_numbers::Wish,
    domain::{
        Edit, FriendlyName, MAX_PORT_NUMBERS, NumberType, PhoneNumber, PhoneNumberId, PortAccountType,
        PortDocumentKind, PortOrderId, ServiceAddress, UploadType, parse_port_number,
    },
    lambda::{self, ApiError, FieldError},
};

use crate::api::{PortNumberRequest, PortOrderVersionRequest, SavePortOrderRequest, UploadPortDocumentRequest};

/// What is asked for. An id in the path that is no UUID names nothing, as one of another workspace does.
#[derive(Debug)]
pub enum Order {
    /// The content tells whether a key was used for the same request before.
    Create {
        fields: Box<Fields>,
        key: Option<(String, Value)>,
    },
    Change {
        id: Option<PortOrderId>,
        version: i32,
        fields: Box<Fields>,
    },
    Upload {
        id: Option<PortOrderId>,
        file: File,
    },
    Submit {
        id: Option<PortOrderId>,
        version: i32,
    },
    Cancel {
        id: Option<PortOrderId>,
        version: i32,
    },
}

/// What is said about an order.
#[derive(Debug, Default)]
pub struct Fields {
    pub numbers: Option<Vec<Wish>>,
    pub losing_carrier: Edit<String>,
    pub account_number: Edit<SecretString>,
    pub pin: Edit<SecretString>,
    pub account_type: Option<PortAccountType>,
    pub company_name: Edit<String>,
    pub authorized_name: Edit<String>,
    pub billing_phone_number: Edit<PhoneNumber>,
    pub service_address: Edit<ServiceAddress>,
    pub loa_signed_on: Edit<NaiveDate>,
}

/// A file that is to be uploaded.
#[derive(Debug)]
pub struct File {
    pub kind: PortDocumentKind,
    pub content_type: UploadType,
    pub byte_size: u64,
    pub name: Option<String>,
}

pub fn parse(request: &Request) -> Result<Order, ApiError> {
    let Some(id) = lambda::optional_path_parameter(request, "portOrder") else {
        let key = lambda::idempotency_key(request)?;
        let key = key.map(|key| Ok::<_, ApiError>((key, lambda::body_json(request)?))).transpose()?;
        let body: SavePortOrderRequest = lambda::body_json(request)?;
        if body.version.is_some() {
            return Err(ApiError::invalid("version", "must not be given for a new order"));
        }
        return Ok(Order::Create { fields: Box::new(parse_fields(body)?), key });
    };
    let id = id.parse().ok();
    if request.method() == Method::PATCH {
        let body: SavePortOrderRequest = lambda::body_json(request)?;
        let version = body.version.ok_or_else(|| {
            ApiError::invalid("version", "is required: the version of the order that the change is about")
        })?;
        return Ok(Order::Change { id, version, fields: Box::new(parse_fields(body)?) });
    }
    if request.uri().path().ends_with("/documents") {
        return Ok(Order::Upload { id, file: parse_file(lambda::body_json(request)?)? });
    }
    let PortOrderVersionRequest { version } = lambda::body_json(request)?;
    let cancels = request.uri().path().ends_with("/cancel");
    Ok(if cancels { Order::Cancel { id, version } } else { Order::Submit { id, version } })
}

fn parse_file(body: UploadPortDocumentRequest) -> Result<File, ApiError> {
    let content_type = body.content_type.parse().map_err(|error| ApiError::invalid("contentType", error))?;
    Ok(File { kind: body.kind, content_type, byte_size: body.byte_size, name: body.file_name })
}

/// Collects what is wrong.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, detail: impl std::fmt::Display) {
        self.0.push(FieldError { field: field.into(), detail: detail.to_string() });
    }

    fn line(&mut self, field: &'static str, edit: Edit<String>, longest: usize) -> Edit<String> {
        let read = edit.try_map(|text| {
            let text = text.trim().to_owned();
            let fits = (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            fits.then_some(text).ok_or(())
        });
        read.unwrap_or_else(|()| {
            self.add(field, format!("must have 1 to {longest} characters on one line"));
            Edit::Keep
        })
    }

    fn parsed<T: FromStr>(&mut self, field: String, text: Option<&str>) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match text?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error);
                None
            }
        }
    }
}

fn secret(edit: Edit<String>) -> Edit<SecretString> {
    match edit {
        Edit::Keep => Edit::Keep,
        Edit::Clear => Edit::Clear,
        Edit::Set(text) => Edit::Set(text.into()),
    }
}

fn parse_fields(body: SavePortOrderRequest) -> Result<Fields, ApiError> {
    let mut faults = Faults::default();
    let numbers = match body.numbers {
        Edit::Keep => None,
        Edit::Clear => Some(Vec::new()),
        Edit::Set(numbers) => Some(parse_numbers(&numbers, &mut faults)),
    };
    let losing_carrier = faults.line("losingCarrier", body.losing_carrier, 200);
    let account_number = secret(faults.line("accountNumber", body.account_number, 64));
    let pin = secret(faults.line("pin", body.pin, 32));
    let company_name = faults.line("companyName", body.company_name, 200);
    let authorized_name = faults.line("authorizedName", body.authorized_name, 200);
    let billing_phone_number = body.billing_phone_number.try_map(|text| parse_port_number(&text));
    let billing_phone_number = billing_phone_number.unwrap_or_else(|error| {
        faults.add("billingPhoneNumber", error);
        Edit::Keep
    });
    let service_address = body.service_address.try_map(ServiceAddress::checked).unwrap_or_else(|errors| {
        for error in errors {
            faults.add(format!("serviceAddress.{}", error.field), error.detail);
        }
        Edit::Keep
    });
    let loa_signed_on = body.loa_signed_on.try_map(|text| text.parse()).unwrap_or_else(|_: chrono::ParseError| {
        faults.add("loaSignedOn", "must be the date on the letter, such as 2026-01-15");
        Edit::Keep
    });
    if !faults.0.is_empty() {
        return Err(ApiError::Invalid(faults.0));
    }
    let account_type = body.account_type;
    Ok(Fields {
        numbers,
        losing_carrier,
        account_number,
        pin,
        account_type,
        company_name,
        authorized_name,
        billing_phone_number,
        service_address,
        loa_signed_on,
    })
}

fn parse_numbers(numbers: &[PortNumberRequest], faults: &mut Faults) -> Vec<Wish> {
    if numbers.len() > MAX_PORT_NUMBERS {
        faults.add("numbers", format!("has more than {MAX_PORT_NUMBERS} numbers; make another order for the rest"));
    }
    let mut wishes: Vec<Wish> = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        if let Some(wish) = parse_number(at, number, faults) {
            check_among(at, &wish, &wishes, faults);
            wishes.push(wish);
        }
    }
    wishes
}

fn parse_number(at: usize, number: &PortNumberRequest, faults: &mut Faults) -> Option<Wish> {
    let field = |name: &str| format!("numbers[{at}].{name}");
    let number_type: Option<NumberType> = faults.parsed(field("numberType"), number.number_type.as_deref());
    let number_type = number_type.unwrap_or(NumberType::Custom);
    let name = number.friendly_name.as_deref().unwrap_or(number_type.default_name());
    let friendly_name: Option<FriendlyName> = faults.parsed(field("friendlyName"), Some(name));
    let replaces = number.replaces_phone_number_id.as_deref().map(str::parse::<PhoneNumberId>);
    let replaces = replaces.transpose().unwrap_or_else(|_| {
        faults.add(field("replacesPhoneNumberId"), "must be the id of a number of this workspace");
        None
    });
    match parse_port_number(&number.phone_number) {
        Ok(phone_number) => Some(Wish { phone_number, number_type, friendly_name: friendly_name?, replaces }),
        Err(error) => {
            faults.add(field("phoneNumber"), error);
            None
        }
    }
}

fn check_among(at: usize, wish: &Wish, others: &[Wish], faults: &mut Faults) {
    let field = |name: &str| format!("numbers[{at}].{name}");
    if others.iter().any(|other| other.phone_number == wish.phone_number) {
        faults.add(field("phoneNumber"), "is in the list twice; leave it out here");
    }
    if wish.number_type == NumberType::Primary && others.iter().any(|other| other.number_type == NumberType::Primary) {
        faults.add(field("numberType"), "cannot be primary as well: a workspace has one primary number");
    }
    if wish.replaces.is_some() && others.iter().any(|other| other.replaces == wish.replaces) {
        faults.add(field("replacesPhoneNumberId"), "is replaced by another number of the list already");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(body: Value) -> Vec<String> {
        let result = parse_fields(serde_json::from_value(body).unwrap());
        let (_, problem) = result.err().map(|error| error.problem()).unwrap_or_default();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let body = json!({
            "numbers": [
                { "phoneNumber": "405 555 0123", "numberType": "primary" },
                { "phoneNumber": "+14055550123", "numberType": "primary" },
                { "phoneNumber": "+442071838750" },
                { "phoneNumber": "+14055550124", "numberType": "marketing", "friendlyName": " ",
                  "replacesPhoneNumberId": "x" },
            ],
            "losingCarrier": "", "pin": "12\n34", "billingPhoneNumber": "12",
            "serviceAddress": { "street": "1 Main St", "city": "Tulsa", "region": "Oklahoma", "postalCode": "74" },
            "loaSignedOn": "yesterday",
        });
        let fields = [
            "numbers[1].phoneNumber",
            "numbers[1].numberType",
            "numbers[2].phoneNumber",
            "numbers[3].numberType",
            "numbers[3].friendlyName",
            "numbers[3].replacesPhoneNumberId",
            "losingCarrier",
            "pin",
            "billingPhoneNumber",
            "serviceAddress.region",
            "serviceAddress.postalCode",
            "loaSignedOn",
        ];
        assert_eq!(refused(body), fields);
        let many: Vec<Value> = (0..21).map(|n| json!({ "phoneNumber": format!("+140555501{n:02}") })).collect();
        assert_eq!(refused(json!({ "numbers": many })), ["numbers"]);
    }

    #[test]
    fn what_is_absent_is_kept_and_null_takes_it_away() {
        let fields = parse_fields(serde_json::from_str(r#"{"pin":null,"numbers":null}"#).unwrap()).unwrap();
        assert!(matches!(fields.pin, Edit::Clear) && fields.account_number.is_keep());
        assert_eq!(fields.numbers, Some(Vec::new()));
    }

    #[test]
    fn neither_a_request_nor_what_is_read_of_it_shows_secrets() {
        let body: SavePortOrderRequest = serde_json::from_str(r#"{"pin":"998877","accountNumber":"ACC-1"}"#).unwrap();
        assert!(!format!("{body:?}").contains("998877"));
        let fields = format!("{:?}", parse_fields(body).unwrap());
        assert!(!fields.contains("998877") && !fields.contains("ACC-1"), "{fields}");
    }
}
