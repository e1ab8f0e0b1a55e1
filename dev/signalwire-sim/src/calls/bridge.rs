//! Two people talk until one of them hangs up.

use std::time::{Duration, Instant};

use super::{
    dial::{Dialled, simulated},
    line::{self, Ending, Heard, Line},
    lines::Order,
    recordings::{Recording, Reported, Taken},
};
use crate::{
    cxml::voice::Dial,
    records::{CallStatus, EndedBy, Hook, RecordingSource},
};

/// Seconds after which a phone that answers by itself hangs up.
const AUTOMATIC_TALK: u32 = 30;

enum End {
    /// The caller's call ended.
    Caller(Ending),
    /// The other one did.
    Leg(Ending),
    /// The caller pressed `*`.
    Star,
    Limit,
}

pub async fn talk(line: &mut Line, mut leg: Line, wanted: &Dial, page: &Hook) -> Dialled {
    let recording = wanted.record.map(|channels| {
        let reported = Reported::from_document(&wanted.recording, page);
        Recording::start(line, RecordingSource::DialVerb, (channels, "do-not-trim"), reported)
    });
    line.change(|call| call.bridged = true);
    leg.change(|call| call.bridged = true);
    let (seconds, end) = until_hangup(line, &mut leg, wanted).await;
    line.change(|call| call.bridged = false);

    let recording_url = recording.as_ref().map(Recording::url);
    if let Some(recording) = recording {
        recording.finish(Taken::talk(seconds), None);
    }
    let sid = leg.sid.clone();
    let ended = match end {
        End::Caller(ending) => {
            leg.end(CallStatus::Completed, EndedBy::Parent);
            Some(ending)
        }
        End::Leg(ending) => {
            leg.close(&ending);
            None
        }
        End::Star => {
            leg.end(CallStatus::Completed, EndedBy::Parent);
            None
        }
        End::Limit => {
            leg.end(CallStatus::Completed, EndedBy::Timeout);
            None
        }
    };
    Dialled { status: CallStatus::Completed, leg: Some(sid), seconds, recording_url, ended }
}

/// Both clocks have moved on by the length of the talk when this returns.
async fn until_hangup(line: &mut Line, leg: &mut Line, wanted: &Dial) -> (u32, End) {
    let started = Instant::now();
    let (line_began, leg_began) = (line.seconds(), leg.seconds());
    let automatic = line.automatic || leg.automatic;
    let limit = if automatic { AUTOMATIC_TALK.min(wanted.time_limit) } else { wanted.time_limit };
    let over = tokio::time::sleep(Duration::from_secs_f64(f64::from(limit) * line::scale(&line.network)));
    tokio::pin!(over);
    let end = loop {
        tokio::select! {
            request = line::next(&mut line.mailbox) => match line.sort(request) {
                Err(ending) => break End::Caller(ending),
                Ok(Heard::Asked(request)) => {
                    let star = matches!(&request.order, Order::Digits(digits) if digits.contains('*'));
                    if wanted.hangup_on_star && star {
                        request.accept();
                        break End::Star;
                    }
                    request.refuse();
                }
                Ok(Heard::Silence) => {}
            },
            request = line::next(&mut leg.mailbox) => match leg.sort(request) {
                Err(ending) => break End::Leg(ending),
                Ok(Heard::Asked(request)) => request.refuse(),
                Ok(Heard::Silence) => {}
            },
            () = &mut over => break if automatic { End::Leg(Ending::HungUp(None)) } else { End::Limit },
        }
    };
    let seconds = match &end {
        End::Caller(Ending::HungUp(Some(talked))) | End::Leg(Ending::HungUp(Some(talked))) => *talked,
        End::Limit => limit,
        _ => simulated(line, started).min(limit),
    };
    let talked = f64::from(seconds);
    line.advance(line_began + talked - line.seconds());
    leg.advance(leg_began + talked - leg.seconds());
    (seconds, end)
}
