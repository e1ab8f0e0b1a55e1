//! What a caller hears next. No document is written by hand and none depends on anything but the request, the flows and the
//! time.

use chrono::{DateTime, Utc};
use shared::{
    config::CallConfig,
    db::call_events::CallableNumber,
    domain::{CallFlow, CallStep, Forward, Menu, NumberStatus, NumberType, Prompt, RecordingKind, StepKind},
    signalwire::StepSigner,
};
use url::Url;

use crate::cxml::{Dial, Document, Gather, Number, Record, Verb};

/// Menus lead from department to department this often; then a department's menu is passed over.
const MOST_HOPS: u8 = 3;
/// No call makes phones ring more often than this.
const MOST_ROUNDS: u8 = 30;
/// How long a key is waited for after the menu was heard.
const KEY_SECONDS: u16 = 5;

/// Where answers are to go, and what is said when no flow says it.
pub(crate) struct Surroundings<'a> {
    pub steps: &'a StepSigner,
    pub call_url: &'a Url,
    pub status_url: &'a Url,
    pub config: &'a CallConfig,
    pub now: DateTime<Utc>,
}

/// A call in the middle of a flow.
pub(crate) struct Course<'a> {
    pub around: &'a Surroundings<'a>,
    /// All numbers of the workspace.
    pub numbers: &'a [CallableNumber],
    /// Where the call is; its kind does not matter.
    pub at: CallStep,
}

impl Course<'_> {
    /// The beginning of a number's flow.
    pub fn begin(&self) -> Document {
        if self.number().is_some_and(|number| number.status != NumberStatus::Active) {
            return Document::new().prompt(&self.around.config.suspended_number).then(Verb::Hangup);
        }
        let flow = self.flow();
        if !flow.is_open(self.around.now) {
            let said = flow.closed.as_ref().and_then(|closed| closed.greeting.as_ref());
            let document = Document::new().prompt(said.unwrap_or(&self.around.config.closed_greeting));
            return self.voicemail(document, &flow);
        }
        let document = match &flow.greeting {
            Some(greeting) => Document::new().prompt(greeting),
            None => Document::new(),
        };
        match &flow.menu {
            Some(menu) if self.at.hops < MOST_HOPS => self.offer(document, menu, 0),
            Some(_) | None => self.ring(document, &flow, 0),
        }
    }

    /// After a menu was heard.
    pub fn after_gather(&self, tries: u8, pressed: Option<&str>) -> Document {
        let flow = self.flow();
        let Some(menu) = &flow.menu else { return self.ring(Document::new(), &flow, 0) };
        let chosen = pressed.map(|key| menu.choice(key));
        if let Some(Some(department)) = chosen {
            return self.go_to(department, &flow);
        }
        let document = match chosen {
            Some(_) => Document::new().prompt(&self.around.config.wrong_key),
            None => Document::new(),
        };
        let tries = tries.saturating_add(1);
        if tries < self.around.config.menu_repeats {
            self.offer(document, menu, tries)
        } else {
            self.ring(document, &flow, 0)
        }
    }

    /// After phones have rung.
    pub fn after_dial(&self, tries: u8) -> Document {
        self.ring(Document::new(), &self.flow(), tries.saturating_add(1))
    }

    /// What whoever answers hears before both are connected.
    pub fn whisper(&self) -> Document {
        let flow = self.flow();
        let text = flow.forward.as_ref().and_then(Forward::whisper);
        text.map_or_else(Document::new, |text| Document::new().then(Verb::Say(text.as_str().to_owned())))
    }

    /// What is always possible: the default greeting and a voicemail.
    pub fn plain_voicemail(&self) -> Document {
        let flow = CallFlow { greeting: None, ..CallFlow::default() };
        self.voicemail(Document::new().prompt(&self.around.config.default_greeting), &flow)
    }

    fn number(&self) -> Option<&CallableNumber> {
        self.numbers.iter().find(|number| Some(number.id) == self.at.number_id)
    }

    /// The number's flow, or the default one. A flow that cannot be read, which only a later version could have written,
    /// must not keep a caller from being heard.
    fn flow(&self) -> CallFlow {
        let default =
            || CallFlow { greeting: Some(self.around.config.default_greeting.clone()), ..CallFlow::default() };
        let Some(number) = self.number() else { return default() };
        let Some(voice) = &number.voice else { return default() };
        serde_json::from_value(voice.clone()).unwrap_or_else(|error| {
            tracing::error!(phone_number_id = %number.id, %error, "the call flow cannot be read, the default one is used");
            default()
        })
    }

    fn offer(&self, document: Document, menu: &Menu, tries: u8) -> Document {
        let again = self.here(StepKind::Gather { tries });
        let gather = Gather { action: again.clone(), timeout_seconds: KEY_SECONDS, prompt: menu.prompt().clone() };
        // No key: the same address without one.
        document.then(Verb::Gather(gather)).then(Verb::Redirect(again))
    }

    /// The department that was chosen. One without an active number has nobody who could answer.
    fn go_to(&self, department: NumberType, flow: &CallFlow) -> Document {
        let is_there =
            |number: &&CallableNumber| number.number_type == department && number.status == NumberStatus::Active;
        match self.numbers.iter().find(is_there) {
            None => self.voicemail(Document::new(), flow),
            Some(number) if Some(number.id) == self.at.number_id => self.ring(Document::new(), flow, 0),
            Some(number) => {
                let hops = self.at.hops.saturating_add(1);
                let at = CallStep { number_id: Some(number.id), hops, ..self.at.clone() };
                Course { at, ..*self }.begin()
            }
        }
    }

    /// Phones ring, or it is the voicemail's turn.
    fn ring(&self, document: Document, flow: &CallFlow, tries: u8) -> Document {
        let Some(forward) = flow.forward.as_ref().filter(|_| self.at.rounds < MOST_ROUNDS) else {
            return self.voicemail(document, flow);
        };
        let targets = forward.round(tries);
        if targets.is_empty() {
            return self.voicemail(document, flow);
        }
        let rounds = self.at.rounds.saturating_add(1);
        let course = Course { at: CallStep { rounds, ..self.at.clone() }, ..*self };
        let whisper = forward.whisper().map(|_| course.here(StepKind::Whisper));
        let status = course.news(StepKind::Leg);
        // A number that has become the workspace's own since it was chosen would bring the call back.
        let is_own = |target: &str| self.numbers.iter().any(|number| number.phone_number == target);
        let numbers: Vec<Number> = targets
            .iter()
            .map(|target| target.phone_number.as_str())
            .filter(|target| !is_own(target))
            .map(|target| Number { phone_number: target.to_owned(), whisper: whisper.clone(), status: status.clone() })
            .collect();
        if numbers.is_empty() {
            return course.ring(document, flow, tries.saturating_add(1));
        }
        let of = StepKind::Recording { of: RecordingKind::Call, transcribe: false };
        document.then(Verb::Dial(Dial {
            action: course.here(StepKind::Dial { tries }),
            timeout_seconds: forward.timeout_seconds(),
            caller_id: None,
            recording_status: flow.record_calls.then(|| course.news(of)),
            numbers,
        }))
    }

    fn voicemail(&self, document: Document, flow: &CallFlow) -> Document {
        let settings = &flow.voicemail;
        if !settings.enabled {
            return document.prompt(&self.around.config.unavailable).then(Verb::Hangup);
        }
        let greeting: &Prompt = settings.greeting.as_ref().unwrap_or(&self.around.config.voicemail_greeting);
        let transcribe = settings.transcribe;
        document.prompt(greeting).then(Verb::Record(Record {
            action: self.here(StepKind::Record { transcribe }),
            max_length_seconds: settings.max_length_seconds.seconds(),
            recording_status: self.news(StepKind::Recording { of: RecordingKind::Voicemail, transcribe }),
            transcription: transcribe.then(|| self.news(StepKind::Transcription)),
        }))
    }

    /// The address of a step of this call.
    fn here(&self, kind: StepKind) -> Url {
        self.around.steps.url(self.around.call_url, &self.at.with_kind(kind))
    }

    /// The address for news about this call.
    fn news(&self, kind: StepKind) -> Url {
        self.around.steps.url(self.around.status_url, &self.at.with_kind(kind))
    }
}

#[cfg(test)]
mod tests;
