//! `stack up`: everything, until Ctrl-C.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::accounts::Accounts;
use crate::logs::Logs;
use crate::moto::Moto;
use crate::options::{Options, Ports, built_binaries};
use crate::ports::Remembered;
use crate::postgres::{self, Cluster, Durability};
use crate::services::Signals;
use crate::stack::Stack;
use crate::urls::Urls;
use crate::{environment_file, http};

const DATABASE: &str = "switchboard";
const STACK_NAME: &str = "switchboard";

/// Starts everything, says where it is, and stops it when asked to.
pub async fn run(root: &Path) -> Result<()> {
    let dev = root.join(".dev");
    std::fs::create_dir_all(dev.join("logs")).with_context(|| format!("cannot make {}", dev.display()))?;
    let _lock = lock(&dev)?;
    // From here on a signal no longer ends this process by itself; it is noticed once everything runs.
    let mut signals = Signals::listen()?;
    let urls_file = dev.join("urls.json");
    // A runner that was killed cannot have removed it.
    remove(&urls_file)?;

    let mut running = Running::default();
    let started = running.start(root, &dev).await;
    if started.is_ok() {
        signals.next().await;
        println!("\nStopping.");
    }
    remove(&urls_file)?;
    running.stop().await?;
    started
}

/// Forgets the database, the simulators' state and the logs.
pub async fn reset(root: &Path) -> Result<()> {
    let dev = root.join(".dev");
    if !dev.exists() {
        return Ok(());
    }
    let _lock = lock(&dev)?;
    let cluster = Cluster::directory_for(root).await?;
    for directory in [cluster, dev.join("logs"), dev.join("simulators")] {
        if directory.exists() {
            std::fs::remove_dir_all(&directory).with_context(|| format!("cannot remove {}", directory.display()))?;
        }
    }
    remove(&dev.join("seeded"))?;
    println!("The local data is gone; the next make up starts afresh. A database in DATABASE_URL was not touched.");
    Ok(())
}

/// Held as long as the process lives, however it ends.
fn lock(dev: &Path) -> Result<File> {
    let file = File::create(dev.join("lock")).context("cannot write .dev/lock")?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "the stack is already running in this checkout; .dev/urls.json says where. Stop it with Ctrl-C in its terminal"
        ),
        Err(TryLockError::Error(error)) => Err(error).context("cannot lock .dev/lock"),
    }
}

fn remove(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// What has been started so far.
#[derive(Default)]
struct Running {
    cluster: Option<Cluster>,
    moto: Option<Moto>,
    stack: Option<Stack>,
}

struct Databases {
    owner: String,
    app: String,
}

impl Running {
    async fn start(&mut self, root: &Path, dev: &Path) -> Result<()> {
        let begun = Instant::now();
        let variables = environment_file::load(&root.join(".env"))?;
        let accounts = Accounts::from_variables(&variables)?;
        let ports = Remembered::claim(&dev.join("ports.json"))?;
        let databases = self.start_postgres(root, &variables, ports.postgres).await?;
        let moto = Moto::start(root, ports.aws, &dev.join("logs/moto.log")).await?;
        let aws = self.moto.insert(moto).url().to_owned();

        let mut options = Options::new(root.to_owned(), &databases.owner, &databases.app, &aws, STACK_NAME)?;
        options.ports = Ports { gateway: ports.gateway, signalwire: ports.signalwire, clerk: ports.clerk };
        options.data_dir = Some(dev.join("simulators"));
        options.schedules = true;
        options.logs = Logs::Directory(dev.join("logs"));
        options.accounts = accounts;
        options.public_url = variables.get("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned());
        for (parameter, variable) in [("BusinessConfig", "BUSINESS_CONFIG"), ("LogLevel", "LOG_LEVEL")] {
            options.parameters.extend(variables.get(variable).map(|value| (parameter.to_owned(), value.clone())));
        }
        // While somebody works on the console, Vite's own server has another origin.
        options.parameters.insert("ConsoleOrigin".to_owned(), "*".to_owned());
        warn_about_webhooks(&options);
        let simulated = options.accounts.signalwire.is_none() && options.accounts.clerk.is_none();
        std::fs::create_dir_all(dev.join("simulators"))?;

        let urls = self.stack.insert(Stack::start(options).await?).urls.clone();
        announce(dev, &urls, simulated).await?;
        print_urls(&urls, begun);
        Ok(())
    }

    async fn start_postgres(
        &mut self,
        root: &Path,
        variables: &BTreeMap<String, String>,
        port: u16,
    ) -> Result<Databases> {
        if let Some(owner) = variables.get("DATABASE_URL") {
            return foreign_database(owner, variables.get("APP_DATABASE_URL")).await;
        }
        let directory = Cluster::directory_for(root).await?;
        let cluster = self.cluster.insert(Cluster::start(root, &directory, port, Durability::Kept).await?);
        postgres::create_database_unless_there(cluster, DATABASE).await?;
        let owner = cluster.url(DATABASE);
        migrate(&owner).await?;
        postgres::set_app_password(&owner).await?;
        Ok(Databases { app: postgres::app_url(&owner)?, owner })
    }

    /// In the opposite order of the start. Everything is tried; the first error is reported.
    async fn stop(self) -> Result<()> {
        let mut result = Ok(());
        if let Some(stack) = self.stack {
            result = result.and(stack.stop().await);
        }
        if let Some(moto) = self.moto {
            result = result.and(moto.stop().await);
        }
        if let Some(cluster) = self.cluster {
            result = result.and(cluster.stop().await);
        }
        result
    }
}

/// A database of the developer's own. Its functions' role gets our well-known password only on this machine.
async fn foreign_database(owner: &str, app: Option<&String>) -> Result<Databases> {
    if let Some(app) = app {
        migrate(owner).await?;
        return Ok(Databases { owner: owner.to_owned(), app: app.clone() });
    }
    let host = url::Url::parse(owner).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
    if !host.is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str())) {
        bail!(
            "DATABASE_URL is not on this machine; set APP_DATABASE_URL to the same database as the role switchboard_app"
        );
    }
    migrate(owner).await?;
    postgres::set_app_password(owner).await?;
    Ok(Databases { app: postgres::app_url(owner)?, owner: owner.to_owned() })
}

async fn migrate(owner: &str) -> Result<()> {
    for migration in postgres::migrate(owner).await? {
        println!("Applied the migration {migration}.");
    }
    Ok(())
}

fn warn_about_webhooks(options: &Options) {
    let real = options.accounts.signalwire.is_some() || options.accounts.clerk.is_some();
    if real && options.public_url.is_none() {
        println!("A real account is used, but PUBLIC_URL is not set: its webhooks cannot reach this machine.");
    }
}

/// Seeds, and then lets everybody know. The file gets its name last, so that it is never half there or too early.
async fn announce(dev: &Path, urls: &Urls, simulated: bool) -> Result<()> {
    require_answers(urls).await?;
    let preliminary = dev.join("urls.starting.json");
    std::fs::write(&preliminary, serde_json::to_string_pretty(urls)? + "\n")?;
    seed(dev, &preliminary, simulated).await?;
    std::fs::rename(&preliminary, dev.join("urls.json"))?;
    Ok(())
}

async fn require_answers(urls: &Urls) -> Result<()> {
    let client = http::client()?;
    let gateway = format!("{}/_local/functions", urls.api);
    for url in [gateway.as_str(), &urls.signalwire, &urls.clerk] {
        // Only what runs here; a real account is not ours to knock at.
        if url.starts_with("http://127.0.0.1") {
            let answer = client.get(url).send().await.with_context(|| format!("{url} does not answer"))?;
            answer.error_for_status().with_context(|| format!("{url} does not work"))?;
        }
    }
    Ok(())
}

/// Fills an empty stack with demo data, once: a second `up` keeps what there is.
async fn seed(dev: &Path, urls: &Path, simulated: bool) -> Result<()> {
    let done = dev.join("seeded");
    let program: PathBuf = built_binaries()?.join("seed");
    if done.exists() {
        return Ok(());
    }
    if !simulated {
        println!("No demo data: it is made with the simulators, and a real account is used.");
        return Ok(());
    }
    if !program.is_file() {
        println!("No demo data: {} is not built.", program.display());
        return Ok(());
    }
    let status = Command::new(&program).arg(urls).kill_on_drop(true).status().await.context("cannot start the seed")?;
    if status.success() {
        std::fs::write(done, "")?;
    } else {
        println!("The demo data could not be made ({status}); the next make up tries again.");
    }
    Ok(())
}

fn print_urls(urls: &Urls, begun: Instant) {
    let or_real = |url: &str| if url.starts_with("http://127") { url.to_owned() } else { "(real account)".to_owned() };
    println!(
        "
Switchboard is up after {:.1} s.

  Console         {}   what a workspace's staff works with
  Start here      {}   what runs where, and a tour to paste
  Phone network   {}   text like a customer, see what was sent
  Clerk           {}   organisations, plans, session tokens
  Postgres        {}
  Logs            .dev/logs/ and {}logs

Ctrl-C stops everything.
",
        begun.elapsed().as_secs_f64(),
        urls.console,
        urls.local,
        or_real(&urls.signalwire),
        or_real(&urls.clerk),
        urls.database_url,
        urls.local,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_in_the_same_checkout_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let first = lock(directory.path()).unwrap();
        let error = lock(directory.path()).unwrap_err();
        assert!(error.to_string().contains("already running"), "{error}");
        drop(first);
        lock(directory.path()).unwrap();
    }

    #[tokio::test]
    async fn a_database_elsewhere_needs_both_urls() {
        let error = foreign_database("postgres://owner@db.invalid:5432/mine", None).await.err().unwrap();
        assert!(error.to_string().contains("APP_DATABASE_URL"), "{error:#}");
    }
}
