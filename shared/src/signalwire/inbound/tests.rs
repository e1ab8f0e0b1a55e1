use http::{HeaderMap, HeaderValue, Method};
use ring::hmac;
use secrecy::SecretString;

use super::*;
use crate::signalwire::{Verifier, WebhookRequest};

const URL: &str = "https://hooks.example.com/x";

/// A webhook with these parameters, signed: there is no other way to make one.
fn webhook(params: &[(&str, &str)]) -> VerifiedWebhook {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    let tag = hmac::sign(&key, format!("{URL}{body}").as_bytes());
    let hex = tag.as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let mut headers = HeaderMap::new();
    headers.insert("x-signalwire-sha256-signature", HeaderValue::from_str(&hex).unwrap());
    let verifier = Verifier::new(URL, &SecretString::from("key"), None).unwrap();
    let request = WebhookRequest { method: &Method::POST, raw_query: None, headers: &headers, body: body.as_bytes() };
    verifier.verify(&request).unwrap()
}

#[test]
fn a_text_is_read() {
    let message = InboundMessage::from_webhook(&webhook(&[
        ("MessageSid", "0a059168-ead0-41af-9d1f-343dae832527"),
        ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
        ("From", "+15557654321"),
        ("To", "+15551234567"),
        ("Body", "Grüße 👋\r\nline2"),
        ("NumMedia", "0"),
        ("NumSegments", "2"),
    ]));
    assert_eq!(message.message_sid.as_deref(), Some("0a059168-ead0-41af-9d1f-343dae832527"));
    assert_eq!(message.account_sid.as_deref(), Some("ea108133-d6b3-407c-9536-9fad8a929a6a"));
    assert_eq!((message.from.as_deref(), message.to.as_deref()), (Some("+15557654321"), Some("+15551234567")));
    assert_eq!((message.body.as_str(), message.num_segments), ("Grüße 👋\r\nline2", Some(2)));
    assert_eq!((message.channel, message.media.len()), (Channel::Sms, 0));
}

#[test]
fn media_are_counted_by_what_is_there() {
    for claimed in ["0", "1", "99", "many", ""] {
        let message = InboundMessage::from_webhook(&webhook(&[
            ("NumMedia", claimed),
            ("MediaUrl10", "https://files.example.net/k"),
            ("MediaUrl0", "https://files.example.net/a"),
            ("MediaContentType0", "image/jpeg"),
            ("MediaUrl2", "https://files.example.net/c"),
            ("MediaContentType1", "image/png"),
            ("MediaUrl3", ""),
            ("MediaUrlX", "https://files.example.net/x"),
        ]));
        let media: Vec<_> =
            message.media.iter().map(|media| (media.url.as_str(), media.content_type.as_deref())).collect();
        let expected = [
            ("https://files.example.net/a", Some("image/jpeg")),
            ("https://files.example.net/c", None),
            ("https://files.example.net/k", None),
        ];
        assert_eq!(media, expected);
    }
}

#[test]
fn the_prefix_of_whatsapp_names_the_channel_and_is_taken_off() {
    for (from, to) in [("whatsapp:+15557654321", "+15551234567"), ("+15557654321", "WhatsApp:+15551234567")] {
        let message = InboundMessage::from_webhook(&webhook(&[("From", from), ("To", to)]));
        assert_eq!(message.channel, Channel::Whatsapp);
        assert_eq!((message.from.as_deref(), message.to.as_deref()), (Some("+15557654321"), Some("+15551234567")));
    }
}

#[test]
fn a_message_with_almost_nothing_is_still_read() {
    let message = InboundMessage::from_webhook(&webhook(&[("SmsSid", "m1"), ("From", ""), ("Body", "a\0b")]));
    assert_eq!(message.message_sid.as_deref(), Some("m1"));
    assert_eq!((message.from, message.to, message.num_segments), (None, None, None));
    assert_eq!(message.body, "a\u{FFFD}b");

    let nothing = InboundMessage::from_webhook(&webhook(&[("From", "ÄÖÜäöüß"), ("NumSegments", "-1")]));
    assert_eq!((nothing.message_sid, nothing.body.as_str(), nothing.num_segments), (None, "", None));
    assert_eq!(nothing.from.as_deref(), Some("ÄÖÜäöüß"));
}

#[test]
fn a_status_is_read() {
    let status = MessageStatusCallback::from_webhook(&webhook(&[
        ("MessageSid", "m1"),
        ("From", "whatsapp:+15551234567"),
        ("To", "+15557654321"),
        ("MessageStatus", "undelivered"),
        ("ErrorCode", "30003"),
        ("Body", ""),
        ("NumSegments", "1"),
    ]));
    assert_eq!((status.message_sid.as_deref(), status.status.as_deref()), (Some("m1"), Some("undelivered")));
    assert_eq!((status.error_code.as_deref(), status.error_message), (Some("30003"), None));
    assert_eq!((status.channel, status.from.as_deref()), (Channel::Whatsapp, Some("+15551234567")));

    let older = MessageStatusCallback::from_webhook(&webhook(&[("SmsStatus", "sent"), ("ErrorCode", "")]));
    assert_eq!((older.status.as_deref(), older.error_code), (Some("sent"), None));
}

#[test]
fn debug_shows_no_number_and_no_text() {
    let message =
        InboundMessage::from_webhook(&webhook(&[("MessageSid", "m1"), ("From", "+15557654321"), ("Body", "secret")]));
    let shown = format!("{message:?}");
    assert!(shown.contains("m1") && !shown.contains("secret") && !shown.contains("5557654321"), "{shown}");
}
