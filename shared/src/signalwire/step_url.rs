//! Addresses that carry what they are about, so that nobody can make up a step of a call. The carrier's signature covers the
//! whole address too; this one says besides that the state was written here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::form;
use crate::{config::SigningConfig, domain::CallStep};

const PARAMETER: &str = "step";
/// What the key is for: it is never the one that the carrier signs with.
const PURPOSE: &[u8] = b"switchboard step of a call, version 1";

/// An address whose state was not written here.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The signature is missing or wrong.
    #[error("the step of the call is not signed by us")]
    Forged,
    /// Signed, and not of a kind that this version knows.
    #[error("the step of the call cannot be read")]
    Unknown(#[source] serde_json::Error),
}

/// Writes and reads the steps of calls.
#[derive(Debug)]
pub struct StepSigner {
    /// The first one signs; all are accepted, so that calls go on during a rotation.
    keys: Vec<hmac::Key>,
}

impl StepSigner {
    /// Keys derived from those that the carrier signs with.
    #[must_use]
    pub fn new(config: &SigningConfig) -> Self {
        let keys = std::iter::once(&config.key).chain(&config.secondary_key).map(derive).collect();
        Self { keys }
    }

    /// The address of a step. Its query is plain letters, so that nothing on the way writes it differently.
    ///
    /// # Panics
    /// Never: a step is numbers and texts.
    #[must_use]
    pub fn url(&self, base: &Url, step: &CallStep) -> Url {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(step).unwrap_or_default());
        let tag = self.keys.first().map(|key| hmac::sign(key, payload.as_bytes()));
        let tag = URL_SAFE_NO_PAD.encode(tag.as_ref().map_or(&[][..], AsRef::as_ref));
        let mut url = base.clone();
        url.query_pairs_mut().append_pair(PARAMETER, &format!("{payload}.{tag}"));
        url
    }

    /// The step that an address is about; `None` when it has none, as the number's own address.
    ///
    /// # Errors
    /// [`StepError`].
    pub fn read(&self, raw_query: Option<&str>) -> Result<Option<CallStep>, StepError> {
        let pairs = form::decode(raw_query.unwrap_or_default().as_bytes());
        let mut found = pairs.into_iter().filter(|(name, _)| name == PARAMETER.as_bytes());
        let Some((_, value)) = found.next() else { return Ok(None) };
        if found.next().is_some() {
            return Err(StepError::Forged);
        }
        let value = String::from_utf8(value).map_err(|_| StepError::Forged)?;
        let (payload, tag) = value.split_once('.').ok_or(StepError::Forged)?;
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| StepError::Forged)?;
        if !self.keys.iter().any(|key| hmac::verify(key, payload.as_bytes(), &tag).is_ok()) {
            return Err(StepError::Forged);
        }
        let bytes = URL_SAFE_NO_PAD.decode(payload).map_err(|_| StepError::Forged)?;
        serde_json::from_slice(&bytes).map(Some).map_err(StepError::Unknown)
    }
}

fn derive(secret: &SecretString) -> hmac::Key {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().trim().as_bytes());
    hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, PURPOSE).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StepKind;

    fn signer(key: &str, secondary: Option<&str>) -> StepSigner {
        StepSigner::new(&SigningConfig { key: key.into(), secondary_key: secondary.map(Into::into) })
    }

    fn step(tries: u8) -> CallStep {
        CallStep { rounds: 3, ..CallStep::of_inbound("call-1", None, StepKind::Gather { tries }) }
    }

    fn base() -> Url {
        Url::parse("https://calls.example.com/voice").unwrap()
    }

    #[test]
    fn a_step_reads_back() {
        let signer = signer("PSK_one", None);
        let url = signer.url(&base(), &step(2));
        assert!(url.as_str().starts_with("https://calls.example.com/voice?step="), "{url}");
        assert!(!url.query().unwrap().contains('%'), "{url}");
        assert_eq!(signer.read(url.query()).unwrap(), Some(step(2)));
        assert_eq!(signer.read(None).unwrap(), None);
        assert_eq!(signer.read(Some("other=1")).unwrap(), None);
    }

    #[test]
    fn both_keys_are_accepted_during_a_rotation() {
        let url = signer("PSK_old", None).url(&base(), &step(0));
        assert!(signer("PSK_new", Some("PSK_old")).read(url.query()).is_ok());
        assert!(signer("PSK_new", None).read(url.query()).is_err());
    }

    #[test]
    fn a_changed_step_is_refused() {
        let signer = signer("PSK_one", None);
        let (one, other) = (signer.url(&base(), &step(0)), signer.url(&base(), &step(1)));
        let part = |url: &Url, at: usize| {
            url.query().unwrap().trim_start_matches("step=").split('.').nth(at).unwrap().to_owned()
        };
        let mixed = format!("step={}.{}", part(&one, 0), part(&other, 1));
        for query in [
            mixed.as_str(),
            "step=",
            "step=.",
            "step=e30",
            "step=e30.",
            &format!("step={}", part(&one, 0)),
            &format!("step={}.{}A", part(&one, 0), part(&one, 1)),
            &format!("{}&{}", one.query().unwrap(), other.query().unwrap()),
            "step=%FF.%FF",
        ] {
            assert!(matches!(signer.read(Some(query)), Err(StepError::Forged)), "{query}");
        }
    }

    #[test]
    fn the_carriers_own_key_signs_no_step() {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&step(0)).unwrap());
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"PSK_one");
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&key, payload.as_bytes()).as_ref());
        assert!(signer("PSK_one", None).read(Some(&format!("step={payload}.{tag}"))).is_err());
    }

    #[test]
    fn a_signed_step_of_another_version_is_told_apart() {
        let signer = signer("PSK_one", None);
        let payload = URL_SAFE_NO_PAD.encode(br#"{"kind":"teleport"}"#);
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&signer.keys[0], payload.as_bytes()).as_ref());
        assert!(matches!(signer.read(Some(&format!("step={payload}.{tag}"))), Err(StepError::Unknown(_))));
    }
}
