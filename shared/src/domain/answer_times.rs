//! How long customers wait for the first answer: percentiles from a histogram whose buckets are a tenth wide, so that a
//! million waits are as quick to read as ten.

/// Each bucket reaches this many times as far as the one before it.
const GROWTH: f64 = 1.1;

/// How many waits are in a bucket. The bucket of a wait is `floor(ln(seconds) / ln(1.1))`; the trigger that notes it says
/// the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerBucket {
    /// Which one.
    pub bucket: i16,
    /// Waits in it.
    pub answers: i64,
}

/// The wait in seconds that this share (0 to 1) of the answers did not exceed, to within a twentieth; `None` without answers.
#[must_use]
pub fn wait_percentile(buckets: &[AnswerBucket], share: f64) -> Option<i64> {
    let mut sorted = buckets.to_vec();
    sorted.sort_by_key(|bucket| bucket.bucket);
    let total: i64 = sorted.iter().map(|bucket| bucket.answers).sum();
    if total == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "counts are far below 2^52")]
    let rank = ((total as f64 * share).ceil() as i64).clamp(1, total);
    let mut seen = 0;
    let found = sorted.iter().find(|bucket| {
        seen += bucket.answers;
        seen >= rank
    })?;
    #[expect(clippy::cast_possible_truncation, reason = "the widest bucket is a few years")]
    let middle = GROWTH.powf(f64::from(found.bucket) + 0.5).round() as i64;
    Some(middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket_of(seconds: f64) -> i16 {
        #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
        let bucket = (seconds.max(1.0).ln() / GROWTH.ln()).floor() as i16;
        bucket
    }

    #[test]
    fn percentiles_are_right_to_within_a_twentieth() {
        for seconds in [1.0, 2.0, 17.0, 59.0, 600.0, 3_599.0, 86_400.0, 900_000.0] {
            let one = [AnswerBucket { bucket: bucket_of(seconds), answers: 3 }];
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let found = wait_percentile(&one, 0.5).unwrap() as f64;
            assert!((found - seconds).abs() <= (seconds * 0.05).max(0.5), "{seconds}: {found}");
        }
    }

    #[test]
    fn the_median_and_the_ninetieth_part_are_told_apart() {
        let buckets = [AnswerBucket { bucket: 60, answers: 1 }, AnswerBucket { bucket: 20, answers: 9 }];
        assert_eq!(wait_percentile(&buckets, 0.5), Some(7));
        assert_eq!(wait_percentile(&buckets, 0.9), Some(7));
        assert_eq!(wait_percentile(&buckets, 0.95), Some(319));
        assert_eq!(wait_percentile(&[], 0.5), None);
    }
}
