//! One instance of a function, with the Lambda runtime API all to itself.

use std::{
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::HeaderValue,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::{Mutex, mpsc},
    task::JoinHandle,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// What a process did, and when.
enum Done {
    Asked(Instant),
    Answered(Instant, Bytes),
    Failed(Bytes),
}

struct Shared {
    done: mpsc::UnboundedSender<Done>,
    events: Mutex<mpsc::UnboundedReceiver<String>>,
}

/// A running process.
pub struct Instance {
    child: Child,
    done: mpsc::UnboundedReceiver<Done>,
    events: mpsc::UnboundedSender<String>,
    server: JoinHandle<()>,
    started: Instant,
}

/// How long a new instance took.
pub struct Start {
    /// From the start of the process until it asked for the first event.
    pub ready: Duration,
    /// From the start of the process until it answered it.
    pub answered: Duration,
}

/// What an instance has used.
pub struct Used {
    pub processor: Duration,
    /// Largest resident memory, in bytes.
    pub peak_memory: u64,
}

impl Instance {
    /// Starts the program, hands it one event, and waits for the answer.
    pub async fn start(command: &[String], environment: &[(&str, String)], event: String) -> Result<(Self, Start)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let api = listener.local_addr()?.to_string();
        let (done_sender, done) = mpsc::unbounded_channel();
        let (events, event_receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { done: done_sender, events: Mutex::new(event_receiver) });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{request}/response", post(answered))
            .route("/2018-06-01/runtime/invocation/{request}/error", post(failed))
            .with_state(shared);
        let server = tokio::spawn(async move {
            // Ends with the instance, which aborts it.
            let _ended = axum::serve(listener, router).await;
        });
        events.send(event)?;

        let (program, arguments) = command.split_first().context("a program")?;
        let mut start = Command::new(program);
        start.args(arguments).env_clear().envs(environment.iter().map(|(name, value)| (*name, value)));
        start.env("AWS_LAMBDA_RUNTIME_API", &api);
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
        let started = Instant::now();
        let child = start.spawn().with_context(|| format!("{program} cannot be started"))?;
        let mut instance = Self { child, done, events, server, started };
        let Done::Asked(asked) = instance.next_done().await? else { bail!("{program} answered before it asked") };
        let at = instance.answer().await?;
        let start = Start { ready: asked - instance.started, answered: at - instance.started };
        Ok((instance, start))
    }

    /// Hands over an event and waits for the answer; the time between.
    pub async fn call(&mut self, event: String) -> Result<Duration> {
        let Done::Asked(_) = self.next_done().await? else { bail!("an answer without a question") };
        let began = Instant::now();
        self.events.send(event)?;
        Ok(self.answer().await? - began)
    }

    async fn answer(&mut self) -> Result<Instant> {
        match self.next_done().await? {
            Done::Answered(at, answer) => {
                let text = String::from_utf8_lossy(&answer);
                ensure!(text.contains("\"statusCode\":200"), "answered {text}");
                Ok(at)
            }
            Done::Failed(error) => bail!("failed: {}", String::from_utf8_lossy(&error)),
            Done::Asked(_) => bail!("asked twice"),
        }
    }

    async fn next_done(&mut self) -> Result<Done> {
        let done = tokio::time::timeout(PATIENCE, self.done.recv()).await.context("the process does nothing")?;
        done.context("the runtime API is gone")
    }

    /// What it has used since it started (Linux, proc(5): `schedstat` of every thread in nanoseconds, `VmHWM`).
    pub fn used(&self) -> Result<Used> {
        let process = self.child.id().context("it has ended")?;
        let mut nanoseconds = 0;
        for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
            let stat = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            nanoseconds += stat.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(Used { processor: Duration::from_nanos(nanoseconds), peak_memory: kilobytes * 1024 })
    }

    pub async fn stop(mut self) -> Result<()> {
        self.server.abort();
        self.child.kill().await?;
        Ok(())
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    let _listening = shared.done.send(Done::Asked(Instant::now()));
    let Some(event) = shared.events.lock().await.recv().await else { return Bytes::new().into_response() };
    let deadline = ::shared::clock::now().timestamp_millis() + 10_000;
    let headers = [
        ("lambda-runtime-aws-request-id", HeaderValue::from_static("8476a536-e9f4-11e8-9739-2dfe598c3fcd")),
        ("lambda-runtime-deadline-ms", HeaderValue::from(deadline)),
        ("lambda-runtime-invoked-function-arn", HeaderValue::from_static("arn:aws:lambda:us-east-1:1:function:bench")),
    ];
    (headers, event).into_response()
}

async fn answered(State(shared): State<Arc<Shared>>, Path(_): Path<String>, answer: Bytes) {
    let _listening = shared.done.send(Done::Answered(Instant::now(), answer));
}

async fn failed(State(shared): State<Arc<Shared>>, Path(_): Path<String>, error: Bytes) {
    let _listening = shared.done.send(Done::Failed(error));
}
