//! A private Postgres cluster: its own data directory, its own port, nobody else's database.

mod binaries;
mod run_as;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Child;
use tokio_postgres::NoTls;

use crate::watchdog::{self, Ending, Watchdog};
use binaries::Binaries;
use run_as::RunAs;

/// The superuser of the cluster, who also owns the databases.
pub const OWNER: &str = "switchboard_owner";

/// The role of the functions, which the migrations create without a password.
pub const APP_ROLE: &str = "switchboard_app";

/// Worth nothing: the cluster listens on this machine only and trusts everybody on it.
pub const APP_PASSWORD: &str = "switchboard_app";

/// Recovery after a crash takes its time; a busy machine may be compiling.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long the data is meant to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    Kept,
    /// Written to be fast, not to survive a power cut.
    ThrownAway,
}

/// A running cluster.
pub struct Cluster {
    binaries: Binaries,
    run_as: RunAs,
    directory: PathBuf,
    port: u16,
    /// The server and its process number.
    server: Option<(Child, u32)>,
    watchdog: Watchdog,
}

impl Cluster {
    /// Starts the cluster in the directory, after creating it if need be.
    pub async fn start(root: &Path, directory: &Path, port: u16, durability: Durability) -> Result<Self> {
        let run_as = RunAs::find()?;
        let binaries = Binaries::find(root, &run_as).await?;
        run_as.own(directory)?;
        let mut cluster = Self {
            binaries,
            run_as,
            directory: directory.to_owned(),
            port,
            server: None,
            watchdog: Watchdog::start()?,
        };
        cluster.initialise().await?;
        cluster.clear_stale_process().await?;
        cluster.launch(durability).await?;
        Ok(cluster)
    }

    /// The directory for a checkout's cluster: inside it, or, where the user that Postgres runs as cannot get there
    /// (as below /root), in the system's temporary directory under a name made from the checkout's path.
    pub async fn directory_for(root: &Path) -> Result<PathBuf> {
        let run_as = RunAs::find()?;
        let inside = root.join(".dev").join("pg");
        run_as.own(&inside)?;
        if run_as.reaches(&inside).await? {
            return Ok(inside);
        }
        std::fs::remove_dir(&inside).context("cannot remove the unusable .dev/pg")?;
        let name: String =
            root.display().to_string().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        Ok(std::env::temp_dir().join(format!("switchboard{name}")))
    }

    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{OWNER}@127.0.0.1:{}/{database}", self.port)
    }

    /// A fast shutdown: open transactions are rolled back, everything is written.
    pub async fn stop(mut self) -> Result<()> {
        let Some((mut server, number)) = self.server.take() else { return Ok(()) };
        watchdog::signal(number, Ending::Interrupt)?;
        let status = tokio::time::timeout(PATIENCE, server.wait()).await.context("Postgres does not stop")??;
        self.watchdog.release(number, Ending::Interrupt);
        ensure!(status.success(), "Postgres ended with {status}; see {}", self.directory.join("log").display());
        Ok(())
    }

    /// `kill -9`: nothing is written any more, nobody is told.
    pub async fn kill(&mut self) -> Result<()> {
        let Some((mut server, number)) = self.server.take() else { return Ok(()) };
        watchdog::signal(number, Ending::Kill)?;
        server.wait().await?;
        self.watchdog.release(number, Ending::Interrupt);
        Ok(())
    }

    /// Starts the server again after [`Cluster::kill`]. The processes of the old one may still be about to notice.
    pub async fn start_again(&mut self) -> Result<()> {
        let started = Instant::now();
        loop {
            match self.launch(Durability::Kept).await {
                Err(_) if started.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(100)).await,
                result => return result,
            }
        }
    }

    fn data(&self) -> String {
        self.directory.join("data").display().to_string()
    }

    async fn initialise(&self) -> Result<()> {
        let data = self.data();
        let version = Path::new(&data).join("PG_VERSION");
        if let Ok(made_by) = std::fs::read_to_string(&version) {
            let (made_by, found) = (made_by.trim(), self.binaries.version());
            ensure!(
                made_by == found,
                "{data} was made by Postgres {made_by}, but {found} is what was found; set PG_BIN to the directory \
                 of the binaries of {made_by}, or forget the data with make reset"
            );
            return Ok(());
        }
        // Without the version file there is nothing in it worth keeping: the creation was interrupted.
        if Path::new(&data).exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let arguments = ["-D", &data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
        self.run("initdb", &arguments).await.map(drop)
    }

    /// Deals with what a runner that was killed may have left: a server still running, or a file that says so.
    async fn clear_stale_process(&self) -> Result<()> {
        let data = self.data();
        let file = Path::new(&data).join("postmaster.pid");
        let Ok(text) = std::fs::read_to_string(&file) else { return Ok(()) };
        let process = text.lines().next().unwrap_or_default().trim();
        // The number may belong to another program by now, which must not be signalled.
        let ps = tokio::process::Command::new("ps").args(["-o", "command=", "-p", process]).output().await;
        let command = ps.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        if command.contains("postgres") && command.contains(&data) {
            self.run("pg_ctl", &["-D", &data, "-m", "fast", "-w", "stop"]).await?;
        } else {
            std::fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
        Ok(())
    }

    async fn launch(&mut self, durability: Durability) -> Result<()> {
        let log = self.directory.join("log");
        let output = std::fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = self.run_as.command(&self.binaries.path("postgres"));
        command.args(["-D", &self.data(), "-p", &self.port.to_string()]);
        let fast: &[&str] = match durability {
            Durability::Kept => &[],
            Durability::ThrownAway => &["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        };
        for setting in
            ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"].iter().chain(fast)
        {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        // Ctrl-C in the terminal is for the runner, which then stops everything in order.
        let server = command.process_group(0).kill_on_drop(true).spawn().context("cannot start postgres")?;
        let number = server.id().context("postgres ended at once")?;
        self.watchdog.guard(number, Ending::Interrupt);
        let server = self.server.insert((server, number));
        wait_until_ready(&mut server.0, &format!("postgres://{OWNER}@127.0.0.1:{}/postgres", self.port), &log).await
    }

    async fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        self.run_as.run(&self.binaries.path(program), arguments).await
    }
}

async fn wait_until_ready(server: &mut Child, url: &str, log: &Path) -> Result<()> {
    let started = Instant::now();
    loop {
        let Err(error) = tokio_postgres::connect(url, NoTls).await else { return Ok(()) };
        let ended = server.try_wait()?;
        if ended.is_some() || started.elapsed() > PATIENCE {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            let mut tail: Vec<_> = log.lines().rev().take(8).collect();
            tail.reverse();
            bail!("Postgres does not start ({error}):\n{}", tail.join("\n"));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Connects as the owner to run one statement that cannot have parameters.
pub async fn execute(url: &str, statement: &str) -> Result<()> {
    let (client, connection) = tokio::time::timeout(Duration::from_secs(10), tokio_postgres::connect(url, NoTls))
        .await
        .context("Postgres does not answer")?
        .context("cannot connect to Postgres")?;
    let connection = tokio::spawn(connection);
    let result = client.batch_execute(statement).await;
    drop(client);
    connection.await??;
    result.with_context(|| format!("failed: {statement}"))
}

/// Creates the database, or finds it there already.
pub async fn create_database_unless_there(cluster: &Cluster, name: &str) -> Result<()> {
    match execute(&cluster.url("postgres"), &format!("CREATE DATABASE {name}")).await {
        Ok(()) => Ok(()),
        Err(error) => {
            let code = error.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::code);
            if code == Some(&tokio_postgres::error::SqlState::DUPLICATE_DATABASE) { Ok(()) } else { Err(error) }
        }
    }
}

/// Applies the migrations; the names of those that were new.
pub async fn migrate(owner_url: &str) -> Result<Vec<String>> {
    shared::db::migrations::apply(owner_url).await.context("the migrations failed")
}

/// Lets the functions' role log in with the local password.
pub async fn set_app_password(owner_url: &str) -> Result<()> {
    execute(owner_url, &format!("ALTER ROLE {APP_ROLE} LOGIN PASSWORD '{APP_PASSWORD}'")).await
}

/// The same database as the functions' role.
pub fn app_url(owner_url: &str) -> Result<String> {
    let mut url = url::Url::parse(owner_url).context("DATABASE_URL is not a URL")?;
    let changed = url.set_username(APP_ROLE).and_then(|()| url.set_password(Some(APP_PASSWORD)));
    changed.ok().context("DATABASE_URL cannot have a user")?;
    Ok(url.into())
}

#[cfg(test)]
mod tests;
