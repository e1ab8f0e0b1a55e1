//! What the unique indexes refuse, and what they let pass.

use shared::testing::TestDatabase;

use super::{owner, with_sample_rows};

/// Runs statements one after the other; gives the name of the constraint that refused the last one. All before it must
/// pass.
async fn last_refused_by(statements: &[&str]) -> Option<String> {
    let database: TestDatabase = with_sample_rows().await;
    let connection = owner(&database).await;
    let (last, first) = statements.split_last().expect("at least one statement");
    for statement in first {
        connection.batch_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
    let error = connection.batch_execute(last).await.err()?;
    let refusal = error.as_db_error().unwrap_or_else(|| panic!("{last}: {error:?}"));
    Some(refusal.constraint().unwrap_or_else(|| panic!("{last}: {refusal:?}")).to_owned())
}

/// A further number of workspace `a` or `b`.
fn number(workspace: &str, phone_number: &str, sid: &str, number_type: &str) -> String {
    format!(
        "INSERT INTO workspace_phone_numbers
            (workspace_id, phone_number, phone_number_sid, friendly_name, number_type, monthly_cost_cents)
        VALUES ('00000000-0000-4000-8000-00000000000{workspace}', '{phone_number}', '{sid}', 'Line', '{number_type}', 50)"
    )
}

const RELEASE_A: &str = "UPDATE workspace_phone_numbers SET status = 'released', released_at = now()
    WHERE phone_number_sid = 'pn-a'";
const SUSPEND_A: &str = "UPDATE workspace_phone_numbers SET status = 'suspended', suspended_at = now(),
    release_due_at = now() WHERE phone_number_sid = 'pn-a'";

#[tokio::test]
async fn a_workspace_has_one_active_primary() {
    let second = number("a", "+14052010102", "pn-2", "primary");
    let refused = Some("workspace_phone_numbers_active_primary_key".to_owned());
    assert_eq!(last_refused_by(&[&second]).await, refused);
    assert_eq!(last_refused_by(&[&number("a", "+14052010102", "pn-2", "sales")]).await, None);
    assert_eq!(last_refused_by(&[SUSPEND_A, &second]).await, None, "a suspended primary can be replaced");
    assert_eq!(last_refused_by(&[RELEASE_A, &second]).await, None, "a released primary can be replaced");

    let promote = "UPDATE workspace_phone_numbers SET number_type = 'primary' WHERE phone_number_sid = 'pn-2'";
    assert_eq!(last_refused_by(&[&number("a", "+14052010102", "pn-2", "sales"), promote]).await, refused);
    let wake = "UPDATE workspace_phone_numbers SET status = 'active' WHERE phone_number_sid = 'pn-a'";
    assert_eq!(last_refused_by(&[SUSPEND_A, &second, wake]).await, refused, "only one of them can be active again");
}

#[tokio::test]
async fn a_number_is_owned_once() {
    let refused = Some("workspace_phone_numbers_owned_number_key".to_owned());
    for workspace in ["a", "b"] {
        let again = number(workspace, "+14052010100", "pn-2", "custom");
        assert_eq!(last_refused_by(&[&again]).await, refused, "{workspace}");
        assert_eq!(last_refused_by(&[SUSPEND_A, &again]).await, refused, "{workspace}: a suspended one is still owned");
    }
    let sid = last_refused_by(&[&number("b", "+14052010102", "pn-a", "custom")]).await;
    assert_eq!(sid.as_deref(), Some("workspace_phone_numbers_owned_sid_key"));
}

#[tokio::test]
async fn a_released_number_can_be_owned_again_and_only_once() {
    let to_b = number("b", "+14052010100", "pn-a", "custom");
    let to_a = number("a", "+14052010100", "pn-9", "custom");
    assert_eq!(last_refused_by(&[RELEASE_A, &to_b]).await, None);
    let twice = last_refused_by(&[RELEASE_A, &to_b, &to_a]).await;
    assert_eq!(twice.as_deref(), Some("workspace_phone_numbers_owned_number_key"));
    let back = "UPDATE workspace_phone_numbers SET status = 'active', released_at = NULL WHERE released_at IS NOT NULL";
    assert!(
        last_refused_by(&[RELEASE_A, &to_b, back]).await.is_some(),
        "the old row cannot come back beside the new one"
    );
}

#[tokio::test]
async fn a_message_of_the_carrier_is_stored_once() {
    let message = |sid: &str| {
        format!(
            "INSERT INTO conversation_messages
                (workspace_id, conversation_id, direction, channel, from_number, to_number, status, carrier_sid)
            VALUES ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8004-00000000000b', 'inbound', 'sms',
                '+14052010177', '+14052010101', 'received', {sid})"
        )
    };
    let refused = Some("conversation_messages_carrier_sid_key".to_owned());
    assert_eq!(last_refused_by(&[&message("'sid-a'")]).await, refused, "not even in another workspace");
    assert_eq!(last_refused_by(&[&message("'sid-c'"), &message("'sid-c'")]).await, refused);
    assert_eq!(
        last_refused_by(&[&message("NULL"), &message("NULL")]).await,
        None,
        "sends whose answer is not there yet"
    );
}

#[tokio::test]
async fn a_thread_exists_once_also_on_the_platform_number() {
    let thread = |workspace: &str, channel: &str, number: &str, counterpart: &str| {
        format!(
            "INSERT INTO conversations (workspace_id, channel, phone_number_id, our_number, counterpart)
            VALUES ('00000000-0000-4000-8000-00000000000{workspace}', '{channel}', {number}, '+14052010190', '{counterpart}')"
        )
    };
    let refused = Some("conversations_thread_key".to_owned());
    let own = "'00000000-0000-4000-8002-00000000000a'";
    assert_eq!(last_refused_by(&[&thread("a", "sms", own, "+14052010177")]).await, refused);
    assert_eq!(last_refused_by(&[&thread("a", "whatsapp", own, "+14052010177")]).await, None, "another channel");
    assert_eq!(last_refused_by(&[&thread("a", "sms", own, "72975")]).await, None, "another counterpart");

    let platform = thread("a", "sms", "NULL", "+14052010177");
    assert_eq!(last_refused_by(&[&platform]).await, None, "another number");
    assert_eq!(last_refused_by(&[&platform, &platform]).await, refused, "NULL is the platform number, and one number");
    assert_eq!(
        last_refused_by(&[&platform, &thread("b", "sms", "NULL", "+14052010177")]).await,
        None,
        "another workspace"
    );
}

#[tokio::test]
async fn a_delivery_a_contact_a_key_and_a_membership_exist_once() {
    let a = "'00000000-0000-4000-8000-00000000000a'";
    for (statement, constraint) in [
        ("INSERT INTO workspaces (clerk_organization_id) VALUES ('org_a')".to_owned(), "workspaces_clerk_organization_id_key"),
        ("INSERT INTO users (clerk_user_id) VALUES ('user_a')".to_owned(), "users_clerk_user_id_key"),
        (
            "INSERT INTO webhook_events (provider, event_id, event_type, outcome) VALUES ('clerk', 'msg_a', 'x', 'ignored')"
                .to_owned(),
            "webhook_events_pkey",
        ),
        (
            format!(
                "INSERT INTO contact_phone_numbers (workspace_id, contact_id, phone_number, match_key)
                VALUES ({a}, '00000000-0000-4000-8003-00000000000a', '+14052010177', '+14052010177')"
            ),
            "contact_phone_numbers_match_key",
        ),
        (
            format!("INSERT INTO idempotency_keys (workspace_id, route, key, request_hash) VALUES ({a}, 'POST messages', 'key-1', 'other')"),
            "idempotency_keys_pkey",
        ),
        (
            format!(
                "INSERT INTO workspace_members (workspace_id, user_id, role)
                VALUES ({a}, '00000000-0000-4000-8001-00000000000a', 'org:member')"
            ),
            "workspace_members_workspace_id_user_id_key",
        ),
        (
            "INSERT INTO unroutable_events (kind, event_key, reason, payload) VALUES ('message', 'sid-nobody', 'x', '{}')"
                .to_owned(),
            "unroutable_events_kind_event_key_key",
        ),
    ] {
        assert_eq!(last_refused_by(&[&statement]).await.as_deref(), Some(constraint), "{statement}");
    }
}
