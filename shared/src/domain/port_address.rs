//! Where a line is, as the losing carrier has it.

use serde::{Deserialize, Serialize};

/// Longest line of an address.
const MAX_LINE: usize = 100;

/// An address of service in the United States or Canada.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceAddress {
    /// House number and street.
    pub street: String,
    /// Suite, floor, flat.
    #[serde(default)]
    pub street2: Option<String>,
    /// Town.
    pub city: String,
    /// State or province: two letters.
    pub region: String,
    /// `73102`, `73102-1234` or `V5K 0A1`.
    pub postal_code: String,
    /// `US` or `CA`.
    #[serde(default = "united_states")]
    pub country: String,
}

/// What is wrong with one of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceAddressError {
    /// Its name.
    pub field: &'static str,
    /// What is expected.
    pub detail: &'static str,
}

fn united_states() -> String {
    "US".to_owned()
}

impl ServiceAddress {
    /// The address without space around its lines, region and postal code in the usual spelling.
    ///
    /// # Errors
    /// All members at fault.
    pub fn checked(mut self) -> Result<Self, Vec<ServiceAddressError>> {
        let mut errors = Vec::new();
        let mut fault = |field, detail| errors.push(ServiceAddressError { field, detail });
        self.street2 = self.street2.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
        for line in [&mut self.street, &mut self.city, &mut self.region, &mut self.postal_code, &mut self.country] {
            *line = line.trim().to_owned();
        }
        for text in [&mut self.region, &mut self.postal_code, &mut self.country] {
            text.make_ascii_uppercase();
        }
        if !is_line(&self.street) {
            fault("street", "must be the house number and street, 1 to 100 characters on one line");
        }
        if self.street2.as_deref().is_some_and(|line| !is_line(line)) {
            fault("street2", "must have at most 100 characters on one line");
        }
        if !is_line(&self.city) {
            fault("city", "must be the town, 1 to 100 characters on one line");
        }
        if self.region.len() != 2 || !self.region.bytes().all(|b| b.is_ascii_uppercase()) {
            fault("region", "must be the two letters of the state or province, such as OK");
        }
        match self.country.as_str() {
            "US" if !is_zip(&self.postal_code) => {
                fault("postalCode", "must be a ZIP code, such as 73102 or 73102-1234");
            }
            "CA" => match canadian(&self.postal_code) {
                Some(code) => self.postal_code = code,
                None => fault("postalCode", "must be a Canadian postal code, such as V5K 0A1"),
            },
            "US" => {}
            _ => fault("country", "must be US or CA"),
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }
}

fn is_line(text: &str) -> bool {
    (1..=MAX_LINE).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_zip(text: &str) -> bool {
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('-') {
        Some((zip, four)) => digits(zip, 5) && digits(four, 4),
        None => digits(text, 5),
    }
}

fn canadian(text: &str) -> Option<String> {
    let packed: String = text.chars().filter(|c| *c != ' ').collect();
    let fits = packed.len() == 6
        && packed
            .bytes()
            .enumerate()
            .all(|(at, b)| if at % 2 == 0 { b.is_ascii_uppercase() } else { b.is_ascii_digit() });
    fits.then(|| format!("{} {}", &packed[..3], &packed[3..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(region: &str, postal_code: &str, country: &str) -> ServiceAddress {
        ServiceAddress {
            street: " 1 Main St ".to_owned(),
            street2: Some("  ".to_owned()),
            city: "Springfield".to_owned(),
            region: region.to_owned(),
            postal_code: postal_code.to_owned(),
            country: country.to_owned(),
        }
    }

    #[test]
    fn usual_spellings_are_brought_into_one() {
        let checked = address("ok", "73102", "us").checked().unwrap();
        assert_eq!((checked.street.as_str(), checked.street2, checked.region.as_str()), ("1 Main St", None, "OK"));
        assert_eq!(address("BC", "v5k0a1", "CA").checked().unwrap().postal_code, "V5K 0A1");
        assert!(address("OK", "73102-1234", "US").checked().is_ok());
    }

    #[test]
    fn every_member_at_fault_is_named() {
        let fields = |address: ServiceAddress| -> Vec<&str> {
            address.checked().err().unwrap_or_default().iter().map(|error| error.field).collect()
        };
        assert_eq!(fields(address("Oklahoma", "7310", "US")), ["region", "postalCode"]);
        assert_eq!(fields(address("BC", "73102", "CA")), ["postalCode"]);
        assert_eq!(fields(address("OK", "73102", "MX")), ["country"]);
        let empty = ServiceAddress { street: String::new(), city: "a\nb".to_owned(), ..address("OK", "73102", "US") };
        assert_eq!(fields(empty), ["street", "city"]);
    }
}
