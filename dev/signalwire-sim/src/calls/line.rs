//! A live call from the inside: its mailbox, its clock, its record.

use std::{
    collections::VecDeque,
    pin::pin,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    lines::{Order, Request, Step},
    reports::Reports,
    walk::Fetch,
};
use crate::{
    clock,
    network::Network,
    records::{CallDirection, CallEvent, CallRecord, CallStatus, EndedBy, Hook, WaitingFor},
};

pub struct Line {
    pub network: Network,
    pub sid: String,
    pub mailbox: UnboundedReceiver<Request>,
    pub reports: Reports,
    /// Requested after the end, for the application to know how a verb ended.
    pub farewell: Option<Fetch>,
    /// The phone picks up and hangs up by itself.
    pub automatic: bool,
    script: VecDeque<Step>,
    /// Simulated time since the call began, and at its answer.
    seconds: f64,
    answered_at: Option<f64>,
}

/// What a call waits for, as far as it matters to the clock and to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Nothing,
    Pause,
    Answer,
    Digits,
    Recording,
}

impl Wait {
    fn fits(self, step: &Step) -> bool {
        match step {
            Step::Digits(_) => self == Self::Digits,
            Step::Record(_) => self == Self::Recording,
            Step::Hangup => matches!(self, Self::Pause | Self::Digits | Self::Recording),
        }
    }

    fn is_for_a_person(self) -> bool {
        matches!(self, Self::Answer | Self::Digits | Self::Recording)
    }
}

pub enum Heard {
    Silence,
    Asked(Request),
}

/// How a call stops following its documents.
#[derive(Debug)]
pub enum Ending {
    /// By the person on the phone, after having talked for so many seconds.
    HungUp(Option<u32>),
    /// No verb is left.
    OutOfVerbs,
    /// `<Hangup>`.
    HangupVerb,
    Rejected {
        busy: bool,
    },
    /// By the provider's API.
    Completed,
    Canceled,
    /// It goes on with another document.
    Redirected(Hook),
    Failed(String),
}

impl Line {
    /// Puts the call into the world and makes it reachable.
    pub fn open(network: &Network, call: CallRecord, script: VecDeque<Step>) -> Self {
        let sid = call.sid.clone();
        let mailbox = network.lines().open(&sid);
        network.change(|world| world.calls.push(call));
        Self {
            network: network.clone(),
            reports: Reports::open(network, &sid),
            sid,
            mailbox,
            farewell: None,
            automatic: false,
            script,
            seconds: 0.0,
            answered_at: None,
        }
    }

    /// Looks at the record; a call that was deleted or reset ends soon, and until then sees an empty one.
    pub fn record(&self) -> CallRecord {
        let found = self.network.read(|world| world.call(&self.sid).cloned());
        found.unwrap_or_else(|| CallRecord::new(CallDirection::Inbound, "", ""))
    }

    pub fn change(&self, change: impl FnOnce(&mut CallRecord)) {
        self.network.change(|world| {
            if let Some(call) = world.call_mut(&self.sid) {
                change(call);
                call.updated_at = clock::now();
            }
        });
    }

    pub fn wait_for(&self, waiting_for: Option<WaitingFor>) {
        self.change(|call| call.waiting_for = waiting_for);
    }

    pub fn is_answered(&self) -> bool {
        self.answered_at.is_some()
    }

    /// The call is connected from now on.
    pub fn answer(&mut self) {
        if self.is_answered() {
            return;
        }
        self.answered_at = Some(self.seconds);
        self.change(|call| {
            call.status = CallStatus::InProgress;
            call.answered_at = Some(clock::now());
        });
        self.reports.tell(CallEvent::Answered);
    }

    // ------------------------------------------------------------ time

    fn scale(&self) -> f64 {
        scale(&self.network)
    }

    pub fn advance(&mut self, seconds: f64) {
        self.seconds += seconds;
    }

    /// Time only goes forward.
    pub fn advance_to(&mut self, seconds: f64) {
        self.seconds = self.seconds.max(seconds);
    }

    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Whole seconds since the answer.
    pub fn talked(&self) -> u32 {
        self.answered_at.map_or(0, |at| whole_seconds(self.seconds - at))
    }

    /// Waits for the next order for so many simulated seconds.
    pub async fn listen(&mut self, seconds: f64, wait: Wait) -> Result<Heard, Ending> {
        if let Some(step) = self.script.pop_front_if(|step| wait.fits(step)) {
            return self.sort(Request::scripted(step.order()));
        }
        let started = Instant::now();
        let mut limit = seconds * self.scale();
        if wait.is_for_a_person() && seconds > 0.0 {
            limit = limit.max(patience(&self.network));
        }
        let limit = Duration::from_secs_f64(limit);
        let Ok(request) = tokio::time::timeout(limit, next(&mut self.mailbox)).await else {
            self.advance(seconds);
            return Ok(Heard::Silence);
        };
        let passed = started.elapsed().as_secs_f64() / self.scale();
        self.advance(passed.min(seconds));
        self.sort(request)
    }

    /// Lets simulated time pass; what is asked meanwhile is refused, except for what ends it.
    pub async fn pass(&mut self, seconds: f64, wait: Wait) -> Result<(), Ending> {
        let end = self.seconds + seconds;
        while self.seconds < end {
            match self.listen(end - self.seconds, wait).await? {
                Heard::Silence => break,
                Heard::Asked(request) => request.refuse(),
            }
        }
        Ok(())
    }

    /// Does something else, and stops when the call ends meanwhile.
    pub async fn during<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Ending> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                request = next(&mut self.mailbox) => {
                    if let Heard::Asked(request) = self.sort(request)? {
                        request.refuse();
                    }
                }
            }
        }
    }

    /// Takes the orders that end what is going on at any moment.
    pub fn sort(&mut self, request: Request) -> Result<Heard, Ending> {
        let ending = match &request.order {
            Order::Hangup(talked) => {
                self.advance(talked.map_or(0.0, f64::from));
                Ending::HungUp(*talked)
            }
            Order::Complete => Ending::Completed,
            Order::Cancel if !self.is_answered() => Ending::Canceled,
            Order::Redirect(hook) if self.is_answered() => Ending::Redirected(hook.clone()),
            _ => return Ok(Heard::Asked(request)),
        };
        request.accept();
        Err(ending)
    }

    // ------------------------------------------------------------ the end

    /// Ends the call as its documents left it.
    pub fn close(&mut self, ending: &Ending) {
        if matches!(ending, Ending::OutOfVerbs | Ending::HangupVerb) {
            self.answer();
        }
        if let Ending::Failed(reason) = ending {
            tracing::info!(call.sid = self.sid, reason, "a call failed");
            self.change(|call| call.error = Some(reason.clone()));
        }
        let inbound = self.record().direction == CallDirection::Inbound;
        let by = match ending {
            Ending::HungUp(_) if inbound => EndedBy::Caller,
            Ending::HungUp(_) => EndedBy::Callee,
            Ending::OutOfVerbs | Ending::HangupVerb | Ending::Rejected { .. } => EndedBy::Document,
            Ending::Completed | Ending::Canceled | Ending::Redirected(_) => EndedBy::Api,
            Ending::Failed(_) => EndedBy::Error,
        };
        let status = match ending {
            _ if self.is_answered() => CallStatus::Completed,
            Ending::Rejected { busy: true } => CallStatus::Busy,
            Ending::Completed | Ending::Canceled | Ending::Redirected(_) => CallStatus::Canceled,
            Ending::Failed(_) => CallStatus::Failed,
            Ending::HungUp(_) | Ending::OutOfVerbs | Ending::HangupVerb | Ending::Rejected { .. } => {
                CallStatus::NoAnswer
            }
        };
        self.end(status, by);
    }

    pub fn end(&self, status: CallStatus, by: EndedBy) {
        end_record(&self.network, &self.reports, &self.sid, (status, by, self.talked()));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.network.lines().close(&self.sid);
    }
}

/// The next order; a call that cannot be reached any more waits for ever, until it is ended from outside.
pub async fn next(mailbox: &mut UnboundedReceiver<Request>) -> Request {
    match mailbox.recv().await {
        Some(request) => request,
        None => std::future::pending().await,
    }
}

/// Real seconds of a simulated one.
pub fn scale(network: &Network) -> f64 {
    real_seconds(network.behaviour().call_time_scale.max(1))
}

fn patience(network: &Network) -> f64 {
    real_seconds(network.behaviour().call_patience_ms)
}

fn real_seconds(milliseconds: u64) -> f64 {
    Duration::from_millis(milliseconds).as_secs_f64()
}

/// Begun seconds count, as on a bill.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "calls are short and never negative")]
pub fn whole_seconds(seconds: f64) -> u32 {
    // Sums of simulated times are exact only in theory.
    (seconds - 1e-6).ceil().max(0.0) as u32
}

/// Writes the end of a call down, once, and reports it.
pub fn end_record(network: &Network, reports: &Reports, sid: &str, end: (CallStatus, EndedBy, u32)) {
    let (status, by, seconds) = end;
    let behaviour = network.behaviour();
    let price_delay = behaviour.call_price_delay_ms;
    let ended = network.change(|world| {
        let call = world.call_mut(sid).filter(|call| call.status.is_live())?;
        call.status = status;
        call.ended_by = Some(by);
        call.duration_seconds = seconds;
        call.waiting_for = None;
        call.bridged = false;
        call.ended_at = Some(clock::now());
        call.updated_at = clock::now();
        if price_delay == 0 {
            call.price_micros = Some(call.full_price(&behaviour));
        }
        Some(())
    });
    if ended.is_none() {
        return;
    }
    reports.tell(CallEvent::Completed);
    if price_delay > 0 {
        put_price_later(network, sid, Duration::from_millis(price_delay));
    }
}

fn put_price_later(network: &Network, sid: &str, delay: Duration) {
    let (network_of_task, sid) = (network.clone(), sid.to_owned());
    network.spawn_call(async move {
        tokio::time::sleep(delay).await;
        let prices = network_of_task.behaviour();
        network_of_task.change(|world| {
            if let Some(call) = world.call_mut(&sid) {
                call.price_micros = Some(call.full_price(&prices));
            }
        });
    });
}
