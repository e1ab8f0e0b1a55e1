//! Postgres by TLS: the certificate and the host's name are checked, against the public roots and those that the URL brings along.

use std::path::Path;

use secrecy::SecretString;
use shared::{
    config::DatabaseConfig,
    db::{DbError, Pool},
};
use stack::PrivatePostgres;

use crate::contract::checkout::{read, root};

/// Has a Postgres of its own speak TLS, with the certificate for `localhost` of tests/data/tls.
async fn postgres_with_tls() -> PrivatePostgres {
    let postgres = PrivatePostgres::start(&root()).await.expect("a Postgres of our own");
    let owner = connect(&postgres.owner_url).await.expect("without TLS");
    let directory: String = owner.query_one("SHOW data_directory", &[]).await.unwrap().get(0);
    for file in ["server.pem", "server.key"] {
        // Written by Postgres itself, because the key has to be its own.
        let path = Path::new(&directory).join(file);
        let copy = format!(
            "COPY (VALUES ($pem${}$pem$)) TO PROGRAM 'umask 077; base64 -d > {}'",
            base64(file),
            path.display()
        );
        owner.batch_execute(&copy).await.expect("written");
    }
    for setting in ["ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", "ssl = on"] {
        owner.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await.expect("set");
    }
    owner.query_one("SELECT pg_reload_conf()", &[]).await.expect("reloaded");
    postgres
}

fn base64(file: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};

    STANDARD.encode(read(format!("tests/data/tls/{file}")))
}

async fn connect(url: &str) -> Result<shared::db::Connection, DbError> {
    Pool::new(&DatabaseConfig { url: SecretString::from(url) }).expect("a URL").get().await
}

fn with(url: &str, host: &str, roots: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_host(Some(host)).unwrap();
    url.set_query(Some("sslmode=verify-full"));
    format!("{url}\n{roots}")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_postgres_whose_certificate_is_right_is_spoken_to() {
    let postgres = postgres_with_tls().await;
    let ours = read("tests/data/tls/ca.pem");
    let refusal = async |url: &str| format!("{:?}", connect(url).await.expect_err("refused"));

    // Postgres reads its settings again a moment after it was told.
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    let connection = loop {
        match connect(&with(&postgres.app_url, "localhost", &ours)).await {
            Ok(connection) => break connection,
            Err(error) => assert!(tokio::time::Instant::now() < deadline, "{error:?}"),
        }
    };
    let sql = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let row = connection.query_one(sql, &[]).await.unwrap();
    assert!(row.get::<_, bool>(0), "the connection is encrypted");
    assert_eq!(row.get::<_, &str>(1), "TLSv1.3");

    let unknown = refusal(&with(&postgres.app_url, "localhost", "")).await;
    assert!(unknown.contains("UnknownIssuer"), "public roots alone: {unknown}");
    let other_host = refusal(&with(&postgres.app_url, "127.0.0.1", &ours)).await;
    assert!(other_host.contains("NotValidForName"), "the certificate is for localhost: {other_host}");
    postgres.stop().await.unwrap();
}

#[test]
fn roots_that_cannot_be_read_are_an_error_at_the_start() {
    let broken = "postgres://app@db.example.com/x?sslmode=verify-full\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let error = Pool::new(&DatabaseConfig { url: SecretString::from(broken) }).err().expect("an error").to_string();
    assert!(error.starts_with("DATABASE_URL cannot be used: it is not a certificate"), "{error}");
}
