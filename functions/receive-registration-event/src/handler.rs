use std::{convert::Infallible, time::Duration};

use chrono::{DateTime, Utc};
use lambda_http::{Body, Request, Response};
use shared::{
    actions::registration::{self, BrandNews},
    clock,
    db::{
        self, DbError, Pool, Transaction, messaging_brands,
        messaging_campaigns::{self, Approval},
        registrations::{self, Found},
    },
    domain::{RegistrationId, WorkspaceId, mask},
    lambda::{self, WebhookReply},
    queue::{ProvisioningWork, Sender},
    signalwire::{VerifiedWebhook, Verifier},
};

use crate::event::{Meaning, RegistrationEvent};

/// The carrier's events give no cause of a failure.
const ASSIGNMENT_FAILED: &str = "The carrier did not admit this number to texting. The operator has to look into it.";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
    /// The provisioning queue.
    pub queue: Sender,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = async { receive_registration_event(state, &request).await.into_response() };
    Ok(lambda::measured("receive-registration-event", answer).await)
}

async fn receive_registration_event(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };
    let event: RegistrationEvent = match webhook.json() {
        Ok(event) => event,
        Err(error) => return WebhookReply::Unreadable(Box::new(error)),
    };

    let stored = state.pool.retry_once(|| store(state, &webhook, &event)).await;

    match stored {
        Ok(next) => {
            // What was stored is stored whatever the queue says.
            if let Some(id) = next
                && let Err(error) = state.queue.send(ProvisioningWork::follow_registration(id, 0), Duration::ZERO).await
            {
                tracing::error!(registration_id = %id, %error, "the registration is not queued, the sweep has to find it");
            }
            WebhookReply::NoContent
        }
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}

/// What an event was about.
enum Subject {
    Number(Found),
    Registration(WorkspaceId, RegistrationId),
}

impl Subject {
    fn workspace_id(&self) -> WorkspaceId {
        match self {
            Self::Number(found) => found.workspace_id,
            Self::Registration(workspace_id, _) => *workspace_id,
        }
    }
}

/// Stores the event; gives the registration that somebody has to bring forward now.
async fn store(
    state: &State,
    webhook: &VerifiedWebhook,
    event: &RegistrationEvent,
) -> Result<Option<RegistrationId>, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let meaning = event.meaning();
    let at = event.happened_at().unwrap_or_else(clock::now);
    let (subject, moved) = match meaning {
        Meaning::Other => (None, false),
        Meaning::Activated | Meaning::Failed | Meaning::TriedAgain => {
            move_number(&transaction, event, meaning, at).await?
        }
        Meaning::Brand(news) => move_brand(&transaction, event, news, at).await?,
        Meaning::Campaign(approval) => move_campaign(&transaction, event, approval, at).await?,
    };
    let owner = subject.as_ref().map(Subject::workspace_id);
    registrations::record(&transaction, &db::content_key(webhook.body()), event.kind(), owner).await?;
    transaction.commit().await?;
    log(event, meaning, subject.as_ref(), moved);
    Ok(match subject {
        Some(Subject::Registration(_, id)) if moved => Some(id),
        Some(_) | None => None,
    })
}

type Moved = Result<(Option<Subject>, bool), DbError>;

async fn move_number(
    transaction: &Transaction<'_>,
    event: &RegistrationEvent,
    meaning: Meaning,
    at: DateTime<Utc>,
) -> Moved {
    let Some(found) = registrations::find_number(transaction, event.number()).await? else {
        return Ok((None, false));
    };
    let moved = match meaning {
        Meaning::Activated => {
            registrations::mark_activated(transaction, found.id, event.campaign_id.as_deref()).await?
        }
        Meaning::Failed => registrations::mark_failed(transaction, found.id, ASSIGNMENT_FAILED, at).await?,
        Meaning::TriedAgain => registrations::mark_pending(transaction, found.id, at).await?,
        Meaning::Brand(_) | Meaning::Campaign(_) | Meaning::Other => false,
    };
    Ok((Some(Subject::Number(found)), moved))
}

/// A brand that is not stored yet is made up for by the worker's look at it. One of a deleted workspace stays where it is:
/// what comes next is a campaign.
async fn move_brand(
    transaction: &Transaction<'_>,
    event: &RegistrationEvent,
    news: BrandNews,
    at: DateTime<Utc>,
) -> Moved {
    let id = event.brand_id.as_deref().unwrap_or_default();
    let Some(brand) = messaging_brands::find_by_carrier_id(transaction, id).await? else {
        return Ok((None, false));
    };
    let moved = !brand.workspace_deleted && registration::take_brand_news(transaction, &brand, news, at).await?;
    Ok((Some(Subject::Registration(brand.workspace_id, brand.id)), moved))
}

/// A campaign that another one has taken the place of is nobody's concern any more.
async fn move_campaign(
    transaction: &Transaction<'_>,
    event: &RegistrationEvent,
    approval: Approval,
    at: DateTime<Utc>,
) -> Moved {
    let id = event.campaign_id.as_deref().unwrap_or_default();
    let Some((campaign, is_current)) = messaging_campaigns::find_by_carrier_id(transaction, id).await? else {
        return Ok((None, false));
    };
    let moved = is_current && registration::take_campaign_news(transaction, &campaign, approval, at).await?;
    Ok((Some(Subject::Registration(campaign.workspace_id, campaign.registration_id)), moved))
}

fn log(event: &RegistrationEvent, meaning: Meaning, subject: Option<&Subject>, moved: bool) {
    let (kind, campaign_id) = (event.kind(), event.campaign_id.as_deref());
    let (order_id, phone_number_sid) = (event.number_assignment_order_id.as_deref(), event.phone_number_id.as_deref());
    match (subject, meaning) {
        (None, Meaning::Other) => tracing::info!(kind, campaign_id, order_id, "registration event ignored"),
        (None, Meaning::Brand(_) | Meaning::Campaign(_)) => {
            let brand_id = event.brand_id.as_deref();
            tracing::info!(kind, brand_id, campaign_id, "registration event of no workspace's registration");
        }
        (None, Meaning::Activated | Meaning::Failed | Meaning::TriedAgain) => {
            let phone_number = event.phone_number.as_deref().map(mask);
            tracing::warn!(kind, order_id, phone_number_sid, phone_number, "registration event of an unknown number");
        }
        (Some(subject), Meaning::Failed) if moved => {
            let workspace_id = subject.workspace_id();
            tracing::error!(%workspace_id, phone_number_sid, order_id, "the campaign assignment failed");
        }
        (Some(subject), _) => {
            let workspace_id = subject.workspace_id();
            tracing::info!(%workspace_id, phone_number_sid, kind, moved, "registration event received");
        }
    }
}
