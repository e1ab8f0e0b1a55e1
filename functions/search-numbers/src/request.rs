//! Reads the query into a search.

use lambda_http::Request;
use shared::{
    domain::{AreaCode, Country},
    lambda::{self, ApiError},
    signalwire::Search,
};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 100;

/// What is searched.
#[derive(Debug)]
pub(crate) enum Wanted {
    Local(Search),
    TollFree(Search),
}

pub(crate) fn parse(request: &Request) -> Result<Wanted, ApiError> {
    let toll_free = lambda::parse_query::<bool>(request, "tollFree")?.unwrap_or(false);
    let area_code = lambda::query(request, "areaCode").map(|text| parse_area_code(&text, toll_free)).transpose()?;
    let region = lambda::query(request, "region").map(|text| parse_region(&text)).transpose()?;
    let country = match (area_code.as_ref().and_then(AreaCode::region), &region) {
        (Some((country, _)), _) => country,
        (None, Some(region)) => Country::of_region(region),
        (None, None) => Country::default(),
    };
    let search = Search {
        country: if toll_free { Country::default() } else { country },
        area_code: area_code.map(|code| code.to_string()),
        region,
        contains: lambda::query(request, "contains").map(parse_contains).transpose()?,
        limit: parse_limit(request)?,
        ..Search::default()
    };
    Ok(if toll_free { Wanted::TollFree(search) } else { Wanted::Local(search) })
}

fn parse_area_code(text: &str, toll_free: bool) -> Result<AreaCode, ApiError> {
    let invalid = |detail: String| ApiError::Refused {
        code: "invalid_area_code",
        detail,
        field: Some("areaCode"),
        extra: serde_json::Value::Null,
    };
    let code: AreaCode = text.parse().map_err(|error: shared::domain::AreaCodeError| invalid(error.to_string()))?;
    match (code.is_toll_free(), toll_free) {
        (true, false) => Err(invalid("is toll-free: search with tollFree=true".to_owned())),
        (false, true) => Err(invalid("is not a toll-free prefix such as 833".to_owned())),
        (true, true) | (false, false) => Ok(code),
    }
}

fn parse_region(text: &str) -> Result<String, ApiError> {
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err(ApiError::invalid("region", "must be the two letters of a state or province"))
}

/// The carrier takes shorter patterns too, and then answers with anything.
fn parse_contains(text: String) -> Result<String, ApiError> {
    if (3..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(text);
    }
    Err(ApiError::invalid("contains", "must be 3 to 10 digits or letters"))
}

fn parse_limit(request: &Request) -> Result<u32, ApiError> {
    match lambda::parse_query::<u32>(request, "limit")? {
        None => Ok(DEFAULT_LIMIT),
        Some(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(ApiError::invalid("limit", format!("must be 1 to {MAX_LIMIT}"))),
    }
}
