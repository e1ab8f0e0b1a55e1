use http::{HeaderMap, HeaderName, HeaderValue, Method};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use secrecy::SecretString;

use super::*;

const KEY: &str = "PSK_test_9bVq3kY7mZ2xT5wR";
const LIVE_KEY: &str = "PSK_V3bF8oyeRNpJWGoRWHNYQMUU";
const SMS_URL: &str = "https://hooks.example.com/sw/sms/ws_01HZX3";
const SMS_SIGNATURE: &str = "mqhngwRT99+sVgv68xvT0lYXzGE=";
/// The same request, signed with `:443` in the URL.
const SMS_SIGNATURE_WITH_PORT: &str = "Dw/qpKHZDma3zedFCMWNzDLCFNg=";
const SMS: &[(&str, &str)] = &[
    ("MessageSid", "0a059168-ead0-41af-9d1f-343dae832527"),
    ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
    ("From", "+15557654321"),
    ("To", "+15551234567"),
    ("Body", "Hello World!"),
    ("NumMedia", "0"),
];
const JSON_URL: &str = "https://hooks.example.com/sw/10dlc?ws=ws_01HZX3";
const JSON_BODY: &str = r#"{"project_id":"ea108133-d6b3-407c-9536-9fad8a929a6a","event_at":"2026-01-15T10:30:00Z","event_category":"campaign","event_type":"campaign_activated","state":"active","brand_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","campaign_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7"}"#;
const JSON_SHA1: &str = "a08867c05de382046b8e3108ca2302f7dd4bb8e4";
const JSON_SHA256: &str = "d04bf2e24b9933c8a4c0b033dc4796b43b670bbd57a48a7c48ba9d02e130ebf5";

struct Form<'a> {
    key: &'a str,
    /// As configured.
    url: &'a str,
    params: &'a [(&'a str, &'a str)],
    signature: &'a str,
}

/// L1 and L2 were signed by SignalWire itself, T1 is the classic of the scheme, the others were made and accepted by
/// official SDKs.
const FORMS: &[(&str, Form<'_>)] = &[
    (
        "L1, live, http",
        Form {
            key: LIVE_KEY,
            url: "http://0aac-189-71-169-171.ngrok-free.app/voice",
            params: &[
                ("AccountSid", "6bfbbe86-a901-4197-8759-2a0de1fa319d"),
                ("ApiVersion", "2010-04-01"),
                ("CallbackSource", "call-progress-events"),
                ("CallSid", "0703574f-b151-465d-aedb-28972eb513c7"),
                ("CallStatus", "busy"),
                ("Direction", "outbound-api"),
                ("From", "sip:+17063958228@sip.swire.io"),
                ("HangupBy", "sip:jpsantos@joaosantos-2a0de1fa319d.sip.swire.io"),
                ("HangupDirection", "inbound"),
                ("Timestamp", "Thu, 09 Nov 2023 17:05:04 +0000"),
                ("To", "sip:jpsantos@joaosantos-2a0de1fa319d.sip.swire.io"),
                ("SipResultCode", "486"),
            ],
            signature: "lf3nWPmUr2y6jSeeoMW4mg58vgI=",
        },
    ),
    (
        "L2, live, https",
        Form {
            key: LIVE_KEY,
            url: "https://675d-189-71-169-171.ngrok-free.app/voice",
            params: &[
                ("CallSid", "a97d4e8a-6047-4e2b-be48-fb96b33b5642"),
                ("AccountSid", "6bfbbe86-a901-4197-8759-2a0de1fa319d"),
                ("ApiVersion", "2010-04-01"),
                ("Direction", "outbound-api"),
                ("From", "sip:+17063958228@sip.swire.io"),
                ("To", "sip:jpsantos@joaosantos-2a0de1fa319d.sip.swire.io"),
                ("Timestamp", "Thu, 09 Nov 2023 14:40:55 +0000"),
                ("CallStatus", "no-answer"),
                ("CallbackSource", "call-progress-events"),
                ("HangupDirection", "outbound"),
                ("HangupBy", "sip:+17063958228@sip.swire.io"),
                ("SipResultCode", "487"),
            ],
            signature: "muUMpldcBHlzuXGZ5gbw1ETZCYA=",
        },
    ),
    (
        "T1, classic",
        Form {
            key: "12345",
            url: "https://mycompany.com/myapp.php?foo=1&bar=2",
            params: &[
                ("CallSid", "CA1234567890ABCDE"),
                ("Caller", "+14158675309"),
                ("Digits", "1234"),
                ("From", "+14158675309"),
                ("To", "+18005551212"),
            ],
            signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        },
    ),
    ("F1, inbound text", Form { key: KEY, url: SMS_URL, params: SMS, signature: SMS_SIGNATURE }),
    (
        "F2, query, media, emoji, line break",
        Form {
            key: KEY,
            url: "https://hooks.example.com/sw/sms?ws=ws_01HZX3&v=2",
            params: &[
                ("MessageSid", "5b7c1c0a-1f0e-4f0b-9a55-7d7f3f5b2c11"),
                ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
                ("From", "+15557654321"),
                ("To", "+15551234567"),
                ("Body", "Grüße 👋 & 100% = ok\r\nline2"),
                ("NumMedia", "2"),
                ("MediaUrl0", "https://files.example.net/a.jpg?x=1&y=2"),
                ("MediaContentType0", "image/jpeg"),
                ("MediaUrl1", "https://files.example.net/b.png"),
                ("MediaContentType1", "image/png"),
            ],
            signature: "7DYyMsC7xwjmr92aWoH8y76inKo=",
        },
    ),
    (
        "F3, empty value",
        Form {
            key: KEY,
            url: "https://hooks.example.com/sw/status/ws_01HZX3",
            params: &[
                ("MessageSid", "0a059168-ead0-41af-9d1f-343dae832527"),
                ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
                ("From", "+15551234567"),
                ("To", "+15557654321"),
                ("MessageStatus", "undelivered"),
                ("ErrorCode", "30003"),
                ("Body", ""),
                ("NumMedia", "0"),
                ("NumSegments", "1"),
            ],
            signature: "rg6fFE0Q+lp5BX1IpxEzoKn8aBw=",
        },
    ),
    (
        "F5, explicit port",
        Form {
            key: KEY,
            url: "http://127.0.0.1:8787/sw/sms",
            params: &[("MessageSid", "m1"), ("From", "+15557654321"), ("To", "+15551234567"), ("Body", "hi")],
            signature: "MLkBaTzwm5AJ97oK1pYO6JSajuc=",
        },
    ),
    (
        "F1b, signed with the standard port",
        Form { key: KEY, url: SMS_URL, params: SMS, signature: SMS_SIGNATURE_WITH_PORT },
    ),
];

fn verifier(url: &str, key: &str) -> Verifier {
    Verifier::new(url, &SecretString::from(key), None).unwrap()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let header =
        |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    pairs.iter().map(header).collect()
}

fn form_headers(signature: &str) -> HeaderMap {
    headers(&[
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("x-signalwire-signature", signature),
    ])
}

fn encode(params: &[(&str, &str)]) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish().into_bytes()
}

fn query_of(url: &str) -> Option<&str> {
    url.split_once('?').map(|(_, query)| query)
}

fn post<'a>(raw_query: Option<&'a str>, headers: &'a HeaderMap, body: &'a [u8]) -> WebhookRequest<'a> {
    WebhookRequest { method: &Method::POST, raw_query, headers, body }
}

/// Verifies a POST of form parameters.
fn check(verifier: &Verifier, query: Option<&str>, body: &[u8], signature: &str) -> Result<(), SignatureFailure> {
    let headers = form_headers(signature);
    verifier.verify(&post(query, &headers, body)).map(drop).map_err(|error| error.reason())
}

/// Verifies the JSON vector J1, with its headers or others.
fn check_json(query: Option<&str>, body: &[u8], pairs: &[(&'static str, &str)]) -> Result<(), SignatureFailure> {
    let mut headers = headers(pairs);
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    verifier(JSON_URL, KEY).verify(&post(query, &headers, body)).map(drop).map_err(|error| error.reason())
}

#[test]
fn signed_forms_are_accepted() {
    for (name, vector) in FORMS {
        let result =
            check(&verifier(vector.url, vector.key), query_of(vector.url), &encode(vector.params), vector.signature);
        assert_eq!(result, Ok(()), "{name}");
    }
}

#[test]
fn the_order_of_parameters_and_the_way_of_escaping_do_not_matter() {
    for (name, vector) in FORMS {
        let mut params = vector.params.to_vec();
        params.reverse();
        let escape_all = |text: &str| text.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02x}"));
        let pairs: Vec<_> =
            params.iter().map(|(key, value)| format!("{}={}", escape_all(key), escape_all(value))).collect();
        let body = pairs.join("&").into_bytes();
        let result = check(&verifier(vector.url, vector.key), query_of(vector.url), &body, vector.signature);
        assert_eq!(result, Ok(()), "{name}");
    }
}

#[test]
fn another_key_another_url_and_a_changed_parameter_are_refused() {
    for (name, vector) in FORMS {
        let (query, body) = (query_of(vector.url), encode(vector.params));
        let wrong = Err(SignatureFailure::Wrong);
        assert_eq!(check(&verifier(vector.url, "other"), query, &body, vector.signature), wrong, "{name}");

        let (path, _) = vector.url.split_once('?').unwrap_or((vector.url, ""));
        let other_url = format!("{path}x{}", query.map(|query| format!("?{query}")).unwrap_or_default());
        assert_eq!(check(&verifier(&other_url, vector.key), query, &body, vector.signature), wrong, "{name}");

        for index in 0..vector.params.len() {
            let mut params = vector.params.to_vec();
            let changed = format!("{}x", params[index].1);
            params[index].1 = &changed;
            let verifier = verifier(vector.url, vector.key);
            assert_eq!(check(&verifier, query, &encode(&params), vector.signature), wrong, "{name}");
            params.remove(index);
            assert_eq!(check(&verifier, query, &encode(&params), vector.signature), wrong, "{name}");
        }
    }
}

#[test]
fn any_changed_byte_of_signature_or_body_is_refused() {
    let verifier = verifier(SMS_URL, KEY);
    let mut random = StdRng::seed_from_u64(7);
    let body = encode(SMS);
    for _ in 0..2000 {
        let mut changed = body.clone();
        let at = random.random_range(0..changed.len());
        changed[at] = random.random();
        if form::decode(&changed) != form::decode(&body) {
            assert!(check(&verifier, None, &changed, SMS_SIGNATURE).is_err(), "{}", String::from_utf8_lossy(&changed));
        }

        let mut signature = SMS_SIGNATURE.as_bytes().to_vec();
        let at = random.random_range(0..signature.len());
        signature[at] = random.random_range(b'!'..=b'~');
        if signature != SMS_SIGNATURE.as_bytes() {
            assert!(check(&verifier, None, &body, std::str::from_utf8(&signature).unwrap()).is_err());
        }
    }
}

#[test]
fn random_bodies_never_panic() {
    let mut random = StdRng::seed_from_u64(8);
    for _ in 0..2000 {
        let length = random.random_range(0..200);
        let body: Vec<u8> = (0..length).map(|_| random.random()).collect();
        assert!(check(&verifier(SMS_URL, KEY), None, &body, SMS_SIGNATURE).is_err());
    }
}

#[test]
fn bytes_that_are_not_utf8_are_signed_as_bytes_and_read_as_text() {
    let mut signed = SMS_URL.as_bytes().to_vec();
    signed.extend_from_slice(b"Bodya\xff\0b");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, KEY.as_bytes());
    let headers = form_headers(&STANDARD.encode(hmac::sign(&key, &signed)));
    let webhook = verifier(SMS_URL, KEY).verify(&post(None, &headers, b"Body=a%FF%00b")).unwrap();
    assert_eq!(webhook.form().get("Body"), Some("a\u{FFFD}\u{FFFD}b"));
}

#[test]
fn a_get_is_signed_by_its_query() {
    let configured = "https://hooks.example.com/sw/voice";
    let query = "AccountSid=ea108133-d6b3-407c-9536-9fad8a929a6a&CallSid=b3877c40-da60-4998-90ad-b792e98472ca&From=%2B15557654321&To=%2B15551234567";
    let headers = headers(&[("x-signalwire-signature", "JmnWSwJZ6Q3ZxxiYpevCDtOnkTo=")]);
    let request = WebhookRequest { method: &Method::GET, raw_query: Some(query), headers: &headers, body: b"" };

    for configured in [configured.to_owned(), format!("{configured}?{query}")] {
        let webhook = verifier(&configured, KEY).verify(&request).unwrap();
        assert_eq!(webhook.form().get("From"), Some("+15557654321"));
    }
    let changed = query.replace("4321", "4322");
    let refused = verifier(configured, KEY).verify(&WebhookRequest { raw_query: Some(&changed), ..request });
    assert_eq!(refused.unwrap_err().reason(), SignatureFailure::Wrong);
    let with_body = verifier(configured, KEY).verify(&WebhookRequest { body: b"Body=x", ..request });
    assert_eq!(with_body.unwrap_err().reason(), SignatureFailure::BodyNotCovered);
}

#[test]
fn a_query_is_signed_and_cannot_be_changed_or_added() {
    let (_, vector) = FORMS.iter().find(|(name, _)| name.starts_with("F2")).unwrap();
    let body = encode(vector.params);
    let (bare, query) = vector.url.split_once('?').unwrap();
    // The configured URL may leave the query out, as one that is added per message does.
    assert_eq!(check(&verifier(bare, KEY), Some(query), &body, vector.signature), Ok(()));
    // A gateway may escape it in another way, or swallow it.
    assert_eq!(check(&verifier(vector.url, KEY), Some("ws=ws%5F01HZX3&v=2"), &body, vector.signature), Ok(()));
    assert_eq!(check(&verifier(vector.url, KEY), None, &body, vector.signature), Ok(()));

    for other in ["ws=ws_01HZX4&v=2", "ws=ws_01HZX3&v=2&x=1", "v=2&ws=ws_01HZX3", "ws=ws_01HZX3"] {
        assert!(check(&verifier(vector.url, KEY), Some(other), &body, vector.signature).is_err(), "{other}");
    }
    assert!(check(&verifier(SMS_URL, KEY), Some("x=1"), &encode(SMS), SMS_SIGNATURE).is_err());
}

#[test]
fn the_standard_port_and_the_fragment_may_be_configured_or_not() {
    let with_port = SMS_URL.replace(".com", ".com:443");
    for url in [SMS_URL.to_owned(), with_port, format!("{SMS_URL}#rt=9000&ot=500")] {
        for signature in [SMS_SIGNATURE, SMS_SIGNATURE_WITH_PORT] {
            assert_eq!(check(&verifier(&url, KEY), None, &encode(SMS), signature), Ok(()), "{url}");
        }
    }
    assert!(check(&verifier(&SMS_URL.replace(".com", ".com:8443"), KEY), None, &encode(SMS), SMS_SIGNATURE).is_err());
    assert!(check(&verifier(&SMS_URL.replace("https", "http"), KEY), None, &encode(SMS), SMS_SIGNATURE).is_err());
}

#[test]
fn both_header_names_count_and_one_right_value_is_enough() {
    let body = encode(SMS);
    let verifier = verifier(SMS_URL, KEY);
    for pairs in [
        vec![("x-twilio-signature", SMS_SIGNATURE)],
        vec![("x-signalwire-signature", "nonsense"), ("x-twilio-signature", SMS_SIGNATURE)],
        vec![("x-signalwire-signature", SMS_SIGNATURE), ("x-signalwire-sha256-signature", JSON_SHA256)],
    ] {
        let headers = headers(&pairs);
        assert!(verifier.verify(&post(None, &headers, &body)).is_ok(), "{pairs:?}");
    }
}

#[test]
fn a_request_without_a_usable_signature_is_refused() {
    let body = encode(SMS);
    let verifier = verifier(SMS_URL, KEY);
    let joined = format!("{SMS_SIGNATURE},{SMS_SIGNATURE}");
    let cases: [(&[(&'static str, &str)], SignatureFailure); 7] = [
        (&[], SignatureFailure::Missing),
        (&[("x-signalwire-signature", "")], SignatureFailure::Malformed),
        (&[("x-signalwire-signature", &joined)], SignatureFailure::Malformed),
        (&[("x-signalwire-signature", "!!!!!!!!!!!!!!!!!!!!!!!!!!!=")], SignatureFailure::Malformed),
        (&[("x-signalwire-signature", "zz8867c05de382046b8e3108ca2302f7dd4bb8e4")], SignatureFailure::Malformed),
        (&[("x-signalwire-signature", JSON_SHA1)], SignatureFailure::Wrong),
        (&[("x-signalwire-sha256-signature", SMS_SIGNATURE)], SignatureFailure::Malformed),
    ];
    for (pairs, reason) in cases {
        let headers = headers(pairs);
        let error = verifier.verify(&post(None, &headers, &body)).unwrap_err();
        assert_eq!((error.reason(), error.to_string().as_str()), (reason, "the signature is not valid"));
    }

    let mut headers = HeaderMap::new();
    for _ in 0..5 {
        headers.append("x-signalwire-signature", HeaderValue::from_static(SMS_SIGNATURE));
    }
    assert_eq!(verifier.verify(&post(None, &headers, &body)).unwrap_err().reason(), SignatureFailure::TooMany);
}

#[test]
fn signed_json_is_accepted_by_either_hash() {
    let body = JSON_BODY.as_bytes();
    let query = query_of(JSON_URL);
    assert_eq!(check_json(query, body, &[("x-signalwire-signature", JSON_SHA1)]), Ok(()));
    assert_eq!(check_json(query, body, &[("x-signalwire-sha256-signature", JSON_SHA256)]), Ok(()));
    assert_eq!(check_json(query, body, &[("x-twilio-signature", JSON_SHA1)]), Ok(()));

    let changed = JSON_BODY.replace("active", "Active");
    for header in [("x-signalwire-signature", JSON_SHA1), ("x-signalwire-sha256-signature", JSON_SHA256)] {
        assert_eq!(check_json(query, changed.as_bytes(), &[header]), Err(SignatureFailure::Wrong));
        assert_eq!(check_json(Some("ws=other"), body, &[header]), Err(SignatureFailure::Wrong));
    }
    let spaced = format!("{JSON_BODY} ");
    assert!(check_json(query, spaced.as_bytes(), &[("x-signalwire-signature", JSON_SHA1)]).is_err());
}

#[test]
fn the_published_json_vector_is_accepted() {
    let verifier = verifier("https://example.ngrok.io/webhook", "PSKtest1234567890abcdef");
    let body = br#"{"event":"call.state","params":{"call_id":"abc-123","state":"answered"}}"#;
    let headers = headers(&[
        ("content-type", "application/json"),
        ("x-signalwire-signature", "c3c08c1fefaf9ee198a100d5906765a6f394bf0f"),
    ]);
    let webhook = verifier.verify(&post(None, &headers, body)).unwrap();
    let json: serde_json::Value = webhook.json().unwrap();
    assert_eq!(json["params"]["state"], "answered");
    assert_eq!(webhook.form().get("event"), Some("call.state"), "its members are parameters");
}

#[test]
fn a_json_body_may_be_hashed_in_the_query() {
    let url =
        "https://example.ngrok.io/webhook?bodySHA256=69f3cbfc18e386ef8236cb7008cd5a54b7fed637a8cb3373b5a1591d7f0fd5f4";
    let verifier = verifier("https://example.ngrok.io/webhook", "PSKtest1234567890abcdef");
    let headers =
        headers(&[("content-type", "application/json"), ("x-signalwire-signature", "dfO9ek8mxyFtn2nMz24plPmPfIY=")]);
    assert!(verifier.verify(&post(query_of(url), &headers, br#"{"event":"call.state"}"#)).is_ok());
    let changed = verifier.verify(&post(query_of(url), &headers, br#"{"event":"call.State"}"#));
    assert_eq!(changed.unwrap_err().reason(), SignatureFailure::BodyNotCovered);
}

#[test]
fn a_signature_over_the_url_alone_does_not_vouch_for_a_json_body() {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, KEY.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, SMS_URL.as_bytes()));
    let headers = headers(&[("content-type", "application/json"), ("x-signalwire-signature", &signature)]);
    let verifier = verifier(SMS_URL, KEY);
    let error = verifier.verify(&post(None, &headers, b"{\"a\":1}")).unwrap_err();
    assert_eq!(error.reason(), SignatureFailure::BodyNotCovered);
    assert!(verifier.verify(&post(None, &headers, b"")).is_ok());
}

#[test]
fn during_a_rotation_both_keys_count_and_the_one_that_matched_is_told() {
    let (key, other) = (SecretString::from(KEY), SecretString::from("PSK_other"));
    let (body, headers) = (encode(SMS), form_headers(SMS_SIGNATURE));
    for (primary, secondary, expected) in [(&key, &other, SigningKey::Primary), (&other, &key, SigningKey::Secondary)] {
        let verifier = Verifier::new(SMS_URL, primary, Some(secondary)).unwrap();
        let webhook = verifier.verify(&post(None, &headers, &body)).unwrap();
        assert_eq!(webhook.key(), expected);
        assert_eq!(webhook.body(), body);
    }
}

#[test]
fn a_verifier_needs_a_key_and_an_absolute_url() {
    let key = SecretString::from(KEY);
    for empty in ["", " \n"].map(SecretString::from) {
        assert!(matches!(Verifier::new(SMS_URL, &empty, None), Err(VerifierError::EmptyKey)));
        assert!(matches!(Verifier::new(SMS_URL, &key, Some(&empty)), Err(VerifierError::EmptyKey)));
    }
    assert!(matches!(Verifier::new("/sw/sms", &key, None), Err(VerifierError::InvalidUrl(_))));
}

#[test]
fn debug_shows_neither_key_nor_content() {
    let headers = form_headers(SMS_SIGNATURE);
    let (verifier, body) = (verifier(SMS_URL, KEY), encode(SMS));
    let request = post(None, &headers, &body);
    let shown = format!("{verifier:?} {request:?} {:?}", verifier.verify(&request).unwrap());
    assert!(!shown.contains("PSK_") && !shown.contains("Hello") && !shown.contains("5557654321"), "{shown}");
}
