//! The simulated Clerk instance: its state, its options, and the one way to change it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Settings;
use crate::change::Change;
use crate::deliver::{self, Attempt, Delivery, DeliveryState, Forgery, Sending};
use crate::events::TimestampUnit;
use crate::keys::SessionKey;
use crate::payloads::Dialect;
use crate::refusal::Refusal;
use crate::sign::SigningSecret;
use crate::state::{self, Directory, State};

/// Deliveries kept; older ones are forgotten.
const KEPT_DELIVERIES: usize = 1_000;

/// Changes within this time are saved together.
const SAVE_DELAY: Duration = Duration::from_millis(100);

/// What can be changed while the simulator runs (`PATCH /_sim/settings`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    pub webhook_url: Option<String>,
    /// Each signs: more than one during a rotation.
    pub webhook_secrets: Vec<String>,
    /// Deliveries are recorded but not sent.
    pub paused: bool,
    pub retry_delays_ms: Vec<u64>,
    pub delivery_timeout_ms: u64,
    pub timestamp_unit: TimestampUnit,
    pub dialect: Dialect,
    /// The Backend API answers every request with this status, such as 429 or 503.
    pub backend_api_status: Option<u16>,
    /// The Backend API holds each answer back for so long: what it says is old when it arrives.
    pub backend_api_delay_ms: u64,
}

impl Options {
    fn from_settings(settings: &Settings) -> Self {
        Self {
            webhook_url: settings.webhook_url.clone(),
            webhook_secrets: vec![settings.webhook_secret.clone()],
            paused: false,
            retry_delays_ms: settings.retry_delays.iter().map(|delay| milliseconds(*delay)).collect(),
            delivery_timeout_ms: milliseconds(settings.delivery_timeout),
            timestamp_unit: TimestampUnit::Milliseconds,
            dialect: Dialect::Live,
            backend_api_status: None,
            backend_api_delay_ms: 0,
        }
    }

    pub fn retry_delays(&self) -> Vec<Duration> {
        self.retry_delays_ms.iter().copied().map(Duration::from_millis).collect()
    }

    pub fn delivery_timeout(&self) -> Duration {
        Duration::from_millis(self.delivery_timeout_ms)
    }

    pub fn signing_secrets(&self) -> anyhow::Result<Vec<SigningSecret>> {
        self.webhook_secrets.iter().map(|secret| SigningSecret::parse(secret)).collect()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub struct Instance {
    pub settings: Settings,
    pub base_url: String,
    pub key: SessionKey,
    pub client: reqwest::Client,
    pub tasks: TaskTracker,
    pub stopping: CancellationToken,
    options: Mutex<Options>,
    state: Mutex<State>,
    changed: Notify,
}

/// What a change answered, and the deliveries that it set off.
pub struct Performed<T> {
    pub outcome: T,
    sending: JoinHandle<Vec<Delivery>>,
}

impl<T> Performed<T> {
    /// Waits until each message has had its first attempt.
    pub async fn delivered(self) -> Result<(T, Vec<Delivery>), Refusal> {
        let deliveries = self.sending.await.context("the simulator is stopping").map_err(|e| Refusal::internal(&e))?;
        Ok((self.outcome, deliveries))
    }
}

impl Instance {
    /// Reads the state file, or makes a new instance with a new key.
    pub async fn open(settings: Settings, base_url: String) -> anyhow::Result<Arc<Self>> {
        let options = Options::from_settings(&settings);
        options.signing_secrets()?;
        let mut state = match &settings.state_file {
            Some(path) => state::load(path)?.unwrap_or_default(),
            None => State::default(),
        };
        let given = settings.private_key_pem.clone().or_else(|| Some(state.private_key_pem.clone()));
        let key = session_key(given.filter(|pem| !pem.is_empty())).await?;
        key.private_pem().clone_into(&mut state.private_key_pem);
        let instance = Arc::new(Self {
            settings,
            base_url,
            key,
            client: http_client()?,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            options: Mutex::new(options),
            state: Mutex::new(state),
            changed: Notify::new(),
        });
        instance.save()?;
        instance.tasks.spawn(Arc::clone(&instance).save_on_change());
        deliver::resume(&instance);
        Ok(instance)
    }

    /// Waits for background work, which `stopping` has told to end, and saves for the last time.
    pub async fn close(&self) -> anyhow::Result<()> {
        self.tasks.close();
        self.tasks.wait().await;
        self.save()
    }

    /// Performs a change and sends its events. When it is refused, nothing has changed. The events are sent even if
    /// nobody waits for the deliveries.
    pub fn perform<T>(
        self: &Arc<Self>,
        sending: &Sending,
        act: impl FnOnce(&mut Change) -> Result<T, Refusal>,
    ) -> Result<Performed<T>, Refusal> {
        let (outcome, sequence) = self.apply(sending, act)?;
        let sending = self.send_in_background(sequence, sending.concurrently, Forgery::default());
        Ok(Performed { outcome, sending })
    }

    fn apply<T>(
        &self,
        sending: &Sending,
        act: impl FnOnce(&mut Change) -> Result<T, Refusal>,
    ) -> Result<(T, Vec<String>), Refusal> {
        let dialect = self.options().dialect;
        let mut state = self.state();
        let mut change = Change::new(state.directory.clone(), &self.settings.instance_id, dialect);
        let outcome = act(&mut change)?;
        let positions = sending.sequence(change.events.len())?;

        state.directory = change.directory;
        let deliveries: Vec<Delivery> = change.events.iter().map(|event| Delivery::of_event(self, event)).collect();
        let sequence = positions.into_iter().map(|position| deliveries[position].svix_id.clone()).collect();
        record(&mut state, deliveries);
        self.changed.notify_one();
        Ok((outcome, sequence))
    }

    /// Sends one message that does not come from a change.
    pub fn send_message(
        self: &Arc<Self>,
        delivery: Delivery,
        sending: &Sending,
        forgery: Forgery,
    ) -> Result<Performed<()>, Refusal> {
        let sequence = sending.sequence(1)?.into_iter().map(|_| delivery.svix_id.clone()).collect();
        let mut state = self.state();
        state.deliveries.retain(|known| known.svix_id != delivery.svix_id);
        record(&mut state, vec![delivery]);
        drop(state);
        self.changed.notify_one();
        Ok(Performed { outcome: (), sending: self.send_in_background(sequence, sending.concurrently, forgery) })
    }

    fn send_in_background(
        self: &Arc<Self>,
        sequence: Vec<String>,
        concurrently: bool,
        forgery: Forgery,
    ) -> JoinHandle<Vec<Delivery>> {
        let instance = Arc::clone(self);
        self.tasks.spawn(async move {
            let sending = deliver::send(&instance, &sequence, concurrently, &forgery);
            // A stop leaves the rest pending, to be taken up at the next start.
            instance.stopping.run_until_cancelled(sending).await;
            let sent = |delivery: &Delivery| sequence.contains(&delivery.svix_id);
            instance.deliveries().into_iter().filter(sent).collect()
        })
    }

    pub fn options(&self) -> Options {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_options(&self, options: Options) {
        *self.options.lock().unwrap_or_else(PoisonError::into_inner) = options;
    }

    pub fn pause(&self) {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).paused = true;
    }

    pub fn directory(&self) -> Directory {
        self.state().directory.clone()
    }

    pub fn deliveries(&self) -> Vec<Delivery> {
        self.state().deliveries.clone()
    }

    pub fn delivery(&self, svix_id: &str) -> Option<Delivery> {
        self.state().deliveries.iter().find(|delivery| delivery.svix_id == svix_id).cloned()
    }

    pub fn set_delivery_state(&self, svix_id: &str, new: DeliveryState) {
        self.change_delivery(svix_id, |delivery| delivery.enter(new));
    }

    pub fn record_attempt(&self, svix_id: &str, attempt: Attempt, new: Option<DeliveryState>) {
        self.change_delivery(svix_id, |delivery| {
            delivery.attempts.push(attempt);
            delivery.enter(new.unwrap_or(delivery.state));
        });
    }

    fn change_delivery(&self, svix_id: &str, change: impl FnOnce(&mut Delivery)) {
        if let Some(delivery) = self.state().deliveries.iter_mut().find(|delivery| delivery.svix_id == svix_id) {
            change(delivery);
        }
        self.changed.notify_one();
    }

    /// Forgets users, organisations and deliveries, and takes the options of the start again. The key stays.
    pub fn reset(&self) {
        self.set_options(Options::from_settings(&self.settings));
        let mut state = self.state();
        state.directory = Directory::default();
        state.deliveries.clear();
        drop(state);
        self.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn save_on_change(self: Arc<Self>) {
        while self.stopping.run_until_cancelled(self.changed.notified()).await.is_some() {
            tokio::time::sleep(SAVE_DELAY).await;
            if let Err(error) = self.save() {
                tracing::error!(error = format!("{error:#}"), "cannot save the state");
            }
        }
    }

    fn save(&self) -> anyhow::Result<()> {
        let Some(path) = &self.settings.state_file else { return Ok(()) };
        let state = self.state().clone();
        state::save(path, &state)
    }
}

fn record(state: &mut State, deliveries: Vec<Delivery>) {
    state.deliveries.extend(deliveries);
    let surplus = state.deliveries.len().saturating_sub(KEPT_DELIVERIES);
    state.deliveries.drain(..surplus);
}

/// Making a key is seconds of computing in the worst case, so it keeps off the async threads.
async fn session_key(pem: Option<String>) -> anyhow::Result<SessionKey> {
    let make = move || pem.map_or_else(SessionKey::generate, |pem| SessionKey::from_pem(&pem));
    tokio::task::spawn_blocking(make).await.context("making the key was interrupted")?
}

fn http_client() -> anyhow::Result<reqwest::Client> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .context("cannot build the HTTP client")
}
