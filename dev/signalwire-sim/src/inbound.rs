//! A customer texts: the message is recorded, delivered to the number's webhook, and the answer is carried out.

use futures_util::future::join_all;

use crate::{
    cxml::messages::{self, Reply, Verb},
    delivery::{self, Content, Delivery, Webhook},
    journal::WebhookKind,
    lifecycle,
    network::Network,
    records::{Direction, MessageRecord, NumberRecord, WHATSAPP},
};

/// Documents that one inbound message may lead to before the simulator calls it a loop.
const MAX_DOCUMENTS: usize = 10;

/// A text from a customer to one of our numbers.
pub struct Text<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub body: &'a str,
    pub media_urls: &'a [&'a str],
    /// How often the same webhook is delivered at the same time; 1 is normal.
    pub copies: usize,
}

/// What became of it.
pub struct Received {
    pub message_sid: String,
    pub deliveries: Vec<Delivery>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Undeliverable {
    UnknownNumber,
    CannotText,
}

/// Receives a text. A number without a webhook keeps it silently; it is in the list of messages all the same.
pub async fn receive(network: &Network, text: &Text<'_>) -> Result<Received, Undeliverable> {
    let mut message = MessageRecord::inbound(text.from, text.to, text.body, text.media_urls);
    message.price_micros = Some(message.full_price(&network.behaviour()));
    let number = network.change(|world| {
        // The same webhook gets WhatsApp messages; both numbers then have the prefix.
        let whatsapp = text.to.strip_prefix(WHATSAPP);
        let number = world.number(whatsapp.unwrap_or(text.to)).cloned().ok_or(Undeliverable::UnknownNumber)?;
        if whatsapp.is_none() && !number.capabilities.sms {
            return Err(Undeliverable::CannotText);
        }
        world.messages.push(message.clone());
        Ok(number)
    })?;

    let mut exchange = Exchange { network, parameters: parameters(network, &message), message, deliveries: Vec::new() };
    if let Some(url) = number.webhooks.sms_url.clone() {
        exchange.begin(&number, &url, text.copies.max(1)).await;
    }
    Ok(Received { message_sid: exchange.message.sid, deliveries: exchange.deliveries })
}

/// SignalWire, inbound message webhook.
fn parameters(network: &Network, message: &MessageRecord) -> Vec<(String, String)> {
    let mut parameters: Vec<(String, String)> = [
        ("MessageSid", message.sid.clone()),
        ("SmsSid", message.sid.clone()),
        ("AccountSid", network.settings().project_id.clone()),
        ("From", message.from.clone()),
        ("To", message.to.clone()),
        ("Body", message.body.clone().unwrap_or_default()),
        ("NumMedia", message.media.len().to_string()),
        ("NumSegments", message.segments.to_string()),
        ("ApiVersion", "2010-04-01".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for (index, media) in message.media.iter().enumerate() {
        parameters.push((format!("MediaUrl{index}"), media.url.clone()));
        parameters.push((format!("MediaContentType{index}"), media.content_type.clone()));
    }
    parameters
}

/// The requests and documents that one inbound message leads to.
struct Exchange<'a> {
    network: &'a Network,
    message: MessageRecord,
    parameters: Vec<(String, String)>,
    deliveries: Vec<Delivery>,
}

/// A document to fetch.
struct Next {
    kind: WebhookKind,
    url: String,
    method: String,
    extra: Vec<(String, String)>,
}

impl Exchange<'_> {
    /// The first document; when it is none, the fallback URL is asked instead. There is no retry.
    async fn begin(&mut self, number: &NumberRecord, url: &str, copies: usize) {
        let hooks = &number.webhooks;
        let kind = WebhookKind::InboundMessage;
        let first = Next { kind, url: url.to_owned(), method: hooks.sms_method.clone(), extra: Vec::new() };
        let answers = join_all((0..copies).map(|_| self.fetch(&first))).await;
        let answer = answers[0].clone();
        self.deliveries.extend(answers);

        let verbs = match messages::read(&answer) {
            Ok(verbs) => verbs,
            Err(reason) => {
                let Some(fallback) = &hooks.sms_fallback_url else { return };
                let extra = self.error_parameters(&reason, url);
                let method = hooks.sms_fallback_method.clone();
                let next = Next { kind: WebhookKind::Fallback, url: fallback.clone(), method, extra };
                let Some(verbs) = self.document(&next).await else { return };
                verbs
            }
        };
        self.carry_out(verbs, url).await;
    }

    fn error_parameters(&self, reason: &str, url: &str) -> Vec<(String, String)> {
        if !self.network.behaviour().fallback_error_parameters {
            return Vec::new();
        }
        let code = reason.split(':').next().unwrap_or_default();
        vec![("ErrorCode".to_owned(), code.to_owned()), ("ErrorUrl".to_owned(), url.to_owned())]
    }

    /// Runs verbs, and follows the documents that they lead to.
    async fn carry_out(&mut self, verbs: Vec<Verb>, document_url: &str) {
        let mut verbs = verbs;
        let mut base = document_url.to_owned();
        for _ in 0..MAX_DOCUMENTS {
            let Some(next) = self.run(verbs, &base) else { return };
            let Some(document) = self.document(&next).await else { return };
            verbs = document;
            base = next.url;
        }
        tracing::warn!(message.sid = self.message.sid, "the documents lead in a circle");
    }

    /// Runs the verbs of one document, up to one that hands control to another document.
    fn run(&self, verbs: Vec<Verb>, base: &str) -> Option<Next> {
        for verb in verbs {
            match verb {
                Verb::Redirect { url, method } => {
                    return Some(Next { kind: WebhookKind::Action, url: absolute(base, &url), method, extra: vec![] });
                }
                Verb::Message(reply) => {
                    self.send(&reply);
                    if let Some(action) = &reply.action {
                        let status = ("MessageStatus".to_owned(), "queued".to_owned());
                        return Some(Next {
                            kind: WebhookKind::Action,
                            url: absolute(base, action),
                            method: reply.method,
                            extra: vec![status],
                        });
                    }
                }
            }
        }
        None
    }

    fn send(&self, reply: &Reply) {
        let from = reply.from.as_deref().unwrap_or(&self.message.to);
        let to = reply.to.as_deref().unwrap_or(&self.message.from);
        let mut message = MessageRecord::outbound(Direction::OutboundReply, from, to, &reply.body);
        message.attach(&reply.media.iter().map(String::as_str).collect::<Vec<_>>());
        self.network.change(|world| world.messages.push(message.clone()));
        lifecycle::start(self.network, &message);
    }

    async fn document(&mut self, next: &Next) -> Option<Vec<Verb>> {
        let answer = self.fetch(next).await;
        let read = messages::read(&answer);
        self.deliveries.push(answer);
        // A document that is none is in the journal with its reason; there is nothing left to carry out.
        read.ok()
    }

    async fn fetch(&self, next: &Next) -> Delivery {
        let parameters = self.parameters.iter().chain(&next.extra).cloned().collect();
        let webhook =
            Webhook { kind: next.kind, method: &next.method, url: &next.url, content: Content::Form(parameters) };
        delivery::deliver(self.network, &webhook, 1).await
    }
}

/// URLs in a document may be relative to it.
pub fn absolute(base: &str, url: &str) -> String {
    url::Url::parse(base).and_then(|base| base.join(url)).map_or_else(|_| url.to_owned(), Into::into)
}
