//! The checks before a call is placed, and the proof that they were made.

use super::{Consent, PhoneNumber, Refusal, Sender};

/// Longest text that is spoken: as long as a text, close to two minutes, and far below what one `<Say>` holds (SignalWire,
/// cXML, Say: 4096 characters).
pub const MAX_SPOKEN_CHARACTERS: usize = 1600;
/// What a synthetic voice speaks in a minute, for the estimate of a call's cost.
const CHARACTERS_PER_MINUTE: usize = 900;

/// A call that passed every check. Only [`approve_spoken_call`] and [`approve_click_to_call`] build one, and the carrier
/// client takes nothing else, so that no path can call without the checks.
#[derive(Debug, Clone)]
pub struct ApprovedCall {
    sender: Sender,
    customer: PhoneNumber,
    purpose: CallPurpose,
}

/// Why somebody is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallPurpose {
    /// The customer hears a text.
    Speak {
        /// The text.
        body: String,
    },
    /// A member's own phone rings first and is then connected with the customer.
    Connect {
        /// The member's phone.
        member: PhoneNumber,
    },
}

/// Makes every check that an automated call must pass. That the customer does not mind is proven by the consent: whoever
/// has opted out of a number's texts is not called by its machine either.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn approve_spoken_call(body: &str, consent: &Consent, countries: &[String]) -> Result<ApprovedCall, Refusal> {
    if body.trim().is_empty() {
        return Err(Refusal::NothingToSay);
    }
    if body.chars().count() > MAX_SPOKEN_CHARACTERS {
        return Err(Refusal::SpokenTooLong);
    }
    let (sender, customer) = (consent.sender().clone(), consent.to().clone());
    check_customer(&sender, &customer, countries)?;
    Ok(ApprovedCall { sender, customer, purpose: CallPurpose::Speak { body: body.to_owned() } })
}

/// Makes every check that connecting a member with a customer must pass. No consent: an opt-out is about texts and
/// machines, and a person may call a customer who asked not to be texted. `own_numbers` are those that ring in this
/// platform itself.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn approve_click_to_call(
    member: PhoneNumber,
    sender: Sender,
    customer: PhoneNumber,
    own_numbers: &[PhoneNumber],
    countries: &[String],
) -> Result<ApprovedCall, Refusal> {
    check_customer(&sender, &customer, countries)?;
    if member == customer || member == sender.phone_number || own_numbers.contains(&member) {
        return Err(Refusal::MemberNumberTaken);
    }
    if !is_allowed(&member, countries) || member.is_special_service() {
        return Err(Refusal::InvalidMemberNumber);
    }
    Ok(ApprovedCall { sender, customer, purpose: CallPurpose::Connect { member } })
}

fn check_customer(sender: &Sender, customer: &PhoneNumber, countries: &[String]) -> Result<(), Refusal> {
    if !is_allowed(customer, countries) {
        return Err(Refusal::InvalidDestination);
    }
    if customer.is_special_service() {
        return Err(Refusal::SpecialService);
    }
    if *customer == sender.phone_number {
        return Err(Refusal::OwnNumber);
    }
    Ok(())
}

fn is_allowed(number: &PhoneNumber, countries: &[String]) -> bool {
    number.country().is_some_and(|country| countries.contains(&country))
}

impl ApprovedCall {
    /// The number that calls, and why.
    #[must_use]
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The number that calls; the customer sees it.
    #[must_use]
    pub fn from(&self) -> &PhoneNumber {
        &self.sender.phone_number
    }

    /// The customer.
    #[must_use]
    pub fn customer(&self) -> &PhoneNumber {
        &self.customer
    }

    /// The phone that rings first.
    #[must_use]
    pub fn first_to_ring(&self) -> &PhoneNumber {
        match &self.purpose {
            CallPurpose::Speak { .. } => &self.customer,
            CallPurpose::Connect { member } => member,
        }
    }

    /// What for.
    #[must_use]
    pub fn purpose(&self) -> &CallPurpose {
        &self.purpose
    }

    /// Minutes that it will be billed for, as far as that can be told before: the spoken text, or one for each phone.
    #[must_use]
    pub fn estimated_minutes(&self) -> i32 {
        match &self.purpose {
            CallPurpose::Speak { body } => {
                i32::try_from(body.chars().count().div_ceil(CHARACTERS_PER_MINUTE).max(1)).unwrap_or(i32::MAX)
            }
            CallPurpose::Connect { .. } => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SenderReason;

    const OURS: &str = "+14052010100";
    const CUSTOMER: &str = "+14052010199";
    const MEMBER: &str = "+14052010150";

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text).unwrap()
    }

    fn sender() -> Sender {
        Sender { phone_number_id: None, phone_number: number(OURS), number_type: None, reason: SenderReason::Platform }
    }

    fn countries() -> [String; 2] {
        ["US".to_owned(), "CA".to_owned()]
    }

    fn spoken(to: &str, body: &str) -> Result<ApprovedCall, Refusal> {
        approve_spoken_call(body, &Consent::looked_up(sender(), number(to)), &countries())
    }

    fn connect(member: &str, to: &str) -> Result<ApprovedCall, Refusal> {
        let other = number("+14052010101");
        approve_click_to_call(number(member), sender(), number(to), &[other], &countries())
    }

    #[test]
    fn a_spoken_call_rings_the_customer_and_is_estimated_by_its_length() {
        let call = spoken(CUSTOMER, "Your order is ready.").unwrap();
        assert_eq!((call.first_to_ring().as_str(), call.from().as_str()), (CUSTOMER, OURS));
        assert_eq!(call.estimated_minutes(), 1);
        assert_eq!(spoken(CUSTOMER, &"x".repeat(1600)).unwrap().estimated_minutes(), 2);
    }

    #[test]
    fn click_to_call_rings_the_member_first() {
        let call = connect(MEMBER, CUSTOMER).unwrap();
        assert_eq!((call.first_to_ring().as_str(), call.customer().as_str()), (MEMBER, CUSTOMER));
        assert_eq!(call.estimated_minutes(), 2);
    }

    #[test]
    fn each_rule_refuses() {
        assert_eq!(spoken(CUSTOMER, " \n").unwrap_err(), Refusal::NothingToSay);
        assert_eq!(spoken(CUSTOMER, &"ж".repeat(1601)).unwrap_err(), Refusal::SpokenTooLong);
        for (to, refusal) in [
            ("+447400123456", Refusal::InvalidDestination),
            ("+18762010100", Refusal::InvalidDestination),
            ("+19002010100", Refusal::SpecialService),
            ("+14059110123", Refusal::SpecialService),
            (OURS, Refusal::OwnNumber),
        ] {
            assert_eq!(spoken(to, "Hi").unwrap_err(), refusal, "{to}");
            assert_eq!(connect(MEMBER, to).unwrap_err(), refusal, "{to}");
        }
        for (member, refusal) in [
            ("+447400123456", Refusal::InvalidMemberNumber),
            ("+19002010100", Refusal::InvalidMemberNumber),
            (CUSTOMER, Refusal::MemberNumberTaken),
            (OURS, Refusal::MemberNumberTaken),
            ("+14052010101", Refusal::MemberNumberTaken),
        ] {
            assert_eq!(connect(member, CUSTOMER).unwrap_err(), refusal, "{member}");
        }
    }
}
