//! Creating a message: every documented refusal, then a queued message that goes its way in the background.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};

use super::{Answer, messages, numbers::is_web_url, refusal::Refusal};
use crate::{
    destinations::{self, Fate},
    form::Form,
    lifecycle,
    network::Network,
    records::{Direction, MessageRecord, NumberRecord},
    world::World,
};

const MAX_BODY: usize = 1_600;
const MAX_MEDIA: usize = 8;
/// Seconds that a message may wait in the queue.
const VALIDITY: std::ops::RangeInclusive<u32> = 1..=172_800;

/// SignalWire, Messages, create.
pub async fn create(State(network): State<Network>, Path(account): Path<String>, body: Bytes) -> Answer {
    let form = Form::parse(&body);
    let wanted = Wanted::parse(&form)?;
    let campaign_active = network.behaviour().campaign_active;

    let message = network.change(|world| {
        let sender = check_sender(world, wanted.from, campaign_active)?;
        check_content(&wanted, sender)?;
        check_destination(world, &wanted)?;
        let message = wanted.message();
        world.messages.push(message.clone());
        Ok::<_, Refusal>(message)
    })?;
    lifecycle::start(&network, &message);
    Ok((StatusCode::CREATED, Json(messages::describe(&account, &message))))
}

/// Parameters that are well-formed, each for itself.
struct Wanted<'a> {
    from: &'a str,
    to: &'a str,
    body: &'a str,
    media: Vec<&'a str>,
    as_mms: bool,
    status_callback: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn parse(form: &'a Form) -> Result<Self, Refusal> {
        let to = form.filled("To").ok_or_else(|| Refusal::bad_request(21604, "To is required"))?;
        if !is_e164(to) {
            return Err(Refusal::bad_request(21211, "The To number is not a valid phone number"));
        }
        // A number group would win over From, but the simulated project has none.
        if form.filled("MessagingServiceSid").is_some() {
            return Err(Refusal::unprocessable(21701, "The number group was not found"));
        }
        let from = form.filled("From").ok_or_else(|| Refusal::bad_request(21705, "From is required"))?;
        if !is_e164(from) && !is_short_code(from) {
            return Err(Refusal::bad_request(21212, "The From number is not a valid phone number"));
        }
        let status_callback = form.filled("StatusCallback");
        if status_callback.is_some_and(|url| !is_web_url(url)) {
            return Err(Refusal::bad_request(21456, "StatusCallback is not a valid URL"));
        }
        let validity = form.filled("ValidityPeriod").map(str::parse::<u32>);
        if validity.is_some_and(|seconds| seconds.map_or(true, |seconds| !VALIDITY.contains(&seconds))) {
            return Err(Refusal::bad_request(10000, "ValidityPeriod must be from 1 to 172800 seconds"));
        }
        if form.filled("ApplicationSid").is_some() {
            return Err(Refusal::unprocessable(21420, "ApplicationSid was not found"));
        }
        Ok(Self {
            from,
            to,
            body: form.get("Body").unwrap_or_default(),
            media: form.all("MediaUrl").into_iter().filter(|url| !url.is_empty()).collect(),
            as_mms: form.get("SendAsMms").is_some_and(|text| text.eq_ignore_ascii_case("true")),
            status_callback,
        })
    }

    fn is_mms(&self) -> bool {
        self.as_mms || !self.media.is_empty()
    }

    fn message(&self) -> MessageRecord {
        let mut message = MessageRecord::outbound(Direction::OutboundApi, self.from, self.to, self.body);
        message.attach(&self.media);
        message.mms |= self.as_mms;
        message.status_callback = self.status_callback.map(str::to_owned);
        message
    }
}

/// The documented forms of a number: `+` and digits, as long as E.164 allows.
pub fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

fn is_short_code(text: &str) -> bool {
    (5..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn check_sender<'a>(world: &'a World, from: &str, campaign_active: bool) -> Result<&'a NumberRecord, Refusal> {
    let Some(number) = world.number(from) else {
        return Err(Refusal::unprocessable(21210, "The From number does not belong to this project"));
    };
    if !number.capabilities.sms {
        return Err(Refusal::unprocessable(21601, "The From number is not enabled for messages"));
    }
    let is_active = |id: &str| world.campaign(id).map_or(campaign_active, |campaign| campaign.state == "active");
    if number.needs_campaign() && !world.campaign_of(from).is_some_and(is_active) {
        return Err(Refusal::unprocessable(21717, "The From number must belong to an active campaign"));
    }
    Ok(number)
}

fn check_content(wanted: &Wanted<'_>, sender: &NumberRecord) -> Result<(), Refusal> {
    if wanted.body.is_empty() && wanted.media.is_empty() {
        return Err(Refusal::bad_request(21602, "Either Body or MediaUrl is required"));
    }
    if wanted.body.chars().count() > MAX_BODY {
        return Err(Refusal::bad_request(21617, "The message body exceeds 1600 characters"));
    }
    if wanted.media.len() > MAX_MEDIA {
        return Err(Refusal::bad_request(21623, "A message takes at most 8 media"));
    }
    if wanted.media.iter().any(|url| !is_web_url(url)) {
        return Err(Refusal::bad_request(21620, "A media URL is not valid"));
    }
    if wanted.is_mms() && !sender.capabilities.mms {
        return Err(Refusal::unprocessable(21601, "The From number is not enabled for picture messages"));
    }
    Ok(())
}

fn check_destination(world: &World, wanted: &Wanted<'_>) -> Result<(), Refusal> {
    if let Fate::Refused(code) = destinations::fate(wanted.to) {
        return Err(Refusal::unprocessable(code, destinations::explain(code)));
    }
    if world.has_opted_out(wanted.to, wanted.from) {
        return Err(Refusal::unprocessable(21610, destinations::explain(21610)));
    }
    Ok(())
}
