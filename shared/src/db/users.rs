//! Users of Clerk and their memberships.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, types::Type};
use uuid::Uuid;

use super::{DbError, column, parsed};
use crate::domain::{MemberRole, UserId, WorkspaceId};

/// What an event says about a user.
#[derive(Debug, Clone)]
pub struct UserFacts<'a> {
    /// `user_…`.
    pub clerk_id: &'a str,
    /// Primary address; some users have none.
    pub email: Option<&'a str>,
    /// Given name.
    pub first_name: Option<&'a str>,
    /// Family name.
    pub last_name: Option<&'a str>,
    /// Picture.
    pub image_url: Option<&'a str>,
    /// Time of the user object; `None` when the event only mentions the user.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Makes or updates a user. Older facts change nothing, a mention only fills what is empty, and a deleted user stays
/// deleted.
pub async fn upsert(client: &impl GenericClient, facts: &UserFacts<'_>) -> Result<Uuid, DbError> {
    let sql = "-- users::upsert
        INSERT INTO users AS u (clerk_user_id, email, first_name, last_name, image_url, clerk_updated_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (clerk_user_id) DO UPDATE SET
            (email, first_name, last_name, image_url) = (
                SELECT
                    CASE WHEN newer THEN excluded.email ELSE coalesce(u.email, excluded.email) END,
                    CASE WHEN newer THEN excluded.first_name ELSE coalesce(u.first_name, excluded.first_name) END,
                    CASE WHEN newer THEN excluded.last_name ELSE coalesce(u.last_name, excluded.last_name) END,
                    CASE WHEN newer THEN excluded.image_url ELSE coalesce(u.image_url, excluded.image_url) END
                FROM (SELECT excluded.clerk_updated_at >= coalesce(u.clerk_updated_at, '-infinity') AS newer) AS age
            ),
            clerk_updated_at = greatest(u.clerk_updated_at, excluded.clerk_updated_at),
            updated_at = now()
        RETURNING id";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&facts.clerk_id, Type::TEXT),
                (&facts.email, Type::TEXT),
                (&facts.first_name, Type::TEXT),
                (&facts.last_name, Type::TEXT),
                (&facts.image_url, Type::TEXT),
                (&facts.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    column(&row, "id")
}

/// Marks a user as deleted, making the row when the deletion is the first that we hear of the user.
pub async fn mark_deleted(client: &impl GenericClient, clerk_id: &str) -> Result<(), DbError> {
    let sql = "-- users::mark_deleted
        INSERT INTO users AS u (clerk_user_id, deleted_at) VALUES ($1, now())
        ON CONFLICT (clerk_user_id) DO UPDATE SET deleted_at = coalesce(u.deleted_at, now()), updated_at = now()";
    client.query_typed(sql, &[(&clerk_id, Type::TEXT)]).await?;
    Ok(())
}

/// A user's place in a workspace at one time.
#[derive(Debug, Clone)]
pub struct MembershipFacts<'a> {
    /// `orgmem_…`.
    pub clerk_id: &'a str,
    /// `org:admin`, `org:member` or a custom role.
    pub role: &'a str,
    /// Time of the membership object.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Makes or changes a membership. A removed one comes back only by a new membership (another Clerk id), so a late
/// `created` does not undo a `deleted`.
pub async fn upsert_member(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    user_id: Uuid,
    facts: &MembershipFacts<'_>,
) -> Result<(), DbError> {
    let sql = "-- users::upsert_member
        INSERT INTO workspace_members AS m (workspace_id, user_id, clerk_membership_id, role, clerk_updated_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (workspace_id, user_id) DO UPDATE SET
            clerk_membership_id = excluded.clerk_membership_id, role = excluded.role,
            clerk_updated_at = excluded.clerk_updated_at, removed_at = NULL, updated_at = now()
        WHERE m.clerk_membership_id IS DISTINCT FROM excluded.clerk_membership_id
            OR (m.removed_at IS NULL
                AND coalesce(excluded.clerk_updated_at >= m.clerk_updated_at, true))";
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&user_id, Type::UUID),
                (&facts.clerk_id, Type::TEXT),
                (&facts.role, Type::TEXT),
                (&facts.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(())
}

/// Ends a membership, also one that we have not heard of yet.
pub async fn remove_member(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    user_id: Uuid,
    facts: &MembershipFacts<'_>,
) -> Result<(), DbError> {
    let sql = "-- users::remove_member
        INSERT INTO workspace_members AS m
            (workspace_id, user_id, clerk_membership_id, role, clerk_updated_at, removed_at)
        VALUES ($1, $2, $3, $4, $5, now())
        ON CONFLICT (workspace_id, user_id) DO UPDATE SET removed_at = coalesce(m.removed_at, now()), updated_at = now()
        WHERE m.clerk_membership_id = excluded.clerk_membership_id";
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&user_id, Type::UUID),
                (&facts.clerk_id, Type::TEXT),
                (&facts.role, Type::TEXT),
                (&facts.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(())
}

/// A member of a workspace, as its colleagues see one.
#[derive(Debug, Clone)]
pub struct Member {
    /// The user's row.
    pub id: Uuid,
    /// `user_…`.
    pub clerk_user_id: UserId,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Primary address.
    pub email: Option<String>,
    /// Picture.
    pub image_url: Option<String>,
    /// What the member may do.
    pub role: MemberRole,
}

/// The members of a workspace, by name.
pub async fn list_members(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Vec<Member>, DbError> {
    let sql = "-- users::list_members
        SELECT u.id, u.clerk_user_id, u.first_name, u.last_name, u.email, u.image_url,
            CASE WHEN m.role IN ('org:admin', 'admin') THEN 'admin' ELSE 'member' END AS role
        FROM workspace_members m JOIN users u ON u.id = m.user_id
        WHERE m.workspace_id = $1 AND m.removed_at IS NULL AND u.deleted_at IS NULL
        ORDER BY lower(concat_ws(' ', u.first_name, u.last_name, u.email)), u.id";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    rows.iter().map(member_from_row).collect()
}

fn member_from_row(row: &Row) -> Result<Member, DbError> {
    Ok(Member {
        id: column(row, "id")?,
        clerk_user_id: parsed(row, "clerk_user_id")?,
        first_name: column(row, "first_name")?,
        last_name: column(row, "last_name")?,
        email: column(row, "email")?,
        image_url: column(row, "image_url")?,
        role: parsed(row, "role")?,
    })
}

/// The row of a user who is a member of the workspace now.
pub async fn find_member(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    user: &UserId,
) -> Result<Option<Uuid>, DbError> {
    let sql = "-- users::find_member
        SELECT u.id FROM users u JOIN workspace_members m ON m.user_id = u.id
        WHERE m.workspace_id = $1 AND u.clerk_user_id = $2 AND m.removed_at IS NULL AND u.deleted_at IS NULL";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&user.as_str(), Type::TEXT)]).await?;
    row.map(|row| column(&row, "id")).transpose()
}
