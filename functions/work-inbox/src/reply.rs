//! Answers to keywords, through the same checks as every other text.

use shared::{
    actions::sending::{record_outcome, status_callback},
    db::{
        self, DbError,
        automatic_replies::{self, Waiting},
        conversations,
        messages::{self, NewOutbound},
        numbers,
    },
    domain::{
        self, ApprovedMessage, AutomaticReplyId, Channel, Draft, MessageId, Sender, SenderReason, SenderRequest,
        WorkspaceId,
    },
};
use tokio_postgres::Transaction;

use crate::handler::State;

/// Who is noted as the sender.
const SENT_BY: &str = "system";

/// A message that is stored and may be handed to the carrier, once.
struct Prepared {
    workspace_id: WorkspaceId,
    message_id: MessageId,
    approved: ApprovedMessage,
}

/// Gives an answer, unless it was given before. Only what comes before the carrier is asked may be tried again.
pub(crate) async fn send(state: &State, id: AutomaticReplyId) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let prepared = prepare(state, &transaction, id).await?;
    transaction.commit().await?;
    drop(connection);
    let Some(Prepared { workspace_id, message_id, approved }) = prepared else { return Ok(()) };

    let callback = status_callback(&state.status_webhook_url, message_id);
    let outcome = state.carrier.send_message(&approved, &callback).await;
    match &outcome {
        Ok(sent) => tracing::info!(%workspace_id, %message_id, carrier.sid = sent.sid, "keyword answered"),
        Err(error) => tracing::error!(%workspace_id, %message_id, %error, "the answer to a keyword was not taken"),
    }

    record_outcome(&state.pool, workspace_id, message_id, &outcome).await;
    Ok(())
}

async fn prepare(state: &State, client: &Transaction<'_>, id: AutomaticReplyId) -> Result<Option<Prepared>, DbError> {
    let Some(waiting) = automatic_replies::claim(client, id).await? else { return Ok(None) };
    let workspace_id = waiting.workspace_id;
    let approved = match approve(state, client, &waiting).await? {
        Ok(approved) => approved,
        Err(reason) => {
            tracing::warn!(%workspace_id, reply_id = %id, kind = %waiting.kind, reason, "keyword not answered");
            automatic_replies::mark_done(client, id, None).await?;
            return Ok(None);
        }
    };
    let (sender, to) = (approved.sender(), approved.to());
    let conversation_id = conversations::open(client, workspace_id, Channel::Sms, sender, to).await?;
    let segments = i32::try_from(approved.segments().segments).unwrap_or(i32::MAX);
    let new = NewOutbound::from_number(Channel::Sms, &approved, segments, SENT_BY);
    let message_id = messages::insert_outbound(client, workspace_id, conversation_id, &new).await?;
    automatic_replies::mark_done(client, id, Some(message_id)).await?;
    Ok(Some(Prepared { workspace_id, message_id, approved }))
}

/// The inner error says why the answer is not given.
async fn approve(
    state: &State,
    client: &Transaction<'_>,
    waiting: &Waiting,
) -> Result<Result<ApprovedMessage, String>, DbError> {
    let Some(text) = state.business.reply_text(waiting.kind) else {
        return Ok(Err("the carrier answers it".to_owned()));
    };
    let own = numbers::list_for_sending(client, waiting.workspace_id, Channel::Sms).await?;
    let wanted = SenderRequest {
        phone_number_id: waiting.phone_number_id,
        conversation_number: Some(waiting.phone_number_id),
        ..SenderRequest::default()
    };
    let sender = match domain::choose_sender(&own, &wanted, &state.platform_number) {
        Ok(sender) => Sender { reason: SenderReason::Conversation, ..sender },
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let Some(consent) = waiting.consent(sender) else {
        return Ok(Err("the other side cannot be texted".to_owned()));
    };
    let draft = Draft { body: text.to_owned(), media_urls: Vec::new() };
    let approved = domain::approve(draft, consent, &state.business.destination_countries);
    Ok(approved.map_err(|refusal| refusal.to_string()))
}
