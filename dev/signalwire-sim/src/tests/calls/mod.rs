//! Stories of calls, with the receiver of webhooks as the application.

mod api;
mod dialling;
mod flows;
mod outgoing;

use serde_json::{Value, json};

use super::support::{Arrival, CUSTOMER, OURS, Phone, eventually};

/// Two phones that a call is forwarded to.
pub const SALES: &str = "+14055550100";
pub const SUPPORT: &str = "+14055550101";

/// A project whose number has all the URLs of calls.
pub async fn start() -> Phone {
    let phone = Phone::start().await;
    let (_, numbers) = phone.get("IncomingPhoneNumbers").await;
    let sid = numbers["incoming_phone_numbers"][0]["sid"].as_str().unwrap().to_owned();
    let (voice, status) = (phone.webhooks.url("/voice"), phone.webhooks.url("/call-status"));
    let form = [("VoiceUrl", voice.as_str()), ("StatusCallback", status.as_str())];
    assert_eq!(phone.post(&format!("IncomingPhoneNumbers/{sid}"), &form).await.0, 200);
    phone
}

pub fn xml(inner: &str) -> super::support::Reply {
    (200, "text/xml", format!("<Response>{inner}</Response>"))
}

/// A customer calls; the number's URL answers with this document.
pub async fn call(phone: &Phone, document: &str) -> String {
    phone.webhooks.answer_next("/voice", xml(document));
    call_again(phone, json!({})).await
}

pub async fn call_again(phone: &Phone, more: Value) -> String {
    let mut body = json!({"from": CUSTOMER, "to": OURS});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let (status, answer) = phone.post_json("/_sim/calls", body).await;
    assert_eq!(status, 201, "{answer}");
    answer["callSid"].as_str().unwrap().to_owned()
}

pub async fn state(phone: &Phone, sid: &str) -> Value {
    phone.get(&format!("/_sim/calls/{sid}")).await.1["call"].clone()
}

/// Does something on the phone of a call, and insists that it works.
pub async fn act(phone: &Phone, sid: &str, action: &str, body: Value) -> Value {
    let (status, answer) = phone.post_json(&format!("/_sim/calls/{sid}/{action}"), body).await;
    assert_eq!(status, 200, "{action}: {answer}");
    answer["call"].clone()
}

pub async fn ended(phone: &Phone, sid: &str) -> Value {
    eventually(async || {
        let call = state(phone, sid).await;
        (!call["endedAt"].is_null()).then_some(call)
    })
    .await
}

/// The leg of a call to this number, when it rings.
pub async fn leg(phone: &Phone, sid: &str, to: &str) -> String {
    eventually(async || {
        let (_, all) = phone.get("/_sim/calls").await;
        let all = all["calls"].as_array().unwrap().iter();
        let mut legs = all.filter(|call| call["parentSid"] == sid && call["to"] == to);
        legs.next().map(|call| call["sid"].as_str().unwrap().to_owned())
    })
    .await
}

pub fn fields<'a>(arrivals: &'a [Arrival], name: &str) -> Vec<&'a str> {
    arrivals.iter().map(|arrival| arrival.field(name)).collect()
}
