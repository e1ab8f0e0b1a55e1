//! The reservation: limit, idempotency and audit in one transaction.

use serde_json::{Value, json};
use shared::{
    actions::reservation,
    auth::{self, Access, Entered},
    config::BusinessConfig,
    db::{
        self,
        audit_log::{self, Action, Actor, Entry},
        idempotency_keys::{self, Claim, Effect},
        provisionings::{self, Provisioning, Wish},
        workspaces,
    },
    domain::{ProvisioningId, ProvisioningState, WorkspaceId},
    lambda::ApiError,
};

use crate::{
    handler::{Session, State},
    request::{Order, unknown_provisioning},
};

/// The name under which idempotency keys of this route are kept.
const ROUTE: &str = "POST phone-numbers";

/// A reservation, made by this request or found by its key.
pub(crate) struct Reserved {
    pub workspace_id: WorkspaceId,
    pub provisioning_id: ProvisioningId,
    /// A queue message was sent for it, so somebody is at it or will be.
    pub queued: bool,
}

pub(crate) async fn reserve(state: &State, session: &Session, order: &Order) -> Result<Reserved, ApiError> {
    let mut connection = state.provisioner.pool.get().await?;
    let entered = auth::enter(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;
    let business = &state.provisioner.business;
    let provisioning_id = match order {
        Order::New { wish, key: None, .. } => insert(&entered, business, session, wish).await?,
        Order::New { wish, key: Some(key), content } => match find_by_key(&entered, key, content).await? {
            Some(known) => known,
            None => insert_with_key(&entered, business, session, (wish, key)).await?,
        },
        Order::Retry(failed) => retry(&entered, business, session, *failed).await?,
    };
    let workspace_id = entered.workspace.id;
    let unqueued = provisionings::list_unqueued(entered.transaction, workspace_id).await?;
    entered.commit().await?;
    Ok(Reserved { workspace_id, provisioning_id, queued: !unqueued.contains(&provisioning_id) })
}

/// Takes the key, or finds what it was used for.
async fn find_by_key(entered: &Entered<'_>, key: &str, content: &[u8]) -> Result<Option<ProvisioningId>, ApiError> {
    let (client, hash) = (entered.transaction, db::content_key(content));
    match idempotency_keys::claim(client, entered.workspace.id, ROUTE, key, &hash).await? {
        Claim::New => Ok(None),
        Claim::OtherRequest => Err(ApiError::Refused {
            code: "idempotency_key_reused",
            detail: "this Idempotency-Key was used for a request with another content".to_owned(),
            field: Some("Idempotency-Key"),
            extra: Value::Null,
        }),
        Claim::Unanswered(Effect { provisioning_id: Some(id), .. }) => Ok(Some(id)),
        // The transaction that takes a key also ties the provisioning to it, and no answer is stored: each is given from
        // the provisioning as it stands.
        Claim::Unanswered(_) | Claim::Answered(..) => {
            Err(ApiError::Internal("an idempotency key without a provisioning".into()))
        }
    }
}

async fn insert_with_key(
    entered: &Entered<'_>,
    business: &BusinessConfig,
    session: &Session,
    (wish, key): (&Wish, &str),
) -> Result<ProvisioningId, ApiError> {
    let id = insert(entered, business, session, wish).await?;
    idempotency_keys::set_provisioning(entered.transaction, entered.workspace.id, ROUTE, key, id).await?;
    Ok(id)
}

async fn insert(
    entered: &Entered<'_>,
    business: &BusinessConfig,
    session: &Session,
    wish: &Wish,
) -> Result<ProvisioningId, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = reservation::reserve(client, business, workspace_id, wish).await?;
    let entry = Entry {
        actor: Actor { user: &session.caller.user_id, impersonator: session.caller.actor.as_deref() },
        action: Action::Requested,
        phone_number_id: None,
        provisioning_id: Some(id),
        details: json!({ "areaCode": wish.area_code, "numberType": wish.number_type, "retryOf": wish.retry_of }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::info!(%workspace_id, provisioning_id = %id, "number reserved");
    Ok(id)
}

/// The workspace's lock comes first: of two simultaneous retries the second finds the first one's reservation.
async fn retry(
    entered: &Entered<'_>,
    business: &BusinessConfig,
    session: &Session,
    failed: ProvisioningId,
) -> Result<ProvisioningId, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    workspaces::lock(client, workspace_id).await?;
    let row = provisionings::find(client, workspace_id, failed).await?.ok_or_else(unknown_provisioning)?;
    if row.state != ProvisioningState::Failed {
        let detail = "only a provisioning that has failed can be tried again".to_owned();
        return Err(ApiError::Conflict { code: "provisioning_not_failed", detail });
    }
    if let Some(known) = provisionings::find_retry(client, workspace_id, failed).await? {
        return Ok(known);
    }
    insert(entered, business, session, &same_wish(row)).await
}

fn same_wish(row: Provisioning) -> Wish {
    Wish {
        number_type: row.number_type,
        friendly_name: row.friendly_name,
        area_code: row.area_code,
        phone_number: row.requested,
        retry_of: Some(row.id),
    }
}
