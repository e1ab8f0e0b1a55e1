//! The carrier's lists, which grow with the traffic: a run reads so many pages of them, not all.
//!
//! Each run begins with the newest pages, on which nearly everything is that may be missing here. When the list goes on, as
//! many pages follow where the run before has left off, so that each page has its turn, however long the list is.

use chrono::TimeDelta;
use shared::{
    clock,
    db::{
        self, DbError,
        carrier_lists::{self, CarrierList},
    },
    signalwire::{ClientError, Page},
};

use crate::{
    handler::{State, SweepError},
    turns::TimeSlice,
};

/// Pages that one run reads at the front of a list, and as many further back.
const MOST_PAGES: usize = 20;

/// Reads the list, of which `read` gives the first page or one that an earlier page named. What is on a page is compared before
/// the next one is read.
pub(crate) async fn compare<T>(
    state: &State,
    list: CarrierList,
    read: impl AsyncFn(Option<&str>) -> Result<Page<T>, ClientError>,
    mut compare: impl AsyncFnMut(Vec<T>) -> Result<(), SweepError>,
) -> Result<(), SweepError> {
    let first = read(None).await?;
    let Some(next) = read_on(first, &read, &mut compare, async |_| Ok(())).await? else {
        return keep(state, list, None).await;
    };
    let further = match left_off(state, list).await? {
        Some(page) => match read(Some(&page)).await {
            Ok(page) => page,
            Err(error) if is_temporary(&error) => return Err(error.into()),
            // The front of the list was read just now, so it is this page: its token is of an entry that is not there any more.
            Err(error) => {
                tracing::warn!(list = list.as_str(), %error, "a page that was kept is none any more");
                read(Some(&next)).await?
            }
        },
        None => read(Some(&next)).await?,
    };
    let rest = read_on(further, &read, &mut compare, async |page| keep(state, list, page).await).await?;
    if rest.is_some() {
        tracing::info!(list = list.as_str(), "the list goes on, and so does the next run");
    }
    Ok(())
}

/// Goes on from a page, and gives the one after the last. `done`: what is to be done when a page is compared, of which it gets
/// the next.
async fn read_on<T>(
    first: Page<T>,
    read: &impl AsyncFn(Option<&str>) -> Result<Page<T>, ClientError>,
    compare: &mut impl AsyncFnMut(Vec<T>) -> Result<(), SweepError>,
    done: impl AsyncFn(Option<&str>) -> Result<(), SweepError>,
) -> Result<Option<String>, SweepError> {
    let time = TimeSlice::begin();
    let mut page = first;
    let mut pages = 1;
    loop {
        compare(page.items).await?;
        done(page.next.as_deref()).await?;
        match page.next {
            Some(next) if pages < MOST_PAGES && !time.is_over() => page = read(Some(&next)).await?,
            next => return Ok(next),
        }
        pages += 1;
    }
}

/// The same page may well be read in the next run.
fn is_temporary(error: &ClientError) -> bool {
    matches!(error, ClientError::RateLimited { .. } | ClientError::Unreachable { .. } | ClientError::Unavailable { .. })
}

/// The page to go on with. One that nobody could read for a day, for whatever reason, is given up.
async fn left_off(state: &State, list: CarrierList) -> Result<Option<String>, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let kept_since = clock::now() - TimeDelta::days(1);
    let next_page = carrier_lists::next_page(&transaction, list, kept_since).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(next_page)
}

async fn keep(state: &State, list: CarrierList, next_page: Option<&str>) -> Result<(), SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    carrier_lists::keep(&transaction, list, next_page).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}
