//! One provisioning, from wherever it stands to its end. Each step commits what it is about to do before it does it, so
//! that any of them may be the last thing a process does.

use std::time::Duration;

use super::{
    rows::{self, in_transaction},
    search::{self, Candidate},
};
use crate::{
    actions::{Next, Provisioner, WorkError, assignment},
    db::{DbError, provisionings, provisionings::Provisioning},
    domain::{ProvisioningFailure, ProvisioningState, mask},
    signalwire::{ClientError, IncomingNumber, Purchase, PurchaseError},
};

/// Waiting times between look-ups of a purchase whose answer was lost. After the last one it counts as not made.
const LOOKUP_DELAYS: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_mins(2), Duration::from_mins(5)];
/// Deliveries after which a provisioning that has bought nothing is given up.
const MAX_ATTEMPTS: i32 = 20;

/// Works until the end, or until something must be waited for.
pub(super) async fn bring_forward(provisioner: &Provisioner, provisioning: Provisioning) -> Result<Next, WorkError> {
    let mut saga = Saga { provisioner, provisioning };
    loop {
        let next = match saga.provisioning.state {
            ProvisioningState::Reserved => saga.buy().await?,
            ProvisioningState::Purchasing => saga.look_up().await?,
            ProvisioningState::Purchased => saga.store().await?,
            ProvisioningState::Active | ProvisioningState::Failed => Some(Next::Done),
        };
        if let Some(next) = next {
            saga.postpone(next).await?;
            return Ok(next);
        }
    }
}

struct Saga<'a> {
    provisioner: &'a Provisioner,
    provisioning: Provisioning,
}

/// `None`: go on with the state that was reached.
type Step = Result<Option<Next>, WorkError>;

impl Saga<'_> {
    /// `reserved`: searches, and buys the first candidate that nobody else has taken.
    async fn buy(&mut self) -> Step {
        // An earlier delivery may have bought and died; a purchase may also come true late.
        if self.provisioning.attempts > 1
            && let Some(number) = self.find_purchased().await?
        {
            self.adopt(&number).await?;
            return Ok(None);
        }
        if self.provisioning.attempts > MAX_ATTEMPTS {
            return self.fail(ProvisioningFailure::Attempts).await;
        }
        let candidates = match search::candidates(self.provisioner, &self.provisioning).await {
            Ok(candidates) => candidates,
            Err(WorkError::Carrier(error)) => return self.not_bought(&error).await,
            Err(error) => return Err(error),
        };
        if candidates.is_empty() {
            // A number that was asked for is not searched: it is missing when it was another workspace's lately.
            let is_named = self.provisioning.requested.is_some();
            let failure = if is_named { ProvisioningFailure::NumberTaken } else { ProvisioningFailure::NoNumbers };
            return self.fail(failure).await;
        }
        for candidate in candidates {
            if let Some(next) = self.purchase(&candidate).await? {
                return Ok(next.into_next());
            }
        }
        if self.provisioning.requested.is_some() {
            return self.fail(ProvisioningFailure::NumberTaken).await;
        }
        // Each was refused and is not ours, so there is nothing to look up: the next delivery searches again.
        self.abandon_candidate().await?;
        Ok(Some(Next::Later(self.backoff())))
    }

    /// Buys one candidate. `None`: somebody else has it, try the next.
    async fn purchase(&mut self, (candidate, step): &Candidate) -> Result<Option<Purchased>, WorkError> {
        let (id, attempt) = (self.provisioning.id, self.provisioning.attempts);
        let started = in_transaction!(self.provisioner, |client| {
            provisionings::start_purchase(&client, id, attempt, candidate, *step).await
        });
        if !started {
            // The row moved under our lease: whatever moved it knows more than we do.
            return Ok(Some(Purchased::Wait(Next::Later(self.backoff()))));
        }
        self.provisioning.state = ProvisioningState::Purchasing;
        self.provisioning.candidate = Some(candidate.clone());
        self.provisioning.search_step = *step;

        let name = id.friendly_name();
        let purchase = Purchase { phone_number: candidate, friendly_name: &name, webhooks: &self.provisioner.webhooks };
        match self.provisioner.carrier.purchase(&purchase).await {
            Ok(number) if number.friendly_name == name => {
                self.mark_purchased(&number).await?;
                Ok(Some(Purchased::Yes))
            }
            // A carrier may answer the purchase of a number that the account owns already with that number.
            Ok(_) => {
                tracing::warn!(provisioning_id = %id, candidate = ?candidate, "the account has this number already");
                Ok(None)
            }
            // "Taken" is inferred from a refusal, so our own account is asked before the next candidate is.
            Err(PurchaseError::Taken(refusal)) => {
                if let Some(number) = self.find_purchased().await? {
                    self.mark_purchased(&number).await?;
                    Ok(Some(Purchased::Yes))
                } else {
                    tracing::info!(provisioning_id = %id, candidate = ?candidate, %refusal, "the number is taken");
                    Ok(None)
                }
            }
            Err(PurchaseError::Client(error)) if error.outcome_unknown() => {
                tracing::warn!(provisioning_id = %id, %error, "the answer to a purchase is unknown");
                Ok(Some(Purchased::Unknown))
            }
            Err(PurchaseError::Client(error)) => {
                self.abandon_candidate().await?;
                let next = self.not_bought(&error).await?.unwrap_or(Next::Done);
                Ok(Some(Purchased::Wait(next)))
            }
        }
    }

    /// `purchasing`: asks the carrier whether the purchase happened, and never buys.
    async fn look_up(&mut self) -> Step {
        if let Some(number) = self.find_purchased().await? {
            self.mark_purchased(&number).await?;
            return Ok(None);
        }
        let id = self.provisioning.id;
        let lookups = in_transaction!(self.provisioner, |client| provisionings::count_lookup(&client, id).await);
        let tried = usize::try_from(lookups).unwrap_or(usize::MAX);
        if let Some(delay) = LOOKUP_DELAYS.get(tried.saturating_sub(1)) {
            return Ok(Some(Next::Later(*delay)));
        }
        self.abandon_candidate().await?;
        Ok(None)
    }

    /// `purchased`: orders the campaign assignment if the number needs one, and gives the number to the workspace.
    async fn store(&mut self) -> Step {
        let Some(sid) = self.provisioning.phone_number_sid.clone() else {
            return Err(
                DbError::Corrupt { column: "phone_number_sid", problem: "purchased without a sid".into() }.into()
            );
        };
        let mut number = self.provisioner.carrier.get_number(&sid).await?;
        let mut order = None;
        if !number.capabilities.sms {
            let campaign = assignment::choose_campaign(self.provisioner, self.provisioning.workspace_id).await?;
            order = assignment::order(self.provisioner, &campaign, &number).await;
        }
        if order.is_some() {
            number = self.provisioner.carrier.get_number(&sid).await?;
        }
        let ready = number.capabilities.sms;
        rows::store_number(self.provisioner, &self.provisioning, &number, order.as_ref()).await?;
        tracing::info!(
            workspace_id = %self.provisioning.workspace_id, provisioning_id = %self.provisioning.id,
            phone_number_sid = sid, phone_number = mask(number.phone_number.as_str()), messaging_ready = ready,
            "Phone number provisioned for workspace"
        );
        self.provisioning.state = ProvisioningState::Active;
        Ok(None)
    }

    /// The number that the carrier has under this provisioning's name, whichever candidate it was.
    async fn find_purchased(&self) -> Result<Option<IncomingNumber>, ClientError> {
        let name = self.provisioning.id.friendly_name();
        let mut found = self.provisioner.carrier.find_numbers_by_friendly_name(&name).await?;
        if found.len() > 1 {
            tracing::error!(provisioning_id = %self.provisioning.id, count = found.len(), "more than one number was bought");
        }
        found.sort_by_key(|number| number.created_at);
        Ok(found.into_iter().next())
    }

    /// `reserved` → `purchasing` → `purchased`, for a number that turned out to be bought already.
    async fn adopt(&mut self, number: &IncomingNumber) -> Result<(), WorkError> {
        let (id, attempt) = (self.provisioning.id, self.provisioning.attempts);
        in_transaction!(self.provisioner, |client| {
            provisionings::start_purchase(&client, id, attempt, &number.phone_number, None).await
        });
        self.mark_purchased(number).await
    }

    async fn mark_purchased(&mut self, number: &IncomingNumber) -> Result<(), WorkError> {
        let id = self.provisioning.id;
        in_transaction!(self.provisioner, |client| {
            provisionings::mark_purchased(&client, id, &number.phone_number, &number.sid).await
        });
        self.provisioning.state = ProvisioningState::Purchased;
        self.provisioning.phone_number_sid = Some(number.sid.clone());
        Ok(())
    }

    async fn abandon_candidate(&mut self) -> Result<(), WorkError> {
        let id = self.provisioning.id;
        in_transaction!(self.provisioner, |client| provisionings::abandon_candidate(&client, id).await);
        self.provisioning.state = ProvisioningState::Reserved;
        self.provisioning.candidate = None;
        Ok(())
    }

    /// The carrier was asked and certainly sold nothing.
    async fn not_bought(&mut self, error: &ClientError) -> Step {
        let failure = match error {
            ClientError::LowBalance(_) => ProvisioningFailure::LowBalance,
            ClientError::Unauthorized(_) | ClientError::NotEnabled(_) => ProvisioningFailure::Unauthorized,
            error if error.retryable() => {
                tracing::warn!(provisioning_id = %self.provisioning.id, %error, "the carrier is asked again later");
                return Ok(Some(Next::Later(self.backoff())));
            }
            _ => ProvisioningFailure::Refused,
        };
        tracing::error!(provisioning_id = %self.provisioning.id, %error, "the carrier sold no number");
        self.fail(failure).await
    }

    async fn fail(&mut self, failure: ProvisioningFailure) -> Step {
        let id = self.provisioning.id;
        rows::mark_failed(self.provisioner, &self.provisioning, failure).await?;
        self.provisioning.state = ProvisioningState::Failed;
        tracing::error!(
            workspace_id = %self.provisioning.workspace_id, provisioning_id = %id, code = %failure,
            "Failed to provision phone number"
        );
        Ok(Some(Next::Done))
    }

    /// 5 s, 10 s, 20 s, … up to 10 minutes.
    fn backoff(&self) -> Duration {
        let doublings = u32::try_from(self.provisioning.attempts.clamp(1, 8) - 1).unwrap_or(0);
        Duration::from_secs((5 << doublings).min(600))
    }

    async fn postpone(&self, next: Next) -> Result<(), WorkError> {
        if let Next::Later(delay) = next {
            let (id, attempt) = (self.provisioning.id, self.provisioning.attempts);
            in_transaction!(self.provisioner, |client| provisionings::postpone(&client, id, attempt, delay).await);
        }
        Ok(())
    }
}

/// How a purchase ended, unless somebody else has the number.
enum Purchased {
    Yes,
    Unknown,
    Wait(Next),
}

impl Purchased {
    /// An unknown outcome is looked up at once, by the state `purchasing` that was reached.
    fn into_next(self) -> Option<Next> {
        match self {
            Self::Yes | Self::Unknown => None,
            Self::Wait(next) => Some(next),
        }
    }
}
