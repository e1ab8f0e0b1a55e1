//! What is texted, to whom and with whose consent, as the registry wants it described (SignalWire, registry, create campaign).

use serde::{Deserialize, Serialize};

use super::CampaignClass;
use crate::domain::text_enum::text_enum;

/// Most sample messages.
pub const MAX_SAMPLES: usize = 5;

text_enum! {
    /// What a campaign is for. Those that need a special arrangement with the registry or the carriers are not offered.
    pub enum UseCase {
        /// Codes for logging in.
        TwoFactor => "2FA",
        /// News about an account.
        AccountNotification => "ACCOUNT_NOTIFICATION",
        /// Of a registered charity.
        Charity => "CHARITY",
        /// Talks with customers.
        CustomerCare => "CUSTOMER_CARE",
        /// Where a delivery is.
        DeliveryNotification => "DELIVERY_NOTIFICATION",
        /// Something looks like a fraud.
        FraudAlert => "FRAUD_ALERT",
        /// Of a university.
        HigherEducation => "HIGHER_EDUCATION",
        /// Several uses with few texts.
        LowVolumeMixed => "LOW_VOLUME_MIXED",
        /// Advertising.
        Marketing => "MARKETING",
        /// Several uses.
        Mixed => "MIXED",
        /// Polls.
        PollingVoting => "POLLING_VOTING",
        /// For the public.
        PublicServiceAnnouncement => "PUBLIC_SERVICE_ANNOUNCEMENT",
        /// Something is not safe.
        SecurityAlert => "SECURITY_ALERT",
    }
}

impl UseCase {
    /// Which monthly fee the carrier takes (SignalWire, 10DLC pricing).
    #[must_use]
    pub const fn class(self) -> CampaignClass {
        match self {
            Self::LowVolumeMixed => CampaignClass::LowVolume,
            Self::Charity => CampaignClass::Charity,
            Self::TwoFactor
            | Self::AccountNotification
            | Self::CustomerCare
            | Self::DeliveryNotification
            | Self::FraudAlert
            | Self::HigherEducation
            | Self::Marketing
            | Self::Mixed
            | Self::PollingVoting
            | Self::PublicServiceAnnouncement
            | Self::SecurityAlert => CampaignClass::Standard,
        }
    }

    /// How many sub use cases it takes, least and most.
    #[must_use]
    pub const fn sub_use_cases(self) -> (usize, usize) {
        match self {
            Self::Mixed => (2, 5),
            Self::LowVolumeMixed => (1, 5),
            Self::TwoFactor
            | Self::AccountNotification
            | Self::Charity
            | Self::CustomerCare
            | Self::DeliveryNotification
            | Self::FraudAlert
            | Self::HigherEducation
            | Self::Marketing
            | Self::PollingVoting
            | Self::PublicServiceAnnouncement
            | Self::SecurityAlert => (0, 0),
        }
    }
}

text_enum! {
    /// A part of a mixed campaign.
    pub enum SubUseCase {
        /// Codes for logging in.
        TwoFactor => "2FA",
        /// News about an account.
        AccountNotification => "ACCOUNT_NOTIFICATION",
        /// Talks with customers.
        CustomerCare => "CUSTOMER_CARE",
        /// Where a delivery is.
        DeliveryNotification => "DELIVERY_NOTIFICATION",
        /// Something looks like a fraud.
        FraudAlert => "FRAUD_ALERT",
        /// Of a university.
        HigherEducation => "HIGHER_EDUCATION",
        /// Advertising.
        Marketing => "MARKETING",
        /// Polls.
        PollingVoting => "POLLING_VOTING",
        /// For the public.
        PublicServiceAnnouncement => "PUBLIC_SERVICE_ANNOUNCEMENT",
        /// Something is not safe.
        SecurityAlert => "SECURITY_ALERT",
    }
}

/// What a workspace says about its texts. A draft, see [`BrandDetails`](super::BrandDetails).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "the registry asks five independent questions")]
pub struct CampaignDetails {
    /// What it is for.
    pub use_case: Option<UseCase>,
    /// Its parts, of a mixed one.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub sub_use_cases: Vec<SubUseCase>,
    /// Who texts whom, and why.
    pub description: String,
    /// How people come to agree.
    pub message_flow: String,
    /// Texts as they will be sent.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub samples: Vec<String>,
    /// What somebody who opts in by text is answered.
    pub opt_in_message: Option<String>,
    /// What somebody who opts out is answered.
    pub opt_out_message: String,
    /// What somebody who asks for help is answered.
    pub help_message: String,
    /// Words that opt in, separated by commas.
    pub opt_in_keywords: String,
    /// Words that opt out, separated by commas.
    pub opt_out_keywords: String,
    /// Words that ask for help, separated by commas.
    pub help_keywords: String,
    /// Texts have links.
    pub embedded_link: bool,
    /// Texts have phone numbers.
    pub embedded_phone: bool,
    /// Texts are for adults.
    pub age_gated_content: bool,
    /// Texts offer loans.
    pub direct_lending: bool,
    /// Texts collect people's data for others.
    pub lead_generation: bool,
}

impl Default for CampaignDetails {
    fn default() -> Self {
        Self {
            use_case: None,
            sub_use_cases: Vec::new(),
            description: String::new(),
            message_flow: String::new(),
            samples: Vec::new(),
            opt_in_message: None,
            opt_out_message: String::new(),
            help_message: String::new(),
            opt_in_keywords: "START".to_owned(),
            opt_out_keywords: "STOP".to_owned(),
            help_keywords: "HELP".to_owned(),
            embedded_link: false,
            embedded_phone: false,
            age_gated_content: false,
            direct_lending: false,
            lead_generation: false,
        }
    }
}

impl CampaignDetails {
    /// All texts but the samples, with their names in the API.
    #[must_use]
    pub fn texts(&self) -> [(&'static str, &str); 8] {
        [
            ("description", &self.description),
            ("messageFlow", &self.message_flow),
            ("optInMessage", self.opt_in_message.as_deref().unwrap_or_default()),
            ("optOutMessage", &self.opt_out_message),
            ("helpMessage", &self.help_message),
            ("optInKeywords", &self.opt_in_keywords),
            ("optOutKeywords", &self.opt_out_keywords),
            ("helpKeywords", &self.help_keywords),
        ]
    }
}
