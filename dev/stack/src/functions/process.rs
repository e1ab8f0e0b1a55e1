//! One process of a function.

use std::io;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use super::{Settings, environment};
use crate::logs::LogBook;

/// Starts the binary with its output going, line by line, to the log book.
pub fn start(settings: &Settings, runtime_api: &str, logs: &LogBook) -> io::Result<Child> {
    let mut command = Command::new(&settings.program);
    command.env_clear().envs(environment::of_function(settings, runtime_api));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // Ctrl-C in the terminal is for the runner, which then stops everything in order.
    command.process_group(0);
    let mut child = command.spawn()?;
    capture(child.stdout.take(), settings, logs);
    capture(child.stderr.take(), settings, logs);
    Ok(child)
}

fn capture(stream: Option<impl AsyncRead + Send + Unpin + 'static>, settings: &Settings, logs: &LogBook) {
    let Some(stream) = stream else { return };
    let (name, logs) = (settings.name.clone(), logs.clone());
    tokio::spawn(async move {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        // Bytes, not text: a function may print what is not UTF-8 and must not be cut off for it.
        while matches!(reader.read_until(b'\n', &mut line).await, Ok(1..)) {
            logs.output(&name, String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    });
}
