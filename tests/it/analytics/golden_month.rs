//! A month of three workspaces, with sends, receipts, calls, changes of plan, the fee of a campaign, prices that come late,
//! and one text that the carrier charges otherwise. The figures of the API and of the files are those that plain arithmetic
//! over the list of events gives, before the reconciliation and after it.

mod arithmetic;
mod story;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{db::usage::Totals, domain::Service};
use uuid::Uuid;

use self::{
    arithmetic::{money, rate, subscription, sums},
    story::{DEARER_SEGMENT, Month, Number, Story},
};
use super::world::{Event, OURS};
use crate::support::{Answer, TestApp};

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
    assert_eq!(found, money(story));
    let subscription = subscription(story, month);
    let (cost, usage_revenue) = sums(story);
    let revenue = subscription + usage_revenue;
    let money = &analytics["money"];
    assert_eq!(money["subscriptionRevenueMicros"].as_i64(), Some(subscription));
    assert_eq!(
        (money["costMicros"].as_i64(), money["revenueMicros"].as_i64(), money["marginMicros"].as_i64()),
        (Some(cost), Some(revenue), Some(revenue - cost))
    );
}

fn assert_volume(analytics: &Value, story: &Story, month: &Month, zone: Tz) {
    let expected = arithmetic::days(story, month, zone);
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
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    story.events.iter().filter_map(story::error_code).for_each(|code| *counts.entry(code).or_default() += 1);
    let mut codes: Vec<(&str, usize)> = counts.into_iter().collect();
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

fn column<'a>(rows: &'a [Vec<String>], name: &str) -> impl Iterator<Item = &'a str> {
    let at = rows[0].iter().position(|column| column == name).unwrap();
    rows[1..].iter().map(move |row| row[at].as_str())
}

/// In micro-dollars: six digits stand after the point.
fn column_sum(rows: &[Vec<String>], name: &str) -> i64 {
    column(rows, name).map(|cell| cell.replace('.', "").parse::<i64>().unwrap()).sum()
}

async fn assert_files(app: &TestApp, story: &Story, month: &Month) {
    for report in ["days", "charges"] {
        let rows = export(app, story, month, report).await;
        assert_eq!((column_sum(&rows, "costUsd"), column_sum(&rows, "revenueUsd")), sums(story), "{report}");
    }
    let charges = export(app, story, month, "charges").await;
    assert_eq!(charges.len() - 1, story.events.len() + story.numbers.len(), "one row for each");
    let costs: BTreeMap<&str, &str> = column(&charges, "id").zip(column(&charges, "costUsd")).collect();
    for event in &story.events {
        let cost = event.totals(rate(event)).cost_micros;
        assert_eq!(costs[event.id.to_string().as_str()], format!("0.{cost:06}"), "{event:?}");
    }
    let finals = column(&charges, "state").filter(|state| *state == "final").count();
    let priced = story.events.iter().filter(|event| event.price.is_some()).count();
    assert_eq!(finals, priced + if story.is_reconciled { story.numbers.len() } else { 0 });
    let named: Vec<&Vec<String>> = charges.iter().filter(|row| row[2] == "number").collect();
    assert!(named.iter().all(|row| row[5] == "'=Line"), "{named:?}");
}

async fn platform(app: &TestApp, month: &Month) -> Value {
    let token = app.token_by("organization=org_nobody&role=member&user=user_platform&ttl=3600").await;
    let url = format!("{}/api/admin/analytics?from={}&to={}", app.stack.urls.api, month.first, month.last);
    let answer = app.call(Method::GET, &url, Some(&token), None, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.body["analytics"].clone()
}

fn assert_platform(analytics: &Value, stories: &[Story], month: &Month) {
    let (mut all_cost, mut all_revenue) = (arithmetic::CAMPAIGN, 0);
    for story in stories {
        let (cost, usage_revenue) = sums(story);
        let revenue = usage_revenue + subscription(story, month);
        let rows = analytics["workspaces"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == json!(story.workspace)).unwrap();
        assert_eq!(
            (row["costMicros"].as_i64(), row["revenueMicros"].as_i64(), row["marginMicros"].as_i64()),
            (Some(cost), Some(revenue), Some(revenue - cost))
        );
        (all_cost, all_revenue) = (all_cost + cost, all_revenue + revenue);
    }
    let money = &analytics["money"];
    assert_eq!(
        (money["costMicros"].as_i64(), money["revenueMicros"].as_i64(), money["marginMicros"].as_i64()),
        (Some(all_cost), Some(all_revenue), Some(all_revenue - all_cost))
    );
    let services = money["byService"].as_array().unwrap();
    let fee = services.iter().find(|row| row["service"] == "registration").unwrap();
    assert_eq!(fee, &json!({ "service": "registration", "units": 1, "costMicros": 10_000_000, "revenueMicros": 0 }));
}

/// The carrier's bill differs by the one text, and says so with its cause.
fn assert_difference(analytics: &Value, stories: &[Story], dearer: &Event) {
    let (ours, theirs) = (dearer.units() * 7_900, dearer.units() * DEARER_SEGMENT);
    let reconciliation = &analytics["reconciliation"];
    assert_eq!(
        reconciliation["differences"],
        json!([{
            "day": dearer.at.date_naive(),
            "service": "sms",
            "phoneNumber": OURS,
            "workspaceId": dearer.workspace,
            "cause": "price_differs",
            "events": 1,
            "ourMicros": ours,
            "carrierMicros": theirs,
            "examples": [dearer.id],
        }])
    );
    for service in [Service::Sms, Service::Voice] {
        let days = reconciliation["days"].as_array().unwrap();
        let days = days.iter().filter(|day| day["service"] == service.as_str());
        let found = days.fold((0, 0), |sum, day| {
            (sum.0 + day["ourMicros"].as_i64().unwrap(), sum.1 + day["carrierMicros"].as_i64().unwrap())
        });
        let expected: i64 = stories.iter().map(|story| arithmetic::expected_cost(story, service)).sum();
        let off = if service == Service::Sms { theirs - ours } else { 0 };
        assert_eq!(found, (expected, expected + off), "{service}");
    }
}

async fn assert_everything(app: &TestApp, stories: &[Story], month: &Month) {
    for story in stories {
        let analytics = read(app, story, month, "UTC").await;
        assert_money(&analytics, story, month);
        assert_volume(&analytics, story, month, Tz::UTC);
        assert_messages_and_errors(&analytics, story);
        assert_files(app, story, month).await;
        for zone in ["America/Chicago", "Asia/Kolkata"] {
            assert_volume(&read(app, story, month, zone).await, story, month, zone.parse().unwrap());
        }
    }
    assert_platform(&platform(app, month).await, stories, month);
}

async fn stories(app: &TestApp, month: &Month) -> Vec<Story> {
    let mut stories = Vec::new();
    for (seed, plans, payment, numbers) in [
        (1, vec![(-40, "professional")], Some((4_900, 11)), vec![Number::bought(10, 3)]),
        (
            2,
            vec![(-40, "starter"), (8, "professional"), (21, "enterprise")],
            None,
            vec![Number::bought(20, 9).registered(), Number::extra(21, 22), Number::extra(22, 23)],
        ),
        (3, vec![(-40, "starter")], None, vec![]),
    ] {
        let organization = app.organization("starter").await;
        let sql = "SELECT id FROM workspaces WHERE clerk_organization_id = $1";
        let workspace: Uuid = app.rows(sql, &[&organization.id]).await[0].get(0);
        let events = story::events(workspace, month, seed);
        let mut story = Story { organization, workspace, events, plans, payment, numbers, is_reconciled: false };
        story::live(app, &mut story, month).await;
        stories.push(story);
    }
    app.rows("SELECT accrue_number_months($1)", &[&month.at(month.days(), 1_439)]).await;
    stories
}

/// A text whose price has not come yet, of the second workspace.
fn dearer(stories: &[Story]) -> Event {
    let is_one = |event: &&Event| event.service == Service::Sms && event.status == "delivered" && event.price.is_none();
    stories[1].events.iter().find(is_one).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_those_of_plain_arithmetic() {
    let month = Month::before_this_one();
    let app = TestApp::start_with(|options| {
        options.parameters.insert("PlatformAdmins".to_owned(), "user_platform, org_platform".to_owned());
    })
    .await;
    let mut stories = stories(&app, &month).await;
    assert_everything(&app, &stories, &month).await;

    // The carrier's bill comes: what was estimated becomes final, and one text was dearer.
    let dearer = dearer(&stories);
    for story in &stories {
        story::charge(&app, story, dearer.id).await;
    }
    let url = format!("{}/reconcile-costs/invocations", app.stack.urls.invoke);
    let report = app.post_json(&url, &json!({ "days": month.dates() })).await.body;
    let unpriced = stories.iter().flat_map(|story| &story.events).filter(|event| event.price.is_none()).count();
    assert_eq!(
        (&report["priced"], &report["differences"], &report["numberMonths"]),
        (&json!(unpriced), &json!(1), &json!(4)),
        "{report}"
    );
    for story in &mut stories {
        story.is_reconciled = true;
        for event in &mut story.events {
            event.price = Some(story::carriers_price(event, event.id == dearer.id));
        }
    }

    // As it is, and when everything has moved into the sums.
    for _ in 0..2 {
        assert_everything(&app, &stories, &month).await;
        assert_difference(&platform(&app, &month).await, &stories, &dearer);
        app.rows("SELECT compact_usage(1000000)", &[]).await;
    }
}
