//! Applies what is missing, and tells the deployment.

use std::error::Error;

use lambda_runtime::LambdaEvent;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use shared::{
    config::DatabaseConfig,
    db::migrations::{self, MigrationError},
};

use crate::deployment::{RequestType, ResourceRequest};

/// What this function uses.
pub struct State {
    /// The owner's access to Postgres.
    pub database: DatabaseConfig,
    /// For the answer to `CloudFormation`.
    pub http: reqwest::Client,
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
/// Handed to the runtime: nobody else reads the answer. A failure that a deployment was told of is none.
pub async fn handle(state: &State, event: LambdaEvent<Value>) -> Result<Applied, lambda_runtime::Error> {
    if event.payload.get("ResponseURL").is_none() {
        return Ok(migrate(state).await?);
    }
    let request: ResourceRequest = serde_json::from_value(event.payload)?;
    let outcome = match request.request_type {
        RequestType::Create | RequestType::Update => migrate(state).await,
        // The data outlives the stack.
        RequestType::Delete => Ok(Applied { applied: Vec::new() }),
    };

    let told = outcome.as_ref().map(|_| ()).map_err(explain);
    request.answer(&state.http, told).await?;

    Ok(outcome.unwrap_or_else(|error| {
        tracing::error!(error = explain(&error), "the database is not up to date; the deployment was told");
        Applied { applied: Vec::new() }
    }))
}

async fn migrate(state: &State) -> Result<Applied, MigrationError> {
    let applied = migrations::apply(state.database.url.expose_secret()).await?;
    tracing::info!(count = applied.len(), "database is up to date");
    Ok(Applied { applied })
}

/// An error and its causes, in one line.
fn explain(error: &MigrationError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
