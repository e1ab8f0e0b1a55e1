//! The reference vectors: a throw-away key, three tokens made at 2026-01-01T00:00:00Z, and what must be refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{TimeZone, Utc};

use super::*;
use crate::auth::{Organization, Role};

const KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuZ5ypeI60d3pOUJnYWLd\n\
T3S1vQulwpz8RpvUlG5N4banVJKp0Ob5+9ePiBQHfXWwYHu6aP8xLRAcKsBM15N/\n\
4zGKlr/REvHr6CXMUNnTRf8T8doRBDJMjUYDfugeh1YyqSSN3LqADidMbrmtgeAE\n\
qRQaH11eSz+ibL4K/HJQrfjwQYtesAff/s/DywFf5OvprHlWFhN/o+DJkNrWAjLT\n\
CzDKaN+p4GLJKmJELAppU08lxgWQiP1Pi8tXx/ZR5Eyy16nBuskXkV/iHpHD6ek7\n\
KKzAZfnq2/Kmm8uNTil+wqI9GYSF2nJDQDHLgSmyTNmdwmACeQ05gT0BZhqjgw0R\n\
8QIDAQAB\n\
-----END PUBLIC KEY-----\n";
const ISSUED: i64 = 1_767_225_600;
const ISSUER: &str = "https://clerk.example.test";
const PARTY: &str = "https://app.example.test";
const V1: &str = "eyJhbGciOiJSUzI1NiIsImNhdCI6ImNsX0I3ZDRQRDExMUFBQSIsImtpZCI6Imluc190ZXN0a2lkIiwidHlwIjoiSldUIn0.eyJhenAiOiJodHRwczovL2FwcC5leGFtcGxlLnRlc3QiLCJleHAiOjE3NjcyMjU2NjAsImZ2YSI6WzAsLTFdLCJpYXQiOjE3NjcyMjU2MDAsImlzcyI6Imh0dHBzOi8vY2xlcmsuZXhhbXBsZS50ZXN0IiwianRpIjoianRpXzEiLCJuYmYiOjE3NjcyMjU1OTAsInNpZCI6InNlc3NfMSIsInN1YiI6InVzZXJfMSIsIm9yZ19pZCI6Im9yZ19hbHBoYSIsIm9yZ19yb2xlIjoib3JnOmFkbWluIiwib3JnX3NsdWciOiJhbHBoYSIsIm9yZ19wZXJtaXNzaW9ucyI6WyJvcmc6bnVtYmVyczptYW5hZ2UiXX0.R7XnsEmIWwzn4kzJcFi6yvDn6a46BfwNMGZRMznIsVHiNz1ybp3c0mU5GCp5EiH4WMDQ2vn05FK1XvvkPGAy177u00kyN5Yc_nqKtDrjgZJa_oT-pW0Gho9N73b-FtcqI0cPcMUjZI9koB8YNsYGwROQ-zplmuUAaOPiTVAg0RJOAWOID6lZBR8wCGIfilF_--jSIB71D2k0XRr1E5uKHUqAG8VYGS9OBJ_so9xYCEdZsf03TNros4k276rAdHq7Z18ZG4CAybzC-OuemTp5KeZHc9X12UMDYsh20_L0Cw0fgkfgbBsWNdVSTWj-QnbF42o4KvG_YaeRGxwqCfjSTw";
const V2: &str = "eyJhbGciOiJSUzI1NiIsImNhdCI6ImNsX0I3ZDRQRDExMUFBQSIsImtpZCI6Imluc190ZXN0a2lkIiwidHlwIjoiSldUIn0.eyJhenAiOiJodHRwczovL2FwcC5leGFtcGxlLnRlc3QiLCJleHAiOjE3NjcyMjU2NjAsImZ2YSI6WzAsLTFdLCJpYXQiOjE3NjcyMjU2MDAsImlzcyI6Imh0dHBzOi8vY2xlcmsuZXhhbXBsZS50ZXN0IiwianRpIjoianRpXzEiLCJuYmYiOjE3NjcyMjU1OTAsInNpZCI6InNlc3NfMSIsInN1YiI6InVzZXJfMSIsInYiOjIsInBsYSI6Im86cHJvIiwiZmVhIjoibzpudW1iZXJzLG86aW5ib3giLCJvIjp7ImlkIjoib3JnX2FscGhhIiwicm9sIjoiYWRtaW4iLCJzbGciOiJhbHBoYSIsInBlciI6Im1hbmFnZSxyZWFkIiwiZnBtIjoiMywyIn0sInN0cyI6ImFjdGl2ZSJ9.PKbcn5K0C7WhVVl9OpTv-gFxHGX7vDe3AeKfaI-UTM-fx4xo6Wru-rggDXgPSgVMEGpgihOI9qHjtfsrV1Gmy_L3KF_GekUVEI_ltR6LrOeCiUhYjM8q1IbOr7movm5e0dGkiVHIiqshzdkgsqQRLnI4grMVDxZnky3lgAdbjfb4LTdBQ100R5tHPTxhCyQjfXj3VF_ej1CibpFaSa4Sa2S5WJMd3Y4qQ_YDCez6_eq54nPcF4vDQulFHWR-fz7fIo5b-GhNB3wpq6tgzBD5yPJYZUqzQu5Df2ys8OZluPTKsDSaWv2zomM4X9-faaxPml8Gt3NHWk-tn4IJghbf_A";
const V2_PERSONAL: &str = "eyJhbGciOiJSUzI1NiIsImNhdCI6ImNsX0I3ZDRQRDExMUFBQSIsImtpZCI6Imluc190ZXN0a2lkIiwidHlwIjoiSldUIn0.eyJhenAiOiJodHRwczovL2FwcC5leGFtcGxlLnRlc3QiLCJleHAiOjE3NjcyMjU2NjAsImZ2YSI6WzAsLTFdLCJpYXQiOjE3NjcyMjU2MDAsImlzcyI6Imh0dHBzOi8vY2xlcmsuZXhhbXBsZS50ZXN0IiwianRpIjoianRpXzEiLCJuYmYiOjE3NjcyMjU1OTAsInNpZCI6InNlc3NfMSIsInN1YiI6InVzZXJfMSIsInYiOjIsInBsYSI6InU6ZnJlZV91c2VyIiwiZmVhIjoidTpiYXNpYyJ9.YPWwI0cyZo9QE1FmqjbE8InOhF0Q_QLGLqFg5tbHsVy0Urrl-qNfwoPxexJnilNdz-lQIA0r7DfF280eFvadDdGwAPm6gt7v00RFtwgnugaOHkq1BVgp0M9NrO1pZSM8i6dsm7th7VdeLqZPtfaMWRdvs_0230StNM4ArKXkcpOAdxBFAIGQWhKFeCv_NoUA44gwuVlfmeX8qBX15mE-Odvgdh1TRAA3KoZl3BnB1RFol8UELRB5cFcN5BdN_bm-h0KMaTO2fN_vQTbN12Ls9ODzbgy_Lv9OPfWIvh7DzQU6QTqPcuoNLWqW0dsdVEl2rUcADPP_-07ea22ensyzQQ";

fn verifier(issuer: &str, parties: &[&str]) -> SessionTokenVerifier {
    SessionTokenVerifier::new(&SessionTokenConfig {
        jwt_key: KEY.to_owned(),
        issuer: issuer.to_owned(),
        authorized_parties: parties.iter().map(|party| (*party).to_owned()).collect(),
        requests_per_minute: 60,
    })
    .unwrap()
}

fn at_millis(millis: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(ISSUED * 1000 + millis).unwrap()
}

fn verify(token: &str) -> Result<Caller, TokenError> {
    verifier(ISSUER, &[PARTY]).verify(Some(&format!("Bearer {token}")), at_millis(0))
}

fn part(token: &str, index: usize) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

/// The token with one part replaced, its signature left as it was.
fn forged(token: &str, index: usize, content: &str) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[index] = URL_SAFE_NO_PAD.encode(content);
    parts.join(".")
}

#[test]
fn both_versions_give_the_same_caller() {
    let expected = Caller {
        user_id: "user_1".to_owned(),
        organization: Some(Organization { id: "org_alpha".to_owned(), role: Role::Admin }),
        actor: None,
        pending: false,
        requests_per_minute: 60,
    };
    assert_eq!(verify(V1), Ok(expected.clone()));
    assert_eq!(verify(V2), Ok(expected));
    assert_eq!(verify(V2_PERSONAL).unwrap().organization, None);
}

#[test]
fn the_times_are_those_of_clerks_sdk_to_the_millisecond() {
    let verifier = verifier(ISSUER, &[PARTY]);
    let result = |millis| verifier.verify(Some(&format!("Bearer {V2}")), at_millis(millis)).map(|_| ());
    assert_eq!(result(-5_001), Err(TokenError::Time));
    assert_eq!(result(-5_000), Ok(()));
    assert_eq!(result(64_999), Ok(()));
    assert_eq!(result(65_000), Err(TokenError::Time));
}

#[test]
fn a_changed_token_is_refused() {
    let claims = part(V2, 1).replace("org_alpha", "org_omega");
    assert_eq!(verify(&forged(V2, 1, &claims)), Err(TokenError::Signature));
    let mut signature = V2.to_owned();
    let last = signature.len() - 10;
    signature.replace_range(last..=last, if &signature[last..=last] == "A" { "B" } else { "A" });
    assert_eq!(verify(&signature), Err(TokenError::Signature));
}

#[test]
fn other_algorithms_and_kinds_of_token_are_refused_before_the_signature() {
    let header = part(V2, 0);
    for (from, to) in [
        ("RS256", "none"),
        ("RS256", "HS256"),
        ("RS256", "RS512"),
        ("\"JWT\"", "\"at+jwt\""),
        ("cl_B7d4PD111AAA", "cl_B7d4PD333AAA"),
    ] {
        let changed = header.replace(from, to);
        assert_ne!(changed, header);
        assert_eq!(verify(&forged(V2, 0, &changed)), Err(TokenError::Malformed), "{to}");
    }
    for token in ["", "x", "a.b", "a.b.c", "a.b.c.d", "....", &V2[..V2.rfind('.').unwrap()]] {
        assert!(verify(token).is_err(), "{token}");
    }
}

#[test]
fn issuer_and_party_must_be_ours_to_the_letter() {
    let verify = |issuer, parties: &[&str]| {
        verifier(issuer, parties).verify(Some(&format!("Bearer {V2}")), at_millis(0)).map(|_| ())
    };
    assert_eq!(verify("https://clerk.example.test/", &[PARTY]), Err(TokenError::Issuer));
    assert_eq!(verify(ISSUER, &["https://evil.test"]), Err(TokenError::AuthorizedParty));
    assert_eq!(verify(ISSUER, &["https://app.example.test/"]), Err(TokenError::AuthorizedParty));
    assert_eq!(verify(ISSUER, &["https://other.test", PARTY]), Ok(()));
    assert_eq!(verify(ISSUER, &[]), Ok(()));
}

#[test]
fn only_a_bearer_header_counts() {
    let verifier = verifier(ISSUER, &[PARTY]);
    let result = |header: &str| verifier.verify(Some(header), at_millis(0)).map(|_| ());
    assert_eq!(verifier.verify(None, at_millis(0)).map(|_| ()), Err(TokenError::Missing));
    for header in ["", "Bearer", "Bearer ", &format!("Basic {V2}"), V2] {
        assert_eq!(result(header), Err(TokenError::Missing), "{header}");
    }
    assert_eq!(result(&format!("bearer  {V2}")), Ok(()));
}

#[test]
fn a_key_survives_what_deployment_tools_do_to_line_breaks() {
    for key in [KEY.replace('\n', "\\n"), KEY.replace('\n', ""), KEY.replace('\n', "\r\n"), format!("  {KEY}  ")] {
        let config = SessionTokenConfig {
            jwt_key: key,
            issuer: ISSUER.to_owned(),
            authorized_parties: vec![PARTY.to_owned()],
            requests_per_minute: 60,
        };
        let verifier = SessionTokenVerifier::new(&config).unwrap();
        assert!(verifier.verify(Some(&format!("Bearer {V1}")), at_millis(0)).is_ok());
    }
    let config = SessionTokenConfig {
        jwt_key: "not a key".to_owned(),
        issuer: ISSUER.to_owned(),
        authorized_parties: vec![],
        requests_per_minute: 60,
    };
    assert!(SessionTokenVerifier::new(&config).err().unwrap().to_string().starts_with("CLERK_JWT_KEY"));
}

#[test]
fn a_made_up_organisation_claim_beside_version_2_is_ignored() {
    let claims: Claims = serde_json::from_str(
        r#"{"v":2,"sub":"user_1","sid":"sess_1","org_id":"org_victim","org_role":"org:admin","pla":"u:free_user"}"#,
    )
    .unwrap();
    assert_eq!(claims.into_caller("user_1".to_owned(), 60).organization, None);
}

#[test]
fn pending_and_impersonated_sessions_are_seen() {
    let claims: Claims = serde_json::from_str(
        r#"{"v":2,"sub":"user_1","o":{"id":"org_a"},"sts":"pending","act":{"sub":"user_support"}}"#,
    )
    .unwrap();
    let caller = claims.into_caller("user_1".to_owned(), 60);
    assert!(caller.pending);
    assert_eq!(caller.actor.as_deref(), Some("user_support"));
    assert_eq!(caller.organization.unwrap().role, Role::Member);
}
