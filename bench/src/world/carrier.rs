//! The carrier, as far as a text that is sent needs it: it takes every one, and answers at once.

use anyhow::Result;
use axum::{Form, Json, Router, http::StatusCode, routing::post};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::net::TcpListener;
use uuid::Uuid;

/// Its address. It lives as long as the program.
pub async fn start() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let router = Router::new().route("/api/laml/2010-04-01/Accounts/{project}/Messages.json", post(take));
    tokio::spawn(async move {
        let _ended = axum::serve(listener, router).await;
    });
    Ok(url)
}

/// Compatibility API, create a message.
async fn take(Form(form): Form<BTreeMap<String, String>>) -> (StatusCode, Json<Value>) {
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let message = json!({
        "sid": Uuid::new_v4(), "account_sid": "6d0f2c9e-58a1-4f0b-9a7e-21c4d3b5e6f7", "status": "queued",
        "from": field("From"), "to": field("To"), "body": field("Body"), "direction": "outbound-api",
        "num_segments": "1", "num_media": "0", "price": null, "price_unit": "USD",
        "error_code": null, "error_message": null, "api_version": "2010-04-01",
        "date_created": "Thu, 15 Jan 2026 18:30:00 +0000", "date_updated": "Thu, 15 Jan 2026 18:30:00 +0000",
        "date_sent": null,
    });
    (StatusCode::CREATED, Json(message))
}
