//! What a voice document can say.

use crate::records::CallEvent;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    Say {
        text: String,
        times: Times,
    },
    Play {
        what: String,
        times: Times,
    },
    Pause {
        seconds: u32,
    },
    Gather(Gather),
    Dial(Dial),
    /// Verbs after it never run, and neither do those after the next three.
    Record(Record),
    Redirect(Target),
    Hangup,
    Reject {
        busy: bool,
    },
    Sms(Sms),
}

/// How often something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    Exactly(u32),
    UntilHangup,
}

/// A document to go to; the URL may be relative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub url: String,
    pub method: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    pub action: Option<Target>,
    pub digits: bool,
    pub num_digits: Option<usize>,
    pub timeout: u32,
    pub finish_on_key: Option<char>,
    pub action_on_empty_result: bool,
    pub prompts: Vec<Verb>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    pub action: Option<Target>,
    pub timeout: u32,
    pub time_limit: u32,
    pub caller_id: Option<String>,
    pub answer_on_bridge: bool,
    pub hangup_on_star: bool,
    /// With the number of channels.
    pub record: Option<u8>,
    pub recording: RecordingHook,
    pub numbers: Vec<Number>,
}

/// One phone that a `<Dial>` rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    pub to: String,
    /// Runs on the called phone before the two are connected.
    pub whisper: Option<Target>,
    pub status: Option<(Target, Vec<CallEvent>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub action: Option<Target>,
    pub max_length: u32,
    pub timeout: u32,
    pub finish_on_key: String,
    pub transcribe: bool,
    pub transcribe_callback: Option<String>,
    pub trim: String,
    pub recording: RecordingHook,
}

/// Where the states of a recording are reported, and which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordingHook {
    pub target: Option<Target>,
    pub events: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms {
    pub to: Option<String>,
    pub from: Option<String>,
    pub body: String,
    pub action: Option<Target>,
    pub status_callback: Option<String>,
}
