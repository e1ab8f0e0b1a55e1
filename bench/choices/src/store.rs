//! The text in the database.

use anyhow::{Context, Result};
use tokio_postgres::Client;

fn field<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value)
}

/// One statement, sent with the types of its parameters: one round trip.
#[cfg(not(feature = "one-after-the-other"))]
pub async fn store(client: &mut Client, form: &[(String, String)], platform_number: &str) -> Result<()> {
    use tokio_postgres::types::Type;
    let (nothing, keyword) = (serde_json::json!([]), None::<&str>);
    let from = field(form, "From");
    let sql = "SELECT outcome FROM ingest_message($1, 'sms', $2, $3, $4, $5, 1, $6, $5, $2, $7, now())";
    let row = client
        .query_typed(
            sql,
            &[
                (&field(form, "MessageSid"), Type::TEXT),
                (&from, Type::TEXT),
                (&field(form, "To"), Type::TEXT),
                (&field(form, "Body"), Type::TEXT),
                (&nothing, Type::JSONB),
                (&platform_number, Type::TEXT),
                (&keyword, Type::TEXT),
            ],
        )
        .await?;
    row.first().context("an outcome").map(drop)
}

/// One after the other, each prepared at its first use in the transaction, as a query builder does it.
#[cfg(feature = "one-after-the-other")]
pub async fn store(client: &mut Client, form: &[(String, String)], platform_number: &str) -> Result<()> {
    use uuid::Uuid;
    let transaction = client.transaction().await?;
    // The functions' role sees the rows of its own workspace only, or, as this one, works for all.
    transaction.batch_execute("SET LOCAL ROLE switchboard_system").await?;
    let (from, to, body) = (field(form, "From"), field(form, "To"), field(form, "Body"));
    let sql = "SELECT id, workspace_id, number_type FROM workspace_phone_numbers WHERE phone_number = $1 AND status <> 'released'";
    let number = transaction.query_opt(sql, &[&to]).await?;
    let number = number.with_context(|| format!("nobody but {platform_number} is called so"))?;
    let (number_id, workspace, kind): (Uuid, Uuid, String) = (number.get(0), number.get(1), number.get(2));
    let sql = "SELECT open_conversation($1, 'sms', $2, $3, $4, $4)";
    let conversation: Uuid = transaction.query_one(sql, &[&workspace, &number_id, &to, &from]).await?.get(0);
    let sql = "INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction,
            channel, body, from_number, to_number, status, carrier_sid)
        VALUES ($1, $2, $3, $4, 'inbound', 'sms', $5, $6, $7, 'received', $8) ON CONFLICT (carrier_sid) DO NOTHING RETURNING id";
    let sid = field(form, "MessageSid");
    let stored = transaction.query_opt(sql, &[&workspace, &conversation, &number_id, &kind, &body, &from, &to, &sid]).await?;
    if stored.is_some() {
        let sql = "UPDATE conversations SET unread_count = unread_count + 1, message_count = message_count + 1,
            snippet = left($2, 160), last_message_at = now(), status = 'open' WHERE id = $1";
        transaction.execute(sql, &[&conversation, &body]).await?;
    }
    Ok(transaction.commit().await?)
}
