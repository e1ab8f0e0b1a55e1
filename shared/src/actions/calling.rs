//! Placing a call: stored first, then the carrier is asked once, then its answer is stored.

use url::Url;

use crate::{
    config::{CallWebhookConfig, SigningConfig},
    db::{
        DbError, GenericClient, conversations,
        messages::{self, NewOutbound},
        outbound_calls::{self, CallAnswer},
    },
    domain::{
        ApprovedCall, CallId, CallPurpose, CallState, CallStep, Channel, MessageId, StepKind, WorkspaceId,
        explain_carrier_code,
    },
    signalwire::{self, CallWebhooks, ClientError, StepSigner},
};

/// Where the carrier turns to about a call that we start.
#[derive(Debug)]
pub struct CallUrls {
    steps: StepSigner,
    document_url: Url,
    status_url: Url,
}

impl CallUrls {
    /// The steps of a call are signed, as `receive-call` and `receive-call-status` expect.
    #[must_use]
    pub fn new(config: CallWebhookConfig, signing: &SigningConfig) -> Self {
        Self { steps: StepSigner::new(signing), document_url: config.document_url, status_url: config.status_url }
    }

    fn webhooks(&self, call_id: CallId, call: &ApprovedCall) -> CallWebhooks {
        let (document, status) = match call.purpose() {
            CallPurpose::Speak { .. } => (StepKind::Speak, StepKind::Progress),
            CallPurpose::Connect { .. } => (StepKind::Announce, StepKind::Member),
        };
        CallWebhooks {
            document: self.steps.url(&self.document_url, &CallStep::of_outbound(call_id, document)),
            status_callback: self.steps.url(&self.status_url, &CallStep::of_outbound(call_id, status)),
        }
    }
}

/// A call that is stored and may be placed, once.
#[derive(Debug, Clone, Copy)]
pub struct StoredCall {
    /// Its row.
    pub call_id: CallId,
    /// Its entry in the conversation.
    pub message_id: MessageId,
}

/// Stores a call and its entry.
pub async fn store(
    transaction: &impl GenericClient,
    workspace_id: WorkspaceId,
    call: &ApprovedCall,
    sent_by: &str,
) -> Result<StoredCall, DbError> {
    let conversation_id =
        conversations::open(transaction, workspace_id, Channel::Voice, call.sender(), call.customer()).await?;
    let body = match call.purpose() {
        CallPurpose::Speak { body } => body.as_str(),
        CallPurpose::Connect { .. } => "",
    };
    let new = NewOutbound {
        channel: Channel::Voice,
        phone_number_id: call.sender().phone_number_id,
        number_type: call.sender().number_type,
        from: call.from().as_str(),
        to: call.customer().as_str(),
        subject: None,
        body,
        media_urls: &[],
        sender_reason: call.sender().reason,
        segments: 1,
        sent_by,
    };
    let message_id = messages::insert_outbound(transaction, workspace_id, conversation_id, &new).await?;
    let call_id = outbound_calls::insert(transaction, workspace_id, message_id, call).await?;
    Ok(StoredCall { call_id, message_id })
}

/// Asks the carrier for a stored call. Never repeated.
pub async fn place(
    carrier: &signalwire::Client,
    urls: &CallUrls,
    call_id: CallId,
    call: &ApprovedCall,
) -> Result<signalwire::Call, ClientError> {
    carrier.create_call(call, &urls.webhooks(call_id, call)).await
}

/// What the carrier's answer means for the call.
#[must_use]
pub fn carrier_answer(outcome: &Result<signalwire::Call, ClientError>) -> CallAnswer<'_> {
    match outcome {
        // Whatever it says, the phone has only just begun to ring; callbacks tell the rest.
        Ok(call) => {
            CallAnswer { carrier_sid: Some(&call.sid), state: CallState::Queued, error_code: None, error_message: None }
        }
        Err(error) if error.outcome_unknown() => {
            CallAnswer { carrier_sid: None, state: CallState::Unknown, error_code: None, error_message: None }
        }
        Err(error) => {
            let code = error.refusal().and_then(|refusal| refusal.code.as_deref());
            let explained = code.and_then(explain_carrier_code).map(|code| code.cause);
            CallAnswer {
                carrier_sid: None,
                state: CallState::Failed,
                error_code: code,
                error_message: explained.or(Some("The carrier did not take the call.")),
            }
        }
    }
}

/// Says how handing a call over went.
pub fn log_outcome(workspace_id: WorkspaceId, call_id: CallId, outcome: &Result<signalwire::Call, ClientError>) {
    match outcome {
        Ok(call) => tracing::info!(%workspace_id, %call_id, carrier.sid = call.sid, "call placed"),
        Err(error) if error.outcome_unknown() => {
            tracing::error!(%workspace_id, %call_id, %error, "the carrier's answer to a call is unknown");
        }
        Err(error) if error.needs_operator() => {
            tracing::error!(%workspace_id, %call_id, %error, "the carrier account needs the operator");
        }
        Err(error) => tracing::warn!(%workspace_id, %call_id, %error, "the carrier refused a call"),
    }
}
