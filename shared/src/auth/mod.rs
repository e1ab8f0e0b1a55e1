//! Who is calling, and what they may do.
//!
//! A Clerk session token says who (`authenticate`). A workspace is entered with it (`enter`): the path must name the
//! token's own organisation, and from then on the database shows that workspace and no other.

mod claims;
mod ring_provider;
mod session_token;

use chrono::Duration;
use futures_util::future::{FutureExt, join};
use tokio_postgres::Client;

pub use claims::{Caller, Organization, Role};
pub use session_token::{SessionTokenVerifier, TokenError};

pub use crate::db::workspaces::Workspace;
use crate::db::{Connection, DbError, request_windows, workspaces};

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

impl Access {
    /// How the transaction begins. What only reads sees one moment in all its statements, so that an answer's parts fit
    /// together whatever is stored meanwhile, and can change nothing.
    fn begin(self) -> &'static str {
        match self {
            Self::Read | Self::Inspect => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write | Self::Administer => "BEGIN",
        }
    }
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

/// An open workspace: a transaction that sees its rows only. Nothing is kept without [`Entered::commit`]; who has only read need
/// not wait for that.
pub struct Entered<'a> {
    /// The connection, in the transaction.
    pub transaction: &'a Client,
    /// Which workspace.
    pub workspace: Workspace,
    opened: Opened<'a>,
}

impl<'a> Entered<'a> {
    fn check(
        transaction: &'a Client,
        opened: Opened<'a>,
        workspace: Option<Workspace>,
        path_workspace: &str,
        (caller, access): (&Caller, Access),
    ) -> Result<Self, AccessError> {
        let organization = caller.check(access)?;
        let workspace = workspace.ok_or(AccessError::NotFound)?;
        let named = path_workspace == organization.id || path_workspace.parse() == Ok(workspace.id);
        if !named {
            return Err(AccessError::NotFound);
        }
        caller.check_role(access)?;
        Ok(Self { transaction, workspace, opened })
    }

    /// Makes the changes permanent.
    pub async fn commit(mut self) -> Result<(), DbError> {
        self.opened.0 = None;
        Ok(self.transaction.batch_execute("COMMIT").await?)
    }
}

/// A transaction that was begun by hand, because the driver's own waits for its beginning before it takes a statement. Rolls
/// back when dropped.
struct Opened<'a>(Option<&'a Client>);

impl<'a> Opened<'a> {
    /// Begins and enters without waiting in between. No workspace: there is no such one.
    async fn begin(
        client: &'a Client,
        organization_id: &str,
        access: Access,
    ) -> Result<(Self, Option<Workspace>), DbError> {
        let opened = Self(Some(client));
        let begun = client.batch_execute(access.begin());
        let (begun, workspace) = join(begun, workspaces::enter(client, organization_id)).await;
        begun?;
        Ok((opened, workspace?))
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        if let Some(client) = self.0 {
            // The first poll sends it, before anything that comes later; nobody waits for the answer, and a connection that
            // is dead needs no end.
            let _ = client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}

/// Opens the workspace that the path names, for what the caller wants to do, in one round trip.
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
    let client: &Client = connection;
    // What is polled first is sent first: the request is counted before the transaction begins, and its lock is gone.
    let counted = request_windows::count(client, &organization.id, caller.requests_per_minute);
    let (counted, begun) = join(counted, Opened::begin(client, &organization.id, access)).await;
    let (opened, workspace) = begun?;
    if let Some(retry_after) = counted? {
        return Err(AccessError::TooManyRequests { retry_after });
    }
    Entered::check(client, opened, workspace, path_workspace, (caller, access))
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
    let client: &Client = connection;
    let (opened, workspace) = Opened::begin(client, &organization.id, access).await?;
    Entered::check(client, opened, workspace, path_workspace, (caller, access))
}
