//! The states of getting one number, and the one table of allowed moves.

use super::text_enum::text_enum;

text_enum! {
    /// Where a provisioning stands. Every arrow may be the last thing a process does; the next one goes on from the row.
    pub enum ProvisioningState {
        /// Counted against the plan's limit; nothing bought.
        Reserved => "reserved",
        /// A purchase of the stored candidate may have reached the carrier.
        Purchasing => "purchasing",
        /// The carrier sold us the number; not stored as the workspace's yet.
        Purchased => "purchased",
        /// Done: the workspace owns the number.
        Active => "active",
        /// Given up, with a reason.
        Failed => "failed",
    }
}

impl ProvisioningState {
    /// The states that may follow this one.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Reserved => &[Self::Purchasing, Self::Failed],
            // Back to reserved: several look-ups found nothing, so the purchase never happened.
            Self::Purchasing => &[Self::Purchasing, Self::Purchased, Self::Reserved, Self::Failed],
            Self::Purchased => &[Self::Active],
            Self::Active | Self::Failed => &[],
        }
    }

    /// Whether nothing follows.
    #[must_use]
    pub const fn is_final(self) -> bool {
        self.next().is_empty()
    }
}

text_enum! {
    /// One rung of the search ladder.
    pub enum SearchStep {
        /// The area code asked for.
        AreaCode => "area_code",
        /// The state or province of that area code.
        Region => "region",
        /// Any number of the country.
        Anywhere => "anywhere",
    }
}

text_enum! {
    /// Why a provisioning was given up.
    pub enum ProvisioningFailure {
        /// The carrier account has too little balance.
        LowBalance => "carrier_low_balance",
        /// The carrier refused our credentials.
        Unauthorized => "carrier_unauthorized",
        /// No rung of the search ladder has a number.
        NoNumbers => "no_numbers_available",
        /// The one number that was asked for is gone.
        NumberTaken => "number_taken",
        /// The carrier refused for a reason that trying again does not change.
        Refused => "carrier_refused",
        /// Too many attempts without an end.
        Attempts => "too_many_attempts",
    }
}

impl ProvisioningFailure {
    /// One sentence for the workspace's staff.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::LowBalance => {
                "The carrier account has too little balance to buy a number. The operator has to top it up."
            }
            Self::Unauthorized => "The carrier refused the platform's credentials. The operator has to check them.",
            Self::NoNumbers => "No phone number is available where it was searched for. Try another area code.",
            Self::NumberTaken => "The phone number is no longer available. Search again and choose another one.",
            Self::Refused => "The carrier refused to sell a number. The operator's log has the carrier's code.",
            Self::Attempts => "The carrier did not answer properly after many attempts.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_reach_an_end_and_ends_stay_ends() {
        for state in ProvisioningState::ALL {
            let mut reachable = vec![*state];
            let mut at = 0;
            while let Some(here) = reachable.get(at).copied() {
                for next in here.next() {
                    if !reachable.contains(next) {
                        reachable.push(*next);
                    }
                }
                at += 1;
            }
            assert!(reachable.iter().any(|s| s.is_final()), "{state}");
        }
        assert!(ProvisioningState::Active.is_final() && ProvisioningState::Failed.is_final());
    }

    #[test]
    fn what_is_bought_can_not_be_given_up() {
        assert_eq!(ProvisioningState::Purchased.next(), [ProvisioningState::Active]);
    }
}
