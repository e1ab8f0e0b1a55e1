//! `PgBouncer` in transaction mode, before a test's database: any two statements outside of a transaction may reach different
//! server connections.

use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::Instant,
};
use url::Url;

/// How long it has to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running pooler. It ends with the value.
pub struct Pooler {
    /// The database's URL, through the pooler.
    pub url: String,
    directory: TempDir,
    _process: Child,
}

impl Pooler {
    /// Starts one that has so many connections to the database, for any number of clients.
    pub async fn start(database_url: &str, connections: u32) -> Self {
        let mut url = Url::parse(database_url).expect("a URL");
        let port = free_port().await;
        let (host, server_port) = (url.host_str().expect("a host"), url.port().unwrap_or(5432));
        let name = url.path().trim_start_matches('/').to_owned();
        let password = url.password().map(|password| format!("password={password}")).unwrap_or_default();
        let directory = tempfile::tempdir().expect("a folder");
        let settings = format!(
            "[databases]
{name} = host={host} port={server_port} dbname={name} user={user} {password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 500
{unprivileged}
",
            user = url.username(),
            unprivileged = if is_root() { "user = nobody" } else { "" },
        );
        let path = directory.path().join("pgbouncer.ini");
        std::fs::write(&path, settings).expect("written");
        let log = std::fs::File::create(directory.path().join("log")).expect("a log");
        let process = Command::new(program())
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("pgbouncer starts: `make test` installs it");
        url.set_port(Some(port)).expect("a port");
        let pooler = Self { url: url.into(), directory, _process: process };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(Instant::now() < deadline, "pgbouncer does not listen\n{}", pooler.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        pooler
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }
}

/// Debian puts it where only root's PATH leads.
fn program() -> &'static str {
    if std::path::Path::new("/usr/sbin/pgbouncer").is_file() { "/usr/sbin/pgbouncer" } else { "pgbouncer" }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;

    tempfile::tempfile().and_then(|file| file.metadata()).is_ok_and(|metadata| metadata.uid() == 0)
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").port()
}
