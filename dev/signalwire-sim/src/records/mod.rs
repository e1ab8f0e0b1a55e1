//! The things a phone network remembers, as they are kept, saved and shown by the control API (camelCase there).
//! How the provider's API writes them is the business of `api`.

mod calls;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use calls::{
    CallDirection, CallEvent, CallRecord, CallStatus, DocumentEntry, EndedBy, Hook, RecordingRecord, RecordingSource,
    RecordingStatus, StatusHook, TranscriptionRecord, TranscriptionStatus, WaitingFor,
};

use crate::{
    behaviour::{Behaviour, E911Status},
    clock, segments,
};

/// A phone number of the project.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberRecord {
    pub sid: String,
    pub phone_number: String,
    pub friendly_name: String,
    pub country_code: String,
    pub number_type: NumberType,
    pub capabilities: Capabilities,
    pub webhooks: Webhooks,
    /// Only of toll-free numbers.
    pub verification_status: Option<String>,
    #[serde(default)]
    pub e911_address_id: Option<String>,
    #[serde(default)]
    pub e911_status: Option<E911Status>,
    pub purchased_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NumberType {
    Local,
    TollFree,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the provider's object is four independent switches")]
pub struct Capabilities {
    pub voice: bool,
    pub sms: bool,
    pub mms: bool,
    pub fax: bool,
}

/// What a number does when somebody texts or calls it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhooks {
    pub sms_url: Option<String>,
    pub sms_method: String,
    pub sms_fallback_url: Option<String>,
    pub sms_fallback_method: String,
    pub sms_application_sid: Option<String>,
    pub voice_url: Option<String>,
    pub voice_method: String,
    pub voice_fallback_url: Option<String>,
    pub voice_fallback_method: String,
    pub voice_application_sid: Option<String>,
    pub voice_receive_mode: String,
    pub status_callback: Option<String>,
    pub status_callback_method: String,
}

impl Default for Webhooks {
    fn default() -> Self {
        let post = || "POST".to_owned();
        Self {
            sms_url: None,
            sms_method: post(),
            sms_fallback_url: None,
            sms_fallback_method: post(),
            sms_application_sid: None,
            voice_url: None,
            voice_method: post(),
            voice_fallback_url: None,
            voice_fallback_method: post(),
            voice_application_sid: None,
            voice_receive_mode: "voice".to_owned(),
            status_callback: None,
            status_callback_method: post(),
        }
    }
}

impl NumberRecord {
    /// A number as it is right after its purchase: a US local one cannot text before it has joined a campaign.
    pub fn bought(phone_number: &str, country_code: &str, number_type: NumberType) -> Self {
        let texts = number_type == NumberType::TollFree || country_code != "US";
        let now = clock::now();
        Self {
            sid: new_sid(),
            phone_number: phone_number.to_owned(),
            friendly_name: national_format(phone_number),
            country_code: country_code.to_owned(),
            number_type,
            capabilities: Capabilities { voice: true, sms: texts, mms: texts, fax: true },
            webhooks: Webhooks::default(),
            verification_status: (number_type == NumberType::TollFree).then(|| "Unverified".to_owned()),
            e911_address_id: None,
            e911_status: None,
            purchased_at: now,
            updated_at: now,
        }
    }

    /// Whether US carriers want this sender registered with a campaign.
    pub fn needs_campaign(&self) -> bool {
        self.number_type == NumberType::Local && self.country_code == "US"
    }
}

/// Begins the numbers of a WhatsApp message.
pub const WHATSAPP: &str = "whatsapp:";

/// A text, a picture message, or a WhatsApp message.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageRecord {
    pub sid: String,
    pub direction: Direction,
    pub from: String,
    pub to: String,
    pub body: Option<String>,
    pub media: Vec<Media>,
    /// Sent as a picture message, with or without media.
    pub mms: bool,
    pub segments: u32,
    pub status: MessageStatus,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub price_micros: Option<u32>,
    pub status_callback: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

impl MessageRecord {
    /// A message of the project to a customer, as it is right after its creation.
    pub fn outbound(direction: Direction, from: &str, to: &str, body: &str) -> Self {
        let now = clock::now();
        Self {
            sid: new_sid(),
            direction,
            from: from.to_owned(),
            to: to.to_owned(),
            body: Some(body.to_owned()),
            media: Vec::new(),
            mms: false,
            segments: segments::count(body),
            status: MessageStatus::Queued,
            error_code: None,
            error_message: None,
            price_micros: None,
            status_callback: None,
            created_at: now,
            sent_at: None,
            updated_at: now,
        }
    }

    /// A message of a customer to the project.
    pub fn inbound(from: &str, to: &str, body: &str, media: &[&str]) -> Self {
        let mut message = Self::outbound(Direction::Inbound, from, to, body);
        message.attach(media);
        message.status = MessageStatus::Received;
        message.sent_at = Some(message.created_at);
        message
    }

    /// Makes it a picture message, unless there are no pictures. One of those is always one segment.
    pub fn attach(&mut self, urls: &[&str]) {
        self.media = urls.iter().map(|url| Media::at(url)).collect();
        if !urls.is_empty() {
            self.mms = true;
            self.segments = 1;
        }
    }

    /// What the message costs in millionths of a dollar.
    pub fn full_price(&self, prices: &Behaviour) -> u32 {
        if self.direction == Direction::Inbound {
            prices.inbound_text_price_micros * self.segments
        } else if self.from.starts_with(WHATSAPP) {
            prices.outbound_whatsapp_price_micros
        } else {
            prices.outbound_text_price_micros * self.segments
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    pub sid: String,
    pub url: String,
    pub content_type: String,
}

impl Media {
    /// Tells the type by the ending of the URL; whatever is unknown counts as a picture.
    fn at(url: &str) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let content_type = match path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "png" => "image/png",
            "gif" => "image/gif",
            "svg" => "image/svg+xml",
            "pdf" => "application/pdf",
            "mp3" => "audio/mpeg",
            "mp4" => "video/mp4",
            "vcf" => "text/vcard",
            _ => "image/jpeg",
        };
        Self { sid: new_sid(), url: url.to_owned(), content_type: content_type.to_owned() }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Inbound,
    OutboundApi,
    OutboundReply,
    OutboundCall,
}

/// States of a message as the REST resource names them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    Queued,
    Initiated,
    Sent,
    Delivered,
    Undelivered,
    Failed,
    Received,
}

impl MessageStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Received => "received",
        }
    }

    /// Callbacks call `initiated` by another name.
    pub fn in_callbacks(self) -> &'static str {
        match self {
            Self::Initiated => "sending",
            other => other.as_str(),
        }
    }

    /// Still on the way to the carrier; such a message can be neither redacted nor deleted.
    pub fn is_in_progress(self) -> bool {
        matches!(self, Self::Queued | Self::Initiated)
    }
}

/// A company or a campaign in the registry, with what it was made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryRecord {
    pub id: String,
    pub name: String,
    /// The company of a campaign; none of a company.
    pub brand_id: Option<String>,
    /// `pending`, then `completed` or `unverified` (companies), `active` or `inactive` (campaigns).
    pub state: String,
    /// As it was posted.
    pub body: serde_json::Map<String, serde_json::Value>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An emergency address, with what it was made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddressRecord {
    pub id: String,
    pub body: serde_json::Map<String, serde_json::Value>,
}

/// An order to assign numbers to a campaign.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRecord {
    pub id: String,
    pub campaign_id: String,
    pub state: OrderState,
    pub status_callback_url: Option<String>,
    pub created_at: DateTime<Utc>,
    pub processed_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    Pending,
    Processed,
    Failed,
}

/// One number's membership in a campaign.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentRecord {
    pub id: String,
    pub order_id: String,
    pub campaign_id: String,
    pub phone_number: String,
    pub state: AssignmentState,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    Pending,
    Completed,
    Failed,
}

/// A customer who wants no more texts, from one sender or from all of the project's.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OptOut {
    pub customer: String,
    #[serde(default)]
    pub sender: Option<String>,
}

/// Every SID is a bare lower-case UUID.
pub fn new_sid() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// "(253) 218-6751" for a North American number, otherwise the number itself.
pub fn national_format(phone_number: &str) -> String {
    match phone_number.strip_prefix("+1") {
        Some(digits) if digits.len() == 10 && digits.is_ascii() => {
            format!("({}) {}-{}", &digits[..3], &digits[3..6], &digits[6..])
        }
        _ => phone_number.to_owned(),
    }
}

/// A file at the carrier's own host.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileRecord {
    pub name: String,
    pub content_type: String,
    /// Bytes.
    pub size: usize,
    /// Wants the project's credentials.
    #[serde(default)]
    pub protected: bool,
    /// So many requests are answered 404 before it is there.
    #[serde(default)]
    pub missing_for: u32,
    /// It lies elsewhere.
    #[serde(default)]
    pub redirect_to: Option<String>,
    #[serde(default)]
    pub requests: u32,
    #[serde(default)]
    pub requests_with_credentials: u32,
}
