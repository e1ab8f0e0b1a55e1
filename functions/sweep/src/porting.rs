//! Port orders: numbers that come into the carrier account, orders whose day is over, and rejections that nobody answers.

use chrono::Duration;
use shared::{
    actions::porting::{self, By, CompletionError},
    clock,
    db::{
        self, DbError,
        port_events::{self, Note},
        port_numbers::{self, Awaited, Found},
        port_orders::{self, Due, Move},
        port_sweeps::{self, Reminder},
    },
    domain::{
        ApprovedEmail, EmailAddress, EmailSender, PortEvent, PortOrderId, PortOrderState, PortParty, REJECTION_DAYS,
    },
    mail::MailError,
    signalwire::{IncomingNumber, NumberUpdate},
};

use crate::{
    handler::{BATCH, Report, State, SweepError},
    turns::TimeSlice,
};

type Swept = Result<(), SweepError>;

/// Longer than one update of a number takes.
const LEASE_SECONDS: i32 = 60;
const UNANSWERED: &str = "The rejection was not answered for a week.";
const ABANDONED: &str = "Nobody went on with the draft for 90 days.";
const GONE: &str = "The organisation is gone.";
const SUBJECT: &str = "Your number transfer was rejected: please correct it";

/// Takes up a number that no row of ours has, if a port order waits for it. `false`: none does. Its webhooks are set once;
/// it belongs to nobody, and so cannot text, before its order is completed.
pub(crate) async fn take_up(state: &State, number: &IncomingNumber, report: &mut Report) -> Result<bool, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let Some(awaited) = port_numbers::find_awaited(&transaction, &number.phone_number).await? else {
        return Ok(false);
    };
    let is_right = state.webhooks.are_those_of(number);
    if awaited.is_found && is_right {
        return Ok(true);
    }
    let is_mine = port_numbers::lease(&transaction, awaited.id, LEASE_SECONDS).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);
    if !is_mine {
        return Ok(true);
    }
    let number = if is_right {
        number.clone()
    } else {
        let update = NumberUpdate { friendly_name: None, webhooks: Some(&state.webhooks) };
        match state.carrier.update_number(&number.sid, &update).await {
            Ok(updated) => updated,
            // It may have them now; the next sweep sees whether it has, and must not be kept from the others.
            Err(error) => {
                let (workspace_id, phone_number_sid) = (awaited.workspace_id, &number.sid);
                tracing::error!(%workspace_id, phone_number_sid, %error, "the webhooks of a ported number could not be set");
                return Ok(true);
            }
        }
    };
    report.ported_numbers += usize::from(note_found(state, &awaited, &number).await?);
    Ok(true)
}

async fn note_found(state: &State, awaited: &Awaited, number: &IncomingNumber) -> Result<bool, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let found = Found {
        phone_number_sid: number.sid.clone(),
        capabilities: number.capabilities,
        voice_url: number.voice_url.clone(),
        sms_url: number.sms_url.clone(),
        status_callback_url: number.status_callback.clone(),
        found_at: clock::now(),
    };
    let (workspace_id, id) = (awaited.workspace_id, awaited.order_id);
    let is_new = port_numbers::set_found(&transaction, awaited.id, &found).await?;
    let order = port_orders::find(&transaction, workspace_id, id).await?;
    if let Some(order) = order.filter(|_| is_new) {
        let detail = number.phone_number.masked();
        let note = Note {
            event: PortEvent::NumberFound,
            party: PortParty::System,
            actor: None,
            state: order.state,
            detail: Some(&detail),
        };
        port_events::insert(&transaction, (id, workspace_id), &note).await?;
        tracing::info!(%workspace_id, port_order_id = %id, phone_number_sid = number.sid, "a ported number is in the carrier account");
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(is_new)
}

/// Orders whose day is over: on the day after it, in UTC, which is the evening of it in North America.
pub(crate) async fn complete(state: &State, report: &mut Report) -> Swept {
    let today = clock::now().date_naive();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let due = port_sweeps::list_to_complete(&transaction, today, BATCH).await?;
    let overdue = port_sweeps::list_overdue(&transaction, today, BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for (id, workspace_id) in overdue {
        tracing::error!(%workspace_id, port_order_id = %id, "a ported number did not come on its day");
    }
    for (id, workspace_id) in due {
        let transaction = db::system_transaction(&mut connection).await?;
        let seen = (clock::now(), None);
        match porting::complete(&transaction, &state.business, (id, workspace_id), By::SYSTEM, seen).await {
            Ok(()) => {
                transaction.commit().await.map_err(DbError::from)?;
                report.completed_port_orders += 1;
            }
            // The operator was faster, or put it off.
            Err(CompletionError::State | CompletionError::Changed | CompletionError::NumbersMissing(_)) => {}
            Err(CompletionError::Database(error)) => return Err(error.into()),
            Err(error @ (CompletionError::NumberOwned | CompletionError::WorkspaceDeleted)) => {
                tracing::error!(%workspace_id, port_order_id = %id, %error, "a port order cannot be completed");
            }
        }
    }
    Ok(())
}

/// Orders that end by themselves.
pub(crate) async fn cancel(state: &State, report: &mut Report) -> Swept {
    let now = clock::now();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let due = port_sweeps::list_to_cancel(&transaction, now, BATCH).await?;
    for (id, workspace_id) in due {
        let Some(order) = port_orders::find_locked(&transaction, workspace_id, id).await? else { continue };
        let is_over = order.cancels_at().is_some_and(|at| at <= now);
        let reason = match order.state {
            PortOrderState::Rejected if is_over => UNANSWERED,
            PortOrderState::Draft if is_over => ABANDONED,
            _ => GONE,
        };
        let to = Move::Cancelled(Some(reason.to_owned()));
        if porting::move_order(&transaction, &order, &to, By::SYSTEM, now).await? {
            report.cancelled_port_orders += 1;
        }
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

/// Writes to the administrators about a rejection, at once and then again before it cancels the order. One order after the
/// other, so that a turn that ends too early loses one reminder at most. Without mail there is nothing to do: nothing is
/// counted, and nothing is said to have been written.
pub(crate) async fn remind(state: &State, report: &mut Report) -> Swept {
    let Some(sender) = state.business.email.choose(None, None) else { return Ok(()) };
    let time = TimeSlice::begin();
    let mut tried: Vec<PortOrderId> = Vec::new();
    while !time.is_over() {
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        let Some(reminder) = port_sweeps::claim_reminder(&transaction, clock::now(), &tried).await? else { break };
        tried.push(reminder.order.0);
        let addresses = port_sweeps::list_admin_addresses(&transaction, reminder.order.1).await?;
        if addresses.is_empty() {
            // Not counted: somebody may become an administrator, or get an address, in time.
            continue;
        }
        transaction.commit().await.map_err(DbError::from)?;
        drop(connection);

        match write(state, &sender, &reminder, addresses).await? {
            Reached::Somebody => report.port_reminders += 1,
            Reached::Nobody => give_back(state, &reminder).await?,
            // The mail may be on its way, and is not sent twice.
            Reached::Perhaps => {}
        }
    }
    Ok(())
}

/// Whom a reminder has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    /// No mail was taken.
    Nobody,
    /// None was taken for certain.
    Perhaps,
    /// At least one was taken.
    Somebody,
}

async fn write(
    state: &State,
    sender: &EmailSender,
    reminder: &Reminder,
    addresses: Vec<EmailAddress>,
) -> Result<Reached, SweepError> {
    let (id, workspace_id): Due = reminder.order;
    let mut reached = Reached::Nobody;
    for to in addresses {
        let mail = match ApprovedEmail::approve(sender.clone(), to, SUBJECT, text(reminder)) {
            Ok(mail) => mail,
            Err(refusal) => {
                tracing::warn!(%workspace_id, port_order_id = %id, %refusal, "a reminder was not written");
                continue;
            }
        };
        match state.mailer.send(&mail).await {
            Ok(_) => {
                // With the first one, so that the history knows of it whatever becomes of the others.
                if reached != Reached::Somebody {
                    note_reminded(state, reminder).await?;
                }
                reached = Reached::Somebody;
            }
            Err(error) => {
                tracing::warn!(%workspace_id, port_order_id = %id, %error, "a reminder was not sent");
                reached = reached.max(match error {
                    MailError::Unknown(_) => Reached::Perhaps,
                    MailError::Unavailable(_) | MailError::Refused(_) => Reached::Nobody,
                });
            }
        }
    }
    Ok(reached)
}

async fn note_reminded(state: &State, reminder: &Reminder) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let note = Note {
        event: PortEvent::Reminded,
        party: PortParty::System,
        actor: None,
        state: PortOrderState::Rejected,
        detail: None,
    };
    port_events::insert(&transaction, reminder.order, &note).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

async fn give_back(state: &State, reminder: &Reminder) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    port_sweeps::give_back_reminder(&transaction, reminder).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

fn text(reminder: &Reminder) -> String {
    let ends = (reminder.rejected_at + Duration::days(REJECTION_DAYS)).date_naive();
    format!(
        "Your present provider rejected the transfer of your phone numbers:\n\n{}\n\nCorrect the order in the console under \
         Port-in orders and submit it again. Without an answer it is cancelled on {ends}.\n",
        reminder.reason
    )
}
