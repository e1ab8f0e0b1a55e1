//! `port_order_documents`: the letter of authorisation and the invoice of a port order. The files lie in the bucket.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, column, parsed};
use crate::domain::{Document, PortDocumentId, PortDocumentKind, PortOrderId, WorkspaceId};

/// One row.
#[derive(Debug, Clone)]
pub struct PortDocument {
    /// Its id.
    pub id: PortDocumentId,
    /// What it is.
    pub kind: PortDocumentKind,
    /// Where it lies.
    pub object_key: String,
    /// The type of the file.
    pub content_type: String,
    /// How large it was announced to be.
    pub byte_size: i64,
    /// What it is called.
    pub file_name: String,
    /// When it was seen in the bucket, whole.
    pub arrived_at: Option<DateTime<Utc>>,
    /// When its file was deleted, a while after the order's end.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl PortDocument {
    /// Whether the operator has its file: it came with a submission, before which the workspace may still upload it, or
    /// another one; and it was not deleted since.
    #[must_use]
    pub const fn is_at_hand(&self) -> bool {
        self.arrived_at.is_some() && self.deleted_at.is_none()
    }
}

const COLUMNS: &str = "id, kind, object_key, content_type, byte_size, file_name, arrived_at, deleted_at";

fn from_row(row: &Row) -> Result<PortDocument, DbError> {
    Ok(PortDocument {
        id: PortDocumentId(column(row, "id")?),
        kind: parsed(row, "kind")?,
        object_key: column(row, "object_key")?,
        content_type: column(row, "content_type")?,
        byte_size: column(row, "byte_size")?,
        file_name: column(row, "file_name")?,
        arrived_at: column(row, "arrived_at")?,
        deleted_at: column(row, "deleted_at")?,
    })
}

/// The present documents of an order, at most one of each kind.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    order_id: PortOrderId,
) -> Result<Vec<PortDocument>, DbError> {
    let sql = format!(
        "-- port_documents::list
        SELECT {COLUMNS} FROM port_order_documents WHERE workspace_id = $1 AND order_id = $2 AND replaced_at IS NULL
        ORDER BY kind DESC"
    );
    let rows = client.query_typed(&sql, &[(&workspace_id.0, Type::UUID), (&order_id.0, Type::UUID)]).await?;
    rows.iter().map(from_row).collect()
}

/// Announces a document, in the place of the one of the same kind.
pub async fn insert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    order_id: PortOrderId,
    kind: PortDocumentKind,
    document: &Document,
) -> Result<PortDocument, DbError> {
    let sql = "-- port_documents::replace
        UPDATE port_order_documents SET replaced_at = now()
        WHERE workspace_id = $1 AND order_id = $2 AND kind = $3 AND replaced_at IS NULL";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&order_id.0, Type::UUID), (&kind.as_str(), Type::TEXT)];
    client.query_typed(sql, &params).await?;
    let sql = format!(
        "-- port_documents::insert
        INSERT INTO port_order_documents (workspace_id, order_id, kind, object_key, content_type, byte_size, file_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {COLUMNS}"
    );
    let byte_size = i64::try_from(document.byte_size).unwrap_or(i64::MAX);
    let params: [(&(dyn ToSql + Sync), Type); 7] = [
        (&workspace_id.0, Type::UUID),
        (&order_id.0, Type::UUID),
        (&kind.as_str(), Type::TEXT),
        (&document.key, Type::TEXT),
        (&document.content_type.as_str(), Type::TEXT),
        (&byte_size, Type::INT8),
        (&document.file_name, Type::TEXT),
    ];
    from_row(&client.query_typed_one(&sql, &params).await?)
}

/// Notes that the files of these documents are in the bucket.
pub async fn mark_arrived(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    ids: &[PortDocumentId],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- port_documents::mark_arrived
        UPDATE port_order_documents SET arrived_at = $3
        WHERE workspace_id = $1 AND id = ANY ($2) AND arrived_at IS NULL";
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    client
        .query_typed(sql, &[(&workspace_id.0, Type::UUID), (&ids, Type::UUID_ARRAY), (&now, Type::TIMESTAMPTZ)])
        .await?;
    Ok(())
}
