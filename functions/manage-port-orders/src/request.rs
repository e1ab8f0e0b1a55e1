//! Reads the carrier's answer into domain types.

use chrono::NaiveDate;
use shared::{
    db::port_orders::Move,
    lambda::{ApiError, FieldError},
};

use crate::api::{AnswerPortOrderRequest, PortAnswer};

const MAX_REASON: usize = 500;
const MAX_REFERENCE: usize = 100;

/// What the carrier has answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub to: Move,
    pub version: i32,
    pub reference: Option<String>,
}

pub(crate) fn parse(body: AnswerPortOrderRequest, today: NaiveDate) -> Result<Answer, ApiError> {
    let mut errors = Vec::new();
    let mut fault = |field: &str, detail: String| errors.push(FieldError { field: field.to_owned(), detail });
    let reason = body.reason.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if reason.as_ref().is_some_and(|text| text.chars().count() > MAX_REASON) {
        fault("reason", format!("must have at most {MAX_REASON} characters"));
    }
    let needs_reason = matches!(body.answer, PortAnswer::Rejected | PortAnswer::Cancelled);
    if needs_reason && reason.is_none() {
        fault("reason", "is required: the workspace reads it and has to know what to do".to_owned());
    }
    let reference = body.carrier_reference.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let is_line = |text: &String| text.chars().count() <= MAX_REFERENCE && !text.chars().any(char::is_control);
    if !reference.as_ref().is_none_or(is_line) {
        fault("carrierReference", format!("must have at most {MAX_REFERENCE} characters on one line"));
    }
    let foc_date = match body.foc_date.as_deref().map(str::parse::<NaiveDate>) {
        Some(Ok(date)) if date >= today => Some(date),
        Some(Ok(_)) => {
            fault("focDate", "is in the past".to_owned());
            None
        }
        Some(Err(_)) => {
            fault("focDate", "must be a date, such as 2026-01-15".to_owned());
            None
        }
        None if body.answer == PortAnswer::Scheduled => {
            fault("focDate", "is required: the day on which the numbers move".to_owned());
            None
        }
        None => None,
    };
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    let to = match body.answer {
        PortAnswer::Rejected => Move::Rejected(reason.unwrap_or_default()),
        PortAnswer::Scheduled => Move::Scheduled(foc_date.unwrap_or(today)),
        PortAnswer::Completed => Move::Completed,
        PortAnswer::Cancelled => Move::Cancelled(reason),
    };
    Ok(Answer { to, version: body.version, reference })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Vec<String> {
        let today = "2026-01-15".parse().unwrap();
        let result = parse(serde_json::from_str(body).unwrap(), today);
        let (_, problem) = result.err().map(|error| error.problem()).unwrap_or_default();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_answer_needs_what_belongs_to_it() {
        assert_eq!(refused(r#"{"answer":"rejected","version":1,"reason":"  "}"#), ["reason"]);
        assert_eq!(refused(r#"{"answer":"cancelled","version":1}"#), ["reason"]);
        assert_eq!(refused(r#"{"answer":"scheduled","version":1}"#), ["focDate"]);
        assert_eq!(refused(r#"{"answer":"scheduled","version":1,"focDate":"2026-01-14"}"#), ["focDate"]);
        assert_eq!(refused(r#"{"answer":"scheduled","version":1,"focDate":"soon"}"#), ["focDate"]);
        for good in [
            r#"{"answer":"scheduled","version":1,"focDate":"2026-01-15","carrierReference":"PR-1"}"#,
            r#"{"answer":"rejected","version":1,"reason":"Wrong PIN"}"#,
            r#"{"answer":"completed","version":1}"#,
        ] {
            assert_eq!(refused(good), Vec::<String>::new(), "{good}");
        }
    }
}
