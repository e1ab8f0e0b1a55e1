use std::path::Path;

use axum::body::to_bytes;

use super::*;

fn urls() -> Urls {
    Urls {
        local: "http://127.0.0.1:1/_local/".to_owned(),
        clerk: "http://127.0.0.1:2".to_owned(),
        token: "http://127.0.0.1:2/token".to_owned(),
        ..Urls::default()
    }
}

fn built() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("assets")).unwrap();
    std::fs::write(directory.path().join("index.html"), "<title>Console</title>").unwrap();
    std::fs::write(directory.path().join("assets/app-1a2b.js"), "export {}").unwrap();
    std::fs::write(directory.path().join("icon.svg"), "<svg/>").unwrap();
    directory
}

fn console(directory: &Path) -> Console {
    Console::new(directory.to_owned(), &urls(), &ClerkAccount::default())
}

async fn ask(console: &Console, method: Method, path: &str, accept: &str) -> (u16, String, String) {
    let request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
    let response = console.answer(request.body(Body::empty()).unwrap()).await;
    let lifetime = response.headers().get(header::CACHE_CONTROL).map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 100_000).await.unwrap();
    (status, lifetime.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
}

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[tokio::test]
async fn every_address_that_a_person_opens_is_the_console() {
    let directory = built();
    let console = console(directory.path());
    for path in ["/", "/settings/phone-numbers", "/conversations/0194a2f0", "/nothing"] {
        let (status, lifetime, body) = ask(&console, Method::GET, path, BROWSER).await;
        assert_eq!((status, lifetime.as_str()), (200, "no-cache"), "{path}");
        assert!(body.contains("<title>Console"), "{path}: {body}");
    }
}

#[tokio::test]
async fn what_vite_named_by_its_content_is_kept_for_ever() {
    let directory = built();
    let console = console(directory.path());
    let (status, lifetime, body) = ask(&console, Method::GET, "/assets/app-1a2b.js", "*/*").await;
    assert_eq!((status, body.as_str()), (200, "export {}"));
    assert!(lifetime.contains("immutable"), "{lifetime}");
    let (status, lifetime, _) = ask(&console, Method::GET, "/icon.svg", "image/*").await;
    assert_eq!((status, lifetime.as_str()), (200, "no-cache"));
}

#[tokio::test]
async fn what_is_missing_is_missing_for_programs() {
    let directory = built();
    let console = console(directory.path());
    for (method, path, accept) in [
        (Method::GET, "/assets/app-old.js", "*/*"),
        (Method::GET, "/api/nothing", BROWSER),
        (Method::POST, "/settings/phone-numbers", BROWSER),
        (Method::GET, "/conversations", "application/json"),
        (Method::GET, "/../Cargo.toml", "*/*"),
        (Method::GET, "/%2e%2e/Cargo.toml", "*/*"),
    ] {
        assert_eq!(ask(&console, method.clone(), path, accept).await.0, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn a_console_that_is_not_built_says_how_to_build_it() {
    let directory = tempfile::tempdir().unwrap();
    let (status, _, body) = ask(&console(&directory.path().join("dist")), Method::GET, "/", BROWSER).await;
    assert_eq!(status, 503);
    assert!(body.contains("npm run build") && body.contains("/_local/"), "{body}");
}

#[test]
fn the_settings_name_the_simulator_or_the_instance() {
    let directory = Path::new("dist");
    assert_eq!(
        console(directory).config,
        json!({
            "apiUrl": "",
            "clerk": { "mode": "simulated", "url": "http://127.0.0.1:2", "tokenUrl": "http://127.0.0.1:2/token" },
            "billingUrl": "http://127.0.0.1:2/billing",
            "localUrl": "http://127.0.0.1:1/_local/",
        })
    );
    let account = ClerkAccount { publishable_key: "pk_test_1".to_owned(), ..ClerkAccount::default() };
    let real = Console::new(directory.to_owned(), &Urls::default(), &account).config;
    assert_eq!(real["clerk"], json!({ "mode": "clerk", "publishableKey": "pk_test_1" }));
    assert_eq!(real["billingUrl"], "");
}

#[tokio::test]
async fn pages_get_the_policy_of_the_template_with_the_local_bucket_in_it() {
    let directory = built();
    let policy = "default-src 'none';  img-src 'self' https://b.s3.us-east-1.amazonaws.com";
    let console = console(directory.path()).with_policy(Some(policy), "http://127.0.0.1:3").unwrap();
    let sent = async |path: &str| {
        let request = Request::builder().uri(path).header(header::ACCEPT, BROWSER).body(Body::empty()).unwrap();
        console.answer(request).await.headers().get(header::CONTENT_SECURITY_POLICY).cloned()
    };
    let expected = "default-src 'none'; img-src 'self' http://127.0.0.1:3";
    assert_eq!(sent("/billing").await.unwrap(), expected);
    assert_eq!(sent("/").await.unwrap(), expected);
}
