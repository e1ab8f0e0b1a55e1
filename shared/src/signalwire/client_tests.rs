//! The client against a stub that speaks HTTP on loopback and answers what a test tells it to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::*;
use crate::config::CarrierConfig;
use crate::domain::{ApprovedMessage, Capabilities, Consent, Draft, PhoneNumber, Sender, SenderReason, approve};
use crate::http_client::TimeLimits;

mod calls;
mod failures;
mod stories;

const PROJECT: &str = "ea108133-d6b3-407c-9536-9fad8a929a6a";
const SID: &str = "6f0c3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b10";
const NUMBER: &str = "+12132186751";
const NAME: &str = "sb-0197f3a2-0000-7000-8000-000000000001";

/// What the stub does with one request.
enum Reply {
    Json(u16, Value),
    Raw(&'static str),
    /// Reads the request, then closes the connection without an answer.
    Lost,
    /// Reads the request and never answers.
    Silence,
}

#[derive(Debug, Clone)]
struct Received {
    /// Method and target, for instance `GET /api/…`.
    line: String,
    authorization: String,
    body: String,
}

struct Stub {
    client: Client,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Stub {
    async fn answering(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(serve(listener, VecDeque::from(replies), Arc::clone(&received)));
        Self { client: client(&url), received }
    }

    fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    fn only_request(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

fn client(url: &str) -> Client {
    let limits = TimeLimits { connect: Duration::from_millis(1500), total: Duration::from_millis(1500) };
    let config = CarrierConfig {
        space_url: Url::parse(url).unwrap(),
        project_id: PROJECT.to_owned(),
        token: SecretString::from("PTsecret"),
    };
    Client::new(config, limits).unwrap()
}

async fn serve(listener: TcpListener, mut replies: VecDeque<Reply>, received: Arc<Mutex<Vec<Received>>>) {
    let mut silent = Vec::new();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        received.lock().unwrap().push(request);
        match replies.pop_front().expect("the client made more requests than the test expects") {
            Reply::Json(status, body) => write_json(&mut stream, status, &body).await,
            Reply::Raw(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            Reply::Lost => {}
            Reply::Silence => silent.push(stream),
        }
    }
}

async fn write_json(stream: &mut TcpStream, status: u16, body: &Value) {
    let body = body.to_string();
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
}

async fn read_request(stream: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "the client closed the connection in the middle of a request");
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if body.len() >= header(head, "content-length").parse().unwrap_or(0) {
            let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
            return Received { line, authorization: header(head, "authorization"), body: body.to_owned() };
        }
    }
}

fn header(head: &str, name: &str) -> String {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}

fn webhooks() -> NumberWebhooks {
    NumberWebhooks {
        sms_url: Url::parse("https://hooks.example.com/sms").unwrap(),
        sms_fallback_url: None,
        voice_url: Some(Url::parse("https://hooks.example.com/call").unwrap()),
        voice_fallback_url: None,
        status_callback: None,
    }
}

async fn purchase(stub: &Stub) -> Result<IncomingNumber, PurchaseError> {
    let (phone_number, webhooks) = (number(NUMBER), webhooks());
    let purchase = Purchase { phone_number: &phone_number, friendly_name: NAME, webhooks: &webhooks };
    stub.client.purchase(&purchase).await
}

async fn send(stub: &Stub) -> Result<Message, ClientError> {
    let status_callback = Url::parse("https://hooks.example.com/status?id=1").unwrap();
    stub.client.send_message(&approved(), &status_callback).await
}

fn approved() -> ApprovedMessage {
    let sender = Sender {
        phone_number_id: None,
        phone_number: number(NUMBER),
        number_type: None,
        reason: SenderReason::Platform,
    };
    let media_urls = ["https://files.example.com/a.jpg", "https://files.example.com/b.jpg?x=1&y=2"];
    let draft = Draft {
        body: "Grüße & 100%".to_owned(),
        media_urls: media_urls.map(|url| Url::parse(url).unwrap()).to_vec(),
    };
    let consent = Consent::looked_up(sender, number("+14152370100"));
    approve(draft, consent, &["US".to_owned()]).unwrap()
}

fn owned_number(phone_number: &str, friendly_name: &str) -> Value {
    json!({
        "sid": SID, "account_sid": PROJECT, "phone_number": phone_number, "friendly_name": friendly_name,
        "capabilities": { "voice": true, "sms": false, "mms": false, "fax": true },
        "sms_url": "https://hooks.example.com/sms", "voice_url": null, "status_callback": null,
        "date_created": "Thu, 15 Jan 2026 10:30:00 +0000",
    })
}

fn message(sid: &str, to: &str, date_created: &str) -> Value {
    json!({
        "sid": sid, "direction": "outbound-api", "from": NUMBER, "to": to, "body": "Hello", "num_segments": 1,
        "num_media": 0, "status": "queued", "error_code": null, "price": null, "price_unit": "USD",
        "date_created": date_created, "date_sent": null,
    })
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn form(body: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}
