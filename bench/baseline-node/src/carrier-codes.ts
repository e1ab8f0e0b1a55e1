// What the carrier's error codes mean to the people who send, and what to do about it.

const CHECK_NUMBER = 'Check the number with the customer.';
const TRY_LATER = 'Send it again later.';
const CALL_INSTEAD = 'Call the customer, or ask for a mobile number.';
const ASK_OPERATOR = 'Tell the operator of the platform.';
const CHANGE_TEXT = 'Change the wording (no link shorteners, no offers without consent) and send it again.';

const CODES: Record<string, { cause: string; advice: string }> = {
  21210: { cause: 'The sending number does not belong to the carrier account.', advice: ASK_OPERATOR },
  21211: { cause: 'The destination is not a valid number.', advice: CHECK_NUMBER },
  21217: { cause: 'The destination is not a valid number.', advice: CHECK_NUMBER },
  21601: { cause: 'The sending number cannot text.', advice: ASK_OPERATOR },
  21603: { cause: 'The destination is missing.', advice: CHECK_NUMBER },
  21604: { cause: 'The destination is missing.', advice: CHECK_NUMBER },
  21606: { cause: 'The destination cannot be reached from this number.', advice: CHECK_NUMBER },
  21610: {
    cause: 'The customer has opted out of texts from this number.',
    advice: 'Do not text this customer; call or mail instead.',
  },
  21611: { cause: 'Too many messages wait on the sending number.', advice: TRY_LATER },
  21612: { cause: 'The attached file is of a kind that cannot be sent.', advice: 'Send another kind of file.' },
  21614: { cause: 'The destination is not a mobile number.', advice: CALL_INSTEAD },
  21617: { cause: 'The text is longer than 1600 characters.', advice: 'Send it in parts.' },
  21620: { cause: 'The address of an attached file is not valid.', advice: 'Attach the file again.' },
  21623: { cause: 'Too many files are attached.', advice: 'Attach eight files at most.' },
  21717: {
    cause: 'The sending number is not registered for texting yet.',
    advice: 'Wait for the registration, or send from another number.',
  },
  30001: { cause: "The message waited too long in the carrier's queue.", advice: TRY_LATER },
  30002: { cause: 'The carrier account has too little balance.', advice: ASK_OPERATOR },
  30003: { cause: "The customer's phone is switched off or out of reach.", advice: TRY_LATER },
  30004: {
    cause: "The customer's carrier blocked the message; the customer may have opted out.",
    advice: 'Ask the customer by another way before texting again.',
  },
  30005: { cause: 'The destination is unknown or no longer in service.', advice: CHECK_NUMBER },
  30006: { cause: 'The destination is a landline or cannot be reached by text.', advice: CALL_INSTEAD },
  30007: { cause: "A carrier's content filter stopped the message.", advice: CHANGE_TEXT },
  30008: { cause: 'The next carrier reported an unknown error.', advice: TRY_LATER },
  30009: { cause: 'The message expired at the carrier.', advice: TRY_LATER },
  30010: { cause: 'The message costs more than the allowed maximum.', advice: ASK_OPERATOR },
  30011: { cause: 'The picture message failed.', advice: 'Send a smaller file, or a link.' },
  30012: { cause: 'The picture message failed.', advice: 'Send a smaller file, or a link.' },
  30022: { cause: "Too many messages in a short time for this number's registration.", advice: TRY_LATER },
  30027: { cause: "The daily limit of the customer's carrier is reached.", advice: 'Send it again tomorrow.' },
  35125: { cause: "The daily limit of this number's registration is reached.", advice: 'Send it again tomorrow.' },
  63011: { cause: "The message could not be handed to the customer's carrier.", advice: TRY_LATER },
  63019: { cause: 'An attached file could not be downloaded.', advice: 'Attach the file again.' },
};

export function explain(code: string | null) {
  return code === null ? undefined : CODES[code];
}
