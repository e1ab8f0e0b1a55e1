//! Calls that we started. Their documents come from the stored call, so none is said without Postgres: the carrier asks once
//! more at the fallback address and then ends the call, which is noted as failed.

use shared::{
    actions::calls,
    config::CallConfig,
    db::{
        self, DbError, Pool,
        call_events::EventOutcome,
        outbound_calls::{self, Script},
    },
    domain::{ACCEPT_KEY, CallId, CallKind, CallStep, Prompt, RecordingKind, StepKind},
    signalwire::{CallWebhook, Form},
};

use crate::{
    cxml::{Dial, Document, Gather, Number, Verb},
    flow::Surroundings,
    handler::State,
};

/// How long the member has to press the key, and to be asked again.
const KEY_SECONDS: u16 = 8;
/// How long the customer's phone rings.
const RING_SECONDS: u16 = 30;

/// What is said and done next.
pub(crate) async fn go_on(state: &State, form: &Form, step: &CallStep) -> Result<Document, DbError> {
    let around = state.surroundings();
    let store = || calls::store_call_event(&state.pool, form, Some(step), around.now);
    let call_id = match state.pool.retry_briefly(store).await? {
        EventOutcome::Moved(call) | EventOutcome::Unchanged(call) => call.call_id,
        EventOutcome::UnknownCall => return Ok(hang_up()),
    };
    let webhook = CallWebhook::from_form(form);
    if step.kind == StepKind::Talked {
        return Ok(after_talk(&state.config, webhook.dial_status.as_deref()));
    }
    let script = state.pool.retry_briefly(|| find_script(&state.pool, call_id)).await?;
    Ok(script.map_or_else(hang_up, |script| document(&around, step, &webhook, &script)))
}

async fn find_script(pool: &Pool, call_id: CallId) -> Result<Option<Script>, DbError> {
    let mut connection = pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let script = outbound_calls::find_script(&transaction, call_id).await?;
    transaction.commit().await?;
    Ok(script)
}

fn document(around: &Surroundings<'_>, step: &CallStep, webhook: &CallWebhook, script: &Script) -> Document {
    match (step.kind, script.kind) {
        (StepKind::Speak, CallKind::Spoken) => Document::new().then(Verb::Say(script.body.clone())).then(Verb::Hangup),
        (StepKind::Announce, CallKind::ClickToCall) => announce(around, step, script),
        (StepKind::Connect, CallKind::ClickToCall) if webhook.digits.as_deref() == Some(ACCEPT_KEY) => {
            connect(around, step, script)
        }
        _ => hang_up(),
    }
}

/// Who picks up must press a key: a voicemail does not, and is not connected with the customer.
fn announce(around: &Surroundings<'_>, step: &CallStep, script: &Script) -> Document {
    let customer = script.customer_name.as_deref().unwrap_or(&around.config.unnamed_customer);
    let text = around.config.connect_prompt.replace("{customer}", customer);
    let prompt = Prompt::say(&text).unwrap_or_else(|error| {
        tracing::error!(%error, "the announcement cannot be said, it goes without the name");
        around.config.unavailable.clone()
    });
    let action = around.steps.url(around.call_url, &step.with_kind(StepKind::Connect));
    Document::new().then(Verb::Gather(Gather { action, timeout_seconds: KEY_SECONDS, prompt })).then(Verb::Hangup)
}

fn connect(around: &Surroundings<'_>, step: &CallStep, script: &Script) -> Document {
    let news = |kind| around.steps.url(around.status_url, &step.with_kind(kind));
    let of = StepKind::Recording { of: RecordingKind::Call, transcribe: false };
    Document::new().then(Verb::Dial(Dial {
        action: around.steps.url(around.call_url, &step.with_kind(StepKind::Talked)),
        timeout_seconds: RING_SECONDS,
        caller_id: Some(script.from.as_str().to_owned()),
        recording_status: script.is_recorded.then(|| news(of)),
        numbers: vec![Number {
            phone_number: script.customer.as_str().to_owned(),
            whisper: None,
            status: news(StepKind::Customer),
        }],
    }))
}

/// A member who is still there is told why nobody speaks.
fn after_talk(config: &CallConfig, dial_status: Option<&str>) -> Document {
    let document = Document::new();
    match dial_status {
        Some("completed" | "answered") => document,
        Some("busy") => document.prompt(&config.customer_busy),
        _ => document.prompt(&config.customer_unavailable),
    }
    .then(Verb::Hangup)
}

fn hang_up() -> Document {
    Document::new().then(Verb::Hangup)
}

#[cfg(test)]
mod tests;
