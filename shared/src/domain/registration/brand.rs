//! The company behind the texts, as the registry wants it described (SignalWire, registry, create brand).

use serde::{Deserialize, Serialize};

use crate::domain::text_enum::text_enum;

text_enum! {
    /// What kind of company it is.
    pub enum LegalEntityType {
        /// Privately held.
        PrivateProfit => "PRIVATE_PROFIT",
        /// On a stock exchange.
        PublicProfit => "PUBLIC_PROFIT",
        /// Not for profit.
        NonProfit => "NON_PROFIT",
        /// Of a government.
        Government => "GOVERNMENT",
    }
}

text_enum! {
    /// What the company does.
    pub enum Vertical {
        /// Farming.
        Agriculture => "AGRICULTURE",
        /// Media and telecommunication.
        Communication => "COMMUNICATION",
        /// Building.
        Construction => "CONSTRUCTION",
        /// Schools.
        Education => "EDUCATION",
        /// Energy.
        Energy => "ENERGY",
        /// Entertainment.
        Entertainment => "ENTERTAINMENT",
        /// Banks and other money.
        Financial => "FINANCIAL",
        /// Gambling.
        Gambling => "GAMBLING",
        /// Public offices.
        Government => "GOVERNMENT",
        /// Health.
        Healthcare => "HEALTHCARE",
        /// Hotels and restaurants.
        Hospitality => "HOSPITALITY",
        /// Staff.
        HumanResources => "HUMAN_RESOURCES",
        /// Insurance.
        Insurance => "INSURANCE",
        /// Law.
        Legal => "LEGAL",
        /// Factories.
        Manufacturing => "MANUFACTURING",
        /// Non-governmental organisations.
        Ngo => "NGO",
        /// Politics.
        Political => "POLITICAL",
        /// Mail.
        Postal => "POSTAL",
        /// Professional services.
        Professional => "PROFESSIONAL",
        /// Houses.
        RealEstate => "REAL_ESTATE",
        /// Shops.
        Retail => "RETAIL",
        /// Technology.
        Technology => "TECHNOLOGY",
        /// Transport.
        Transportation => "TRANSPORTATION",
    }
}

/// What a workspace says about its company. A draft: what is missing or wrong is found by
/// [`check_registration`](super::check_registration). The tax number is in no log, so there is no `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BrandDetails {
    /// Legal name, as the tax office has it.
    pub company_name: String,
    /// What kind of company it is.
    pub legal_entity_type: Option<LegalEntityType>,
    /// Tax number: the EIN of a company in the United States.
    pub ein: String,
    /// The country that gave it, in English.
    pub ein_issuing_country: String,
    /// What the company does.
    pub vertical: Option<Vertical>,
    /// Postal address on one line.
    pub address: String,
    /// Public website, https.
    pub website: String,
    /// Whom the registry may write to.
    pub contact_email: String,
    /// Whom the registry may call, E.164.
    pub contact_phone: String,
}

impl std::fmt::Debug for BrandDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BrandDetails").field("company_name", &self.company_name).finish_non_exhaustive()
    }
}

impl BrandDetails {
    /// All texts with their names in the API.
    #[must_use]
    pub fn texts(&self) -> [(&'static str, &str); 7] {
        [
            ("companyName", &self.company_name),
            ("ein", &self.ein),
            ("einIssuingCountry", &self.ein_issuing_country),
            ("address", &self.address),
            ("website", &self.website),
            ("contactEmail", &self.contact_email),
            ("contactPhone", &self.contact_phone),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tax_number_is_not_in_the_debug_text() {
        let details = BrandDetails { ein: "12-3456789".to_owned(), ..BrandDetails::default() };
        assert!(!format!("{details:?}").contains("3456789"));
    }
}
