//! One provisioning, from wherever it stands to its end. Each step commits what it is about to do before it does it, so
//! that any of them may be the last thing a process does.

use std::time::Duration;

use shared::{
    db::{self, DbError, numbers, numbers::NewNumber, provisionings, provisionings::Provisioning},
    domain::{MessagingStatus, PhoneNumber, ProvisioningFailure, ProvisioningState, SearchStep, mask},
    signalwire::{ClientError, IncomingNumber, Purchase, PurchaseError, Search},
};

use crate::{
    assignment,
    handler::{Next, State, WorkError},
};

/// Candidates that are tried in one delivery; when all are taken by others, the next delivery searches again.
const CANDIDATES: u32 = 5;
/// Waiting times between look-ups of a purchase whose answer was lost. After the last one it counts as not made.
const LOOKUP_DELAYS: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_mins(2), Duration::from_mins(5)];
/// Deliveries after which a provisioning that has bought nothing is given up.
const MAX_ATTEMPTS: i32 = 20;

/// Works until the end, or until something must be waited for.
pub(crate) async fn bring_forward(state: &State, provisioning: Provisioning) -> Result<Next, WorkError> {
    let mut saga = Saga { state, provisioning };
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
    state: &'a State,
    provisioning: Provisioning,
}

/// `None`: go on with the state that was reached.
type Step = Result<Option<Next>, WorkError>;

/// Runs statements of `provisionings` in a transaction that sees every workspace, and commits it.
macro_rules! in_transaction {
    ($state:expr, |$client:ident| $body:expr) => {{
        let mut connection = $state.pool.get().await?;
        let $client = db::system_transaction(&mut connection).await?;
        let result = $body?;
        $client.commit().await.map_err(DbError::from)?;
        result
    }};
}

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
        let candidates = match self.search().await {
            Ok(candidates) => candidates,
            Err(error) => return self.not_bought(&error).await,
        };
        if candidates.is_empty() {
            return self.fail(ProvisioningFailure::NoNumbers).await;
        }
        for (candidate, step) in candidates {
            if let Some(next) = self.purchase(&candidate, step).await? {
                return Ok(next.into_next());
            }
        }
        // Each was refused and is not ours, so there is nothing to look up: the next delivery searches again.
        self.abandon_candidate().await?;
        Ok(Some(Next::Later(self.backoff())))
    }

    /// Climbs the search ladder until a rung has numbers.
    async fn search(&self) -> Result<Vec<(PhoneNumber, SearchStep)>, ClientError> {
        for step in &self.state.business.number_search.steps {
            let area_code = match step {
                SearchStep::AreaCode if self.provisioning.area_code.is_none() => continue,
                SearchStep::AreaCode => self.provisioning.area_code.clone(),
                SearchStep::Anywhere => None,
            };
            let search = Search { area_code, limit: CANDIDATES, ..Search::default() };
            let found = self.state.carrier.search_local(&search).await?;
            if !found.is_empty() {
                let count = usize::try_from(CANDIDATES).unwrap_or(usize::MAX);
                return Ok(found.into_iter().take(count).map(|n| (n.phone_number, *step)).collect());
            }
        }
        Ok(Vec::new())
    }

    /// Buys one candidate. `None`: somebody else has it, try the next.
    async fn purchase(&mut self, candidate: &PhoneNumber, step: SearchStep) -> Result<Option<Purchased>, WorkError> {
        let (id, attempt) = (self.provisioning.id, self.provisioning.attempts);
        let started = in_transaction!(self.state, |client| {
            provisionings::start_purchase(&client, id, attempt, candidate, step).await
        });
        if !started {
            // The row moved under our lease: whatever moved it knows more than we do.
            return Ok(Some(Purchased::Wait(Next::Later(self.backoff()))));
        }
        self.provisioning.state = ProvisioningState::Purchasing;
        self.provisioning.candidate = Some(candidate.clone());

        let name = id.friendly_name();
        let purchase = Purchase { phone_number: candidate, friendly_name: &name, webhooks: &self.state.webhooks };
        match self.state.carrier.purchase(&purchase).await {
            Ok(number) => {
                self.mark_purchased(&number).await?;
                Ok(Some(Purchased::Yes))
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
        let lookups = in_transaction!(self.state, |client| provisionings::count_lookup(&client, id).await);
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
        let mut number = self.state.carrier.get_number(&sid).await?;
        let order = assignment::order(self.state, &number).await;
        if order.is_some() {
            number = self.state.carrier.get_number(&sid).await?;
        }
        let ready = number.capabilities.sms;
        self.insert_number(&number, order.as_deref()).await?;
        tracing::info!(
            workspace_id = %self.provisioning.workspace_id, provisioning_id = %self.provisioning.id,
            phone_number_sid = sid, phone_number = mask(number.phone_number.as_str()), messaging_ready = ready,
            "Phone number provisioned for workspace"
        );
        self.provisioning.state = ProvisioningState::Active;
        Ok(None)
    }

    async fn insert_number(&self, number: &IncomingNumber, order: Option<&str>) -> Result<(), WorkError> {
        let row = &self.provisioning;
        let name = row.friendly_name.clone().unwrap_or_else(|| default_name(row.number_type).to_owned());
        let ready = if number.capabilities.sms { MessagingStatus::Ready } else { MessagingStatus::Pending };
        let new = NewNumber {
            phone_number: &number.phone_number,
            phone_number_sid: &number.sid,
            friendly_name: &name,
            number_type: row.number_type,
            capabilities: number.capabilities,
            messaging_status: ready,
            voice_url: number.voice_url.as_deref(),
            sms_url: number.sms_url.as_deref(),
            status_callback_url: number.status_callback.as_deref(),
            monthly_cost_cents: self.state.business.number_monthly_cost_cents,
        };
        in_transaction!(self.state, |client| async {
            let phone_number_id = numbers::insert(&client, row.workspace_id, &new).await?;
            if let (Some(order), Some(campaign)) = (order, &self.state.campaign_id) {
                numbers::set_campaign_order(&client, phone_number_id, campaign, order).await?;
            }
            if ready == MessagingStatus::Pending {
                // Before the commit, after which nothing would bring a worker here again. It is seen seconds later.
                assignment::follow_later(self.state, phone_number_id).await?;
            }
            provisionings::mark_active(&client, row.id, phone_number_id).await?;
            Ok::<_, WorkError>(())
        }
        .await);
        Ok(())
    }

    /// The number that the carrier has under this provisioning's name, whichever candidate it was.
    async fn find_purchased(&self) -> Result<Option<IncomingNumber>, ClientError> {
        let name = self.provisioning.id.friendly_name();
        let mut found = self.state.carrier.find_numbers_by_friendly_name(&name).await?;
        if found.len() > 1 {
            tracing::error!(provisioning_id = %self.provisioning.id, count = found.len(), "more than one number was bought");
        }
        found.sort_by_key(|number| number.created_at);
        Ok(found.into_iter().next())
    }

    /// `reserved` → `purchasing` → `purchased`, for a number that turned out to be bought already.
    async fn adopt(&mut self, number: &IncomingNumber) -> Result<(), WorkError> {
        let (id, attempt) = (self.provisioning.id, self.provisioning.attempts);
        in_transaction!(self.state, |client| {
            provisionings::start_purchase(&client, id, attempt, &number.phone_number, SearchStep::Anywhere).await
        });
        self.mark_purchased(number).await
    }

    async fn mark_purchased(&mut self, number: &IncomingNumber) -> Result<(), WorkError> {
        let id = self.provisioning.id;
        in_transaction!(self.state, |client| {
            provisionings::mark_purchased(&client, id, &number.phone_number, &number.sid).await
        });
        self.provisioning.state = ProvisioningState::Purchased;
        self.provisioning.phone_number_sid = Some(number.sid.clone());
        Ok(())
    }

    async fn abandon_candidate(&mut self) -> Result<(), WorkError> {
        let id = self.provisioning.id;
        in_transaction!(self.state, |client| provisionings::abandon_candidate(&client, id).await);
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
        in_transaction!(self.state, |client| provisionings::mark_failed(&client, id, failure).await);
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
            in_transaction!(self.state, |client| provisionings::postpone(&client, id, attempt, delay).await);
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

fn default_name(number_type: shared::domain::NumberType) -> &'static str {
    use shared::domain::NumberType;
    match number_type {
        NumberType::Primary => "Primary",
        NumberType::Sales => "Sales",
        NumberType::Support => "Support",
        NumberType::Custom => "Phone number",
    }
}
