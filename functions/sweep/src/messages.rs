//! Texts and statuses that did not find their way into the inbox.

use std::collections::HashMap;

use chrono::{Duration, TimeDelta};
use serde_json::Value;
use shared::{
    actions::inbox,
    clock,
    db::{self, DbError, carrier_lists::CarrierList, message_gaps, message_looks},
    domain::MessageStatus,
    signalwire::{ClientError, Form, Message},
};

use crate::{
    handler::{BATCH, Report, State, SweepError},
    pages,
};

type Swept = Result<(), SweepError>;

/// How far back the carrier's list is compared.
const BACK: TimeDelta = Duration::hours(24);

/// Texts whose number had no owner when they came, for instance because its purchase was not stored yet.
pub(crate) async fn replay_strays(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let strays = message_gaps::claim_strays(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let mut left_out = 0;
    for stray in strays {
        match store(state, &form_of(&stray.payload), stray.received_at).await {
            Ok(()) => {}
            Err(error) if error.is_about_one() => {
                tracing::error!(event.id = %stray.id, %error, "a text that had no owner cannot be stored");
                left_out += 1;
                continue;
            }
            Err(error) => return Err(error),
        }
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        let is_placed = message_gaps::mark_replayed(&transaction, stray.id).await?;
        transaction.commit().await.map_err(DbError::from)?;
        if is_placed {
            tracing::info!(event.id = %stray.id, "a text found its owner");
            report.replayed += 1;
        }
    }
    all_or(left_out)
}

/// Compares the carrier's list of messages with the inbox, in both directions.
pub(crate) async fn back_fill(state: &State, report: &mut Report) -> Swept {
    let now = clock::now();
    let since = now - BACK;
    // A webhook that is on its way is not missing.
    let settled = now - state.business.message_back_fill_after();
    let read = async |page: Option<&str>| state.carrier.list_messages(since, page).await;
    let mut left_out = 0;
    pages::compare(state, CarrierList::Messages, read, async |mut listed: Vec<Message>| {
        listed.retain(|message| message.created_at.is_some_and(|at| since <= at && at <= settled));
        left_out += find_texts(state, &listed, report).await?;
        left_out += find_statuses(state, &listed, report).await?;
        find_prices(state, &listed, report).await
    })
    .await?;
    all_or(left_out)
}

/// Said at the end: one that cannot be taken over must not keep away those after it.
pub(crate) fn all_or(left_out: usize) -> Swept {
    if left_out == 0 { Ok(()) } else { Err(SweepError::Entries(left_out)) }
}

/// Stores what is missing; how many could not be stored.
async fn find_texts(state: &State, listed: &[Message], report: &mut Report) -> Result<usize, SweepError> {
    let is_inbound = |message: &&Message| message.direction.as_deref() == Some("inbound");
    let by_sid: HashMap<&str, &Message> = listed.iter().filter(is_inbound).map(|m| (m.sid.as_str(), m)).collect();
    let texts: Vec<_> =
        by_sid.values().filter_map(|m| Some((m.sid.as_str(), m.to.as_deref()?, m.created_at?))).collect();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let missing = message_gaps::list_missing(&transaction, &texts).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let mut left_out = 0;
    for message in missing.iter().filter_map(|sid| by_sid.get(sid.as_str())) {
        match take_over(state, message).await {
            Ok(()) => {
                tracing::error!(carrier.sid = message.sid, "a text that never arrived was found in the carrier's list");
                report.recovered_messages += 1;
            }
            Err(error) if error.is_about_one() => {
                tracing::error!(carrier.sid = message.sid, %error, "a text that never arrived cannot be stored");
                left_out += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(left_out)
}

async fn take_over(state: &State, message: &Message) -> Swept {
    let form = back_filled(state, message).await?;
    store(state, &form, message.created_at.unwrap_or_else(clock::now)).await
}

/// The webhook that did not come.
async fn back_filled(state: &State, message: &Message) -> Result<Form, SweepError> {
    let media = if message.num_media.unwrap_or_default() > 0 {
        match state.carrier.list_media(&message.sid).await {
            // The words are still there.
            Err(ClientError::NotFound(_)) => Vec::new(),
            media => media?,
        }
    } else {
        Vec::new()
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut pairs = vec![
        ("MessageSid".to_owned(), message.sid.clone()),
        ("From".to_owned(), text(&message.from)),
        ("To".to_owned(), text(&message.to)),
        ("Body".to_owned(), text(&message.body)),
        ("NumMedia".to_owned(), media.len().to_string()),
    ];
    pairs.extend(message.num_segments.map(|count| ("NumSegments".to_owned(), count.to_string())));
    for (index, medium) in media.into_iter().enumerate() {
        pairs.push((format!("MediaUrl{index}"), medium.url));
        pairs.extend(medium.content_type.map(|content_type| (format!("MediaContentType{index}"), content_type)));
    }
    Ok(Form::from_pairs(pairs))
}

/// Stores the statuses that are news; how many could not be stored.
async fn find_statuses(state: &State, listed: &[Message], report: &mut Report) -> Result<usize, SweepError> {
    let ours = |message: &Message| message.direction.as_deref().is_some_and(|word| word.starts_with("outbound"));
    let status = |message: &Message| MessageStatus::from_carrier(&message.status).map(MessageStatus::as_str);
    let statuses: Vec<_> =
        listed.iter().filter(|m| ours(m)).filter_map(|m| Some((m.sid.as_str(), status(m)?))).collect();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let behind = message_gaps::list_behind(&transaction, &statuses).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let by_sid: HashMap<&str, &Message> = listed.iter().map(|m| (m.sid.as_str(), m)).collect();
    let mut left_out = 0;
    for message in behind.iter().filter_map(|sid| by_sid.get(sid.as_str())) {
        let named = |name: &str, value: &Option<String>| value.clone().map(|value| (name.to_owned(), value));
        let mut pairs = vec![
            ("MessageSid".to_owned(), message.sid.clone()),
            ("MessageStatus".to_owned(), message.status.clone()),
            ("FoundBy".to_owned(), "sweep".to_owned()),
        ];
        pairs.extend(named("ErrorCode", &message.error_code));
        pairs.extend(named("ErrorMessage", &message.error_message));
        let form = Form::from_pairs(pairs);
        let stored = state.pool.retry_once(|| inbox::store_message_status(&state.pool, &form, None)).await;
        match stored.map_err(SweepError::from) {
            Ok(_) => {
                tracing::warn!(
                    carrier.sid = message.sid,
                    "a status that never arrived was found in the carrier's list"
                );
                report.recovered_statuses += 1;
            }
            Err(error) if error.is_about_one() => {
                tracing::error!(carrier.sid = message.sid, %error, "a status that never arrived cannot be stored");
                left_out += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(left_out)
}

/// The list has prices too. What has none yet is looked up one by one, later.
async fn find_prices(state: &State, listed: &[Message], report: &mut Report) -> Swept {
    let segments = |message: &Message| message.num_segments.and_then(|count| i32::try_from(count).ok());
    let prices: Vec<_> = listed.iter().filter_map(|m| Some((m.sid.as_str(), m.price_micros?, segments(m)))).collect();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    report.priced_messages += message_looks::set_missing_prices(&transaction, &prices).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

async fn store(state: &State, form: &Form, received_at: chrono::DateTime<chrono::Utc>) -> Swept {
    let store = || inbox::store_message(&state.pool, form, &state.platform_number, received_at);
    if let Some(reply_id) = state.pool.retry_once(store).await?.reply {
        inbox::queue_reply(&state.inbox_queue, reply_id).await;
    }
    Ok(())
}

/// The parameters of a webhook that was kept as JSON; a repeated one was kept as a list.
pub(crate) fn form_of(payload: &Value) -> Form {
    let mut pairs = Vec::new();
    for (name, value) in payload.as_object().into_iter().flatten() {
        let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        pairs.extend(values.iter().filter_map(Value::as_str).map(|text| (name.clone(), text.to_owned())));
    }
    Form::from_pairs(pairs)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kept_webhook_reads_back() {
        let payload = json!({ "From": "+1", "Body": ["a", "b"] });
        assert_eq!(form_of(&payload).to_json(), payload);
    }
}
