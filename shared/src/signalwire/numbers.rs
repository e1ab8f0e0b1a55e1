//! Phone numbers: searching, buying, finding, changing and releasing (compatibility API, `AvailablePhoneNumbers` and
//! `IncomingPhoneNumbers`).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;

use super::client::{Client, Operation, PAGE_SIZE};
use super::error::{ClientError, PurchaseError, UnreadableAnswer};
use super::wire;
use crate::config::NumberWebhookConfig;
use crate::domain::{Capabilities, Country, PhoneNumber};

const SEARCH_LIMIT: u32 = 20;

/// What kind of number is wanted. Searching holds nothing back: anyone can take a number between search and purchase.
#[derive(Debug, Clone)]
pub struct Search {
    /// Where to search; an area code or region of another country finds nothing.
    pub country: Country,
    /// Three digits; for toll-free numbers the prefix, for instance `833`.
    pub area_code: Option<String>,
    /// Two letters of a state or province.
    pub region: Option<String>,
    /// City; the carrier takes it only together with `region`.
    pub locality: Option<String>,
    /// Digits or letters that the number contains, at least three.
    pub contains: Option<String>,
    /// Most results wanted.
    pub limit: u32,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            country: Country::default(),
            area_code: None,
            region: None,
            locality: None,
            contains: None,
            limit: SEARCH_LIMIT,
        }
    }
}

/// A number that could be bought a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailableNumber {
    /// E.164.
    pub phone_number: PhoneNumber,
    /// National format.
    pub friendly_name: String,
    /// City, or the rate centre when the carrier gives no city.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Two letters.
    pub iso_country: Option<String>,
    /// What it could do. Texts of a US local number still need a campaign assignment after the purchase.
    pub capabilities: Capabilities,
}

/// Where the carrier reports what happens to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberWebhooks {
    /// Inbound texts.
    pub sms_url: Url,
    /// Inbound texts, when `sms_url` fails.
    pub sms_fallback_url: Option<Url>,
    /// Inbound calls.
    pub voice_url: Option<Url>,
    /// Inbound calls, when `voice_url` fails.
    pub voice_fallback_url: Option<Url>,
    /// End of inbound calls.
    pub status_callback: Option<Url>,
}

impl From<NumberWebhookConfig> for NumberWebhooks {
    /// The carrier does not repeat a webhook that failed, it requests the fallback URL: the same address gives us the
    /// second chance.
    fn from(config: NumberWebhookConfig) -> Self {
        Self {
            sms_fallback_url: Some(config.message_url.clone()),
            sms_url: config.message_url,
            voice_fallback_url: Some(config.call_url.clone()),
            voice_url: Some(config.call_url),
            status_callback: Some(config.call_status_url),
        }
    }
}

/// One purchase. Name and webhooks go along in the same request, so that a number whose purchase was answered to nobody
/// is already complete and can be found by its name.
#[derive(Debug, Clone, Copy)]
pub struct Purchase<'a> {
    /// What to buy.
    pub phone_number: &'a PhoneNumber,
    /// Unique to this purchase; at most 64 characters.
    pub friendly_name: &'a str,
    /// Where its texts and calls are reported.
    pub webhooks: &'a NumberWebhooks,
}

/// What to change about a number.
#[derive(Debug, Clone, Copy, Default)]
pub struct NumberUpdate<'a> {
    /// New name.
    pub friendly_name: Option<&'a str>,
    /// New webhooks. The carrier keeps those that are `None`.
    pub webhooks: Option<&'a NumberWebhooks>,
}

/// A number that the project owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingNumber {
    /// The carrier's id, a UUID.
    pub sid: String,
    /// E.164.
    pub phone_number: PhoneNumber,
    /// Ours when it was bought by us.
    pub friendly_name: String,
    /// What it can do now. `sms` turns true when a campaign assignment completes.
    pub capabilities: Capabilities,
    /// Where its texts go.
    pub sms_url: Option<String>,
    /// Where its calls go.
    pub voice_url: Option<String>,
    /// Where the end of its calls goes.
    pub status_callback: Option<String>,
    /// Toll-free numbers only, for instance `Unverified`.
    pub verification_status: Option<String>,
    /// When it was bought.
    pub created_at: Option<DateTime<Utc>>,
}

impl Client {
    /// Searches local numbers (SignalWire, `AvailablePhoneNumbers`, Local).
    pub async fn search_local(&self, search: &Search) -> Result<Vec<AvailableNumber>, ClientError> {
        self.search("Local", search).await
    }

    /// Searches toll-free numbers (SignalWire, `AvailablePhoneNumbers`, `TollFree`).
    pub async fn search_toll_free(&self, search: &Search) -> Result<Vec<AvailableNumber>, ClientError> {
        self.search("TollFree", search).await
    }

    async fn search(&self, kind: &str, search: &Search) -> Result<Vec<AvailableNumber>, ClientError> {
        let mut url = self.account_url(&["AvailablePhoneNumbers", search.country.as_str(), kind]);
        let filters = [
            ("AreaCode", &search.area_code),
            ("InRegion", &search.region),
            ("InLocality", &search.locality),
            ("Contains", &search.contains),
        ];
        for (name, value) in filters {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        url.query_pairs_mut().append_pair("PageSize", &search.limit.to_string());

        let answer: SearchAnswer = self.get(Operation::read("search_numbers"), url).await?;
        // The size of the answer is not guaranteed, and one number in a strange format must not hide the others.
        let available = answer.available_phone_numbers.into_iter().filter_map(AvailableWire::into_number);
        Ok(available.take(usize::try_from(search.limit).unwrap_or(usize::MAX)).collect())
    }

    /// Buys a number (SignalWire, `IncomingPhoneNumbers`, create). Never repeated here. A success is no proof that *this*
    /// call bought it: compare `friendly_name` with your own.
    ///
    /// # Errors
    /// When [`PurchaseError::outcome_unknown`], find the number before anything else; when [`PurchaseError::Taken`], find
    /// it once before trying another.
    pub async fn purchase(&self, purchase: &Purchase<'_>) -> Result<IncomingNumber, PurchaseError> {
        let operation = Operation::once("purchase_number");
        let url = self.account_url(&["IncomingPhoneNumbers"]);
        let mut form = vec![("PhoneNumber", purchase.phone_number.as_str()), ("FriendlyName", purchase.friendly_name)];
        form.extend(purchase.webhooks.parameters());

        let number = self.post_number(operation, url, &form).await.map_err(PurchaseError::from_client)?;
        if number.phone_number != *purchase.phone_number {
            return Err(operation.unreadable(UnreadableAnswer::OtherNumber).into());
        }
        Ok(number)
    }

    /// Finds a number of this project by number and name, both equal to the last character. This is how a purchase with
    /// a lost answer is settled (SignalWire, `IncomingPhoneNumbers`, list).
    pub async fn find_number(
        &self,
        phone_number: &PhoneNumber,
        friendly_name: &str,
    ) -> Result<Option<IncomingNumber>, ClientError> {
        let numbers = self.list_matching(&[("PhoneNumber", phone_number.as_str())]).await?;
        let found = numbers
            .into_iter()
            .find(|number| number.phone_number == phone_number.as_str() && number.friendly_name() == friendly_name);
        found.map(|number| read_number(LIST_NUMBERS, number)).transpose()
    }

    /// Finds all numbers of this project with exactly this name (SignalWire, `IncomingPhoneNumbers`, list).
    pub async fn find_numbers_by_friendly_name(&self, name: &str) -> Result<Vec<IncomingNumber>, ClientError> {
        let numbers = self.list_matching(&[("FriendlyName", name)]).await?;
        let same_name = numbers.into_iter().filter(|number| number.friendly_name() == name);
        same_name.map(|number| read_number(LIST_NUMBERS, number)).collect()
    }

    /// Every number of this project (SignalWire, `IncomingPhoneNumbers`, list). One that cannot be read is left out.
    pub async fn list_numbers(&self) -> Result<Vec<IncomingNumber>, ClientError> {
        let numbers = self.list_matching(&[]).await?;
        let read = |number: NumberWire| {
            let sid = number.sid.clone();
            read_number(LIST_NUMBERS, number)
                .inspect_err(|error| tracing::warn!(phone_number_sid = sid, %error, "a number is left out"))
                .ok()
        };
        Ok(numbers.into_iter().filter_map(read).collect())
    }

    /// The carrier's filters match patterns or parts, so every caller compares again.
    async fn list_matching(&self, filters: &[(&str, &str)]) -> Result<Vec<NumberWire>, ClientError> {
        let mut url = self.account_url(&["IncomingPhoneNumbers"]);
        url.query_pairs_mut().extend_pairs(filters.iter().chain([&PAGE_SIZE]));
        self.list(LIST_NUMBERS, url, "incoming_phone_numbers").await
    }

    /// Reads a number (SignalWire, `IncomingPhoneNumbers`, retrieve).
    pub async fn get_number(&self, sid: &str) -> Result<IncomingNumber, ClientError> {
        let operation = Operation::read("get_number");
        let number = self.get(operation, self.account_url(&["IncomingPhoneNumbers", sid])).await?;
        read_number(operation, number)
    }

    /// Changes a number (SignalWire, `IncomingPhoneNumbers`, update).
    pub async fn update_number(&self, sid: &str, update: &NumberUpdate<'_>) -> Result<IncomingNumber, ClientError> {
        let mut form = Vec::new();
        form.extend(update.friendly_name.map(|name| ("FriendlyName", name)));
        form.extend(update.webhooks.into_iter().flat_map(NumberWebhooks::parameters));
        let url = self.account_url(&["IncomingPhoneNumbers", sid]);
        self.post_number(Operation::idempotent("update_number"), url, &form).await
    }

    /// Gives a number back for good (SignalWire, `IncomingPhoneNumbers`, delete). [`ClientError::NotFound`] means that
    /// it is gone already.
    pub async fn release_number(&self, sid: &str) -> Result<(), ClientError> {
        let url = self.account_url(&["IncomingPhoneNumbers", sid]);
        self.delete(Operation::idempotent("release_number"), url).await
    }

    async fn post_number(
        &self,
        operation: Operation,
        url: Url,
        form: &[(&str, &str)],
    ) -> Result<IncomingNumber, ClientError> {
        let number = self.post_form(operation, url, form).await?;
        read_number(operation, number)
    }
}

const LIST_NUMBERS: Operation = Operation::read("list_numbers");

impl NumberWebhooks {
    /// Whether the carrier's number has these. What we do not configure may be anything.
    #[must_use]
    pub fn are_those_of(&self, number: &IncomingNumber) -> bool {
        let same = |wanted: Option<&Url>, actual: Option<&String>| {
            wanted.is_none_or(|wanted| actual.is_some_and(|actual| actual == wanted.as_str()))
        };
        same(Some(&self.sms_url), number.sms_url.as_ref())
            && same(self.voice_url.as_ref(), number.voice_url.as_ref())
            && same(self.status_callback.as_ref(), number.status_callback.as_ref())
    }

    /// All methods are POST, which is also the carrier's default; said anyway, because a number may have had another.
    fn parameters(&self) -> Vec<(&'static str, &str)> {
        let urls = [
            ("SmsUrl", "SmsMethod", Some(&self.sms_url)),
            ("SmsFallbackUrl", "SmsFallbackMethod", self.sms_fallback_url.as_ref()),
            ("VoiceUrl", "VoiceMethod", self.voice_url.as_ref()),
            ("VoiceFallbackUrl", "VoiceFallbackMethod", self.voice_fallback_url.as_ref()),
            ("StatusCallback", "StatusCallbackMethod", self.status_callback.as_ref()),
        ];
        let given = urls.into_iter().filter_map(|(name, method, url)| url.map(|url| (name, method, url.as_str())));
        given.flat_map(|(name, method, url)| [(name, url), (method, "POST")]).collect()
    }
}

#[derive(Deserialize)]
struct SearchAnswer {
    available_phone_numbers: Vec<AvailableWire>,
}

#[derive(Deserialize)]
struct AvailableWire {
    phone_number: String,
    #[serde(default, deserialize_with = "wire::text")]
    friendly_name: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    locality: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    rate_center: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    region: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    iso_country: Option<String>,
    #[serde(default, deserialize_with = "wire::capability_names")]
    capabilities: HashMap<String, bool>,
}

#[derive(Deserialize)]
struct NumberWire {
    sid: String,
    phone_number: String,
    #[serde(default, deserialize_with = "wire::text")]
    friendly_name: Option<String>,
    #[serde(default, deserialize_with = "wire::capability_names")]
    capabilities: HashMap<String, bool>,
    #[serde(default, deserialize_with = "wire::text")]
    sms_url: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    voice_url: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    status_callback: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    verification_status: Option<String>,
    #[serde(default, deserialize_with = "wire::time")]
    date_created: Option<DateTime<Utc>>,
}

impl AvailableWire {
    fn into_number(self) -> Option<AvailableNumber> {
        let Ok(phone_number) = PhoneNumber::parse(&self.phone_number) else {
            tracing::warn!("an offered number is not in E.164 and is left out");
            return None;
        };
        Some(AvailableNumber {
            friendly_name: self.friendly_name.unwrap_or(self.phone_number),
            phone_number,
            locality: self.locality.or(self.rate_center),
            region: self.region,
            iso_country: self.iso_country,
            capabilities: capabilities(&self.capabilities),
        })
    }
}

impl NumberWire {
    fn friendly_name(&self) -> &str {
        self.friendly_name.as_deref().unwrap_or_default()
    }
}

fn read_number(operation: Operation, number: NumberWire) -> Result<IncomingNumber, ClientError> {
    let phone_number = PhoneNumber::parse(&number.phone_number)
        .map_err(|error| operation.unreadable(UnreadableAnswer::PhoneNumber(error)))?;
    Ok(IncomingNumber {
        sid: number.sid,
        phone_number,
        friendly_name: number.friendly_name.unwrap_or_default(),
        capabilities: capabilities(&number.capabilities),
        sms_url: number.sms_url,
        voice_url: number.voice_url,
        status_callback: number.status_callback,
        verification_status: number.verification_status,
        created_at: number.date_created,
    })
}

fn capabilities(names: &HashMap<String, bool>) -> Capabilities {
    let has = |name| names.get(name).copied().unwrap_or(false);
    Capabilities { sms: has("sms"), mms: has("mms"), voice: has("voice"), fax: has("fax") }
}
