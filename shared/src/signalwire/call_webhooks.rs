//! The webhooks of calls, as values (SignalWire, cXML, voice: request parameters). Nothing is refused here.

use std::fmt;

use super::form::Form;

/// What the carrier says about a call, in whichever of its webhooks. `Debug` shows sid and status only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CallWebhook {
    /// The carrier's id of the leg that the request is about.
    pub call_sid: Option<String>,
    /// Of a leg that was dialed: the first leg.
    pub parent_call_sid: Option<String>,
    /// Who calls, as the carrier writes it.
    pub from: Option<String>,
    /// Who is called.
    pub to: Option<String>,
    /// The carrier's word for the leg's state.
    pub status: Option<String>,
    /// Seconds, when the leg has ended.
    pub duration: Option<i32>,
    /// Pressed keys.
    pub digits: Option<String>,
    /// How dialing ended.
    pub dial_status: Option<String>,
    /// Seconds that were talked with a dialed leg.
    pub dial_duration: Option<i32>,
    /// The leg that was talked with.
    pub dial_call_sid: Option<String>,
    /// What was recorded.
    pub recording: Option<RecordingNews>,
    /// The carrier's word for the state of the recording.
    pub recording_status: Option<String>,
    /// What was written down.
    pub transcription: Option<TranscriptionNews>,
    /// Why a leg could not be connected (SIP).
    pub sip_result_code: Option<String>,
}

/// A recording at the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingNews {
    /// The carrier's id. The action of `<Record>` only says the address, which ends with it.
    pub sid: String,
    /// Where the carrier has it.
    pub url: String,
    /// Seconds.
    pub duration: Option<i32>,
}

/// A transcription of a recording.
#[derive(Clone, PartialEq, Eq)]
pub struct TranscriptionNews {
    /// The carrier's id.
    pub sid: Option<String>,
    /// The recording.
    pub recording_sid: String,
    /// The carrier's word, `completed` or `failed`.
    pub status: Option<String>,
    /// What is said.
    pub text: Option<String>,
}

impl CallWebhook {
    /// Reads the parameters.
    #[must_use]
    pub fn from_form(form: &Form) -> Self {
        let owned = |name: &str| form.get_non_empty(name).map(str::to_owned);
        Self {
            call_sid: owned("CallSid"),
            parent_call_sid: owned("ParentCallSid"),
            from: owned("From"),
            to: owned("To"),
            status: owned("CallStatus"),
            duration: number(form, "CallDuration"),
            digits: owned("Digits"),
            dial_status: owned("DialCallStatus"),
            dial_duration: number(form, "DialCallDuration"),
            dial_call_sid: owned("DialCallSid"),
            recording: recording(form),
            recording_status: owned("RecordingStatus"),
            transcription: transcription(form),
            sip_result_code: owned("SipResultCode"),
        }
    }
}

fn number(form: &Form, name: &str) -> Option<i32> {
    form.get(name)?.trim().parse().ok().filter(|number| *number >= 0)
}

fn recording(form: &Form) -> Option<RecordingNews> {
    let url = form.get_non_empty("RecordingUrl")?;
    let sid = recording_sid(form)?;
    Some(RecordingNews { sid, url: url.to_owned(), duration: number(form, "RecordingDuration") })
}

fn recording_sid(form: &Form) -> Option<String> {
    let named = form.get_non_empty("RecordingSid").map(str::to_owned);
    named.or_else(|| {
        let path = form.get_non_empty("RecordingUrl")?.split(['?', '#']).next()?;
        let last = path.rsplit('/').next()?;
        let sid = last.split('.').next()?;
        (!sid.is_empty()).then(|| sid.to_owned())
    })
}

fn transcription(form: &Form) -> Option<TranscriptionNews> {
    let owned = |name: &str| form.get_non_empty(name).map(str::to_owned);
    let status = owned("TranscriptionStatus");
    if status.is_none() && form.get("TranscriptionText").is_none() {
        return None;
    }
    Some(TranscriptionNews {
        sid: owned("TranscriptionSid"),
        recording_sid: recording_sid(form)?,
        status,
        text: owned("TranscriptionText"),
    })
}

impl fmt::Debug for CallWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallWebhook")
            .field("call_sid", &self.call_sid)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TranscriptionNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TranscriptionNews").field("recording_sid", &self.recording_sid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> CallWebhook {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        CallWebhook::from_form(&Form::from_pairs(pairs))
    }

    #[test]
    fn a_recording_without_a_sid_is_known_by_its_address() {
        for url in [
            "https://example.signalwire.com/api/laml/2010-04-01/Accounts/a/Recordings/rec-1",
            "https://example.signalwire.com/Recordings/rec-1.wav",
            "https://example.signalwire.com/Recordings/rec-1.mp3?x=/y",
        ] {
            let webhook = read(&[("RecordingUrl", url), ("RecordingDuration", "7")]);
            let news = RecordingNews { sid: "rec-1".to_owned(), url: url.to_owned(), duration: Some(7) };
            assert_eq!(webhook.recording, Some(news), "{url}");
        }
        assert_eq!(read(&[("RecordingUrl", "https://example.com/Recordings/")]).recording, None);
        assert_eq!(read(&[("RecordingUrl", ""), ("RecordingSid", "rec-1")]).recording, None);
    }

    #[test]
    fn odd_numbers_are_no_numbers() {
        for text in ["", "-1", "1.5", "many", "99999999999"] {
            assert_eq!(read(&[("CallDuration", text)]).duration, None, "{text}");
        }
        assert_eq!(read(&[("CallDuration", " 62 ")]).duration, Some(62));
    }

    #[test]
    fn debug_shows_no_number_and_no_word() {
        let webhook = read(&[
            ("CallSid", "call-1"),
            ("From", "+14055550123"),
            ("TranscriptionText", "secret"),
            ("TranscriptionStatus", "completed"),
            ("RecordingSid", "rec-1"),
        ]);
        let shown = format!("{webhook:?} {:?}", webhook.transcription);
        assert!(shown.contains("call-1") && !shown.contains("secret") && !shown.contains("1405"), "{shown}");
    }
}
