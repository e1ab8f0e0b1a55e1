//! The closed sets of words of DESIGN section 2.

use super::text_enum::text_enum;

text_enum! {
    /// What a workspace pays for. Limits and prices are configuration ([`crate::config::BusinessConfig`]).
    pub enum SubscriptionTier {
        /// No statement about a plan yet.
        Free => "free",
        /// The platform number only.
        Starter => "starter",
        /// One own number by default.
        Professional => "professional",
        /// Ten own numbers by default.
        Enterprise => "enterprise",
    }
}

text_enum! {
    /// What a member of an organisation may do. Custom roles of the Clerk instance count as members.
    pub enum MemberRole {
        /// May change numbers and settings.
        Admin => "admin",
        /// May read and write messages.
        Member => "member",
    }
}

text_enum! {
    /// The department that a number belongs to. At most one active primary per workspace.
    pub enum NumberType {
        /// Sends when nothing else is asked for.
        Primary => "primary",
        /// Sales department.
        Sales => "sales",
        /// Support department.
        Support => "support",
        /// Anything else, told apart by its friendly name.
        Custom => "custom",
    }
}

impl NumberType {
    /// What a number of the department is called when nobody says.
    #[must_use]
    pub const fn default_name(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Sales => "Sales",
            Self::Support => "Support",
            Self::Custom => "Phone number",
        }
    }
}

text_enum! {
    /// Whether a number is in use.
    pub enum NumberStatus {
        /// Receives and sends.
        Active => "active",
        /// Receives; sending is refused (plan ended, grace period).
        Suspended => "suspended",
        /// Given back. Old messages still point to it.
        Released => "released",
    }
}

text_enum! {
    /// Whether a number may send texts. A new US local number may not before its 10DLC campaign assignment completes.
    pub enum MessagingStatus {
        /// May text.
        Ready => "ready",
        /// Waits for the campaign assignment.
        Pending => "pending",
        /// The assignment was refused; a reason is stored.
        Failed => "failed",
    }
}

/// Why a number may not text that the carrier does not have any more: it was ported away, or released there.
pub const GONE_FROM_CARRIER: &str = "The carrier does not have this number any more. Release it and get another one.";

text_enum! {
    /// By whose 10DLC campaign a number texts.
    pub enum CampaignOwner {
        /// The workspace's own.
        Own => "own",
        /// The platform's.
        Platform => "platform",
    }
}

text_enum! {
    /// How a message travels.
    pub enum Channel {
        /// SMS and MMS.
        Sms => "sms",
        /// WhatsApp.
        Whatsapp => "whatsapp",
        /// A call.
        Voice => "voice",
        /// Mail.
        Email => "email",
    }
}

text_enum! {
    /// What the ledger charges for: the channels, and what numbers cost by themselves.
    pub enum Service {
        /// Segments of texts.
        Sms => "sms",
        /// WhatsApp messages.
        Whatsapp => "whatsapp",
        /// Minutes of calls.
        Voice => "voice",
        /// Mails.
        Email => "email",
        /// Months of numbers.
        Number => "number",
        /// Months of 10DLC campaigns, which are the platform's.
        Registration => "registration",
    }
}

text_enum! {
    /// How far a picture or file of a message is.
    pub enum MediaState {
        /// On its way from the carrier.
        Pending => "pending",
        /// In our bucket.
        Stored => "stored",
        /// The carrier does not have it, or it is not of a kind that is stored.
        Failed => "failed",
        /// It was kept as long as the workspace wants, and is not there any more.
        Deleted => "deleted",
    }
}

text_enum! {
    /// Seen from the workspace.
    pub enum Direction {
        /// From the customer.
        Inbound => "inbound",
        /// To the customer.
        Outbound => "outbound",
    }
}

text_enum! {
    /// Where staff has put a conversation.
    pub enum ConversationStatus {
        /// In the inbox.
        Open => "open",
        /// Put away; a new message brings it back.
        Archived => "archived",
        /// Done; a new message brings it back.
        Closed => "closed",
        /// Stays away.
        Spam => "spam",
    }
}

text_enum! {
    /// How far a message has come. It moves forward only; the order is `message_status_rank` in the database. The entry of a
    /// call has the state of its call ([`super::CallState`]).
    pub enum MessageStatus {
        /// Waits for the end of the customer's quiet hours; it can be canceled.
        Scheduled => "scheduled",
        /// Stored; the carrier was not asked yet.
        Pending => "pending",
        /// The carrier was asked and no answer came. A callback or a look-up settles it; it is never sent again blindly.
        Unknown => "unknown",
        /// Accepted by the carrier.
        Queued => "queued",
        /// The carrier is sending it.
        Sending => "sending",
        /// Accepted by the next carrier. Some never report more.
        Sent => "sent",
        /// A delivery receipt arrived.
        Delivered => "delivered",
        /// The handset's carrier refused it.
        Undelivered => "undelivered",
        /// Refused before it was sent.
        Failed => "failed",
        /// An inbound message.
        Received => "received",
        /// A call that rings.
        Ringing => "ringing",
        /// A call that somebody has answered.
        Answered => "answered",
        /// A call that was answered and has ended.
        Completed => "completed",
        /// A call that nobody answered.
        Missed => "missed",
        /// A call that ended with a voicemail.
        Voicemail => "voicemail",
        /// A call to a line that is busy.
        Busy => "busy",
        /// A call to a line that was not answered.
        NoAnswer => "no_answer",
        /// A scheduled message that was called off, or a call that was given up.
        Canceled => "canceled",
    }
}

impl MessageStatus {
    /// Reads the carrier's word (SignalWire: Messages, status, and the callback parameter `MessageStatus`, which differ).
    /// `None` for a word that this version does not know.
    #[must_use]
    pub fn from_carrier(word: &str) -> Option<Self> {
        match word {
            "queued" | "accepted" | "scheduled" => Some(Self::Queued),
            "initiated" | "sending" => Some(Self::Sending),
            "sent" => Some(Self::Sent),
            "delivered" | "read" => Some(Self::Delivered),
            "undelivered" => Some(Self::Undelivered),
            "failed" | "invalid" | "canceled" => Some(Self::Failed),
            "receiving" | "received" => Some(Self::Received),
            _ => None,
        }
    }
}

text_enum! {
    /// Why this number sends (DESIGN section 6, sender choice).
    pub enum SenderReason {
        /// The request named it.
        Explicit => "explicit",
        /// The conversation's own number.
        Conversation => "conversation",
        /// The number of the department that last texted with this customer.
        Sticky => "sticky",
        /// An active number of the department.
        NumberType => "number_type",
        /// No usable number of the department, or none asked for: the primary.
        Primary => "primary",
        /// No usable own number: the shared number of the platform.
        Platform => "platform",
    }
}
