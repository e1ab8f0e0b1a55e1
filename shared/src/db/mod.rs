//! Postgres: the pool, one file per table or aggregate, rows to domain types in one place, errors by meaning.
//!
//! Statements are sent typed and unnamed (`query_typed`): one round trip each, and they work behind a transaction-mode
//! pooler, which has no place for named prepared statements.

pub mod audit_log;
pub mod automatic_replies;
pub mod call_events;
pub mod call_gaps;
pub mod call_looks;
pub mod call_recordings;
pub mod calls;
pub mod carrier_lists;
pub mod carrier_releases;
pub mod charges;
pub mod contact_erasures;
pub mod contact_exports;
pub mod contact_phone_numbers;
pub mod contacts;
pub mod conversation_changes;
pub mod conversations;
pub mod emergency_addresses;
pub mod idempotency_keys;
pub mod inbound;
pub mod message_gaps;
pub mod message_looks;
pub mod message_media;
pub mod messages;
pub mod messaging_brands;
pub mod messaging_campaigns;
pub mod migrations;
pub mod number_changes;
pub mod numbers;
pub mod opt_outs;
pub mod outbound_calls;
mod page;
pub mod platform;
mod pool;
pub mod port_documents;
pub mod port_events;
pub mod port_numbers;
pub mod port_orders;
pub mod port_sweeps;
pub mod provisionings;
pub mod rates;
pub mod reconciliations;
pub mod recording_work;
pub mod registrations;
pub mod request_windows;
pub mod retention;
pub mod scheduled_messages;
pub mod send_windows;
mod statement_error;
pub mod subscription_items;
pub mod subscription_payments;
pub mod suspensions;
pub mod sweeps;
pub mod usage;
pub mod users;
pub mod webhook_deliveries;
pub mod webhook_endpoints;
pub mod webhook_events;
pub mod workspaces;

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
pub use page::Position;
pub use pool::{Connection, Pool};
pub use statement_error::StatementError;
pub use tokio_postgres::{GenericClient, Transaction};
use tokio_postgres::{Row, error::SqlState, types::FromSql};

/// Why a statement did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection, or it broke. What was in flight may or may not have been committed.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A unique or check constraint refused the row.
    #[error("constraint {constraint} refused the row")]
    Constraint {
        /// Its name in the migrations.
        constraint: String,
        /// The database's words.
        #[source]
        source: StatementError,
    },
    /// Any other refusal; a fault of ours.
    #[error("a statement failed")]
    Statement(#[source] StatementError),
    /// A stored value that this version cannot read.
    #[error("column {column} holds a value that cannot be read: {problem}")]
    Corrupt {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl DbError {
    /// Whether the same call may work a moment later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Statement(error) => {
                matches!(error.code, Some(SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED))
            }
            Self::Constraint { .. } | Self::Corrupt { .. } => false,
        }
    }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else {
            return if error.is_closed()
                || std::error::Error::source(&error)
                    .is_some_and(<dyn std::error::Error + 'static>::is::<std::io::Error>)
            {
                Self::Unavailable(Box::new(error))
            } else {
                Self::Statement(StatementError::from(&error))
            };
        };
        // Class 57P: shutdown or start-up; 08: connection; 53: out of resources.
        let class = refusal.code().code();
        if class.starts_with("57P") || class.starts_with("08") || class.starts_with("53") {
            return Self::Unavailable(Box::new(error));
        }
        match refusal.constraint() {
            Some(constraint) => {
                Self::Constraint { constraint: constraint.to_owned(), source: StatementError::from(&error) }
            }
            None => Self::Statement(StatementError::from(&error)),
        }
    }
}

/// Starts a transaction of the role `switchboard_app`, which sees nothing before a workspace is entered.
pub async fn begin(connection: &mut Connection) -> Result<Transaction<'_>, DbError> {
    // The driver's own transaction, not the pool's: only the former sends typed, unnamed statements.
    let client: &mut tokio_postgres::Client = connection;
    Ok(client.transaction().await?)
}

/// Starts a transaction that sees every workspace. For webhooks and workers, which find the workspace themselves;
/// functions of the HTTP API use [`workspaces::enter`].
pub async fn system_transaction(connection: &mut Connection) -> Result<Transaction<'_>, DbError> {
    let transaction = begin(connection).await?;
    transaction.batch_execute("SET LOCAL ROLE switchboard_system").await?;
    Ok(transaction)
}

/// Starts a transaction that sees every workspace as it is at one moment, in all its statements, and can change nothing. For
/// answers that are put together of several.
pub async fn system_snapshot(connection: &mut Connection) -> Result<Transaction<'_>, DbError> {
    let transaction = begin(connection).await?;
    let sql = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE switchboard_system";
    transaction.batch_execute(sql).await?;
    Ok(transaction)
}

/// A key for content that has no id of its own: the SHA-256 of its bytes, in base64.
#[must_use]
pub fn content_key(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}

/// Reads a column; an error names it.
pub(crate) fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &'static str) -> Result<T, DbError> {
    row.try_get(name).map_err(|error| DbError::Corrupt { column: name, problem: error.to_string() })
}

/// Reads a column of text into a domain type.
pub(crate) fn parsed<T>(row: &Row, name: &'static str) -> Result<T, DbError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text: &str = column(row, name)?;
    text.parse().map_err(|error: T::Err| DbError::Corrupt { column: name, problem: error.to_string() })
}

/// Reads a column of text that may be null into a domain type.
pub(crate) fn parsed_opt<T>(row: &Row, name: &'static str) -> Result<Option<T>, DbError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text: Option<&str> = column(row, name)?;
    text.map(|t| t.parse().map_err(|error: T::Err| DbError::Corrupt { column: name, problem: error.to_string() }))
        .transpose()
}
