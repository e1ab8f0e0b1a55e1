//! What was kept long enough. Recordings have their own part, and what lies in the bucket or at the carrier follows as the
//! deletions of `erasures`.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use shared::{
    clock,
    db::{self, DbError, retention},
    domain::PORT_DOCUMENT_DAYS,
};

use crate::handler::{Report, State, SweepError};

/// What one transaction deletes at most: short enough for webhooks that wait for it.
const BATCH: i32 = 200;
/// How long one part goes on. The rest is left to the next time.
const ENOUGH: Duration = Duration::from_secs(10);

type Swept = Result<(), SweepError>;

#[derive(Debug, Clone, Copy)]
enum Kept {
    Messages,
    Media,
    RawEvents,
    PortDocuments,
}

/// Messages and calls.
pub(crate) async fn messages(state: &State, report: &mut Report) -> Swept {
    report.expired_messages = in_batches(state, Kept::Messages).await?;
    Ok(())
}

/// Pictures and files.
pub(crate) async fn media(state: &State, report: &mut Report) -> Swept {
    report.expired_media = in_batches(state, Kept::Media).await?;
    Ok(())
}

/// Webhooks as they came.
pub(crate) async fn raw_events(state: &State, report: &mut Report) -> Swept {
    report.expired_raw_events = in_batches(state, Kept::RawEvents).await?;
    Ok(())
}

/// Letters of authorisation and invoices of port orders that have ended.
pub(crate) async fn port_documents(state: &State, report: &mut Report) -> Swept {
    report.expired_port_documents = in_batches(state, Kept::PortDocuments).await?;
    Ok(())
}

async fn in_batches(state: &State, kept: Kept) -> Result<i32, SweepError> {
    let started = Instant::now();
    let mut total = 0;
    let mut connection = state.pool.get().await?;
    loop {
        let transaction = db::system_transaction(&mut connection).await?;
        let expired = one_batch(state, &transaction, kept).await?;
        transaction.commit().await.map_err(DbError::from)?;
        total += expired;
        if expired < BATCH || started.elapsed() > ENOUGH {
            return Ok(total);
        }
    }
}

async fn one_batch(state: &State, transaction: &db::Transaction<'_>, kept: Kept) -> Result<i32, DbError> {
    let (now, defaults) = (clock::now(), state.business.retention());
    match kept {
        Kept::Messages => retention::expire_messages(transaction, now, defaults.message_days, BATCH).await,
        Kept::Media => retention::expire_media(transaction, now, defaults.media_days, BATCH).await,
        Kept::RawEvents => match state.business.raw_event_retention() {
            Some(kept_for) => retention::expire_raw_events(transaction, now - kept_for, BATCH).await,
            None => Ok(0),
        },
        Kept::PortDocuments => {
            let ended_before = now - TimeDelta::days(PORT_DOCUMENT_DAYS);
            retention::expire_port_documents(transaction, ended_before, BATCH).await
        }
    }
}
