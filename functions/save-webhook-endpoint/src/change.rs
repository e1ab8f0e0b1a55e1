//! What an endpoint is.

use shared::{
    auth::{Caller, Entered},
    db::{
        audit_log::Action,
        webhook_deliveries,
        webhook_endpoints::{self, Endpoint, Wishes},
        workspaces,
    },
    domain::{Edit, WebhookDestinations, WebhookEndpointId, WebhookEndpointStatus, WebhookEventType, WebhookUrl},
    lambda::ApiError,
    webhooks::WebhookSecret,
};

use crate::{
    handler::{get_locked, note},
    request::Fields,
};

/// Each event is stored once per endpoint, so they are few.
const MAX_ENDPOINTS: usize = 10;

/// Under the workspace's lock: of two at once the second one counts the first.
pub(crate) async fn create(
    entered: &Entered<'_>,
    caller: &Caller,
    fields: Fields,
) -> Result<(Endpoint, String), ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let url = fields.url.ok_or_else(|| ApiError::invalid("url", "is required"))?;
    workspaces::lock(client, workspace_id).await?;
    if webhook_endpoints::list(client, workspace_id).await?.len() >= MAX_ENDPOINTS {
        let detail = format!("a workspace has at most {MAX_ENDPOINTS} webhook endpoints");
        return Err(ApiError::Conflict { code: "webhook_endpoint_limit_reached", detail });
    }
    let event_types = fields.event_types.unwrap_or_else(|| WebhookEventType::SUBSCRIBABLE.to_vec());
    let description = fields.description.value();
    let wishes = Wishes {
        url: &url,
        description: description.as_deref(),
        event_types: &event_types,
        status: fields.status.unwrap_or(WebhookEndpointStatus::Enabled),
    };
    let secret = new_secret()?;
    let endpoint = webhook_endpoints::insert(client, workspace_id, &wishes, &secret).await?;
    note(entered, caller, Action::WebhookEndpointCreated, endpoint.id).await?;
    Ok((endpoint, secret))
}

/// What waits for an endpoint that is disabled is called off; it can be replayed.
pub(crate) async fn change(
    entered: &Entered<'_>,
    caller: &Caller,
    id: Option<WebhookEndpointId>,
    fields: Fields,
) -> Result<Endpoint, ApiError> {
    let before = get_locked(entered, id).await?;
    let client = entered.transaction;
    let url = match fields.url {
        Some(url) => url,
        // It was good when it was given; the worker looks again whatever it is.
        None => WebhookUrl::parse(&before.url, WebhookDestinations::PublicAndLoopback)
            .map_err(|error| ApiError::Internal(Box::new(error)))?,
    };
    let description = match fields.description {
        Edit::Keep => before.description,
        edit => edit.value(),
    };
    let wishes = Wishes {
        url: &url,
        description: description.as_deref(),
        event_types: fields.event_types.as_deref().unwrap_or(&before.event_types),
        status: fields.status.unwrap_or(before.status),
    };
    let endpoint = webhook_endpoints::update(client, before.id, &wishes).await?;
    if endpoint.status == WebhookEndpointStatus::Disabled {
        webhook_deliveries::cancel_all(client, endpoint.id).await?;
    }
    note(entered, caller, Action::WebhookEndpointChanged, endpoint.id).await?;
    Ok(endpoint)
}

pub(crate) async fn delete(
    entered: &Entered<'_>,
    caller: &Caller,
    id: Option<WebhookEndpointId>,
) -> Result<Endpoint, ApiError> {
    let endpoint = get_locked(entered, id).await?;
    webhook_endpoints::delete(entered.transaction, endpoint.id).await?;
    webhook_deliveries::cancel_all(entered.transaction, endpoint.id).await?;
    note(entered, caller, Action::WebhookEndpointDeleted, endpoint.id).await?;
    Ok(endpoint)
}

pub(crate) async fn rotate_secret(
    entered: &Entered<'_>,
    caller: &Caller,
    id: Option<WebhookEndpointId>,
) -> Result<(Endpoint, String), ApiError> {
    let endpoint = get_locked(entered, id).await?;
    let secret = new_secret()?;
    webhook_endpoints::rotate_secret(entered.transaction, endpoint.id, &secret).await?;
    note(entered, caller, Action::WebhookSecretRotated, endpoint.id).await?;
    Ok((endpoint, secret))
}

fn new_secret() -> Result<String, ApiError> {
    let secret = WebhookSecret::generate().map_err(|error| ApiError::Internal(Box::new(error)))?;
    Ok(secret.expose().to_owned())
}
