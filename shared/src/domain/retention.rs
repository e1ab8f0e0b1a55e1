//! How long things are kept.

use std::ops::RangeInclusive;

use serde::Serialize;

/// Days for which messages can be kept. Within two weeks prices are settled and webhooks that waited in a queue arrive.
pub const MESSAGE_DAYS: RangeInclusive<u16> = 14..=3650;
/// Days for which files and recordings can be kept.
pub const FILE_DAYS: RangeInclusive<u16> = 1..=3650;
/// Days for which webhooks can be kept as they came: as for messages.
pub const RAW_EVENT_DAYS: RangeInclusive<u16> = MESSAGE_DAYS;

/// For how many days what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Retention {
    /// Messages and calls, with their files and recordings.
    pub message_days: Option<u16>,
    /// Pictures and files; the messages stay.
    pub media_days: Option<u16>,
    /// Recordings of calls and voicemails; the calls and what was understood stay.
    pub recording_days: Option<u16>,
}
