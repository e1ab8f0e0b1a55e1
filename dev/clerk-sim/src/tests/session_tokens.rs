//! What `GET /token` mints.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::PublicKey;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::sha2::Sha256;
use serde_json::{Value, json};

use super::support::{Clerk, settings};
use crate::clock::now_ms;

struct Token {
    header: Value,
    claims: Value,
    genuine: bool,
}

/// Reads a token and says whether the instance's key signed it.
fn read(token: &str, pem: &str) -> Token {
    let parts: Vec<&str> = token.split('.').collect();
    let part = |index: usize| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[index]).unwrap()).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    let key = PublicKey::from_public_key_pem(pem).unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    let genuine = key.pkcs1v15_verify::<Sha256>(signed.as_bytes(), &signature).is_ok();
    Token { header: part(0), claims: part(1), genuine }
}

async fn mint(clerk: &Clerk, query: &str) -> Token {
    let (status, token) = clerk.get(&format!("/token?{query}")).await;
    assert_eq!(status, 200, "{token}");
    read(&token, &clerk.simulator.jwt_key_pem())
}

#[tokio::test]
async fn a_token_names_the_organisation_in_version_2() {
    let clerk = Clerk::start(settings(None)).await;
    let organization = clerk.organization("pro").await;

    let token = mint(&clerk, &format!("organization={organization}&role=member&user=user_7")).await;

    assert!(token.genuine);
    assert_eq!(token.header, json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": "ins_simulator", "typ": "JWT" }));
    let claims = &token.claims;
    assert_eq!(claims["v"], 2);
    assert_eq!(claims["sub"], "user_7");
    assert_eq!(claims["iss"], clerk.simulator.issuer());
    assert_eq!(claims["azp"], settings(None).authorized_party);
    assert_eq!(claims["sts"], "active");
    assert_eq!(claims["fva"], json!([0, -1]));
    assert_eq!(claims["pla"], "o:pro");
    assert_eq!(claims["fea"], "o:inbox,o:numbers");
    let o = json!({ "id": organization, "rol": "member", "slg": "alpha-dental", "per": "read", "fpm": "1,1" });
    assert_eq!(claims["o"], o);
    let issued = claims["iat"].as_i64().unwrap();
    assert!((issued - now_ms() / 1000).abs() <= 2);
    assert_eq!(claims["nbf"], issued - 10);
    assert_eq!(claims["exp"], issued + 60);
    assert!(claims["sid"].as_str().unwrap().starts_with("sess_"));
    assert!(claims.get("org_id").is_none());
}

#[tokio::test]
async fn a_token_names_the_organisation_in_version_1() {
    let clerk = Clerk::start(settings(None)).await;
    let claims = mint(&clerk, "organization=org_unknown&version=1&plan=pro").await.claims;
    assert_eq!(claims["org_id"], "org_unknown");
    assert_eq!(claims["org_role"], "org:admin");
    assert_eq!(claims["org_permissions"][3], "org:numbers:read");
    for absent in ["v", "o", "pla", "fea", "sts"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn a_token_without_organisation_is_personal() {
    let clerk = Clerk::start(settings(None)).await;
    let claims = mint(&clerk, "user=user_1").await.claims;
    assert!(claims.get("o").is_none());
    assert_eq!(claims["pla"], "u:free_user");
}

#[tokio::test]
async fn bad_tokens_are_bad_in_the_way_that_was_asked() {
    let clerk = Clerk::start(settings(None)).await;
    let now = now_ms() / 1000;

    assert!(mint(&clerk, "expired=1").await.claims["exp"].as_i64().unwrap() < now - 50);
    assert_eq!(mint(&clerk, "azp=https://evil.test").await.claims["azp"], "https://evil.test");
    assert!(mint(&clerk, "azp=").await.claims.get("azp").is_none());
    assert_eq!(mint(&clerk, "iss=https://other.test").await.claims["iss"], "https://other.test");
    assert_eq!(mint(&clerk, "sts=pending").await.claims["sts"], "pending");
    assert_eq!(mint(&clerk, "act=user_support").await.claims["act"]["sub"], "user_support");
    assert!(mint(&clerk, "omit=sid,exp").await.claims.get("sid").is_none());
    for forged in ["key=other", "alg=none", "alg=HS256", "alg=RS512"] {
        assert!(!mint(&clerk, forged).await.genuine, "{forged}");
    }
}

#[tokio::test]
async fn impossible_tokens_are_refused_with_a_reason() {
    let clerk = Clerk::start(settings(None)).await;
    for (query, reason) in [
        ("version=3", "version must be 1 or 2"),
        ("ttl=0", "ttl must be 1 to 86400 seconds"),
        ("ttl=86401", "ttl must be 1 to 86400 seconds"),
        ("sts=gone", "sts must be active or pending"),
        ("key=mine", "key must be instance or other"),
        ("plan=gold", "plan must be starter, pro or enterprise, not \"gold\""),
        ("organisation=org_1", "unknown field `organisation`"),
    ] {
        let (status, text) = clerk.get(&format!("/token?{query}")).await;
        assert_eq!(status, 400, "{query}");
        assert!(text.contains(reason), "{query}: {text}");
    }
}

#[tokio::test]
async fn the_public_key_set_holds_the_signing_key() {
    let clerk = Clerk::start(settings(None)).await;
    let key = clerk.get_json("/.well-known/jwks.json").await["keys"][0].clone();
    assert_eq!((&key["kid"], &key["alg"], &key["e"]), (&json!("ins_simulator"), &json!("RS256"), &json!("AQAB")));
    assert_eq!(URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap().len(), 256);
}
