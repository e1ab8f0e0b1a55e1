//! The ladder on which a number is searched: the area code, its region, anywhere; configuration says which rungs there
//! are.

use crate::{
    actions::{Provisioner, WorkError},
    db::{self, DbError, numbers, provisionings::Provisioning},
    domain::{AreaCode, Country, PhoneNumber, SearchStep},
    signalwire::Search,
};

/// Candidates that are tried in one delivery; when all are taken by others, the next delivery searches again.
const CANDIDATES: u32 = 5;

/// A number that may be bought, and the rung that it was found on. A number that the workspace named was not searched.
pub(super) type Candidate = (PhoneNumber, Option<SearchStep>);

/// The numbers to try, best first.
pub(super) async fn candidates(
    provisioner: &Provisioner,
    provisioning: &Provisioning,
) -> Result<Vec<Candidate>, WorkError> {
    if let Some(requested) = &provisioning.requested {
        let free = without_quarantined(provisioner, provisioning, vec![requested.clone()]).await?;
        return Ok(free.into_iter().map(|number| (number, None)).collect());
    }
    let area_code = provisioning.area_code.as_deref().and_then(|code| code.parse::<AreaCode>().ok());
    for step in &provisioner.business.number_search.steps {
        let Some(search) = rung(*step, area_code.as_ref()) else {
            continue;
        };
        let found = provisioner.carrier.search_local(&search).await?;
        let found = found.into_iter().map(|number| number.phone_number).collect();
        let free = without_quarantined(provisioner, provisioning, found).await?;
        if !free.is_empty() {
            return Ok(free.into_iter().map(|number| (number, Some(*step))).collect());
        }
    }
    Ok(Vec::new())
}

/// Leaves out what another workspace gave back lately: its customers' texts are not for the next owner.
async fn without_quarantined(
    provisioner: &Provisioner,
    provisioning: &Provisioning,
    mut found: Vec<PhoneNumber>,
) -> Result<Vec<PhoneNumber>, DbError> {
    let days = provisioner.business.released_number_quarantine_days;
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let released = numbers::list_released_by_others(&transaction, provisioning.workspace_id, &found, days).await?;
    transaction.commit().await?;
    found.retain(|number| !released.contains(number));
    Ok(found)
}

/// What a rung searches for; `None` when it needs an area code, or a region, that is not known.
fn rung(step: SearchStep, area_code: Option<&AreaCode>) -> Option<Search> {
    let region = area_code.and_then(AreaCode::region);
    let country = region.map_or(Country::default(), |(country, _)| country);
    let search = Search { country, limit: CANDIDATES, ..Search::default() };
    match step {
        SearchStep::AreaCode => Some(Search { area_code: Some(area_code?.to_string()), ..search }),
        SearchStep::Region => Some(Search { region: Some(region?.1.to_owned()), ..search }),
        SearchStep::Anywhere => Some(search),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rung_is_wider_than_the_one_below_it() {
        let code: AreaCode = "416".parse().unwrap();
        let shape = |step| {
            let search = rung(step, Some(&code)).unwrap();
            (search.country, search.area_code, search.region)
        };
        assert_eq!(shape(SearchStep::AreaCode), (Country::Canada, Some("416".to_owned()), None));
        assert_eq!(shape(SearchStep::Region), (Country::Canada, None, Some("ON".to_owned())));
        assert_eq!(shape(SearchStep::Anywhere), (Country::Canada, None, None));
    }

    #[test]
    fn rungs_without_what_they_need_are_left_out() {
        assert!(rung(SearchStep::AreaCode, None).is_none() && rung(SearchStep::Region, None).is_none());
        assert!(rung(SearchStep::Region, Some(&"999".parse().unwrap())).is_none());
        assert_eq!(rung(SearchStep::Anywhere, None).unwrap().country, Country::UnitedStates);
    }
}
