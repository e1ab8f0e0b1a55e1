//! A text that comes in, stored by the product's own statement, or by one statement after the other.

mod store;
mod tls;

use std::sync::Arc;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::{Body, Request, Response, service_fn};
use sha1::Sha1;
use tokio_postgres::Client;
use tokio_postgres_rustls::MakeRustlsConnect;

#[cfg(not(feature = "multi-thread"))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    serve().await
}

#[cfg(feature = "multi-thread")]
#[tokio::main]
async fn main() -> Result<()> {
    serve().await
}

fn setting(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| name.to_owned())
}

async fn serve() -> Result<()> {
    #[cfg(feature = "sdk-at-start")]
    let _queue = {
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
        aws_sdk_sqs::Client::new(&config)
    };
    let settings = Arc::new(Settings {
        key: setting("SIGNALWIRE_SIGNING_KEY")?,
        url: setting("MESSAGE_WEBHOOK_URL")?,
        platform_number: setting("SIGNALWIRE_PHONE_NUMBER")?,
    });
    let client = Arc::new(tokio::sync::Mutex::new(connect(&setting("DATABASE_URL")?).await?));
    let handler = service_fn(move |request: Request| {
        let (settings, client) = (Arc::clone(&settings), Arc::clone(&client));
        async move {
            let received = receive(&settings, &mut *client.lock().await, &request).await;
            received.map_err(lambda_http::Error::from)
        }
    });
    lambda_http::run(handler).await.map_err(|error| anyhow::anyhow!(error))
}

struct Settings {
    key: String,
    url: String,
    platform_number: String,
}

/// The roots stand in PEM below the URL.
async fn connect(text: &str) -> Result<Client> {
    let (url, roots) = text.split_at(text.find("-----BEGIN").unwrap_or(text.len()));
    let url = url.trim().replace("sslmode=verify-full", "sslmode=require");
    let tls = MakeRustlsConnect::new(tls::config(roots)?);
    let (client, connection) = tokio_postgres::connect(&url, tls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn receive(settings: &Settings, client: &mut Client, request: &Request) -> Result<Response<Body>> {
    let mut form: Vec<(String, String)> = url::form_urlencoded::parse(request.body()).into_owned().collect();
    form.sort();
    let given = request.headers().get("x-signalwire-signature").map(|it| it.as_bytes()).unwrap_or_default();
    let mut mac = Hmac::<Sha1>::new_from_slice(settings.key.as_bytes())?;
    mac.update(settings.url.as_bytes());
    for (name, value) in &form {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    if mac.verify_slice(&STANDARD.decode(given)?).is_err() {
        return Ok(Response::builder().status(403).body(Body::Empty)?);
    }
    store::store(client, &form, &settings.platform_number).await?;
    Ok(Response::builder().status(200).header("content-type", "text/xml").body("<Response/>".into())?)
}
