//! The company: made once, then verified by the registry.

use shared::{
    actions::registration::{self, BrandNews},
    clock,
    db::{
        DbError,
        messaging_brands::{self, Brand},
    },
    domain::{RegistrationId, RegistrationState},
    signalwire::{CarrierBrand, CarrierBrandState, ClientError},
};

use super::{LOOKUP_DELAYS, Made, Step, in_transaction, next_lookup, not_made};
use crate::handler::{State, WorkError};

/// The carrier takes names of 64 characters; the rest of ours has 16.
const LONGEST_COMPANY: usize = 48;

pub(super) async fn make_or_look(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    if brand.carrier_brand_id.is_some() {
        return look(state, brand).await;
    }
    match make(state, brand).await? {
        Made::Yes => Ok(Step::On),
        Made::Later(pause) => Ok(Step::Again(pause)),
        Made::Stuck => Ok(Step::Done),
        Made::Refused(reason) => {
            let whose = (brand.workspace_id, brand.id);
            let to = RegistrationState::BrandUnverified;
            in_transaction!(state, |client| registration::move_to(&client, whose, to, Some(&reason)).await);
            Ok(Step::Done)
        }
    }
}

/// An unverified company may become verified without our doing.
pub(super) async fn look_again(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    match brand.carrier_brand_id {
        Some(_) => Ok(match look(state, brand).await? {
            Step::On => Step::On,
            Step::Wait | Step::Again(_) | Step::Done => Step::Done,
        }),
        None => Ok(Step::Done),
    }
}

async fn look(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    let Some(id) = &brand.carrier_brand_id else { return Ok(Step::Done) };
    let at_carrier = match state.carrier.get_brand(id).await {
        Err(ClientError::NotFound(refusal)) => {
            let (workspace_id, registration_id) = (brand.workspace_id, brand.id);
            tracing::error!(%workspace_id, %registration_id, %refusal, "the carrier does not have the brand any more");
            return Ok(Step::Done);
        }
        answer => answer?,
    };
    let news = match at_carrier.state {
        CarrierBrandState::Completed => BrandNews::Verified,
        CarrierBrandState::Unverified => BrandNews::Unverified,
        CarrierBrandState::Pending | CarrierBrandState::Unknown(_) => return Ok(Step::Wait),
    };
    let at = at_carrier.updated_at.unwrap_or_else(clock::now);
    let moved = in_transaction!(state, |client| registration::take_brand_news(&client, brand, news, at).await);
    Ok(if moved { Step::On } else { Step::Wait })
}

/// Makes it at the carrier, unless it is there. Nothing keeps the carrier from making it twice, so an unknown outcome is
/// looked up by the name, several times over minutes, before it is made again.
async fn make(state: &State, brand: &Brand) -> Result<Made, WorkError> {
    if let (Some(_), Some(name)) = (brand.asked_at, &brand.carrier_name) {
        let mut found = state.carrier.find_brands(name).await?;
        if found.len() > 1 {
            tracing::error!(registration_id = %brand.id, count = found.len(), "more than one brand was made");
        }
        if let Some(made) = found.pop() {
            return keep(state, brand, &made).await;
        }
        let lookups = in_transaction!(state, |client| messaging_brands::count_lookup(&client, brand.id).await);
        if let Some(pause) = next_lookup(lookups) {
            return Ok(Made::Later(pause));
        }
    }
    let name = name_at_carrier(brand.id, &brand.details.company_name);
    in_transaction!(state, |client| messaging_brands::mark_asked(&client, brand.id, &name).await);
    let callback = state.registration_webhook_url.as_ref();
    match state.carrier.create_brand(&name, &brand.details, callback).await {
        Ok(made) => keep(state, brand, &made).await,
        Err(error) if error.outcome_unknown() => {
            tracing::warn!(registration_id = %brand.id, %error, "it is unknown whether the brand was made");
            Ok(Made::Later(LOOKUP_DELAYS[0]))
        }
        Err(error) => {
            in_transaction!(state, |client| messaging_brands::mark_not_made(&client, brand.id).await);
            Ok(not_made(brand, "brand", &error))
        }
    }
}

/// Stores the carrier's id, with the fee, once.
async fn keep(state: &State, brand: &Brand, made: &CarrierBrand) -> Result<Made, WorkError> {
    let price = brand.agreed_fees.unwrap_or_default().brand_cents;
    let fee = (state.business.registration.brand.cost_cents, price);
    let key = format!("brand {}", brand.id);
    in_transaction!(state, |client| async {
        if messaging_brands::set_carrier_id(&client, brand.id, &made.id).await? {
            messaging_brands::charge(&client, brand.workspace_id, &key, fee, clock::now()).await?;
        }
        Ok::<(), DbError>(())
    }
    .await);
    tracing::info!(workspace_id = %brand.workspace_id, registration_id = %brand.id, brand_id = made.id, "brand made");
    Ok(Made::Yes)
}

/// The company's name, which the registry may look at, with what tells it from all others.
fn name_at_carrier(id: RegistrationId, company: &str) -> String {
    let company: String = company.trim().chars().take(LONGEST_COMPANY).collect();
    let id = id.0.simple().to_string();
    format!("{company} sb-{}", &id[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_fits_and_tells_two_companies_of_one_name_apart() {
        let ids: [RegistrationId; 2] = ["5f0c8a2e-1111-4000-8000-000000000001", "5f0c8a2e-2222-4000-8000-000000000001"]
            .map(|text| text.parse().unwrap());
        let [first, second] = ids.map(|id| name_at_carrier(id, &"Ünïcorn ".repeat(20)));
        assert!(first.chars().count() <= 64 && first != second, "{first} {second}");
    }
}
