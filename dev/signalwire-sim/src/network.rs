//! The running network: one value that the API, the control API and the background work share.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{behaviour::Behaviour, calls::Lines, faults::Faults, journal::Journal, settings::Settings, world::World};

/// SignalWire's limit for connecting to a webhook.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Redirects that SignalWire follows before it gives up (11215).
const MAX_REDIRECTS: usize = 3;

#[derive(Clone)]
pub struct Network(Arc<Shared>);

struct Shared {
    /// Of the simulator itself.
    url: String,
    settings: Settings,
    world: Mutex<World>,
    /// Held while the state file is written, so that an older state never replaces a newer one.
    saving: Mutex<()>,
    behaviour: Mutex<Behaviour>,
    faults: Mutex<Faults>,
    journal: Mutex<Journal>,
    lines: Mutex<Lines>,
    /// Ends the calls of the time before a reset.
    hanging_up: Mutex<CancellationToken>,
    http: reqwest::Client,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Network {
    /// A network with the saved state, if there is one.
    pub fn open(settings: Settings, url: String) -> anyhow::Result<Self> {
        let mut world = match &settings.state_file {
            Some(path) => load(path)?.unwrap_or_default(),
            None => World::default(),
        };
        world.adopt(&settings);
        // Only the first caller in a process can install it, and any caller installs the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::limited(MAX_REDIRECTS))
            .no_proxy()
            .user_agent("signalwire-sim")
            .tls_certs_only([])
            .build()
            .context("build the HTTP client for webhooks")?;
        Ok(Self(Arc::new(Shared {
            url,
            behaviour: Mutex::new(settings.behaviour.clone()),
            world: Mutex::new(world),
            saving: Mutex::new(()),
            faults: Mutex::default(),
            journal: Mutex::default(),
            lines: Mutex::default(),
            hanging_up: Mutex::default(),
            http,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            settings,
        })))
    }

    /// Base URL of the simulator, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// Looks at the state.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&lock(&self.0.world))
    }

    /// Changes the state, alone, and saves it before anybody is told.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let result = change(&mut lock(&self.0.world));
        if let Some(path) = &self.0.settings.state_file
            && let Err(error) = self.save(path)
        {
            tracing::error!(error = format!("{error:#}"), "the state was not saved");
        }
        result
    }

    fn save(&self, path: &Path) -> anyhow::Result<()> {
        let _alone = lock(&self.0.saving);
        let state = serde_json::to_vec_pretty(&*lock(&self.0.world)).context("write the state as JSON")?;
        let temporary = path.with_extension("new");
        fs::write(&temporary, state).with_context(|| format!("write {}", temporary.display()))?;
        fs::rename(&temporary, path).with_context(|| format!("replace {}", path.display()))
    }

    pub fn behaviour(&self) -> Behaviour {
        lock(&self.0.behaviour).clone()
    }

    pub fn change_behaviour<T>(&self, change: impl FnOnce(&mut Behaviour) -> T) -> T {
        change(&mut lock(&self.0.behaviour))
    }

    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.0.faults)
    }

    pub fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.0.journal)
    }

    pub fn lines(&self) -> MutexGuard<'_, Lines> {
        lock(&self.0.lines)
    }

    /// Back to the first moment: only the numbers of the settings, nothing pending, nothing written down.
    pub fn reset(&self) {
        std::mem::take(&mut *lock(&self.0.hanging_up)).cancel();
        self.change(|world| *world = World::new(&self.0.settings));
        self.change_behaviour(|behaviour| *behaviour = self.0.settings.behaviour.clone());
        self.faults().clear();
        *self.journal() = Journal::default();
    }

    /// Runs work that outlives the request that caused it, until the simulator stops.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.0.stopping.clone();
        self.0.tasks.spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// The same for a call, which a reset ends too.
    pub fn spawn_call(&self, work: impl Future<Output = ()> + Send + 'static) {
        let hanging_up = lock(&self.0.hanging_up).clone();
        self.spawn(async move {
            tokio::select! {
                () = hanging_up.cancelled() => {}
                () = work => {}
            }
        });
    }

    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    /// Ends all background work and waits for it.
    pub async fn stop(&self) {
        self.0.stopping.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}

/// A panic of another request leaves the data usable: every change is one assignment after its checks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn load(path: &Path) -> anyhow::Result<Option<World>> {
    match fs::read(path) {
        Ok(state) => {
            let world = serde_json::from_slice(&state);
            world.map(Some).with_context(|| format!("{} is not a state of this simulator", path.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
    }
}
