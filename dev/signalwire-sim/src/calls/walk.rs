//! Walks from document to document, verb by verb.

use std::pin::Pin;

use futures_util::future::join_all;
use tokio::sync::oneshot;

use super::{
    dial, gather,
    line::{Ending, Line, Wait},
    parameters::{self, Parameters},
    record,
};
use crate::{
    cxml::voice::{self, Sms, Target, Times, Verb},
    delivery::{self, Content, Delivery, Webhook},
    inbound::absolute,
    journal::WebhookKind,
    lifecycle,
    records::{Direction, DocumentEntry, Hook, MessageRecord, WaitingFor},
};

/// Documents of one call before the simulator calls it a loop.
const MAX_DOCUMENTS: usize = 20;
/// Characters that a voice speaks in a second.
const SPEED: f64 = 15.0;
/// Seconds of a sound file: the simulator does not fetch it.
const PLAY_SECONDS: f64 = 3.0;
/// As good as for ever.
const FOREVER: f64 = 1e6;

/// A document to ask for.
#[derive(Debug, Clone)]
pub struct Fetch {
    pub kind: WebhookKind,
    pub page: Hook,
    pub extra: Parameters,
}

impl Fetch {
    pub fn new(kind: WebhookKind, url: String, method: String) -> Self {
        Self { kind, page: Hook { url, method }, extra: Vec::new() }
    }

    /// What a verb names, relative to its document.
    pub fn action(target: &Target, page: &Hook, extra: Parameters) -> Self {
        let url = absolute(&page.url, &target.url);
        Self { kind: WebhookKind::CallAction, page: Hook { url, method: target.method.clone() }, extra }
    }

    /// The `action` of a verb, or its own document again.
    pub fn action_or_again(action: Option<&Target>, page: &Hook, extra: Parameters) -> Self {
        match action {
            Some(target) => Self::action(target, page, extra),
            None => Self { kind: WebhookKind::CallAction, page: page.clone(), extra },
        }
    }
}

/// What comes after a verb.
pub enum Next {
    Verb,
    Document(Fetch),
}

/// Follows documents until the call ends, or until no verb is left.
pub async fn run(line: &mut Line, first: Fetch) -> Ending {
    let mut fetched = 0;
    let mut next = first;
    loop {
        fetched += 1;
        let step = if fetched > MAX_DOCUMENTS {
            Err(Ending::Failed("loop".to_owned()))
        } else {
            run_document(line, &next).await
        };
        next = match step {
            Ok(Some(fetch)) => fetch,
            Ok(None) => return Ending::OutOfVerbs,
            Err(Ending::Redirected(page)) => Fetch { kind: WebhookKind::CallAction, page, extra: Vec::new() },
            Err(ending) => return ending,
        };
    }
}

/// The same inside of a verb: boxed, because what it runs may contain that verb again.
pub fn run_inside(line: &mut Line, first: Fetch) -> Pin<Box<dyn Future<Output = Ending> + Send + '_>> {
    Box::pin(run(line, first))
}

/// Runs one document; `None` when it leads to no other.
async fn run_document(line: &mut Line, fetch: &Fetch) -> Result<Option<Fetch>, Ending> {
    let (verbs, page) = document(line, fetch).await?;
    for verb in verbs {
        if let Next::Document(fetch) = run_verb(line, verb, &page).await? {
            return Ok(Some(fetch));
        }
    }
    Ok(None)
}

/// The document, or that of the fallback URL in its place; there is no retry.
async fn document(line: &mut Line, fetch: &Fetch) -> Result<(Vec<Verb>, Hook), Ending> {
    let reason = match ask(line, fetch).await? {
        Ok(verbs) => return Ok((verbs, fetch.page.clone())),
        Err(reason) => reason,
    };
    // What a called person hears before being connected has no fallback.
    let fallback = line.record().fallback.filter(|_| fetch.kind != WebhookKind::Whisper);
    let Some(page) = fallback else { return Err(Ending::Failed(reason)) };
    let mut extra = fetch.extra.clone();
    if line.network.behaviour().fallback_error_parameters {
        let code = reason.split(':').next().unwrap_or_default();
        extra.push(("ErrorCode".to_owned(), code.to_owned()));
        extra.push(("ErrorUrl".to_owned(), fetch.page.url.clone()));
    }
    let fallback = Fetch { kind: WebhookKind::CallFallback, page, extra };
    match ask(line, &fallback).await? {
        Ok(verbs) => Ok((verbs, fallback.page)),
        Err(reason) => Err(Ending::Failed(reason)),
    }
}

/// Asks the application. The request goes on when the call ends meanwhile, as one on a wire would.
async fn ask(line: &mut Line, fetch: &Fetch) -> Result<Result<Vec<Verb>, String>, Ending> {
    let (finished, answer) = oneshot::channel();
    let asked = request(line, fetch);
    line.network.spawn_call(async move {
        // The call may be over.
        let _ = finished.send(voice::read(&asked.await));
    });
    let answer = line.during(answer).await?;
    answer.map_err(|_| Ending::Failed("the network was reset".to_owned()))
}

/// Requests the document once for each copy of the call's webhooks, and writes the first answer down.
fn request(line: &Line, fetch: &Fetch) -> impl Future<Output = Delivery> + Send + 'static {
    let call = line.record();
    let network = line.network.clone();
    let mut parameters = parameters::standard(&network.settings().project_id, &call);
    parameters.extend(fetch.extra.iter().cloned());
    let Fetch { kind, page, .. } = fetch.clone();
    async move {
        let attempts = (0..call.copies.max(1)).map(|_| async {
            let content = Content::Form(parameters.clone());
            let webhook = Webhook { kind, method: &page.method, url: &page.url, content };
            delivery::deliver(&network, &webhook, 1).await
        });
        let answer = join_all(attempts).await.swap_remove(0);
        let entry = DocumentEntry {
            url: answer.url.clone(),
            status: answer.status,
            body: answer.body.clone(),
            error: answer.error.clone(),
        };
        network.change(|world| {
            if let Some(call) = world.call_mut(&call.sid) {
                call.documents.push(entry);
            }
        });
        answer
    }
}

/// Tells the application how the last verb ended, after the call; the answer has no effect.
pub async fn say_farewell(line: &mut Line) {
    if let Some(fetch) = line.farewell.take() {
        request(line, &fetch).await;
    }
}

async fn run_verb(line: &mut Line, verb: Verb, page: &Hook) -> Result<Next, Ending> {
    match verb {
        Verb::Say { .. } | Verb::Play { .. } | Verb::Pause { .. } => {
            line.answer();
            play(line, &verb, Wait::Nothing).await?;
        }
        Verb::Gather(wanted) => return gather::gather(line, &wanted, page).await,
        Verb::Dial(wanted) => return dial::dial(line, &wanted, page).await,
        Verb::Record(wanted) => return record::record(line, &wanted, page).await,
        Verb::Redirect(target) => return Ok(Next::Document(Fetch::action(&target, page, Vec::new()))),
        Verb::Hangup => return Err(Ending::HangupVerb),
        Verb::Reject { .. } if line.is_answered() => {
            return Err(Ending::Failed("<Reject> comes after the call was answered".to_owned()));
        }
        Verb::Reject { busy } => return Err(Ending::Rejected { busy }),
        Verb::Sms(wanted) => {
            line.answer();
            let sid = send(line, &wanted);
            if let Some(action) = &wanted.action {
                let extra = vec![("SmsSid".to_owned(), sid), ("SmsStatus".to_owned(), "queued".to_owned())];
                return Ok(Next::Document(Fetch::action(action, page, extra)));
            }
        }
    }
    Ok(Next::Verb)
}

/// Says, plays, or stays silent.
async fn play(line: &mut Line, verb: &Verb, wait: Wait) -> Result<(), Ending> {
    let seconds = begin_prompt(line, verb);
    if let Verb::Pause { .. } = verb {
        line.wait_for(Some(WaitingFor::Pause));
        let passed = line.pass(seconds, Wait::Pause).await;
        line.wait_for(None);
        return passed;
    }
    line.pass(seconds, wait).await
}

/// Writes down what is heard; answers how long it takes.
pub fn begin_prompt(line: &Line, verb: &Verb) -> f64 {
    let (heard, once, times) = match verb {
        Verb::Say { text, times } => (text, f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX)) / SPEED, *times),
        Verb::Play { what, times } => (what, PLAY_SECONDS, *times),
        Verb::Pause { seconds } => return f64::from(*seconds),
        _ => return 0.0,
    };
    line.change(|call| call.said.push(heard.clone()));
    match times {
        Times::Exactly(count) => once * f64::from(count),
        Times::UntilHangup => FOREVER,
    }
}

/// A text on the side.
fn send(line: &Line, sms: &Sms) -> String {
    let call = line.record();
    let (from, to) = (sms.from.as_deref().unwrap_or(&call.to), sms.to.as_deref().unwrap_or(&call.from));
    let mut message = MessageRecord::outbound(Direction::OutboundCall, from, to, &sms.body);
    message.status_callback.clone_from(&sms.status_callback);
    line.network.change(|world| world.messages.push(message.clone()));
    lifecycle::start(&line.network, &message);
    message.sid
}
