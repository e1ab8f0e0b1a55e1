//! A phone that is called: it rings, and then somebody picks up or not.

use super::{
    line::{Ending, Heard, Line, Wait},
    lines::{Order, Request},
};
use crate::{
    behaviour::AnswerCalls,
    destinations::{self, CallFate},
    records::{CallEvent, CallStatus, EndedBy, WaitingFor},
};

/// Seconds until a phone that answers by itself does so.
const PICK_UP: f64 = 2.0;
/// Seconds until a network says that a phone is busy or does not exist.
const REFUSE: f64 = 1.0;

pub enum Rang {
    Answered {
        machine: bool,
        /// To be accepted when the call is connected.
        request: Option<Request>,
    },
    Unanswered {
        status: CallStatus,
        by: EndedBy,
    },
}

impl Rang {
    fn unanswered(status: CallStatus, by: EndedBy) -> Self {
        Self::Unanswered { status, by }
    }
}

/// Rings for so many seconds.
pub async fn ring(line: &mut Line, timeout: u32) -> Rang {
    line.reports.tell(CallEvent::Initiated);
    line.change(|call| call.status = CallStatus::Ringing);
    line.reports.tell(CallEvent::Ringing);
    line.wait_for(Some(WaitingFor::Answer));
    let rang = until_answered(line, f64::from(timeout)).await.unwrap_or_else(|ending| match ending {
        Ending::HungUp(_) => Rang::unanswered(CallStatus::Busy, EndedBy::Callee),
        _ => Rang::unanswered(CallStatus::Canceled, EndedBy::Api),
    });
    line.wait_for(None);
    rang
}

async fn until_answered(line: &mut Line, timeout: f64) -> Result<Rang, Ending> {
    let habit = match destinations::call_fate(&line.record().to) {
        CallFate::AsSet => line.network.behaviour().answer_calls,
        CallFate::NoAnswer => AnswerCalls::NoAnswer,
        CallFate::Busy => AnswerCalls::Busy,
        CallFate::Fails => {
            line.pass(REFUSE, Wait::Nothing).await?;
            return Ok(Rang::unanswered(CallStatus::Failed, EndedBy::Error));
        }
    };
    match habit {
        AnswerCalls::Manual => by_hand(line, timeout).await,
        AnswerCalls::Answer => {
            line.pass(PICK_UP, Wait::Nothing).await?;
            line.automatic = true;
            Ok(Rang::Answered { machine: false, request: None })
        }
        AnswerCalls::Busy => {
            line.pass(REFUSE, Wait::Nothing).await?;
            Ok(Rang::unanswered(CallStatus::Busy, EndedBy::Callee))
        }
        AnswerCalls::NoAnswer => {
            line.pass(timeout, Wait::Nothing).await?;
            Ok(Rang::unanswered(CallStatus::NoAnswer, EndedBy::Timeout))
        }
    }
}

async fn by_hand(line: &mut Line, timeout: f64) -> Result<Rang, Ending> {
    let end = line.seconds() + timeout;
    while line.seconds() < end {
        let Heard::Asked(request) = line.listen(end - line.seconds(), Wait::Answer).await? else { break };
        match request.order {
            Order::Answer { machine } => return Ok(Rang::Answered { machine, request: Some(request) }),
            Order::Decline => {
                request.accept();
                return Ok(Rang::unanswered(CallStatus::Busy, EndedBy::Callee));
            }
            Order::Ignore => {
                line.advance(end - line.seconds());
                request.accept();
            }
            _ => request.refuse(),
        }
    }
    Ok(Rang::unanswered(CallStatus::NoAnswer, EndedBy::Timeout))
}
