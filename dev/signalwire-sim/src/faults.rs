//! Faults on demand: what goes wrong with the next requests of one kind.

use axum::http::Method;
use serde::{Deserialize, Serialize};

use crate::behaviour::TakenShape;

/// A kind of provider-API request, named after what it does.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Matches every request; no request is classified as this.
    Any,
    Search,
    Purchase,
    ListNumbers,
    GetNumber,
    UpdateNumber,
    Release,
    Send,
    /// By the newer Messaging API.
    SendWhatsapp,
    ListMessages,
    GetMessage,
    UpdateMessage,
    DeleteMessage,
    Media,
    /// Ordering the assignment of numbers to the campaign.
    Assign,
    GetOrder,
    ListOrders,
    ListAssignments,
    Unassign,
    GetCampaign,
    CreateBrand,
    ListBrands,
    GetBrand,
    CreateCampaign,
    ListCampaigns,
    ListAddresses,
    CreateAddress,
    DeleteAddress,
    AssignE911,
    RemoveE911,
    ListRelayNumbers,
    GetRelayNumber,
    Lookup,
    ListMessageLogs,
    CreateCall,
    ListCalls,
    GetCall,
    UpdateCall,
    DeleteCall,
    ListRecordings,
    GetRecording,
    /// The file itself.
    DownloadRecording,
    DeleteRecording,
    ListTranscriptions,
    GetTranscription,
    DeleteTranscription,
    ListVoiceLogs,
    GetVoiceLog,
    Other,
}

impl Operation {
    /// Classifies a request by its method and its path, which starts at `/2010-04-01` or `/api/relay/rest`.
    pub fn of(method: &Method, path: &str) -> Self {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method.as_str(), segments.as_slice()) {
            ("GET", ["2010-04-01", "Accounts", _, "AvailablePhoneNumbers", ..]) => Self::Search,
            ("POST", ["2010-04-01", "Accounts", _, "IncomingPhoneNumbers"]) => Self::Purchase,
            ("GET", ["2010-04-01", "Accounts", _, "IncomingPhoneNumbers"]) => Self::ListNumbers,
            ("GET", ["2010-04-01", "Accounts", _, "IncomingPhoneNumbers", _]) => Self::GetNumber,
            ("POST", ["2010-04-01", "Accounts", _, "IncomingPhoneNumbers", _]) => Self::UpdateNumber,
            ("DELETE", ["2010-04-01", "Accounts", _, "IncomingPhoneNumbers", _]) => Self::Release,
            ("POST", ["2010-04-01", "Accounts", _, "Messages"]) => Self::Send,
            ("GET", ["2010-04-01", "Accounts", _, "Messages"]) => Self::ListMessages,
            ("GET", ["2010-04-01", "Accounts", _, "Messages", _]) => Self::GetMessage,
            ("POST", ["2010-04-01", "Accounts", _, "Messages", _]) => Self::UpdateMessage,
            ("DELETE", ["2010-04-01", "Accounts", _, "Messages", _]) => Self::DeleteMessage,
            (_, ["2010-04-01", "Accounts", _, "Messages", _, "Media", ..]) => Self::Media,
            ("POST", ["api", "messaging", "messages"]) => Self::SendWhatsapp,
            ("GET", ["api", "messaging", "logs"]) => Self::ListMessageLogs,
            ("GET", ["api", "voice", "logs"]) => Self::ListVoiceLogs,
            ("GET", ["api", "voice", "logs", _]) => Self::GetVoiceLog,
            (_, ["2010-04-01", "Accounts", _, rest @ ..]) => Self::of_voice(method, rest),
            (_, ["api", "relay", "rest", rest @ ..]) => Self::of_relay(method, rest),
            _ => Self::Other,
        }
    }

    fn of_voice(method: &Method, segments: &[&str]) -> Self {
        match (method.as_str(), segments) {
            ("POST", ["Calls"]) => Self::CreateCall,
            ("GET", ["Calls"]) => Self::ListCalls,
            ("GET", ["Calls", _]) => Self::GetCall,
            ("POST", ["Calls", _]) => Self::UpdateCall,
            ("DELETE", ["Calls", _]) => Self::DeleteCall,
            ("GET", ["Recordings"] | ["Calls", _, "Recordings"]) => Self::ListRecordings,
            ("GET", ["Recordings", _]) => Self::GetRecording,
            ("DELETE", ["Recordings", _]) => Self::DeleteRecording,
            ("GET", ["Transcriptions"] | ["Recordings", _, "Transcriptions"]) => Self::ListTranscriptions,
            ("GET", ["Recordings", _, _]) => Self::DownloadRecording,
            ("GET", ["Transcriptions", _]) => Self::GetTranscription,
            ("DELETE", ["Transcriptions", _]) => Self::DeleteTranscription,
            _ => Self::Other,
        }
    }

    /// Belongs to the newer API, which words its refusals differently.
    pub fn is_relay(self) -> bool {
        matches!(
            self,
            Self::Assign
                | Self::GetOrder
                | Self::ListOrders
                | Self::ListAssignments
                | Self::Unassign
                | Self::GetCampaign
                | Self::CreateBrand
                | Self::ListBrands
                | Self::GetBrand
                | Self::CreateCampaign
                | Self::ListCampaigns
                | Self::ListAddresses
                | Self::CreateAddress
                | Self::DeleteAddress
                | Self::AssignE911
                | Self::RemoveE911
                | Self::ListRelayNumbers
                | Self::GetRelayNumber
                | Self::Lookup
        )
    }

    fn of_relay(method: &Method, segments: &[&str]) -> Self {
        match (method.as_str(), segments) {
            ("POST", ["registry", "beta", "campaigns", _, "orders"]) => Self::Assign,
            ("GET", ["registry", "beta", "campaigns", _, "orders"]) => Self::ListOrders,
            ("GET", ["registry", "beta", "campaigns", _, "numbers"]) => Self::ListAssignments,
            ("GET", ["registry", "beta", "campaigns", _]) => Self::GetCampaign,
            ("POST", ["registry", "beta", "brands"]) => Self::CreateBrand,
            ("GET", ["registry", "beta", "brands"]) => Self::ListBrands,
            ("GET", ["registry", "beta", "brands", _]) => Self::GetBrand,
            ("POST", ["registry", "beta", "brands", _, "campaigns"]) => Self::CreateCampaign,
            ("GET", ["registry", "beta", "brands", _, "campaigns"]) => Self::ListCampaigns,
            ("GET", ["registry", "beta", "orders", _]) => Self::GetOrder,
            ("DELETE", ["registry", "beta", "numbers", _]) => Self::Unassign,
            ("GET", ["phone_numbers"]) => Self::ListRelayNumbers,
            ("GET", ["phone_numbers", _]) => Self::GetRelayNumber,
            ("GET", ["lookup", "phone_number", _]) => Self::Lookup,
            ("POST", ["phone_numbers", _, "e911_address"]) => Self::AssignE911,
            ("DELETE", ["phone_numbers", _, "e911_address"]) => Self::RemoveE911,
            ("GET", ["addresses"]) => Self::ListAddresses,
            ("POST", ["addresses"]) => Self::CreateAddress,
            ("DELETE", ["addresses", _]) => Self::DeleteAddress,
            _ => Self::Other,
        }
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The connection breaks before the request had any effect.
    LostRequest,
    /// The request takes effect, then the connection breaks without an answer.
    LostAnswer,
    /// A 5xx answer, and nothing happened.
    ErrorBefore,
    /// A 5xx answer, although the request took effect.
    ErrorAfter,
    /// The request takes effect at once, the answer comes late.
    Slow,
    RateLimited,
    LowBalance,
    Unauthorized,
    /// Somebody else got the number first: purchase is refused, and the number leaves the inventory.
    Taken,
}

/// One entry of `POST /_sim/faults`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    pub operation: Operation,
    pub kind: Kind,
    /// Wording: a `takenShape` for `taken`; `4001` (default), `30002` or `402` for `low_balance`; `401` (default) or
    /// `403` for `unauthorized`.
    #[serde(default)]
    pub shape: Option<String>,
    /// How many requests it hits. Without `count` it is one; 0 means every one until the faults are cleared.
    #[serde(default = "one")]
    pub count: u32,
    /// How many matching requests pass before it starts.
    #[serde(default)]
    pub skip: u32,
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// The 5xx status of `error_before` and `error_after`, 500 without it.
    #[serde(default)]
    pub status: Option<u16>,
}

fn one() -> u32 {
    1
}

impl Fault {
    /// Refuses a fault that could never do what it says.
    pub fn check(&self) -> Result<(), String> {
        let shape = self.shape.as_deref();
        let known = match self.kind {
            Kind::Taken => shape.is_none() || self.taken_shape().is_some(),
            Kind::LowBalance => matches!(shape, None | Some("4001" | "30002" | "402")),
            Kind::Unauthorized => matches!(shape, None | Some("401" | "403")),
            _ => shape.is_none(),
        };
        if !known {
            return Err(format!("shape {shape:?} does not exist for this kind"));
        }
        if self.kind == Kind::Taken && self.operation != Operation::Purchase {
            return Err("only a purchase can find its number taken".to_owned());
        }
        match self.status {
            Some(status) if !(500..600).contains(&status) => Err("status must be 5xx".to_owned()),
            _ => Ok(()),
        }
    }

    pub fn taken_shape(&self) -> Option<TakenShape> {
        self.shape.as_ref().and_then(|shape| serde_json::from_value(shape.as_str().into()).ok())
    }
}

/// The faults that still wait for their requests, oldest first.
#[derive(Debug, Default)]
pub struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    pub fn list(&self) -> &[Fault] {
        &self.waiting
    }

    /// The fault that hits this request, if any; at most one does.
    pub fn take(&mut self, operation: Operation) -> Option<Fault> {
        let index = self.waiting.iter_mut().position(|fault| {
            let matches = fault.operation == Operation::Any || fault.operation == operation;
            if matches && fault.skip > 0 {
                fault.skip -= 1;
                return false;
            }
            matches
        })?;
        let fault = self.waiting[index].clone();
        match fault.count {
            0 => {}
            1 => {
                self.waiting.remove(index);
            }
            _ => self.waiting[index].count -= 1,
        }
        Some(fault)
    }
}
