//! The page of the simulator: its forms, each of which makes something happen and leads back to the page. What the
//! page looks like is in `view`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::billing::Downgrade;
use crate::change::Change;
use crate::deliver::{self, NamedOrder, Order, Sending};
use crate::instance::Instance;
use crate::organizations::Person;
use crate::plans::find_plan;
use crate::refusal::Refusal;
use crate::view::{self, Notice};

/// The page does not make anybody wait for a slow endpoint; the deliveries go on and show up later.
const PATIENCE: Duration = Duration::from_secs(2);

type Clerk = State<Arc<Instance>>;

pub fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/", get(show))
        .route("/organizations", post(create_organization))
        .route("/organizations/{id}/{action}", post(change_organization))
        .route("/deliveries/{svix_id}/replay", post(replay))
}

async fn show(State(instance): Clerk, Query(notice): Query<Notice>) -> Html<String> {
    Html(view::page(&instance, &notice).into_string())
}

#[derive(Deserialize)]
struct NewOrganization {
    name: String,
    plan: String,
    owner: String,
    email: String,
    order: NamedOrder,
}

impl NewOrganization {
    fn owner(&self) -> Person {
        let (first, last) = self.owner.trim().split_once(' ').unwrap_or((self.owner.trim(), ""));
        let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Person { email: filled(&self.email), first_name: filled(first), last_name: filled(last), ..Person::default() }
    }
}

async fn create_organization(State(instance): Clerk, Form(form): Form<NewOrganization>) -> Redirect {
    let sending = Sending { order: Order::Named(form.order), ..Sending::default() };
    let created = find_plan(&form.plan).map(|plan| {
        perform(&instance, &sending, |change| {
            let user_id = change.create_user(&form.owner())?;
            change.create_organization(form.name.trim(), &user_id, plan).map(drop)
        })
    });
    match created {
        Ok(performing) => back(performing.await, &format!("{} was created.", form.name.trim())),
        Err(refusal) => back(Err(refusal), ""),
    }
}

#[derive(Deserialize)]
struct Action {
    #[serde(default)]
    plan: String,
    /// A ticked box sends `on`.
    immediately: Option<String>,
}

async fn change_organization(
    State(instance): Clerk,
    Path((id, action)): Path<(String, String)>,
    Form(form): Form<Action>,
) -> Redirect {
    let downgrade = if form.immediately.is_some() { Downgrade::AtOnce } else { Downgrade::AtPeriodEnd };
    let sending = Sending::default();
    let changed = perform(&instance, &sending, |change| match action.as_str() {
        "plan" => change.change_plan(&id, find_plan(&form.plan)?, downgrade),
        "period-end" => change.end_period(&id),
        "past-due" => change.fail_payment(&id),
        "settle" => change.settle_payment(&id),
        "delete" => change.delete_organization(&id),
        other => Err(Refusal::not_found(format!("there is no action {other}"))),
    });
    back(changed.await, "Done. The events are listed below.")
}

async fn replay(State(instance): Clerk, Path(svix_id): Path<String>) -> Redirect {
    let sending = deliver::replay(&instance, &svix_id);
    match tokio::time::timeout(PATIENCE, sending).await {
        Ok(()) => back(Ok(()), "The message was sent again."),
        Err(_) => back(Err(Refusal::conflict("The endpoint did not answer in time.")), ""),
    }
}

pub async fn perform(
    instance: &Arc<Instance>,
    sending: &Sending,
    act: impl FnOnce(&mut Change) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let performed = instance.perform(sending, act)?;
    match tokio::time::timeout(PATIENCE, performed.delivered()).await {
        Ok(delivered) => delivered.map(drop),
        Err(_still_sending) => Ok(()),
    }
}

/// 303 to the page, with a line that says what happened.
fn back(result: Result<(), Refusal>, done: &str) -> Redirect {
    let notice = match result {
        Ok(()) => Notice { done: Some(done.to_owned()), problem: None },
        Err(refusal) => Notice { done: None, problem: Some(refusal.message) },
    };
    Redirect::to(&notice.location())
}
