//! 10DLC: companies (brands) and what they text (campaigns), newer API, `/api/relay/rest/registry/beta`. Neither can be
//! changed or deleted by the API, and nothing keeps the carrier from making one twice: list by name before making one again.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::client::{Client, Operation};
use super::error::ClientError;
use super::wire;
use crate::domain::{BrandDetails, CampaignDetails};

/// How far the verification of a company is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CarrierBrandState {
    /// In work; takes about a day.
    Pending,
    /// The registry does not find the company as it is described.
    Unverified,
    /// Verified.
    Completed,
    /// A word that is not documented.
    #[serde(untagged)]
    Unknown(String),
}

/// How far the approval of a campaign is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CarrierCampaignState {
    /// In review; takes some days.
    Pending,
    /// It may be used.
    Active,
    /// It was refused, or may not be used any more.
    Inactive,
    /// A word that is not documented.
    #[serde(untagged)]
    Unknown(String),
}

/// A company at the carrier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CarrierBrand {
    /// The carrier's id.
    pub id: String,
    /// The name that we gave it.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// How far it is.
    #[serde(default = "brand_pending")]
    pub state: CarrierBrandState,
    /// When it last changed.
    #[serde(default, deserialize_with = "wire::time")]
    pub updated_at: Option<DateTime<Utc>>,
}

/// A campaign at the carrier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CarrierCampaign {
    /// The carrier's id.
    pub id: String,
    /// The name that we gave it.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// How far it is.
    #[serde(default = "campaign_pending")]
    pub state: CarrierCampaignState,
}

/// Only the id is promised in the answer to its making.
fn brand_pending() -> CarrierBrandState {
    CarrierBrandState::Pending
}

fn campaign_pending() -> CarrierCampaignState {
    CarrierCampaignState::Pending
}

impl Client {
    /// Makes a company (SignalWire, registry, create brand). Never repeated here.
    pub async fn create_brand(
        &self,
        name: &str,
        details: &BrandDetails,
        status_callback: Option<&Url>,
    ) -> Result<CarrierBrand, ClientError> {
        let mut body = json!({
            "name": name,
            "company_name": details.company_name.trim(),
            "contact_email": details.contact_email.trim(),
            "contact_phone": details.contact_phone.trim(),
            "ein_issuing_country": details.ein_issuing_country.trim(),
            "legal_entity_type": details.legal_entity_type,
            "ein": details.ein.trim(),
            "company_address": details.address.trim(),
            "company_website": details.website.trim(),
        });
        if let Some(vertical) = details.vertical {
            body["company_vertical"] = vertical.as_str().into();
        }
        set_callback(&mut body, status_callback);
        self.post_json(Operation::once("create_brand"), self.registry_url(&["brands"]), &body).await
    }

    /// The companies of that name (SignalWire, registry, list brands).
    pub async fn find_brands(&self, name: &str) -> Result<Vec<CarrierBrand>, ClientError> {
        let mut url = self.registry_url(&["brands"]);
        url.query_pairs_mut().append_pair("filter_name", name);
        let mut found: Vec<CarrierBrand> = self.list(Operation::read("list_brands"), url, "data").await?;
        // Whether the filter wants the whole name is not documented.
        found.retain(|brand| brand.name.as_deref() == Some(name));
        Ok(found)
    }

    /// Reads a company (SignalWire, registry, retrieve brand).
    pub async fn get_brand(&self, id: &str) -> Result<CarrierBrand, ClientError> {
        self.get(Operation::read("get_brand"), self.registry_url(&["brands", id])).await
    }

    /// Makes a campaign of a verified company (SignalWire, registry, create campaign). Never repeated here.
    pub async fn create_campaign(
        &self,
        brand_id: &str,
        name: &str,
        details: &CampaignDetails,
        status_callback: Option<&Url>,
    ) -> Result<CarrierCampaign, ClientError> {
        let mut body = json!({
            "name": name,
            "brand_id": brand_id,
            "sms_use_case": details.use_case,
            "description": details.description.trim(),
            "message_flow": details.message_flow.trim(),
            "opt_out_message": details.opt_out_message.trim(),
            "help_message": details.help_message.trim(),
            "opt_in_keywords": details.opt_in_keywords,
            "opt_out_keywords": details.opt_out_keywords,
            "help_keywords": details.help_keywords,
            "number_pooling_required": false,
            "direct_lending": details.direct_lending,
            "embedded_link": details.embedded_link,
            "embedded_phone": details.embedded_phone,
            "age_gated_content": details.age_gated_content,
            "lead_generation": details.lead_generation,
            // Who submits agrees to them by doing so.
            "terms_and_conditions": true,
        });
        if !details.sub_use_cases.is_empty() {
            body["sub_use_cases"] = json!(details.sub_use_cases);
        }
        for (at, sample) in details.samples.iter().enumerate() {
            body[format!("sample{}", at + 1)] = sample.trim().into();
        }
        if let Some(text) = details.opt_in_message.as_deref().filter(|text| !text.trim().is_empty()) {
            body["opt_in_message"] = text.trim().into();
        }
        set_callback(&mut body, status_callback);
        let url = self.registry_url(&["brands", brand_id, "campaigns"]);
        self.post_json(Operation::once("create_campaign"), url, &body).await
    }

    /// The campaigns of a company with that name (SignalWire, registry, list campaigns).
    pub async fn find_campaigns(&self, brand_id: &str, name: &str) -> Result<Vec<CarrierCampaign>, ClientError> {
        let mut url = self.registry_url(&["brands", brand_id, "campaigns"]);
        url.query_pairs_mut().append_pair("filter_name", name);
        let mut found: Vec<CarrierCampaign> = self.list(Operation::read("list_campaigns"), url, "data").await?;
        found.retain(|campaign| campaign.name.as_deref() == Some(name));
        Ok(found)
    }

    /// Reads a campaign (SignalWire, registry, retrieve campaign).
    pub async fn get_campaign(&self, id: &str) -> Result<CarrierCampaign, ClientError> {
        self.get(Operation::read("get_campaign"), self.registry_url(&["campaigns", id])).await
    }

    /// Takes a number out of a campaign (SignalWire, registry, delete a number assignment). Twice is [`ClientError::NotFound`].
    pub async fn delete_assignment(&self, assignment_id: &str) -> Result<(), ClientError> {
        let url = self.registry_url(&["numbers", assignment_id]);
        self.delete(Operation::idempotent("delete_assignment"), url).await
    }
}

fn set_callback(body: &mut Value, url: Option<&Url>) {
    if let Some(url) = url {
        body["status_callback_url"] = url.as_str().into();
    }
}
