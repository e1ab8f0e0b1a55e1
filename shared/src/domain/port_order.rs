//! Orders to bring numbers along: their states, and the one table of moves with who may make them.

use super::text_enum::text_enum;

/// Most numbers of one order: each is looked up at the carrier when the order is submitted.
pub const MAX_PORT_NUMBERS: usize = 20;
/// Most bytes of a document.
pub const PORT_DOCUMENT_BYTES: u64 = 5_000_000;
/// Days after the end of an order for which its documents are kept: a carrier may still ask who signed.
pub const PORT_DOCUMENT_DAYS: i64 = 90;
/// Days after which a rejection that nobody answers cancels the order (SignalWire, porting: a week).
pub const REJECTION_DAYS: i64 = 7;
/// Days after which a draft that nobody changes is cancelled: its letter is long too old, and its documents are not kept for ever.
pub const DRAFT_DAYS: i64 = 90;
/// Days after the rejection on which the workspace's administrators are written to.
pub const REMINDER_DAYS: [i64; 3] = [0, 3, 6];

text_enum! {
    /// Where a port order stands.
    pub enum PortOrderState {
        /// The workspace is still writing it.
        Draft => "draft",
        /// With the operator, who enters it at the carrier.
        Submitted => "submitted",
        /// The losing carrier refused it; to be corrected and submitted again.
        Rejected => "rejected",
        /// The losing carrier agreed to a day (FOC date).
        Scheduled => "scheduled",
        /// The numbers are the workspace's.
        Completed => "completed",
        /// Called off.
        Cancelled => "cancelled",
    }
}

text_enum! {
    /// Who does something about a port order.
    pub enum PortParty {
        /// An administrator of the workspace.
        Workspace => "workspace",
        /// An administrator of the platform.
        Operator => "operator",
        /// The sweep.
        System => "system",
    }
}

text_enum! {
    /// What happened to a port order.
    pub enum PortEvent {
        /// It was begun.
        Created => "created",
        /// Fields were changed.
        Edited => "edited",
        /// A document was announced.
        DocumentAdded => "document_added",
        /// It was handed to the operator, for the first time or corrected.
        Submitted => "submitted",
        /// The losing carrier refused it.
        Rejected => "rejected",
        /// There is a FOC date, or another one.
        Scheduled => "scheduled",
        /// A number is in our carrier account, with our webhooks.
        NumberFound => "number_found",
        /// The administrators were written to.
        Reminded => "reminded",
        /// The numbers are the workspace's.
        Completed => "completed",
        /// It was called off.
        Cancelled => "cancelled",
    }
}

text_enum! {
    /// Whose account the numbers are on at the losing carrier.
    pub enum PortAccountType {
        /// A company's.
        Business => "business",
        /// A person's.
        Residential => "residential",
    }
}

text_enum! {
    /// What a document of an order is.
    pub enum PortDocumentKind {
        /// The signed letter of authorisation.
        Loa => "loa",
        /// A recent invoice of the losing carrier.
        Invoice => "invoice",
    }
}

impl PortDocumentKind {
    /// The name under which problems speak of it.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Loa => "documents.loa",
            Self::Invoice => "documents.invoice",
        }
    }
}

/// From, to, and who may.
type Move = (PortOrderState, PortOrderState, &'static [PortParty]);

const MOVES: &[Move] = {
    use super::port_order::PortOrderState::{Cancelled, Completed, Draft, Rejected, Scheduled, Submitted};
    use super::port_order::PortParty::{Operator, System, Workspace};
    &[
        (Draft, Submitted, &[Workspace]),
        (Draft, Cancelled, &[Workspace, System]),
        (Submitted, Rejected, &[Operator]),
        (Submitted, Scheduled, &[Operator]),
        (Submitted, Cancelled, &[Workspace, Operator, System]),
        (Rejected, Submitted, &[Workspace]),
        (Rejected, Cancelled, &[Workspace, Operator, System]),
        // Another FOC date.
        (Scheduled, Scheduled, &[Operator]),
        // A losing carrier may change its mind up to the day.
        (Scheduled, Rejected, &[Operator]),
        (Scheduled, Completed, &[Operator, System]),
        // The carriers have agreed on a day: only the operator can call that off with them.
        (Scheduled, Cancelled, &[Operator]),
    ]
};

impl PortOrderState {
    /// Whether this party may move an order from here to there.
    #[must_use]
    pub fn may_become(self, to: Self, party: PortParty) -> bool {
        MOVES.iter().any(|(from, next, parties)| *from == self && *next == to && parties.contains(&party))
    }

    /// Whether nothing follows.
    #[must_use]
    pub fn is_final(self) -> bool {
        !MOVES.iter().any(|(from, ..)| *from == self)
    }

    /// Whether the workspace may change what the order says.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        match self {
            Self::Draft | Self::Rejected => true,
            Self::Submitted | Self::Scheduled | Self::Completed | Self::Cancelled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_reach_an_end_and_ends_stay_ends() {
        for state in PortOrderState::ALL {
            let mut reachable = vec![*state];
            let mut at = 0;
            while let Some(here) = reachable.get(at).copied() {
                for (_, next, _) in MOVES.iter().filter(|(from, ..)| *from == here) {
                    if !reachable.contains(next) {
                        reachable.push(*next);
                    }
                }
                at += 1;
            }
            assert!(reachable.iter().any(|s| s.is_final()), "{state}");
        }
        let ends: Vec<_> = PortOrderState::ALL.iter().filter(|state| state.is_final()).collect();
        assert_eq!(ends, [&PortOrderState::Completed, &PortOrderState::Cancelled]);
    }

    #[test]
    fn only_the_operator_answers_for_the_carrier_and_only_the_workspace_submits() {
        for from in PortOrderState::ALL {
            for to in [PortOrderState::Rejected, PortOrderState::Scheduled] {
                assert!(
                    !from.may_become(to, PortParty::Workspace) && !from.may_become(to, PortParty::System),
                    "{from}"
                );
            }
            for party in [PortParty::Operator, PortParty::System] {
                assert!(!from.may_become(PortOrderState::Submitted, party), "{from}");
            }
        }
        assert!(!PortOrderState::Scheduled.may_become(PortOrderState::Cancelled, PortParty::Workspace));
        assert!(!PortOrderState::Submitted.may_become(PortOrderState::Completed, PortParty::Operator));
    }
}
