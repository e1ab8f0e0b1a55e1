//! Reads the requests into domain types. A draft may lack anything; only what cannot be stored or shown is refused.

use lambda_http::{Request, http::Method};
use shared::{
    domain::{BrandDetails, CampaignDetails, Fees, MAX_SAMPLES},
    lambda::{self, ApiError, FieldError},
};

use crate::api::{CheckRegistrationRequest, SaveRegistrationRequest, SubmitRegistrationRequest};

/// Longest text of a registration.
const MAX_CHARACTERS: usize = 4096;

/// What is asked for.
#[derive(Debug)]
pub enum Order {
    Read,
    Save(Option<BrandDetails>, Option<CampaignDetails>),
    Check(BrandDetails, CampaignDetails),
    Submit(Fees),
}

pub fn parse(request: &Request) -> Result<Order, ApiError> {
    if request.method() == Method::GET {
        return Ok(Order::Read);
    }
    if request.method() == Method::PATCH {
        let body: SaveRegistrationRequest = lambda::body_json(request)?;
        if body.brand.is_none() && body.campaign.is_none() {
            return Err(ApiError::invalid("body", "brand or campaign is needed"));
        }
        check(body.brand.as_ref(), body.campaign.as_ref())?;
        return Ok(Order::Save(body.brand, body.campaign));
    }
    if request.uri().path().ends_with("/check") {
        let body: CheckRegistrationRequest = lambda::body_json(request)?;
        check(Some(&body.brand), Some(&body.campaign))?;
        return Ok(Order::Check(body.brand, body.campaign));
    }
    let body: SubmitRegistrationRequest = lambda::body_json(request)?;
    Ok(Order::Submit(body.agreed_fees))
}

/// Names all fields that cannot be stored.
fn check(brand: Option<&BrandDetails>, campaign: Option<&CampaignDetails>) -> Result<(), ApiError> {
    let mut errors = Vec::new();
    let mut look_at = |field: String, text: &str| {
        let detail = if text.chars().count() > MAX_CHARACTERS {
            format!("must be at most {MAX_CHARACTERS} characters")
        } else if text.contains('\0') {
            "must not have a NUL character".to_owned()
        } else {
            return;
        };
        errors.push(FieldError { field, detail });
    };
    for (name, text) in brand.iter().flat_map(|brand| brand.texts()) {
        look_at(format!("brand.{name}"), text);
    }
    for (name, text) in campaign.iter().flat_map(|campaign| campaign.texts()) {
        look_at(format!("campaign.{name}"), text);
    }
    for (at, sample) in campaign.iter().flat_map(|campaign| campaign.samples.iter().enumerate()) {
        look_at(format!("campaign.samples[{at}]"), sample);
    }
    if campaign.is_some_and(|campaign| campaign.samples.len() > MAX_SAMPLES) {
        let detail = format!("must be at most {MAX_SAMPLES} texts");
        errors.push(FieldError { field: "campaign.samples".to_owned(), detail });
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::Invalid(errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_may_be_empty_and_must_not_be_endless() {
        assert!(check(Some(&BrandDetails::default()), Some(&CampaignDetails::default())).is_ok());
        let brand = BrandDetails { address: "x".repeat(MAX_CHARACTERS + 1), ..BrandDetails::default() };
        let campaign = CampaignDetails { samples: vec!["a\0".to_owned(); 6], ..CampaignDetails::default() };
        let Err(ApiError::Invalid(errors)) = check(Some(&brand), Some(&campaign)) else { panic!("it is refused") };
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields.len(), 8, "{fields:?}");
        assert!(fields.contains(&"brand.address") && fields.contains(&"campaign.samples[5]"), "{fields:?}");
    }
}
