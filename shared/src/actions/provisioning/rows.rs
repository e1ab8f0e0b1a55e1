//! The rows that the steps of a provisioning write, each in a transaction of its own that sees every workspace.

use serde_json::json;

use crate::{
    actions::{Provisioner, WorkError, assignment},
    db::{
        self, DbError,
        audit_log::{self, Action, Actor, Entry},
        number_changes, numbers,
        numbers::NewNumber,
        provisionings::{self, Provisioning},
        workspaces,
    },
    domain::{MessagingStatus, NumberType, ProvisioningFailure},
    signalwire::IncomingNumber,
};

/// Runs statements in a transaction that sees every workspace, and commits it.
macro_rules! in_transaction {
    ($provisioner:expr, |$client:ident| $body:expr) => {{
        let mut connection = $provisioner.pool.get().await?;
        let $client = crate::db::system_transaction(&mut connection).await?;
        let result = $body?;
        $client.commit().await.map_err(crate::db::DbError::from)?;
        result
    }};
}
pub(super) use in_transaction;

/// Gives a bought number to its workspace and ends the provisioning, with the order of its campaign assignment.
pub(super) async fn store_number(
    provisioner: &Provisioner,
    row: &Provisioning,
    number: &IncomingNumber,
    order: Option<&assignment::Ordered>,
) -> Result<(), WorkError> {
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    // Under the lock, so that of several first numbers exactly one becomes the primary.
    workspaces::lock(&transaction, row.workspace_id).await?;
    let has_primary = number_changes::find_primary(&transaction, row.workspace_id).await?.is_some();
    let number_type = match row.number_type {
        NumberType::Primary if has_primary => NumberType::Custom,
        wanted => wanted,
    };
    let new = new_number(provisioner, row, number, number_type);
    let id = numbers::insert(&transaction, row.workspace_id, &new).await?;
    if let Some(order) = order {
        numbers::set_campaign_order(&transaction, id, &order.campaign_id, &order.order_id).await?;
    }
    if new.messaging_status == MessagingStatus::Pending {
        // Before the commit, after which nothing would bring a worker here again. It is seen seconds later.
        assignment::follow_later(provisioner, id).await?;
    }
    provisionings::mark_active(&transaction, row.id, id).await?;
    let entry = Entry {
        actor: Actor::SYSTEM,
        action: Action::Provisioned,
        phone_number_id: Some(id),
        provisioning_id: Some(row.id),
        details: json!({ "phoneNumberSid": number.sid, "numberType": number_type, "searchStep": row.search_step }),
    };
    audit_log::insert(&transaction, row.workspace_id, &entry).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

fn new_number<'a>(
    provisioner: &Provisioner,
    row: &'a Provisioning,
    number: &'a IncomingNumber,
    number_type: NumberType,
) -> NewNumber<'a> {
    NewNumber {
        phone_number: &number.phone_number,
        phone_number_sid: &number.sid,
        friendly_name: row.friendly_name.as_deref().unwrap_or(number_type.default_name()),
        number_type,
        capabilities: number.capabilities,
        messaging_status: if number.capabilities.sms { MessagingStatus::Ready } else { MessagingStatus::Pending },
        voice_url: number.voice_url.as_deref(),
        sms_url: number.sms_url.as_deref(),
        status_callback_url: number.status_callback.as_deref(),
        verification_status: number.verification_status.as_deref(),
        monthly_cost_cents: provisioner.business.number_monthly_cost_cents,
    }
}

/// Gives a provisioning up.
pub(super) async fn mark_failed(
    provisioner: &Provisioner,
    row: &Provisioning,
    failure: ProvisioningFailure,
) -> Result<(), WorkError> {
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    if provisionings::mark_failed(&transaction, row.id, failure).await? {
        let entry = Entry {
            actor: Actor::SYSTEM,
            action: Action::ProvisioningFailed,
            phone_number_id: None,
            provisioning_id: Some(row.id),
            details: json!({ "code": failure }),
        };
        audit_log::insert(&transaction, row.workspace_id, &entry).await?;
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}
