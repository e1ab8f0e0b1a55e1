//! Somebody who is told of a workspace's events: an HTTP server that keeps what it gets and answers what a test wants.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;

/// One request, as it came.
#[derive(Debug, Clone)]
pub struct Told {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Told {
    /// The `webhook-id`.
    pub fn id(&self) -> String {
        self.headers["webhook-id"].to_str().unwrap().to_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// By the library of the specification, over the bytes as they came.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        standardwebhooks::Webhook::new(secret).unwrap().verify(&self.body, &self.headers).is_ok()
    }
}

#[derive(Debug, Default)]
struct Inner {
    told: Vec<Told>,
    status: u16,
    delay: Duration,
}

/// The server. It lives as long as the test.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner { status: 204, ..Inner::default() }));
        let router = Router::new().fallback(take).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    /// What is answered from now on. Redirects lead to the server itself.
    pub fn answers(&self, status: u16) {
        self.inner.lock().unwrap().status = status;
    }

    /// How long it takes from now on.
    pub fn takes(&self, delay: Duration) {
        self.inner.lock().unwrap().delay = delay;
    }

    pub fn told(&self) -> Vec<Told> {
        self.inner.lock().unwrap().told.clone()
    }

    /// Those of one type.
    pub fn told_of(&self, event_type: &str) -> Vec<Told> {
        self.told().into_iter().filter(|told| told.json()["type"] == event_type).collect()
    }
}

async fn take(State(inner): State<Arc<Mutex<Inner>>>, headers: HeaderMap, body: Bytes) -> Response {
    let (status, delay) = {
        let mut inner = inner.lock().unwrap();
        inner.told.push(Told { headers, body: body.to_vec() });
        (inner.status, inner.delay)
    };
    tokio::time::sleep(delay).await;
    (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")], "x".repeat(1 << 20)).into_response()
}
