//! `stack services -- <command>`: a throw-away Postgres with a migrated template database, and an SQS server, for as
//! long as a command runs. `stack run -- <command>`: a whole stack on top of them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::FutureExt;
use tokio::process::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::moto::Moto;
use crate::options::Options;
use crate::ports;
use crate::postgres::{self, Cluster, Durability};
use crate::stack::Stack;
use crate::watchdog::{self, Ending, Watchdog};

/// How the directories begin, in the system's temporary directory.
const DIRECTORY: &str = "switchboard-services-";

/// A file that is locked for as long as its directory is in use.
const MARK: &str = "in-use";

/// Each test copies this database, which is faster than migrating its own.
const TEMPLATE_DATABASE: &str = "switchboard_template";

/// How long the command has to clean up after Ctrl-C, which the terminal sends to it as well.
const GRACE: Duration = Duration::from_secs(10);

/// How often, and after which pause, the data of a killed runner is removed while its Postgres still writes.
const REMOVALS: u32 = 50;
const REMOVAL_PAUSE: Duration = Duration::from_millis(100);

/// The database of a whole stack.
const STACK_DATABASE: &str = "switchboard";

/// What a command gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Postgres and the SQS server.
    Services,
    /// These, and everything that `stack up` starts.
    WholeStack,
}

/// Runs the command with the services and gives its exit code.
pub async fn run(root: &Path, command: &[String], extent: Extent) -> Result<ExitCode> {
    // From here on a signal no longer ends this process by itself.
    let mut signals = Signals::listen()?;
    remove_left_overs();
    let directory = tempfile::Builder::new().prefix(DIRECTORY).tempdir()?;
    let mark = File::create(directory.path().join(MARK))?;
    mark.lock()?;
    // Postgres may run as another user, who has to get through.
    std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;

    // Not interrupted half-way: what is being started could be missed when stopping.
    let services = Services::start(root, directory.path()).await?;
    if signals.next().now_or_never().is_some() {
        services.stop().await?;
        return Ok(ExitCode::from(130));
    }
    let status = match extent {
        Extent::Services => services.run(command, &[], &mut signals).await,
        Extent::WholeStack => services.run_with_stack(root, directory.path(), command, &mut signals).await,
    };
    services.stop().await?;
    Ok(exit_code(status?))
}

/// Removes the data of runners that were killed and could not do it themselves.
fn remove_left_overs() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(DIRECTORY)) {
        // No mark: just being made by another runner. Not lockable: in use.
        let Ok(mark) = File::open(entry.path().join(MARK)) else { continue };
        if mark.try_lock().is_ok()
            && let Err(error) = remove_directory(&entry.path())
        {
            // It may belong to another user. It is in nobody's way.
            tracing::debug!(%error, path = %entry.path().display(), "left over");
        }
    }
}

/// Removes a directory in which a Postgres may still be writing its last files: its runner was killed a moment ago.
fn remove_directory(path: &Path) -> std::io::Result<()> {
    for _ in 1..REMOVALS {
        match std::fs::remove_dir_all(path) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => std::thread::sleep(REMOVAL_PAUSE),
            done => return done,
        }
    }
    std::fs::remove_dir_all(path)
}

struct Services {
    cluster: Cluster,
    moto: Moto,
}

impl Services {
    async fn start(root: &Path, directory: &Path) -> Result<Self> {
        let moto_log = directory.join("moto.log");
        let data = directory.join("pg");
        let cluster = async {
            let cluster = Cluster::start(root, &data, ports::free()?, Durability::ThrownAway).await?;
            match prepare(&cluster).await {
                Ok(()) => Ok(cluster),
                Err(error) => {
                    cluster.stop().await?;
                    Err(error)
                }
            }
        };
        let moto = async { Moto::start(root, ports::free()?, &moto_log).await };
        match tokio::join!(cluster, moto) {
            (Ok(cluster), Ok(moto)) => Ok(Self { cluster, moto }),
            // The other one, if it came up, must not be left running.
            (cluster, Err(error)) => {
                if let Ok(cluster) = cluster {
                    cluster.stop().await?;
                }
                Err(error)
            }
            (Err(error), Ok(moto)) => {
                moto.stop().await?;
                Err(error)
            }
        }
    }

    async fn run_with_stack(
        &self,
        root: &Path,
        directory: &Path,
        command: &[String],
        signals: &mut Signals,
    ) -> Result<ExitStatus> {
        let copy = format!("CREATE DATABASE {STACK_DATABASE} TEMPLATE {TEMPLATE_DATABASE}");
        postgres::execute(&self.cluster.url("postgres"), &copy).await?;
        let owner = self.cluster.url(STACK_DATABASE);
        let mut options =
            Options::new(root.to_owned(), &owner, &postgres::app_url(&owner)?, self.moto.url(), STACK_DATABASE)?;
        options.schedules = true;
        let stack = Stack::start(options).await?;
        let urls = directory.join("urls.json");
        std::fs::write(&urls, serde_json::to_string_pretty(&stack.urls)? + "\n")?;
        let status = self.run(command, &[("STACK_URLS", urls.as_os_str())], signals).await;
        stack.stop().await?;
        status
    }

    async fn run(&self, command: &[String], variables: &[(&str, &OsStr)], signals: &mut Signals) -> Result<ExitStatus> {
        let (program, arguments) = command.split_first().context("no command given")?;
        let mut command = Command::new(program);
        command.args(arguments);
        command.env("TEST_DATABASE_URL", self.cluster.url("postgres"));
        command.env("TEST_TEMPLATE_DATABASE", TEMPLATE_DATABASE);
        command.env("TEST_AWS_ENDPOINT_URL", self.moto.url());
        command.envs(variables.iter().copied());
        let mut child = command.kill_on_drop(true).spawn().with_context(|| format!("cannot start {program}"))?;
        let Some(number) = child.id() else { return Ok(child.wait().await?) };

        let watchdog = Watchdog::start()?;
        watchdog.guard(number, Ending::Terminate);
        let status = tokio::select! {
            status = child.wait() => status?,
            kind = signals.next() => {
                // The terminal sends its Ctrl-C to the command as well; twice would look like impatience.
                if kind == Asked::ToTerminate {
                    watchdog::signal(number, Ending::Terminate)?;
                }
                end(&mut child).await?
            }
        };
        watchdog.release(number, Ending::Terminate);
        Ok(status)
    }

    async fn stop(self) -> Result<()> {
        let (cluster, moto) = tokio::join!(self.cluster.stop(), self.moto.stop());
        cluster.and(moto)
    }
}

async fn prepare(cluster: &Cluster) -> Result<()> {
    postgres::create_database_unless_there(cluster, TEMPLATE_DATABASE).await?;
    let url = cluster.url(TEMPLATE_DATABASE);
    postgres::migrate(&url).await?;
    postgres::set_app_password(&url).await
}

/// Waits for a command that was told to end, and ends it when it does not.
async fn end(child: &mut tokio::process::Child) -> Result<ExitStatus> {
    if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
        return Ok(status?);
    }
    child.kill().await?;
    Ok(child.wait().await?)
}

/// As a shell reports it: the code, or 128 and the signal.
fn exit_code(status: ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;

    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// How an end was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    ByTheTerminal,
    ToTerminate,
}

/// The signals that ask for an end.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    pub fn listen() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    pub async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::ByTheTerminal,
            _ = self.terminate.recv() => Asked::ToTerminate,
            _ = self.hang_up.recv() => Asked::ToTerminate,
        }
    }
}
