//! A month of three workspaces, with sends, receipts, calls, changes of plan, and prices that come late. The figures of the
//! API and of the files are those that plain arithmetic over the list of events gives.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{
    clock,
    db::usage::Totals,
    domain::{NumberType, Service},
};
use uuid::Uuid;

use super::world::{Event, Rate};
use crate::support::{Answer, Organization, TestApp};

/// Price of a month in micro-dollars, as config/business.json has it.
const PROFESSIONAL: i64 = 49_000_000;
const ENTERPRISE: i64 = 199_000_000;
/// What a number costs and earns in a month.
const NUMBER: (i64, i64) = (1_000_000, 5_000_000);

/// The month before this one.
struct Month {
    first: NaiveDate,
    last: NaiveDate,
}

impl Month {
    fn before_this_one() -> Self {
        let this = clock::now().date_naive().with_day(1).unwrap();
        Self { first: this - Months::new(1), last: this.pred_opt().unwrap() }
    }

    fn days(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    fn at(&self, day: i64, minutes: i64) -> DateTime<Utc> {
        self.first.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::days(day - 1) + TimeDelta::minutes(minutes)
    }
}

/// A workspace and everything that happened to it.
struct Story {
    organization: Organization,
    workspace: Uuid,
    events: Vec<Event>,
    /// Plans by the day of the month on which they began (0: before), and prices.
    plans: Vec<(i64, &'static str)>,
    /// A payment in cents and the day on which it came; it covers a month from then on.
    payment: Option<(i64, i64)>,
    /// Days of the month on which months of numbers begin, and whether each is beyond the first.
    numbers: Vec<(i64, bool)>,
}

fn rate(event: &Event) -> Rate {
    match (event.service, event.inbound) {
        (Service::Sms, false) => (7_900, 20_000),
        (Service::Whatsapp, false) => (5_000, 20_000),
        (Service::Voice, true) => (8_500, 20_000),
        (Service::Voice, false) => (9_000, 20_000),
        _ => (0, 0),
    }
}

fn events(workspace: Uuid, month: &Month, seed: u64) -> Vec<Event> {
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

/// Makes the rows in the order of life: begun, received, priced late.
async fn live(app: &TestApp, story: &mut Story, month: &Month) {
    let pool = app.database.owner_pool(1);
    let connection = pool.get().await.unwrap();
    let sql = "INSERT INTO conversations (workspace_id, channel, our_number, counterpart)
        VALUES ($1, 'sms', '+14055550100', '+14055550123') RETURNING id";
    let conversation: Uuid = connection.query_one(sql, &[&story.workspace]).await.unwrap().get(0);
    for (at, event) in story.events.iter_mut().enumerate() {
        let (end, seconds) = (event.status, event.seconds);
        (event.status, event.seconds) =
            (if event.inbound && event.service != Service::Voice { end } else { "queued" }, 0);
        event.insert(&connection, conversation).await;
        (event.status, event.seconds) = (end, seconds);
        event.update(&connection).await;
        // Every third has its price, which is not always what was expected.
        if at % 3 == 0 {
            event.price = Some(event.totals(rate(event)).cost_micros + i64::from(at % 2 == 0) * 1_300);
            event.update(&connection).await;
        }
        if matches!(event.status, "failed" | "undelivered") && event.service == Service::Sms {
            let code = if event.status == "failed" { "21610" } else { "30003" };
            let sql = "UPDATE conversation_messages SET error_code = $2 WHERE id = $1";
            connection.execute(sql, &[&event.id, &code]).await.unwrap();
        }
    }

    connection.execute("DELETE FROM plan_periods WHERE workspace_id = $1", &[&story.workspace]).await.unwrap();
    let starts: Vec<DateTime<Utc>> = story.plans.iter().map(|(day, _)| month.at(*day, 0)).collect();
    for (at, (_, tier)) in story.plans.iter().enumerate() {
        let sql = "INSERT INTO plan_periods (workspace_id, tier, starts_at, ends_at) VALUES ($1, $2, $3, $4)";
        connection.execute(sql, &[&story.workspace, tier, &starts[at], &starts.get(at + 1)]).await.unwrap();
    }
    if let Some((cents, day)) = story.payment {
        let sql = "INSERT INTO subscription_payments
                (id, workspace_id, status, amount_cents, currency, paid_at, covers_until, clerk_updated_at)
            VALUES ($1, $2, 'paid', $3, 'USD', $4, $4::timestamptz + interval '1 month', $4)";
        let (id, paid_at) = (format!("cpa_{}", story.workspace), month.at(day, 0));
        connection.execute(sql, &[&id, &story.workspace, &cents, &paid_at]).await.unwrap();
    }
    for (at, (day, _)) in story.numbers.iter().enumerate() {
        let sql = "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name,
                number_type, monthly_cost_cents, provisioned_at)
            VALUES ($1, $2, $3, '=Line', CASE $4::int WHEN 0 THEN 'primary' ELSE 'sales' END, 100, $5)";
        let phone_number = format!("+1405555{:04}", 2_000 + story.organization.id.len() + at + day_of(story) * 10);
        let at_int = i32::try_from(at).unwrap();
        connection
            .execute(sql, &[&story.workspace, &phone_number, &phone_number, &at_int, &month.at(*day, 60)])
            .await
            .unwrap();
    }
}

/// Tells the stories' numbers apart.
fn day_of(story: &Story) -> usize {
    usize::try_from(story.workspace.as_u128() % 500).unwrap()
}

fn sums(story: &Story, zone: Tz) -> BTreeMap<(String, Option<&'static str>, &'static str), Totals> {
    let mut sums: BTreeMap<_, Totals> = BTreeMap::new();
    for event in &story.events {
        let date = event.at.with_timezone(&zone).date_naive().to_string();
        let key = (date, event.number_type.map(NumberType::as_str), event.service.as_str());
        sums.entry(key).or_default().add(&event.totals(rate(event)));
    }
    sums
}

/// The plan's price for each day that no payment covers, and the payment. Plans change at midnight, so days are exact.
fn subscription(story: &Story, month: &Month) -> i64 {
    let mut sum = story.payment.map_or(0, |(cents, _)| cents * 10_000);
    for day in 1..=month.days() {
        let tier = story.plans.iter().rev().find(|(from, _)| *from <= day).map_or("starter", |(_, tier)| tier);
        let is_paid = story.payment.is_some_and(|(_, paid)| day >= paid);
        let price = match tier {
            "professional" => PROFESSIONAL,
            "enterprise" => ENTERPRISE,
            _ => 0,
        };
        // In parts of a day: rounding comes at the end of each stretch, not of each day.
        sum += if is_paid { 0 } else { price };
    }
    let paid = story.payment.map_or(0, |(cents, _)| cents * 10_000);
    paid + (sum - paid) / month.days()
}

fn money(story: &Story) -> BTreeMap<&'static str, (i64, i64, i64)> {
    let mut money: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for event in &story.events {
        let totals = event.totals(rate(event));
        let sum = money.entry(event.service.as_str()).or_default();
        *sum = (sum.0 + totals.cost_micros, sum.1 + totals.estimated_micros, sum.2 + totals.revenue_micros);
    }
    for (_, beyond) in &story.numbers {
        let sum = money.entry("number").or_default();
        *sum = (sum.0 + NUMBER.0, sum.1 + NUMBER.0, sum.2 + i64::from(*beyond) * NUMBER.1);
    }
    money
}

async fn read(app: &TestApp, story: &Story, month: &Month, zone: &str) -> Value {
    let path = format!("/analytics?from={}&to={}&timeZone={zone}", month.first, month.last);
    let answer = app.get(&story.organization, &path).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.body["analytics"].clone()
}

fn assert_money(analytics: &Value, story: &Story, month: &Month) {
    let found: BTreeMap<&str, (i64, i64, i64)> = analytics["money"]["byService"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let micros = |name: &str| row[name].as_i64().unwrap();
            let sum = (micros("costMicros"), micros("estimatedCostMicros"), micros("revenueMicros"));
            (row["service"].as_str().unwrap(), sum)
        })
        .collect();
    let expected = money(story);
    assert_eq!(found, expected);
    let subscription = subscription(story, month);
    let (cost, revenue) = expected.values().fold((0, subscription), |sum, row| (sum.0 + row.0, sum.1 + row.2));
    let money = &analytics["money"];
    assert_eq!(money["subscriptionRevenueMicros"].as_i64(), Some(subscription));
    assert_eq!(
        (money["costMicros"].as_i64(), money["revenueMicros"].as_i64(), money["marginMicros"].as_i64()),
        (Some(cost), Some(revenue), Some(revenue - cost))
    );
}

fn assert_volume(analytics: &Value, story: &Story, month: &Month, zone: Tz) {
    let first_and_last = month.first.to_string()..=month.last.to_string();
    let mut expected = sums(story, zone);
    expected.retain(|(date, _, _), _| first_and_last.contains(date));
    let rows = analytics["days"].as_array().unwrap();
    assert_eq!(rows.len(), expected.len(), "{zone}");
    for row in rows {
        let text = |name: &str| row[name].as_str();
        let key = expected.keys().find(|(date, number_type, service)| {
            Some(date.as_str()) == text("date")
                && *number_type == text("numberType")
                && Some(*service) == text("channel")
        });
        let t = &expected[key.unwrap_or_else(|| panic!("{zone}: {row}"))];
        let figures = [
            ("inbound", t.inbound),
            ("outbound", t.outbound),
            ("delivered", t.delivered),
            ("failed", t.failed + t.undelivered),
            ("answered", t.answered),
            ("missed", t.missed),
            ("voicemail", t.voicemail),
            ("units", t.units),
            ("costMicros", t.cost_micros),
        ];
        for (name, figure) in figures {
            assert_eq!(row[name].as_i64(), Some(figure), "{zone}: {name} of {row}");
        }
    }
}

fn assert_messages_and_errors(analytics: &Value, story: &Story) {
    let texts = story.events.iter().filter(|event| event.service != Service::Voice);
    let mut t = Totals::default();
    texts.for_each(|event| t.add(&event.totals(rate(event))));
    let m = &analytics["messages"];
    let found =
        ["inbound", "outbound", "sent", "delivered", "undelivered", "failed"].map(|name| m[name].as_i64().unwrap());
    assert_eq!(found, [t.inbound, t.outbound, t.sent, t.delivered, t.undelivered, t.failed]);
    let count = |status: &str| {
        story.events.iter().filter(|event| event.service == Service::Sms && event.status == status).count()
    };
    let mut codes = vec![("21610", count("failed")), ("30003", count("undelivered"))];
    codes.retain(|(_, count)| *count > 0);
    codes.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
    let errors = analytics["topErrors"].as_array().unwrap();
    let found: Vec<(&str, usize)> = errors
        .iter()
        .map(|row| (row["code"].as_str().unwrap(), usize::try_from(row["count"].as_i64().unwrap()).unwrap()))
        .collect();
    assert_eq!(found, codes);
    assert!(errors.iter().all(|row| row["cause"].is_string() && row["advice"].is_string()), "{errors:?}");
}

async fn export(app: &TestApp, story: &Story, month: &Month, report: &str) -> Vec<Vec<String>> {
    let path = format!("/analytics/export?report={report}&from={}&to={}", month.first, month.last);
    let answer: Answer = app.get(&story.organization, &path).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    // No cell of these has a comma or a quote.
    answer.body.as_str().unwrap().lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn column_sum(rows: &[Vec<String>], name: &str) -> i64 {
    let at = rows[0].iter().position(|column| column == name).unwrap();
    rows[1..].iter().map(|row| row[at].replace('.', "").parse::<i64>().unwrap()).sum()
}

async fn assert_files(app: &TestApp, story: &Story, month: &Month) {
    let money = money(story);
    let (cost, revenue) = money.values().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.2));
    for report in ["days", "charges"] {
        let rows = export(app, story, month, report).await;
        assert_eq!((column_sum(&rows, "costUsd"), column_sum(&rows, "revenueUsd")), (cost, revenue), "{report}");
    }
    let charges = export(app, story, month, "charges").await;
    assert_eq!(charges.len() - 1, story.events.len() + story.numbers.len(), "one row for each");
    let named: Vec<&Vec<String>> = charges.iter().filter(|row| row[2] == "number").collect();
    assert!(named.iter().all(|row| row[5] == "'=Line"), "{named:?}");
}

async fn assert_platform(app: &TestApp, stories: &[Story], month: &Month) {
    let token = app.token_by("organization=org_nobody&role=member&user=user_platform&ttl=3600").await;
    let url = format!("{}/api/admin/analytics?from={}&to={}", app.stack.urls.api, month.first, month.last);
    let answer = app.call(Method::GET, &url, Some(&token), None, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let analytics = &answer.body["analytics"];
    let (mut all_cost, mut all_revenue) = (0, 0);
    for story in stories {
        let money = money(story);
        let (cost, revenue) =
            money.values().fold((0, subscription(story, month)), |sum, row| (sum.0 + row.0, sum.1 + row.2));
        let rows = analytics["workspaces"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == json!(story.workspace)).unwrap();
        assert_eq!(
            (row["costMicros"].as_i64(), row["revenueMicros"].as_i64(), row["marginMicros"].as_i64()),
            (Some(cost), Some(revenue), Some(revenue - cost))
        );
        (all_cost, all_revenue) = (all_cost + cost, all_revenue + revenue);
    }
    assert_eq!(analytics["money"]["costMicros"].as_i64(), Some(all_cost));
    assert_eq!(analytics["money"]["revenueMicros"].as_i64(), Some(all_revenue));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_those_of_plain_arithmetic() {
    let month = Month::before_this_one();
    let app = TestApp::start_with(|options| {
        options.parameters.insert("PlatformAdmins".to_owned(), "user_platform, org_platform".to_owned());
    })
    .await;
    let mut stories = Vec::new();
    for (seed, plans, payment, numbers) in [
        (1, vec![(-40, "professional")], Some((4_900, 11)), vec![(3, false)]),
        (
            2,
            vec![(-40, "starter"), (8, "professional"), (21, "enterprise")],
            None,
            vec![(9, false), (22, true), (23, true)],
        ),
        (3, vec![(-40, "starter")], None, vec![]),
    ] {
        let organization = app.organization("starter").await;
        let sql = "SELECT id FROM workspaces WHERE clerk_organization_id = $1";
        let workspace: Uuid = app.rows(sql, &[&organization.id]).await[0].get(0);
        let mut story =
            Story { organization, workspace, events: events(workspace, &month, seed), plans, payment, numbers };
        live(&app, &mut story, &month).await;
        stories.push(story);
    }
    app.rows("SELECT accrue_number_months($1)", &[&month.at(month.days(), 1_439)]).await;

    // As it is, and when everything has moved into the sums.
    for _ in 0..2 {
        for story in &stories {
            let analytics = read(&app, story, &month, "UTC").await;
            assert_money(&analytics, story, &month);
            assert_volume(&analytics, story, &month, Tz::UTC);
            assert_messages_and_errors(&analytics, story);
            assert_files(&app, story, &month).await;
            for zone in ["America/Chicago", "Asia/Kolkata"] {
                assert_volume(&read(&app, story, &month, zone).await, story, &month, zone.parse().unwrap());
            }
        }
        assert_platform(&app, &stories, &month).await;
        app.rows("SELECT compact_usage(1000000)", &[]).await;
    }
}
