//! A running simulator, and an endpoint that answers as told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{Settings, Simulator};

/// One request that the endpoint got.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn kind(&self) -> String {
        serde_json::from_str::<Value>(&self.body).unwrap()["type"].as_str().unwrap().to_owned()
    }
}

/// An endpoint that gives the answers of a script, then 200 for ever.
#[derive(Clone, Default)]
pub struct Endpoint {
    received: Arc<Mutex<Vec<Received>>>,
    script: Arc<Mutex<Vec<(StatusCode, &'static str)>>>,
    url: Option<String>,
}

impl Endpoint {
    /// Each answer is a status and the value of the header `webhook-delivery`.
    pub async fn start(mut script: Vec<(StatusCode, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Some(format!("http://{}/hook", listener.local_addr().unwrap()));
        script.reverse();
        let endpoint = Self { script: Arc::new(Mutex::new(script)), url, ..Self::default() };
        let router = Router::new().route("/hook", post(take)).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        endpoint
    }

    pub fn url(&self) -> Option<String> {
        self.url.clone()
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        for _ in 0..500 {
            if self.received().len() >= count {
                return self.received();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("got {} requests instead of {count}", self.received().len());
    }
}

async fn take(State(endpoint): State<Endpoint>, headers: HeaderMap, body: String) -> Response {
    endpoint.received.lock().unwrap().push(Received { headers, body });
    let (status, wish) = endpoint.script.lock().unwrap().pop().unwrap_or((StatusCode::OK, ""));
    (status, [("webhook-delivery", wish)], "answer of the endpoint").into_response()
}

/// Settings with fast retries.
pub fn settings(webhook_url: Option<String>) -> Settings {
    Settings { webhook_url, retry_delays: [20, 40, 60].map(Duration::from_millis).to_vec(), ..Settings::default() }
}

/// A simulator and a client for it.
pub struct Clerk {
    pub simulator: Simulator,
    client: reqwest::Client,
}

impl Clerk {
    pub async fn start(settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let simulator = Simulator::start(listener, settings).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { simulator, client }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.url())
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        self.exchange(self.client.get(self.url(path))).await
    }

    pub async fn get_json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).await.1).unwrap()
    }

    pub async fn exchange(&self, request: reqwest::RequestBuilder) -> (u16, String) {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// A request to the Backend API.
    pub async fn backend(&self, method: reqwest::Method, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let request = self.client.request(method, self.url(path)).bearer_auth(key).json(body);
        let (status, text) = self.exchange(request).await;
        (status, serde_json::from_str(&text).unwrap())
    }

    pub async fn call(&self, method: reqwest::Method, path: &str, body: &Value) -> (u16, Value) {
        let (status, text) = self.exchange(self.client.request(method, self.url(path)).json(body)).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.call(reqwest::Method::POST, path, body).await;
        assert!((200..300).contains(&status), "{path} answered {status}: {answer}");
        answer
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.call(reqwest::Method::PATCH, path, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// The first delivery, when its last attempt is over.
    pub async fn settled_delivery(&self) -> Value {
        for _ in 0..500 {
            let delivery = self.get_json("/_sim/deliveries").await["deliveries"][0].clone();
            if delivery["state"] != "pending" {
                return delivery;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the delivery is still pending");
    }

    /// Creates an organisation with this plan and answers with its id.
    pub async fn organization(&self, plan: &str) -> String {
        let new = json!({ "name": "Alpha Dental", "plan": plan,
                          "user": { "email": "ada@example.test", "firstName": "Ada", "lastName": "Lopez" } });
        self.post("/_sim/organizations", &new).await["organizationId"].as_str().unwrap().to_owned()
    }
}
