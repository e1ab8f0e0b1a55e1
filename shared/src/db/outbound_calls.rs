//! `calls` that we start: stored before the carrier is asked, and what its answer means. What happens on the phones is told
//! by `call_events`.

use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{DbError, column, numbers::stored_number, parsed};
use crate::domain::{
    ApprovedCall, CallId, CallKind, CallPurpose, CallState, MessageId, NumberType, PhoneNumber, WorkspaceId,
};

/// Stores a call as `pending` beside its entry, in the transaction that made the entry. Until its phones tell how long they
/// talked it costs what its minutes are expected to, by the rates of now.
pub async fn insert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    message_id: MessageId,
    call: &ApprovedCall,
) -> Result<CallId, DbError> {
    let sql = "-- outbound_calls::insert
        INSERT INTO calls (workspace_id, conversation_id, message_id, phone_number_id, number_type, kind, direction,
            from_number, to_number, member_number, state, estimated_cost_micros, sent_by)
        SELECT workspace_id, conversation_id, id, phone_number_id, $3, $4, direction, from_number, to_number, $5, status,
            $6 * unit_cost('voice', 'outbound', now()), sent_by
        FROM conversation_messages WHERE workspace_id = $1 AND id = $2
        RETURNING id";
    let (kind, member) = match call.purpose() {
        CallPurpose::Speak { .. } => (CallKind::Spoken, None),
        CallPurpose::Connect { member } => (CallKind::ClickToCall, Some(member.as_str())),
    };
    let params: [(&(dyn ToSql + Sync), Type); 6] = [
        (&workspace_id.0, Type::UUID),
        (&message_id.0, Type::UUID),
        (&call.sender().number_type.map(NumberType::as_str), Type::TEXT),
        (&kind.as_str(), Type::TEXT),
        (&member, Type::TEXT),
        (&call.estimated_minutes(), Type::INT4),
    ];
    Ok(CallId(column(&client.query_typed_one(sql, &params).await?, "id")?))
}

/// What the carrier said when it was asked for a call.
#[derive(Debug)]
pub struct CallAnswer<'a> {
    /// The carrier's id, when it took the call.
    pub carrier_sid: Option<&'a str>,
    /// Where that leaves the call.
    pub state: CallState,
    /// The carrier's error code.
    pub error_code: Option<&'a str>,
    /// What the code means.
    pub error_message: Option<&'a str>,
}

/// Notes the carrier's answer. Callbacks may have been faster: the state only moves forward.
pub async fn record_answer(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: CallId,
    answer: &CallAnswer<'_>,
) -> Result<(), DbError> {
    let sql = "-- outbound_calls::record_answer
        WITH call AS (
            UPDATE calls SET
                carrier_sid = coalesce(carrier_sid, $3),
                state = CASE WHEN call_state_rank($4) > call_state_rank(state) THEN $4 ELSE state END,
                error_code = coalesce(error_code, $5), error_message = coalesce(error_message, $6),
                ended_at = CASE WHEN $4 = 'failed' THEN coalesce(ended_at, now()) ELSE ended_at END, updated_at = now()
            WHERE workspace_id = $1 AND id = $2
            RETURNING message_id, state, error_code, error_message
        )
        UPDATE conversation_messages m SET status = call.state, error_code = call.error_code,
            error_message = call.error_message, updated_at = now()
        FROM call WHERE m.id = call.message_id";
    let params: [(&(dyn ToSql + Sync), Type); 6] = [
        (&workspace_id.0, Type::UUID),
        (&id.0, Type::UUID),
        (&answer.carrier_sid, Type::TEXT),
        (&answer.state.as_str(), Type::TEXT),
        (&answer.error_code, Type::TEXT),
        (&answer.error_message, Type::TEXT),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// What the carrier is told to do with a call that was picked up.
#[derive(Debug, Clone)]
pub struct Script {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// What it is for.
    pub kind: CallKind,
    /// The text to speak; empty when people are connected.
    pub body: String,
    /// Our number, which the customer sees.
    pub from: PhoneNumber,
    /// The customer.
    pub customer: PhoneNumber,
    /// What the member knows the customer by, when there is a name.
    pub customer_name: Option<String>,
    /// Whether our number's call flow has talks recorded.
    pub is_recorded: bool,
}

/// What a call of ours is for; `None` when there is no such call, or it is over.
pub async fn find_script(client: &impl GenericClient, id: CallId) -> Result<Option<Script>, DbError> {
    let sql = "-- outbound_calls::find_script
        SELECT c.workspace_id, c.kind, m.body, c.from_number, c.to_number, nullif(concat_ws(' ', p.first_name, p.last_name), '') AS customer_name,
            coalesce((n.voice ->> 'recordCalls')::boolean, false) AS is_recorded
        FROM calls c
            JOIN conversation_messages m ON m.id = c.message_id
            JOIN conversations t ON t.id = c.conversation_id
            LEFT JOIN contacts p ON p.id = t.contact_id
            LEFT JOIN workspace_phone_numbers n ON n.id = c.phone_number_id
        WHERE c.id = $1 AND c.direction = 'outbound' AND call_state_rank(c.state) <= call_state_rank('answered')";
    let row = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?;
    row.map(|row| {
        Ok(Script {
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            kind: parsed(&row, "kind")?,
            body: column(&row, "body")?,
            from: stored_number(&row, "from_number")?,
            customer: stored_number(&row, "to_number")?,
            customer_name: column(&row, "customer_name")?,
            is_recorded: column(&row, "is_recorded")?,
        })
    })
    .transpose()
}
