//! The checks before a text leaves, and the proof that they were made.

use url::Url;

use super::{Consent, MAX_SPOKEN_CHARACTERS, PhoneNumber, SegmentCount, Sender, count_segments};

/// Longest text that the carrier takes (SignalWire, Messages, create: Body).
pub const MAX_BODY_CHARACTERS: usize = 1600;
/// Most media that one message carries (SignalWire, Messages, create: `MediaUrl`).
pub const MAX_MEDIA: usize = 8;

/// What a member of staff wants to send.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Text; may be empty when there are media.
    pub body: String,
    /// Public addresses of pictures and files.
    pub media_urls: Vec<Url>,
}

/// A text that passed every check. Only [`approve`] builds one, and the carrier client takes nothing else, so that no
/// path can send without the checks.
#[derive(Debug, Clone)]
pub struct ApprovedMessage {
    consent: Consent,
    draft: Draft,
    segments: SegmentCount,
    /// Where the carrier fetches the media, when that is not where they lie.
    fetch_urls: Option<Vec<Url>>,
}

/// Why a send is refused. Nothing is stored and nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither text nor media.
    #[error("body or mediaUrls must be given")]
    Empty,
    /// Over [`MAX_BODY_CHARACTERS`].
    #[error("body is longer than {MAX_BODY_CHARACTERS} characters")]
    BodyTooLong,
    /// Over [`MAX_MEDIA`].
    #[error("more than {MAX_MEDIA} mediaUrls")]
    TooManyMedia,
    /// The destination's country is not allowed, or no country has assigned the number.
    #[error("to is not a number in a country that this platform sends to")]
    InvalidDestination,
    /// The destination does not want texts from the sender, and so no automated calls either.
    #[error("to has opted out of texts and automated calls from this number")]
    RecipientOptedOut,
    /// The destination is the sender.
    #[error("to is the number that would send")]
    OwnNumber,
    /// `phoneNumberId` names no number of this workspace.
    #[error("phoneNumberId is not a number of this workspace")]
    UnknownNumber,
    /// `phoneNumberId` names a number that cannot text now.
    #[error(
        "the number of phoneNumberId cannot be used for this now: it is not active, its registration is not complete, or it does not have the channel"
    )]
    NumberNotReady,
    /// The customer's last WhatsApp message to this number is older than a day, or there is none.
    #[error("WhatsApp takes free text only within 24 hours after the customer's last message to this number")]
    WhatsappWindowClosed,
    /// A mail needs a subject of one line.
    #[error("subject must be one line of 1 to 998 characters")]
    BadSubject,
    /// The text of a mail is too long.
    #[error("body is longer than 100000 characters")]
    MailTooLong,
    /// A call needs something to say.
    #[error("body must be given")]
    NothingToSay,
    /// Over [`MAX_SPOKEN_CHARACTERS`].
    #[error("body is longer than {MAX_SPOKEN_CHARACTERS} characters")]
    SpokenTooLong,
    /// A call there costs extra, or reaches a service instead of a person.
    #[error("to is a premium-rate, emergency or other service number, which this platform does not send to")]
    SpecialService,
    /// The member's phone cannot be rung.
    #[error("memberPhoneNumber is not an ordinary number in a country that this platform calls")]
    InvalidMemberNumber,
    /// The member's phone is the customer's, or one of our own numbers.
    #[error("memberPhoneNumber must be a phone of your own, neither the customer's nor a number of the workspace")]
    MemberNumberTaken,
    /// A file in our bucket that is not an upload of this workspace.
    #[error("mediaUrls names a file that this workspace has not uploaded")]
    UnknownMedia,
    /// More than the carrier takes from this number.
    #[error("the files are larger together than what this number may send in one message")]
    MediaTooLarge,
    /// Only text is sent by WhatsApp so far.
    #[error("mediaUrls cannot be sent by WhatsApp")]
    WhatsappMedia,
}

impl Refusal {
    /// The stable code of the API's answer.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty | Self::NothingToSay => "message_empty",
            Self::BodyTooLong | Self::MailTooLong | Self::SpokenTooLong => "body_too_long",
            Self::BadSubject => "invalid_subject",
            Self::TooManyMedia => "too_many_media",
            Self::InvalidDestination | Self::OwnNumber | Self::SpecialService => "invalid_destination",
            Self::InvalidMemberNumber | Self::MemberNumberTaken => "invalid_member_number",
            Self::RecipientOptedOut => "recipient_opted_out",
            Self::UnknownNumber => "number_not_found",
            Self::NumberNotReady => "number_not_ready",
            Self::WhatsappWindowClosed => "whatsapp_window_closed",
            Self::UnknownMedia => "media_not_found",
            Self::MediaTooLarge => "media_too_large",
            Self::WhatsappMedia => "media_not_supported",
        }
    }

    /// The request field at fault.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Empty | Self::BodyTooLong | Self::MailTooLong | Self::NothingToSay | Self::SpokenTooLong => "body",
            Self::BadSubject => "subject",
            Self::TooManyMedia | Self::UnknownMedia | Self::MediaTooLarge | Self::WhatsappMedia => "mediaUrls",
            Self::InvalidDestination
            | Self::OwnNumber
            | Self::SpecialService
            | Self::RecipientOptedOut
            | Self::WhatsappWindowClosed => "to",
            Self::InvalidMemberNumber | Self::MemberNumberTaken => "memberPhoneNumber",
            Self::UnknownNumber | Self::NumberNotReady => "phoneNumberId",
        }
    }
}

/// Makes every check that a text must pass. That the customer wants it is proven by the consent, which also says who
/// sends to whom.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn approve(draft: Draft, consent: Consent, destination_countries: &[String]) -> Result<ApprovedMessage, Refusal> {
    if draft.body.trim().is_empty() && draft.media_urls.is_empty() {
        return Err(Refusal::Empty);
    }
    if draft.body.chars().count() > MAX_BODY_CHARACTERS {
        return Err(Refusal::BodyTooLong);
    }
    if draft.media_urls.len() > MAX_MEDIA {
        return Err(Refusal::TooManyMedia);
    }
    let country = consent.to().country().ok_or(Refusal::InvalidDestination)?;
    if !destination_countries.contains(&country) {
        return Err(Refusal::InvalidDestination);
    }
    if consent.to().is_special_service() {
        return Err(Refusal::SpecialService);
    }
    if *consent.to() == consent.sender().phone_number {
        return Err(Refusal::OwnNumber);
    }
    let segments = count_segments(&draft.body);
    Ok(ApprovedMessage { consent, draft, segments, fetch_urls: None })
}

impl ApprovedMessage {
    /// The number that sends, and why.
    #[must_use]
    pub fn sender(&self) -> &Sender {
        self.consent.sender()
    }

    /// The number that sends.
    #[must_use]
    pub fn from(&self) -> &PhoneNumber {
        &self.consent.sender().phone_number
    }

    /// The customer.
    #[must_use]
    pub fn to(&self) -> &PhoneNumber {
        self.consent.to()
    }

    /// Text; may be empty when there are media.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.draft.body
    }

    /// Public addresses of pictures and files.
    #[must_use]
    pub fn media_urls(&self) -> &[Url] {
        &self.draft.media_urls
    }

    /// The same message, whose media the carrier fetches at these addresses instead of where they lie: one for each, in
    /// their order.
    #[must_use]
    pub fn fetched_at(mut self, addresses: Vec<Url>) -> Self {
        debug_assert_eq!(addresses.len(), self.draft.media_urls.len());
        self.fetch_urls = Some(addresses);
        self
    }

    /// Where the carrier fetches the media.
    #[must_use]
    pub fn fetch_urls(&self) -> &[Url] {
        self.fetch_urls.as_deref().unwrap_or(&self.draft.media_urls)
    }

    /// How the text is billed.
    #[must_use]
    pub fn segments(&self) -> SegmentCount {
        self.segments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SenderReason;

    fn check(to: &str, body: &str, media: usize) -> Result<ApprovedMessage, Refusal> {
        let sender = Sender {
            phone_number_id: None,
            phone_number: PhoneNumber::parse("+14052010100").unwrap(),
            number_type: None,
            reason: SenderReason::Platform,
        };
        let media_urls = (0..media).map(|i| Url::parse(&format!("https://files.example.com/{i}")).unwrap()).collect();
        let consent = Consent::looked_up(sender, PhoneNumber::parse(to).unwrap());
        approve(Draft { body: body.to_owned(), media_urls }, consent, &["US".to_owned(), "CA".to_owned()])
    }

    #[test]
    fn a_text_within_the_limits_is_approved() {
        assert_eq!(check("+14052010199", "Hello", 0).unwrap().segments().segments, 1);
        assert!(check("+16042010199", &"x".repeat(1600), 8).is_ok());
        assert!(check("+14052010199", "", 1).is_ok());
    }

    #[test]
    fn each_limit_refuses() {
        assert_eq!(check("+14052010199", "  ", 0).unwrap_err(), Refusal::Empty);
        assert_eq!(check("+14052010199", &"ж".repeat(1601), 0).unwrap_err(), Refusal::BodyTooLong);
        assert_eq!(check("+14052010199", "x", 9).unwrap_err(), Refusal::TooManyMedia);
        assert_eq!(check("+447400123456", "x", 0).unwrap_err(), Refusal::InvalidDestination);
        assert_eq!(check("+18762010100", "x", 0).unwrap_err(), Refusal::InvalidDestination);
        assert_eq!(check("+19002010100", "x", 0).unwrap_err(), Refusal::SpecialService);
        assert_eq!(check("+14052010100", "x", 0).unwrap_err(), Refusal::OwnNumber);
    }
}
