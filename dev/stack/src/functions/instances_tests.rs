use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::functions::RuntimeApi;
use crate::logs::Logs;

/// The example that does what the event tells it to.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join("examples/echo_function");
    assert!(program.is_file(), "{} is not built; run cargo build -p stack --examples", program.display());
    program
}

struct Fixture {
    instances: Arc<Instances>,
    logs: LogBook,
    shutdown: CancellationToken,
}

impl Fixture {
    async fn start(change: impl FnOnce(&mut Settings, &mut Limits)) -> Self {
        let mut settings = Settings {
            name: "echo".to_owned(),
            function_name: "shop-echo".to_owned(),
            arn: "arn:aws:lambda:us-east-1:123456789012:function:shop-echo".to_owned(),
            program: program(),
            timeout: Duration::from_secs(20),
            memory_mb: 128,
            environment: BTreeMap::from([("COLOUR".to_owned(), "red".to_owned())]),
            aws_endpoint: "http://127.0.0.1:1".to_owned(),
            region: "us-east-1".to_owned(),
        };
        let mut limits = Limits { init: Duration::from_mins(1), ..Limits::default() };
        change(&mut settings, &mut limits);
        let api = RuntimeApi::bind().await.unwrap();
        let (logs, shutdown) = (LogBook::new(Logs::Quiet), CancellationToken::new());
        let watchdog = Watchdog::start().unwrap();
        let instances = Instances::new(settings, limits, api.url(), logs.clone(), watchdog, shutdown.clone());
        api.serve(BTreeMap::from([("echo".to_owned(), Arc::clone(&instances))]), shutdown.clone());
        Self { instances, logs, shutdown }
    }

    async fn invoke(&self, event: Value) -> Result<Value, Value> {
        match self.instances.invoke(event.to_string().into()).await {
            Outcome::Response(payload) => Ok(serde_json::from_slice(&payload).unwrap()),
            Outcome::Error(payload) => Err(serde_json::from_slice(&payload).unwrap()),
        }
    }

    async fn process(&self) -> u64 {
        self.invoke(json!({})).await.unwrap()["process"].as_u64().unwrap()
    }

    fn logged(&self, text: &str) -> bool {
        self.logs.lines(Some("echo")).iter().any(|line| line.text.contains(text))
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn sleep(milliseconds: u32) -> Value {
    json!({ "action": "sleep", "milliseconds": milliseconds.to_string() })
}

#[tokio::test]
async fn a_request_starts_an_instance_and_the_next_one_finds_it_warm() {
    let fixture = Fixture::start(|_, _| {}).await;
    let before = Utc::now().timestamp_millis();

    let answer = fixture.invoke(json!({ "greeting": "hello" })).await.unwrap();

    assert_eq!(answer["event"]["greeting"], "hello");
    assert_eq!(answer["arn"], "arn:aws:lambda:us-east-1:123456789012:function:shop-echo");
    let deadline = answer["deadline"].as_i64().unwrap() - before;
    assert!((20_000..80_000).contains(&deadline), "{deadline} ms until the deadline");
    assert_eq!(fixture.process().await, answer["process"].as_u64().unwrap());
    let status = fixture.instances.status();
    assert_eq!((status.cold_starts, status.invocations, status.instances, status.errors), (1, 2, 1, 0));
    assert!(fixture.logged("cold start, "), "{:?}", fixture.logs.lines(None));
}

#[tokio::test]
async fn the_environment_is_lambdas_and_the_templates_and_nothing_else() {
    let fixture = Fixture::start(|_, _| {}).await;
    let answer = fixture.invoke(json!({})).await.unwrap();
    let variables = &answer["variables"];
    for (name, value) in [
        ("COLOUR", "red"),
        ("AWS_LAMBDA_FUNCTION_NAME", "shop-echo"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/shop-echo"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1"),
        ("_HANDLER", "bootstrap"),
    ] {
        assert_eq!(variables[name], value, "{name}");
    }
    assert_eq!(variables.get("HOME"), None, "the runner's own environment leaks into the functions");
}

#[tokio::test]
async fn simultaneous_requests_get_an_instance_each_up_to_the_limit() {
    let fixture = Fixture::start(|_, limits| limits.instances = 3).await;
    let answers = futures_util::future::join_all((0..7).map(|_| fixture.invoke(sleep(150)))).await;

    let mut processes: Vec<_> =
        answers.into_iter().map(|answer| answer.unwrap()["process"].as_u64().unwrap()).collect();
    processes.sort_unstable();
    processes.dedup();
    assert_eq!(processes.len(), 3);
    assert_eq!(fixture.instances.status().cold_starts, 3);
}

#[tokio::test]
async fn an_instance_handles_one_request_at_a_time() {
    let fixture = Fixture::start(|_, limits| limits.instances = 1).await;
    fixture.process().await;
    let started = Instant::now();
    futures_util::future::join_all((0..3).map(|_| fixture.invoke(sleep(100)))).await;
    assert!(started.elapsed() >= Duration::from_millis(300), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_process_that_dies_fails_its_request_and_another_takes_the_next() {
    let fixture = Fixture::start(|_, _| {}).await;
    let first = fixture.process().await;

    let error = fixture.invoke(json!({ "action": "exit" })).await.unwrap_err();

    assert_eq!(error["errorType"], "Runtime.ExitError");
    assert!(error["errorMessage"].as_str().unwrap().contains("exit status: 3"), "{error}");
    assert_ne!(fixture.process().await, first);
    assert_eq!(fixture.instances.status().errors, 1);
}

#[tokio::test]
async fn a_waiting_process_that_is_killed_is_replaced() {
    let fixture = Fixture::start(|_, _| {}).await;
    let first = fixture.process().await;
    crate::watchdog::signal(u32::try_from(first).unwrap(), Ending::Kill).unwrap();
    // A request that is handed over in the same moment would be lost with it.
    while fixture.instances.status().instances > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_ne!(fixture.process().await, first);
}

#[tokio::test]
async fn an_error_and_a_panic_are_answers_and_leave_the_process_alive() {
    let fixture = Fixture::start(|_, _| {}).await;
    let first = fixture.process().await;
    let error = fixture.invoke(json!({ "action": "fail" })).await.unwrap_err();
    assert_eq!(error["errorMessage"], "told to fail");
    let error = fixture.invoke(json!({ "action": "panic" })).await.unwrap_err();
    assert!(error["errorMessage"].as_str().unwrap().contains("told to panic"), "{error}");
    assert_eq!(fixture.process().await, first);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_answered_and_its_process_killed() {
    let fixture = Fixture::start(|settings, _| settings.timeout = Duration::from_millis(500)).await;
    let first = fixture.process().await;

    let error = fixture.invoke(sleep(60_000)).await.unwrap_err();

    assert_eq!(error["errorType"], "Sandbox.Timedout");
    assert!(error["errorMessage"].as_str().unwrap().ends_with("Task timed out after 0.50 seconds"), "{error}");
    assert_ne!(fixture.process().await, first);
    assert_eq!(fixture.instances.status().instances, 1, "the killed process is still counted");
}

#[tokio::test]
async fn a_function_that_does_not_start_answers_each_request_with_an_error() {
    let fixture = Fixture::start(|settings, _| {
        settings.environment.insert("FAIL_TO_START".to_owned(), "yes".to_owned());
    })
    .await;
    for _ in 0..2 {
        let error = fixture.invoke(json!({})).await.unwrap_err();
        assert_eq!(error["errorType"], "Runtime.ExitError");
    }
    assert!(fixture.logged("told not to start"), "{:?}", fixture.logs.lines(None));
}

#[tokio::test]
async fn a_missing_binary_is_an_error_that_names_it() {
    let fixture = Fixture::start(|settings, _| settings.program = PathBuf::from("/nowhere/echo")).await;
    let error = fixture.invoke(json!({})).await.unwrap_err();
    assert!(error["errorMessage"].as_str().unwrap().contains("cannot start /nowhere/echo"), "{error}");
}

#[tokio::test]
async fn a_process_that_never_asks_for_a_request_is_given_up() {
    let fixture = Fixture::start(|settings, limits| {
        // yes(1) runs for ever and knows nothing of Lambda.
        settings.program = PathBuf::from("/usr/bin/yes");
        limits.init = Duration::from_millis(200);
    })
    .await;
    let error = fixture.invoke(json!({})).await.unwrap_err();
    assert!(error["errorMessage"].as_str().unwrap().contains("did not ask for a request within 200ms"), "{error}");
}

#[tokio::test]
async fn an_idle_instance_is_stopped_and_comes_back_on_demand() {
    let fixture = Fixture::start(|_, limits| limits.idle = Duration::from_millis(100)).await;
    let first = fixture.process().await;
    while fixture.instances.status().instances > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_ne!(fixture.process().await, first);
    assert_eq!(fixture.instances.status().errors, 0);
}

#[tokio::test]
async fn a_rebuilt_binary_is_used_from_the_next_request_on() {
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("echo");
    std::fs::copy(program(), &copy).unwrap();
    let fixture = Fixture::start(|settings, _| settings.program.clone_from(&copy)).await;
    let first = fixture.process().await;
    assert_eq!(fixture.process().await, first);

    let later = SystemTime::now() + Duration::from_secs(5);
    let rebuilt = directory.path().join("rebuilt");
    std::fs::copy(program(), &rebuilt).unwrap();
    std::fs::File::open(&rebuilt).unwrap().set_modified(later).unwrap();
    std::fs::rename(&rebuilt, &copy).unwrap();

    assert_ne!(fixture.process().await, first);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_an_error() {
    let fixture = Fixture::start(|_, _| {}).await;
    let error = fixture.invoke(json!({ "action": "large" })).await.unwrap_err();
    assert_eq!(error["errorType"], "Function.ResponseSizeTooLarge");
}

#[tokio::test]
async fn output_is_kept_line_by_line() {
    let fixture = Fixture::start(|_, _| {}).await;
    fixture.invoke(json!({ "action": "print", "line": "one\ntwo" })).await.unwrap();
    while !fixture.logged("two") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let lines = fixture.logs.lines(Some("echo"));
    assert!(lines.iter().any(|line| line.text == "one"), "{lines:?}");
}

#[tokio::test]
async fn a_stop_ends_every_process_and_answers_what_waits() {
    let fixture = Fixture::start(|_, limits| limits.instances = 1).await;
    fixture.process().await;
    let (running, waiting, ()) = tokio::join!(fixture.invoke(sleep(60_000)), fixture.invoke(sleep(60_000)), async {
        while fixture.instances.status().waiting_requests == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        fixture.shutdown.cancel();
        fixture.instances.stopped().await;
    });
    assert!(running.is_err() && waiting.is_err());
    assert_eq!(fixture.instances.status().instances, 0);
}
