//! Our documents against the builders of the official packages: the same elements, nested alike, with the same attributes
//! and texts; and Twilio's package lists which attributes there are.

use receive_call::cxml::{Dial, Document, Gather, Number, Record, Verb};
use serde_json::{Value, json};
use shared::domain::Prompt;
use url::Url;

use super::{output, python};

/// Every verb with every attribute that is ever written.
fn documents() -> Vec<Document> {
    let url = |text: &str| Url::parse(text).unwrap();
    let step = || url("https://calls.example.com/voice?step=eyJraW5kIjoi.Zm9v-_&x='1'");
    let texts = ["Hello", "Ünï <b>&amp; \"'\u{202e}👋\n line", "a\u{1}b\u{ffff}c"];
    let number = |whisper: Option<Url>| Number { phone_number: "+14055550100".to_owned(), whisper, status: step() };
    let dial = |recording_status: Option<Url>, caller_id: Option<&str>| {
        Verb::Dial(Dial {
            action: step(),
            timeout_seconds: 20,
            caller_id: caller_id.map(str::to_owned),
            recording_status,
            numbers: vec![number(None), number(Some(step()))],
        })
    };
    let record = |transcription: Option<Url>| {
        Verb::Record(Record { action: step(), max_length_seconds: 120, recording_status: step(), transcription })
    };
    let gather = |prompt: Prompt| Verb::Gather(Gather { action: step(), timeout_seconds: 5, prompt });
    let play = Prompt::Play("https://files.example.com/a.mp3?x=1&y=2".to_owned().try_into().unwrap());
    let mut documents: Vec<Document> =
        texts.iter().map(|text| Document::new().then(Verb::Say((*text).to_owned())).then(Verb::Hangup)).collect();
    documents.extend([
        Document::new(),
        Document::new().prompt(&play).then(gather(Prompt::say("Press 1").unwrap())).then(Verb::Redirect(step())),
        Document::new().then(gather(play)).then(Verb::Hangup),
        Document::new().then(dial(None, None)),
        Document::new().then(dial(Some(step()), Some("+14052010100"))),
        Document::new().then(record(None)),
        Document::new().then(record(Some(step()))),
    ]);
    documents
}

/// A document as a parser sees it.
fn parsed(xml: &str) -> Value {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    element(document.root_element())
}

fn element(node: roxmltree::Node<'_, '_>) -> Value {
    let attributes: serde_json::Map<String, Value> =
        node.attributes().map(|attribute| (attribute.name().to_owned(), attribute.value().into())).collect();
    let children: Vec<Value> = node.children().filter(roxmltree::Node::is_element).map(element).collect();
    json!({ "name": node.tag_name().name(), "attributes": attributes, "text": node.text(), "children": children })
}

#[tokio::test]
async fn the_official_builders_write_the_same_documents() {
    let ours: Vec<Value> = documents().iter().map(|document| parsed(&document.to_xml().unwrap())).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), serde_json::to_vec(&ours).unwrap()).unwrap();
    let arguments = [file.path().to_str().unwrap()];
    for (program, script) in [("node".to_owned(), "signalwire/cxml.mjs"), (python(), "signalwire/cxml.py")] {
        let theirs: Vec<String> = serde_json::from_str(&output(&program, script, &arguments, &[]).await).unwrap();
        let theirs: Vec<Value> = theirs.iter().map(|xml| parsed(xml)).collect();
        assert_eq!(theirs, ours, "{script}");
    }
}
