//! A simulator on a free port, a client for its API, and a receiver of its webhooks.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header::CONTENT_TYPE},
    response::IntoResponse,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{Behaviour, OwnedNumber, Settings, Simulator, form::Form, sign};

pub const OURS: &str = "+12125550150";
pub const CUSTOMER: &str = "+14155550160";

pub struct Phone {
    pub simulator: Simulator,
    pub settings: Settings,
    pub webhooks: Receiver,
    http: reqwest::Client,
}

impl Phone {
    /// A project with one number, quick timings, and a receiver for its webhooks.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(adjust: impl FnOnce(&mut Settings)) -> Self {
        let webhooks = Receiver::start().await;
        let owned = OwnedNumber {
            phone_number: OURS.to_owned(),
            friendly_name: "Platform".to_owned(),
            sms_url: webhooks.url("/inbound"),
            voice_url: None,
            status_callback: None,
        };
        let behaviour = Behaviour { status_delay_ms: 5, callback_retry_pause_ms: 5, ..Behaviour::default() };
        let mut settings = Settings { owned: vec![owned], behaviour, ..Settings::default() };
        adjust(&mut settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let simulator = Simulator::start(listener, settings.clone()).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        Self { simulator, settings, webhooks, http }
    }

    fn url(&self, path: &str) -> String {
        let project = &self.settings.project_id;
        match path.strip_prefix('/') {
            Some(rest) => format!("{}/{rest}", self.simulator.url()),
            None => format!("{}/api/laml/2010-04-01/Accounts/{project}/{path}", self.simulator.url()),
        }
    }

    /// A request with these credentials instead of the project's.
    pub async fn get_as(&self, user: &str, password: &str, path: &str) -> (u16, Value) {
        answer(self.http.get(self.url(path)).basic_auth(user, Some(password))).await
    }

    /// A request as the project; a path without a leading slash belongs to the account.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let settings = &self.settings;
        self.http.request(method, self.url(path)).basic_auth(&settings.project_id, Some(&settings.token))
    }

    /// A request without credentials.
    pub fn anonymous(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        answer(self.request(Method::POST, path).form(form)).await
    }

    pub async fn post_json(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch_json(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::DELETE, path)).await
    }

    /// Sends a text with a status callback, and returns its sid.
    pub async fn send(&self, to: &str, body: &str) -> String {
        let callback = self.webhooks.url("/status");
        let form = [("From", OURS), ("To", to), ("Body", body), ("StatusCallback", callback.as_str())];
        let (status, message) = self.post("Messages.json", &form).await;
        assert_eq!(status, 201, "{message}");
        message["sid"].as_str().unwrap().to_owned()
    }

    /// Waits until the message has this status.
    pub async fn wait_for_status(&self, sid: &str, status: &str) -> Value {
        eventually(async || {
            let (_, message) = self.get(&format!("Messages/{sid}")).await;
            (message["status"] == status).then_some(message)
        })
        .await
    }

    pub async fn for_sale(&self, area_code: &str) -> Vec<String> {
        let (_, found) = self.get(&format!("AvailablePhoneNumbers/US/Local?AreaCode={area_code}")).await;
        let numbers = found["available_phone_numbers"].as_array().unwrap();
        numbers.iter().map(|number| number["phone_number"].as_str().unwrap().to_owned()).collect()
    }

    /// Buys a number of this area code, and returns the provider's object.
    pub async fn buy(&self, area_code: &str, name: &str) -> Value {
        let number = self.for_sale(area_code).await.remove(0);
        let url = self.webhooks.url("/inbound");
        let form = [("PhoneNumber", number.as_str()), ("FriendlyName", name), ("SmsUrl", url.as_str())];
        let (status, number) = self.post("IncomingPhoneNumbers.json", &form).await;
        assert_eq!(status, 201, "{number}");
        number
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
}

/// Asks again until there is an answer, for as long as a slow machine may need.
pub async fn eventually<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..500 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen within five seconds");
}

/// A webhook as it arrived.
#[derive(Clone)]
pub struct Arrival {
    pub method: Method,
    pub path: String,
    pub signature: String,
    pub form: Form,
    pub body: String,
}

impl Arrival {
    pub fn field(&self, name: &str) -> &str {
        self.form.get(name).unwrap_or_default()
    }
}

/// An answer to give: status, content type, body.
pub type Reply = (u16, &'static str, String);

#[derive(Clone, Default)]
pub struct Receiver {
    base: String,
    arrived: Arc<Mutex<Vec<Arrival>>>,
    /// Answers for the next webhooks of a path; afterwards it is an empty document.
    replies: Arc<Mutex<Vec<(String, Reply)>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let receiver = Self { base, ..Self::default() };
        let routes = Router::new().fallback(arrive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        receiver
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn answer_next(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().push((path.to_owned(), reply));
    }

    pub fn arrived(&self, path: &str) -> Vec<Arrival> {
        self.arrived.lock().unwrap().iter().filter(|arrival| arrival.path == path).cloned().collect()
    }

    pub async fn wait_for(&self, path: &str, count: usize) -> Vec<Arrival> {
        eventually(async || Some(self.arrived(path)).filter(|arrived| arrived.len() >= count)).await
    }

    /// Checks the signature with the bytes that arrived.
    pub fn assert_signed(&self, arrival: &Arrival, key: &str) {
        let url = self.url(&arrival.path);
        let expected = if arrival.method == Method::GET {
            sign::form_signature(key, &format!("{url}?{}", arrival.body), &[])
        } else if arrival.body.starts_with('{') {
            sign::json_signature(key, &url, &arrival.body)
        } else {
            sign::form_signature(key, &url, arrival.form.pairs())
        };
        assert_eq!(arrival.signature, expected);
    }
}

async fn arrive(
    State(receiver): State<Receiver>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let path = uri.path().to_owned();
    let body = if method == Method::GET { Bytes::from(uri.query().unwrap_or_default().to_owned()) } else { body };
    assert_eq!(headers["x-signalwire-signature"], headers["x-twilio-signature"]);
    receiver.arrived.lock().unwrap().push(Arrival {
        method,
        path: path.clone(),
        signature: headers["x-signalwire-signature"].to_str().unwrap().to_owned(),
        form: Form::parse(&body),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    if path == "/never" {
        std::future::pending::<()>().await;
    }
    let mut replies = receiver.replies.lock().unwrap();
    let reply = replies.iter().position(|(wanted, _)| *wanted == path).map(|at| replies.remove(at).1);
    let (status, content_type, body) = reply.unwrap_or((200, "text/xml", "<Response/>".to_owned()));
    (StatusCode::from_u16(status).unwrap(), [(CONTENT_TYPE, content_type)], body)
}

/// A fault of the control API.
pub fn fault(operation: &str, kind: &str) -> Value {
    json!({"operation": operation, "kind": kind})
}
