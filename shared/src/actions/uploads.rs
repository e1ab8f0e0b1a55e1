//! Files that members uploaded: whose they are, and how the carrier gets them.

use url::Url;

use crate::{
    domain::{ApprovedMessage, Refusal, Sender, Upload, WorkspaceId, max_media_bytes},
    storage::{Storage, StorageError},
};

/// Why the media of a message cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// They are not the workspace's own, or too large.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The bucket.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Checks the media that lie in our bucket: uploads of this workspace, and together no larger than the sender may send.
/// What lies elsewhere is public, and the carrier judges its size.
///
/// # Errors
/// [`MediaError`]
pub fn check(
    storage: &Storage,
    workspace_id: WorkspaceId,
    sender: &Sender,
    media_urls: &[Url],
) -> Result<(), MediaError> {
    let mut bytes: u64 = 0;
    for url in media_urls {
        let Some(key) = storage.key_at(url)? else { continue };
        let upload = Upload::from_key(&key).filter(|upload| upload.workspace_id == workspace_id);
        bytes += upload.ok_or(Refusal::UnknownMedia)?.byte_size;
    }
    if bytes > max_media_bytes(&sender.phone_number) {
        return Err(Refusal::MediaTooLarge.into());
    }
    Ok(())
}

/// Gives the carrier addresses that work for what lies in our bucket. To be done when the message is about to be sent: an
/// address works for hours, and not at all once the credentials that signed it have expired.
///
/// # Errors
/// [`StorageError::NotConfigured`].
pub async fn make_fetchable(storage: &Storage, message: ApprovedMessage) -> Result<ApprovedMessage, StorageError> {
    let mut addresses = Vec::with_capacity(message.media_urls().len());
    for url in message.media_urls() {
        addresses.push(match storage.key_at(url)? {
            Some(key) => storage.carrier_address(&key).await?,
            None => url.clone(),
        });
    }
    Ok(message.fetched_at(addresses))
}
