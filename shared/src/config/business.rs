//! Plans, prices and limits: what a business changes without touching code.

use chrono::Duration;
use serde::Deserialize;
use serde_json::Value;

use super::{CallConfig, ConfigError, Environment};
use crate::domain::{
    CampaignClass, Direction, EmailSenders, FILE_DAYS, MESSAGE_DAYS, RAW_EVENT_DAYS, Rate, ReplyKind, Retention,
    SearchStep, Service, SubscriptionTier,
};

/// Micro-dollars in a cent.
const MICROS_PER_CENT: i64 = 10_000;
const DEFAULTS: &str = include_str!("../../../config/business.json");

/// The contents of `config/business.json`, with the JSON of `BUSINESS_CONFIG` merged over it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BusinessConfig {
    plans: Plans,
    /// What a workspace pays for each number beyond the first, in cents a month.
    pub extra_number_monthly_price_cents: i32,
    /// What the carrier takes for a number, in cents a month.
    pub number_monthly_cost_cents: i32,
    /// What the carrier takes for one segment of an outbound text, in micro-dollars.
    pub outbound_text_cost_micros_per_segment: i64,
    /// What a workspace is charged for it.
    pub text_price_micros_per_segment: i64,
    /// What the carrier takes for an outbound WhatsApp message, in micro-dollars.
    pub outbound_whatsapp_cost_micros: i64,
    /// What a workspace is charged for it.
    pub whatsapp_price_micros: i64,
    /// Days that messages and calls are kept where the workspace does not say; null keeps them.
    pub message_retention_days: Option<u16>,
    /// Days that pictures and files are kept where the workspace does not say; null keeps them.
    pub media_retention_days: Option<u16>,
    /// Days that recordings of calls are kept where the workspace does not say; null keeps them.
    pub recording_retention_days: Option<u16>,
    /// Days that the carrier's webhooks are kept as they came; null keeps them.
    pub raw_event_retention_days: Option<u16>,
    /// Whether the carrier is asked to delete its copy of a recording once ours is stored.
    pub delete_recordings_at_carrier: bool,
    /// Whether typographic characters that would make a text dearer become plain ones, when a request does not say.
    pub smart_encoding: bool,
    /// Which addresses send mail; without one of them mail is not enabled.
    pub email: EmailSenders,
    /// What Amazon SES takes for a mail, in micro-dollars.
    pub outbound_email_cost_micros: i64,
    /// What a workspace is charged for it.
    pub email_price_micros: i64,
    /// What a workspace is charged for a begun minute of a call.
    pub call_price_micros_per_minute: i64,
    /// What the carrier takes for a 10DLC campaign, in cents a month.
    pub campaign_monthly_cost_cents: i64,
    /// What a registration of a workspace's own costs.
    pub registration: RegistrationPrices,
    /// Days in which a number that a workspace gave back is not offered to another one.
    pub released_number_quarantine_days: u16,
    /// ISO 3166 alpha-2 codes of the countries that may be texted and called.
    pub destination_countries: Vec<String>,
    /// Days between the suspension of a number and its release.
    pub release_grace_days: u16,
    /// Days after a purchase in which the carrier does not take a number back.
    pub carrier_release_wait_days: u16,
    /// What a customer who opts out is answered, once.
    pub opt_out_confirmation: String,
    /// What a customer who opts in again is answered, once.
    pub opt_in_confirmation: String,
    /// What a customer who asks for help is answered.
    pub help_text: String,
    /// The carrier confirms opt-outs and opt-ins itself, so that we must not. SignalWire does not (its page "SMS
    /// overview"); a carrier's special product may.
    pub carrier_answers_keywords: bool,
    /// Age in seconds from which a message that only the carrier has counts as lost on its way here.
    pub message_back_fill_after_seconds: u32,
    /// What callers hear, and what calls cost.
    pub calls: CallConfig,
    /// How a number is searched for.
    pub number_search: NumberSearch,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Plans {
    free: Plan,
    starter: Plan,
    professional: Plan,
    enterprise: Plan,
}

/// One plan.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// Own numbers that the plan includes or allows.
    pub number_limit: i64,
    /// Price in cents a month.
    pub monthly_price_cents: i64,
    /// Messages that a workspace may send in a minute.
    pub messages_per_minute: i64,
    /// Messages that a workspace may send in a day.
    pub messages_per_day: i64,
    /// What the messages and calls of a workspace may cost in a day, in cents, as they are estimated when they are sent.
    pub spending_per_day_cents: i64,
}

impl Plan {
    /// The same in micro-dollars.
    #[must_use]
    pub fn spending_per_day_micros(&self) -> i64 {
        self.spending_per_day_cents.saturating_mul(MICROS_PER_CENT)
    }
}

/// What the carrier takes for something, and what a workspace is charged for it, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fee {
    /// What the carrier takes.
    pub cost_cents: i64,
    /// What the workspace is charged.
    pub price_cents: i64,
}

/// What a registration of a workspace's own costs (SignalWire, The Campaign Registry, pricing).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistrationPrices {
    /// The company, once.
    pub brand: Fee,
    /// The company once more, after a correction.
    pub brand_resubmission: Fee,
    /// The review of a campaign.
    pub campaign_vetting: Fee,
    /// A month of a campaign.
    pub campaign_month: Fee,
    /// The same with few texts.
    pub low_volume_campaign_month: Fee,
    /// The same of a charity.
    pub charity_campaign_month: Fee,
}

impl RegistrationPrices {
    /// What a month of such a campaign costs.
    #[must_use]
    pub fn month(&self, class: CampaignClass) -> Fee {
        match class {
            CampaignClass::Standard => self.campaign_month,
            CampaignClass::LowVolume => self.low_volume_campaign_month,
            CampaignClass::Charity => self.charity_campaign_month,
        }
    }
}

/// How a number is searched for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberSearch {
    /// Used when nobody asks for an area code.
    pub default_area_code: Option<String>,
    /// The rungs of the ladder, tried in this order.
    pub steps: Vec<SearchStep>,
}

impl BusinessConfig {
    /// Reads the defaults and merges `BUSINESS_CONFIG` over them.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let name = "BUSINESS_CONFIG";
        let mut value: Value =
            serde_json::from_str(DEFAULTS).map_err(|e| ConfigError::invalid("config/business.json", e))?;
        if let Some(text) = env.optional(name) {
            merge(&mut value, serde_json::from_str(text).map_err(|e| ConfigError::invalid(name, e))?);
        }
        let config: Self = serde_json::from_value(value).map_err(|e| ConfigError::invalid(name, e))?;
        config.check_retention().map_err(|problem| ConfigError::invalid(name, problem))?;
        Ok(config)
    }

    /// The plan of a tier.
    #[must_use]
    pub fn plan(&self, tier: SubscriptionTier) -> Plan {
        match tier {
            SubscriptionTier::Free => self.plans.free,
            SubscriptionTier::Starter => self.plans.starter,
            SubscriptionTier::Professional => self.plans.professional,
            SubscriptionTier::Enterprise => self.plans.enterprise,
        }
    }

    /// What everything costs and earns by the unit. The sweep writes it down with the time from which it holds.
    #[must_use]
    pub fn rates(&self) -> Vec<Rate> {
        let (inbound, outbound) = (Some(Direction::Inbound), Some(Direction::Outbound));
        let cents = |cents: i64| cents * MICROS_PER_CENT;
        let text = (self.outbound_text_cost_micros_per_segment, self.text_price_micros_per_segment);
        let whatsapp = (self.outbound_whatsapp_cost_micros, self.whatsapp_price_micros);
        let mail = (self.outbound_email_cost_micros, self.email_price_micros);
        let call_in = (self.calls.inbound_cost_micros_per_minute, self.call_price_micros_per_minute);
        let call_out = (self.calls.outbound_cost_micros_per_minute, self.call_price_micros_per_minute);
        let number =
            (cents(self.number_monthly_cost_cents.into()), cents(self.extra_number_monthly_price_cents.into()));
        let campaign = (cents(self.campaign_monthly_cost_cents), 0);
        [
            (Service::Sms, inbound, (0, 0)),
            (Service::Sms, outbound, text),
            (Service::Whatsapp, inbound, (0, 0)),
            (Service::Whatsapp, outbound, whatsapp),
            (Service::Email, inbound, (0, 0)),
            (Service::Email, outbound, mail),
            (Service::Voice, inbound, call_in),
            (Service::Voice, outbound, call_out),
            (Service::Number, None, number),
            (Service::Registration, None, campaign),
        ]
        .map(|(service, direction, (cost_micros, revenue_micros))| Rate {
            service,
            direction,
            cost_micros,
            revenue_micros,
        })
        .into()
    }

    /// What a keyword is answered with; `None` when the carrier does it.
    #[must_use]
    pub fn reply_text(&self, kind: ReplyKind) -> Option<&str> {
        match kind {
            ReplyKind::OptOutConfirmation | ReplyKind::OptInConfirmation if self.carrier_answers_keywords => None,
            ReplyKind::OptOutConfirmation => Some(&self.opt_out_confirmation),
            ReplyKind::OptInConfirmation => Some(&self.opt_in_confirmation),
            ReplyKind::Help => Some(&self.help_text),
        }
    }

    /// Age from which a message that only the carrier has counts as lost.
    #[must_use]
    pub fn message_back_fill_after(&self) -> Duration {
        Duration::seconds(self.message_back_fill_after_seconds.into())
    }

    /// For how many days what is kept where the workspace does not say.
    #[must_use]
    pub fn retention(&self) -> Retention {
        Retention {
            message_days: self.message_retention_days,
            media_days: self.media_retention_days,
            recording_days: self.recording_retention_days,
        }
    }

    /// How long the carrier's webhooks are kept as they came; `None` keeps them.
    #[must_use]
    pub fn raw_event_retention(&self) -> Option<Duration> {
        self.raw_event_retention_days.map(|days| Duration::days(days.into()))
    }

    /// A time that is too short would take away what is still needed.
    fn check_retention(&self) -> Result<(), String> {
        let times = [
            ("messageRetentionDays", self.message_retention_days, MESSAGE_DAYS),
            ("mediaRetentionDays", self.media_retention_days, FILE_DAYS),
            ("recordingRetentionDays", self.recording_retention_days, FILE_DAYS),
            ("rawEventRetentionDays", self.raw_event_retention_days, RAW_EVENT_DAYS),
        ];
        for (name, days, possible) in times {
            if days.is_some_and(|days| !possible.contains(&days)) {
                return Err(format!("{name} must be {} to {} days, or null", possible.start(), possible.end()));
            }
        }
        Ok(())
    }

    /// Time between the suspension of a number and its release.
    #[must_use]
    pub fn release_grace(&self) -> Duration {
        Duration::days(self.release_grace_days.into())
    }

    /// Time after a purchase in which the carrier does not take a number back.
    #[must_use]
    pub fn carrier_release_wait(&self) -> Duration {
        Duration::days(self.carrier_release_wait_days.into())
    }
}

/// Objects are merged member by member, everything else is replaced.
fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(json: &str) -> Result<BusinessConfig, ConfigError> {
        BusinessConfig::from_env(&Environment::for_testing(&[("BUSINESS_CONFIG", json)]))
    }

    #[test]
    fn the_defaults_are_those_of_the_design() {
        let config = with("{}").unwrap();
        let limits = SubscriptionTier::ALL.iter().map(|tier| config.plan(*tier).number_limit).collect::<Vec<_>>();
        let prices =
            SubscriptionTier::ALL.iter().map(|tier| config.plan(*tier).monthly_price_cents).collect::<Vec<_>>();
        assert_eq!((limits, prices), (vec![0, 0, 1, 10], vec![0, 0, 4900, 19900]));
    }

    #[test]
    fn one_member_can_be_changed_alone() {
        let config = with(r#"{"plans":{"professional":{"numberLimit":3}},"destinationCountries":["DE"]}"#).unwrap();
        assert_eq!(config.plan(SubscriptionTier::Professional).number_limit, 3);
        assert_eq!(config.plan(SubscriptionTier::Professional).monthly_price_cents, 4900);
        assert_eq!(config.destination_countries, ["DE"]);
    }

    #[test]
    fn a_misspelt_member_is_refused_by_name() {
        let error = with(r#"{"destinationCountry":["DE"]}"#).unwrap_err().to_string();
        assert!(error.contains("BUSINESS_CONFIG") && error.contains("destinationCountry"), "{error}");
    }

    #[test]
    fn what_is_still_needed_cannot_be_kept_for_too_short_a_time() {
        let config = with("{}").unwrap();
        assert_eq!(config.retention(), Retention { message_days: None, media_days: None, recording_days: Some(365) });
        assert_eq!(config.raw_event_retention(), Some(Duration::days(30)));
        assert_eq!(with(r#"{"rawEventRetentionDays":null}"#).unwrap().raw_event_retention(), None);
        for (member, days) in [("messageRetentionDays", 13), ("rawEventRetentionDays", 1), ("mediaRetentionDays", 0)] {
            let error = with(&format!(r#"{{"{member}":{days}}}"#)).unwrap_err().to_string();
            assert!(error.contains(member), "{error}");
        }
    }
}
