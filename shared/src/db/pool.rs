//! One connection per function instance: an instance serves one request at a time.

use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, RecyclingMethod, Runtime};
use secrecy::ExposeSecret;
use tokio_postgres::{NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::DbError;
use crate::config::{ConfigError, DatabaseConfig};

/// A borrowed connection; goes back to the pool when dropped.
pub type Connection = Object;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest time that the start of an instance waits for its connection. Without one it starts all the same: its first request
/// connects, and knows what to do when that fails.
const EARLY_TIMEOUT: Duration = Duration::from_secs(1);
/// A frozen and thawed instance holds a connection that the other side may have closed long ago. Only such a one is
/// asked whether it lives; a busy instance saves the round trip.
const IDLE_BEFORE_CHECK: Duration = Duration::from_secs(5);
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);
/// Longest time for one attempt of [`Pool::retry_once`]: two fit into the five seconds that the carrier waits.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest time for one attempt of [`Pool::retry_briefly`]: two leave room in those five seconds to hand the work to a
/// queue.
const BRIEF_ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1200);

/// The connection of this instance.
#[derive(Clone)]
pub struct Pool(deadpool_postgres::Pool);

impl Pool {
    /// Prepares the pool; nothing is connected yet.
    pub fn new(config: &DatabaseConfig) -> Result<Self, ConfigError> {
        Self::with_size(config, 1)
    }

    /// A pool that is connected, if the database answers soon: for the start of a function.
    ///
    /// # Errors
    /// The address cannot be used. That nothing answers there is no error here.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, ConfigError> {
        let pool = Self::new(config)?;
        match tokio::time::timeout(EARLY_TIMEOUT, pool.get()).await {
            Ok(Ok(_connection)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the database cannot be reached at start"),
            Err(_) => tracing::warn!("the database does not answer at start"),
        }
        Ok(pool)
    }

    /// A pool of several connections, for the tools that do things in parallel.
    pub fn with_size(config: &DatabaseConfig, size: usize) -> Result<Self, ConfigError> {
        let invalid = |error: &dyn std::fmt::Display| ConfigError::invalid("DATABASE_URL", error);
        let (url, roots) = url_and_roots(config.url.expose_secret());
        let mut postgres: tokio_postgres::Config =
            driver_url(url).parse().map_err(|e: tokio_postgres::Error| invalid(&e))?;
        postgres.connect_timeout(CONNECT_TIMEOUT).tcp_user_timeout(CONNECT_TIMEOUT).application_name("switchboard");

        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = if postgres.get_ssl_mode() == SslMode::Disable {
            Manager::from_config(postgres, NoTls, recycling)
        } else {
            let tls = crate::tls::database_config(roots).map_err(|e| invalid(&e))?;
            Manager::from_config(postgres, MakeRustlsConnect::new(tls), recycling)
        };
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(CONNECT_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT))
            .recycle_timeout(Some(CHECK_TIMEOUT))
            .pre_recycle(check_idle())
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|e| invalid(&e))?;
        Ok(Self(pool))
    }

    /// Borrows the connection, connecting when there is none or the old one is dead.
    pub async fn get(&self) -> Result<Connection, DbError> {
        self.0.get().await.map_err(|error| DbError::Unavailable(Box::new(error)))
    }

    /// Runs a step that may safely run twice, and once more, on a fresh connection, when the database could not be
    /// reached the first time: a connection may turn out to be dead only when it is used.
    pub async fn retry_once<T, F, S>(&self, step: F) -> Result<T, DbError>
    where
        F: FnMut() -> S,
        S: Future<Output = Result<T, DbError>>,
    {
        self.retry(ATTEMPT_TIMEOUT, step).await
    }

    /// The same for somebody who has another way to go when the database is away or slow.
    pub async fn retry_briefly<T, F, S>(&self, step: F) -> Result<T, DbError>
    where
        F: FnMut() -> S,
        S: Future<Output = Result<T, DbError>>,
    {
        self.retry(BRIEF_ATTEMPT_TIMEOUT, step).await
    }

    async fn retry<T, F, S>(&self, timeout: Duration, mut step: F) -> Result<T, DbError>
    where
        F: FnMut() -> S,
        S: Future<Output = Result<T, DbError>>,
    {
        let first = attempt(timeout, step()).await;
        if !first.as_ref().is_err_and(DbError::retryable) {
            return first;
        }
        // The connection that failed is back in the pool and may not have noticed yet that it is dead.
        self.0.retain(|_, _| false);
        let second = attempt(timeout, step()).await;
        if second.as_ref().is_err_and(DbError::retryable) {
            self.0.retain(|_, _| false);
        }
        second
    }
}

fn check_idle() -> Hook {
    Hook::async_fn(|client, metrics| {
        Box::pin(async move {
            if metrics.last_used() < IDLE_BEFORE_CHECK {
                return Ok(());
            }
            match tokio::time::timeout(CHECK_TIMEOUT, client.simple_query("")).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(HookError::Backend(error)),
                Err(_) => Err(HookError::message("the idle connection does not answer")),
            }
        })
    })
}

/// Root certificates of one's own stand in PEM below the URL.
fn url_and_roots(text: &str) -> (&str, &str) {
    let (url, roots) = text.split_at(text.find("-----BEGIN").unwrap_or(text.len()));
    (url.trim(), roots)
}

/// The driver knows `disable`, `prefer` and `require`. Our TLS always checks the certificate and the host name, so the
/// two stricter words of libpq mean the same here.
fn driver_url(url: &str) -> String {
    url.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require")
}

async fn attempt<T>(timeout: Duration, step: impl Future<Output = Result<T, DbError>>) -> Result<T, DbError> {
    tokio::time::timeout(timeout, step).await.unwrap_or_else(|_| Err(DbError::Unavailable("no answer in time".into())))
}
