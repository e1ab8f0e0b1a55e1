//! Several ways to write one number, and the key under which they are the same.

/// What two spellings of one number have in common. Contacts are unique by it, and an inbound number finds its contact by
/// it; it is never dialled.
///
/// Carriers and WhatsApp write the mobile numbers of three countries in an old and a new way:
///
/// - Brazil gave mobile numbers a ninth digit, a 9 in front: `+55 11 98765-4321` was `+55 11 8765-4321`. Only numbers that
///   begin with 6 to 9 after it existed before; the others would turn into somebody's landline.
/// - Mexico had a 1 after `+52` for mobile numbers.
/// - Argentina has a 9 after `+54` for mobile numbers that are called from abroad.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MatchKey(String);

impl MatchKey {
    /// The key of a number as a carrier writes it. Short codes and alphanumeric senders are their own.
    #[must_use]
    pub fn of(number: &str) -> Self {
        let Some(digits) = number.strip_prefix('+').filter(|d| d.len() == 13 && d.bytes().all(|b| b.is_ascii_digit()))
        else {
            return Self(number.to_owned());
        };
        let is_brazilian_mobile = matches!(digits.as_bytes(), [b'5', b'5', b'1'..=b'9', _, b'9', b'6'..=b'9', ..]);
        let surplus = match &digits[..3] {
            _ if is_brazilian_mobile => 4,
            "521" | "549" => 2,
            _ => return Self(number.to_owned()),
        };
        Self(format!("+{}{}", &digits[..surplus], &digits[surplus + 1..]))
    }

    /// The text that is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_share_a_key() {
        for (one, other) in [
            // Brazil: São Paulo, Porto Alegre, Manaus.
            ("+5511987654321", "+551187654321"),
            ("+5551998644323", "+555198644323"),
            ("+5592961234567", "+559261234567"),
            // Mexico: Mexico City, Cancún.
            ("+5215512345678", "+525512345678"),
            ("+5219841056553", "+529841056553"),
            // Argentina: Buenos Aires, San Juan.
            ("+5491154933738", "+541154933738"),
            ("+5492644472542", "+542644472542"),
        ] {
            assert_eq!(MatchKey::of(one), MatchKey::of(other), "{one} {other}");
            assert_eq!(MatchKey::of(other).as_str(), other, "the short spelling is the key");
        }
    }

    #[test]
    fn other_numbers_are_their_own_key() {
        for number in [
            "+14055550123",
            "+447400123456",
            // Landlines, and a Brazilian mobile number that has no old spelling: without its 9 it is a landline.
            "+551132654321",
            "+5511932654321",
            "+525512345678",
            "+541154933738",
            // Thirteen digits of other countries, and what is no number.
            "+4915112345678",
            "+5215512345",
            "72975",
            "ACME",
            "",
            "+55119876é4321",
        ] {
            assert_eq!(MatchKey::of(number).as_str(), number);
        }
    }
}
