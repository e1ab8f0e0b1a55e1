//! What Postgres says about a statement, fit for a log.

use tokio_postgres::error::SqlState;

/// Classes of errors whose message quotes a value: data exceptions, and what a function raises itself.
const QUOTING: [&str; 2] = ["22", "P0"];

/// An error of a statement. Postgres's details and hints show rows, with texts and phone numbers in them, and are not kept.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct StatementError {
    /// `None`: the driver's own error.
    pub code: Option<SqlState>,
    text: String,
}

impl From<&tokio_postgres::Error> for StatementError {
    fn from(error: &tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else { return Self { code: None, text: error.to_string() } };
        let code = refusal.code();
        let is_quoting = QUOTING.iter().any(|class| code.code().starts_with(class));
        let message = if is_quoting { "its message quotes a value" } else { refusal.message() };
        Self { code: Some(code.clone()), text: format!("SQLSTATE {}: {message}", code.code()) }
    }
}
