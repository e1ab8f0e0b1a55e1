//! How long things are kept.

use std::ops::RangeInclusive;

use serde_json::json;
use shared::{
    auth::{Caller, Entered},
    db::{
        DbError,
        audit_log::{self, Action, Actor, Entry},
        workspaces,
    },
    domain::{Edit, FILE_DAYS, MESSAGE_DAYS, Retention},
    lambda::{ApiError, FieldError},
};

use crate::api::RetentionRequest;

/// What a request changes, each number within its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    messages: Edit<u16>,
    media: Edit<u16>,
    recordings: Edit<u16>,
}

impl Change {
    fn of(self, before: Retention) -> Retention {
        let days = |edit: Edit<u16>, before| match edit {
            Edit::Keep => before,
            Edit::Clear => None,
            Edit::Set(days) => Some(days),
        };
        Retention {
            message_days: days(self.messages, before.message_days),
            media_days: days(self.media, before.media_days),
            recording_days: days(self.recordings, before.recording_days),
        }
    }
}

pub(crate) fn parse(wish: RetentionRequest) -> Result<Change, ApiError> {
    let mut errors = Vec::new();
    let change = Change {
        messages: days("retention.messageDays", wish.message_days, &MESSAGE_DAYS, &mut errors),
        media: days("retention.mediaDays", wish.media_days, &FILE_DAYS, &mut errors),
        recordings: days("retention.recordingDays", wish.recording_days, &FILE_DAYS, &mut errors),
    };
    if errors.is_empty() { Ok(change) } else { Err(ApiError::Invalid(errors)) }
}

fn days(field: &str, wish: Edit<i64>, possible: &RangeInclusive<u16>, errors: &mut Vec<FieldError>) -> Edit<u16> {
    let within = |days: i64| u16::try_from(days).ok().filter(|days| possible.contains(days)).ok_or(());
    wish.try_map(within).unwrap_or_else(|()| {
        let detail = format!("must be {} to {} days", possible.start(), possible.end());
        errors.push(FieldError { field: field.to_owned(), detail });
        Edit::Keep
    })
}

/// Under the workspace's lock. The sweep asks for the setting each time, so it holds for what is there already.
pub(crate) async fn apply(entered: &Entered<'_>, caller: &Caller, change: Change) -> Result<(), DbError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let before = workspaces::get_retention(client, workspace_id).await?;
    let retention = change.of(before);
    if before == retention {
        return Ok(());
    }
    workspaces::set_retention(client, workspace_id, &retention).await?;
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action: Action::RetentionChanged,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "from": before, "to": retention }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::info!(%workspace_id, "retention changed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Change, ApiError> {
        parse(serde_json::from_str(body).unwrap())
    }

    #[test]
    fn what_is_not_named_stays_and_null_is_the_platforms() {
        let before = Retention { message_days: Some(90), media_days: Some(30), recording_days: None };
        let change = read(r#"{"mediaDays":null,"recordingDays":1}"#).unwrap();
        let after = Retention { message_days: Some(90), media_days: None, recording_days: Some(1) };
        assert_eq!(change.of(before), after);
        assert_eq!(read("{}").unwrap().of(after), after);
    }

    #[test]
    fn every_number_out_of_its_bounds_is_named() {
        let error = read(r#"{"messageDays":13,"mediaDays":0,"recordingDays":3651}"#).unwrap_err();
        let (_, problem) = error.problem();
        let fields: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["retention.messageDays", "retention.mediaDays", "retention.recordingDays"]);
        assert_eq!(problem["errors"][0]["detail"], "must be 14 to 3650 days");
    }
}
