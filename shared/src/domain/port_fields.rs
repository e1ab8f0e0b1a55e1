//! What a port order says, and what of it can be judged without asking anybody.

use chrono::{Days, NaiveDate};

use super::{PhoneNumber, text_enum::text_enum};

/// Days for which a letter of authorisation counts (SignalWire, porting).
pub const LOA_MAX_DAYS: u64 = 30;

text_enum! {
    /// What the carrier's lookup said about a number.
    pub enum Portability {
        /// It was not asked yet.
        Unchecked => "unchecked",
        /// It knows the number, on a line that can be ported.
        Portable => "portable",
        /// It did not answer. The order goes on; the operator checks by hand.
        Unknown => "unknown",
    }
}

text_enum! {
    /// Why a port takes as long as it does (SignalWire, porting).
    pub enum PortPace {
        /// Up to seven business days.
        Standard => "standard",
        /// Toll-free: up to two weeks.
        TollFree => "toll_free",
        /// Canada: up to two weeks.
        Canada => "canada",
    }
}

impl PortPace {
    /// Of one number.
    #[must_use]
    pub fn of(number: &PhoneNumber) -> Self {
        if number.is_toll_free() {
            Self::TollFree
        } else if number.country().as_deref() == Some("CA") {
            Self::Canada
        } else {
            Self::Standard
        }
    }

    /// The slowest of several: they move together.
    #[must_use]
    pub fn slowest<'a>(numbers: impl IntoIterator<Item = &'a PhoneNumber>) -> Self {
        numbers.into_iter().map(Self::of).max_by_key(|pace| pace.business_days()).unwrap_or(Self::Standard)
    }

    /// Business days that it usually takes at most.
    #[must_use]
    pub const fn business_days(self) -> u8 {
        match self {
            Self::Standard => 7,
            Self::TollFree | Self::Canada => 10,
        }
    }
}

/// Why a number cannot be ported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortNumberError {
    /// Not a number.
    #[error("must be a phone number, such as +14055550123 or (405) 555-0123, without an extension")]
    NotANumber,
    /// Of another country.
    #[error("is not a number of the United States or Canada; only those can be ported")]
    Abroad,
    /// A service.
    #[error("is a number of a service (such as 900 or 555-1212), which nobody can port")]
    Service,
}

/// Reads a number that is to be ported, in E.164 or as people write it.
///
/// # Errors
/// [`PortNumberError`]
pub fn parse_port_number(text: &str) -> Result<PhoneNumber, PortNumberError> {
    let number = PhoneNumber::parse_written(text).map_err(|_| PortNumberError::NotANumber)?;
    let home = number.is_toll_free() || matches!(number.country().as_deref(), Some("US" | "CA"));
    if number.as_str().len() != 12 || !number.as_str().starts_with("+1") || !home {
        return Err(PortNumberError::Abroad);
    }
    if number.is_special_service() {
        return Err(PortNumberError::Service);
    }
    Ok(number)
}

/// Why the carrier's lookup rules a number out; `None`: it does not. Words that are not documented rule out nothing.
#[must_use]
pub fn refused_line(is_valid: bool, number_type: Option<&str>, line_type: Option<&str>) -> Option<&'static str> {
    if !is_valid {
        return Some("cannot be ported: the carrier does not know it; check the digits");
    }
    let words = [number_type, line_type].into_iter().flatten().map(str::to_ascii_lowercase);
    for word in words {
        match word.as_str() {
            "pager" | "premium_rate" | "premium rate" | "shared_cost" | "personal_number" | "uan" | "voicemail" => {
                return Some(
                    "cannot be ported: it is a pager, a premium-rate number or a service, not a line of yours",
                );
            }
            _ => {}
        }
    }
    None
}

/// Why a letter of authorisation does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoaError {
    /// Its date is to come.
    #[error("is in the future; give the date on the letter")]
    Future,
    /// It is too old.
    #[error("is more than {LOA_MAX_DAYS} days ago; have a new letter of authorisation signed and upload it")]
    TooOld,
}

/// Whether a letter signed on that day counts today.
///
/// # Errors
/// [`LoaError`]
pub fn check_loa_date(signed_on: NaiveDate, today: NaiveDate) -> Result<(), LoaError> {
    if signed_on > today {
        return Err(LoaError::Future);
    }
    let oldest = today.checked_sub_days(Days::new(LOA_MAX_DAYS)).unwrap_or(today);
    if signed_on < oldest { Err(LoaError::TooOld) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_letter_counts_for_thirty_days() {
        let today = date("2026-03-31");
        assert_eq!(check_loa_date(today, today), Ok(()));
        assert_eq!(check_loa_date(date("2026-03-01"), today), Ok(()));
        assert_eq!(check_loa_date(date("2026-02-28"), today), Err(LoaError::TooOld));
        assert_eq!(check_loa_date(date("2026-04-01"), today), Err(LoaError::Future));
    }

    #[test]
    fn numbers_of_the_united_states_and_canada_can_be_ported() {
        for (text, number, pace) in [
            ("(405) 555-0123", "+14055550123", PortPace::Standard),
            ("+16042010100", "+16042010100", PortPace::Canada),
            ("800 201 0100", "+18002010100", PortPace::TollFree),
        ] {
            let parsed = parse_port_number(text).unwrap();
            assert_eq!((parsed.as_str(), PortPace::of(&parsed)), (number, pace), "{text}");
        }
        for (text, error) in [
            ("+442071838750", PortNumberError::Abroad),
            ("+18762010100", PortNumberError::Abroad),
            ("+19002010100", PortNumberError::Service),
            ("405", PortNumberError::NotANumber),
            ("front desk", PortNumberError::NotANumber),
        ] {
            assert_eq!(parse_port_number(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_slowest_number_sets_the_pace() {
        let numbers = ["+14055550123", "+18002010100"].map(|text| parse_port_number(text).unwrap());
        assert_eq!(PortPace::slowest(&numbers), PortPace::TollFree);
        assert_eq!(PortPace::slowest(&numbers[..1]), PortPace::Standard);
    }

    #[test]
    fn only_what_the_carrier_says_for_certain_rules_a_number_out() {
        assert!(refused_line(false, None, None).is_some());
        assert!(refused_line(true, Some("PAGER"), None).is_some());
        for line in [None, Some("landline"), Some("wireless"), Some("voip"), Some("something new")] {
            assert_eq!(refused_line(true, Some("FIXED_LINE"), line), None, "{line:?}");
        }
    }
}
