//! `<Record>`: the caller leaves a message. The document is over afterwards.

use super::{
    line::{Ending, Heard, Line, Wait, whole_seconds},
    lines::{Order, Voicemail},
    parameters::{self, Parameters},
    recordings::{Recording, Reported, Taken, Transcribe},
    walk::{Fetch, Next},
};
use crate::{
    cxml::voice::Record,
    records::{Hook, RecordingSource, WaitingFor},
};

pub async fn record(line: &mut Line, wanted: &Record, page: &Hook) -> Result<Next, Ending> {
    line.answer();
    line.wait_for(Some(WaitingFor::Recording));
    let reported = Reported::from_document(&wanted.recording, page);
    let recording = Recording::start(line, RecordingSource::RecordVerb, (1, &wanted.trim), reported);
    let (taken, how) = listen(line, wanted).await;
    line.wait_for(None);

    let mut extra: Parameters = Vec::new();
    if !taken.silent {
        parameters::add(&mut extra, "RecordingUrl", Some(recording.url()));
        parameters::add(&mut extra, "RecordingSid", Some(recording.sid().to_owned()));
    }
    parameters::add(&mut extra, "RecordingDuration", Some(taken.seconds.to_string()));
    let callback = wanted.transcribe_callback.as_ref();
    let transcribe = wanted
        .transcribe
        .then(|| Transcribe { callback: callback.map(|url| crate::inbound::absolute(&page.url, url)) });
    recording.finish(taken, transcribe);

    let ending = match how {
        Finish::Time => None,
        Finish::Key(key) => {
            parameters::add(&mut extra, "Digits", Some(key.to_string()));
            None
        }
        Finish::Ended(ending) => Some(ending),
    };
    let fetch = Fetch::action_or_again(wanted.action.as_ref(), page, extra);
    match ending {
        None => Ok(Next::Document(fetch)),
        Some(Ending::Redirected(hook)) => Err(Ending::Redirected(hook)),
        Some(ending) => {
            let mut fetch = fetch;
            parameters::add(&mut fetch.extra, "Digits", Some("hangup".to_owned()));
            line.farewell = wanted.action.is_some().then_some(fetch);
            Err(ending)
        }
    }
}

enum Finish {
    Time,
    Key(char),
    Ended(Ending),
}

async fn listen(line: &mut Line, wanted: &Record) -> (Taken, Finish) {
    let began = line.seconds();
    let limit = wanted.max_length.min(wanted.timeout.max(1));
    loop {
        match line.listen(f64::from(limit), Wait::Recording).await {
            Ok(Heard::Silence) => return (Taken::silence(), Finish::Time),
            Ok(Heard::Asked(request)) => match &request.order {
                Order::Record(voicemail) => {
                    let left = leave(line, voicemail, wanted);
                    request.accept();
                    return left;
                }
                Order::Digits(digits) => {
                    let key = digits.chars().find(|key| wanted.finish_on_key.contains(*key));
                    let silent = digits.is_empty();
                    request.accept();
                    if silent {
                        return (Taken::silence(), Finish::Time);
                    }
                    if let Some(key) = key {
                        let seconds = whole_seconds(line.seconds() - began);
                        return (Taken::talk(seconds.min(wanted.max_length)), Finish::Key(key));
                    }
                }
                _ => request.refuse(),
            },
            Err(Ending::HungUp(Some(talked))) => {
                return (Taken::talk(talked.min(wanted.max_length)), Finish::Ended(Ending::HungUp(Some(talked))));
            }
            Err(ending) => return (Taken::silence(), Finish::Ended(ending)),
        }
    }
}

/// The voicemail as it is recorded: no longer than allowed, and nothing at all when nothing was said.
fn leave(line: &mut Line, voicemail: &Voicemail, wanted: &Record) -> (Taken, Finish) {
    let seconds = voicemail.seconds.min(wanted.max_length);
    line.advance(f64::from(seconds));
    let taken = if voicemail.silent || seconds == 0 {
        Taken::silence()
    } else {
        Taken { seconds, transcript: voicemail.transcript.clone(), silent: false }
    };
    let finish = if voicemail.hangup { Finish::Ended(Ending::HungUp(None)) } else { Finish::Time };
    (taken, finish)
}
