//! Callbacks in every order, each twice, and all at once: the call is the same in the end.

use futures_util::future::join_all;
use serde_json::json;
use shared::{
    actions::calls,
    clock,
    db::Pool,
    domain::{CallStep, PhoneNumber, RecordingKind, StepKind},
    signalwire::Form,
    testing::TestDatabase,
};
use uuid::Uuid;

const CUSTOMER: &str = "+14055550123";
const OURS: &str = "+14052010177";
const DESK: &str = "+14055550100";

/// One request of the carrier about a call.
#[derive(Debug, Clone)]
enum Request {
    Incoming,
    /// With the step of its address, if it has one.
    News(Option<StepKind>, Vec<(&'static str, &'static str)>),
}

/// What is left of a call: state, who answered, whether it has ended, seconds, estimated cost, recordings with their
/// transcriptions; and of its entry and its conversation.
type Outcome = (String, Option<String>, bool, Option<i32>, i64, i64, Option<String>, (String, String, i32, String));

struct World {
    database: TestDatabase,
    pool: Pool,
    workspace: Uuid,
}

impl World {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let connection = database.owner_pool(1).get().await.unwrap();
        let row = connection
            .query_one("INSERT INTO workspaces (clerk_organization_id) VALUES ('org_calls') RETURNING id", &[])
            .await
            .unwrap();
        let workspace: Uuid = row.get(0);
        connection
            .execute(
                "INSERT INTO workspace_phone_numbers
                    (workspace_id, phone_number, phone_number_sid, friendly_name, number_type, monthly_cost_cents)
                VALUES ($1, $2, 'pn-calls', 'Main line', 'primary', 50)",
                &[&workspace, &OURS],
            )
            .await
            .unwrap();
        let pool = database.app_pool(8);
        Self { database, pool, workspace }
    }

    async fn deliver(&self, sid: &str, customer: &str, request: &Request) {
        let platform = PhoneNumber::parse("+14052010199").unwrap();
        let form = |more: &[(&str, &str)]| {
            let parties = [("CallSid", sid), ("From", customer), ("To", OURS)];
            // A leg is told with its own sid and number, a transcription without any.
            let own = parties.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
            let pairs = own.chain(more).map(|(name, value)| ((*name).to_owned(), value.replace("{sid}", sid)));
            Form::from_pairs(pairs.collect())
        };
        match request {
            Request::Incoming => {
                let form = form(&[("CallStatus", "ringing"), ("Direction", "inbound")]);
                calls::store_call(&self.pool, &form, &platform, clock::now()).await.unwrap();
            }
            Request::News(kind, more) => {
                let step = kind.map(|kind| CallStep { rounds: 1, ..CallStep::of_inbound(sid, None, kind) });
                calls::store_call_event(&self.pool, &form(more), step.as_ref(), clock::now()).await.unwrap();
            }
        }
    }

    async fn outcome(&self, sid: &str) -> Outcome {
        let connection = self.database.owner_pool(1).get().await.unwrap();
        let sql = "SELECT c.state, c.answered_by, c.ended_at IS NOT NULL, c.duration_seconds, c.estimated_cost_micros,
                (SELECT count(*) FROM call_recordings r WHERE r.call_id = c.id),
                (SELECT string_agg(r.kind || ':' || r.transcription_state || ':' || coalesce(r.transcription, ''), ',')
                    FROM call_recordings r WHERE r.call_id = c.id),
                m.status, m.body, v.unread_count, v.snippet
            FROM calls c JOIN conversation_messages m ON m.id = c.message_id JOIN conversations v ON v.id = c.conversation_id
            WHERE c.carrier_sid = $1 AND c.workspace_id = $2 AND v.message_count = 1";
        let row = connection.query_one(sql, &[&sid, &self.workspace]).await.unwrap();
        let entry = (row.get(7), row.get(8), row.get(9), row.get(10));
        (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5), row.get(6), entry)
    }

    /// Every order, each request twice in a row; the call of each order is another one.
    async fn in_every_order(&self, story: &str, requests: &[Request], expected: &Outcome) {
        for (n, order) in permutations(requests.len()).into_iter().enumerate() {
            let (sid, customer) = (format!("{story}-{n}"), format!("+1405{:07}", 6_000_000 + n));
            for index in &order {
                self.deliver(&sid, &customer, &requests[*index]).await;
                self.deliver(&sid, &customer, &requests[*index]).await;
            }
            assert_eq!(&self.outcome(&sid).await, expected, "{story} in the order {order:?}");
        }
    }
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(count - 1);
    let at_each_place = |order: Vec<usize>| {
        (0..count).map(move |place| {
            let mut longer = order.clone();
            longer.insert(place, count - 1);
            longer
        })
    };
    shorter.into_iter().flat_map(at_each_place).collect()
}

fn leg(status: &'static str, seconds: &'static str) -> Request {
    let mut form = vec![("CallSid", "leg-{sid}"), ("ParentCallSid", "{sid}"), ("To", DESK), ("CallStatus", status)];
    if !seconds.is_empty() {
        form.push(("CallDuration", seconds));
    }
    Request::News(Some(StepKind::Leg), form)
}

fn ended(seconds: &'static str) -> Request {
    Request::News(None, vec![("CallStatus", "completed"), ("CallDuration", seconds)])
}

fn dialed(status: &'static str) -> Request {
    Request::News(Some(StepKind::Dial { tries: 0 }), vec![("CallStatus", "in-progress"), ("DialCallStatus", status)])
}

const RECORDING: (&str, &str) = ("RecordingUrl", "https://example.signalwire.com/Recordings/rec-{sid}");

fn recorded() -> Request {
    let kind = StepKind::Recording { of: RecordingKind::Voicemail, transcribe: true };
    Request::News(
        Some(kind),
        vec![RECORDING, ("RecordingSid", "rec-{sid}"), ("RecordingStatus", "completed"), ("RecordingDuration", "12")],
    )
}

fn transcribed() -> Request {
    Request::News(
        Some(StepKind::Transcription),
        vec![
            RECORDING,
            ("RecordingSid", "rec-{sid}"),
            ("TranscriptionStatus", "completed"),
            ("TranscriptionText", "Hello"),
        ],
    )
}

fn entry(status: &str, body: &str, unread: i32, snippet: &str) -> (String, String, i32, String) {
    (status.to_owned(), body.to_owned(), unread, snippet.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answered_call_is_the_same_in_every_order_of_its_callbacks() {
    let requests =
        [Request::Incoming, leg("in-progress", ""), leg("completed", "61"), dialed("completed"), ended("70")];
    // Two minutes in and two minutes out.
    let expected = (
        "completed".to_owned(),
        Some(DESK.to_owned()),
        true,
        Some(70),
        2 * 8500 + 2 * 9000,
        0,
        None,
        entry("completed", "", 0, "[call]"),
    );
    World::new().await.in_every_order("answered", &requests, &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voicemail_is_the_same_in_every_order_of_its_callbacks() {
    let requests = [Request::Incoming, dialed("no-answer"), recorded(), transcribed(), ended("40")];
    let expected = (
        "voicemail".to_owned(),
        Some("voicemail".to_owned()),
        true,
        Some(40),
        8500,
        1,
        Some("voicemail:done:Hello".to_owned()),
        entry("voicemail", "Hello", 1, "Hello"),
    );
    World::new().await.in_every_order("voicemail", &requests, &expected).await;
}

/// Somebody picks up and puts the phone down when the whisper comes; the caller leaves no voicemail.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_only_picked_up_is_missed_unless_the_news_comes_after_the_end() {
    let world = World::new().await;
    let requests = [Request::Incoming, leg("in-progress", ""), dialed("no-answer"), ended("30")];
    for (n, order) in permutations(requests.len()).into_iter().enumerate() {
        let (sid, customer) = (format!("picked-up-{n}"), format!("+1405{:07}", 6_000_000 + n));
        for index in &order {
            world.deliver(&sid, &customer, &requests[*index]).await;
        }
        let place = |request: usize| order.iter().position(|index| *index == request).unwrap();
        // Known to be answered and ended before it is known that it was not: an end is not taken back.
        let too_late = place(2) > place(0).max(place(1)).max(place(3));
        let state = if too_late { "completed" } else { "missed" };
        let (found, _, _, _, _, _, _, (_, _, unread, _)) = world.outcome(&sid).await;
        assert_eq!((found.as_str(), unread), (state, i32::from(!too_late)), "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_without_a_word_is_missed_once() {
    let requests = [Request::Incoming, dialed("canceled"), ended("9")];
    let expected = ("missed".to_owned(), None, true, Some(9), 8500, 0, None, entry("missed", "", 1, "[missed call]"));
    World::new().await.in_every_order("missed", &requests, &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_at_once_and_three_times_over_is_one_call() {
    let world = World::new().await;
    let requests = [
        Request::Incoming,
        leg("in-progress", ""),
        leg("completed", "61"),
        dialed("completed"),
        recorded(),
        ended("70"),
    ];
    for n in 0..25 {
        let (sid, customer) = (format!("at-once-{n}"), format!("+1405{:07}", 6_000_000 + n));
        let copies = (0..3).flat_map(|_| &requests);
        join_all(copies.map(|request| world.deliver(&sid, &customer, request))).await;
        let (state, by, _, _, cost, recordings, _, (_, _, unread, _)) = world.outcome(&sid).await;
        assert_eq!((state.as_str(), by.as_deref(), cost), ("voicemail", Some("voicemail"), 2 * 8500 + 2 * 9000), "{n}");
        assert_eq!((recordings, unread), (1, 1), "{n}");
    }
    let connection = world.database.owner_pool(1).get().await.unwrap();
    let row = connection.query_one("SELECT count(*) FROM call_events WHERE call_id IS NULL", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0, "nothing waits for a call that is there");
    let kept = connection.query_one("SELECT count(*) FROM call_events", &[]).await.unwrap();
    assert_eq!(kept.get::<_, i64>(0), 25 * 18, "every request is kept as it came");
}

/// Staff has read before the news that the call was answered after all.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_takes_nothing_away_that_was_not_counted_any_more() {
    let world = World::new().await;
    for request in [Request::Incoming, ended("30")] {
        world.deliver("corrected", CUSTOMER, &request).await;
    }
    let connection = world.database.owner_pool(1).get().await.unwrap();
    let sql = "UPDATE conversations SET unread_count = 0, read_at = clock_timestamp()";
    connection.execute(sql, &[]).await.unwrap();
    // Another call is missed meanwhile.
    for request in [Request::Incoming, ended("5")] {
        world.deliver("next", CUSTOMER, &request).await;
    }
    world.deliver("corrected", CUSTOMER, &leg("in-progress", "")).await;
    let row = connection.query_one("SELECT unread_count FROM conversations", &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 1);
    let states = connection.query("SELECT state FROM calls ORDER BY carrier_sid", &[]).await.unwrap();
    let states: Vec<&str> = states.iter().map(|row| row.get(0)).collect();
    assert_eq!(json!(states), json!(["completed", "missed"]));
}
