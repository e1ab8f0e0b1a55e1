//! Verifies Clerk session tokens without the network (Clerk, manual JWT verification). The order of the checks matters:
//! the signature comes before any claim, so that the errors of a forged token tell nothing about the configuration.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::{
    claims::{Caller, Claims},
    ring_provider,
};
use crate::config::{ConfigError, SessionTokenConfig};

/// Tolerated difference between Clerk's clock and ours, in seconds.
const SKEW: f64 = 5.0;
/// `cat` of Clerk's machine tokens, which are not session tokens.
const MACHINE_TOKEN: &str = "cl_B7d4PD333AAA";

/// Why a token is refused. For the log; the caller learns only that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No `Authorization: Bearer …`.
    #[error("no bearer token")]
    Missing,
    /// Not a signed token of the kind that Clerk makes.
    #[error("not a session token")]
    Malformed,
    /// Not signed by our Clerk instance.
    #[error("bad signature")]
    Signature,
    /// Too old or too young.
    #[error("not valid at this time")]
    Time,
    /// Another Clerk instance.
    #[error("wrong issuer")]
    Issuer,
    /// Made for another web page.
    #[error("wrong authorized party")]
    AuthorizedParty,
}

/// Verifies tokens with one key.
pub struct SessionTokenVerifier {
    key: DecodingKey,
    issuer: String,
    authorized_parties: Vec<String>,
    validation: Validation,
    requests_per_minute: i64,
}

impl SessionTokenVerifier {
    /// Reads the key.
    ///
    /// # Errors
    /// `CLERK_JWT_KEY` is not an RSA public key in PEM.
    pub fn new(config: &SessionTokenConfig) -> Result<Self, ConfigError> {
        ring_provider::install();
        let key = DecodingKey::from_rsa_pem(normalize_pem(&config.jwt_key).as_bytes())
            .map_err(|e| ConfigError::invalid("CLERK_JWT_KEY", e))?;
        // Times and issuer are checked below: Clerk counts in milliseconds, this library in whole seconds.
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Ok(Self {
            key,
            issuer: config.issuer.clone(),
            authorized_parties: config.authorized_parties.clone(),
            validation,
            requests_per_minute: config.requests_per_minute,
        })
    }

    /// Verifies the value of an `Authorization` header.
    ///
    /// # Errors
    /// [`TokenError`], for the log.
    pub fn verify(&self, authorization: Option<&str>, now: DateTime<Utc>) -> Result<Caller, TokenError> {
        let token = authorization.and_then(bearer).ok_or(TokenError::Missing)?;
        check_header(token)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .map_err(|error| match error.kind() {
                jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenError::Signature,
                _ => TokenError::Malformed,
            })?
            .claims;

        let user_id = claims.sub.clone().filter(|sub| sub.starts_with("user_")).ok_or(TokenError::Malformed)?;
        // Tokens of custom JWT templates have no session.
        claims.sid.as_deref().filter(|sid| !sid.is_empty()).ok_or(TokenError::Malformed)?;
        check_times(&claims, now)?;
        if claims.iss.as_deref() != Some(self.issuer.as_str()) {
            return Err(TokenError::Issuer);
        }
        let party_allowed = |party: &String| self.authorized_parties.contains(party);
        if !self.authorized_parties.is_empty() && !claims.azp.as_ref().is_some_and(party_allowed) {
            return Err(TokenError::AuthorizedParty);
        }
        Ok(claims.into_caller(user_id, self.requests_per_minute))
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The members of the header that this library does not look at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    cat: Option<String>,
}

fn check_header(token: &str) -> Result<(), TokenError> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TokenError::Malformed);
    };
    let bytes = URL_SAFE_NO_PAD.decode(header).map_err(|_| TokenError::Malformed)?;
    let header: Header = serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)?;
    let typ_allowed = header.typ.as_deref().is_none_or(|typ| typ == "JWT");
    if header.alg != "RS256" || !typ_allowed || header.cat.as_deref() == Some(MACHINE_TOKEN) {
        return Err(TokenError::Malformed);
    }
    Ok(())
}

/// Valid from `iat - 5 s` and `nbf - 5 s` (inclusive) to `exp + 5 s` (exclusive), as Clerk's own SDK has it.
fn check_times(claims: &Claims, now: DateTime<Utc>) -> Result<(), TokenError> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit into the 53 bits of a double")]
    let now = now.timestamp_millis() as f64 / 1000.0;
    let expires = claims.exp.ok_or(TokenError::Malformed)?;
    let early = [claims.iat, claims.nbf].into_iter().flatten().any(|from| from > now + SKEW);
    if early || expires <= now - SKEW {
        return Err(TokenError::Time);
    }
    Ok(())
}

/// Deployment tools mangle line breaks: `\n` escapes and a key on one line are accepted.
fn normalize_pem(key: &str) -> String {
    const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
    const END: &str = "-----END PUBLIC KEY-----";
    let body: String =
        key.replace("\\n", "\n").replace(BEGIN, "").replace(END, "").chars().filter(|c| !c.is_whitespace()).collect();
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
}

#[cfg(test)]
#[path = "session_token_tests.rs"]
mod tests;
