use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;

struct Vector {
    name: &'static str,
    secret: &'static str,
    id: &'static str,
    timestamp: &'static str,
    body: &'static str,
    signature: &'static str,
}

/// The first is Svix's published example; the others were signed by Svix's packages.
const VECTORS: [Vector; 5] = [
    Vector {
        name: "published example",
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: "1614265330",
        body: r#"{"test": 2432232314}"#,
        signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    ORGANIZATION,
    Vector {
        name: "UTF-8 and escapes",
        secret: "whsec_////////////////////////////////",
        id: "msg_utf8",
        timestamp: "1767225600",
        body: "{\"type\":\"organization.updated\",\"data\":{\"id\":\"org_x\",\"name\":\"Caf\u{e9} \u{2603} \u{1f4de}\",\"note\":\"a/b\\u00e9\\n\"}}\n",
        signature: "v1,PBSeMN2e4zbbPRmm0C4HqWNZfMCfl8fyxP2B6YIjVRo=",
    },
    Vector {
        name: "empty body",
        secret: "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        id: "msg_empty",
        timestamp: "1767225600",
        body: "",
        signature: "v1,k10XBqOzl0GF1ynbwUY7qtUw0poaNGcnOjLHwCCosHw=",
    },
    Vector {
        name: "subscription item",
        secret: "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        id: "msg_sub_1",
        timestamp: "1767225605",
        body: r#"{"object":"event","type":"subscriptionItem.active","instance_id":"ins_test","timestamp":1767225604,"data":{"object":"subscription_item","id":"csub_item_1","status":"active","is_free_trial":false,"interval":"month","plan_id":"cplan_pro","plan":{"id":"cplan_pro","slug":"pro","name":"Pro","is_recurring":true,"amount":4900,"currency":"USD"},"payer":{"object":"commerce_payer","id":"cpayer_1","user_id":"","organization_id":"org_test_alpha","organization_name":"Alpha","email":""},"subscription_id":"csub_1","period_start":1767225600000,"period_end":1769904000000,"created_at":1767225600000,"updated_at":1767225604000}}"#,
        signature: "v1,pD2YZUw3NcqMD5LNDTTphJJguvHDPr/Q0sFYpb/22sg=",
    },
];

const ORGANIZATION: Vector = Vector {
    name: "organization created",
    secret: "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    id: "msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S",
    timestamp: "1767225600",
    body: r#"{"data":{"object":"organization","id":"org_test_alpha","name":"Alpha","slug":"alpha","public_metadata":{},"created_at":1767225599000,"updated_at":1767225599000},"object":"event","type":"organization.created","instance_id":"ins_test","timestamp":1767225599000}"#,
    signature: "v1,PNQEHfphnyPQRJHG0dmOCDXlpSGu4eJTPioUeIdoTXU=",
};

fn verifier(secret: &str) -> Verifier {
    Verifier::new(&SecretString::from(secret), None).unwrap()
}

fn headers(names: [&'static str; 3], values: [&str; 3]) -> HeaderMap {
    let value = |text: &str| HeaderValue::from_str(text).unwrap();
    names.into_iter().zip(values).map(|(name, text)| (HeaderName::from_static(name), value(text))).collect()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn sent_at(vector: &Vector) -> i64 {
    vector.timestamp.parse().unwrap()
}

/// Verifies the vector `ORGANIZATION` one second after it was sent, with other headers.
fn check(id: &str, timestamp: &str, signature: &str) -> Result<(), SignatureFailure> {
    let headers = headers(SVIX, [id, timestamp, signature]);
    check_headers(&headers)
}

fn check_headers(headers: &HeaderMap) -> Result<(), SignatureFailure> {
    let now = at(sent_at(&ORGANIZATION) + 1);
    let result = verifier(ORGANIZATION.secret).verify(headers, ORGANIZATION.body.as_bytes(), now);
    result.map(drop).map_err(|error| error.reason())
}

#[test]
fn signed_events_are_accepted_under_both_families_of_headers() {
    for vector in VECTORS {
        for family in [SVIX, UNBRANDED] {
            let headers = headers(family, [vector.id, vector.timestamp, vector.signature]);
            let now = at(sent_at(&vector) + 1);
            let event = verifier(vector.secret).verify(&headers, vector.body.as_bytes(), now).expect(vector.name);
            assert_eq!((event.id(), event.body()), (vector.id, vector.body.as_bytes()));
            assert_eq!(event.attempted_at(), at(sent_at(&vector)));
            assert_eq!(event.secret(), SigningSecret::Primary);
        }
    }
}

#[test]
fn any_change_of_a_signed_event_is_refused() {
    for vector in VECTORS {
        let now = at(sent_at(&vector) + 1);
        let good = headers(SVIX, [vector.id, vector.timestamp, vector.signature]);
        let spaced = format!("{} ", vector.body);
        let later = (sent_at(&vector) + 1).to_string();
        let other_id = headers(SVIX, ["msg_other", vector.timestamp, vector.signature]);
        let other_time = headers(SVIX, [vector.id, &later, vector.signature]);

        let verifier = verifier(vector.secret);
        assert!(verifier.verify(&good, spaced.as_bytes(), now).is_err(), "{}", vector.name);
        assert!(verifier.verify(&other_id, vector.body.as_bytes(), now).is_err(), "{}", vector.name);
        assert!(verifier.verify(&other_time, vector.body.as_bytes(), now).is_err(), "{}", vector.name);
        let other_secret = self::verifier("whsec_b3RoZXJvdGhlcm90aGVyb3RoZXI=");
        let error = other_secret.verify(&good, vector.body.as_bytes(), now).unwrap_err();
        assert_eq!(
            (error.reason(), error.to_string().as_str()),
            (SignatureFailure::Wrong, "the signature is not valid")
        );
    }
}

#[test]
fn five_minutes_of_difference_are_tolerated_in_both_directions() {
    let headers = headers(SVIX, [ORGANIZATION.id, ORGANIZATION.timestamp, ORGANIZATION.signature]);
    let check = |age: i64| {
        let now = at(sent_at(&ORGANIZATION) + age);
        let result = verifier(ORGANIZATION.secret).verify(&headers, ORGANIZATION.body.as_bytes(), now);
        result.map(drop).map_err(|error| error.reason())
    };
    for age in [-300, -1, 0, 1, 300] {
        assert_eq!(check(age), Ok(()), "{age}");
    }
    assert_eq!(check(301), Err(SignatureFailure::TooOld));
    assert_eq!(check(-301), Err(SignatureFailure::TooNew));
}

#[test]
fn one_right_signature_among_several_is_enough() {
    let right = ORGANIZATION.signature;
    let tag = right.strip_prefix("v1,").unwrap();
    for (signature, accepted) in [
        (format!("v1,AAAA {right}"), true),
        (format!("v1a,xxxx {right}"), true),
        (format!("{right} v1,AAAA"), true),
        (format!("junk  {right}"), true),
        (format!("v2,{tag}"), false),
        (format!("V1,{tag}"), false),
        (format!("v1a,{tag}"), false),
        (tag.to_owned(), false),
        (format!(",{tag}"), false),
        (format!("v1,{}", tag.trim_end_matches('=')), false),
        (format!("v1,{tag},"), false),
        (format!("{right},{right}"), false),
        ("v1,".to_owned(), false),
    ] {
        assert_eq!(check(ORGANIZATION.id, ORGANIZATION.timestamp, &signature).is_ok(), accepted, "{signature}");
    }
    let many = [right; 9].join(" ");
    assert_eq!(check(ORGANIZATION.id, ORGANIZATION.timestamp, &many), Err(SignatureFailure::TooMany));
}

#[test]
fn a_timestamp_is_made_of_digits_only() {
    for timestamp in
        ["abc", "1767225600abc", "+1767225600", "-1767225600", "1767225600.0", "1 767225600", "0x69", "1e9"]
    {
        let result = check(ORGANIZATION.id, timestamp, ORGANIZATION.signature);
        assert_eq!(result, Err(SignatureFailure::Timestamp), "{timestamp}");
    }
    for timestamp in ["99999999999999999999", "9223372036854775807"] {
        let result = check(ORGANIZATION.id, timestamp, ORGANIZATION.signature);
        assert_eq!(result, Err(SignatureFailure::Timestamp), "{timestamp}");
    }
}

#[test]
fn each_header_must_be_there_once_and_say_something() {
    let good = headers(SVIX, [ORGANIZATION.id, ORGANIZATION.timestamp, ORGANIZATION.signature]);
    for name in SVIX {
        let mut missing = good.clone();
        missing.remove(name);
        assert_eq!(check_headers(&missing), Err(SignatureFailure::Headers), "{name}");

        for blank in ["", "  "] {
            let mut blanked = good.clone();
            blanked.insert(name, HeaderValue::from_static(blank));
            assert_eq!(check_headers(&blanked), Err(SignatureFailure::Headers), "{name}");
        }

        let mut doubled = good.clone();
        doubled.append(name, good[name].clone());
        assert_eq!(check_headers(&doubled), Err(SignatureFailure::Headers), "{name}");

        let mut joined = good.clone();
        let value = good[name].to_str().unwrap();
        joined.insert(name, HeaderValue::from_str(&format!("{value},{value}")).unwrap());
        assert!(check_headers(&joined).is_err(), "{name}");

        let mut binary = good.clone();
        binary.insert(name, HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        assert_eq!(check_headers(&binary), Err(SignatureFailure::Headers), "{name}");
    }
    assert_eq!(check_headers(&HeaderMap::new()), Err(SignatureFailure::Headers));
}

#[test]
fn the_two_families_of_headers_are_never_mixed() {
    let values = [ORGANIZATION.id, ORGANIZATION.timestamp, ORGANIZATION.signature];
    for taken in 0..3 {
        let mut mixed = SVIX;
        mixed[taken] = UNBRANDED[taken];
        assert_eq!(check_headers(&headers(mixed, values)), Err(SignatureFailure::Headers));
    }

    let mut both = headers(UNBRANDED, values);
    both.extend(headers(SVIX, [values[0], values[1], "v1,AAAA"]));
    assert_eq!(check_headers(&both), Err(SignatureFailure::Wrong));

    let mut both = headers(UNBRANDED, [values[0], values[1], "v1,AAAA"]);
    both.extend(headers(SVIX, values));
    assert_eq!(check_headers(&both), Ok(()));
}

#[test]
fn a_secret_is_read_with_and_without_its_prefix_and_padding() {
    let headers = headers(SVIX, [ORGANIZATION.id, ORGANIZATION.timestamp, ORGANIZATION.signature]);
    let bare = ORGANIZATION.secret.strip_prefix("whsec_").unwrap();
    for secret in [bare.to_owned(), format!(" {}\n", ORGANIZATION.secret), bare.trim_end_matches('=').to_owned()] {
        let result = verifier(&secret).verify(&headers, ORGANIZATION.body.as_bytes(), at(1_767_225_601));
        assert!(result.is_ok(), "{secret}");
    }
}

#[test]
fn a_secret_that_is_empty_or_no_base64_is_refused_at_start() {
    let good = SecretString::from(ORGANIZATION.secret);
    for empty in ["", "  ", "whsec_", "whsec_\n"].map(SecretString::from) {
        assert!(matches!(Verifier::new(&empty, None), Err(SecretError::Empty)));
        assert!(matches!(Verifier::new(&good, Some(&empty)), Err(SecretError::Empty)));
    }
    for wrong in ["whsk_AAECAwQFBgcICQoLDA0ODw==", "whsec_not base64", "sk_test_x"].map(SecretString::from) {
        assert!(matches!(Verifier::new(&wrong, None), Err(SecretError::NotBase64(_))));
    }
}

#[test]
fn during_a_rotation_both_secrets_count_and_the_one_that_matched_is_told() {
    let headers = headers(SVIX, [ORGANIZATION.id, ORGANIZATION.timestamp, ORGANIZATION.signature]);
    let (current, other) =
        (SecretString::from(ORGANIZATION.secret), SecretString::from("whsec_b3RoZXJvdGhlcm90aGVyb3RoZXI="));
    for (primary, secondary, expected) in
        [(&current, &other, SigningSecret::Primary), (&other, &current, SigningSecret::Secondary)]
    {
        let verifier = Verifier::new(primary, Some(secondary)).unwrap();
        let event = verifier.verify(&headers, ORGANIZATION.body.as_bytes(), at(1_767_225_601)).unwrap();
        assert_eq!(event.secret(), expected);
        let shown = format!("{verifier:?} {event:?}");
        assert!(!shown.contains("whsec_") && !shown.contains("Alpha"), "{shown}");
    }
}

/// The crate of the standard's authors reads the unbranded headers and the system's clock.
#[test]
fn the_standard_implementation_accepts_and_refuses_the_same() {
    let mut random = StdRng::seed_from_u64(11);
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let mut accepted = 0;
    for _ in 0..2000 {
        let key: Vec<u8> = (0..random.random_range(1..64)).map(|_| random.random()).collect();
        let secret = format!("whsec_{}", SIGNATURE_BASE64.encode(&key));
        let theirs = standardwebhooks::Webhook::new(&secret).unwrap();

        let body: String = (0..random.random_range(0..60)).map(|_| random.random::<char>()).collect();
        let id = format!("msg_{}", random.random::<u32>());
        let timestamp = now + random.random_range(-290..290);
        let mut signature = theirs.sign(&id, timestamp, body.as_bytes()).unwrap();
        if random.random_bool(0.5) {
            let at = random.random_range(0..signature.len());
            signature.replace_range(at..=at, ["A", "=", " ", ",", "v", "2"][random.random_range(0..6)]);
        }

        let headers = headers(UNBRANDED, [&id, &timestamp.to_string(), &signature]);
        let theirs = theirs.verify(body.as_bytes(), &headers).is_ok();
        let ours = verifier(&secret).verify(&headers, body.as_bytes(), at(now)).is_ok();
        assert_eq!(ours, theirs, "{signature}");
        accepted += u32::from(ours);
    }
    assert!((900..1300).contains(&accepted), "{accepted}");
}

#[test]
fn a_verified_event_can_be_read() {
    let [.., item] = VECTORS;
    let headers = headers(SVIX, [item.id, item.timestamp, item.signature]);
    let event = verifier(item.secret).verify(&headers, item.body.as_bytes(), at(sent_at(&item))).unwrap();
    assert_eq!(event.parse().unwrap().kind, "subscriptionItem.active");
}
