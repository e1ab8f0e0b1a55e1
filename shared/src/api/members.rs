use serde::Serialize;
use uuid::Uuid;

use crate::{
    db,
    domain::{MemberRole, UserId},
};

/// A member of the organisation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Its id here.
    pub id: Uuid,
    /// Its id at Clerk, which assignments and `sentBy` name.
    pub clerk_user_id: UserId,
    /// Given and family name; null when Clerk knows neither.
    pub name: Option<String>,
    /// Primary mail address; some users have none.
    pub email: Option<String>,
    /// Picture.
    pub image_url: Option<String>,
    /// What the member may do.
    pub role: MemberRole,
}

impl From<db::users::Member> for Member {
    fn from(member: db::users::Member) -> Self {
        let names = [member.first_name, member.last_name].into_iter().flatten();
        let name = names.filter(|name| !name.trim().is_empty()).collect::<Vec<_>>().join(" ");
        Self {
            id: member.id,
            clerk_user_id: member.clerk_user_id,
            name: (!name.is_empty()).then_some(name),
            email: member.email,
            image_url: member.image_url,
            role: member.role,
        }
    }
}
