//! Deliveries that an admin asks for.

use shared::{
    api::WebhookDelivery,
    auth::Entered,
    db::{webhook_deliveries, webhook_endpoints::Endpoint},
    domain::{WebhookDeliveryId, WebhookEndpointId, WebhookEndpointStatus},
    lambda::ApiError,
};

use crate::handler::get_locked;

/// An event that nothing happened for.
pub(crate) async fn test(entered: &Entered<'_>, id: Option<WebhookEndpointId>) -> Result<WebhookDelivery, ApiError> {
    let endpoint = get_enabled(entered, id).await?;
    let workspace_id = entered.workspace.id;
    Ok(webhook_deliveries::insert_test(entered.transaction, workspace_id, endpoint.id).await?.into())
}

/// The same event once more, with its old id.
pub(crate) async fn replay(
    entered: &Entered<'_>,
    id: Option<WebhookEndpointId>,
    delivery: Option<WebhookDeliveryId>,
) -> Result<WebhookDelivery, ApiError> {
    let endpoint = get_enabled(entered, id).await?;
    let delivery = delivery.ok_or_else(unknown_delivery)?;
    let replayed = webhook_deliveries::replay(entered.transaction, endpoint.id, delivery).await?;
    replayed.map(Into::into).ok_or_else(unknown_delivery)
}

async fn get_enabled(entered: &Entered<'_>, id: Option<WebhookEndpointId>) -> Result<Endpoint, ApiError> {
    let endpoint = get_locked(entered, id).await?;
    match endpoint.status {
        WebhookEndpointStatus::Enabled => Ok(endpoint),
        WebhookEndpointStatus::Disabled => Err(ApiError::Conflict {
            code: "webhook_endpoint_disabled",
            detail: "enable the webhook endpoint first".to_owned(),
        }),
    }
}

fn unknown_delivery() -> ApiError {
    ApiError::NotFound { code: "webhook_delivery_not_found", detail: "there is no such delivery".to_owned() }
}
