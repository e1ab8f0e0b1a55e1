use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde_json::json;
use shared::{
    api::Workspace,
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::{
        DbError, Pool,
        audit_log::{self, Action, Actor, Entry},
        scheduled_messages, workspaces,
    },
    domain::{Edit, PhoneNumber, QuietHours, Replies, TimeOfDay},
    lambda::{self, ApiError, ApiReply, FieldError},
};

use crate::{
    api::{QuietHoursRequest, UpdateWorkspaceAnswer, UpdateWorkspaceRequest},
    retention,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Plans and limits.
    pub business: BusinessConfig,
    /// The shared number of the platform.
    pub platform_number: PhoneNumber,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(update_workspace(state, &request).await))
}

async fn update_workspace(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let path = lambda::path_parameter(request, "workspace")?;
    let Changes { quiet, retention } = parse(lambda::body_json(request)?)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &path, Access::Administer).await?;

    // The log has the changes in their order.
    workspaces::lock(entered.transaction, entered.workspace.id).await?;
    match quiet {
        Edit::Keep => {}
        Edit::Clear => change_quiet_hours(&entered, &caller, None).await?,
        Edit::Set(quiet) => change_quiet_hours(&entered, &caller, Some(&quiet)).await?,
    }
    if let Some(change) = retention {
        retention::apply(&entered, &caller, change).await?;
    }
    let workspace =
        Workspace::describe(entered.transaction, &entered.workspace, &state.business, &state.platform_number).await?;
    entered.commit().await?;

    ApiReply::ok(&UpdateWorkspaceAnswer { workspace })
}

/// What a request changes.
#[derive(Debug)]
struct Changes {
    /// Cleared: customers may be disturbed at any time.
    quiet: Edit<QuietHours>,
    retention: Option<retention::Change>,
}

fn parse(request: UpdateWorkspaceRequest) -> Result<Changes, ApiError> {
    if request.quiet_hours.is_keep() && request.retention.is_none() {
        return Err(ApiError::invalid("body", "quietHours or retention is needed"));
    }
    Ok(Changes {
        quiet: request.quiet_hours.try_map(parse_quiet_hours)?,
        retention: request.retention.map(retention::parse).transpose()?,
    })
}

fn parse_quiet_hours(wish: QuietHoursRequest) -> Result<QuietHours, ApiError> {
    let QuietHoursRequest { start, end, exempt_replies } = wish;
    let mut errors = Vec::new();
    let start = time("quietHours.start", start, &mut errors);
    let end = time("quietHours.end", end, &mut errors);
    let (Some(start), Some(end)) = (start, end) else { return Err(ApiError::Invalid(errors)) };
    let replies = if exempt_replies.unwrap_or(true) { Replies::Exempt } else { Replies::Wait };
    QuietHours::new(start, end, replies).map_err(|error| ApiError::invalid("quietHours.end", error))
}

fn time(field: &str, text: Option<String>, errors: &mut Vec<FieldError>) -> Option<TimeOfDay> {
    let parsed = text.map(|text| text.parse::<TimeOfDay>());
    let detail = match parsed {
        Some(Ok(time)) => return Some(time),
        Some(Err(error)) => error.to_string(),
        None => "is required".to_owned(),
    };
    errors.push(FieldError { field: field.to_owned(), detail });
    None
}

/// Under the workspace's lock.
async fn change_quiet_hours(entered: &Entered<'_>, caller: &Caller, quiet: Option<&QuietHours>) -> Result<(), DbError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let before = workspaces::get_quiet_hours(client, workspace_id).await?;
    if before.as_ref() == quiet {
        return Ok(());
    }
    workspaces::set_quiet_hours(client, workspace_id, quiet).await?;
    let due = scheduled_messages::make_due(client, workspace_id, clock::now()).await?;
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action: Action::QuietHoursChanged,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "from": before, "to": quiet }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::info!(%workspace_id, messages.made_due = due, "quiet hours changed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Edit<QuietHours>, ApiError> {
        parse(serde_json::from_str(body).unwrap()).map(|changes| changes.quiet)
    }

    fn fields(body: &str) -> Vec<String> {
        let (_, problem) = read(body).err().map(|error| error.problem()).unwrap_or_default();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn quiet_hours_are_set_and_taken_away() {
        let quiet =
            read(r#"{"quietHours":{"start":"21:00","end":"08:00","exemptReplies":false}}"#).unwrap().value().unwrap();
        assert_eq!((quiet.start().to_string(), quiet.end().to_string()), ("21:00".to_owned(), "08:00".to_owned()));
        assert_eq!(quiet.replies(), Replies::Wait);
        let quiet = read(r#"{"quietHours":{"start":"12:00","end":"13:00"}}"#).unwrap().value().unwrap();
        assert_eq!(quiet.replies(), Replies::Exempt);
        assert_eq!(read(r#"{"quietHours":null}"#).unwrap(), Edit::Clear);
        assert_eq!(read(r#"{"retention":{}}"#).unwrap(), Edit::Keep);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        assert_eq!(fields("{}"), ["body"]);
        assert_eq!(fields(r#"{"quietHours":{}}"#), ["quietHours.start", "quietHours.end"]);
        assert_eq!(fields(r#"{"quietHours":{"start":"9pm","end":"08:00"}}"#), ["quietHours.start"]);
        assert_eq!(fields(r#"{"quietHours":{"start":"08:00","end":"08:00"}}"#), ["quietHours.end"]);
        assert_eq!(fields(r#"{"quietHours":{"start":"08:00","end":"07:00"}}"#), ["quietHours.end"]);
    }
}
