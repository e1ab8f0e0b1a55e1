//! Addresses that somebody outside tells us and that others, or we, will fetch.

use idna::uts46::verify_dns_length;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

const MAX_CHARACTERS: usize = 2048;
/// Names that are somebody's own network, or nobody's (RFC 6761, RFC 8375, and the habit of cloud providers).
const PRIVATE_SUFFIXES: &[&str] = &[
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "home.arpa",
    "invalid",
    "test",
    "onion",
];

/// Whether an address leads out of everybody's own network: https, a name with a dot that is not private, no password and
/// no unusual port. A numeric address is none, public or not: nobody publishes files there.
///
/// An address may be well formed by the URL standard and still have a name that no DNS can hold, with an empty part or one of
/// more than 63 bytes. Such a name is refused: each resolver makes something else of it.
#[must_use]
pub fn is_public(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    if !verify_dns_length(name, true) {
        return false;
    }
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_private = PRIVATE_SUFFIXES
        .iter()
        .any(|suffix| name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    url.scheme() == "https"
        && name.contains('.')
        && !is_private
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

/// An address for which [`is_public`] holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^https://", max_length = 2048))]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(Url);

/// Not a public https address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a public https address, such as https://files.example.com/greeting.mp3")]
pub struct PublicUrlError;

impl PublicUrl {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = PublicUrlError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text).map_err(|_| PublicUrlError)?;
        if text.len() > MAX_CHARACTERS || !is_public(&url) {
            return Err(PublicUrlError);
        }
        Ok(Self(url))
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_everybody_can_reach_are_public() {
        for text in [
            "https://files.example.com/a.mp3",
            "https://example.com",
            "https://müller.example/ä?b=c#d",
            "https://a.b:443/",
            "https://files.example.com./a.mp3",
        ] {
            assert!(PublicUrl::try_from(text.to_owned()).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_leads_into_a_network_is_refused() {
        for text in [
            "",
            "files.example.com/a.mp3",
            "http://files.example.com/a.mp3",
            "ftp://files.example.com/a.mp3",
            "file:///etc/passwd",
            "https://localhost/a",
            "https://LOCALHOST./a",
            "https://router.lan/a",
            "https://metadata.google.internal/computeMetadata",
            "https://printer.local./a",
            "https://127.0.0.1/a",
            "https://127.1/a",
            "https://0x7f000001/a",
            "https://2130706433/a",
            "https://10.0.0.8/a",
            "https://169.254.169.254/latest/meta-data",
            "https://8.8.8.8/a",
            "https://[::1]/a",
            "https://[fd00::1]/a",
            "https://[::ffff:127.0.0.1]/a",
            "https://intranet/a",
            "https://files..example.com/a",
            "https://.example.com/a",
            "https://example.com../a",
            "https://example.0../a",
            "https://user:password@example.com/a",
            "https://user@example.com/a",
            "https://example.com:8443/a",
            "https://",
        ] {
            assert!(PublicUrl::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert!(PublicUrl::try_from(format!("https://example.com/{}", "a".repeat(MAX_CHARACTERS))).is_err());
        assert!(PublicUrl::try_from(format!("https://{}.example/", "a".repeat(64))).is_err());
        assert!(
            PublicUrl::try_from(format!("https://{}.example/", "a".repeat(63))).is_ok(),
            "the longest part of a name"
        );
        assert!(PublicUrl::try_from("https://notlocal.example".to_owned()).is_ok(), "a suffix is a whole label");
    }
}
