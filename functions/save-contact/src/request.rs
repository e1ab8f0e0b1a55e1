//! Reads the requests into domain types. All fields at fault are named at once.

use lambda_http::{Request, http::Method};
use shared::{
    db::contacts::Details,
    domain::{ContactField, ContactId, Edit, PhoneNumber, PhoneNumberError},
    lambda::{self, ApiError, FieldError},
};

use crate::api::{MergeContactRequest, SaveContactRequest};

/// Most numbers of one contact.
const MAX_NUMBERS: usize = 20;

/// What is asked for. An id in the path that is no UUID names nothing, as one of another workspace does.
#[derive(Debug)]
pub enum Order {
    Create(Fields),
    Edit(Option<ContactId>, Fields),
    Merge { kept: Option<ContactId>, other: ContactId },
}

/// What is said about a contact.
#[derive(Debug, Default)]
pub struct Fields {
    pub texts: Vec<(ContactField, Option<String>)>,
    pub numbers: Option<Vec<WrittenNumber>>,
}

/// A number as somebody wrote it.
#[derive(Debug)]
pub struct WrittenNumber {
    pub text: String,
    pub parsed: Result<PhoneNumber, PhoneNumberError>,
}

impl Fields {
    /// The texts over those of before.
    #[must_use]
    pub fn over(&self, mut details: Details) -> Details {
        for (field, text) in &self.texts {
            slot(&mut details, *field).clone_from(text);
        }
        details
    }
}

fn slot(details: &mut Details, field: ContactField) -> &mut Option<String> {
    match field {
        ContactField::FirstName => &mut details.first_name,
        ContactField::LastName => &mut details.last_name,
        ContactField::Company => &mut details.company,
        ContactField::Email => &mut details.email,
        ContactField::Notes => &mut details.notes,
    }
}

pub fn parse(request: &Request) -> Result<Order, ApiError> {
    let Some(contact) = lambda::optional_path_parameter(request, "contact") else {
        return parse_new(lambda::body_json(request)?).map(Order::Create);
    };
    let contact = contact.parse().ok();
    if request.method() == Method::PATCH {
        return parse_fields(lambda::body_json(request)?).map(|fields| Order::Edit(contact, fields));
    }
    let body: MergeContactRequest = lambda::body_json(request)?;
    let other = body.contact_id.parse().map_err(|error| ApiError::invalid("contactId", error))?;
    if contact == Some(other) {
        return Err(ApiError::invalid("contactId", "must be another contact"));
    }
    Ok(Order::Merge { kept: contact, other })
}

fn parse_new(request: SaveContactRequest) -> Result<Fields, ApiError> {
    let fields = parse_fields(request)?;
    let details = fields.over(Details::default());
    let known = [&details.first_name, &details.last_name, &details.company, &details.email];
    let has_number = fields.numbers.as_ref().is_some_and(|numbers| !numbers.is_empty());
    if !has_number && known.iter().all(|text| text.is_none()) {
        return Err(ApiError::invalid("body", "a name, company, e-mail address or phone number is needed"));
    }
    Ok(fields)
}

fn parse_fields(request: SaveContactRequest) -> Result<Fields, ApiError> {
    let mut errors = Vec::new();
    let mut fields = Fields::default();
    for (field, text) in [
        (ContactField::FirstName, request.first_name),
        (ContactField::LastName, request.last_name),
        (ContactField::Company, request.company),
        (ContactField::Email, request.email),
        (ContactField::Notes, request.notes),
    ] {
        match text.try_map(|text| field.accept(&text)) {
            Ok(Edit::Keep) => {}
            Ok(edit) => fields.texts.push((field, edit.value())),
            Err(problem) => {
                errors.push(FieldError { field: field.as_str().to_owned(), detail: problem.to_string() });
            }
        }
    }
    if request.phone_numbers.as_ref().is_some_and(|numbers| numbers.len() > MAX_NUMBERS) {
        let detail = format!("must be at most {MAX_NUMBERS} numbers");
        errors.push(FieldError { field: "phoneNumbers".to_owned(), detail });
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    let written = |text: String| WrittenNumber { parsed: PhoneNumber::parse_written(&text), text };
    fields.numbers = request.phone_numbers.map(|numbers| numbers.into_iter().map(written).collect());
    if fields.texts.is_empty() && fields.numbers.is_none() {
        return Err(ApiError::invalid("body", "says nothing about the contact"));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Vec<String> {
        let (_, problem) = parse_new(serde_json::from_str(body).unwrap()).unwrap_err().problem();
        let errors = problem["errors"].as_array().unwrap().iter();
        errors.map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let body = r#"{"firstName":" ","lastName":"","company":"a\u0000b","email":"x","notes":"\t"}"#;
        assert_eq!(refused(body), ["firstName", "lastName", "company", "email", "notes"]);
        let many = serde_json::json!({ "phoneNumbers": vec!["405 555 0123"; 21] }).to_string();
        assert_eq!(refused(&many), ["phoneNumbers"]);
    }

    #[test]
    fn a_contact_is_somebody() {
        for body in ["{}", r#"{"notes":"tall"}"#, r#"{"firstName":null,"phoneNumbers":[]}"#] {
            assert_eq!(refused(body), ["body"], "{body}");
        }
        for body in [r#"{"company":"Alpine"}"#, r#"{"phoneNumbers":["405 555 0123"]}"#] {
            assert!(parse_new(serde_json::from_str(body).unwrap()).is_ok(), "{body}");
        }
    }

    #[test]
    fn null_takes_away_and_absence_leaves() {
        let fields = parse_fields(serde_json::from_str(r#"{"firstName":null,"company":" New "}"#).unwrap()).unwrap();
        let text = |text: &str| Some(text.to_owned());
        let before =
            Details { first_name: text("Zoë"), last_name: text("Doe"), company: text("Old"), ..Details::default() };
        let after = Details { last_name: text("Doe"), company: text("New"), ..Details::default() };
        assert_eq!(fields.over(before), after);
    }
}
