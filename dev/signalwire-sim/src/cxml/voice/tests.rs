use super::{Dial, Gather, Number, Record, RecordingHook, Target, Times, Verb, verb};
use crate::records::CallEvent;

fn parse(document: &str) -> Result<Vec<Verb>, String> {
    crate::cxml::parse(document, verb)
}

fn only(inner: &str) -> Verb {
    let mut verbs = parse(&format!("<Response>{inner}</Response>")).unwrap();
    assert_eq!(verbs.len(), 1);
    verbs.remove(0)
}

fn post(url: &str) -> Target {
    Target { url: url.to_owned(), method: "POST".to_owned() }
}

fn completed() -> RecordingHook {
    RecordingHook { target: None, events: vec!["completed".to_owned()] }
}

#[test]
fn verbs_have_their_documented_defaults() {
    assert_eq!(only("<Say>Hi &amp; bye</Say>"), Verb::Say { text: "Hi & bye".to_owned(), times: Times::Exactly(1) });
    assert_eq!(only("<Pause/>"), Verb::Pause { seconds: 1 });
    assert_eq!(only("<Reject/>"), Verb::Reject { busy: false });
    assert_eq!(only("<Hangup/>"), Verb::Hangup);
    assert_eq!(only("<Redirect>/next</Redirect>"), Verb::Redirect(post("/next")));
    let gather = Gather {
        action: None,
        digits: true,
        num_digits: None,
        timeout: 5,
        finish_on_key: Some('#'),
        action_on_empty_result: false,
        prompts: Vec::new(),
    };
    assert_eq!(only("<Gather/>"), Verb::Gather(gather));
    let record = Record {
        action: None,
        max_length: 3_600,
        timeout: 5,
        finish_on_key: "0123456789*#".to_owned(),
        transcribe: false,
        transcribe_callback: None,
        trim: "trim-silence".to_owned(),
        recording: completed(),
    };
    assert_eq!(only("<Record/>"), Verb::Record(record));
    let dial = Dial {
        action: None,
        timeout: 30,
        time_limit: 14_400,
        caller_id: None,
        answer_on_bridge: false,
        hangup_on_star: false,
        record: None,
        recording: completed(),
        numbers: vec![Number { to: "+14055550100".to_owned(), whisper: None, status: None }],
    };
    assert_eq!(only("<Dial>+14055550100</Dial>"), Verb::Dial(dial));
}

#[test]
fn attributes_are_read() {
    let Verb::Dial(dial) = only(
        "<Dial action='/after' method='GET' timeout='20' callerId='+12125550150' record='record-from-answer-dual' \
         recordingStatusCallback='/rec' recordingStatusCallbackEvent='in-progress completed' answerOnBridge='true'>\
         <Number url='/whisper'>+14055550100</Number>\
         <Number statusCallback='/leg' statusCallbackEvent='initiated answered'>+14055550101</Number></Dial>",
    ) else {
        panic!("not a Dial");
    };
    assert_eq!(dial.action, Some(Target { url: "/after".to_owned(), method: "GET".to_owned() }));
    assert_eq!((dial.timeout, dial.record, dial.answer_on_bridge), (20, Some(2), true));
    assert_eq!(dial.recording.target, Some(post("/rec")));
    assert_eq!(dial.recording.events, ["in-progress", "completed"]);
    assert_eq!(dial.numbers[0].whisper, Some(post("/whisper")));
    assert_eq!(dial.numbers[1].status, Some((post("/leg"), vec![CallEvent::Initiated, CallEvent::Answered])));

    let Verb::Gather(gather) = only(
        "<Gather numDigits='1' timeout='8' finishOnKey='' actionOnEmptyResult='true' input='dtmf speech'>\
         <Say voice='Polly.Joanna' language='en-US'>Press <emphasis>1</emphasis></Say><Pause length='2'/>\
         <Play loop='0'>https://example.com/a.mp3</Play></Gather>",
    ) else {
        panic!("not a Gather");
    };
    assert_eq!((gather.num_digits, gather.timeout, gather.finish_on_key), (Some(1), 8, None));
    assert!(gather.action_on_empty_result);
    assert_eq!(gather.prompts[0], Verb::Say { text: "Press 1".to_owned(), times: Times::Exactly(1) });
    assert_eq!(gather.prompts[1], Verb::Pause { seconds: 2 });

    let Verb::Record(record) = only("<Record maxLength='120' transcribeCallback='/text' finishOnKey='#'/>") else {
        panic!("not a Record");
    };
    assert_eq!((record.max_length, record.transcribe), (120, true));
}

#[test]
fn the_rest_of_the_verbs_is_known() {
    for document in [
        "<Response/>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say>Hi</Say><Hangup/></Response>",
        "<Response><Play>/relative.mp3</Play><Play digits='1w2'/></Response>",
        "<Response><Reject reason='busy'/></Response>",
        "<Response><Sms to='+14155550160' from='+12125550150'>Thanks for calling</Sms></Response>",
        "<Response><Say voice='man' loop='3'><p>One</p><break time='1s'/><s>two</s></Say></Response>",
        "<Response><Gather speechTimeout='auto' hints='sales,support'/></Response>",
        "<Response><!-- a remark --><Say><![CDATA[1 < 2]]></Say></Response>",
    ] {
        assert!(parse(document).is_ok(), "{document:?} was refused: {:?}", parse(document));
    }
}

#[test]
fn whatever_is_not_exactly_cxml_is_refused() {
    let long = format!("<Say>{}</Say>", "x".repeat(4_097));
    let eleven = format!("<Dial>{}</Dial>", "<Number>+14055550100</Number>".repeat(11));
    for inner in [
        "Hi",
        "<say>Hi</say>",
        "<Message>Hi</Message>",
        "<Say/>",
        "<Say>  </Say>",
        &long,
        "<Say voice='alice'>Hi</Say>",
        "<Say colour='red'>Hi</Say>",
        "<Say><Play>https://example.com/a.mp3</Play></Say>",
        "<Say loop='-1'>Hi</Say>",
        "<Play>a.mp3</Play>",
        "<Play/>",
        "<Play digits='12x'/>",
        "<Pause length='long'/>",
        "<Pause>1</Pause>",
        "<Gather><Record/></Gather>",
        "<Gather><Gather/></Gather>",
        "<Gather>Hi</Gather>",
        "<Gather action=''/>",
        "<Gather method='PUT'/>",
        "<Gather method='post'/>",
        "<Gather numDigits='0'/>",
        "<Gather timeout='-1'/>",
        "<Gather finishOnKey='##'/>",
        "<Gather finishOnKey='x'/>",
        "<Gather input='voice'/>",
        "<Gather numdigits='1'/>",
        "<Gather actionOnEmptyResult='yes'/>",
        "<Dial/>",
        "<Dial>555</Dial>",
        "<Dial>4055550100</Dial>",
        "<Dial><Number/></Dial>",
        "<Dial><Number>+1405555010x</Number></Dial>",
        "<Dial>+14055550100<Number>+14055550101</Number></Dial>",
        "<Dial><Sip>sip:a@example.com</Sip></Dial>",
        "<Dial><Say>Hi</Say></Dial>",
        "<Dial timeout='4'>+14055550100</Dial>",
        "<Dial timeout='601'>+14055550100</Dial>",
        "<Dial timeLimit='14401'>+14055550100</Dial>",
        "<Dial record='true'>+14055550100</Dial>",
        "<Dial callerID='+12125550150'>+14055550100</Dial>",
        "<Dial><Number statusCallbackEvent='sent'>+14055550100</Number></Dial>",
        "<Dial recordingStatusCallbackEvent='done'>+14055550100</Dial>",
        &eleven,
        "<Record>Hi</Record>",
        "<Record maxLength='3601'/>",
        "<Record transcribe='1'/>",
        "<Record finishOnKey='a'/>",
        "<Record trim='no'/>",
        "<Record numDigits='1'/>",
        "<Redirect/>",
        "<Redirect method='DELETE'>/next</Redirect>",
        "<Hangup reason='busy'/>",
        "<Reject reason='bored'/>",
        "<Sms/>",
        "<Number>+14055550100</Number>",
    ] {
        let document = format!("<Response>{inner}</Response>");
        assert!(parse(&document).is_err(), "{document:?} was accepted");
    }
    for document in ["", "OK", "<response/>", "<Response>", "<Response/><Response/>", "<Response a='1'/>"] {
        assert!(parse(document).is_err(), "{document:?} was accepted");
    }
}
