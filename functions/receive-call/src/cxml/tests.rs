use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn xml(document: &Document) -> String {
    document.to_xml().unwrap()
}

#[test]
fn an_empty_document_does_nothing() {
    assert_eq!(xml(&Document::new()), "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");
}

#[test]
fn every_verb_is_written_as_the_carrier_takes_it() {
    let step = url("https://calls.example.com/?x=1&step=a.b");
    let number =
        |whisper: Option<Url>| Number { phone_number: "+14055550100".to_owned(), whisper, status: step.clone() };
    let document = Document::new()
        .then(Verb::Say("Hello".to_owned()))
        .then(Verb::Play("https://files.example.com/a.mp3?x=1&y=2".to_owned()))
        .then(Verb::Gather(Gather {
            action: step.clone(),
            timeout_seconds: 5,
            prompt: Prompt::say("Press 1").unwrap(),
        }))
        .then(Verb::Redirect(step.clone()))
        .then(Verb::Dial(Dial {
            action: step.clone(),
            timeout_seconds: 20,
            caller_id: Some("+14052010100".to_owned()),
            recording_status: Some(step.clone()),
            numbers: vec![number(None), number(Some(step.clone()))],
        }))
        .then(Verb::Record(Record {
            action: step.clone(),
            max_length_seconds: 120,
            recording_status: step.clone(),
            transcription: Some(step.clone()),
        }))
        .then(Verb::Hangup);
    let u = "https://calls.example.com/?x=1&amp;step=a.b";
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say>Hello</Say>\
         <Play>https://files.example.com/a.mp3?x=1&amp;y=2</Play>\
         <Gather action=\"{u}\" input=\"dtmf\" numDigits=\"1\" timeout=\"5\"><Say>Press 1</Say></Gather>\
         <Redirect>{u}</Redirect>\
         <Dial action=\"{u}\" timeout=\"20\" callerId=\"+14052010100\" record=\"record-from-answer\" \
         recordingStatusCallback=\"{u}\">\
         <Number statusCallback=\"{u}\" statusCallbackEvent=\"answered completed\">+14055550100</Number>\
         <Number url=\"{u}\" statusCallback=\"{u}\" statusCallbackEvent=\"answered completed\">+14055550100</Number></Dial>\
         <Record action=\"{u}\" maxLength=\"120\" timeout=\"5\" finishOnKey=\"#\" playBeep=\"true\" \
         recordingStatusCallback=\"{u}\" transcribe=\"true\" transcribeCallback=\"{u}\"/><Hangup/></Response>"
    );
    assert_eq!(xml(&document), expected);
}

/// What is said arrives as it was written, whatever it is; what XML has no character for is left out.
#[test]
fn no_text_breaks_a_document() {
    let odd = "</Say><Hangup/><!-- & \"'<![CDATA[ ]]> &amp; &#1; {{From}} ünï 👋 \u{202e} 日本\n\ttab";
    let forbidden = "a\u{0}b\u{1}c\u{8}d\u{b}e\u{1f}f\u{fffe}g\u{ffff}h";
    for (text, heard) in [(odd, odd), (forbidden, "abcdefgh")] {
        let document = Document::new().then(Verb::Say(text.to_owned()));
        let written = xml(&document);
        let parsed = roxmltree::Document::parse(&written).unwrap();
        let root = parsed.root_element();
        assert_eq!(root.children().count(), 1, "{written}");
        let say = root.first_element_child().unwrap();
        assert_eq!((say.tag_name().name(), say.text()), ("Say", Some(heard)), "{written}");
    }
}

#[test]
fn no_attribute_breaks_a_document() {
    let caller_id = "\"/><Hangup/>\n\u{1}'&<>".to_owned();
    let dial = Dial {
        action: url("https://calls.example.com/?a='<b>\"&c"),
        timeout_seconds: 20,
        caller_id: Some(caller_id),
        recording_status: None,
        numbers: vec![],
    };
    let written = xml(&Document::new().then(Verb::Dial(dial)));
    let parsed = roxmltree::Document::parse(&written).unwrap();
    let dial = parsed.root_element().first_element_child().unwrap();
    assert_eq!(dial.attribute("callerId"), Some("\"/><Hangup/> '&<>"), "{written}");
    assert!(dial.attribute("action").unwrap().ends_with("&c"), "{written}");
}

#[test]
fn the_largest_document_is_within_the_carriers_limit() {
    let step = url(&format!("https://calls.example.com/?step={}", "a".repeat(400)));
    let say = || Verb::Say("&".repeat(1000));
    let number = Number { phone_number: "+14055550100".to_owned(), whisper: Some(step.clone()), status: step.clone() };
    let dial = Dial {
        action: step.clone(),
        timeout_seconds: 20,
        caller_id: None,
        recording_status: Some(step),
        numbers: vec![number; 10],
    };
    let document = Document::new().then(say()).then(say()).then(say()).then(Verb::Dial(dial));
    assert!(xml(&document).len() < 64 * 1024);
}
