//! Having the carrier forget (compatibility API: Messages, message media, Calls and Transcriptions, delete). What it does not
//! have is deleted.

use serde::Deserialize;
use url::Url;

use super::client::{Client, Operation};
use super::error::ClientError;

impl Client {
    /// Deletes a text and its media: those first, because without the text nobody could name them.
    ///
    /// # Errors
    /// Something may be left; the same again finishes it. One that is still being sent is refused.
    pub async fn delete_message(&self, sid: &str) -> Result<(), ClientError> {
        self.delete_media(sid).await?;
        self.forget(Operation::idempotent("delete_message"), self.account_url(&["Messages", sid])).await
    }

    /// Deletes the media of a text, which stays.
    ///
    /// # Errors
    /// Something may be left; the same again finishes it.
    pub async fn delete_media(&self, sid: &str) -> Result<(), ClientError> {
        #[derive(Deserialize)]
        struct Listed {
            sid: String,
        }
        let url = self.account_url(&["Messages", sid, "Media"]);
        let media: Vec<Listed> = match self.list(Operation::read("list_media"), url, "media_list").await {
            Err(ClientError::NotFound(_)) => Vec::new(),
            media => media?,
        };
        for medium in media {
            let url = self.account_url(&["Messages", sid, "Media", &medium.sid]);
            self.forget(Operation::idempotent("delete_media"), url).await?;
        }
        Ok(())
    }

    /// Deletes the record of a call that is over.
    ///
    /// # Errors
    /// One that is not over is refused.
    pub async fn delete_call(&self, sid: &str) -> Result<(), ClientError> {
        self.forget(Operation::idempotent("delete_call"), self.account_url(&["Calls", sid])).await
    }

    /// Deletes what was understood in a recording.
    ///
    /// # Errors
    /// It may be there or not.
    pub async fn delete_transcription(&self, sid: &str) -> Result<(), ClientError> {
        self.forget(Operation::idempotent("delete_transcription"), self.account_url(&["Transcriptions", sid])).await
    }

    async fn forget(&self, operation: Operation, url: Url) -> Result<(), ClientError> {
        match self.delete(operation, url).await {
            Err(ClientError::NotFound(_)) => Ok(()),
            other => other,
        }
    }
}
