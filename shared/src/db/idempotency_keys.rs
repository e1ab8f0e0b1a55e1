//! `Idempotency-Key`: the same key with the same request has the effect of once and gets the same answer.

use serde_json::Value;
use tokio_postgres::{GenericClient, types::Type};
use uuid::Uuid;

use super::{DbError, column};
use crate::domain::{MessageId, ProvisioningId, WorkspaceId};

/// What is known of a key.
#[derive(Debug)]
pub enum Claim {
    /// It is new, and now taken by this transaction.
    New,
    /// It was used for a request with another content.
    OtherRequest,
    /// The request was answered: status and body of the answer.
    Answered(i16, Value),
    /// The request was taken and its answer is not stored: it is still at work, or its process died. What it had come to
    /// is here.
    Unanswered(Effect),
}

/// What a request has made.
#[derive(Debug, Clone, Copy)]
pub struct Effect {
    /// A message.
    pub message_id: Option<MessageId>,
    /// An attempt to get a number.
    pub provisioning_id: Option<ProvisioningId>,
}

/// Takes a key, or says what it was used for. A simultaneous request with the same key waits here until the other's
/// transaction ends.
pub async fn claim(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    route: &str,
    key: &str,
    request_hash: &str,
) -> Result<Claim, DbError> {
    let sql = "-- idempotency_keys::insert
        INSERT INTO idempotency_keys (workspace_id, route, key, request_hash) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, route, key) DO NOTHING RETURNING key";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] =
        [(&workspace_id.0, Type::UUID), (&route, Type::TEXT), (&key, Type::TEXT), (&request_hash, Type::TEXT)];
    if client.query_typed_opt(sql, &params).await?.is_some() {
        return Ok(Claim::New);
    }

    let sql = "-- idempotency_keys::get
        SELECT request_hash, message_id, provisioning_id, response_status, response_body FROM idempotency_keys
        WHERE workspace_id = $1 AND route = $2 AND key = $3";
    let row =
        client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID), (&route, Type::TEXT), (&key, Type::TEXT)]).await?;
    if column::<&str>(&row, "request_hash")? != request_hash {
        return Ok(Claim::OtherRequest);
    }
    match (column::<Option<i16>>(&row, "response_status")?, column::<Option<Value>>(&row, "response_body")?) {
        (Some(status), Some(body)) => Ok(Claim::Answered(status, body)),
        _ => Ok(Claim::Unanswered(Effect {
            message_id: column::<Option<Uuid>>(&row, "message_id")?.map(MessageId),
            provisioning_id: column::<Option<Uuid>>(&row, "provisioning_id")?.map(ProvisioningId),
        })),
    }
}

/// Ties a key to the message that its request made, in the same transaction.
pub async fn set_message(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    route: &str,
    key: &str,
    message_id: MessageId,
) -> Result<(), DbError> {
    let sql = "-- idempotency_keys::set_message
        UPDATE idempotency_keys SET message_id = $4 WHERE workspace_id = $1 AND route = $2 AND key = $3";
    client
        .query_typed(
            sql,
            &[(&workspace_id.0, Type::UUID), (&route, Type::TEXT), (&key, Type::TEXT), (&message_id.0, Type::UUID)],
        )
        .await?;
    Ok(())
}

/// Ties a key to the provisioning that its request reserved, in the same transaction.
pub async fn set_provisioning(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    route: &str,
    key: &str,
    provisioning_id: ProvisioningId,
) -> Result<(), DbError> {
    let sql = "-- idempotency_keys::set_provisioning
        UPDATE idempotency_keys SET provisioning_id = $4 WHERE workspace_id = $1 AND route = $2 AND key = $3";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] =
        [(&workspace_id.0, Type::UUID), (&route, Type::TEXT), (&key, Type::TEXT), (&provisioning_id.0, Type::UUID)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Keeps the answer for the next request with this key.
pub async fn set_answer(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    route: &str,
    key: &str,
    answer: (i16, &Value),
) -> Result<(), DbError> {
    let sql = "-- idempotency_keys::set_answer
        UPDATE idempotency_keys SET response_status = $4, response_body = $5
        WHERE workspace_id = $1 AND route = $2 AND key = $3";
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&route, Type::TEXT),
                (&key, Type::TEXT),
                (&answer.0, Type::INT2),
                (&answer.1, Type::JSONB),
            ],
        )
        .await?;
    Ok(())
}
