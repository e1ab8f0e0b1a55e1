//! The closed sets of words about calls.

use super::{MessageStatus, text_enum::text_enum};

text_enum! {
    /// Who started a call, and what for.
    pub enum CallKind {
        /// A customer called one of our numbers.
        Inbound => "inbound",
        /// We called a customer and spoke a text.
        Spoken => "spoken",
        /// We called a member and then the customer, and connected both.
        ClickToCall => "click_to_call",
    }
}

text_enum! {
    /// How far a call has come. It moves forward only, by its rank ([`CallState::rank`]).
    pub enum CallState {
        /// Stored; the carrier was not asked yet.
        Pending => "pending",
        /// The carrier was asked and no answer came.
        Unknown => "unknown",
        /// Accepted by the carrier.
        Queued => "queued",
        /// It rings, or hears our greeting.
        Ringing => "ringing",
        /// People talk, or a text is spoken.
        Answered => "answered",
        /// It ended after somebody had answered.
        Completed => "completed",
        /// The customer called, nobody answered, and no voicemail was left.
        Missed => "missed",
        /// The customer left a voicemail.
        Voicemail => "voicemail",
        /// The line that we called is busy.
        Busy => "busy",
        /// The line that we called was not answered.
        NoAnswer => "no_answer",
        /// We gave up before somebody answered.
        Canceled => "canceled",
        /// It could not be connected.
        Failed => "failed",
    }
}

impl CallState {
    /// A state is only replaced by one of a higher rank; the same as `call_state_rank` in the database. An end without an
    /// answer ranks below one with an answer, and both below a voicemail: callbacks come in any order.
    #[must_use]
    pub const fn rank(self) -> i32 {
        match self {
            Self::Pending => 0,
            Self::Unknown => 1,
            Self::Queued => 2,
            Self::Ringing => 3,
            Self::Answered => 4,
            Self::Missed | Self::Busy | Self::NoAnswer | Self::Canceled | Self::Failed => 5,
            Self::Completed => 6,
            Self::Voicemail => 7,
        }
    }

    /// Whether nothing but news about how it ended is expected.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        self.rank() > Self::Answered.rank()
    }

    /// Reads the carrier's word about a call that we started (SignalWire, Calls, `CallStatus`). `None` for a word that this
    /// version does not know.
    #[must_use]
    pub fn from_carrier(word: &str) -> Option<Self> {
        match word {
            "queued" | "initiated" => Some(Self::Queued),
            "ringing" => Some(Self::Ringing),
            "in-progress" | "answered" => Some(Self::Answered),
            "completed" => Some(Self::Completed),
            "busy" => Some(Self::Busy),
            "no-answer" => Some(Self::NoAnswer),
            "canceled" => Some(Self::Canceled),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// What the call's entry in the conversation shows.
impl From<CallState> for MessageStatus {
    fn from(state: CallState) -> Self {
        match state {
            CallState::Pending => Self::Pending,
            CallState::Unknown => Self::Unknown,
            CallState::Queued => Self::Queued,
            CallState::Ringing => Self::Ringing,
            CallState::Answered => Self::Answered,
            CallState::Completed => Self::Completed,
            CallState::Missed => Self::Missed,
            CallState::Voicemail => Self::Voicemail,
            CallState::Busy => Self::Busy,
            CallState::NoAnswer => Self::NoAnswer,
            CallState::Canceled => Self::Canceled,
            CallState::Failed => Self::Failed,
        }
    }
}

text_enum! {
    /// What a recording is of.
    pub enum RecordingKind {
        /// What the caller said to nobody.
        Voicemail => "voicemail",
        /// A talk.
        Call => "call",
    }
}

text_enum! {
    /// How far a recording is.
    pub enum RecordingState {
        /// On its way from the carrier.
        Pending => "pending",
        /// In our bucket.
        Stored => "stored",
        /// The carrier does not have it.
        Failed => "failed",
        /// Kept as long as it was to be kept.
        Deleted => "deleted",
    }
}

text_enum! {
    /// How far a recording's transcription is.
    pub enum TranscriptionState {
        /// Not asked for.
        None => "none",
        /// On its way from the carrier.
        Pending => "pending",
        /// Here.
        Done => "done",
        /// The carrier could not write it down.
        Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_shows_the_word_of_its_call() {
        for state in CallState::ALL {
            assert_eq!(MessageStatus::from(*state).as_str(), state.as_str());
        }
    }

    #[test]
    fn ends_rank_above_everything_before_them() {
        let (ended, open): (Vec<CallState>, Vec<CallState>) =
            CallState::ALL.iter().partition(|state| state.has_ended());
        assert_eq!(open.len(), 5);
        assert!(ended.iter().all(|end| open.iter().all(|state| end.rank() > state.rank())));
    }

    #[test]
    fn the_carriers_words_are_known() {
        for word in
            ["initiated", "ringing", "in-progress", "queued", "failed", "busy", "no-answer", "completed", "canceled"]
        {
            assert!(CallState::from_carrier(word).is_some(), "{word}");
        }
        assert_eq!(CallState::from_carrier("answering"), None);
    }
}
