//! Who may use which route: nobody, members, administrators, platform administrators and those who act as somebody else,
//! with both versions of the session token.

use reqwest::{Method, StatusCode};

use super::{
    routes::{Caller, Route, Uploads},
    world::{self, KUMQUAT, LYCHEE},
};
use crate::support::{Answer, TestApp};

/// Whom a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Whoever has a session.
    Session,
    /// The administrators of the platform, in person.
    Platform,
    /// Members, also those who act as a member.
    Read,
    /// Administrators, also those who act as one.
    Inspect,
    /// Members in person.
    Write,
    /// Administrators in person.
    Administer,
}

fn access(operation: &str) -> Access {
    match operation {
        "listPlans" => Access::Session,
        "answerPortOrder"
        | "exportPortOrder"
        | "listRegistrations"
        | "managePortOrders"
        | "noteRegistration"
        | "readAnyPortOrder"
        | "readPlatformAnalytics" => Access::Platform,
        "exportAnalytics" | "listContacts" | "listConversations" | "listMembers" | "listNumbers" | "listOptOuts"
        | "listPortOrders" | "readAnalytics" | "readConversation" | "readPortOrder" | "readWorkspace"
        | "searchNumbers" => Access::Read,
        "exportContact" | "listWebhookDeliveries" | "listWebhookEndpoints" | "readRegistration" => Access::Inspect,
        "cancelMessage" | "editContact" | "mergeContacts" | "saveContact" | "sendMessage" | "startCall"
        | "updateConversation" | "uploadMedia" => Access::Write,
        "eraseContact"
        | "cancelPortOrder"
        | "changePortOrder"
        | "checkRegistration"
        | "saveRegistration"
        | "submitRegistration"
        | "changeWebhookEndpoint"
        | "deleteWebhookEndpoint"
        | "replayWebhookDelivery"
        | "rotateWebhookSecret"
        | "savePortOrder"
        | "saveWebhookEndpoint"
        | "submitPortOrder"
        | "testWebhookEndpoint"
        | "provisionNumber"
        | "releaseNumber"
        | "removeEmergencyAddress"
        | "setEmergencyAddress"
        | "removeOptOut"
        | "retryProvisioning"
        | "updateNumber"
        | "updateWorkspace"
        | "uploadPortDocument" => Access::Administer,
        other => panic!("say in tests/it/tenancy/roles.rs whom {other} is for"),
    }
}

/// What makes the difference about a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    /// No active organisation.
    Personal,
    /// Of the workspace, not complete yet.
    Pending,
    /// Of the workspace.
    Member,
    Admin,
    /// Somebody acts as such a one.
    ActingMember,
    ActingAdmin,
    /// Of another organisation.
    Stranger,
    PlatformMember,
    PlatformAdmin,
    ActingPlatformAdmin,
}

impl Session {
    const ALL: [Self; 10] = [
        Self::Personal,
        Self::Pending,
        Self::Member,
        Self::Admin,
        Self::ActingMember,
        Self::ActingAdmin,
        Self::Stranger,
        Self::PlatformMember,
        Self::PlatformAdmin,
        Self::ActingPlatformAdmin,
    ];

    fn token_query(self) -> String {
        let own = |role: &str, more: &str| {
            format!("user={}&organization={}&role={role}{more}", KUMQUAT.user(), KUMQUAT.organization())
        };
        let platform = |role: &str| format!("user=user_operator&organization=org_platform&role={role}");
        match self {
            Self::Personal => format!("user={}", KUMQUAT.user()),
            Self::Pending => own("admin", "&sts=pending"),
            Self::Member => own("member", ""),
            Self::Admin => own("admin", ""),
            Self::ActingMember => own("member", "&act=user_support"),
            Self::ActingAdmin => own("admin", "&act=user_support"),
            Self::Stranger => format!("user={}&organization={}&role=admin", LYCHEE.user(), LYCHEE.organization()),
            Self::PlatformMember => platform("member"),
            Self::PlatformAdmin => platform("admin"),
            Self::ActingPlatformAdmin => platform("admin") + "&act=user_support",
        }
    }

    fn acts(self) -> bool {
        matches!(self, Self::ActingMember | Self::ActingAdmin | Self::ActingPlatformAdmin)
    }

    /// Why the session may not use such a route; `None`: it may.
    fn refusal(self, access: Access) -> Option<(StatusCode, &'static str)> {
        let forbidden = |code| Some((StatusCode::FORBIDDEN, code));
        match (access, self) {
            (Access::Session, _) | (Access::Platform, Self::PlatformAdmin) => None,
            // Nobody else has to know that it exists.
            (Access::Platform, _) => Some((StatusCode::NOT_FOUND, "not_found")),
            (_, Self::Personal) => forbidden("organization_required"),
            (_, Self::Pending) => forbidden("session_pending"),
            (Access::Write | Access::Administer, _) if self.acts() => forbidden("impersonated_session"),
            (_, Self::Stranger | Self::PlatformMember | Self::PlatformAdmin | Self::ActingPlatformAdmin) => {
                Some((StatusCode::NOT_FOUND, "workspace_not_found"))
            }
            (Access::Inspect | Access::Administer, Self::Member | Self::ActingMember) => forbidden("admin_required"),
            (Access::Inspect | Access::Administer, Self::Admin | Self::ActingAdmin)
            | (Access::Read | Access::Write, Self::Member | Self::Admin | Self::ActingMember | Self::ActingAdmin) => {
                None
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_is_for_those_whom_it_is_meant_for() {
    let app = world::start().await;
    let mut problems = Vec::new();
    for version in [1, 2] {
        for session in Session::ALL {
            // The first version of the token does not say that a session is pending.
            if session == Session::Pending && version == 1 {
                continue;
            }
            let token = app.token_by(&format!("{}&version={version}&ttl=3600", session.token_query())).await;
            for route in Route::all() {
                let answer = ask(&app, &route, Some(&token)).await;
                let refusal = session.refusal(access(&route.operation));
                if !is_as_expected(&answer, refusal) {
                    problems.push(format!("{} by {session:?}, version {version}: {answer:?}", route.operation));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_anywhere_without_a_token() {
    let app = world::start().await;
    for route in Route::all() {
        for token in [None, Some("nonsense")] {
            let answer = ask(&app, &route, token).await;
            assert_eq!(
                (answer.status, answer.body["code"].as_str()),
                (StatusCode::UNAUTHORIZED, Some("unauthenticated")),
                "{}",
                route.operation
            );
        }
    }
}

/// A custom role of the organisation is a member's.
#[tokio::test(flavor = "multi_thread")]
async fn a_custom_role_is_no_administrator() {
    let app = world::start().await;
    for version in [1, 2] {
        let (organization, user) = (KUMQUAT.organization(), KUMQUAT.user());
        let query = format!("organization={organization}&user={user}&role=org:administrators&version={version}");
        let token = app.token_by(&query).await;
        for route in Route::all() {
            let answer = ask(&app, &route, Some(&token)).await;
            assert!(
                is_as_expected(&answer, Session::Member.refusal(access(&route.operation))),
                "{}, version {version}: {answer:?}",
                route.operation
            );
        }
    }
}

/// Reading is all that somebody may do who acts as somebody else.
#[test]
fn an_impersonated_session_changes_nothing() {
    for route in Route::all() {
        // Nobody who acts as somebody else is let in at all.
        if access(&route.operation) == Access::Platform {
            continue;
        }
        let reads = route.method == Method::GET;
        let needs_person = matches!(access(&route.operation), Access::Write | Access::Administer);
        assert_ne!(reads, needs_person, "{} {}", route.method, route.path);
        let says_so = route.forbidden.contains("`impersonated_session`");
        assert_eq!(says_so, needs_person, "{} documents the refusal", route.operation);
        let says_so = route.forbidden.contains("`admin_required`");
        assert_eq!(
            says_so,
            matches!(access(&route.operation), Access::Inspect | Access::Administer),
            "{} documents the refusal",
            route.operation
        );
    }
}

async fn ask(app: &TestApp, route: &Route, token: Option<&str>) -> Answer {
    let (workspace, uploads) = (KUMQUAT.workspace(), Uploads::new());
    let who = Caller { token, workspace: &workspace, own: &KUMQUAT, other: &LYCHEE, uploads: &uploads };
    route.ask(app, &who, &[]).await
}

fn is_as_expected(answer: &Answer, refusal: Option<(StatusCode, &'static str)>) -> bool {
    let code = answer.body["code"].as_str();
    if let Some((status, expected)) = refusal {
        return answer.status == status && code == Some(expected);
    }
    // The thing may be gone after the session before; the caller was let in.
    let is_refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status);
    !is_refused && !answer.status.is_server_error() && !matches!(code, Some("workspace_not_found" | "not_found"))
}
