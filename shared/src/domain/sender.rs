//! Which number sends (DESIGN section 6, sender choice).

use super::{MessagingStatus, NumberStatus, NumberType, PhoneNumber, PhoneNumberId, Refusal, SenderReason};

/// A number of the workspace, as the choice needs it.
#[derive(Debug, Clone)]
pub struct OwnNumber {
    /// Its row.
    pub id: PhoneNumberId,
    /// E.164.
    pub phone_number: PhoneNumber,
    /// Its department.
    pub number_type: NumberType,
    /// In use or not.
    pub status: NumberStatus,
    /// May it text yet.
    pub messaging_status: MessagingStatus,
    /// Has the carrier switched on the channel in question.
    pub capable: bool,
}

impl OwnNumber {
    /// Only active, messaging-ready numbers that are capable of the channel count.
    #[must_use]
    pub fn usable(&self) -> bool {
        self.status == NumberStatus::Active && self.messaging_status == MessagingStatus::Ready && self.capable
    }
}

/// What a send asks for and what is known about the customer.
#[derive(Debug, Default, Clone)]
pub struct SenderRequest {
    /// The number that the request names.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The number of the conversation that the request names; `Some(None)` is a conversation on the platform number.
    pub conversation_number: Option<Option<PhoneNumberId>>,
    /// The department that the request names.
    pub number_type: Option<NumberType>,
    /// Numbers that the customer has a conversation with, the most recent first.
    pub recent_numbers: Vec<PhoneNumberId>,
}

/// The number that sends and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Its row; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// E.164.
    pub phone_number: PhoneNumber,
    /// Its department; `None` is the platform number.
    pub number_type: Option<NumberType>,
    /// The rule that chose it.
    pub reason: SenderReason,
}

impl Sender {
    fn own(number: &OwnNumber, reason: SenderReason) -> Self {
        Self {
            phone_number_id: Some(number.id),
            phone_number: number.phone_number.clone(),
            number_type: Some(number.number_type),
            reason,
        }
    }

    fn platform(number: &PhoneNumber, reason: SenderReason) -> Self {
        Self { phone_number_id: None, phone_number: number.clone(), number_type: None, reason }
    }
}

/// Chooses the sender: the explicit number → the conversation's own → the customer's last of the department → the
/// department's → primary → platform.
///
/// # Errors
/// A number that the request names must exist ([`Refusal::UnknownNumber`]) and be usable ([`Refusal::NumberNotReady`]):
/// sending from another one would not be what was asked for. Everything else falls back.
pub fn choose_sender(
    numbers: &[OwnNumber],
    request: &SenderRequest,
    platform: &PhoneNumber,
) -> Result<Sender, Refusal> {
    let find = |id: PhoneNumberId| numbers.iter().find(|n| n.id == id);
    if let Some(id) = request.phone_number_id {
        let number = find(id).ok_or(Refusal::UnknownNumber)?;
        if !number.usable() {
            return Err(Refusal::NumberNotReady);
        }
        return Ok(Sender::own(number, SenderReason::Explicit));
    }

    let mut wanted = request.number_type;
    match request.conversation_number {
        Some(None) => return Ok(Sender::platform(platform, SenderReason::Conversation)),
        Some(Some(id)) => match find(id) {
            Some(number) if number.usable() => return Ok(Sender::own(number, SenderReason::Conversation)),
            Some(number) => wanted = wanted.or(Some(number.number_type)),
            None => {}
        },
        None => {}
    }

    let usable = |number_type| numbers.iter().filter(move |n| n.usable() && n.number_type == number_type);
    if let Some(number_type) = wanted {
        let sticky = request.recent_numbers.iter().find_map(|id| usable(number_type).find(|n| n.id == *id));
        if let Some(number) = sticky {
            return Ok(Sender::own(number, SenderReason::Sticky));
        }
        if let Some(number) = usable(number_type).next() {
            return Ok(Sender::own(number, SenderReason::NumberType));
        }
    }
    if let Some(number) = usable(NumberType::Primary).next() {
        return Ok(Sender::own(number, SenderReason::Primary));
    }
    Ok(Sender::platform(platform, SenderReason::Platform))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn number(last: u8, number_type: NumberType) -> OwnNumber {
        OwnNumber {
            id: PhoneNumberId(Uuid::from_u128(last.into())),
            phone_number: PhoneNumber::parse(&format!("+140520101{last:02}")).unwrap(),
            number_type,
            status: NumberStatus::Active,
            messaging_status: MessagingStatus::Ready,
            capable: true,
        }
    }

    fn chosen(numbers: &[OwnNumber], request: &SenderRequest) -> Result<(Option<u128>, SenderReason), Refusal> {
        let platform = PhoneNumber::parse("+14052010100").unwrap();
        choose_sender(numbers, request, &platform).map(|s| (s.phone_number_id.map(|id| id.0.as_u128()), s.reason))
    }

    fn ids(numbers: &[OwnNumber]) -> Vec<PhoneNumberId> {
        numbers.iter().map(|n| n.id).collect()
    }

    #[test]
    fn each_rule_comes_before_the_next() {
        let numbers = [
            number(1, NumberType::Primary),
            number(2, NumberType::Sales),
            number(3, NumberType::Sales),
            number(4, NumberType::Support),
        ];
        let id = |i: usize| numbers[i].id;
        let sales = Some(NumberType::Sales);
        let all = SenderRequest {
            phone_number_id: Some(id(3)),
            conversation_number: Some(Some(id(0))),
            number_type: sales,
            recent_numbers: vec![id(3), id(2)],
        };
        assert_eq!(chosen(&numbers, &all), Ok((Some(4), SenderReason::Explicit)));
        let request = SenderRequest { phone_number_id: None, ..all.clone() };
        assert_eq!(chosen(&numbers, &request), Ok((Some(1), SenderReason::Conversation)));
        let request = SenderRequest { conversation_number: None, ..request };
        assert_eq!(chosen(&numbers, &request), Ok((Some(3), SenderReason::Sticky)));
        let request = SenderRequest { recent_numbers: vec![], ..request };
        assert_eq!(chosen(&numbers, &request), Ok((Some(2), SenderReason::NumberType)));
        let request = SenderRequest { number_type: Some(NumberType::Custom), ..request };
        assert_eq!(chosen(&numbers, &request), Ok((Some(1), SenderReason::Primary)));
        assert_eq!(chosen(&numbers, &SenderRequest::default()), Ok((Some(1), SenderReason::Primary)));
        assert_eq!(chosen(&[], &SenderRequest::default()), Ok((None, SenderReason::Platform)));
    }

    #[test]
    fn numbers_that_can_not_text_do_not_count() {
        let suspended = OwnNumber { status: NumberStatus::Suspended, ..number(1, NumberType::Primary) };
        let pending = OwnNumber { messaging_status: MessagingStatus::Pending, ..number(1, NumberType::Primary) };
        let voice_only = OwnNumber { capable: false, ..number(1, NumberType::Primary) };
        for unusable in [suspended, pending, voice_only] {
            let explicit = SenderRequest { phone_number_id: Some(unusable.id), ..SenderRequest::default() };
            assert_eq!(chosen(std::slice::from_ref(&unusable), &explicit), Err(Refusal::NumberNotReady));
            let conversation =
                SenderRequest { conversation_number: Some(Some(unusable.id)), ..SenderRequest::default() };
            assert_eq!(chosen(&[unusable], &conversation), Ok((None, SenderReason::Platform)));
        }
    }

    #[test]
    fn a_conversation_whose_number_is_gone_stays_with_its_department() {
        let mut numbers = [number(1, NumberType::Primary), number(2, NumberType::Sales), number(3, NumberType::Sales)];
        numbers[1].status = NumberStatus::Released;
        let request = SenderRequest { conversation_number: Some(Some(numbers[1].id)), ..SenderRequest::default() };
        assert_eq!(chosen(&numbers, &request), Ok((Some(3), SenderReason::NumberType)));
    }

    #[test]
    fn a_thread_on_the_platform_number_stays_there() {
        let numbers = [number(1, NumberType::Primary)];
        let request = SenderRequest {
            conversation_number: Some(None),
            recent_numbers: ids(&numbers),
            ..SenderRequest::default()
        };
        assert_eq!(chosen(&numbers, &request), Ok((None, SenderReason::Conversation)));
    }

    #[test]
    fn another_workspaces_number_is_unknown() {
        let request =
            SenderRequest { phone_number_id: Some(number(9, NumberType::Sales).id), ..SenderRequest::default() };
        assert_eq!(chosen(&[number(1, NumberType::Primary)], &request), Err(Refusal::UnknownNumber));
    }
}
