use lambda_runtime::LambdaEvent;
use secrecy::ExposeSecret;
use serde::Serialize;
use shared::{config::DatabaseConfig, db::migrations};

/// What this function uses.
pub struct State {
    /// The owner's access to Postgres.
    pub database: DatabaseConfig,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct Applied {
    /// Names of the migrations that were applied now.
    pub applied: Vec<String>,
}

/// Applies what is missing.
///
/// # Errors
/// Handed to the runtime: nobody else reads the answer.
pub async fn handle(state: &State, _event: LambdaEvent<serde_json::Value>) -> Result<Applied, lambda_runtime::Error> {
    let applied = migrations::apply(state.database.url.expose_secret()).await?;
    tracing::info!(count = applied.len(), "database is up to date");
    Ok(Applied { applied })
}
