//! The instances of one function: which exist, which wait for a request, and which request each one handles.
//!
//! All state is behind one lock and changes in short, synchronous steps. Each instance has a task that owns its process
//! (`supervise`); the runtime API calls `next`, `respond` and `report_init_error` on its behalf.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use axum::body::Bytes;
use chrono::Utc;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Limits, Outcome, Settings, Status, new_trace, process};
use crate::locked;
use crate::logs::LogBook;
use crate::watchdog::{Ending, Watchdog};

pub struct Instances {
    settings: Settings,
    limits: Limits,
    /// Base of this function's part of the runtime API.
    runtime_api: String,
    logs: LogBook,
    watchdog: Watchdog,
    shutdown: CancellationToken,
    next_id: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pending: VecDeque<Invocation>,
    instances: BTreeMap<u64, Instance>,
    /// Instances that wait for a request, the most recently used last and first to be taken, so that the others can
    /// grow idle.
    waiting: Vec<u64>,
    invocations: u64,
    errors: u64,
    cold_starts: u64,
    last_cold_start: Option<Duration>,
}

struct Instance {
    started: Instant,
    built: Option<SystemTime>,
    phase: Phase,
    process: Option<u32>,
    init_error: Option<Bytes>,
    stop: CancellationToken,
}

enum Phase {
    Starting,
    Waiting(oneshot::Sender<Assignment>),
    Busy {
        request_id: String,
        reply: oneshot::Sender<Outcome>,
    },
    /// Has answered and is about to ask for the next request.
    Answered,
}

struct Invocation {
    request_id: String,
    payload: Bytes,
    trace: String,
    reply: oneshot::Sender<Outcome>,
}

/// A request as the runtime API hands it to a process.
pub struct Assignment {
    pub request_id: String,
    pub payload: Bytes,
    /// As the header `X-Amzn-Trace-Id` writes it.
    pub trace: String,
    pub deadline_ms: i64,
    pub arn: String,
}

impl Instances {
    pub fn new(
        settings: Settings,
        limits: Limits,
        runtime_api: &str,
        logs: LogBook,
        watchdog: Watchdog,
        shutdown: CancellationToken,
    ) -> Arc<Self> {
        let runtime_api = format!("{runtime_api}/{}", settings.name);
        let (next_id, state) = (AtomicU64::new(1), Mutex::default());
        Arc::new(Self { settings, limits, runtime_api, logs, watchdog, shutdown, next_id, state })
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Runs the function once, with a trace of its own. The invocation goes on when the caller stops waiting, as it does in
    /// Lambda.
    pub async fn invoke(self: &Arc<Self>, payload: Bytes) -> Outcome {
        self.invoke_traced(payload, new_trace()).await
    }

    /// Runs the function once as a part of this trace.
    pub async fn invoke_traced(self: &Arc<Self>, payload: Bytes, trace: String) -> Outcome {
        let (reply, answer) = oneshot::channel();
        {
            let mut state = self.lock();
            state.invocations += 1;
            state.pending.push_back(Invocation { request_id: Uuid::new_v4().to_string(), payload, trace, reply });
            self.dispatch(&mut state);
        }
        answer.await.unwrap_or_else(|_| Outcome::error("Runtime.Stopped", "The local runner was stopped"))
    }

    pub fn status(&self) -> Status {
        let state = self.lock();
        let busy = state.instances.values().filter(|instance| matches!(instance.phase, Phase::Busy { .. })).count();
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Status {
            name: self.settings.name.clone(),
            instances: state.instances.len(),
            busy,
            waiting_requests: state.pending.len(),
            invocations: state.invocations,
            errors: state.errors,
            cold_starts: state.cold_starts,
            last_cold_start_milliseconds: state.last_cold_start.map(milliseconds),
        }
    }

    /// The processes that run now, for tests that kill them.
    pub fn processes(&self) -> Vec<u32> {
        self.lock().instances.values().filter_map(|instance| instance.process).collect()
    }

    /// Waits until every process has ended; for the orderly stop, after the shutdown was requested.
    pub async fn stopped(&self) {
        while !self.lock().instances.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// Hands waiting requests to waiting instances, and starts instances for the rest.
    fn dispatch(self: &Arc<Self>, state: &mut State) {
        let built = self.built();
        while let Some(invocation) = state.pending.pop_front() {
            let Some(id) = state.waiting.pop() else {
                state.pending.push_front(invocation);
                break;
            };
            if let Some(unassigned) = self.assign(state, id, built, invocation) {
                state.pending.push_front(unassigned);
            }
        }
        let coming =
            state.instances.values().filter(|it| matches!(it.phase, Phase::Starting | Phase::Answered)).count();
        let room = self.limits.instances.saturating_sub(state.instances.len());
        for _ in 0..state.pending.len().saturating_sub(coming).min(room) {
            self.start_instance(state);
        }
    }

    /// Gives the request to the instance, or back when the instance turns out to be gone or outdated.
    fn assign(
        self: &Arc<Self>,
        state: &mut State,
        id: u64,
        built: Option<SystemTime>,
        invocation: Invocation,
    ) -> Option<Invocation> {
        let Some(instance) = state.instances.get_mut(&id) else { return Some(invocation) };
        // Rebuilt since this instance started: the next request has to run the new code.
        if instance.built != built {
            instance.stop.cancel();
            return Some(invocation);
        }
        let Invocation { request_id, payload, trace, reply } = invocation;
        let busy = Phase::Busy { request_id: request_id.clone(), reply };
        let Phase::Waiting(hand_over) = std::mem::replace(&mut instance.phase, busy) else { return None };
        let timeout = i64::try_from(self.settings.timeout.as_millis()).unwrap_or(i64::MAX);
        let deadline_ms = Utc::now().timestamp_millis().saturating_add(timeout);
        let arn = self.settings.arn.clone();
        let assignment = Assignment { request_id: request_id.clone(), payload, trace, deadline_ms, arn };
        let Err(assignment) = hand_over.send(assignment) else {
            self.watch_deadline(id, request_id);
            return None;
        };
        // The process hung up while it waited; its supervisor is about to notice.
        instance.stop.cancel();
        match std::mem::replace(&mut instance.phase, Phase::Answered) {
            Phase::Busy { request_id, reply } => {
                let Assignment { payload, trace, .. } = assignment;
                Some(Invocation { request_id, payload, trace, reply })
            }
            Phase::Starting | Phase::Waiting(_) | Phase::Answered => None,
        }
    }

    fn built(&self) -> Option<SystemTime> {
        std::fs::metadata(&self.settings.program).and_then(|metadata| metadata.modified()).ok()
    }

    fn start_instance(self: &Arc<Self>, state: &mut State) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let stop = self.shutdown.child_token();
        let instance = Instance {
            started: Instant::now(),
            built: self.built(),
            phase: Phase::Starting,
            process: None,
            init_error: None,
            stop: stop.clone(),
        };
        state.instances.insert(id, instance);
        tokio::spawn(Arc::clone(self).supervise(id, stop));
    }

    /// Owns the process of an instance from start to end.
    async fn supervise(self: Arc<Self>, id: u64, stop: CancellationToken) {
        let ending = match process::start(&self.settings, &format!("{}/{id}", self.runtime_api), &self.logs) {
            Err(error) => format!("cannot start {}: {error}", self.settings.program.display()),
            Ok(mut child) => {
                let number = child.id();
                if let Some(instance) = self.lock().instances.get_mut(&id) {
                    instance.process = number;
                }
                number.inspect(|number| self.watchdog.guard(*number, Ending::Kill));
                let ending = self.wait_for_end(id, &mut child, &stop).await;
                number.inspect(|number| self.watchdog.release(*number, Ending::Kill));
                ending
            }
        };
        self.ended(id, &ending);
    }

    async fn wait_for_end(&self, id: u64, child: &mut tokio::process::Child, stop: &CancellationToken) -> String {
        let init_too_long = async {
            tokio::time::sleep(self.limits.init).await;
            let starting = |instance: &Instance| matches!(instance.phase, Phase::Starting);
            if !self.lock().instances.get(&id).is_some_and(starting) {
                std::future::pending::<()>().await;
            }
        };
        let reason = tokio::select! {
            status = child.wait() => return status.map_or_else(|error| error.to_string(), |status| status.to_string()),
            () = stop.cancelled() => "stopped".to_owned(),
            () = init_too_long => format!("did not ask for a request within {:?}", self.limits.init),
        };
        // kill() also waits, so the process is gone when this returns.
        if let Err(error) = child.kill().await {
            self.logs.notice(&self.settings.name, &format!("could not be killed: {error}"));
        }
        reason
    }

    /// Answers the request that the instance leaves behind, and lets another instance take over the rest.
    fn ended(self: &Arc<Self>, id: u64, ending: &str) {
        let mut state = self.lock();
        state.waiting.retain(|waiting| *waiting != id);
        let Some(instance) = state.instances.remove(&id) else { return };
        let stopping = self.shutdown.is_cancelled();
        match instance.phase {
            Phase::Busy { request_id, reply } => {
                let message = format!("RequestId: {request_id} Error: Runtime exited with error: {ending}");
                self.fail(&mut state, reply, Outcome::error("Runtime.ExitError", &message));
            }
            // A process that does not come up answers one request, so that a broken function cannot restart for ever.
            Phase::Starting if !stopping => {
                self.logs.notice(&self.settings.name, &format!("ended while starting: {ending}"));
                let message = format!("Error: Runtime exited during init: {ending}");
                let error = instance.init_error.map(Outcome::Error);
                let error = error.unwrap_or_else(|| Outcome::error("Runtime.ExitError", &message));
                if let Some(invocation) = state.pending.pop_front() {
                    self.fail(&mut state, invocation.reply, error);
                }
            }
            Phase::Starting | Phase::Waiting(_) | Phase::Answered => {}
        }
        if stopping {
            state.pending.clear();
        } else {
            self.dispatch(&mut state);
        }
    }

    fn fail(&self, state: &mut State, reply: oneshot::Sender<Outcome>, error: Outcome) {
        state.errors += 1;
        if let Outcome::Error(payload) = &error {
            self.logs.notice(&self.settings.name, &format!("failed: {}", String::from_utf8_lossy(payload)));
        }
        // The caller may have stopped waiting.
        drop(reply.send(error));
    }

    fn watch_deadline(self: &Arc<Self>, id: u64, request: String) {
        let instances = Arc::clone(self);
        tokio::spawn(async move {
            let timeout = instances.settings.timeout;
            tokio::time::sleep(timeout).await;
            let message =
                format!("RequestId: {request} Error: Task timed out after {:.2} seconds", timeout.as_secs_f64());
            let mut state = instances.lock();
            if let Some((instance, reply)) = take_reply(&mut state, id, &request) {
                instance.cancel();
                instances.fail(&mut state, reply, Outcome::error("Sandbox.Timedout", &message));
            }
        });
    }

    /// The process of this instance asks for a request. None tells it to go away.
    pub async fn next(self: &Arc<Self>, id: u64) -> Option<Assignment> {
        let (hand_over, mut assignment) = oneshot::channel();
        {
            let mut state = self.lock();
            let instance = state.instances.get_mut(&id)?;
            let started = instance.started;
            match std::mem::replace(&mut instance.phase, Phase::Waiting(hand_over)) {
                Phase::Starting => self.log_cold_start(&mut state, started.elapsed()),
                Phase::Busy { request_id, reply } => {
                    let message =
                        format!("RequestId: {request_id} Error: asked for the next request without answering");
                    self.fail(&mut state, reply, Outcome::error("Runtime.NextWithoutAnswer", &message));
                }
                Phase::Waiting(_) | Phase::Answered => state.waiting.retain(|waiting| *waiting != id),
            }
            state.waiting.push(id);
            self.dispatch(&mut state);
        }
        if let Ok(result) = tokio::time::timeout(self.limits.idle, &mut assignment).await {
            return result.ok();
        }
        // A request may have come in the very moment in which the wait ended.
        let state = self.lock();
        if let Ok(assignment) = assignment.try_recv() {
            return Some(assignment);
        }
        state.instances.get(&id)?.stop.cancel();
        None
    }

    fn log_cold_start(&self, state: &mut State, took: Duration) {
        state.cold_starts += 1;
        state.last_cold_start = Some(took);
        self.logs.notice(&self.settings.name, &format!("cold start, {} ms", took.as_millis()));
    }

    /// The process answers its request. False when it no longer has it.
    pub fn respond(&self, id: u64, request_id: &str, outcome: Outcome) -> bool {
        let mut state = self.lock();
        let Some((_, reply)) = take_reply(&mut state, id, request_id) else { return false };
        match outcome {
            Outcome::Error(_) => self.fail(&mut state, reply, outcome),
            // The caller may have stopped waiting.
            Outcome::Response(_) => drop(reply.send(outcome)),
        }
        true
    }

    /// The process says why it cannot start; it exits after this.
    pub fn report_init_error(&self, id: u64, payload: Bytes) {
        if let Some(instance) = self.lock().instances.get_mut(&id) {
            instance.init_error = Some(payload);
        }
    }
}

/// Takes the right to answer a request from the instance that has it.
fn take_reply(state: &mut State, id: u64, request: &str) -> Option<(CancellationToken, oneshot::Sender<Outcome>)> {
    let instance = state.instances.get_mut(&id)?;
    if !matches!(&instance.phase, Phase::Busy { request_id, .. } if request_id == request) {
        return None;
    }
    match std::mem::replace(&mut instance.phase, Phase::Answered) {
        Phase::Busy { reply, .. } => Some((instance.stop.clone(), reply)),
        Phase::Starting | Phase::Waiting(_) | Phase::Answered => None,
    }
}

#[cfg(test)]
#[path = "instances_tests.rs"]
mod tests;
