//! Applies `migrations/`. The function `migrate`, the local stack and the tests all come through here.

use deadpool_postgres::ClientWrapper;
use secrecy::SecretString;
use tokio_postgres::{Client, types::Type};

use super::{Connection, DbError, Pool};
use crate::config::{ConfigError, DatabaseConfig};

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// Any number; the same for everybody who migrates. Two deployments at once wait for each other.
const LOCK: i64 = 7_240_119;

/// Why the database is not up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The URL cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No connection, or the lock was refused.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A migration failed, or an applied one was changed.
    #[error("a migration failed")]
    Migration(#[from] refinery::Error),
}

/// Brings the database of this URL (the owner's) up to date; gives the names of the migrations that were applied now.
///
/// The lock belongs to the session, so the URL must lead to Postgres itself and not to a transaction-mode pooler.
pub async fn apply(owner_url: &str) -> Result<Vec<String>, MigrationError> {
    let pool = Pool::new(&DatabaseConfig { url: SecretString::from(owner_url) })?;
    let mut connection: Connection = pool.get().await?;
    let client: &mut ClientWrapper = &mut connection;
    let client: &mut Client = client;
    client
        .query_typed(
            "-- migrations::lock
        SELECT pg_advisory_lock($1)",
            &[(&LOCK, Type::INT8)],
        )
        .await
        .map_err(DbError::from)?;
    let result = embedded::migrations::runner().run_async(client).await;
    let result = result.map(|report| report.applied_migrations().iter().map(ToString::to_string).collect());
    client
        .query_typed(
            "-- migrations::unlock
        SELECT pg_advisory_unlock($1)",
            &[(&LOCK, Type::INT8)],
        )
        .await
        .map_err(DbError::from)?;
    match result {
        Err(error) if is_ahead(&error) => {
            tracing::warn!(%error, "the database is newer than this program");
            Ok(Vec::new())
        }
        result => Ok(result?),
    }
}

/// Whether the database knows migrations that are newer than ours: a deployment was taken back. The older code works with
/// them (migrations/README.md: expand, deploy, contract), so they stay.
fn is_ahead(error: &refinery::Error) -> bool {
    let newest = embedded::migrations::runner().get_migrations().iter().map(refinery::Migration::version).max();
    matches!(error.kind(), refinery::error::Kind::MissingVersion(missing) if newest < Some(missing.version()))
}
