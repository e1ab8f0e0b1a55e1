use serde::{Deserialize, Serialize};

use super::{CallId, PhoneNumberId, RecordingKind};

/// What an address of ours is about that the carrier requests in the course of a call. The address carries it, signed; it is
/// all that is remembered between two documents, and its counters only grow, so that no call goes round in circles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallStep {
    /// The carrier's id of the first leg. A call that we start has none yet when its addresses are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sid: Option<String>,
    /// Our id, of a call that we started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// Whose flow is at work; none: the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_id: Option<PhoneNumberId>,
    /// How often a menu has led to a department.
    #[serde(default)]
    pub hops: u8,
    /// How often somebody's phone was made to ring.
    #[serde(default)]
    pub rounds: u8,
    /// What is requested.
    pub kind: StepKind,
}

/// What is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum StepKind {
    /// What to do after a key of the menu was pressed, or none.
    Gather {
        /// How often the menu was offered before.
        tries: u8,
    },
    /// What to do after phones have rung.
    Dial {
        /// How many rounds of this flow came before.
        tries: u8,
    },
    /// What somebody hears who has answered, before both are connected.
    Whisper,
    /// What to do after a voicemail was left, or not.
    Record {
        /// Whether a transcription will follow.
        transcribe: bool,
    },
    /// What a customer hears whom we called, who has picked up.
    Speak,
    /// What a member hears who is about to be connected with a customer.
    Announce,
    /// What to do after the member was asked for a key.
    Connect,
    /// What to do after the talk of a member with a customer, or without one.
    Talked,
    /// News about the phone of a member who is to be connected.
    Member,
    /// News about the phone of a customer with whom a member is connected.
    Customer,
    /// News about a phone that rings.
    Leg,
    /// News about a call that we started.
    Progress,
    /// A recording is there.
    Recording {
        /// What it is of.
        of: RecordingKind,
        /// Whether a transcription will follow.
        transcribe: bool,
    },
    /// A transcription is there.
    Transcription,
}

/// The key by which a member shows to be no voicemail.
pub const ACCEPT_KEY: &str = "1";

impl CallStep {
    /// The first step of an inbound call.
    #[must_use]
    pub fn of_inbound(call_sid: &str, number_id: Option<PhoneNumberId>, kind: StepKind) -> Self {
        Self { call_sid: Some(call_sid.to_owned()), call_id: None, number_id, hops: 0, rounds: 0, kind }
    }

    /// A step of a call that we start.
    #[must_use]
    pub fn of_outbound(call_id: CallId, kind: StepKind) -> Self {
        Self { call_sid: None, call_id: Some(call_id), number_id: None, hops: 0, rounds: 0, kind }
    }

    /// Whether a call that we started asks for a document.
    #[must_use]
    pub const fn is_of_our_call(&self) -> bool {
        matches!(self.kind, StepKind::Speak | StepKind::Announce | StepKind::Connect | StepKind::Talked)
    }

    /// Whether it tells of a recording.
    #[must_use]
    pub const fn is_about_a_recording(&self) -> bool {
        matches!(self.kind, StepKind::Recording { .. })
    }

    /// Another request in the same place.
    #[must_use]
    pub fn with_kind(&self, kind: StepKind) -> Self {
        Self { kind, ..self.clone() }
    }
}
