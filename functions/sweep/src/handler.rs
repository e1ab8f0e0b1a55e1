use std::time::{Duration, SystemTime};

use lambda_runtime::LambdaEvent;
use serde::Serialize;
use shared::{
    actions::WorkError,
    clerk::{BackendClient, BackendError},
    config::BusinessConfig,
    db::{DbError, Pool},
    domain::PhoneNumber,
    mail::Mailer,
    queue::{InboxSender, MediaSender, QueueError, Sender},
    signalwire::{self, ClientError, NumberWebhooks},
    storage::{Storage, StorageError},
};

use crate::{
    call_outcomes, call_prices, calls, carrier, erasures, ledger, messages,
    outcomes::{self, is_about_the_account},
    plans, porting, prices, recordings, retention, rows,
    turns::Turns,
};

/// What one part takes up at most in one run.
pub(crate) const BATCH: i64 = 100;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// Reads plans back, when there is a secret key.
    pub clerk: Option<BackendClient>,
    /// The provisioning queue.
    pub queue: Sender,
    /// The inbox queue.
    pub inbox_queue: InboxSender,
    /// The media queue.
    pub media_queue: MediaSender,
    /// The bucket of recordings.
    pub storage: Storage,
    /// Writes to the administrators of workspaces.
    pub mailer: Mailer,
    /// Limits and waiting times.
    pub business: BusinessConfig,
    /// What every number is to call.
    pub webhooks: NumberWebhooks,
    /// The shared number, which is no workspace's.
    pub platform_number: PhoneNumber,
}

/// Why a part did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The carrier.
    #[error(transparent)]
    Carrier(#[from] ClientError),
    /// The bucket.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The identity provider.
    #[error(transparent)]
    Clerk(#[from] BackendError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// Work that functions share.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// What could not be taken over, and goes on being tried.
    #[error("{0} entries could not be taken over")]
    Entries(usize),
    /// The part took longer than its turn, or there was no time left for it.
    #[error("there was no time left")]
    OutOfTime,
    /// At the end, when all parts have had their turn.
    #[error("parts of the sweep failed: {0}")]
    Parts(String),
}

impl SweepError {
    /// Whether it is about this one entry, and the next may well go better.
    pub(crate) fn is_about_one(&self) -> bool {
        match self {
            Self::Carrier(ClientError::Unreadable { .. }) => true,
            Self::Carrier(error) => !is_about_the_account(error),
            Self::Database(error) => !error.retryable(),
            _ => false,
        }
    }
}

/// What was found and done.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Workspaces whose plan was read back from Clerk.
    pub plans_read: usize,
    /// Those of them that have another plan than we knew: events were lost.
    pub plans_repaired: usize,
    /// Workspaces with a cancelled plan whose period is over.
    pub plans_run_out: usize,
    /// Suspended numbers whose grace was over.
    pub released: usize,
    /// Numbers suspended because a purchase ended after the plan had shrunk.
    pub suspended: usize,
    /// Provisionings that nobody worked on.
    pub provisionings: usize,
    /// Releases that were due at the carrier.
    pub carrier_releases: usize,
    /// Pending numbers that nobody looked at.
    pub pending_numbers: usize,
    /// Registrations that nobody asked the carrier about, or with numbers that are not where they belong.
    pub registrations: usize,
    /// Emergency addresses that nobody told the carrier.
    pub emergency_addresses: usize,
    /// Answers to keywords that nobody gave.
    pub replies: usize,
    /// Messages whose pictures and files nobody copied.
    pub media: usize,
    /// Recordings that nobody copied.
    pub recordings: usize,
    /// Recordings that were kept long enough.
    pub deleted_recordings: usize,
    /// Recordings that the carrier has deleted.
    pub carrier_recordings_deleted: usize,
    /// Texts that had no owner when they came, and have one now.
    pub replayed: usize,
    /// Texts that only the carrier had.
    pub recovered_messages: usize,
    /// Statuses that only the carrier had.
    pub recovered_statuses: usize,
    /// Calls that had no owner when they came, and have one now.
    pub replayed_calls: usize,
    /// Calls that only the carrier had.
    pub recovered_calls: usize,
    /// Calls that had ended without our being told.
    pub closed_calls: usize,
    /// Numbers at the carrier that no row of ours has.
    pub orphans: usize,
    /// Those of them that go to the workspace that they were bought for.
    pub adopted: usize,
    /// Numbers that port orders waited for and that have come.
    pub ported_numbers: usize,
    /// Port orders whose numbers became the workspace's.
    pub completed_port_orders: usize,
    /// Port orders that ended without an answer.
    pub cancelled_port_orders: usize,
    /// Rejections of port orders that administrators were reminded of.
    pub port_reminders: usize,
    /// Numbers of ours that the carrier does not have.
    pub ghosts: usize,
    /// Numbers with other webhooks than configured.
    pub repaired: usize,
    /// Numbers that turned out to be able to text.
    pub became_ready: usize,
    /// Sends of unknown outcome that the carrier turned out to have.
    pub settled_messages: usize,
    /// Sends of unknown outcome that never reached the carrier.
    pub unsent_messages: usize,
    /// Messages whose price is known now.
    pub priced_messages: usize,
    /// Months of numbers that were charged.
    pub number_months: i32,
    /// Changes of the ledger that were moved into its sums.
    pub compacted_changes: i64,
    /// Calls of unknown outcome that the carrier turned out to have.
    pub settled_calls: usize,
    /// Calls of unknown outcome that never reached the carrier.
    pub unplaced_calls: usize,
    /// Calls whose price is known now.
    pub priced_calls: usize,
    /// Messages and calls that were kept long enough.
    pub expired_messages: i32,
    /// Messages whose pictures and files were kept long enough.
    pub expired_media: i32,
    /// Webhooks that were kept long enough as they came.
    pub expired_raw_events: i32,
    /// Documents of port orders that were kept long enough after the order's end.
    pub expired_port_documents: i32,
    /// Files, and what the carrier had, that were deleted.
    pub deletions: usize,
    /// People of whom nothing is left anywhere.
    pub finished_erasures: usize,
}

/// Sweeps.
///
/// # Errors
/// Handed to the runtime, after every part has had its turn: nobody else reads the answer.
pub async fn handle(state: &State, event: LambdaEvent<serde_json::Value>) -> Result<Report, lambda_runtime::Error> {
    let remaining = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
    // Boxed: the futures of all parts in one outgrow the compiler's depth limit.
    Ok(Box::pin(sweep(state, remaining)).await?)
}

async fn sweep(state: &State, remaining: Duration) -> Result<Report, SweepError> {
    let mut report = Report::default();
    let mut turns = Turns::within(remaining);
    take_rows(state, &mut report, &mut turns).await;
    ask_the_carrier(state, &mut report, &mut turns).await;
    delete(state, &mut report, &mut turns).await;
    turns.take_last("figures", ledger::measure(state, &report)).await;
    let failed = turns.failed();

    let Report { plans_read, plans_repaired, plans_run_out, .. } = report;
    let Report { released, suspended, provisionings, carrier_releases, pending_numbers, .. } = report;
    let Report { replayed, recovered_messages, recovered_statuses, .. } = report;
    let Report { registrations, emergency_addresses, replies, media, orphans, .. } = report;
    let Report { adopted, ghosts, repaired, became_ready, .. } = report;
    let Report { replayed_calls, recovered_calls, closed_calls, .. } = report;
    let Report { settled_calls, unplaced_calls, priced_calls, .. } = report;
    let Report { deletions, finished_erasures, expired_messages, expired_media, expired_raw_events, .. } = report;
    let Report { recordings, deleted_recordings, carrier_recordings_deleted, .. } = report;
    let Report { ported_numbers, completed_port_orders, cancelled_port_orders, port_reminders, .. } = report;
    let Report { expired_port_documents, .. } = report;
    let Report { settled_messages, unsent_messages, priced_messages, number_months, compacted_changes, .. } = report;
    tracing::info!(
        plans_read,
        plans_repaired,
        plans_run_out,
        released,
        suspended,
        provisionings,
        carrier_releases,
        pending_numbers,
        registrations,
        emergency_addresses,
        replies,
        media,
        recordings,
        deleted_recordings,
        carrier_recordings_deleted,
        replayed,
        recovered_messages,
        recovered_statuses,
        replayed_calls,
        recovered_calls,
        closed_calls,
        orphans,
        adopted,
        ghosts,
        repaired,
        became_ready,
        ported_numbers,
        completed_port_orders,
        cancelled_port_orders,
        port_reminders,
        settled_messages,
        unsent_messages,
        priced_messages,
        number_months,
        compacted_changes,
        settled_calls,
        unplaced_calls,
        priced_calls,
        expired_messages,
        expired_media,
        expired_raw_events,
        expired_port_documents,
        deletions,
        finished_erasures,
        failed_parts = failed.len(),
        "sweep done"
    );
    if failed.is_empty() { Ok(report) } else { Err(SweepError::Parts(failed.join(", "))) }
}

/// What can be told from our own rows, the urgent first. What becomes due in one part is found by the next. Only the plans are
/// asked for elsewhere.
async fn take_rows(state: &State, report: &mut Report, turns: &mut Turns) {
    turns.take("plans", plans::read_back(state, report)).await;
    turns.take("run_out_plans", plans::end_run_out(state, report)).await;
    turns.take("grace", rows::release_after_grace(state, report)).await;
    turns.take("limits", rows::suspend_beyond_limits(state, report)).await;
    turns.take("provisionings", rows::queue_stuck_provisionings(state, report)).await;
    turns.take("carrier_releases", rows::queue_carrier_releases(state, report)).await;
    turns.take("pending_numbers", rows::queue_pending_numbers(state, report)).await;
    turns.take("registrations", rows::queue_registrations(state, report)).await;
    turns.take("emergency_addresses", rows::queue_emergency_addresses(state, report)).await;
    turns.take("replies", rows::queue_forgotten_replies(state, report)).await;
    turns.take("media", rows::queue_forgotten_media(state, report)).await;
    turns.take("recordings", recordings::queue_forgotten(state, report)).await;
    turns.take("ledger", ledger::keep(state, report)).await;
    turns.take("ended_port_orders", porting::cancel(state, report)).await;
    turns.take("expired_messages", retention::messages(state, report)).await;
    turns.take("expired_media", retention::media(state, report)).await;
    turns.take("expired_raw_events", retention::raw_events(state, report)).await;
    turns.take("expired_port_documents", retention::port_documents(state, report)).await;
    turns.take("erasures", erasures::go_on(state, report)).await;
}

/// What the carrier knows: first what people wait for, then its lists, then its prices.
async fn ask_the_carrier(state: &State, report: &mut Report, turns: &mut Turns) {
    turns.take("strays", messages::replay_strays(state, report)).await;
    turns.take("stray_calls", calls::replay_strays(state, report)).await;
    turns.take("outcomes", outcomes::settle(state, report)).await;
    turns.take("call_outcomes", call_outcomes::settle(state, report)).await;
    turns.take("open_calls", calls::close_open(state, report)).await;
    turns.take("messages", messages::back_fill(state, report)).await;
    turns.take("calls", calls::back_fill(state, report)).await;
    turns.take("carrier", carrier::compare(state, report)).await;
    turns.take("port_orders", porting::complete(state, report)).await;
    turns.take("port_reminders", porting::remind(state, report)).await;
    turns.take("prices", prices::fetch(state, report)).await;
    turns.take("call_prices", call_prices::fetch(state, report)).await;
}

/// What is to be deleted in the bucket and at the carrier.
async fn delete(state: &State, report: &mut Report, turns: &mut Turns) {
    turns.take("expired_recordings", recordings::delete_expired(state, report)).await;
    turns.take("carrier_recordings", recordings::delete_at_carrier(state, report)).await;
    turns.take("deletions", erasures::delete(state, report)).await;
}
