//! A recording on its way: begun, finished, then ready, then as text; each step with its callback.

use std::time::Duration;

use super::{line::Line, parameters};
use crate::{
    behaviour::TranscriptionOutcome,
    callbacks::{Callback, Queue},
    clock,
    cxml::voice::RecordingHook,
    delivery::Content,
    inbound::absolute,
    journal::WebhookKind,
    network::Network,
    records::{
        Hook, RecordingRecord, RecordingSource, RecordingStatus, TranscriptionRecord, TranscriptionStatus, new_sid,
    },
};

/// Where the states of a recording are reported, and which.
#[derive(Debug, Clone, Default)]
pub struct Reported {
    pub hook: Option<Hook>,
    pub events: Vec<String>,
}

impl Reported {
    pub fn from_document(wanted: &RecordingHook, page: &Hook) -> Self {
        let hook = wanted
            .target
            .as_ref()
            .map(|target| Hook { url: absolute(&page.url, &target.url), method: target.method.clone() });
        Self { hook, events: wanted.events.clone() }
    }
}

/// What was recorded.
#[derive(Debug)]
pub struct Taken {
    pub seconds: u32,
    pub transcript: Option<String>,
    pub silent: bool,
}

impl Taken {
    pub fn silence() -> Self {
        Self { seconds: 0, transcript: None, silent: true }
    }

    /// So many seconds of words that nobody typed.
    pub fn talk(seconds: u32) -> Self {
        Self { seconds, transcript: None, silent: seconds == 0 }
    }
}

/// The recording is wanted as text.
pub struct Transcribe {
    pub callback: Option<String>,
}

pub struct Recording {
    network: Network,
    sid: String,
    reported: Reported,
    queue: Queue,
    copies: u32,
}

impl Recording {
    /// Begins to record; `format` is the number of channels and how it is trimmed.
    pub fn start(line: &Line, source: RecordingSource, format: (u8, &str), reported: Reported) -> Self {
        let (channels, trim) = format;
        let record = RecordingRecord::new(&line.sid, source, channels, trim);
        let recording = Self {
            network: line.network.clone(),
            sid: record.sid.clone(),
            reported,
            queue: Queue::open(&line.network),
            copies: line.record().copies,
        };
        line.network.change(|world| world.recordings.push(record));
        recording.report();
        recording
    }

    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// Address of the file: public, unless the project protects its recordings.
    pub fn url(&self) -> String {
        url(&self.network, "Recordings", &self.sid)
    }

    /// Ends the recording. It can be had after a while, and its text after another.
    pub fn finish(self, taken: Taken, transcribe: Option<Transcribe>) {
        let silent = taken.silent;
        self.network.change(|world| {
            if let Some(record) = world.recording_mut(&self.sid) {
                record.duration_seconds = taken.seconds;
                record.transcript = taken.transcript;
                record.ended_at = Some(clock::now());
            }
        });
        let network = self.network.clone();
        network.spawn_call(async move {
            tokio::time::sleep(Duration::from_millis(self.network.behaviour().recording_delay_ms)).await;
            self.enter(if silent { RecordingStatus::Absent } else { RecordingStatus::Completed });
            if let Some(transcribe) = transcribe.filter(|_| !silent) {
                self.transcribe(transcribe).await;
            }
        });
    }

    fn enter(&self, status: RecordingStatus) {
        self.network.change(|world| {
            if let Some(record) = world.recording_mut(&self.sid) {
                record.status = status;
                record.updated_at = clock::now();
            }
        });
        self.report();
    }

    /// Reports the state of the recording, if it is wanted.
    fn report(&self) {
        let Some(record) = self.network.read(|world| world.recording(&self.sid).cloned()) else { return };
        if !self.reported.events.iter().any(|event| event == record.status.as_str()) {
            return;
        }
        let Some(hook) = self.reported.hook.clone() else { return };
        let content = parameters::recording(&self.network.settings().project_id, &record, &self.url());
        self.push(WebhookKind::RecordingStatus, hook, content);
    }

    async fn transcribe(&self, wanted: Transcribe) {
        let Some(record) = self.network.read(|world| world.recording(&self.sid).cloned()) else { return };
        let now = clock::now();
        let sid = new_sid();
        let begun = TranscriptionRecord {
            sid: sid.clone(),
            recording_sid: record.sid,
            status: TranscriptionStatus::InProgress,
            text: None,
            duration_seconds: record.duration_seconds,
            created_at: now,
            updated_at: now,
        };
        self.network.change(|world| world.transcriptions.push(begun));
        tokio::time::sleep(Duration::from_millis(self.network.behaviour().transcription_delay_ms)).await;

        let outcome = self.network.behaviour().transcription_outcome;
        let finished = self.network.change(|world| {
            let transcription = world.transcription_mut(&sid)?;
            match outcome {
                TranscriptionOutcome::Completed => {
                    transcription.status = TranscriptionStatus::Completed;
                    transcription.text = Some(record.transcript.unwrap_or_default());
                }
                TranscriptionOutcome::Failed => transcription.status = TranscriptionStatus::Failed,
            }
            transcription.updated_at = clock::now();
            Some(transcription.clone())
        });
        if let (Some(finished), Some(callback)) = (finished, wanted.callback) {
            let own_url = url(&self.network, "Transcriptions", &sid);
            let content = parameters::transcription(&finished, &own_url, &self.url());
            let hook = Hook { url: callback, method: "POST".to_owned() };
            self.push(WebhookKind::Transcription, hook, content);
        }
    }

    fn push(&self, kind: WebhookKind, hook: Hook, content: parameters::Parameters) {
        self.queue.push(Callback { kind, hook, content: Content::Form(content), copies: self.copies });
    }
}

/// The full address of a resource of the provider's API.
fn url(network: &Network, kind: &str, sid: &str) -> String {
    let account = &network.settings().project_id;
    format!("{}/api/laml/2010-04-01/Accounts/{account}/{kind}/{sid}", network.url())
}
