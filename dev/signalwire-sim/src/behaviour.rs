//! Timings and habits that tests and demonstrations may change while the simulator runs.

use serde::{Deserialize, Serialize};

/// Days for which SignalWire refuses to release a freshly bought number.
const RELEASE_AFTER_DAYS: u64 = 14;

/// Settings of `PATCH /_sim/settings`, in camelCase there.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent switches")]
pub struct Behaviour {
    /// Time between two states of an outbound message.
    pub status_delay_ms: u64,
    /// How long after `sent` the price of a message appears.
    pub price_delay_ms: u64,
    /// Time that a number needs to join a campaign; 0 completes it before the order is answered.
    pub assignment_delay_ms: u64,
    pub assignment_outcome: AssignmentOutcome,
    /// Whether the campaign is approved. While it is not, its numbers are refused as senders (21717).
    pub campaign_active: bool,
    /// Time that the verification of a company takes; 0 ends it before its making is answered.
    pub brand_delay_ms: u64,
    /// Whether companies turn out to be verified.
    pub brands_verified: bool,
    /// Time that the review of a campaign takes.
    pub campaign_delay_ms: u64,
    /// Whether campaigns turn out to be approved.
    pub campaigns_approved: bool,
    /// Whether what the registry says about companies and campaigns gets lost.
    pub drop_registry_callbacks: bool,
    /// How far the emergency address of a number is, once it has one.
    pub e911_status: E911Status,
    /// Age at which a number may be released.
    pub release_after_seconds: u64,
    /// HTTP status of the refusal to release (22121): SignalWire documents 409 and 422 without saying which.
    pub release_refusal_status: u16,
    /// How "somebody else has this number" is worded; no source documents it.
    pub taken_shape: TakenShape,
    /// How long a bought number stays absent from lists.
    pub list_delay_ms: u64,
    /// Stock of every area code that nobody changed.
    pub numbers_per_area_code: u32,
    pub drop_callbacks: Drops,
    /// Extra copies of each status callback, sent at the same time.
    pub duplicate_callbacks: u32,
    /// Holds the status callbacks of a message back until its last state, then sends them last first.
    pub reorder_callbacks: bool,
    pub delay_callbacks_ms: u64,
    /// Pause before the second attempt of a status callback; the pause before the third is twice as long.
    pub callback_retry_pause_ms: u64,
    /// How long a webhook may keep the simulator waiting for the next bytes of its answer.
    pub webhook_read_timeout_ms: u64,
    /// How long one webhook may take with all its attempts.
    pub webhook_total_timeout_ms: u64,
    /// Whether requests of the fallback URL carry `ErrorCode` and `ErrorUrl` (Twilio's do; SignalWire does not say).
    pub fallback_error_parameters: bool,
    /// What a slow answer takes when the fault does not say.
    pub slow_answer_ms: u64,
    /// Real milliseconds of one simulated second of a call.
    pub call_time_scale: u64,
    /// How long a call waits for a person at least, in real milliseconds, so that a busy machine is not too late.
    pub call_patience_ms: u64,
    /// What happens on a phone that is called.
    pub answer_calls: AnswerCalls,
    /// How long after its end a recording can be had.
    pub recording_delay_ms: u64,
    /// How long after its recording a transcription is there.
    pub transcription_delay_ms: u64,
    pub transcription_outcome: TranscriptionOutcome,
    /// How long after the end of a call its price appears.
    pub call_price_delay_ms: u64,
    /// Millionths of a dollar, per segment; a picture message is one. The price per text is in no source of SignalWire's,
    /// nor is what it takes for pictures: these are the prices that Switchboard expects (config/business.json).
    pub outbound_text_price_micros: u32,
    pub inbound_text_price_micros: u32,
    /// Per message.
    pub outbound_whatsapp_price_micros: u32,
    /// Per begun minute of a leg.
    pub outbound_call_price_micros: u32,
    pub inbound_call_price_micros: u32,
    /// Whether the files of recordings want the project's credentials ("Protect Recording Media").
    pub protect_recordings: bool,
}

/// What happens on a phone that is called.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AnswerCalls {
    /// It rings until the control API says what happens, or until it has rung long enough.
    Manual,
    /// Somebody picks up after two seconds, and hangs up half a minute later.
    Answer,
    Busy,
    NoAnswer,
}

/// States of the emergency address of a number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum E911Status {
    Pending,
    Active,
    Failed,
}

/// How the transcription of a recording ends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptionOutcome {
    Completed,
    Failed,
}

/// How the assignment of a number to the campaign ends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentOutcome {
    Completed,
    /// The number is refused; the order itself is processed.
    Failed,
    /// The whole order fails, and its numbers with it.
    OrderFailed,
}

/// Wordings of the refusal to sell a number that is gone.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TakenShape {
    /// 422, flat body, code 10000.
    #[serde(rename = "flat_10000")]
    Flat10000,
    /// 400, flat body, Twilio's code 21422.
    #[serde(rename = "flat_21422")]
    Flat21422,
    /// 422, the body of the newer purchase API.
    Relay,
}

/// How many of the next status callbacks get lost: all, none, or a number of them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Drops {
    All(bool),
    Next(u32),
}

impl Drops {
    /// Says whether the next callback is lost, and counts it.
    pub fn take(&mut self) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Next(0) => false,
            Self::Next(left) => {
                *left -= 1;
                true
            }
        }
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            status_delay_ms: 150,
            price_delay_ms: 0,
            assignment_delay_ms: 0,
            assignment_outcome: AssignmentOutcome::Completed,
            campaign_active: true,
            brand_delay_ms: 500,
            brands_verified: true,
            campaign_delay_ms: 500,
            campaigns_approved: true,
            drop_registry_callbacks: false,
            e911_status: E911Status::Active,
            release_after_seconds: RELEASE_AFTER_DAYS * 24 * 60 * 60,
            release_refusal_status: 409,
            taken_shape: TakenShape::Flat10000,
            list_delay_ms: 0,
            numbers_per_area_code: 20,
            drop_callbacks: Drops::All(false),
            duplicate_callbacks: 0,
            reorder_callbacks: false,
            delay_callbacks_ms: 0,
            callback_retry_pause_ms: 500,
            webhook_read_timeout_ms: 5_000,
            webhook_total_timeout_ms: 15_000,
            fallback_error_parameters: true,
            slow_answer_ms: 10_000,
            call_time_scale: 20,
            call_patience_ms: 1_500,
            answer_calls: AnswerCalls::Manual,
            recording_delay_ms: 0,
            transcription_delay_ms: 100,
            transcription_outcome: TranscriptionOutcome::Completed,
            call_price_delay_ms: 0,
            outbound_text_price_micros: 7_900,
            inbound_text_price_micros: 0,
            outbound_whatsapp_price_micros: 5_000,
            outbound_call_price_micros: 9_000,
            inbound_call_price_micros: 8_500,
            protect_recordings: false,
        }
    }
}
