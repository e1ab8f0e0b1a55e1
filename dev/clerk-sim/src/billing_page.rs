//! What stands in for Clerk's hosted billing page: an application sends an organisation's admin here, with an address to
//! come back to.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use chrono::DateTime;
use form_urlencoded::Serializer;
use maud::{Markup, html};
use serde::Deserialize;

use crate::billing::Downgrade;
use crate::control::Clerk;
use crate::deliver::Sending;
use crate::instance::Instance;
use crate::page::perform;
use crate::plans::{PLANS, Plan, find_plan, stored_plan};
use crate::refusal::Refusal;
use crate::state::{Item, Organization};
use crate::view;

pub fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/billing", get(show).post(change))
}

#[derive(Debug, Deserialize)]
struct Visit {
    organization: String,
    /// Where the application wants its user back.
    #[serde(default)]
    return_to: String,
    problem: Option<String>,
}

async fn show(State(instance): Clerk, Query(visit): Query<Visit>) -> Result<Html<String>, Response> {
    let directory = instance.directory();
    let organization = directory.organization(&visit.organization).map_err(refused)?;
    let way_back = way_back(&instance, &visit.return_to);
    let body = page(organization, way_back.as_deref(), visit.problem.as_deref());
    Ok(Html(view::document("Billing, Clerk simulator", &body).into_string()))
}

#[derive(Debug, Deserialize)]
struct Choice {
    organization: String,
    plan: String,
    #[serde(default)]
    return_to: String,
    /// A ticked box sends `on`.
    immediately: Option<String>,
}

async fn change(State(instance): Clerk, Form(choice): Form<Choice>) -> Redirect {
    let downgrade = if choice.immediately.is_some() { Downgrade::AtOnce } else { Downgrade::AtPeriodEnd };
    let sending = Sending::default();
    let changed = perform(&instance, &sending, |change| {
        change.change_plan(&choice.organization, find_plan(&choice.plan)?, downgrade)
    });
    match (changed.await, way_back(&instance, &choice.return_to)) {
        (Ok(()), Some(address)) => Redirect::to(&address),
        (Ok(()), None) => Redirect::to(&again(&choice, None)),
        (Err(refusal), _) => Redirect::to(&again(&choice, Some(&refusal.message))),
    }
}

/// This page once more, with what went wrong.
fn again(choice: &Choice, problem: Option<&str>) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("organization", &choice.organization).append_pair("return_to", &choice.return_to);
    if let Some(problem) = problem {
        query.append_pair("problem", problem);
    }
    format!("/billing?{}", query.finish())
}

/// The address, when it is the application's: a page that leads anywhere is a tool for phishers, even a simulated one.
fn way_back(instance: &Instance, return_to: &str) -> Option<String> {
    let rest = return_to.strip_prefix(&instance.settings.authorized_party)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| return_to.to_owned())
}

fn refused(refusal: Refusal) -> Response {
    (refusal.status, refusal.message).into_response()
}

fn page(organization: &Organization, way_back: Option<&str>, problem: Option<&str>) -> Markup {
    let live = organization.subscription.live_item();
    html! {
        header {
            h1 { "Billing" }
            p { "Plans of " strong { (organization.name) } ". Clerk's own page asks for a card here; this one only switches." }
            @if let Some(address) = way_back { p { a href=(address) { "Back to the application" } } }
        }
        main {
            @if let Some(problem) = problem { p .notice.bad role="alert" { (problem) } }
            @if let Some(line) = outlook(organization, live) { p .quiet { (line) } }
            div .cards { @for plan in &PLANS { (card(organization, plan, live, way_back)) } }
        }
    }
}

/// A cancelled plan runs on until its period ends.
fn outlook(organization: &Organization, live: Option<&Item>) -> Option<String> {
    let next = organization.subscription.upcoming_item()?;
    let day = DateTime::from_timestamp_millis(live?.period_end?)?.format("%-d %B %Y");
    Some(format!("{} begins on {day}.", stored_plan(&next.plan).name))
}

fn card(organization: &Organization, plan: &Plan, live: Option<&Item>, way_back: Option<&str>) -> Markup {
    let present = live.map(|item| stored_plan(&item.plan));
    let is_present = present.is_some_and(|present| present.slug == plan.slug);
    let is_less = present.is_some_and(|present| plan.amount < present.amount);
    html! {
        article .card aria-label=(plan.name) {
            div .title { h2 { (plan.name) } @if is_present { span .badge.pro { "present plan" } } }
            p { strong { "$" (plan.amount / 100) } " a month" }
            p .quiet { (plan.description) }
            @if !is_present {
                form method="post" action="/billing" {
                    input type="hidden" name="organization" value=(organization.id);
                    input type="hidden" name="plan" value=(plan.slug);
                    input type="hidden" name="return_to" value=(way_back.unwrap_or_default());
                    @if is_less { label .check { input type="checkbox" name="immediately" checked; "at once, not at the period's end" } }
                    button .primary { "Switch to " (plan.name) }
                }
            }
        }
    }
}
