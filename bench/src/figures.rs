//! Numbers of one measurement.

use serde::{Deserialize, Serialize};

/// How what was measured is spread.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Spread {
    pub median: f64,
    /// Quartiles.
    pub low: f64,
    pub high: f64,
    pub p99: f64,
    pub count: usize,
}

/// The spread of these values.
pub fn of(values: &[f64]) -> Spread {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |quantile: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = (sorted.len().saturating_sub(1) as f64 * quantile).round() as usize;
        sorted.get(index).copied().unwrap_or(f64::NAN)
    };
    Spread { median: at(0.5), low: at(0.25), high: at(0.75), p99: at(0.99), count: sorted.len() }
}
