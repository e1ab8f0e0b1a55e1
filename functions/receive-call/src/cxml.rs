//! cXML documents (SignalWire, cXML, voice). The types only allow what the carrier takes, and no document without an end:
//! `<Record>` always has an action, because without one the same document is requested again, for ever.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use shared::domain::Prompt;
use url::Url;

/// A document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document(Vec<Verb>);

/// What happens next. `Hangup` and `Record` end a document; nothing after them would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// A text, read aloud.
    Say(String),
    /// A sound file.
    Play(String),
    /// A key is waited for.
    Gather(Gather),
    /// Phones ring.
    Dial(Dial),
    /// The caller speaks.
    Record(Record),
    /// Another document goes on.
    Redirect(Url),
    /// The call is over.
    Hangup,
}

/// A key is waited for while prompts are heard; without one the next verb runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    /// Is requested with the key.
    pub action: Url,
    /// How long to wait after the prompts.
    pub timeout_seconds: u16,
    /// What is heard.
    pub prompt: Prompt,
}

/// Phones ring; whoever answers first has the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    /// Is requested afterwards.
    pub action: Url,
    /// How long to ring.
    pub timeout_seconds: u16,
    /// Whom the called person sees; none: the caller.
    pub caller_id: Option<String>,
    /// Hears of the recording; none: nothing is recorded.
    pub recording_status: Option<Url>,
    /// The phones.
    pub numbers: Vec<Number>,
}

/// A phone that rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its number.
    pub phone_number: String,
    /// Says what whoever answers hears before both are connected.
    pub whisper: Option<Url>,
    /// Hears how it goes.
    pub status: Url,
}

/// The caller speaks after a tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Is requested afterwards.
    pub action: Url,
    /// The longest recording.
    pub max_length_seconds: u16,
    /// Hears of the recording.
    pub recording_status: Url,
    /// Hears of the transcription; none: nothing is written down.
    pub transcription: Option<Url>,
}

/// Silence that ends a voicemail.
const RECORD_SILENCE_SECONDS: u16 = 5;

impl Document {
    /// A document that does nothing: what is under way goes on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this prompt at its end.
    #[must_use]
    pub fn prompt(mut self, prompt: &Prompt) -> Self {
        self.0.push(Verb::of(prompt));
        self
    }

    /// With this verb at its end.
    #[must_use]
    pub fn then(mut self, verb: Verb) -> Self {
        self.0.push(verb);
        self
    }

    /// The verbs.
    #[must_use]
    pub fn verbs(&self) -> &[Verb] {
        &self.0
    }

    /// The document as it is sent.
    ///
    /// # Errors
    /// Never: it is written to memory.
    pub fn to_xml(&self) -> io::Result<String> {
        let mut xml = Writer::new(Vec::new());
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        if self.0.is_empty() {
            xml.create_element("Response").write_empty()?;
        } else {
            xml.create_element("Response")
                .write_inner_content(|xml| self.0.iter().try_for_each(|verb| verb.write(xml)))?;
        }
        String::from_utf8(xml.into_inner()).map_err(io::Error::other)
    }
}

impl Verb {
    fn of(prompt: &Prompt) -> Self {
        match prompt {
            Prompt::Say(text) => Self::Say(text.as_str().to_owned()),
            Prompt::Play(url) => Self::Play(url.as_str().to_owned()),
        }
    }

    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        match self {
            Self::Say(text) => write_text(xml, "Say", text),
            Self::Play(url) => write_text(xml, "Play", url),
            Self::Redirect(url) => write_text(xml, "Redirect", url.as_str()),
            Self::Hangup => xml.create_element("Hangup").write_empty().map(drop),
            Self::Gather(gather) => gather.write(xml),
            Self::Dial(dial) => dial.write(xml),
            Self::Record(record) => record.write(xml),
        }
    }
}

impl Gather {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        xml.create_element("Gather")
            .with_attribute(("action", self.action.as_str()))
            .with_attribute(("input", "dtmf"))
            .with_attribute(("numDigits", "1"))
            .with_attribute(("timeout", &*self.timeout_seconds.to_string()))
            .write_inner_content(|xml| Verb::of(&self.prompt).write(xml))
            .map(drop)
    }
}

impl Dial {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut element = xml
            .create_element("Dial")
            .with_attribute(("action", self.action.as_str()))
            .with_attribute(("timeout", &*self.timeout_seconds.to_string()));
        if let Some(caller_id) = &self.caller_id {
            element = element.with_attribute(("callerId", &*attribute(caller_id)));
        }
        if let Some(url) = &self.recording_status {
            element = element
                .with_attribute(("record", "record-from-answer"))
                .with_attribute(("recordingStatusCallback", url.as_str()));
        }
        element.write_inner_content(|xml| self.numbers.iter().try_for_each(|number| number.write(xml))).map(drop)
    }
}

impl Number {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut element = xml.create_element("Number");
        if let Some(url) = &self.whisper {
            element = element.with_attribute(("url", url.as_str()));
        }
        element
            .with_attribute(("statusCallback", self.status.as_str()))
            .with_attribute(("statusCallbackEvent", "answered completed"))
            .write_text_content(BytesText::new(&characters(&self.phone_number)))
            .map(drop)
    }
}

impl Record {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut element = xml
            .create_element("Record")
            .with_attribute(("action", self.action.as_str()))
            .with_attribute(("maxLength", &*self.max_length_seconds.to_string()))
            .with_attribute(("timeout", &*RECORD_SILENCE_SECONDS.to_string()))
            .with_attribute(("finishOnKey", "#"))
            .with_attribute(("playBeep", "true"))
            .with_attribute(("recordingStatusCallback", self.recording_status.as_str()));
        if let Some(url) = &self.transcription {
            element =
                element.with_attribute(("transcribe", "true")).with_attribute(("transcribeCallback", url.as_str()));
        }
        element.write_empty().map(drop)
    }
}

fn write_text(xml: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&characters(text))).map(drop)
}

/// The characters that XML 1.0 allows; the others cannot even be escaped, and a document with one is none.
fn characters(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..))
        .collect()
}

/// In an attribute a line break would become a space.
fn attribute(text: &str) -> String {
    characters(text).replace(['\t', '\n', '\r'], " ")
}

#[cfg(test)]
mod tests;
