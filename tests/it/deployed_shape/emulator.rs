//! AWS's Lambda runtime interface emulator, with one function.

use std::{collections::BTreeMap, net::TcpListener, path::PathBuf, process::Stdio, time::Duration};

use serde_json::Value;
use shared::http_client::{self, TimeLimits};
use tempfile::NamedTempFile;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::Instant,
};

use crate::contract::checkout::root;

/// How long it has to listen, and the function to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running emulator. It and the function end with it, also when the test fails.
pub struct Emulator {
    function: String,
    url: String,
    process: Child,
    log: NamedTempFile,
    http: reqwest::Client,
}

impl Emulator {
    /// Starts the function's binary with these settings and no others.
    pub async fn start(function: &str, settings: &BTreeMap<&'static str, String>) -> Self {
        let [listens, runtime_api] = free_ports();
        let log = NamedTempFile::new().expect("a file for the log");
        let output = log.reopen().expect("the log");
        let process = Command::new(program())
            .args(["--runtime-interface-emulator-address", &listens, "--runtime-api-address", &runtime_api])
            .arg(binary(function))
            .env_clear()
            .envs(settings)
            .envs([("AWS_LAMBDA_FUNCTION_NAME", function), ("AWS_REGION", "us-east-1")])
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("the log"))
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .expect("the emulator starts");
        let http = http_client::build(TimeLimits { connect: PATIENCE, total: PATIENCE }).expect("a client");
        let url = format!("http://{listens}/2015-03-31/functions/function/invocations");
        let mut emulator = Self { function: function.to_owned(), url, process, log, http };
        // The function asks the second one as soon as it is started, and gives up when nobody answers.
        emulator.wait_for(&runtime_api).await;
        emulator.wait_for(&listens).await;
        emulator
    }

    async fn wait_for(&mut self, address: &str) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(address).await.is_err() {
            let ended = self.process.try_wait().expect("the process can be asked");
            assert!(ended.is_none() && Instant::now() < deadline, "the emulator does not listen\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Invokes the function. Never two at a time: that kills the emulator.
    pub async fn invoke(&self, event: &Value) -> Value {
        let request = self.http.post(&self.url).json(event).send().await;
        let response = request.unwrap_or_else(|error| panic!("{}: {error}\n{}", self.function, self.log()));
        let text = response.text().await.expect("an answer");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}: {text}\n{}", self.function, self.log()))
    }

    /// What emulator and function have written.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).expect("the log")
    }

    /// Stops it and waits until it is gone.
    pub async fn stop(mut self) {
        self.process.kill().await.expect("the emulator can be stopped");
    }
}

/// The function's program, of the build that made this test.
pub fn binary(function: &str) -> PathBuf {
    stack::Options::new(root(), "", "", "", "").expect("a folder of binaries").binaries.join(function)
}

fn program() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "tests are told where their tools are by the environment")]
    let program = std::env::var_os("LAMBDA_RIE").map(PathBuf::from);
    let program = program.expect(
        "LAMBDA_RIE is not set: it names AWS's Lambda runtime interface emulator, which `make test` installs (on Linux)",
    );
    assert!(program.is_file(), "LAMBDA_RIE names {}, which is not there: run `make test`", program.display());
    program
}

/// Two ports that nobody uses at the moment; the emulator takes numbers only.
fn free_ports() -> [String; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("an address").to_string())
}
