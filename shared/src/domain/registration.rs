//! 10DLC registration of a workspace of its own: the states of its brand and campaign, and the one table of allowed moves.

mod brand;
mod campaign;
mod check;
mod fees;

pub use brand::{BrandDetails, LegalEntityType, Vertical};
pub use campaign::{CampaignDetails, MAX_SAMPLES, SubUseCase, UseCase};
pub use check::{Finding, FindingCode, check_registration};
pub use fees::{CampaignClass, Fees};

use super::text_enum::text_enum;

text_enum! {
    /// Where a workspace's registration stands (SignalWire, The Campaign Registry). The carrier has no update for a brand and
    /// none for a campaign: corrections of a brand are handed in by the operator, a refused campaign is followed by a new one.
    pub enum RegistrationState {
        /// Nothing was sent.
        Draft => "draft",
        /// Sent; the brand is made at the carrier, or is being verified, which takes about a day.
        BrandPending => "brand_pending",
        /// The registry could not verify the company.
        BrandUnverified => "brand_unverified",
        /// The brand is verified; the campaign is made, or is being reviewed, which takes some days.
        CampaignPending => "campaign_pending",
        /// The campaign is approved: the workspace's numbers text by it.
        Active => "active",
        /// The campaign was never approved.
        Refused => "refused",
        /// The campaign was approved, and is not any more: its numbers cannot text.
        Deactivated => "deactivated",
    }
}

impl RegistrationState {
    /// The states that may follow this one.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::BrandPending],
            Self::BrandPending => &[Self::BrandUnverified, Self::CampaignPending],
            // A brand that is corrected by the carrier's support becomes verified without our doing.
            Self::BrandUnverified => &[Self::BrandPending, Self::CampaignPending],
            Self::CampaignPending => &[Self::Active, Self::Refused],
            Self::Active => &[Self::Deactivated],
            // Handed in anew, or approved after all.
            Self::Refused | Self::Deactivated => &[Self::CampaignPending, Self::Active],
        }
    }

    /// The states from which this one may be entered.
    pub fn previous(self) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |state| state.next().contains(&self))
    }

    /// What the workspace may change.
    #[must_use]
    pub const fn editable(self) -> Editable {
        match self {
            Self::Draft | Self::BrandUnverified => Editable::All,
            Self::Refused | Self::Deactivated => Editable::Campaign,
            Self::BrandPending | Self::CampaignPending | Self::Active => Editable::Nothing,
        }
    }

    /// What a submission leads to; `None` while nothing can be submitted.
    #[must_use]
    pub const fn submitted(self) -> Option<Self> {
        match self {
            Self::Draft | Self::BrandUnverified => Some(Self::BrandPending),
            Self::Refused | Self::Deactivated => Some(Self::CampaignPending),
            Self::BrandPending | Self::CampaignPending | Self::Active => None,
        }
    }

    /// Whether somebody said no, for which there can be a reason.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::BrandUnverified | Self::Refused | Self::Deactivated)
    }
}

text_enum! {
    /// Which part of a registration may be changed.
    pub enum Editable {
        /// The company and the campaign.
        All => "all",
        /// The campaign: the company is verified.
        Campaign => "campaign",
        /// Nothing, for now.
        Nothing => "nothing",
    }
}

text_enum! {
    /// What the platform's operator has to do, because the carrier has no interface for it.
    pub enum OperatorTask {
        /// Enter the corrected company in the carrier's dashboard.
        HandInCorrection => "hand_in_correction",
        /// Find out in the carrier's dashboard why it was refused.
        GiveReason => "give_reason",
        /// End the campaign of a deleted workspace in the carrier's dashboard.
        EndCampaign => "end_campaign",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_become_active_and_nothing_goes_back_to_the_draft() {
        for state in RegistrationState::ALL {
            let mut reachable = vec![*state];
            let mut at = 0;
            while let Some(here) = reachable.get(at).copied() {
                reachable.extend(here.next().iter().filter(|next| !reachable.contains(next)).collect::<Vec<_>>());
                at += 1;
            }
            assert!(reachable.contains(&RegistrationState::Active), "{state}");
            assert!(!state.next().contains(&RegistrationState::Draft), "{state}");
        }
    }

    #[test]
    fn what_is_submitted_was_editable_and_what_was_refused_can_be_submitted_again() {
        for state in RegistrationState::ALL {
            assert_eq!(state.submitted().is_some(), state.editable() != Editable::Nothing, "{state}");
            assert!(state.submitted().is_none_or(|next| state.next().contains(&next)), "{state}");
            assert!(!state.is_refusal() || state.submitted().is_some(), "{state}");
        }
    }

    #[test]
    fn a_campaign_begins_only_with_a_verified_brand() {
        let before: Vec<_> = RegistrationState::CampaignPending.previous().collect();
        assert!(!before.contains(&RegistrationState::Draft), "{before:?}");
        assert_eq!(RegistrationState::Deactivated.previous().collect::<Vec<_>>(), [RegistrationState::Active]);
    }
}
