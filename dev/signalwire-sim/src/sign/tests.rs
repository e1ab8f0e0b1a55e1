//! Known signatures: two that SignalWire itself produced (live_*), Twilio's classic one, and some that the official SDKs accept.

use super::{form_signature, form_signature_of_exact_url, json_signature, signed_url};

fn assert_form(key: &str, url: &str, parameters: &[(&str, &str)], expected: &str) {
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(form_signature(key, url, &parameters), expected);
}

#[test]
fn live_call_callback_over_http() {
    assert_form(
        "PSK_V3bF8oyeRNpJWGoRWHNYQMUU",
        "http://0aac-189-71-169-171.ngrok-free.app/voice",
        &[
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
        "lf3nWPmUr2y6jSeeoMW4mg58vgI=",
    );
}

#[test]
fn live_call_callback_over_https() {
    assert_form(
        "PSK_V3bF8oyeRNpJWGoRWHNYQMUU",
        "https://675d-189-71-169-171.ngrok-free.app/voice",
        &[
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
        "muUMpldcBHlzuXGZ5gbw1ETZCYA=",
    );
}

#[test]
fn classic_twilio_vector() {
    assert_form(
        "12345",
        "https://mycompany.com/myapp.php?foo=1&bar=2",
        &[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ],
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    );
}

#[test]
fn inbound_text() {
    assert_form(
        "PSK_test_9bVq3kY7mZ2xT5wR",
        "https://hooks.example.com/sw/sms/ws_01HZX3",
        &[
            ("MessageSid", "0a059168-ead0-41af-9d1f-343dae832527"),
            ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
            ("From", "+15557654321"),
            ("To", "+15551234567"),
            ("Body", "Hello World!"),
            ("NumMedia", "0"),
        ],
        "mqhngwRT99+sVgv68xvT0lYXzGE=",
    );
}

#[test]
fn inbound_picture_with_unicode_and_a_query() {
    assert_form(
        "PSK_test_9bVq3kY7mZ2xT5wR",
        "https://hooks.example.com/sw/sms?ws=ws_01HZX3&v=2",
        &[
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
        "7DYyMsC7xwjmr92aWoH8y76inKo=",
    );
}

#[test]
fn status_callback_with_an_empty_value() {
    assert_form(
        "PSK_test_9bVq3kY7mZ2xT5wR",
        "https://hooks.example.com/sw/status/ws_01HZX3",
        &[
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
        "rg6fFE0Q+lp5BX1IpxEzoKn8aBw=",
    );
}

#[test]
fn get_webhook_signs_the_url_alone() {
    assert_form(
        "PSK_test_9bVq3kY7mZ2xT5wR",
        "https://hooks.example.com/sw/voice?AccountSid=ea108133-d6b3-407c-9536-9fad8a929a6a&CallSid=b3877c40-da60-4998-90ad-b792e98472ca&From=%2B15557654321&To=%2B15551234567",
        &[],
        "JmnWSwJZ6Q3ZxxiYpevCDtOnkTo=",
    );
}

#[test]
fn explicit_port_stays_in_the_signed_url() {
    assert_form(
        "PSK_test_9bVq3kY7mZ2xT5wR",
        "http://127.0.0.1:8787/sw/sms",
        &[("MessageSid", "m1"), ("From", "+15557654321"), ("To", "+15551234567"), ("Body", "hi")],
        "MLkBaTzwm5AJ97oK1pYO6JSajuc=",
    );
}

/// A receiver must accept a signature made with `:443` too; the simulator itself never makes one.
#[test]
fn default_port_is_left_out_of_the_signed_url() {
    assert_eq!(
        signed_url("https://hooks.example.com:443/sw/sms/ws_01HZX3"),
        "https://hooks.example.com/sw/sms/ws_01HZX3"
    );
    assert_eq!(signed_url("http://example.com:80?a=1"), "http://example.com?a=1");
    assert_eq!(signed_url("http://example.com:8080/x#rt=10000"), "http://example.com:8080/x");
    assert_eq!(signed_url("https://example.com:80/x"), "https://example.com:80/x");

    let parameters = [
        ("MessageSid", "0a059168-ead0-41af-9d1f-343dae832527"),
        ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
        ("From", "+15557654321"),
        ("To", "+15551234567"),
        ("Body", "Hello World!"),
        ("NumMedia", "0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let with_port = form_signature_of_exact_url(
        "PSK_test_9bVq3kY7mZ2xT5wR",
        "https://hooks.example.com:443/sw/sms/ws_01HZX3",
        &parameters,
    );
    assert_eq!(with_port, "Dw/qpKHZDma3zedFCMWNzDLCFNg=");
}

#[test]
fn campaign_callback_in_json() {
    let body = r#"{"project_id":"ea108133-d6b3-407c-9536-9fad8a929a6a","event_at":"2026-01-15T10:30:00Z","event_category":"campaign","event_type":"campaign_activated","state":"active","brand_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","campaign_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7"}"#;
    assert_eq!(
        json_signature("PSK_test_9bVq3kY7mZ2xT5wR", "https://hooks.example.com/sw/10dlc?ws=ws_01HZX3", body),
        "a08867c05de382046b8e3108ca2302f7dd4bb8e4"
    );
}

#[test]
fn call_state_callback_in_json() {
    let body = r#"{"event":"call.state","params":{"call_id":"abc-123","state":"answered"}}"#;
    assert_eq!(
        json_signature("PSKtest1234567890abcdef", "https://example.ngrok.io/webhook", body),
        "c3c08c1fefaf9ee198a100d5906765a6f394bf0f"
    );
}

#[test]
fn url_with_a_body_digest_is_signed_alone() {
    assert_form(
        "PSKtest1234567890abcdef",
        "https://example.ngrok.io/webhook?bodySHA256=69f3cbfc18e386ef8236cb7008cd5a54b7fed637a8cb3373b5a1591d7f0fd5f4",
        &[],
        "dfO9ek8mxyFtn2nMz24plPmPfIY=",
    );
}
