//! The time of a run, which its parts share.

use std::{error::Error, pin::Pin, time::Duration};

use tokio::time::{Instant, timeout};

use crate::handler::SweepError;

/// The longest turn of one part. Whatever a part was doing then is taken up by the next run, as after a crash.
const LONGEST: Duration = Duration::from_mins(1);
/// For what comes after the last turn.
const RESERVE: Duration = Duration::from_secs(10);
/// The longest turn of what has to come last.
const LAST: Duration = Duration::from_secs(5);

/// Gives each part its turn: one that fails, or takes too long, stops no other.
pub(crate) struct Turns {
    until: Instant,
    longest: Duration,
    failed: Vec<&'static str>,
}

impl Turns {
    /// `remaining`: until the function is stopped.
    pub(crate) fn within(remaining: Duration) -> Self {
        Self { until: Instant::now() + remaining.saturating_sub(RESERVE), longest: LONGEST, failed: Vec::new() }
    }

    /// Boxed at once: the futures of all parts in one would be too large.
    pub(crate) fn take<'a>(
        &'a mut self,
        part: &'static str,
        work: impl Future<Output = Result<(), SweepError>> + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let left = self.until.saturating_duration_since(Instant::now()).min(self.longest);
        self.run(part, left, Box::pin(work))
    }

    /// The turn of a part that has one in any case, at the end.
    pub(crate) fn take_last<'a>(
        &'a mut self,
        part: &'static str,
        work: impl Future<Output = Result<(), SweepError>> + 'a,
    ) -> impl Future<Output = ()> + 'a {
        self.run(part, LAST, Box::pin(work))
    }

    async fn run(
        &mut self,
        part: &'static str,
        left: Duration,
        work: Pin<Box<impl Future<Output = Result<(), SweepError>>>>,
    ) {
        let result = if left.is_zero() {
            Err(SweepError::OutOfTime)
        } else {
            timeout(left, work).await.unwrap_or(Err(SweepError::OutOfTime))
        };
        if let Err(error) = result {
            tracing::error!(part, error = &error as &dyn Error, "a part of the sweep failed");
            self.failed.push(part);
        }
    }

    pub(crate) fn failed(&self) -> &[&'static str] {
        &self.failed
    }
}

/// The time for work without a known end: what is begun comes to its end, the rest waits for the next run.
pub(crate) struct TimeSlice(Instant);

impl TimeSlice {
    const LENGTH: Duration = Duration::from_secs(20);

    pub(crate) fn begin() -> Self {
        Self(Instant::now() + Self::LENGTH)
    }

    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.0
    }

    /// The work that can still be begun.
    pub(crate) fn limit<T>(&self, work: Vec<T>) -> impl Iterator<Item = T> {
        work.into_iter().take_while(|_| !self.is_over())
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    fn turns(all: Duration) -> Turns {
        Turns { until: Instant::now() + all, longest: SHORT, failed: Vec::new() }
    }

    #[tokio::test]
    async fn a_part_that_hangs_or_fails_leaves_the_others_their_turn() {
        let mut turns = turns(Duration::from_mins(1));
        turns.take("hangs", pending()).await;
        turns.take("fails", ready(Err(SweepError::Parts(String::new())))).await;
        turns.take("works", ready(Ok(()))).await;
        assert_eq!(turns.failed(), ["hangs", "fails"]);
    }

    #[tokio::test]
    async fn no_part_begins_when_the_time_is_over() {
        let mut turns = turns(SHORT / 2);
        let began = Instant::now();
        turns.take("hangs", pending()).await;
        assert!(began.elapsed() < Duration::from_secs(10));
        let mut has_begun = false;
        let part = async {
            has_begun = true;
            Ok(())
        };
        turns.take("late", part).await;
        assert!(!has_begun);
        turns.take_last("last", ready(Ok(()))).await;
        assert_eq!(turns.failed(), ["hangs", "late"]);
    }

    #[test]
    fn time_is_left_for_the_answer() {
        let turns = Turns::within(Duration::from_secs(100));
        assert!(turns.until <= Instant::now() + Duration::from_secs(90));
    }
}
