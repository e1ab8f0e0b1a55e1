//! Files that members upload to send them: what they may be, and where they lie in the bucket.

use uuid::Uuid;

use super::{PORT_DOCUMENT_BYTES, PhoneNumber, WorkspaceId, text_enum};

text_enum! {
    /// What can be uploaded: kinds that phones show and that carriers pass on (SignalWire, MIME types of messages).
    pub enum UploadType {
        /// A photograph.
        Jpeg => "image/jpeg",
        /// A picture.
        Png => "image/png",
        /// A picture, also a moving one.
        Gif => "image/gif",
        /// A film.
        Mp4 => "video/mp4",
        /// A film of a phone.
        ThreeGpp => "video/3gpp",
        /// A sound.
        Mp3 => "audio/mpeg",
        /// A sound.
        M4a => "audio/mp4",
        /// A sound.
        Ogg => "audio/ogg",
        /// A sound.
        Wav => "audio/wav",
        /// A business card.
        Vcard => "text/vcard",
        /// An appointment.
        Calendar => "text/calendar",
        /// A document.
        Pdf => "application/pdf",
    }
}

impl UploadType {
    /// The ending of the file's name, which is how a key says what the file is.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Mp4 => "mp4",
            Self::ThreeGpp => "3gp",
            Self::Mp3 => "mp3",
            Self::M4a => "m4a",
            Self::Ogg => "ogg",
            Self::Wav => "wav",
            Self::Vcard => "vcf",
            Self::Calendar => "ics",
            Self::Pdf => "pdf",
        }
    }
}

/// Most bytes of all media of one message from a local number (SignalWire, Messages, create: `MediaUrl`).
pub const MAX_MEDIA_BYTES: u64 = 1_200_000;
/// The same from a toll-free number.
pub const MAX_TOLL_FREE_MEDIA_BYTES: u64 = 750_000;
/// Longest name of a file, without its ending.
const MAX_NAME: usize = 60;

/// A file that a member uploads. Everything about it is in its key, so that nothing has to be stored or asked for: the
/// bucket takes exactly this many bytes of this type at this key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Whose it is. Nobody else may send it.
    pub workspace_id: WorkspaceId,
    /// What it is.
    pub content_type: UploadType,
    /// How large it is.
    pub byte_size: u64,
    id: Uuid,
    name: String,
}

/// Why a file cannot be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be between 1 and {MAX_MEDIA_BYTES}: the carrier takes no more in one message")]
pub struct UploadSizeError;

impl Upload {
    /// A new one. Of the name, which receivers may get to see, only letters and digits of ASCII, dots, dashes and
    /// underscores are kept.
    ///
    /// # Errors
    /// [`UploadSizeError`]
    pub fn new(
        workspace_id: WorkspaceId,
        content_type: UploadType,
        byte_size: u64,
        file_name: Option<&str>,
    ) -> Result<Self, UploadSizeError> {
        if byte_size == 0 || byte_size > MAX_MEDIA_BYTES {
            return Err(UploadSizeError);
        }
        let name = plain_name(file_name.unwrap_or_default());
        Ok(Self { workspace_id, content_type, byte_size, id: Uuid::now_v7(), name })
    }

    /// Where it lies in the bucket.
    #[must_use]
    pub fn key(&self) -> String {
        let Self { workspace_id, content_type, byte_size, id, name } = self;
        format!("media/{workspace_id}/uploads/{id}/{byte_size}/{name}.{}", content_type.extension())
    }

    /// The upload that a key names, if it is a key of [`Upload::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let mut parts = key.strip_prefix("media/")?.split('/');
        let workspace_id = parts.next()?.parse().ok()?;
        if parts.next()? != "uploads" {
            return None;
        }
        let id = parts.next()?.parse().ok()?;
        let byte_size = parts.next()?.parse().ok()?;
        let (name, extension) = parts.next()?.rsplit_once('.')?;
        let content_type = UploadType::ALL.iter().find(|kind| kind.extension() == extension)?;
        let upload = Self { workspace_id, content_type: *content_type, byte_size, id, name: name.to_owned() };
        // One spelling only: what was parsed leniently is something else.
        (upload.key() == key).then_some(upload)
    }
}

/// A document that is read by people and never sent: a port order's letter or invoice. It lies apart from what can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub content_type: UploadType,
    /// How large it is.
    pub byte_size: u64,
    /// What it is called.
    pub file_name: String,
    /// Where it lies in the bucket.
    pub key: String,
}

/// Why a document cannot be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Of another kind.
    #[error("must be application/pdf, image/png or image/jpeg")]
    Type,
    /// Empty, or too large.
    #[error("must be between 1 and {PORT_DOCUMENT_BYTES}")]
    Size,
}

impl Document {
    /// A new one.
    ///
    /// # Errors
    /// [`DocumentError`]
    pub fn new(
        workspace_id: WorkspaceId,
        content_type: UploadType,
        byte_size: u64,
        file_name: Option<&str>,
    ) -> Result<Self, DocumentError> {
        if !matches!(content_type, UploadType::Pdf | UploadType::Png | UploadType::Jpeg) {
            return Err(DocumentError::Type);
        }
        if byte_size == 0 || byte_size > PORT_DOCUMENT_BYTES {
            return Err(DocumentError::Size);
        }
        let file_name = format!("{}.{}", plain_name(file_name.unwrap_or_default()), content_type.extension());
        let key = format!("media/{workspace_id}/documents/{}/{file_name}", Uuid::now_v7());
        Ok(Self { content_type, byte_size, file_name, key })
    }
}

fn plain_name(file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let kept = stem.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' });
    let name: String = kept.take(MAX_NAME).collect();
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

/// How many bytes of media a number may send in one message.
#[must_use]
pub fn max_media_bytes(sender: &PhoneNumber) -> u64 {
    if sender.is_toll_free() { MAX_TOLL_FREE_MEDIA_BYTES } else { MAX_MEDIA_BYTES }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(name: Option<&str>) -> Upload {
        Upload::new(WorkspaceId(Uuid::from_u128(7)), UploadType::Jpeg, 1000, name).unwrap()
    }

    #[test]
    fn a_key_says_everything_about_its_upload() {
        for kind in UploadType::ALL {
            let upload =
                Upload::new(WorkspaceId(Uuid::from_u128(7)), *kind, 1000, Some("Price list.final.bin")).unwrap();
            assert_eq!(Upload::from_key(&upload.key()).as_ref(), Some(&upload), "{}", upload.key());
        }
        let key = upload(Some("Front desk.jpeg")).key();
        assert!(key.starts_with("media/00000000-0000-0000-0000-000000000007/uploads/"), "{key}");
        assert!(key.ends_with("/1000/Front-desk.jpg"), "{key}");
    }

    #[test]
    fn names_cannot_leave_their_place() {
        for (name, expected) in [
            (Some("../../other/secret.png"), "other-secret"),
            (Some("Grüße & mehr?.jpg"), "Gr--e---mehr"),
            (Some(".htaccess"), "file"),
            (Some(""), "file"),
            (None, "file"),
        ] {
            let key = upload(name).key();
            assert!(key.ends_with(&format!("/1000/{expected}.jpg")), "{name:?}: {key}");
            assert!(Upload::from_key(&key).is_some());
        }
        assert!(upload(Some(&"x".repeat(500))).key().len() < 200);
    }

    #[test]
    fn other_keys_are_no_uploads() {
        let key = upload(None).key();
        for other in [
            "media/00000000-0000-0000-0000-000000000007/0194a2f1-0c2e-7a44-b0d1-7e6f5a4b3c2d/1".to_owned(),
            key.replace("uploads", "downloads"),
            key.replace("/1000/", "/+1000/"),
            key.replace("/1000/", "/01000/"),
            key.replace(".jpg", ".html"),
            key.to_uppercase(),
            format!("{key}/more"),
            format!("/{key}"),
            key.replace("file.jpg", "a/../file.jpg"),
            String::new(),
        ] {
            assert_eq!(Upload::from_key(&other), None, "{other}");
        }
    }

    #[test]
    fn a_size_that_the_carrier_does_not_take_is_refused() {
        let size = |bytes| Upload::new(WorkspaceId(Uuid::nil()), UploadType::Pdf, bytes, None).map(|_| ());
        assert_eq!(size(0), Err(UploadSizeError));
        assert_eq!(size(MAX_MEDIA_BYTES), Ok(()));
        assert_eq!(size(MAX_MEDIA_BYTES + 1), Err(UploadSizeError));
    }

    #[test]
    fn toll_free_numbers_send_less() {
        let limit = |number: &str| max_media_bytes(&PhoneNumber::parse(number).unwrap());
        assert_eq!(limit("+18332010100"), MAX_TOLL_FREE_MEDIA_BYTES);
        assert_eq!(limit("+14052010100"), MAX_MEDIA_BYTES);
    }
}
