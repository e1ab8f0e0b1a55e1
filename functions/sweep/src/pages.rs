//! The carrier's lists, which grow with the traffic: a run reads so many pages of them, not all.
//!
//! Each run begins with the newest pages, on which nearly everything is that may be missing here. When the list goes on, as
//! many pages follow where the run before has left off, so that each page has its turn, however long the list is.

use shared::{
    db::{
        self, DbError,
        carrier_lists::{self, CarrierList},
    },
    signalwire::{ClientError, Page},
};

use crate::{
    handler::{State, SweepError},
    outcomes::is_about_the_account,
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
    let Some(next) = read_on(None, &read, &mut compare, async |_| Ok(())).await? else {
        return keep(state, list, None).await;
    };
    let kept = async |page: Option<&str>| keep(state, list, page).await;
    let further = match left_off(state, list).await? {
        Some(page) => match read_on(Some(page), &read, &mut compare, kept).await {
            // Its token is of an entry that is not there any more.
            Err(SweepError::Carrier(error)) if !is_about_the_account(&error) => {
                tracing::warn!(list = list.as_str(), %error, "a page that was kept is none any more");
                read_on(Some(next), &read, &mut compare, kept).await?
            }
            other => other?,
        },
        None => read_on(Some(next), &read, &mut compare, kept).await?,
    };
    if further.is_some() {
        tracing::info!(list = list.as_str(), "the list goes on, and so does the next run");
    }
    Ok(())
}

/// Reads some pages, and gives the one after the last. `done`: what is to be done when a page is compared, of which it gets the
/// next.
async fn read_on<T>(
    first: Option<String>,
    read: &impl AsyncFn(Option<&str>) -> Result<Page<T>, ClientError>,
    compare: &mut impl AsyncFnMut(Vec<T>) -> Result<(), SweepError>,
    done: impl AsyncFn(Option<&str>) -> Result<(), SweepError>,
) -> Result<Option<String>, SweepError> {
    let time = TimeSlice::begin();
    let mut next = first;
    for _ in 0..MOST_PAGES {
        let page = read(next.as_deref()).await?;
        compare(page.items).await?;
        done(page.next.as_deref()).await?;
        next = page.next;
        if next.is_none() || time.is_over() {
            break;
        }
    }
    Ok(next)
}

async fn left_off(state: &State, list: CarrierList) -> Result<Option<String>, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let next_page = carrier_lists::next_page(&transaction, list).await?;
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
