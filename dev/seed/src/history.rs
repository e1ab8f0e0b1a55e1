//! What happened to the dentist before the demo began: a month of texts and calls. Public routes only make the present, so
//! these rows are written to the database; its triggers charge them like all others.

use anyhow::{Context, Result};
use secrecy::SecretString;
use shared::{
    config::DatabaseConfig,
    db::{Pool, usage},
};
use stack::Urls;

/// Closed conversations with a dozen patients: each day some ask and are answered, fewer on weekends. Everything follows
/// from the day's and the patient's number, so that each demo shows the same month.
const TEXTS: &str = "
    WITH number AS (
        SELECT n.id, n.workspace_id, n.phone_number, n.number_type FROM workspace_phone_numbers n
        JOIN workspaces w ON w.id = n.workspace_id
        WHERE w.clerk_organization_id = $1 AND n.status = 'active' ORDER BY n.provisioned_at LIMIT 1
    ), thread AS (
        INSERT INTO conversations (workspace_id, channel, phone_number_id, our_number, counterpart, status, last_message_at)
        SELECT number.workspace_id, 'sms', number.id, number.phone_number, '+140555502' || lpad(p::text, 2, '0'), 'closed',
            now() - interval '1 day'
        FROM number, generate_series(10, 21) AS p
        RETURNING id, workspace_id, phone_number_id, our_number, counterpart
    ), plan AS (
        SELECT thread.*, d AS day, right(counterpart, 2)::int AS patient,
            date_trunc('day', now()) - make_interval(days => d) + make_interval(hours => 14 + right(counterpart, 2)::int % 9,
                mins => (d * 7 + right(counterpart, 2)::int * 11) % 60) AS at
        FROM thread CROSS JOIN generate_series(1, 30) AS d
    ), spoken AS (
        SELECT plan.*, t.turn, t.turn % 2 = 1 AS inbound,
            plan.at + make_interval(mins => (t.turn - 1) * (3 + (plan.day + plan.patient) % 25)) AS said_at
        FROM plan CROSS JOIN generate_series(1, 4) AS t (turn)
        WHERE (plan.day * 5 + plan.patient * 3) % CASE WHEN extract(isodow FROM plan.at) > 5 THEN 11 ELSE 4 END = 0
    )
    INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction, channel, body,
        from_number, to_number, status, error_code, error_message, segments, sent_by, created_at, sent_at, delivered_at,
        cost_micros)
    SELECT workspace_id, id, phone_number_id, 'primary', CASE WHEN inbound THEN 'inbound' ELSE 'outbound' END, 'sms',
        (ARRAY['Do you have anything free this week?', 'Thursday at ten or Friday at three. Which suits you?',
            'Friday please!', 'Booked. See you on Friday at three.'])[turn],
        CASE WHEN inbound THEN counterpart ELSE our_number END, CASE WHEN inbound THEN our_number ELSE counterpart END,
        CASE WHEN inbound THEN 'received' WHEN failed THEN 'undelivered' ELSE 'delivered' END,
        CASE WHEN failed THEN '30003' END,
        CASE WHEN failed THEN 'The customer''s phone is switched off or out of reach.' END,
        1, CASE WHEN NOT inbound THEN $2 END, said_at, CASE WHEN NOT inbound THEN said_at END,
        CASE WHEN NOT inbound AND NOT failed THEN said_at + interval '4 seconds' END,
        CASE WHEN day > 2 AND NOT inbound THEN 7900 END
    FROM (SELECT spoken.*, NOT inbound AND (day + patient * 5) % 17 = 0 AS failed FROM spoken) AS s
    ORDER BY said_at";

/// Calls of the same month: most are taken, some leave a message, some hang up.
const CALLS: &str = "
    WITH number AS (
        SELECT n.id, n.workspace_id, n.phone_number FROM workspace_phone_numbers n
        JOIN workspaces w ON w.id = n.workspace_id
        WHERE w.clerk_organization_id = $1 AND n.status = 'active' ORDER BY n.provisioned_at LIMIT 1
    ), thread AS (
        INSERT INTO conversations (workspace_id, channel, phone_number_id, our_number, counterpart, status, last_message_at)
        SELECT workspace_id, 'voice', id, phone_number, '+14055550231', 'closed', now() - interval '1 day' FROM number
        RETURNING id, workspace_id, phone_number_id, our_number, counterpart
    ), call AS (
        SELECT thread.*, gen_random_uuid() AS message_id, (ARRAY['completed', 'completed', 'voicemail', 'missed'])[d % 4 + 1]
            AS state, 20 + d * 37 % 400 AS seconds,
            date_trunc('day', now()) - make_interval(days => d) + make_interval(hours => 15 + d % 6, mins => d * 13 % 60) AS at
        FROM thread CROSS JOIN generate_series(1, 30) AS d
    ), entry AS (
        INSERT INTO conversation_messages (id, workspace_id, conversation_id, phone_number_id, number_type, direction, channel,
            from_number, to_number, status, created_at)
        SELECT message_id, workspace_id, id, phone_number_id, 'primary', 'inbound', 'voice', counterpart, our_number, state, at
        FROM call RETURNING id
    )
    INSERT INTO calls (workspace_id, conversation_id, message_id, phone_number_id, number_type, kind, direction, from_number,
        to_number, state, started_at, answered_at, ended_at, duration_seconds, answered_by)
    SELECT call.workspace_id, call.id, call.message_id, call.phone_number_id, 'primary', 'inbound', 'inbound',
        call.counterpart, call.our_number, call.state, call.at,
        CASE WHEN call.state <> 'missed' THEN call.at + interval '6 seconds' END,
        call.at + make_interval(secs => CASE call.state WHEN 'missed' THEN 15 ELSE call.seconds END),
        CASE call.state WHEN 'missed' THEN 0 ELSE call.seconds END,
        CASE call.state WHEN 'voicemail' THEN 'voicemail' WHEN 'completed' THEN '+14055550100' END
    FROM call JOIN entry ON entry.id = call.message_id";

/// The counters of the threads, and the plan, which the dentist has had for longer than the demo.
const REST: &str = "
    UPDATE conversations c SET message_count = m.messages, last_message_at = m.latest, snippet = m.snippet
    FROM (SELECT conversation_id, count(*) AS messages, max(created_at) AS latest,
            left((array_agg(body ORDER BY created_at DESC))[1], 160) AS snippet
        FROM conversation_messages GROUP BY conversation_id) AS m
    WHERE m.conversation_id = c.id AND c.status = 'closed' AND c.message_count = 0;
    UPDATE plan_periods SET starts_at = now() - interval '32 days'
    WHERE ends_at IS NULL AND tier = 'professional' AND starts_at > now() - interval '1 day'
        AND workspace_id IN (SELECT workspace_id FROM conversations WHERE counterpart = '+14055550231')
        AND NOT EXISTS (SELECT FROM plan_periods o WHERE o.workspace_id = plan_periods.workspace_id
            AND o.starts_at <> plan_periods.starts_at AND o.starts_at < now() - interval '1 day')";

/// Writes the month.
pub(crate) async fn plant(urls: &Urls, organization: &str, user: &str) -> Result<()> {
    let url = SecretString::from(urls.database_url.as_str());
    let pool = Pool::new(&DatabaseConfig { url }).context("the owner's database URL")?;
    let connection = pool.get().await?;
    connection.execute(TEXTS, &[&organization, &user]).await.context("the month's texts")?;
    connection.execute(CALLS, &[&organization]).await.context("the month's calls")?;
    connection.batch_execute(REST).await.context("the month's counters")?;
    let client: &tokio_postgres::Client = &connection;
    usage::compact(client).await?;
    Ok(())
}
