//! Runs a function, and gives it new secrets without a deployment: an instance lives for hours, and a key or a password may
//! be rotated meanwhile.
//!
//! What a function uses is built from its settings at start, and again when its secrets have changed. They are fetched
//! again every few minutes; at once when a provider's request is refused, whose signature may be of a newer key; and
//! before the next request when one could not be answered, for which an old password may be the reason.

use std::{convert::Infallible, pin::Pin, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use http::{Response, StatusCode};
use lambda_http::{Body, Request};
use lambda_runtime::LambdaEvent;
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;

use super::problem::Chain;
use crate::{clock, config::Environment};

/// How long secrets are used without asking whether they have changed.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// Shortest time between two fetches: forged requests must not become as many requests of ours.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// Why a function cannot start.
pub type BuildError = Box<dyn std::error::Error + Send + Sync>;

/// Makes what a function uses of its settings, boxed, so that it can be named. It runs while Lambda starts the instance, which
/// gets two whole processors until it asks for its first event and a share of one afterwards: what takes time at a first
/// request and not at later ones belongs here.
pub type Build<S> = for<'a> fn(&'a Environment) -> Building<'a, S>;
/// What a [`Build`] returns.
pub type Building<'a, S> = Pin<Box<dyn Future<Output = Result<S, BuildError>> + Send + 'a>>;

/// What a handler of requests returns, boxed, so that it can be named.
pub type Answered<'a> = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send + 'a>>;
/// What a handler of events returns. Nothing asks it to move between threads, and not every one could.
pub type Worked<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + 'a>>;

/// Answers the requests of the HTTP API until the instance ends.
///
/// # Errors
/// The settings cannot be used, or the Lambda Runtime API is gone.
pub async fn serve<S, H>(build: Build<S>, handle: H) -> Result<(), BuildError>
where
    S: Send + Sync + 'static,
    H: for<'a> Fn(&'a S, Request) -> Answered<'a> + Send + Sync,
{
    let live = Live::start(Environment::load().await?, build).await?;
    lambda_http::run(lambda_http::service_fn(async |request| live.answer(&handle, request).await)).await
}

/// Answers the requests of a provider until the instance ends.
///
/// # Errors
/// The settings cannot be used, or the Lambda Runtime API is gone.
pub async fn serve_webhook<S, H>(build: Build<S>, handle: H) -> Result<(), BuildError>
where
    S: Send + Sync + 'static,
    H: for<'a> Fn(&'a S, Request) -> Answered<'a> + Send + Sync,
{
    let live = Live::start(Environment::load().await?, build).await?;
    let answer = async |request: Request| {
        let response = live.answer(&handle, request.clone()).await?;
        if response.status() == StatusCode::FORBIDDEN && live.renew_now().await {
            return live.answer(&handle, request).await;
        }
        Ok::<_, Infallible>(response)
    };
    lambda_http::run(lambda_http::service_fn(answer)).await
}

/// Works on the events of a queue, a schedule or a deployment until the instance ends.
///
/// # Errors
/// The settings cannot be used, or the Lambda Runtime API is gone.
pub async fn work<S, H, E, T, F>(build: Build<S>, handle: H) -> Result<(), BuildError>
where
    S: Send + Sync + 'static,
    E: DeserializeOwned,
    T: Serialize,
    F: Into<lambda_runtime::Diagnostic> + std::fmt::Debug,
    H: for<'a> Fn(&'a S, LambdaEvent<E>) -> Worked<'a, T, F>,
{
    let live = Live::start(Environment::load().await?, build).await?;
    let worked = async |event| {
        let state = live.state().await;
        handle(&state, event).await
    };
    lambda_runtime::run(lambda_runtime::service_fn(worked)).await
}

/// What a function uses, built from settings that are not old.
struct Live<S> {
    build: Build<S>,
    current: Mutex<Current<S>>,
}

struct Current<S> {
    environment: Environment,
    state: Arc<S>,
    fetched_at: DateTime<Utc>,
    /// When they were last fetched again. A new instance may do so at once: what it has fetched may have been rotated a
    /// moment later.
    renewed_at: Option<DateTime<Utc>>,
    /// The last request could not be answered.
    doubtful: bool,
}

impl<S> Live<S> {
    async fn start(environment: Environment, build: Build<S>) -> Result<Self, BuildError> {
        let state = Arc::new(build(&environment).await?);
        let current = Current { environment, state, fetched_at: clock::now(), renewed_at: None, doubtful: false };
        Ok(Self { build, current: Mutex::new(current) })
    }

    async fn answer<H>(&self, handle: &H, request: Request) -> Result<Response<Body>, Infallible>
    where
        H: for<'a> Fn(&'a S, Request) -> Answered<'a>,
    {
        let state = self.state().await;
        let response = handle(&state, request).await?;
        if response.status().is_server_error() {
            self.current.lock().await.doubtful = true;
        }
        Ok(response)
    }

    /// What to use now.
    async fn state(&self) -> Arc<S> {
        let mut current = self.current.lock().await;
        let now = clock::now();
        if now - current.fetched_at >= FRESH || (current.doubtful && current.may_renew(now)) {
            self.renew(&mut current).await;
        }
        Arc::clone(&current.state)
    }

    /// Fetches the secrets, unless that was done a moment ago; whether there are new ones.
    async fn renew_now(&self) -> bool {
        let mut current = self.current.lock().await;
        current.may_renew(clock::now()) && self.renew(&mut current).await
    }

    async fn renew(&self, current: &mut Current<S>) -> bool {
        let now = clock::now();
        (current.fetched_at, current.renewed_at, current.doubtful) = (now, Some(now), false);
        let rebuilt = match current.environment.renewed().await {
            Ok(Some(environment)) => (self.build)(&environment).await.map(|state| Some((environment, state))),
            Ok(None) => Ok(None),
            Err(error) => Err(error.into()),
        };
        match rebuilt {
            Ok(Some((environment, state))) => {
                (current.environment, current.state) = (environment, Arc::new(state));
                tracing::info!("secrets have changed, using the new ones");
                true
            }
            Ok(None) => false,
            // The old ones may be good still.
            Err(error) => {
                tracing::error!(error = %Chain(error.as_ref()), "secrets cannot be renewed");
                false
            }
        }
    }
}

impl<S> Current<S> {
    fn may_renew(&self, now: DateTime<Utc>) -> bool {
        self.renewed_at.is_none_or(|renewed_at| now - renewed_at >= PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn live() -> Live<String> {
        let environment = Environment::for_testing(&[("KEY", "value")]);
        let build: Build<String> = |env| Box::pin(async { Ok(env.required("KEY")?.to_owned()) });
        Live::start(environment, build).await.unwrap()
    }

    #[tokio::test]
    async fn what_did_not_change_is_not_built_again() {
        let live = live().await;
        let first = live.state().await;
        live.current.lock().await.fetched_at -= FRESH;
        assert!(Arc::ptr_eq(&first, &live.state().await));
        assert!(live.current.lock().await.renewed_at.is_some());
    }

    #[tokio::test]
    async fn a_flood_of_doubts_is_one_fetch() {
        let live = live().await;
        assert!(!live.renew_now().await, "there is nothing new");
        let renewed_at = live.current.lock().await.renewed_at;
        assert!(renewed_at.is_some());
        for _ in 0..3 {
            assert!(!live.renew_now().await);
            live.current.lock().await.doubtful = true;
            live.state().await;
        }
        assert_eq!(live.current.lock().await.renewed_at, renewed_at);
        live.current.lock().await.renewed_at = renewed_at.map(|at| at - PAUSE);
        live.state().await;
        assert!(live.current.lock().await.renewed_at > renewed_at, "after a pause it is tried again");
    }
}
