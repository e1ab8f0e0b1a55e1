//! Opaque cursors and page sizes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use uuid::Uuid;

use crate::db::Position;

/// Rows on a page when the request does not say.
const DEFAULT_LIMIT: i64 = 50;
/// Most rows on a page.
const MAX_LIMIT: i64 = 100;

/// A place in a list, written so that nobody is tempted to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub Position);

/// Not a cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a cursor that this list gave out")]
pub struct CursorError;

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.0.at.timestamp_micros().to_be_bytes());
        bytes[8..].copy_from_slice(self.0.id.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl std::str::FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; 24] =
            URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(CursorError)?;
        let (micros, id) = bytes.split_at(8);
        let micros = i64::from_be_bytes(micros.try_into().map_err(|_| CursorError)?);
        // No row is older, and Postgres knows no time before 4713 BC.
        let at = DateTime::from_timestamp_micros(micros).filter(|at| *at >= DateTime::UNIX_EPOCH).ok_or(CursorError)?;
        Ok(Self(Position { at, id: Uuid::from_slice(id).map_err(|_| CursorError)? }))
    }
}

/// Reads `limit`: 1 to 100, 50 when absent.
///
/// # Errors
/// A sentence that says what is allowed.
pub fn page_limit(text: Option<&str>) -> Result<i64, String> {
    match text.map(str::parse::<i64>) {
        None => Ok(DEFAULT_LIMIT),
        Some(Ok(limit)) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(format!("must be a whole number from 1 to {MAX_LIMIT}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_to_the_microsecond() {
        let at = DateTime::from_timestamp_micros(1_767_225_600_123_456).unwrap();
        let cursor = Cursor(Position { at, id: Uuid::from_u128(7) });
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn foreign_cursors_and_sizes_are_refused() {
        let long_ago =
            Cursor(Position { at: DateTime::from_timestamp_micros(-1).unwrap(), id: Uuid::nil() }).to_string();
        for text in ["", "x", "AAAA", &"A".repeat(200), "%%%", &long_ago, &format!("gA{}", "A".repeat(30))] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
        assert_eq!((page_limit(None), page_limit(Some("1")), page_limit(Some("100"))), (Ok(50), Ok(1), Ok(100)));
        for text in ["0", "101", "-1", "ten", "1.5"] {
            assert!(page_limit(Some(text)).is_err(), "{text}");
        }
    }
}
