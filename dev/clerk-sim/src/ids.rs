//! Identifiers in Clerk's form: a prefix and 27 characters of base 62.

use rand::RngExt as _;
use rand::distr::Alphanumeric;

/// A new identifier such as `org_2g7np7Hrk0SN6kj5EDMLDaKNL0S`.
pub fn new_id(prefix: &str) -> String {
    let random: String = rand::rng().sample_iter(Alphanumeric).take(27).map(char::from).collect();
    format!("{prefix}_{random}")
}
