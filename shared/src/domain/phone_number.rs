//! Phone numbers in E.164, checked by a port of Google's libphonenumber.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};
use serde::{Deserialize, Serialize};

use super::{AreaCode, MatchKey};

/// A phone number in E.164: `+`, country code, subscriber number; 7 to 15 digits.
///
/// `Debug` shows a masked form, because full numbers are never logged; `Display` shows all of it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = E164, pattern = r"^\+[1-9][0-9]{6,14}$", example = "+14052010100"))]
#[serde(transparent)]
pub struct PhoneNumber(String);

/// Why a text is not a phone number in E.164.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneNumberError {
    /// Not `+` and digits.
    #[error("must be in E.164: \"+\", country code and number without spaces, for instance +14055550123")]
    NotE164,
    /// The shape is right, but no number of that country has this length or prefix.
    #[error("is not a number that can exist in its country")]
    Impossible,
    /// Not a number as people write it.
    #[error("must be a phone number, such as (405) 555-0123 or +44 20 7183 8750, without an extension")]
    NotWritten,
}

/// Where a number without a country code is.
const DEFAULT_REGION: Region = Region::US;

impl PhoneNumber {
    /// Accepts a number in E.164 whose length is possible in its country.
    ///
    /// # Errors
    /// [`PhoneNumberError`] says which rule was broken.
    pub fn parse(text: &str) -> Result<Self, PhoneNumberError> {
        let digits = text.strip_prefix('+').ok_or(PhoneNumberError::NotE164)?;
        if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
            return Err(PhoneNumberError::NotE164);
        }
        if is_north_american(digits) {
            return Ok(Self(text.to_owned()));
        }
        let parsed = PHONE_NUMBER_UTIL.parse(text, None).map_err(|_| PhoneNumberError::Impossible)?;
        let possible = parsed.is_possible_with_reason() == Ok(NumberLengthType::IsPossible);
        if !possible || parsed.format_as(PhoneNumberFormat::E164) != text {
            return Err(PhoneNumberError::Impossible);
        }
        Ok(Self(text.to_owned()))
    }

    /// Accepts a number as people write it: with spaces, brackets and dashes, in the national format of the United States
    /// or with the country code.
    ///
    /// # Errors
    /// [`PhoneNumberError::NotWritten`] for what is no number, or one with an extension, which cannot be texted.
    pub fn parse_written(text: &str) -> Result<Self, PhoneNumberError> {
        let parsed = PHONE_NUMBER_UTIL.parse(text, Some(DEFAULT_REGION)).map_err(|_| PhoneNumberError::NotWritten)?;
        if parsed.extension.is_some() {
            return Err(PhoneNumberError::NotWritten);
        }
        let number = parsed.format_as(PhoneNumberFormat::E164);
        // Mexico's old spelling does not exist any more; what is meant does.
        let parse = |text: &str| Self::parse(text).map_err(|_| PhoneNumberError::Impossible);
        parse(&number).or_else(|error| parse(MatchKey::of(&number).as_str()).map_err(|_| error))
    }

    /// The number in E.164.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// ISO 3166 alpha-2 code of the country (`US`, `CA`, …); `None` for a code that no country has.
    ///
    /// A number whose area code is not in the library's tables counts as one of the main country of its calling code:
    /// new area codes come into use before the tables know them, and the carrier is the judge of what exists.
    #[must_use]
    pub fn country(&self) -> Option<String> {
        let parsed = PHONE_NUMBER_UTIL.parse(&self.0, None).ok()?;
        let main = || PHONE_NUMBER_UTIL.get_region_for_country_code(parsed.country_code);
        parsed.get_region_code().or_else(main).map(|region| region.to_string())
    }

    /// Whether a call to it costs extra or reaches a service instead of a person: premium rate, shared cost and personal
    /// numbers, and in North America emergency, directory and paid services (N11, 976, 555-1212).
    #[must_use]
    pub fn is_special_service(&self) -> bool {
        let kind = PHONE_NUMBER_UTIL.parse(&self.0, None).map(|parsed| parsed.get_type());
        let costs_extra = matches!(
            kind,
            Ok(PhoneNumberType::PremiumRate | PhoneNumberType::SharedCost | PhoneNumberType::PersonalNumber)
        );
        costs_extra || is_north_american_service(&self.0)
    }

    /// Whether it is a toll-free number of North America.
    #[must_use]
    pub fn is_toll_free(&self) -> bool {
        let area_code = self.0.strip_prefix("+1").and_then(|national| national.get(..3)?.parse().ok());
        area_code.is_some_and(|code: AreaCode| code.is_toll_free())
    }

    /// Country code and last two digits, for logs: `+1********23`.
    #[must_use]
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// A number of North America is possible with ten digits, of which the first is neither 0 nor 1 (North American Numbering
/// Plan). Most numbers are, and for them the library's tables need not be read, which costs the start of a function four
/// milliseconds and as many megabytes.
fn is_north_american(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'2'
}

/// The tables of libphonenumber have no types for these: area codes and exchanges of three digits that end in 11 are
/// services (North American Numbering Plan, N11 codes), 900 and 976 bill the caller, 555-1212 is the directory.
fn is_north_american_service(number: &str) -> bool {
    let Some(national) = number.strip_prefix("+1").filter(|national| national.len() == 10) else { return false };
    let (area, rest) = national.split_at(3);
    let exchange = &rest[..3];
    let is_paid = area == "900" || exchange == "976" || rest == "5551212";
    is_paid || area.ends_with("11") || exchange.ends_with("11")
}

/// Masks anything that stands where a phone number may stand: the first two and the last two characters stay.
#[must_use]
pub fn mask(text: &str) -> String {
    let count = text.chars().count();
    text.chars().enumerate().map(|(i, c)| if i < 2 || (count > 6 && i + 2 >= count) { c } else { '*' }).collect()
}

impl std::str::FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl std::fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_e164_are_accepted_as_they_are() {
        for text in ["+14055550123", "+12132186751", "+447400123456", "+5511987654321"] {
            assert_eq!(PhoneNumber::parse(text).unwrap().as_str(), text);
        }
    }

    /// `is_north_american` says of every area code and exchange what the library says.
    #[test]
    fn numbers_of_north_america_are_possible_as_the_library_says() {
        for start in 2000..=9999 {
            let text = format!("+1{start}{:06}", u32::wrapping_mul(start, 7919) % 1_000_000);
            assert!(is_north_american(&text[1..]));
            let parsed = PHONE_NUMBER_UTIL.parse(&text, None).unwrap();
            assert_eq!(parsed.is_possible_with_reason(), Ok(NumberLengthType::IsPossible), "{text}");
            assert_eq!(parsed.format_as(PhoneNumberFormat::E164), text);
        }
        assert!(
            !is_north_american("10405550123") && !is_north_american("1405555012") && !is_north_american("24055550123")
        );
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in [
            "",
            "+",
            "14055550123",
            "+1 405 555 0123",
            "(405) 555-0123",
            "+0405550123",
            "72975",
            "ACME",
            "+1405555012a",
            "+١٤٠٥٥٥٥٠١٢٣",
        ] {
            assert_eq!(PhoneNumber::parse(text), Err(PhoneNumberError::NotE164), "{text}");
        }
        for text in ["+140555501", "+1405555012345", "+9990000000"] {
            assert_eq!(PhoneNumber::parse(text), Err(PhoneNumberError::Impossible), "{text}");
        }
    }

    #[test]
    fn numbers_as_people_write_them_become_e164() {
        for (text, number) in [
            ("(405) 555-0123", "+14055550123"),
            ("405.555.0123", "+14055550123"),
            ("1 405 555 0123", "+14055550123"),
            (" +1-405-555-0123 ", "+14055550123"),
            ("+44 (0)20 7183 8750", "+442071838750"),
            ("011 44 20 7183 8750", "+442071838750"),
            ("+55 (11) 98765-4321", "+5511987654321"),
            ("+52 1 55 1234 5678", "+525512345678"),
            ("+54 9 11 5493-3738", "+5491154933738"),
        ] {
            assert_eq!(PhoneNumber::parse_written(text).map(|n| n.0).as_deref(), Ok(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_told_in_words() {
        for text in ["", "   ", "Maria", "405 555 0123 ext. 7", "\0", &"1".repeat(300)] {
            assert_eq!(PhoneNumber::parse_written(text), Err(PhoneNumberError::NotWritten), "{text}");
        }
        for text in ["12", "555-01", "+999 000 0000", "405 555 01234567"] {
            assert!(PhoneNumber::parse_written(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_country_tells_canada_from_the_united_states() {
        let country = |text| PhoneNumber::parse(text).unwrap().country();
        assert_eq!(country("+14052010100").as_deref(), Some("US"));
        assert_eq!(country("+16042010100").as_deref(), Some("CA"));
        assert_eq!(country("+447400123456").as_deref(), Some("GB"));
        assert_eq!(country("+18762010100").as_deref(), Some("JM"));
        assert_eq!(country("+15557654321").as_deref(), Some("US"), "no such area code yet");
    }

    #[test]
    fn services_are_told_from_people() {
        for service in [
            "+19002010100",
            "+14059762010",
            "+14055551212",
            "+19115550123",
            "+14059110123",
            "+14054110123",
            "+15002345678",
            "+449061234567",
            "+447012345678",
        ] {
            assert!(PhoneNumber::parse(service).unwrap().is_special_service(), "{service}");
        }
        for person in ["+14055550123", "+14052010100", "+19075550103", "+18002010100", "+447400123456"] {
            assert!(!PhoneNumber::parse(person).unwrap().is_special_service(), "{person}");
        }
    }

    #[test]
    fn debug_output_never_shows_the_number() {
        let number = PhoneNumber::parse("+14055550123").unwrap();
        assert_eq!(format!("{number:?}"), "PhoneNumber(+1********23)");
        assert_eq!(mask("72975"), "72***");
        assert_eq!(mask("ACME"), "AC**");
    }
}
