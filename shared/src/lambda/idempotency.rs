//! `Idempotency-Key` of a route that sends: taken in the transaction that stores the message, answered from what is stored.

use serde::Serialize;
use serde_json::Value;

use super::{ApiError, ApiReply};
use crate::{
    auth::Entered,
    db::{
        self,
        idempotency_keys::{self, Claim, Effect},
    },
    domain::MessageId,
};

/// What is known of a key.
#[derive(Debug)]
pub enum KnownKey {
    /// It is new, and now taken.
    New,
    /// Its request was answered; this is the answer.
    Answered(ApiReply),
    /// Its request stored this message and has not been answered.
    Unanswered(MessageId),
}

/// Takes the key. One that was used before must have come with the same request.
///
/// # Errors
/// 422 `idempotency_key_reused`.
pub async fn take_key(
    entered: &Entered<'_>,
    route: &str,
    key: &str,
    request: &impl Serialize,
) -> Result<KnownKey, ApiError> {
    let content = serde_json::to_vec(request).map_err(|e| ApiError::Internal(Box::new(e)))?;
    let hash = db::content_key(&content);
    match idempotency_keys::claim(entered.transaction, entered.workspace.id, route, key, &hash).await? {
        Claim::New => Ok(KnownKey::New),
        Claim::OtherRequest => Err(ApiError::Refused {
            code: "idempotency_key_reused",
            detail: "this Idempotency-Key was used for a request with another content".to_owned(),
            field: Some("Idempotency-Key"),
            extra: Value::Null,
        }),
        Claim::Answered(status, body) => Ok(KnownKey::Answered(ApiReply::replayed(status, body)?)),
        Claim::Unanswered(Effect { message_id: Some(message_id), .. }) => Ok(KnownKey::Unanswered(message_id)),
        // The transaction that takes a key also ties the message to it.
        Claim::Unanswered(_) => Err(ApiError::Internal("an idempotency key without a message".into())),
    }
}

/// Keeps the answer for the next request with the same key.
pub async fn keep_answer(entered: &Entered<'_>, route: &str, key: &str, reply: &ApiReply) -> Result<(), ApiError> {
    let status = i16::try_from(reply.status.as_u16()).map_err(|e| ApiError::Internal(Box::new(e)))?;
    let answer = (status, &reply.body);
    Ok(idempotency_keys::set_answer(entered.transaction, entered.workspace.id, route, key, answer).await?)
}
