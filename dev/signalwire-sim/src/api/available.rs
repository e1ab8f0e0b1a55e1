//! AvailablePhoneNumbers: searching numbers to buy. A search holds nothing back.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Answer, refusal::Refusal};
use crate::{
    form::Form,
    inventory::{self, Area, TOLL_FREE_PREFIXES},
    network::Network,
    records::national_format,
};

const DEFAULT_RESULTS: usize = 50;
const MAX_RESULTS: usize = 100;
const COUNTRIES: [(&str, &str); 2] = [("US", "United States"), ("CA", "Canada")];

/// SignalWire, AvailablePhoneNumbers, list countries.
pub async fn countries(Path(account): Path<String>) -> Answer {
    let countries: Vec<Value> = COUNTRIES.iter().map(|country| describe_country(&account, *country)).collect();
    let uri = format!("/api/laml/2010-04-01/Accounts/{account}/AvailablePhoneNumbers");
    Ok((StatusCode::OK, Json(json!({"uri": uri, "countries": countries}))))
}

/// SignalWire, AvailablePhoneNumbers, one country.
pub async fn country(Path((account, iso)): Path<(String, String)>) -> Answer {
    let country = COUNTRIES.iter().find(|(code, _)| *code == iso).ok_or_else(Refusal::not_found)?;
    Ok((StatusCode::OK, Json(describe_country(&account, *country))))
}

fn describe_country(account: &str, (code, name): (&str, &str)) -> Value {
    let uri = format!("/api/laml/2010-04-01/Accounts/{account}/AvailablePhoneNumbers/{code}");
    json!({
        "country_code": code,
        "country": name,
        "uri": uri,
        "beta": false,
        "subresource_uris": {"local": format!("{uri}/Local"), "toll_free": format!("{uri}/TollFree")},
    })
}

/// SignalWire, AvailablePhoneNumbers, Local and `TollFree`.
pub async fn search(
    State(network): State<Network>,
    Path((account, iso, kind)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let country = COUNTRIES.iter().find(|(code, _)| *code == iso).ok_or_else(Refusal::not_found)?.0;
    let wanted = Wanted::parse(&query)?;
    let candidates = match kind.as_str() {
        "Local" => local_areas(country, &wanted),
        "TollFree" => toll_free_areas(&wanted),
        _ => return Err(Refusal::not_found()),
    };

    let stock = network.behaviour().numbers_per_area_code;
    let found: Vec<Value> = network.read(|world| {
        let for_sale = candidates.iter().flat_map(|(code, area)| {
            world.inventory.for_sale(code, stock).into_iter().map(move |number| (number, *area))
        });
        for_sale
            .filter(|(number, _)| world.number(number).is_none() && wanted.matches_digits(number))
            .take(wanted.results)
            .map(|(number, area)| describe(&number, area, country))
            .collect()
    });
    let uri = format!("/api/laml/2010-04-01/Accounts/{account}/AvailablePhoneNumbers/{country}/{kind}");
    Ok((StatusCode::OK, Json(json!({"uri": uri, "available_phone_numbers": found}))))
}

/// Filters of a search that passed their checks.
struct Wanted<'a> {
    area_code: Option<&'a str>,
    digits: Option<String>,
    region: Option<String>,
    locality: Option<&'a str>,
    results: usize,
}

impl<'a> Wanted<'a> {
    fn parse(query: &'a Form) -> Result<Self, Refusal> {
        let area_code = query.filled("AreaCode");
        if area_code.is_some_and(|code| code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(Refusal::bad_request(21451, "The area code is badly formatted"));
        }
        let digits = match query.filled("Contains") {
            None => None,
            Some(text) => Some(text.chars().map(keypad_digit).collect::<Option<String>>().ok_or_else(|| {
                Refusal::bad_request(90000, "Contains may only have the characters 0-9, a-z and A-Z")
            })?),
        };
        let region = query.filled("InRegion").map(str::to_ascii_uppercase);
        let locality = query.filled("InLocality");
        if locality.is_some() && region.is_none() {
            return Err(Refusal::bad_request(90000, "InLocality is only valid together with InRegion"));
        }
        let results = match query.filled("PageSize").map(str::parse::<usize>) {
            None => DEFAULT_RESULTS,
            Some(Ok(size)) if size > 0 => size.min(MAX_RESULTS),
            Some(_) => return Err(Refusal::bad_request(21481, "PageSize must be a positive number")),
        };
        Ok(Self { area_code, digits, region, locality, results })
    }

    fn matches_digits(&self, phone_number: &str) -> bool {
        self.digits.as_ref().is_none_or(|digits| phone_number.trim_start_matches("+1").contains(digits.as_str()))
    }
}

/// The digit that a character stands for on a telephone keypad.
fn keypad_digit(character: char) -> Option<char> {
    match character.to_ascii_lowercase() {
        digit @ '0'..='9' => Some(digit),
        'a'..='c' => Some('2'),
        'd'..='f' => Some('3'),
        'g'..='i' => Some('4'),
        'j'..='l' => Some('5'),
        'm'..='o' => Some('6'),
        'p'..='s' => Some('7'),
        't'..='v' => Some('8'),
        'w'..='z' => Some('9'),
        _ => None,
    }
}

/// The area codes to search: the named one even when the table lacks it, because stock may have been put there.
fn local_areas(country: &str, wanted: &Wanted<'_>) -> Vec<(String, Option<Area>)> {
    let fits = |area: &Area| {
        area.country == country
            && wanted.region.as_deref().is_none_or(|region| area.region == region)
            && wanted.locality.is_none_or(|city| area.city.is_some_and(|name| name.eq_ignore_ascii_case(city)))
    };
    let Some(code) = wanted.area_code else {
        return inventory::areas().filter(fits).map(|area| (area.code.to_owned(), Some(area))).collect();
    };
    match inventory::area(code) {
        Some(area) if fits(&area) => vec![(code.to_owned(), Some(area))],
        None if wanted.region.is_none() && !TOLL_FREE_PREFIXES.contains(&code) => vec![(code.to_owned(), None)],
        _ => Vec::new(),
    }
}

fn toll_free_areas(wanted: &Wanted<'_>) -> Vec<(String, Option<Area>)> {
    let prefixes = TOLL_FREE_PREFIXES.iter().filter(|prefix| wanted.area_code.is_none_or(|code| code == **prefix));
    prefixes.map(|prefix| ((*prefix).to_owned(), None)).collect()
}

fn describe(phone_number: &str, area: Option<Area>, country: &str) -> Value {
    json!({
        "friendly_name": national_format(phone_number),
        "phone_number": phone_number,
        "rate_center": area.and_then(|area| area.city).map(str::to_uppercase),
        "region": area.map(|area| area.region),
        "iso_country": country,
        "beta": false,
        "lata": null,
        "locality": null,
        "latitude": null,
        "longitude": null,
        "postal_code": null,
        // Upper case here, lower case on owned numbers.
        "capabilities": {"voice": true, "SMS": true, "MMS": true},
    })
}
