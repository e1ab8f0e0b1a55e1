//! `moto_server` (`PyPI`, `moto[server]`): SQS, Secrets Manager and S3 on this machine, in memory.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

use crate::http;
use crate::watchdog::{Ending, Watchdog};

/// Starting takes under a second on a quiet machine; a busy one may be compiling.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Moto {
    process: Child,
    number: Option<u32>,
    url: String,
    watchdog: Watchdog,
}

impl Moto {
    /// Starts the server and waits until it answers.
    pub async fn start(root: &Path, port: u16, log: &Path) -> Result<Self> {
        let program = program(root)?;
        let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(&program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).kill_on_drop(true).process_group(0);
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let process = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let watchdog = Watchdog::start()?;
        let number = process.id();
        number.inspect(|number| watchdog.guard(*number, Ending::Kill));
        let mut moto = Self { process, number, url: format!("http://127.0.0.1:{port}"), watchdog };
        moto.wait_until_ready(log).await?;
        Ok(moto)
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    pub async fn stop(mut self) -> Result<()> {
        self.process.kill().await.context("cannot stop the SQS server")?;
        self.number.inspect(|number| self.watchdog.release(*number, Ending::Kill));
        Ok(())
    }

    async fn wait_until_ready(&mut self, log: &Path) -> Result<()> {
        let client = http::client()?;
        let started = std::time::Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.process.try_wait()? {
                let text = std::fs::read_to_string(log).unwrap_or_default();
                bail!("the SQS server ended at once ({status}):\n{text}");
            }
            if client.get(format!("{}/moto-api/", self.url)).send().await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the SQS server does not answer on {}", self.url)
    }
}

fn program(root: &Path) -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("MOTO_SERVER").filter(|value| !value.is_empty()) {
        return Ok(chosen.into());
    }
    let installed = root.join(".dev/venv/bin/moto_server");
    if !installed.is_file() {
        bail!("{} is missing; make up and make test install it, or set MOTO_SERVER", installed.display());
    }
    Ok(installed)
}
