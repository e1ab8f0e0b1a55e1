//! `PgBouncer` in transaction mode before Postgres, as in production (docs/deploy.md): by TLS and SCRAM like Postgres itself, and
//! its connections to Postgres are warm when an instance starts.

use std::{os::unix::fs::PermissionsExt, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};
use url::Url;

/// A running pooler. It ends with the value.
pub struct Pooler {
    pub port: u16,
    _directory: TempDir,
    _process: Child,
}

impl Pooler {
    /// Before this database, with this checkout's certificates.
    pub async fn start(root: &Path, database_url: &str) -> Result<Self> {
        let url = Url::parse(database_url)?;
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let server_port = url.port().context("a port")?;
        let (user, name) = (url.username(), url.path().trim_start_matches('/'));
        let password = url.password().unwrap_or_default();
        let directory = tempfile::tempdir()?;
        // It may run as another user, who has to get through.
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755))?;
        let at = |file: &str| directory.path().join(file);
        for file in ["server.pem", "server.key"] {
            std::fs::copy(root.join("tests/data/tls").join(file), at(file))?;
            std::fs::set_permissions(at(file), PermissionsExt::from_mode(0o644))?;
        }
        std::fs::write(at("users"), format!("\"{user}\" \"{password}\"\n"))?;
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0);
        let settings = format!(
            "[databases]
{name} = host=127.0.0.1 port={server_port} dbname={name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {}
client_tls_sslmode = require
client_tls_cert_file = {}
client_tls_key_file = {}
pool_mode = transaction
default_pool_size = 8
{}
",
            at("users").display(),
            at("server.pem").display(),
            at("server.key").display(),
            if is_root { "user = nobody" } else { "" },
        );
        std::fs::write(at("pgbouncer.ini"), settings)?;
        let log = std::fs::File::create(at("log"))?;
        let mut command = Command::new(program());
        command.arg(at("pgbouncer.ini")).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        let process = command.spawn().context("pgbouncer cannot be started; is it installed?")?;
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(Self { port, _directory: directory, _process: process });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("pgbouncer does not listen: {}", std::fs::read_to_string(at("log"))?)
    }
}

/// Debian has it where only administrators look.
fn program() -> &'static str {
    if Path::new("/usr/sbin/pgbouncer").exists() { "/usr/sbin/pgbouncer" } else { "pgbouncer" }
}
