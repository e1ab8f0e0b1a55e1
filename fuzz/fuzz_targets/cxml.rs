//! Documents that tell the carrier what happens in a call. Input: texts that end up in one, a line each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use receive_call::cxml::{Dial, Document, Gather, Number, Record, Verb};
use roxmltree::Node;
use shared::domain::Prompt;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines: Vec<&str> = text.split('\n').take(20).collect();
    let mut document = Document::new();
    let mut expected: Vec<(&str, String)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let url = url(line);
        let (verb, name, heard) = match index % 6 {
            0 => (Verb::Say((*line).to_owned()), "Say", characters(line)),
            1 => (Verb::Play((*line).to_owned()), "Play", characters(line)),
            2 => (Verb::Redirect(url.clone()), "Redirect", url.to_string()),
            3 => match Prompt::say(line) {
                Ok(prompt) => (
                    Verb::Gather(Gather { action: url.clone(), timeout_seconds: 5, prompt }),
                    "Gather",
                    url.to_string(),
                ),
                Err(_) => continue,
            },
            4 => (Verb::Dial(dial(&url, line)), "Dial", characters(line)),
            _ => (Verb::Record(record(&url)), "Record", url.to_string()),
        };
        document = document.then(verb);
        expected.push((name, heard));
    }
    let xml = document.to_xml().expect("it is written to memory");
    let parsed = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    let root = parsed.root_element();
    assert_eq!(root.tag_name().name(), "Response");
    let read: Vec<(&str, String)> = root.children().map(|verb| (verb.tag_name().name(), said(&verb))).collect();
    assert_eq!(read, expected, "{xml}");
});

fn url(text: &str) -> Url {
    let mut url = Url::parse("https://calls.example.com/voice").expect("a URL");
    url.set_query(Some(text));
    url.set_fragment(Some(text));
    url
}

fn dial(url: &Url, text: &str) -> Dial {
    let number = Number { phone_number: text.to_owned(), whisper: Some(url.clone()), status: url.clone() };
    Dial {
        action: url.clone(),
        timeout_seconds: 20,
        caller_id: Some(text.to_owned()),
        recording_status: Some(url.clone()),
        numbers: vec![number],
    }
}

fn record(url: &Url) -> Record {
    Record {
        action: url.clone(),
        max_length_seconds: 60,
        recording_status: url.clone(),
        transcription: Some(url.clone()),
    }
}

/// What a verb is about, as a parser of XML finds it.
fn said(verb: &Node<'_, '_>) -> String {
    let attribute = |name: &str| verb.attribute(name).unwrap_or_default().to_owned();
    match verb.tag_name().name() {
        "Gather" | "Record" => attribute("action"),
        "Dial" => {
            let number = verb.first_element_child().expect("a number").text().unwrap_or_default().to_owned();
            assert_eq!(attribute("callerId"), number.replace(['\t', '\n', '\r'], " "));
            assert_eq!(verb.children().count(), 1);
            number
        }
        _ => verb.text().unwrap_or_default().to_owned(),
    }
}

/// What XML 1.0 has no character for is left out.
fn characters(text: &str) -> String {
    let allowed = |c: &char| *c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r');
    text.chars().filter(allowed).collect()
}
