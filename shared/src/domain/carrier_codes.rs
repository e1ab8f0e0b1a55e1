//! What the carrier's error codes mean to the people who send (SignalWire, Compatibility API, error codes).

/// An explained code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarrierCode {
    /// As the carrier writes it.
    pub code: &'static str,
    /// What happened.
    pub cause: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

const fn code(code: &'static str, cause: &'static str, advice: &'static str) -> CarrierCode {
    CarrierCode { code, cause, advice }
}

const CHECK_NUMBER: &str = "Check the number with the customer.";
const TRY_LATER: &str = "Send it again later.";
const CALL_INSTEAD: &str = "Call the customer, or ask for a mobile number.";
const ASK_OPERATOR: &str = "Tell the operator of the platform.";
const CHANGE_TEXT: &str = "Change the wording (no link shorteners, no offers without consent) and send it again.";

const CODES: &[CarrierCode] = &[
    code("21210", "The sending number does not belong to the carrier account.", ASK_OPERATOR),
    code("21211", "The destination is not a valid number.", CHECK_NUMBER),
    code("21217", "The destination is not a valid number.", CHECK_NUMBER),
    code("21601", "The sending number cannot text.", ASK_OPERATOR),
    code("21603", "The destination is missing.", CHECK_NUMBER),
    code("21604", "The destination is missing.", CHECK_NUMBER),
    code("21606", "The destination cannot be reached from this number.", CHECK_NUMBER),
    code(
        "21610",
        "The customer has opted out of texts from this number.",
        "Do not text this customer; call or mail instead.",
    ),
    code("21611", "Too many messages wait on the sending number.", TRY_LATER),
    code("21612", "The attached file is of a kind that cannot be sent.", "Send another kind of file."),
    code("21614", "The destination is not a mobile number.", CALL_INSTEAD),
    code("21617", "The text is longer than 1600 characters.", "Send it in parts."),
    code("21620", "The address of an attached file is not valid.", "Attach the file again."),
    code("21623", "Too many files are attached.", "Attach eight files at most."),
    code(
        "21717",
        "The sending number is not registered for texting yet.",
        "Wait for the registration, or send from another number.",
    ),
    code("30001", "The message waited too long in the carrier's queue.", TRY_LATER),
    code("30002", "The carrier account has too little balance.", ASK_OPERATOR),
    code("30003", "The customer's phone is switched off or out of reach.", TRY_LATER),
    code(
        "30004",
        "The customer's carrier blocked the message; the customer may have opted out.",
        "Ask the customer by another way before texting again.",
    ),
    code("30005", "The destination is unknown or no longer in service.", CHECK_NUMBER),
    code("30006", "The destination is a landline or cannot be reached by text.", CALL_INSTEAD),
    code("30007", "A carrier's content filter stopped the message.", CHANGE_TEXT),
    code("30008", "The next carrier reported an unknown error.", TRY_LATER),
    code("30009", "The message expired at the carrier.", TRY_LATER),
    code("30010", "The message costs more than the allowed maximum.", ASK_OPERATOR),
    code("30011", "The picture message failed.", "Send a smaller file, or a link."),
    code("30012", "The picture message failed.", "Send a smaller file, or a link."),
    code("30022", "Too many messages in a short time for this number's registration.", TRY_LATER),
    code("30027", "The daily limit of the customer's carrier is reached.", "Send it again tomorrow."),
    code("35125", "The daily limit of this number's registration is reached.", "Send it again tomorrow."),
    code("63011", "The message could not be handed to the customer's carrier.", TRY_LATER),
    code("63019", "An attached file could not be downloaded.", "Attach the file again."),
];

/// Ours, for a send whose answer was lost and that the carrier turned out not to have.
pub const NOT_AT_CARRIER: CarrierCode =
    code("not_at_carrier", "The message did not reach the carrier.", "Send it again: it certainly was not sent.");

/// Ours, for a call whose answer was lost and that the carrier turned out not to have.
pub const CALL_NOT_AT_CARRIER: CarrierCode =
    code("call_not_at_carrier", "The call did not reach the carrier.", "Call again: nobody was called.");
/// Ours, for a call of which the carrier knows nothing any more.
pub const CALL_LOST: CarrierCode =
    code("call_lost", "The carrier does not know how the call ended.", "Ask the customer whether the call came.");
/// Ours, for a member who was to be connected with a customer who was never called.
pub const CALL_NOT_CONNECTED: CarrierCode =
    code("call_not_connected", "The call ended before the customer was called.", "Call again.");

/// Ours, too: what else may become of a call that we start.
const CALLS: &[CarrierCode] = &[
    CALL_NOT_AT_CARRIER,
    CALL_LOST,
    CALL_NOT_CONNECTED,
    code("member_busy", "The member's phone was busy; the customer was not called.", "Call again."),
    code("member_canceled", "The call was given up before the member answered.", "Call again."),
    code(
        "member_declined",
        "The member did not press the key; the customer was not called.",
        "Call again, and press 1 when asked.",
    ),
    code("member_failed", "The member's phone could not be reached.", "Check the number of your own phone."),
    code("member_no_answer", "The member's phone was not answered; the customer was not called.", "Call again."),
    code("not_spoken", "The customer picked up, but the text was not spoken.", "Call again."),
];

/// Ours, for a message whose workspace was closed before it was due.
pub const WORKSPACE_CLOSED: CarrierCode =
    code("workspace_closed", "The workspace was closed before the message was due.", ASK_OPERATOR);

/// Ours, for messages that waited for their time and could not be sent any more when it came ([`super::Refusal::code`]).
const TOO_LATE: &[CarrierCode] = &[
    code(
        "recipient_opted_out",
        "The customer has opted out of texts from this number since the message was written.",
        "Do not text this customer; call or mail instead.",
    ),
    code("number_not_ready", "The number that was to send it cannot send any more.", "Send it from another number."),
    code(
        "whatsapp_window_closed",
        "The customer's last WhatsApp message was older than a day when it was due.",
        "Text the customer, or wait until the customer writes.",
    ),
    code("invalid_destination", "The platform does not send to the customer's country any more.", CALL_INSTEAD),
];

/// Explains a code of the carrier, or of ours; `None` for one that has no explanation here.
#[must_use]
pub fn explain_carrier_code(code: &str) -> Option<CarrierCode> {
    let ours = TOO_LATE.iter().chain([&NOT_AT_CARRIER, &WORKSPACE_CLOSED]).chain(CALLS);
    CODES.iter().chain(ours).find(|entry| entry.code == code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once_and_in_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn an_opt_out_is_explained_and_an_unknown_code_is_not() {
        assert!(explain_carrier_code("21610").unwrap().cause.contains("opted out"));
        assert_eq!(explain_carrier_code("99999"), None);
    }
}
