//! What the news of calls that we started means.

use super::over;
use crate::{
    db::call_events::CallFacts,
    domain::{ACCEPT_KEY, CallState, Direction},
    signalwire::CallWebhook,
};

/// The customer's phone: of a spoken call, or of one that a member is to be connected with.
pub(super) fn progress(webhook: &CallWebhook) -> CallFacts {
    let state = webhook.status.as_deref().and_then(CallState::from_carrier);
    let answered = matches!(state, Some(CallState::Answered | CallState::Completed));
    let ended = state.is_some_and(CallState::has_ended);
    let leg = if ended { over(webhook, Direction::Outbound) } else { CallFacts::default() };
    CallFacts {
        state,
        answered: answered.then_some(true),
        round: answered.then_some(0),
        number: webhook.to.clone().filter(|_| answered),
        ended: ended.then_some(true),
        seconds: webhook.duration.filter(|_| ended),
        ..leg
    }
}

/// The phone of a member who is to be connected. Only the customer's leg says whether people have talked: that the member
/// picked up is no more than ringing, and that the member's phone was not answered ends the call with a code of its own.
pub(super) fn member(webhook: &CallWebhook) -> CallFacts {
    let state = webhook.status.as_deref().and_then(CallState::from_carrier);
    let (state, error_code) = match state {
        Some(CallState::Queued) => (Some(CallState::Queued), None),
        Some(CallState::Ringing | CallState::Answered) => (Some(CallState::Ringing), None),
        Some(CallState::Busy) => (state, Some("member_busy")),
        Some(CallState::NoAnswer) => (state, Some("member_no_answer")),
        Some(CallState::Canceled) => (state, Some("member_canceled")),
        Some(CallState::Failed) => (state, Some("member_failed")),
        Some(CallState::Completed) => {
            return CallFacts { member_ended: Some(true), ended: Some(true), ..over(webhook, Direction::Outbound) };
        }
        // Words that no call of ours has, or that this version does not know.
        Some(CallState::Pending | CallState::Unknown | CallState::Missed | CallState::Voicemail) | None => (None, None),
    };
    CallFacts { state, error_code, ended: error_code.map(|_| true), ..CallFacts::default() }
}

/// The customer has picked up, and the carrier has come for the text.
pub(super) fn speak(webhook: &CallWebhook) -> CallFacts {
    CallFacts {
        state: Some(CallState::Answered),
        answered: Some(true),
        round: Some(0),
        number: webhook.to.clone(),
        spoken: Some(true),
        ..CallFacts::default()
    }
}

/// The member was asked for a key.
pub(super) fn connect(webhook: &CallWebhook) -> CallFacts {
    let accepted = webhook.digits.as_deref() == Some(ACCEPT_KEY);
    CallFacts { accepted: accepted.then_some(true), ..CallFacts::default() }
}

/// The member's document goes on, because the customer's leg is over. Its own news say the same, and more; of a member who
/// has hung up before the customer answered only they know what became of the customer's phone.
pub(super) fn talked(webhook: &CallWebhook) -> CallFacts {
    let state = webhook.dial_status.as_deref().and_then(CallState::from_carrier);
    let has_member_ended = webhook.status.as_deref() == Some("completed");
    match state {
        Some(CallState::Completed | CallState::Answered) => CallFacts {
            state: Some(CallState::Completed),
            answered: Some(true),
            round: Some(0),
            ended: Some(true),
            seconds: webhook.dial_duration,
            ..CallFacts::default()
        },
        Some(_) if has_member_ended => CallFacts::default(),
        other => CallFacts { state: other, ..CallFacts::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn of_member(status: &str) -> CallFacts {
        let webhook = CallWebhook { status: Some(status.to_owned()), duration: Some(61), ..CallWebhook::default() };
        member(&webhook)
    }

    #[test]
    fn a_member_who_picks_up_is_not_an_answer() {
        assert_eq!(of_member("in-progress"), CallFacts { state: Some(CallState::Ringing), ..CallFacts::default() });
        let over = of_member("completed");
        assert_eq!((over.state, over.member_ended, over.ended, over.seconds), (None, Some(true), Some(true), None));
        assert_eq!((over.leg_seconds, over.leg_direction), (Some(61), Some(Direction::Outbound)));
    }

    #[test]
    fn a_member_who_does_not_pick_up_ends_the_call_by_name() {
        for (word, code) in [
            ("busy", "member_busy"),
            ("no-answer", "member_no_answer"),
            ("canceled", "member_canceled"),
            ("failed", "member_failed"),
        ] {
            let facts = of_member(word);
            assert_eq!((facts.error_code, facts.ended, facts.answered), (Some(code), Some(true), None), "{word}");
            assert!(crate::domain::explain_carrier_code(code).is_some(), "{code}");
        }
        assert_eq!(of_member("dancing"), CallFacts::default());
    }

    #[test]
    fn the_end_of_the_talk_says_how_long_it_was_and_a_member_who_left_says_nothing() {
        let over = |dial: &str, status: &str| {
            talked(&CallWebhook {
                status: Some(status.to_owned()),
                dial_status: Some(dial.to_owned()),
                dial_duration: Some(42),
                ..CallWebhook::default()
            })
        };
        let talk = over("completed", "completed");
        assert_eq!((talk.state, talk.seconds, talk.answered), (Some(CallState::Completed), Some(42), Some(true)));
        assert_eq!(over("busy", "in-progress").state, Some(CallState::Busy));
        assert_eq!(over("no-answer", "completed"), CallFacts::default());
    }

    #[test]
    fn only_the_key_accepts() {
        let pressed =
            |digits: &str| connect(&CallWebhook { digits: Some(digits.to_owned()), ..CallWebhook::default() });
        assert_eq!(pressed("1").accepted, Some(true));
        assert_eq!((pressed("2").accepted, pressed("11").accepted), (None, None));
        assert_eq!(connect(&CallWebhook::default()).accepted, None);
    }
}
