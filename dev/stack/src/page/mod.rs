//! The page of the local stack: what runs where, and a tour to paste into a terminal.

mod tour;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Deserialize;

use crate::gateway::Gateway;
use crate::urls::Urls;
use tour::{Organization, Tour};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

#[derive(Deserialize)]
pub struct PageQuery {
    organization: Option<String>,
}

pub async fn show(State(gateway): State<Arc<Gateway>>, Query(query): Query<PageQuery>) -> Response {
    let urls = &gateway.urls;
    let organizations = tour::organizations(urls).await;
    let chosen = query.organization.and_then(|id| organizations.iter().find(|it| it.id == id));
    let chosen = chosen.or_else(|| organizations.first());
    let tour = match chosen {
        Some(organization) => Some(tour::of(urls, organization).await),
        None => None,
    };
    let page = page(&gateway, &organizations, chosen, tour.as_ref());
    ([(header::CACHE_CONTROL, "no-store")], Html(page.into_string())).into_response()
}

fn page(
    gateway: &Gateway,
    organizations: &[Organization],
    chosen: Option<&Organization>,
    tour: Option<&Tour>,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Switchboard, local stack" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Switchboard" }
                    p { "Everything below runs on this machine, from the same binaries and the same template that are deployed." }
                }
                main {
                    (places(&gateway.urls))
                    (tour_section(&gateway.urls, organizations, chosen, tour))
                    (functions(gateway))
                    (schedules(gateway))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn places(urls: &Urls) -> Markup {
    html! {
        section aria-labelledby="places" {
            h2 #places { "What runs where" }
            ul.places {
                (place("Console", &urls.console, "What a workspace's staff works with."))
                (place("Phone network", &urls.signalwire, "Text like a customer, and see what Switchboard sent."))
                (place("Clerk", &urls.clerk, "Create organisations, change their plans, replay events."))
                (place("HTTP API", &format!("{}api/", urls.local), "The routes of template.yaml, below /api: read and try them."))
                (place("SQS, secrets", &format!("{}/moto-api/", urls.sqs), "The local AWS server; its queues empty on a restart."))
                li { strong { "Postgres" } " " code { (urls.database_url) } span { "The owner; the functions log in as switchboard_app." } }
                li { strong { "Platform number" } " " code { (urls.platform_number) } span { "Sender of last resort." } }
            }
        }
    }
}

fn place(name: &str, url: &str, what: &str) -> Markup {
    html! {
        li {
            strong { (name) } " "
            @if url.is_empty() { "a real account" } @else { a href=(url) { (url) } }
            span { (what) }
        }
    }
}

fn tour_section(
    urls: &Urls,
    organizations: &[Organization],
    chosen: Option<&Organization>,
    tour: Option<&Tour>,
) -> Markup {
    html! {
        section aria-labelledby="tour" {
            h2 #tour { "A tour to paste" }
            @if let (Some(chosen), Some(tour)) = (chosen, tour) {
                form method="get" {
                    label for="organization" { "Organisation" }
                    select #organization name="organization" {
                        @for organization in organizations {
                            option value=(organization.id) selected[organization.id == chosen.id] { (organization.name) " · " (organization.plan) }
                        }
                    }
                    button type="submit" { "Show" }
                }
                ol {
                    @for step in &tour.steps {
                        li { p { (step.what) } (command(&step.command)) }
                    }
                }
                @if let Some(hint) = &tour.hint { p.hint { (hint) } }
            } @else if urls.clerk.is_empty() {
                p { "Session tokens come from the real Clerk instance, so there is nothing to paste here." }
            } @else {
                p { "There is no organisation yet. Sign one up, then load this page again:" }
                (command(&tour::sign_up(urls)))
            }
        }
    }
}

fn command(text: &str) -> Markup {
    html! { div.command { pre tabindex="0" { code { (text) } } button.copy type="button" { "Copy" } } }
}

fn functions(gateway: &Gateway) -> Markup {
    html! {
        section aria-labelledby="functions" {
            h2 #functions { "Functions" }
            div.scroll { table {
                thead { tr { th { "Function" } th { "Instances" } th { "Invocations" } th { "Errors" } th { "Last cold start" } th {} } }
                tbody {
                    @for status in gateway.functions().map(|function| function.status()) {
                        tr {
                            th scope="row" { (status.name) }
                            td { (status.instances) }
                            td { (status.invocations) }
                            td.bad[status.errors > 0] { (status.errors) }
                            td { @if let Some(time) = status.last_cold_start_milliseconds { (time) " ms" } @else { "none yet" } }
                            td { a href={ "/_local/logs?function=" (status.name) } { "log" } }
                        }
                    }
                }
            } }
            p { "What integrators are told, by webhooks to " code { "/_local/webhooks" } ": "
                a href="/_local/logs?function=webhook-receiver" { "log of the receiver" } "." }
        }
    }
}

fn schedules(gateway: &Gateway) -> Markup {
    html! {
        @if !gateway.schedules.is_empty() {
            section aria-labelledby="schedules" {
                h2 #schedules { "Schedules" }
                ul {
                    @for scheduled in &gateway.schedules {
                        li {
                            form method="post" action={ "/_local/schedules/" (scheduled.schedule.name) "/fire" } {
                                strong { (scheduled.schedule.name) } " runs " (scheduled.instances.settings().name) " "
                                button type="submit" { "Run now" }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
