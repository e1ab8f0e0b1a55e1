//! What the page of the simulator looks like.

use chrono::DateTime;
use form_urlencoded::Serializer;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Deserialize;

use crate::deliver::{Delivery, DeliveryState};
use crate::instance::Instance;
use crate::plans::{PLANS, Plan, default_plan, stored_plan};
use crate::state::{Directory, Item, ItemStatus, Organization};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Deliveries shown; the control API has all of them.
const SHOWN_DELIVERIES: usize = 40;
/// Tokens copied from the page live for an hour, so that they survive being pasted.
const COPIED_TOKEN_TTL: u32 = 3_600;

/// What the last form did, carried in the query.
#[derive(Debug, Default, Deserialize)]
pub struct Notice {
    pub done: Option<String>,
    pub problem: Option<String>,
}

impl Notice {
    /// The page's address with this notice.
    pub fn location(&self) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in [("done", &self.done), ("problem", &self.problem)] {
            if let Some(text) = value {
                query.append_pair(name, text);
            }
        }
        format!("/?{}", query.finish())
    }
}

pub fn page(instance: &Instance, notice: &Notice) -> Markup {
    let directory = instance.directory();
    let deliveries = instance.deliveries();
    let body = html! {
        (header(instance))
        main {
            (notice_line(notice))
            (creation_form())
            (organizations(&directory))
            (delivery_table(&deliveries))
        }
        p #copied .toast role="status" aria-live="polite" hidden {}
        script { (PreEscaped(SCRIPT)) }
    };
    document("Clerk simulator", &body)
}

/// A page with the style that all of them share.
pub fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
}

fn header(instance: &Instance) -> Markup {
    let options = instance.options();
    html! {
        header {
            h1 { "Clerk simulator" }
            p { "Sign up organisations, change their plans, and watch the signed webhooks arrive. Nothing leaves this machine." }
            dl .facts {
                div { dt { "Webhooks go to" } dd {
                    @match &options.webhook_url {
                        Some(url) => code { (url) },
                        None => "nowhere: events are only recorded",
                    }
                    @if options.paused { " " span .badge.bad { "paused" } }
                } }
                div { dt { "Instance" } dd { code { (instance.settings.instance_id) } } }
                div { dt { "Issuer" } dd { code { (instance.base_url) } } }
                div { dt { "Key of its tokens" } dd { a href="/_sim/jwt-key" { "PEM" } " · " a href="/.well-known/jwks.json" { "JWKS" } } }
            }
        }
    }
}

fn notice_line(notice: &Notice) -> Markup {
    html! {
        @if let Some(text) = &notice.done { p .notice role="status" { (text) } }
        @if let Some(text) = &notice.problem { p .notice.bad role="alert" { (text) } }
    }
}

fn creation_form() -> Markup {
    html! {
        section aria-labelledby="create" {
            h2 #create { "Create an organisation" }
            form .grid method="post" action="/organizations" {
                (text_field("name", "Name", "text", "Harbour Dental"))
                div { label for="plan" { "Plan" } (plan_select("plan", "pro")) }
                (text_field("owner", "Owner", "text", "Ada Lopez"))
                (text_field("email", "Owner’s email", "email", "ada@example.com"))
                div {
                    label for="order" { "Order of the events" }
                    select #order name="order" {
                        option value="documented" { "as documented" }
                        option value="shuffled" { "shuffled, as can happen" }
                    }
                }
                button .primary { "Create" }
            }
        }
    }
}

fn text_field(name: &str, label: &str, kind: &str, example: &str) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) required maxlength="120" placeholder=(example) autocomplete="off";
        }
    }
}

fn plan_select(id: &str, selected: &str) -> Markup {
    html! {
        select id=(id) name="plan" {
            @for plan in &PLANS {
                option value=(plan.slug) selected[plan.slug == selected] { (plan.name) " · " (price(plan)) }
            }
        }
    }
}

fn price(plan: &Plan) -> String {
    if plan.is_default() { "free".to_owned() } else { format!("${} a month", plan.amount / 100) }
}

fn organizations(directory: &Directory) -> Markup {
    html! {
        section aria-labelledby="organizations" {
            h2 #organizations { "Organisations " span .count { (directory.organizations.len()) } }
            @if directory.organizations.is_empty() {
                p .empty { "None yet. Create one above: its events go out at once." }
            }
            div .cards {
                @for organization in directory.organizations.iter().rev() { (organization_card(organization, directory)) }
            }
        }
    }
}

fn organization_card(organization: &Organization, directory: &Directory) -> Markup {
    let live = organization.subscription.live_item();
    let owner = directory.users.iter().find(|user| user.id == organization.created_by);
    html! {
        article .card aria-label=(organization.name) {
            div .title {
                h3 { (organization.name) }
                (plan_badge(live))
            }
            p .quiet {
                code { (organization.id) }
                @if let Some(email) = owner.and_then(|owner| owner.email.as_ref()) { br; (email) }
            }
            @if let Some(line) = outlook(organization) { p .quiet { (line) } }
            div .row {
                span .quiet { "Copy a token" }
                (token_link(organization, "admin"))
                (token_link(organization, "member"))
            }
            (plan_form(organization, live))
            (other_actions(organization, live))
        }
    }
}

fn plan_badge(live: Option<&Item>) -> Markup {
    let plan = live.map_or(default_plan(), |item| stored_plan(&item.plan));
    let past_due = live.is_some_and(|item| item.status == ItemStatus::PastDue);
    html! {
        span {
            span class={ "badge " (plan.slug) } { (plan.name) }
            @if past_due { " " span .badge.bad { "past due" } }
        }
    }
}

/// What will happen at the period's end.
fn outlook(organization: &Organization) -> Option<String> {
    let live = organization.subscription.live_item()?;
    let day = DateTime::from_timestamp_millis(live.period_end?)?.format("%-d %B %Y");
    Some(match organization.subscription.upcoming_item() {
        Some(next) => format!("Until {day}, then {}.", stored_plan(&next.plan).name),
        None => format!("Renews on {day}."),
    })
}

fn token_link(organization: &Organization, role: &str) -> Markup {
    let query = Serializer::new(String::new())
        .append_pair("organization", &organization.id)
        .append_pair("role", role)
        .append_pair("ttl", &COPIED_TOKEN_TTL.to_string())
        .finish();
    html! { a .button href={ "/token?" (query) } data-copy aria-label={ "Copy " (role) " token" } { (role) } }
}

fn plan_form(organization: &Organization, live: Option<&Item>) -> Markup {
    let present = live.map_or("", |item| item.plan.as_str());
    let id = format!("plan-{}", organization.id);
    html! {
        form .row method="post" action=(action(organization, "plan")) {
            label .hidden for=(id) { "New plan of " (organization.name) }
            (plan_select(&id, present))
            button { "Change plan" }
            @if paid(live) { label .check { input type="checkbox" name="immediately"; "at once, also downwards" } }
        }
    }
}

fn paid(live: Option<&Item>) -> bool {
    live.is_some_and(|item| !stored_plan(&item.plan).is_default())
}

fn other_actions(organization: &Organization, live: Option<&Item>) -> Markup {
    let paid = paid(live);
    let past_due = live.is_some_and(|item| item.status == ItemStatus::PastDue);
    let active = live.is_some_and(|item| item.status == ItemStatus::Active);
    html! {
        div .row {
            @if paid { (button(organization, "period-end", "End the period")) }
            @if paid && active { (button(organization, "past-due", "Let a payment fail")) }
            @if past_due { (button(organization, "settle", "Pay what is due")) }
            form method="post" action=(action(organization, "delete")) data-confirm={ "Delete " (organization.name) "?" } {
                button .danger { "Delete" }
            }
        }
    }
}

fn button(organization: &Organization, name: &str, text: &str) -> Markup {
    html! { form method="post" action=(action(organization, name)) { button { (text) } } }
}

fn action(organization: &Organization, name: &str) -> String {
    format!("/organizations/{}/{name}", organization.id)
}

fn delivery_table(deliveries: &[Delivery]) -> Markup {
    html! {
        section aria-labelledby="deliveries" {
            div .title {
                h2 #deliveries { "Webhooks " span .count { (deliveries.len()) } }
                a .button href="/" { "Refresh" }
            }
            @if deliveries.is_empty() { p .empty { "Nothing has been sent yet." } }
            @else {
                table {
                    thead { tr { th { "Time" } th { "Event" } th { "Attempts" } th { "Answer" } th { span .hidden { "Actions" } } } }
                    tbody { @for delivery in deliveries.iter().rev().take(SHOWN_DELIVERIES) { (delivery_row(delivery)) } }
                }
                @if deliveries.len() > SHOWN_DELIVERIES {
                    p .quiet { "The latest " (SHOWN_DELIVERIES) "; all are at " a href="/_sim/deliveries" { "/_sim/deliveries" } "." }
                }
            }
        }
    }
}

fn delivery_row(delivery: &Delivery) -> Markup {
    let name = state_name(delivery.state);
    html! {
        tr {
            td data-label="Time" { (clock_time(delivery.created_at)) }
            td data-label="Event" {
                details {
                    summary { (delivery.kind) }
                    pre { (delivery.svix_id) "\n" (pretty(&delivery.body)) }
                }
            }
            td data-label="Attempts" { (delivery.attempts.len()) }
            td data-label="Answer" {
                span class={ "badge " (name) } { (name) }
                @if let Some(answer) = last_answer(delivery) { " " span .quiet { (answer) } }
            }
            td {
                form method="post" action={ "/deliveries/" (delivery.svix_id) "/replay" } {
                    button aria-label={ "Send " (delivery.kind) " again" } { "Send again" }
                }
            }
        }
    }
}

fn state_name(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Unsent => "unsent",
        DeliveryState::Pending => "pending",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Failed => "failed",
        DeliveryState::Aborted => "aborted",
    }
}

fn last_answer(delivery: &Delivery) -> Option<String> {
    let attempt = delivery.attempts.last()?;
    match (attempt.status, &attempt.error) {
        (Some(status), _) => Some(format!("{status} in {} ms", attempt.duration_ms)),
        (None, Some(_)) => Some("no answer".to_owned()),
        (None, None) => None,
    }
}

fn clock_time(at: i64) -> String {
    DateTime::from_timestamp_millis(at).map(|time| time.format("%H:%M:%S UTC").to_string()).unwrap_or_default()
}

/// A body that is not JSON is shown as it is.
fn pretty(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body).map_or_else(|_| body.to_owned(), |value| format!("{value:#}"))
}
