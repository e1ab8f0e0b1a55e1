use secrecy::SecretString;
use uuid::Uuid;

use crate::{config::DatabaseConfig, db::Pool};

/// A fresh, migrated database of a test, copied from the template that `stack services` has prepared. It goes when the
/// throw-away cluster goes.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    /// As the owner, who sees everything.
    pub owner_url: String,
    /// As `switchboard_app`, the role of the functions.
    pub app_url: String,
}

impl TestDatabase {
    /// Copies the template.
    ///
    /// # Panics
    /// When no throw-away services run: a test that needs Postgres is never skipped silently.
    pub async fn create() -> Self {
        let server = setting("TEST_DATABASE_URL");
        let template = setting("TEST_TEMPLATE_DATABASE");
        let name = format!("test_{}", Uuid::new_v4().simple());

        let config: tokio_postgres::Config = server.parse().expect("TEST_DATABASE_URL is a Postgres URL");
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.expect("Postgres answers");
        let driver = tokio::spawn(connection);
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        client.batch_execute(&sql).await.expect("the template can be copied");
        drop(client);
        driver.await.expect("the connection task ends").expect("the connection closes");

        let mut owner = url::Url::parse(&server).expect("TEST_DATABASE_URL is a URL");
        owner.set_path(&name);
        let mut app = owner.clone();
        app.set_username("switchboard_app").expect("a Postgres URL has a user");
        Self { owner_url: owner.into(), app_url: app.into() }
    }

    /// Connections as `switchboard_app`.
    #[must_use]
    pub fn app_pool(&self, size: usize) -> Pool {
        pool(&self.app_url, size)
    }

    /// Connections as the owner, who sees every workspace.
    #[must_use]
    pub fn owner_pool(&self, size: usize) -> Pool {
        pool(&self.owner_url, size)
    }
}

fn pool(url: &str, size: usize) -> Pool {
    Pool::with_size(&DatabaseConfig { url: SecretString::from(url) }, size).expect("the URL was made above")
}

#[expect(clippy::disallowed_methods, reason = "tests are told where their services are by the environment")]
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests by `make test`, or by `cargo run -p stack -- services -- cargo nextest run`")
    })
}
