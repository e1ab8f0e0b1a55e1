//! Postgres refuses to run as root. Started by root, it runs as `postgres` or `nobody` instead.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// The user and group to switch to; none when this is not root.
pub struct RunAs {
    user: Option<(u32, u32)>,
}

impl RunAs {
    pub fn find() -> Result<Self> {
        // A file that one makes belongs to oneself; std has no other way to ask.
        let mine = tempfile::tempfile()?.metadata()?.uid();
        if mine != 0 {
            return Ok(Self { user: None });
        }
        let users = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        let user = ["postgres", "nobody"].iter().find_map(|name| ids(&users, name));
        Ok(Self { user: Some(user.context("root needs a user postgres or nobody to run Postgres as")?) })
    }

    /// Makes the directory and gives it to the user.
    pub fn own(&self, directory: &Path) -> Result<()> {
        std::fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        // In a directory that everybody may write to, a link could have been put there to give away something else.
        let kind = std::fs::symlink_metadata(directory)?;
        ensure!(kind.is_dir(), "{} is not a directory", directory.display());
        if let Some((user, group)) = self.user {
            std::os::unix::fs::chown(directory, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// Whether the user gets to the directory, through all that are above it.
    pub async fn reaches(&self, directory: &Path) -> Result<bool> {
        let mut command = self.command(Path::new("/bin/sh"));
        command.args(["-c", "cd \"$0\""]).arg(directory).stderr(Stdio::null());
        Ok(command.status().await?.success())
    }

    /// Runs a program to its end; its output when it succeeds, an error with what it said when not.
    pub async fn run(&self, program: &Path, arguments: &[&str]) -> Result<String> {
        let mut command = self.command(program);
        let name = program.display();
        let output = command.args(arguments).stdin(Stdio::null()).output().await;
        let output = output.with_context(|| format!("cannot start {name}"))?;
        let [said, complained] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        ensure!(output.status.success(), "{name} failed ({}): {} {}", output.status, said.trim(), complained.trim());
        Ok(said)
    }

    /// The program, to be run as the user.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = match self.user {
            None => Command::new(program),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
                command.arg("--").arg(program);
                command
            }
        };
        // The working directory may be one that the user cannot enter.
        command.current_dir("/");
        command
    }
}

fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?.split(':').skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_ids_of_a_user() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgresql:x:9:9::/:\npostgres:x:101:103:PostgreSQL:/var:/bin/sh\n";
        assert_eq!(ids(users, "postgres"), Some((101, 103)));
        assert_eq!(ids(users, "nobody"), None);
    }
}
