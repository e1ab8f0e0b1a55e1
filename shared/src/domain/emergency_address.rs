//! Where an ambulance goes when somebody calls 911 from a number (SignalWire, E911; addresses, create).

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;

const LONGEST: usize = 250;

text_enum! {
    /// What a part of a building is called.
    pub enum UnitType {
        /// A flat.
        Apartment => "Apartment",
        /// Below the ground.
        Basement => "Basement",
        /// One of several buildings.
        Building => "Building",
        /// A department.
        Department => "Department",
        /// A whole floor.
        Floor => "Floor",
        /// An office.
        Office => "Office",
        /// On the roof.
        Penthouse => "Penthouse",
        /// Several rooms.
        Suite => "Suite",
        /// On wheels.
        Trailer => "Trailer",
        /// Any other.
        Unit => "Unit",
    }
}

text_enum! {
    /// How far the address of a number is at the carrier.
    pub enum EmergencyAddressStatus {
        /// On its way.
        Pending => "pending",
        /// In use.
        Active => "active",
        /// Not taken.
        Failed => "failed",
        /// It is being taken away.
        Removing => "removing",
    }
}

/// An address in the United States or Canada.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmergencyAddress {
    /// Who is to be helped there.
    pub first_name: String,
    /// See `firstName`.
    pub last_name: String,
    /// House number.
    pub street_number: String,
    /// Street.
    pub street_name: String,
    /// What the part of the building is called.
    #[serde(default)]
    pub unit_type: Option<UnitType>,
    /// Its number.
    #[serde(default)]
    pub unit_number: Option<String>,
    /// City.
    pub city: String,
    /// Two letters of the state or province.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// `US` or `CA`.
    pub country: String,
}

impl std::fmt::Debug for EmergencyAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmergencyAddress").field("state", &self.state).finish_non_exhaustive()
    }
}

impl EmergencyAddress {
    /// The fields at fault, with what is expected.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let is_text = |text: &str| {
            let length = text.trim().chars().count();
            (1..=LONGEST).contains(&length) && !text.chars().any(char::is_control)
        };
        let texts = [
            ("firstName", &self.first_name),
            ("lastName", &self.last_name),
            ("streetNumber", &self.street_number),
            ("streetName", &self.street_name),
            ("city", &self.city),
        ];
        let bad = texts.into_iter().filter(|(_, text)| !is_text(text));
        let mut faults: Vec<_> = bad.map(|(field, _)| (field, "must be 1 to 250 characters on one line")).collect();
        if !self.street_number.chars().any(|c| c.is_ascii_digit()) && !self.street_number.is_empty() {
            faults.push(("streetNumber", "must have a digit"));
        }
        if self.unit_number.as_deref().is_some_and(|text| !is_text(text)) {
            faults.push(("unitNumber", "must be 1 to 250 characters on one line"));
        }
        if self.unit_type.is_some() != self.unit_number.is_some() {
            faults.push(("unitNumber", "belongs together with unitType"));
        }
        if self.state.len() != 2 || !self.state.bytes().all(|b| b.is_ascii_uppercase()) {
            faults.push(("state", "must be two capital letters, such as OK"));
        }
        match self.country.as_str() {
            "US" if is_us_postal_code(&self.postal_code) => {}
            "US" => faults.push(("postalCode", "must be five digits, or nine such as 74103-0001")),
            "CA" if is_canadian_postal_code(&self.postal_code) => {}
            "CA" => faults.push(("postalCode", "must be such as K1A 0B1")),
            _ => faults.push(("country", "must be US or CA")),
        }
        faults
    }
}

fn is_us_postal_code(text: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('-') {
        Some((five, four)) => digits(five, 5) && digits(four, 4),
        None => digits(text, 5),
    }
}

fn is_canadian_postal_code(text: &str) -> bool {
    let bare: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    let fits = |(at, byte): (usize, &u8)| if at % 2 == 0 { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() };
    bare.len() == 6 && text.len() <= 7 && bare.iter().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> EmergencyAddress {
        EmergencyAddress {
            first_name: "Ada".into(),
            last_name: "Bird".into(),
            street_number: "12".into(),
            street_name: "Main St".into(),
            unit_type: None,
            unit_number: None,
            city: "Tulsa".into(),
            state: "OK".into(),
            postal_code: "74103".into(),
            country: "US".into(),
        }
    }

    type Change = fn(&mut EmergencyAddress);

    #[test]
    fn each_fault_is_found_by_its_field() {
        assert_eq!(good().faults(), []);
        let canadian =
            EmergencyAddress { postal_code: "K1A 0B1".into(), country: "CA".into(), state: "ON".into(), ..good() };
        assert_eq!(canadian.faults(), []);
        let cases: [(Change, &str); 8] = [
            (|a| a.first_name = " ".into(), "firstName"),
            (|a| a.street_number = "Main".into(), "streetNumber"),
            (|a| a.city = "a\nb".into(), "city"),
            (|a| a.state = "Oklahoma".into(), "state"),
            (|a| a.postal_code = "7410".into(), "postalCode"),
            (|a| a.postal_code = "K1A 0B1".into(), "postalCode"),
            (|a| a.country = "DE".into(), "country"),
            (|a| a.unit_type = Some(UnitType::Suite), "unitNumber"),
        ];
        for (change, field) in cases {
            let mut address = good();
            change(&mut address);
            assert_eq!(address.faults().iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field]);
        }
        assert!(!format!("{:?}", good()).contains("Main St"), "it is in no log");
    }
}
