//! Who is calling, and what they may do.
//!
//! A Clerk session token says who (`authenticate`). A workspace is entered with it (`enter`): the path must name the
//! token's own organisation, and from then on the database shows that workspace and no other.

mod claims;
mod ring_provider;
mod session_token;

use chrono::Duration;
use tokio_postgres::Transaction;

pub use claims::{Caller, Organization, Role};
pub use session_token::{SessionTokenVerifier, TokenError};

pub use crate::db::workspaces::Workspace;
use crate::db::{self, Connection, DbError, request_windows, workspaces};

/// What a request does, which decides who may make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Any member; also somebody who acts as a member (Clerk impersonation).
    Read,
    /// `org:admin`; also somebody who acts as one.
    Inspect,
    /// Any member, in person.
    Write,
    /// `org:admin`, in person.
    Administer,
}

/// Why a caller with a good token is turned away.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The session has no active organisation.
    #[error("the session has no active organisation")]
    NoOrganization,
    /// The session waits for something, for instance for a second factor.
    #[error("the session is not complete yet")]
    PendingSession,
    /// An impersonated session may only read.
    #[error("an impersonated session may only read")]
    Impersonated,
    /// The workspace has made too many requests in this minute.
    #[error("this workspace makes too many requests")]
    TooManyRequests {
        /// When it may make the next.
        retry_after: Duration,
    },
    /// The role is not enough.
    #[error("only administrators of the organisation may do this")]
    NotAdministrator,
    /// No such workspace, or somebody else's: the answer is the same, so that ids cannot be probed.
    #[error("there is no such workspace")]
    NotFound,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// An open workspace: a transaction that sees its rows only. Nothing is kept without [`Entered::commit`].
pub struct Entered<'a> {
    /// The transaction.
    pub transaction: Transaction<'a>,
    /// Which workspace.
    pub workspace: Workspace,
}

impl Entered<'_> {
    /// Makes the changes permanent.
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.transaction.commit().await?)
    }
}

/// Opens the workspace that the path names, for what the caller wants to do.
///
/// # Errors
/// [`AccessError`]; everything that is not the caller's own workspace is [`AccessError::NotFound`]. Each call counts as
/// one request of the workspace.
pub async fn enter<'a>(
    connection: &'a mut Connection,
    caller: &Caller,
    path_workspace: &str,
    access: Access,
) -> Result<Entered<'a>, AccessError> {
    let organization = caller.check(access)?;
    if let Some(retry_after) = request_windows::count(connection, &organization.id, caller.requests_per_minute).await? {
        return Err(AccessError::TooManyRequests { retry_after });
    }
    enter_again(connection, caller, path_workspace, access).await
}

/// Opens the workspace once more in the same request, for instance to store what the carrier has answered: not counted,
/// and so not refused for the number of requests.
///
/// # Errors
/// As [`enter`].
pub async fn enter_again<'a>(
    connection: &'a mut Connection,
    caller: &Caller,
    path_workspace: &str,
    access: Access,
) -> Result<Entered<'a>, AccessError> {
    let organization = caller.check(access)?;
    let transaction = db::begin(connection).await?;
    let workspace = workspaces::enter(&transaction, &organization.id).await?.ok_or(AccessError::NotFound)?;
    let named = path_workspace == organization.id || path_workspace.parse() == Ok(workspace.id);
    if !named {
        return Err(AccessError::NotFound);
    }
    caller.check_role(access)?;
    Ok(Entered { transaction, workspace })
}
