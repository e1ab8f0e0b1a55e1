//! A Postgres of one's own, with a migrated database, that may be killed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::Result;
use tempfile::TempDir;

use crate::ports;
use crate::postgres::{self, Cluster, Durability};

const DATABASE: &str = "switchboard";

/// Runs until it is dropped or killed; its data goes with it.
pub struct PrivatePostgres {
    /// As the owner, who sees everything.
    pub owner_url: String,
    /// As the functions' role.
    pub app_url: String,
    cluster: Cluster,
    _directory: TempDir,
}

impl PrivatePostgres {
    pub async fn start(root: &Path) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("switchboard-private-").tempdir()?;
        // Postgres may run as another user, who has to get through.
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755))?;
        // What is committed must survive a kill, as it does in production.
        let cluster = Cluster::start(root, &directory.path().join("pg"), ports::free()?, Durability::Kept).await?;
        postgres::create_database_unless_there(&cluster, DATABASE).await?;
        let owner_url = cluster.url(DATABASE);
        postgres::migrate(&owner_url).await?;
        postgres::set_app_password(&owner_url).await?;
        Ok(Self { app_url: postgres::app_url(&owner_url)?, owner_url, cluster, _directory: directory })
    }

    /// `kill -9`.
    pub async fn kill(&mut self) -> Result<()> {
        self.cluster.kill().await
    }

    /// Brings it back, with everything that was committed.
    pub async fn start_again(&mut self) -> Result<()> {
        self.cluster.start_again().await
    }

    pub async fn stop(self) -> Result<()> {
        self.cluster.stop().await
    }
}
