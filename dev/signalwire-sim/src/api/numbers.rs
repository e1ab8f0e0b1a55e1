//! IncomingPhoneNumbers: the numbers of the project.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::{self, rfc2822},
    form::Form,
    inventory,
    network::Network,
    records::{NumberRecord, Webhooks},
    world::World,
};

/// Code and HTTP status of "bought too recently" (SignalWire, error codes; the status is a setting).
const RELEASED_TOO_EARLY: u32 = 22121;
const MAX_NAME: usize = 255;

/// SignalWire, IncomingPhoneNumbers, create. Buying is atomic: the number leaves the inventory and enters the project
/// in one change, so of two simultaneous buyers one is refused.
pub async fn buy(State(network): State<Network>, Path(account): Path<String>, body: Bytes) -> Answer {
    let form = Form::parse(&body);
    let phone_number = wanted_number(&form)?;
    if form.filled("EmergencyAddressSid").is_some() {
        return Err(Refusal::bad_request(90000, "EmergencyAddressSid cannot be given at purchase"));
    }
    let country = inventory::area_code(phone_number).and_then(inventory::area).map_or("US", |area| area.country);
    let mut number = NumberRecord::bought(phone_number, country, inventory::number_type(phone_number));
    configure(&mut number, &form)?;

    let behaviour = network.behaviour();
    let body = describe(&account, &number);
    let sold = network.change(|world| {
        let sold =
            world.number(phone_number).is_none() && world.inventory.take(phone_number, behaviour.numbers_per_area_code);
        if sold {
            world.numbers.push(number);
        }
        sold
    });
    if sold { Ok((StatusCode::CREATED, Json(body))) } else { Err(Refusal::taken(behaviour.taken_shape)) }
}

fn wanted_number(form: &Form) -> Result<&str, Refusal> {
    let Some(phone_number) = form.filled("PhoneNumber") else {
        return Err(match form.filled("AreaCode") {
            Some(_) => Refusal::unprocessable(10000, "Areacode is not supported yet"),
            None => Refusal::bad_request(21421, "PhoneNumber is required"),
        });
    };
    if is_e164(phone_number) { Ok(phone_number) } else { Err(Refusal::bad_request(21401, "PhoneNumber is not valid")) }
}

/// The documented pattern of a number to buy: `^\+\d{5,17}$`.
fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (5..=17).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// SignalWire, IncomingPhoneNumbers, list.
pub async fn list(State(network): State<Network>, Path(account): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let listed_since = clock::now() - milliseconds(network.behaviour().list_delay_ms);
    let matches = |number: &&NumberRecord| {
        number.purchased_at <= listed_since
            && query.filled("PhoneNumber").is_none_or(|part| number.phone_number.contains(part))
            && query.filled("FriendlyName").is_none_or(|name| number.friendly_name == name)
    };
    network.read(|world| {
        let numbers = world.numbers.iter().rev().filter(matches);
        let list = ("incoming_phone_numbers", &*format!("/Accounts/{account}/IncomingPhoneNumbers"));
        paging::compatibility(list, &query, numbers, |number| &number.sid, |number| describe(&account, number))
    })
}

/// SignalWire, IncomingPhoneNumbers, retrieve.
pub async fn get(State(network): State<Network>, Path((account, sid)): Path<(String, String)>) -> Answer {
    let number = network.read(|world| find(world, &sid).map(|number| describe(&account, number)))?;
    Ok((StatusCode::OK, Json(number)))
}

/// SignalWire, IncomingPhoneNumbers, update.
pub async fn update(
    State(network): State<Network>,
    Path((account, sid)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let form = Form::parse(&body);
    if form.filled("AccountSid").is_some_and(|target| target != account) {
        return Err(Refusal::unprocessable(10000, "AccountSid names no project of this space"));
    }
    let number = network.change(|world| {
        // Changed on a copy, so that a refused update leaves nothing behind.
        let mut changed = find(world, &sid)?.clone();
        configure(&mut changed, &form)?;
        changed.updated_at = clock::now();
        let number = world.number_mut(&changed.phone_number).ok_or_else(Refusal::not_found)?;
        *number = changed;
        Ok::<_, Refusal>(describe(&account, number))
    })?;
    Ok((StatusCode::OK, Json(number)))
}

/// SignalWire, IncomingPhoneNumbers, delete: refused for the first 14 days, and there is no way back.
pub async fn release(
    State(network): State<Network>,
    Path((_, sid)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let behaviour = network.behaviour();
    let seconds = i64::try_from(behaviour.release_after_seconds).unwrap_or(i64::MAX / 1_000);
    network.change(|world| {
        let number = find(world, &sid)?;
        if clock::now() - number.purchased_at < TimeDelta::seconds(seconds) {
            let status = StatusCode::from_u16(behaviour.release_refusal_status).unwrap_or(StatusCode::CONFLICT);
            let message = "The phone number was purchased too recently to be released";
            return Err(Refusal::flat(status, RELEASED_TOO_EARLY, message));
        }
        let phone_number = number.phone_number.clone();
        world.remove_number(&phone_number);
        Ok(StatusCode::NO_CONTENT)
    })
}

fn find<'a>(world: &'a World, sid: &str) -> Result<&'a NumberRecord, Refusal> {
    world.numbers.iter().find(|number| number.sid == sid).ok_or_else(Refusal::not_found)
}

/// Takes over the parameters that purchase and update share. An empty URL clears it.
fn configure(number: &mut NumberRecord, form: &Form) -> Result<(), Refusal> {
    if let Some(name) = form.filled("FriendlyName") {
        if name.chars().count() > MAX_NAME {
            return Err(Refusal::bad_request(20002, "FriendlyName is too long"));
        }
        name.clone_into(&mut number.friendly_name);
    }
    let Webhooks {
        sms_url,
        sms_method,
        sms_fallback_url,
        sms_fallback_method,
        sms_application_sid,
        voice_url,
        voice_method,
        voice_fallback_url,
        voice_fallback_method,
        voice_application_sid,
        voice_receive_mode,
        status_callback,
        status_callback_method,
    } = &mut number.webhooks;
    set_url(sms_url, form, "SmsUrl")?;
    set_url(sms_fallback_url, form, "SmsFallbackUrl")?;
    set_url(voice_url, form, "VoiceUrl")?;
    set_url(voice_fallback_url, form, "VoiceFallbackUrl")?;
    set_url(status_callback, form, "StatusCallback")?;
    set_choice(sms_method, form, "SmsMethod", &["GET", "POST"])?;
    set_choice(sms_fallback_method, form, "SmsFallbackMethod", &["GET", "POST"])?;
    set_choice(voice_method, form, "VoiceMethod", &["GET", "POST"])?;
    set_choice(voice_fallback_method, form, "VoiceFallbackMethod", &["GET", "POST"])?;
    set_choice(status_callback_method, form, "StatusCallbackMethod", &["GET", "POST"])?;
    set_choice(voice_receive_mode, form, "VoiceReceiveMode", &["voice", "fax"])?;
    set_application(sms_application_sid, form, "SmsApplicationSid")?;
    set_application(voice_application_sid, form, "VoiceApplicationSid")
}

/// The project has no applications, so one can only be taken away.
fn set_application(target: &mut Option<String>, form: &Form, name: &str) -> Result<(), Refusal> {
    match form.get(name) {
        None => {}
        Some("") => *target = None,
        Some(_) => return Err(Refusal::unprocessable(21420, &format!("{name} was not found"))),
    }
    Ok(())
}

fn set_url(target: &mut Option<String>, form: &Form, name: &str) -> Result<(), Refusal> {
    match form.get(name) {
        None => {}
        Some("") => *target = None,
        Some(text) if is_web_url(text) => *target = Some(text.to_owned()),
        Some(_) => return Err(Refusal::bad_request(21402, &format!("{name} is not a valid URL"))),
    }
    Ok(())
}

fn set_choice(target: &mut String, form: &Form, name: &str, allowed: &[&str]) -> Result<(), Refusal> {
    let Some(text) = form.filled(name) else { return Ok(()) };
    let choice = allowed.iter().find(|choice| choice.eq_ignore_ascii_case(text));
    let choice = choice.ok_or_else(|| Refusal::bad_request(10000, &format!("{name} is not valid")))?;
    (*choice).clone_into(target);
    Ok(())
}

/// A fully qualified http(s) URL.
pub fn is_web_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

pub fn milliseconds(count: u64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The object with every documented field; the old Python SDK raises an error when one is missing.
fn describe(account: &str, number: &NumberRecord) -> Value {
    let hooks = &number.webhooks;
    let mut body = json!({
        "sid": number.sid,
        "account_sid": account,
        "account_id": account,
        "phone_number": number.phone_number,
        "friendly_name": number.friendly_name,
        "country_code": number.country_code,
        "capabilities": number.capabilities,
        "sms_url": hooks.sms_url,
        "sms_method": hooks.sms_method,
        "sms_fallback_url": hooks.sms_fallback_url,
        "sms_fallback_method": hooks.sms_fallback_method,
        "sms_application_sid": hooks.sms_application_sid,
        "voice_url": hooks.voice_url,
        "voice_method": hooks.voice_method,
        "voice_fallback_url": hooks.voice_fallback_url,
        "voice_fallback_method": hooks.voice_fallback_method,
        "voice_application_sid": hooks.voice_application_sid,
        "voice_receive_mode": hooks.voice_receive_mode,
        "voice_caller_id_lookup": null,
        "status_callback": hooks.status_callback,
        "status_callback_method": hooks.status_callback_method,
        "emergency_status": "Inactive",
        "emergency_address_sid": null,
        "address_requirements": "none",
        "address_sid": null,
        "identity_sid": null,
        "trunk_sid": null,
        "origin": "signalwire",
        "beta": false,
        "api_version": "2010-04-01",
        "date_created": rfc2822(number.purchased_at),
        "date_updated": rfc2822(number.updated_at),
        "uri": format!("/api/laml/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{}.json", number.sid),
    });
    if let Some(status) = &number.verification_status {
        body["verification_status"] = status.as_str().into();
    }
    body
}
