//! A Postgres as in production: by TLS, with a password by SCRAM, and what is committed is on the disk.

use std::path::Path;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use stack::PrivatePostgres;
use tokio_postgres::NoTls;
use url::Url;

pub const NUMBER: &str = "+14052010177";

/// Where a function finds it.
pub struct Database {
    pub postgres: PrivatePostgres,
    /// PEM of the root certificate.
    pub roots: String,
}

impl Database {
    /// A workspace with a number is in it. `root` is the checkout.
    pub async fn start(root: &Path) -> Result<Self> {
        let postgres = PrivatePostgres::start(root).await?;
        let (owner, connection) = tokio_postgres::connect(&postgres.owner_url, NoTls).await?;
        tokio::spawn(connection);
        let directory: String = owner.query_one("SHOW data_directory", &[]).await?.get(0);
        let read = |file: &str| std::fs::read(root.join("tests/data/tls").join(file)).with_context(|| file.to_owned());
        // Whoever has a password is asked for it; the owner keeps coming in as before.
        let rules =
            "hostssl all switchboard_app,bench_node 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
        let files =
            [("server.pem", read("server.pem")?), ("server.key", read("server.key")?), ("pg_hba.conf", rules.into())];
        for (name, content) in files {
            // Written by Postgres itself, because the key has to be its own.
            let path = Path::new(&directory).join(name);
            let program = format!("umask 077; base64 -d > {}", path.display());
            let copy = format!("COPY (VALUES ('{}')) TO PROGRAM '{program}'", STANDARD.encode(content));
            owner.batch_execute(&copy).await?;
        }
        for setting in ["ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", "ssl = on"] {
            owner.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await?;
        }
        owner.query_one("SELECT pg_reload_conf()", &[]).await?;
        // Node's function asks one table after the other, as the owner of the rows.
        owner
            .batch_execute(
                "CREATE ROLE bench_node LOGIN BYPASSRLS PASSWORD 'local'; GRANT switchboard_owner TO bench_node",
            )
            .await?;
        let sql = format!(
            "WITH w AS (INSERT INTO workspaces (clerk_organization_id) VALUES ('org_bench') RETURNING id)
            INSERT INTO workspace_phone_numbers
                (workspace_id, phone_number, phone_number_sid, friendly_name, number_type, monthly_cost_cents)
                SELECT id, '{NUMBER}', 'pn-bench', 'Primary', 'primary', 100 FROM w"
        );
        owner.batch_execute(&sql).await?;
        Ok(Self { postgres, roots: String::from_utf8(read("ca.pem")?)? })
    }

    /// Its address behind a relay.
    pub fn url(&self, user: Option<&str>, port: u16) -> Result<String> {
        let mut url = Url::parse(&self.postgres.app_url)?;
        let mut changed = url.set_port(Some(port)).and_then(|()| url.set_host(Some("localhost")).map_err(|_| ()));
        if let Some(user) = user {
            changed = changed.and_then(|()| url.set_username(user)).and_then(|()| url.set_password(Some("local")));
        }
        changed.ok().context("the URL of the database cannot be changed")?;
        Ok(url.into())
    }

    /// `127.0.0.1:<port>`.
    pub fn address(&self) -> Result<String> {
        let url = Url::parse(&self.postgres.app_url)?;
        Ok(format!("127.0.0.1:{}", url.port().context("a port")?))
    }

    /// How many texts were stored.
    pub async fn stored(&self) -> Result<i64> {
        let (owner, connection) = tokio_postgres::connect(&self.postgres.owner_url, NoTls).await?;
        tokio::spawn(connection);
        Ok(owner.query_one("SELECT count(*) FROM conversation_messages", &[]).await?.get(0))
    }
}
