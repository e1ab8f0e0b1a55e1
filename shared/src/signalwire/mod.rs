//! SignalWire, the carrier: a client for its REST APIs, and the verification and parsing of its webhooks.
//! Nothing here stores anything.
//!
//! "Compatibility API" is the one under `/api/laml/2010-04-01`, with form bodies and `PascalCase` parameters; the 10DLC
//! registry is a newer API with JSON bodies.

mod addresses;
mod brands;
mod call_api;
mod call_webhooks;
mod client;
mod deletions;
mod error;
mod form;
mod inbound;
mod logs;
mod lookup;
mod messages;
mod numbers;
mod recordings;
mod registry;
mod signed_url;
mod step_url;
mod webhook;
mod wire;

pub use addresses::{CarrierAddress, E911Status};
pub use brands::{CarrierBrand, CarrierBrandState, CarrierCampaign, CarrierCampaignState};
pub use call_api::{Call, CallEvent, CallQuery, CallWebhooks};
pub use call_webhooks::{CallWebhook, RecordingNews, TranscriptionNews};
pub use client::{Client, Page};
pub use error::{ClientError, Effect, Failure, PurchaseError, Refusal, UnreadableAnswer};
pub use form::Form;
pub use inbound::{InboundMessage, Media, MessageStatusCallback};
pub use logs::{BilledNumber, Log, LogEntry};
pub use lookup::Lookup;
pub use messages::{Message, MessageQuery};
pub use numbers::{AvailableNumber, IncomingNumber, NumberUpdate, NumberWebhooks, Purchase, Search};
pub use recordings::{Recording, RecordingQuery};
pub use registry::{Assignment, AssignmentOrder, AssignmentState, OrderState};
pub use step_url::{StepError, StepSigner};
pub use webhook::{
    SignatureError, SignatureFailure, SigningKey, VerifiedWebhook, Verifier, VerifierError, WebhookRequest,
};

#[cfg(test)]
mod client_tests;
