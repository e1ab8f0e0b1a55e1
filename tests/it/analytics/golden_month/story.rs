//! What happens in the month: to us, as rows, and at the carrier, as the entries of its logs.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use shared::{
    clock,
    domain::{NumberType, Service},
};
use uuid::Uuid;

use super::arithmetic::rate;
use crate::analytics::world::{CUSTOMER, Event, OURS};
use crate::support::{Organization, TestApp};

/// The campaign of the only number that is registered.
const CAMPAIGN: &str = "campaign-of-the-golden-month";
/// What the carrier takes for a segment of the one text that it charges otherwise.
pub const DEARER_SEGMENT: i64 = 8_300;

/// The month before this one.
pub struct Month {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Month {
    pub fn before_this_one() -> Self {
        let this = clock::now().date_naive().with_day(1).unwrap();
        Self { first: this - Months::new(1), last: this.pred_opt().unwrap() }
    }

    pub fn days(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    pub fn dates(&self) -> Vec<NaiveDate> {
        self.first.iter_days().take_while(|date| *date <= self.last).collect()
    }

    pub fn at(&self, day: i64, minutes: i64) -> DateTime<Utc> {
        self.first.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::days(day - 1) + TimeDelta::minutes(minutes)
    }
}

/// A month of a number.
pub struct Number {
    pub e164: String,
    /// The day on which it is bought.
    pub day: i64,
    /// It is not the workspace's first one, which comes with the plan.
    pub is_extra: bool,
    /// It texts under a campaign.
    pub is_registered: bool,
}

impl Number {
    /// The `line` (0 to 99) tells the numbers of all stories apart.
    pub fn bought(line: u8, day: i64) -> Self {
        Self { e164: format!("+140555520{line:02}"), day, is_extra: false, is_registered: false }
    }

    pub fn extra(line: u8, day: i64) -> Self {
        Self { is_extra: true, ..Self::bought(line, day) }
    }

    pub fn registered(self) -> Self {
        Self { is_registered: true, ..self }
    }
}

/// A workspace and everything that happened to it.
pub struct Story {
    pub organization: Organization,
    pub workspace: Uuid,
    pub events: Vec<Event>,
    /// Plans by the day of the month on which they began (0: before).
    pub plans: Vec<(i64, &'static str)>,
    /// A payment in cents and the day on which it came; it covers a month from then on.
    pub payment: Option<(i64, i64)>,
    pub numbers: Vec<Number>,
    /// The carrier has said what everything costs, and when it bills the numbers.
    pub is_reconciled: bool,
}

pub fn events(workspace: Uuid, month: &Month, seed: u64) -> Vec<Event> {
    let mut random = StdRng::seed_from_u64(seed);
    let kinds: [(Service, bool, &[&str]); 5] = [
        (Service::Sms, true, &["received"]),
        (Service::Sms, false, &["delivered", "delivered", "delivered", "sent", "undelivered", "failed"]),
        (Service::Whatsapp, false, &["delivered", "sent"]),
        (Service::Voice, true, &["completed", "missed", "voicemail", "no_answer"]),
        (Service::Voice, false, &["completed", "busy", "failed"]),
    ];
    let departments = [None, Some(NumberType::Primary), Some(NumberType::Sales), Some(NumberType::Support)];
    (0..120)
        .map(|_| {
            let (service, inbound, ends) = *kinds.choose(&mut random).unwrap();
            let is_call = service == Service::Voice;
            let status = *ends.choose(&mut random).unwrap();
            let talked = matches!(status, "completed" | "voicemail");
            Event {
                id: Uuid::new_v4(),
                workspace,
                service,
                inbound,
                number_type: departments.choose(&mut random).copied().unwrap(),
                status,
                segments: if service == Service::Sms { random.random_range(1..4) } else { 1 },
                seconds: if is_call && talked { random.random_range(1..600) } else { 0 },
                at: month.at(random.random_range(1..=month.days()), random.random_range(0..1_440)),
                price: None,
            }
        })
        .collect()
}

/// Makes the rows in the order of life: begun, received, and for every third a price that comes late.
pub async fn live(app: &TestApp, story: &mut Story, month: &Month) {
    let pool = app.database.owner_pool(1);
    let connection = pool.get().await.unwrap();
    let sql = "INSERT INTO conversations (workspace_id, channel, our_number, counterpart)
        VALUES ($1, 'sms', $2, $3) RETURNING id";
    let conversation: Uuid = connection.query_one(sql, &[&story.workspace, &OURS, &CUSTOMER]).await.unwrap().get(0);
    for (at, event) in story.events.iter_mut().enumerate() {
        let (end, seconds) = (event.status, event.seconds);
        (event.status, event.seconds) =
            (if event.inbound && event.service != Service::Voice { end } else { "queued" }, 0);
        event.insert(&connection, conversation).await;
        (event.status, event.seconds) = (end, seconds);
        event.update(&connection).await;
        if at % 3 == 0 {
            event.price = Some(event.totals(rate(event)).cost_micros);
            event.update(&connection).await;
        }
        let table = if event.service == Service::Voice { "calls" } else { "conversation_messages" };
        let sql = format!("UPDATE {table} SET carrier_sid = $2, error_code = $3 WHERE id = $1");
        connection.execute(&sql, &[&event.id, &event.id.to_string(), &error_code(event)]).await.unwrap();
    }
    drop(connection);
    subscribe(app, story, month).await;
    buy(app, story, month).await;
}

/// Why a text did not arrive.
pub fn error_code(event: &Event) -> Option<&'static str> {
    match (event.service, event.status) {
        (Service::Sms, "failed") => Some("21610"),
        (Service::Sms, "undelivered") => Some("30003"),
        _ => None,
    }
}

async fn subscribe(app: &TestApp, story: &Story, month: &Month) {
    let workspace = story.workspace;
    app.rows("DELETE FROM plan_periods WHERE workspace_id = $1", &[&workspace]).await;
    let starts: Vec<DateTime<Utc>> = story.plans.iter().map(|(day, _)| month.at(*day, 0)).collect();
    for (at, (_, tier)) in story.plans.iter().enumerate() {
        let sql = "INSERT INTO plan_periods (workspace_id, tier, starts_at, ends_at) VALUES ($1, $2, $3, $4)";
        app.rows(sql, &[&workspace, tier, &starts[at], &starts.get(at + 1)]).await;
    }
    if let Some((cents, day)) = story.payment {
        let sql = "INSERT INTO subscription_payments
                (id, workspace_id, status, amount_cents, currency, paid_at, covers_until, clerk_updated_at)
            VALUES ($1, $2, 'paid', $3, 'USD', $4, $4::timestamptz + interval '1 month', $4)";
        let (id, paid_at) = (format!("cpa_{workspace}"), month.at(day, 0));
        app.rows(sql, &[&id, &workspace, &cents, &paid_at]).await;
    }
}

/// The numbers, here and at the carrier.
async fn buy(app: &TestApp, story: &Story, month: &Month) {
    for number in &story.numbers {
        let sql = "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name,
                number_type, monthly_cost_cents, campaign_id, provisioned_at)
            VALUES ($1, $2, $3, '=Line', CASE WHEN $4 THEN 'sales' ELSE 'primary' END, 100, $5, $6)";
        let bought_at = month.at(number.day, 60);
        let campaign = number.is_registered.then_some(CAMPAIGN);
        let (workspace, phone_number, is_extra) = (&story.workspace, &number.e164, &number.is_extra);
        app.rows(sql, &[workspace, phone_number, phone_number, is_extra, &campaign, &bought_at]).await;
        app.sim_post("/numbers", json!({ "phoneNumber": phone_number })).await;
        app.sim_patch(&format!("/numbers/{phone_number}"), json!({ "purchasedAt": bought_at })).await;
    }
}

/// Puts a story's events into the carrier's logs, with what it took for each: what was expected, but of `dearer`.
pub async fn charge(app: &TestApp, story: &Story, dearer: Uuid) {
    let is_call = |event: &&Event| event.service == Service::Voice;
    let calls: Vec<Value> = story.events.iter().filter(is_call).map(logged_call).collect();
    let texts = story.events.iter().filter(|event| !is_call(event));
    let messages: Vec<Value> = texts.map(|event| logged_message(event, event.id == dearer)).collect();
    app.sim_post("/past", json!({ "messages": messages, "calls": calls })).await;
}

fn logged_message(event: &Event, is_dearer: bool) -> Value {
    let (from, to) = if event.inbound { (CUSTOMER, OURS) } else { (OURS, CUSTOMER) };
    json!({
        "sid": event.id,
        "direction": if event.inbound { "inbound" } else { "outbound-api" },
        "from": from,
        "to": to,
        "segments": event.segments,
        "status": event.status,
        "priceMicros": carriers_price(event, is_dearer),
        "createdAt": event.at,
    })
}

fn logged_call(event: &Event) -> Value {
    let (from, to) = if event.inbound { (CUSTOMER, OURS) } else { (OURS, CUSTOMER) };
    let status = match event.status {
        "completed" | "voicemail" => "completed",
        "busy" => "busy",
        "failed" => "failed",
        _ => "no-answer",
    };
    json!({
        "sid": event.id,
        "direction": if event.inbound { "inbound" } else { "outbound-api" },
        "from": from,
        "to": to,
        "status": status,
        "durationSeconds": event.seconds,
        "priceMicros": carriers_price(event, false),
        "createdAt": event.at,
    })
}

/// What the carrier takes for an event.
pub fn carriers_price(event: &Event, is_dearer: bool) -> i64 {
    let expected = Event { price: None, ..event.clone() }.totals(rate(event)).cost_micros;
    if is_dearer { event.units() * DEARER_SEGMENT } else { expected }
}
