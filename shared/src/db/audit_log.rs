//! `audit_log`: who did what, above all to which number. Rows are written in the transaction of the change and never altered.

use serde_json::Value;
use tokio_postgres::{GenericClient, types::Type};

use super::DbError;
use crate::domain::{PhoneNumberId, ProvisioningId, WorkspaceId, text_enum};

text_enum! {
    /// What was done.
    pub enum Action {
        /// A number was asked for and reserved.
        Requested => "number.requested",
        /// A number was bought and given to the workspace.
        Provisioned => "number.provisioned",
        /// The attempt to get a number was given up.
        ProvisioningFailed => "number.provisioning_failed",
        /// Name or department changed.
        Updated => "number.updated",
        /// The plan does not cover the number any more; texts to it are stored, nothing is sent from it.
        Suspended => "number.suspended",
        /// The plan covers the number again.
        Restored => "number.restored",
        /// The number was given back.
        Released => "number.released",
        /// An admin took a customer's opt-out back.
        OptOutRemoved => "opt_out.removed",
        /// A recording of a call was kept as long as it was to be kept.
        RecordingDeleted => "recording.deleted",
        /// The carrier deleted its copy of a recording.
        RecordingDeletedAtCarrier => "recording.deleted_at_carrier",
        /// Two contacts were one person.
        ContactMerged => "contact.merged",
        /// An admin had a person forgotten.
        ContactErased => "contact.erased",
        /// An admin changed when customers are not disturbed.
        QuietHoursChanged => "workspace.quiet_hours_changed",
        /// An admin changed how long things are kept.
        RetentionChanged => "workspace.retention_changed",
        /// An admin added an address that is told of events.
        WebhookEndpointCreated => "webhook_endpoint.created",
        /// An admin changed one.
        WebhookEndpointChanged => "webhook_endpoint.changed",
        /// An admin removed one.
        WebhookEndpointDeleted => "webhook_endpoint.deleted",
        /// An admin gave one another secret.
        WebhookSecretRotated => "webhook_endpoint.secret_rotated",
        /// One did not take anything any more.
        WebhookEndpointDisabled => "webhook_endpoint.disabled",
        /// An admin began to bring numbers along.
        PortOrderCreated => "port_order.created",
        /// An admin changed what the order says.
        PortOrderChanged => "port_order.changed",
        /// An admin handed it to the operator.
        PortOrderSubmitted => "port_order.submitted",
        /// The operator noted that the losing carrier refused it.
        PortOrderRejected => "port_order.rejected",
        /// The operator noted the day on which the numbers move.
        PortOrderScheduled => "port_order.scheduled",
        /// Its numbers became the workspace's.
        PortOrderCompleted => "port_order.completed",
        /// It was called off.
        PortOrderCancelled => "port_order.cancelled",
        /// The operator took it along as one file, with its documents.
        PortOrderExported => "port_order.exported",
        /// An admin changed what the workspace says about its company or its texts.
        RegistrationSaved => "registration.saved",
        /// An admin handed the registration in, for the fees that are noted.
        RegistrationSubmitted => "registration.submitted",
        /// The registration came further, or was refused.
        RegistrationMoved => "registration.moved",
        /// The operator handed a correction in at the carrier.
        RegistrationResubmitted => "registration.resubmitted",
        /// The operator noted why it was refused.
        RegistrationExplained => "registration.explained",
        /// An admin set where an ambulance goes when somebody calls 911 from the number.
        EmergencyAddressSet => "number.emergency_address_set",
        /// An admin took that away.
        EmergencyAddressRemoved => "number.emergency_address_removed",
        /// A message that waited for its time was called off.
        MessageCanceled => "message.canceled",
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The Clerk user, or `system`.
    pub user: &'a str,
    /// Who really sat there, when Clerk's impersonation was used.
    pub impersonator: Option<&'a str>,
}

impl Actor<'_> {
    /// What happens by itself: work of the queue, plan changes, the sweep.
    pub const SYSTEM: Actor<'static> = Actor { user: "system", impersonator: None };
}

/// One entry.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Who.
    pub actor: Actor<'a>,
    /// What.
    pub action: Action,
    /// To which number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// By which attempt.
    pub provisioning_id: Option<ProvisioningId>,
    /// What changed; ids and words, never texts.
    pub details: Value,
}

/// Writes one entry.
pub async fn insert(client: &impl GenericClient, workspace_id: WorkspaceId, entry: &Entry<'_>) -> Result<(), DbError> {
    let sql = "-- audit_log::insert
        INSERT INTO audit_log (workspace_id, actor, impersonator, action, phone_number_id, provisioning_id, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&entry.actor.user, Type::TEXT),
                (&entry.actor.impersonator, Type::TEXT),
                (&entry.action.as_str(), Type::TEXT),
                (&entry.phone_number_id.map(|id| id.0), Type::UUID),
                (&entry.provisioning_id.map(|id| id.0), Type::UUID),
                (&entry.details, Type::JSONB),
            ],
        )
        .await?;
    Ok(())
}
