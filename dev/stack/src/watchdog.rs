//! Nothing that the runner starts outlives it, not even when it is killed with SIGKILL.
//!
//! A shell waits on a pipe whose other end only the runner holds. The runner tells it which processes it guards; when
//! the pipe closes, however that came about, the shell ends those that are left. This needs no `unsafe` (as
//! `PR_SET_PDEATHSIG` between fork and exec would) and works on macOS too.

use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};

use crate::locked;

const SCRIPT: &str = r#"
trap '' INT TERM HUP
guarded=" "
while read -r verb process; do
  case "$verb" in
    guard) guarded="$guarded$process " ;;
    release) case "$guarded" in *" $process "*) guarded="${guarded%% $process *} ${guarded#* $process }" ;; esac ;;
  esac
done
for process in $guarded; do kill -s "${process%%:*}" "${process#*:}"; done
"#;

/// The signal that ends a guarded process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What keeps no state is simply killed.
    Kill,
    /// Postgres takes SIGINT as a fast and orderly shutdown (`PostgreSQL`, Shutting Down the Server).
    Interrupt,
    /// A command of the user, which may have something to clean up.
    Terminate,
}

impl Ending {
    fn signal(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Interrupt => "INT",
            Self::Terminate => "TERM",
        }
    }
}

#[derive(Clone)]
pub struct Watchdog {
    shell: Arc<Mutex<Shell>>,
}

struct Shell {
    process: Child,
    pipe: Option<ChildStdin>,
}

impl Watchdog {
    pub fn start() -> Result<Self> {
        use std::os::unix::process::CommandExt;

        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "switchboard-watchdog"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A process group of its own, so that Ctrl-C in the terminal reaches the runner only.
        let mut process = command.process_group(0).spawn().context("cannot start /bin/sh")?;
        let pipe = process.stdin.take();
        Ok(Self { shell: Arc::new(Mutex::new(Shell { process, pipe })) })
    }

    pub fn guard(&self, process: u32, ending: Ending) {
        self.tell(&format!("guard {}:{process}", ending.signal()));
    }

    /// To be called as soon as the process has ended, because its number may be used again.
    pub fn release(&self, process: u32, ending: Ending) {
        self.tell(&format!("release {}:{process}", ending.signal()));
    }

    fn tell(&self, line: &str) {
        let mut shell = locked(&self.shell);
        // A broken pipe means that somebody killed the shell; the orderly stop does not depend on it.
        if let Some(pipe) = &mut shell.pipe
            && let Err(error) = writeln!(pipe, "{line}")
        {
            tracing::warn!(%error, "the watchdog is gone");
            shell.pipe = None;
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.pipe = None;
        // It exits by itself now; waiting only keeps it from staying a zombie.
        if let Err(error) = self.process.wait() {
            tracing::warn!(%error, "the watchdog did not end");
        }
    }
}

/// Sends a signal by the shell's own `kill`, because std can only send SIGKILL and a `kill` program may be missing.
pub fn signal(process: u32, ending: Ending) -> Result<()> {
    let script = format!("kill -s {} {process}", ending.signal());
    let status = Command::new("/bin/sh").args(["-c", &script]).stderr(Stdio::null()).status();
    let status = status.context("cannot start /bin/sh")?;
    // A process that ended in the meantime is no error.
    if !status.success() {
        tracing::debug!(process, "was not there to be signalled");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> Child {
        Command::new("/bin/sleep").arg("600").spawn().unwrap()
    }

    #[test]
    fn ends_what_is_guarded_and_spares_what_was_released() {
        let mut guarded = sleeper();
        let mut released = sleeper();
        let watchdog = Watchdog::start().unwrap();
        watchdog.guard(released.id(), Ending::Kill);
        watchdog.guard(guarded.id(), Ending::Kill);
        watchdog.release(released.id(), Ending::Kill);

        drop(watchdog);

        assert!(!guarded.wait().unwrap().success());
        assert!(released.try_wait().unwrap().is_none(), "the released process was ended");
        released.kill().unwrap();
        released.wait().unwrap();
    }
}
