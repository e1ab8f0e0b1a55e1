//! Fetching one file of the carrier's.

use reqwest::{Response, StatusCode, header};
use secrecy::ExposeSecret;
use shared::config::CarrierConfig;
use url::Url;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A picture or file of a message.
    Medium,
    /// A recording of a call.
    Recording,
}

impl Wanted {
    /// Larger files are not copied. Of a message's the carrier takes less (SignalWire, Messages, `MediaUrl`), its partners
    /// may deliver more; of recordings this is an hour of a talk in the carrier's WAV files.
    const fn most_bytes(self) -> usize {
        match self {
            Self::Medium => 10 * 1024 * 1024,
            Self::Recording => 64 * 1024 * 1024,
        }
    }

    fn is_stored(self, content_type: &str) -> bool {
        match self {
            Self::Medium => {
                let listed = TYPES.contains(&content_type) || KINDS.iter().any(|kind| content_type.starts_with(kind));
                listed && !NEVER.contains(&content_type)
            }
            Self::Recording => content_type.starts_with("audio/"),
        }
    }
}

const MOST_REDIRECTS: usize = 3;
/// What a phone sends. Anything that a browser would run is not among it.
const KINDS: &[&str] = &["image/", "audio/", "video/"];
const TYPES: &[&str] = &[
    "application/pdf",
    "application/vnd.apple.pkpass",
    "text/calendar",
    "text/directory",
    "text/plain",
    "text/vcard",
    "text/x-vcard",
];
const NEVER: &[&str] = &["image/svg+xml"];

/// A file.
pub(crate) struct File {
    pub content_type: String,
    pub content: Vec<u8>,
}

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoFile {
    /// Also "not yet": the carrier may announce a file a moment before it has it.
    #[error("the carrier does not have the file")]
    NotFound,
    #[error("the carrier did not answer")]
    Unavailable,
    #[error("the carrier refused the file")]
    Refused,
    #[error("the address of the file cannot be used")]
    BadAddress,
    #[error("the file is too large")]
    TooLarge,
    #[error("the file is of a kind that is not stored")]
    UnsupportedType,
}

impl NoFile {
    /// The word in the row.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
            Self::BadAddress => "bad_address",
            Self::TooLarge => "too_large",
            Self::UnsupportedType => "unsupported_type",
        }
    }

    /// May another attempt end otherwise?
    pub const fn passes(self) -> bool {
        matches!(self, Self::NotFound | Self::Unavailable)
    }
}

/// Fetches a file, by way of redirects if need be.
pub(crate) async fn file(
    http: &reqwest::Client,
    carrier: &CarrierConfig,
    address: &str,
    wanted: Wanted,
) -> Result<File, NoFile> {
    let mut url = Url::parse(address).map_err(|_| NoFile::BadAddress)?;
    for _ in 0..=MOST_REDIRECTS {
        let response = request(http, carrier, &url).await?;
        match response.status() {
            status if status.is_redirection() => url = target(&url, &response)?,
            StatusCode::OK => return read(response, wanted).await,
            StatusCode::NOT_FOUND => return Err(NoFile::NotFound),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(NoFile::Unavailable);
            }
            _ => return Err(NoFile::Refused),
        }
    }
    Err(NoFile::BadAddress)
}

async fn request(http: &reqwest::Client, carrier: &CarrierConfig, url: &Url) -> Result<Response, NoFile> {
    if !may_be_asked(url, carrier) {
        return Err(NoFile::BadAddress);
    }
    let mut request = http.get(url.clone());
    if is_carriers(url, carrier) {
        request = request.basic_auth(&carrier.project_id, Some(carrier.token.expose_secret()));
    }
    request.send().await.map_err(|_| NoFile::Unavailable)
}

/// The one host that may see the project's credentials: exactly the configured scheme, host and port.
fn is_carriers(url: &Url, carrier: &CarrierConfig) -> bool {
    url.origin() == carrier.space_url.origin()
}

/// Addresses inside somebody's network are not for us to ask: everything but the carrier's own is https, and a name.
fn may_be_asked(url: &Url, carrier: &CarrierConfig) -> bool {
    let is_public_name =
        matches!(url.host(), Some(url::Host::Domain(name)) if name.contains('.') && !name.ends_with(".internal"));
    is_carriers(url, carrier) || (url.scheme() == "https" && is_public_name)
}

fn target(from: &Url, response: &Response) -> Result<Url, NoFile> {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    from.join(location.ok_or(NoFile::BadAddress)?).map_err(|_| NoFile::BadAddress)
}

/// Reads no more than is stored, whatever the carrier said about its size.
async fn read(mut response: Response, wanted: Wanted) -> Result<File, NoFile> {
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_lowercase();
    if !wanted.is_stored(&content_type) {
        return Err(NoFile::UnsupportedType);
    }
    let mut content = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| NoFile::Unavailable)? {
        if content.len() + chunk.len() > wanted.most_bytes() {
            return Err(NoFile::TooLarge);
        }
        content.extend_from_slice(&chunk);
    }
    Ok(File { content_type, content })
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn carrier() -> CarrierConfig {
        CarrierConfig {
            project_id: "p".to_owned(),
            token: SecretString::from("t"),
            space_url: Url::parse("https://example.signalwire.com").unwrap(),
        }
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn credentials_go_to_the_carrier_alone() {
        assert!(is_carriers(&url("https://example.signalwire.com/media/1"), &carrier()));
        for other in [
            "https://example.signalwire.com.evil.example/1",
            "https://evil.example/example.signalwire.com",
            "http://example.signalwire.com/1",
            "https://example.signalwire.com:8443/1",
            "https://files.signalwire.com/1",
        ] {
            assert!(!is_carriers(&url(other), &carrier()), "{other}");
        }
    }

    #[test]
    fn nothing_inside_a_network_is_asked() {
        assert!(may_be_asked(&url("https://files.example.com/1"), &carrier()));
        for inside in [
            "http://files.example.com/1",
            "https://127.0.0.1/1",
            "https://[::1]/1",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/1",
            "https://db.internal/1",
            "ftp://files.example.com/1",
        ] {
            assert!(!may_be_asked(&url(inside), &carrier()), "{inside}");
        }
    }

    #[test]
    fn what_a_browser_would_run_is_not_stored() {
        for good in ["image/jpeg", "audio/amr", "video/3gpp", "text/vcard", "application/pdf"] {
            assert!(Wanted::Medium.is_stored(good), "{good}");
        }
        for bad in ["image/svg+xml", "text/html", "application/javascript", "", "application/octet-stream"] {
            assert!(!Wanted::Medium.is_stored(bad) && !Wanted::Recording.is_stored(bad), "{bad}");
        }
        assert!(Wanted::Recording.is_stored("audio/x-wav") && !Wanted::Recording.is_stored("image/jpeg"));
    }
}
