//! Types and rules. No I/O, no async, no SQL, no HTTP, no environment, no "now".

mod answer_times;
mod area_codes;
mod calendar;
mod call;
mod call_flow;
mod call_step;
mod capabilities;
mod carrier_codes;
mod contact_field;
mod edit;
mod email;
mod emergency_address;
mod erasure;
mod friendly_name;
mod ids;
mod number_variants;
mod opt_out;
mod outbound;
mod outbound_call;
mod phone_number;
mod port_address;
mod port_fields;
mod port_order;
mod provisioning;
mod public_url;
mod quiet_hours;
mod registration;
mod retention;
mod search_text;
mod segments;
mod sender;
mod spreadsheet;
mod storable_text;
mod subscription_revenue;
mod text_enum;
mod time_zones;
mod transliterate;
mod upload;
mod vocabulary;
mod webhook;
mod whatsapp;

pub use answer_times::{AnswerBucket, wait_percentile};
pub use area_codes::{AreaCode, AreaCodeError, Country};
pub use calendar::{LocalDay, day_start, local_date, local_days};
pub use call::{CallKind, CallState, RecordingKind, RecordingState, TranscriptionState};
pub use call_flow::{
    BusinessHours, CallFlow, Closed, Forward, ForwardStrategy, ForwardTarget, ForwardTargetError, Menu, MenuOption,
    Prompt, SpokenText, Voicemail,
};
pub use call_step::{ACCEPT_KEY, CallStep, StepKind};
pub use capabilities::Capabilities;
pub use carrier_codes::{
    CALL_LOST, CALL_NOT_AT_CARRIER, CALL_NOT_CONNECTED, CarrierCode, NOT_AT_CARRIER, WORKSPACE_CLOSED,
    explain_carrier_code,
};
pub use contact_field::{ContactField, ContactFieldError};
pub use edit::Edit;
pub use email::{ApprovedEmail, EmailAddress, EmailAddressError, EmailSender, EmailSenders};
pub use emergency_address::{EmergencyAddress, EmergencyAddressStatus, UnitType};
pub use erasure::{DeletionKind, ErasureState};
pub use friendly_name::{FriendlyName, FriendlyNameError};
pub use ids::{
    AutomaticReplyId, CallId, CampaignId, ContactId, ConversationId, MediaId, MessageId, OptOutId, PhoneNumberId,
    PortDocumentId, PortNumberId, PortOrderId, ProvisioningId, RecordingId, RegistrationId, UserId, UserIdError,
    WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WorkspaceId,
};
pub use number_variants::MatchKey;
pub use opt_out::{Consent, Keyword, OptOutSource, ReplyKind};
pub use outbound::{ApprovedMessage, Draft, MAX_BODY_CHARACTERS, MAX_MEDIA, Refusal, approve};
pub use outbound_call::{ApprovedCall, CallPurpose, MAX_SPOKEN_CHARACTERS, approve_click_to_call, approve_spoken_call};
pub use phone_number::{PhoneNumber, PhoneNumberError, mask};
pub use port_address::{ServiceAddress, ServiceAddressError};
pub use port_fields::{
    LOA_MAX_DAYS, LoaError, PortNumberError, PortPace, Portability, check_loa_date, parse_port_number, refused_line,
};
pub use port_order::{
    DRAFT_DAYS, MAX_PORT_NUMBERS, PORT_DOCUMENT_BYTES, PORT_DOCUMENT_DAYS, PortAccountType, PortDocumentKind,
    PortEvent, PortOrderState, PortParty, REJECTION_DAYS, REMINDER_DAYS,
};
pub use provisioning::{ProvisioningFailure, ProvisioningState, SearchStep};
pub use public_url::{PublicUrl, PublicUrlError, is_public};
pub use quiet_hours::{QuietHours, QuietHoursError, REPLY_WINDOW, Replies, TimeOfDay};
pub use registration::{
    BrandDetails, CampaignClass, CampaignDetails, Editable, Fees, Finding, FindingCode, LegalEntityType, MAX_SAMPLES,
    OperatorTask, RegistrationState, SubUseCase, UseCase, Vertical, check_registration,
};
pub use retention::{FILE_DAYS, MESSAGE_DAYS, RAW_EVENT_DAYS, Retention};
pub use search_text::{SearchText, SearchTextError};
pub use segments::{Encoding, SegmentCount, count_segments};
pub use sender::{OwnNumber, Sender, SenderRequest, choose_sender};
pub use spreadsheet::harmless_cell;
pub use storable_text::storable_text;
pub use subscription_revenue::{PlanPeriod, Rate, SubscriptionPayment, month_start, subscription_revenue};
pub use text_enum::UnknownWord;
pub(crate) use text_enum::text_enum;
pub use time_zones::time_zones;
pub use transliterate::transliterate;
pub use upload::{
    Document, DocumentError, MAX_MEDIA_BYTES, MAX_TOLL_FREE_MEDIA_BYTES, Upload, UploadSizeError, UploadType,
    max_media_bytes,
};
pub use vocabulary::{
    CampaignOwner, Channel, ConversationStatus, Direction, GONE_FROM_CARRIER, MediaState, MemberRole, MessageStatus,
    MessagingStatus, NumberStatus, NumberType, SenderReason, Service, SubscriptionTier,
};
pub use webhook::{
    WebhookDeliveryState, WebhookDestinations, WebhookDisabledReason, WebhookEndpointStatus, WebhookEventType,
    WebhookFailure, WebhookUrl, WebhookUrlError, is_public_address, webhook_delay,
};
pub use whatsapp::WhatsappMessage;
