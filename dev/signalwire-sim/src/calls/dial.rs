//! `<Dial>`: rings other phones, all at once; the first to answer is connected with the caller.

use std::collections::VecDeque;

use futures_util::{StreamExt, stream::FuturesUnordered};

use super::{
    bridge,
    line::{self, Ending, Heard, Line, whole_seconds},
    lines::Request,
    parameters::{self, Parameters},
    reports::Reports,
    ring::{self, Rang},
    walk::{self, Fetch, Next},
};
use crate::{
    cxml::voice::{Dial, Number},
    inbound::absolute,
    journal::WebhookKind,
    records::{CallDirection, CallRecord, CallStatus, EndedBy, Hook, StatusHook, WaitingFor},
};

/// What became of it.
pub struct Dialled {
    pub status: CallStatus,
    pub leg: Option<String>,
    pub seconds: u32,
    pub recording_url: Option<String>,
    /// The caller's own call ended on the way.
    pub ended: Option<Ending>,
}

impl Dialled {
    pub fn without_talk(status: CallStatus, leg: Option<String>, ended: Option<Ending>) -> Self {
        Self { status, leg, seconds: 0, recording_url: None, ended }
    }
}

pub async fn dial(line: &mut Line, wanted: &Dial, page: &Hook) -> Result<Next, Ending> {
    if !wanted.answer_on_bridge {
        line.answer();
    }
    line.wait_for(Some(WaitingFor::Dial));
    let dialled = ring_and_connect(line, wanted, page).await;
    line.wait_for(None);

    let action = wanted.action.as_ref().map(|target| Fetch::action(target, page, outcome(&dialled)));
    match (dialled.ended, action) {
        (Some(Ending::Redirected(hook)), _) => Err(Ending::Redirected(hook)),
        (Some(ending), action) => {
            line.farewell = action;
            Err(ending)
        }
        (None, Some(fetch)) => Ok(Next::Document(fetch)),
        (None, None) => Ok(Next::Verb),
    }
}

fn outcome(dialled: &Dialled) -> Parameters {
    let mut extra = vec![("DialCallStatus".to_owned(), dialled.status.as_str().to_owned())];
    parameters::add(&mut extra, "DialCallSid", dialled.leg.clone());
    parameters::add(&mut extra, "DialCallDuration", Some(dialled.seconds.to_string()));
    parameters::add(&mut extra, "RecordingUrl", dialled.recording_url.clone());
    extra
}

async fn ring_and_connect(line: &mut Line, wanted: &Dial, page: &Hook) -> Dialled {
    let call = line.record();
    let caller_id = wanted.caller_id.clone().unwrap_or_else(|| call.from.clone());
    let ours = line.network.read(|world| world.number(&caller_id).is_some());
    if !ours && caller_id != call.from && caller_id != call.to {
        line.change(|call| call.error = Some(format!("21210: {caller_id} is no number of the project")));
        return Dialled::without_talk(CallStatus::Failed, None, None);
    }
    let legs: Vec<(Line, &Number)> =
        wanted.numbers.iter().map(|number| (open_leg(line, &call, number, &caller_id, page), number)).collect();
    let first = first_answer(line, legs, wanted.timeout).await;
    match first {
        Ok(Answer { leg, number, request }) => connect(line, leg, (wanted, number, page), request).await,
        Err(unanswered) => unanswered,
    }
}

fn open_leg(line: &Line, call: &CallRecord, number: &Number, caller_id: &str, page: &Hook) -> Line {
    let mut leg = CallRecord::new(CallDirection::OutboundDial, caller_id, &number.to);
    leg.parent_sid = Some(call.sid.clone());
    leg.copies = call.copies;
    leg.status_callback = number.status.as_ref().map(|(target, events)| StatusHook {
        hook: Hook { url: absolute(&page.url, &target.url), method: target.method.clone() },
        events: events.clone(),
    });
    line.change(|call| call.legs.push(leg.sid.clone()));
    Line::open(&line.network, leg, VecDeque::new())
}

struct Answer<'a> {
    leg: Line,
    number: &'a Number,
    request: Option<Request>,
}

/// Rings until somebody answers, all are out, or the caller gives up; the phones that are still ringing then stop.
async fn first_answer<'a>(line: &mut Line, legs: Vec<(Line, &'a Number)>, timeout: u32) -> Result<Answer<'a>, Dialled> {
    let began = line.seconds();
    let everyone: Vec<(String, Reports)> = legs.iter().map(|(leg, _)| (leg.sid.clone(), leg.reports.clone())).collect();
    let mut ringing: FuturesUnordered<_> = legs
        .into_iter()
        .map(|(mut leg, number)| async move {
            let rang = ring::ring(&mut leg, timeout).await;
            (leg, number, rang)
        })
        .collect();

    let mut last = Dialled::without_talk(CallStatus::NoAnswer, None, None);
    let won = loop {
        tokio::select! {
            rang = ringing.next() => match rang {
                None => break None,
                Some((leg, number, Rang::Answered { request, .. })) => {
                    line.advance_to(began + leg.seconds());
                    break Some(Answer { leg, number, request });
                }
                Some((leg, _, Rang::Unanswered { status, by })) => {
                    leg.end(status, by);
                    line.advance_to(began + leg.seconds());
                    last = Dialled::without_talk(status, Some(leg.sid.clone()), None);
                }
            },
            request = line::next(&mut line.mailbox) => match line.sort(request) {
                Ok(Heard::Asked(request)) => request.refuse(),
                Ok(Heard::Silence) => {}
                Err(ending) => {
                    last = Dialled::without_talk(CallStatus::NoAnswer, None, Some(ending));
                    break None;
                }
            },
        }
    };
    drop(ringing);
    let winner = won.as_ref().map(|answer| answer.leg.sid.clone());
    for (sid, reports) in everyone.into_iter().filter(|(sid, _)| Some(sid) != winner.as_ref()) {
        line::end_record(&line.network, &reports, &sid, (CallStatus::Canceled, EndedBy::Parent, 0));
    }
    won.ok_or(last)
}

/// Whispers to the person who answered, then lets the two talk.
async fn connect(
    line: &mut Line,
    mut leg: Line,
    (wanted, number, page): (&Dial, &Number, &Hook),
    request: Option<Request>,
) -> Dialled {
    leg.answer();
    if let Some(request) = request {
        request.accept();
    }
    if let Some(target) = &number.whisper {
        let hook = Fetch::action(target, page, Vec::new()).page;
        let first = Fetch::new(WebhookKind::Whisper, hook.url, hook.method);
        let began = leg.seconds();
        let whispered = line.during(walk::run_inside(&mut leg, first)).await;
        line.advance(leg.seconds() - began);
        let sid = Some(leg.sid.clone());
        match whispered {
            Ok(Ending::OutOfVerbs) => {}
            Ok(ending) => {
                leg.close(&ending);
                return Dialled::without_talk(CallStatus::NoAnswer, sid, None);
            }
            Err(ending) => {
                leg.end(CallStatus::Completed, EndedBy::Parent);
                return Dialled::without_talk(CallStatus::NoAnswer, sid, Some(ending));
            }
        }
    }
    line.answer();
    bridge::talk(line, leg, wanted, page).await
}

/// Simulated seconds since a moment of the real clock.
pub fn simulated(line: &Line, since: std::time::Instant) -> u32 {
    whole_seconds(since.elapsed().as_secs_f64() / line::scale(&line.network))
}
