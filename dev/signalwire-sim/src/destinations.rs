//! Magic destinations: numbers of customers to whom texting always goes wrong in the same way. They are all in the range
//! that is reserved for fiction, in an area code of its own so that tests do not meet them by accident.

use crate::records::MessageStatus;

/// What happens to a message to this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Delivered, with a receipt.
    Delivered,
    /// Refused when it is created, with this code.
    Refused(u32),
    /// Ends in this state with this error code.
    Ends(MessageStatus, u32),
    /// Stays `sent`, because the carrier never sends a receipt.
    NoReceipt,
}

/// A magic number with its meaning in a few words, as the page and the README show it.
pub struct Magic {
    pub phone_number: &'static str,
    pub fate: Fate,
    pub meaning: &'static str,
}

/// The last two digits repeat those of the error code.
pub const MAGIC: [Magic; 8] = [
    Magic { phone_number: "+19075550111", fate: Fate::Refused(21211), meaning: "refused: not a valid number (21211)" },
    Magic {
        phone_number: "+19075550110",
        fate: Fate::Refused(21610),
        meaning: "refused: the customer opted out (21610)",
    },
    Magic { phone_number: "+19075550114", fate: Fate::Refused(21614), meaning: "refused: not a mobile number (21614)" },
    Magic {
        phone_number: "+19075550103",
        fate: Fate::Ends(MessageStatus::Undelivered, 30003),
        meaning: "undelivered: handset unreachable (30003)",
    },
    Magic {
        phone_number: "+19075550104",
        fate: Fate::Ends(MessageStatus::Undelivered, 30004),
        meaning: "undelivered: blocked by the carrier (30004)",
    },
    Magic {
        phone_number: "+19075550107",
        fate: Fate::Ends(MessageStatus::Undelivered, 30007),
        meaning: "undelivered: filtered as a violation, and the body becomes null (30007)",
    },
    Magic {
        phone_number: "+19075550108",
        fate: Fate::Ends(MessageStatus::Failed, 30008),
        meaning: "failed before it was sent, so it costs nothing (30008)",
    },
    Magic { phone_number: "+19075550105", fate: Fate::NoReceipt, meaning: "sent, and a delivery receipt never comes" },
];

pub fn fate(phone_number: &str) -> Fate {
    MAGIC.iter().find(|magic| magic.phone_number == phone_number).map_or(Fate::Delivered, |magic| magic.fate)
}

/// What happens on a phone with this number when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallFate {
    /// As the setting `answerCalls` says.
    AsSet,
    NoAnswer,
    Busy,
    Fails,
}

/// Calls meet the fate of texts, as far as there is one like it.
pub fn call_fate(phone_number: &str) -> CallFate {
    match phone_number {
        "+19075550103" => CallFate::NoAnswer,
        "+19075550104" => CallFate::Busy,
        "+19075550108" => CallFate::Fails,
        _ => CallFate::AsSet,
    }
}

/// SignalWire's words for the codes that the simulator answers about a destination.
pub fn explain(code: u32) -> &'static str {
    match code {
        21211 => "The To number is not a valid phone number",
        21610 => "The message is blocked: the recipient opted out",
        21614 => "The To number is not a mobile number",
        30003 => "Unreachable destination handset",
        30004 => "Message blocked by the carrier",
        30007 => "Carrier violation or content filter",
        _ => "Unknown error",
    }
}
