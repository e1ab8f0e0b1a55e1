//! docs/openapi.json as a page, on which requests can be made as whoever is signed in to the console.

use std::path::Path;

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, PreEscaped, html};
use tower_http::services::{ServeDir, ServeFile};

const SCRIPT: &str = include_str!("api_page.js");

/// The page, what it shows, and what Swagger UI is made of, for a place below `/_local/`.
pub fn router<State>(root: &Path) -> Router<State>
where
    State: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/", get(show))
        .route_service("/openapi.json", ServeFile::new(root.join("docs/openapi.json")))
        .nest_service("/swagger-ui", ServeDir::new(root.join("dev/api-page/node_modules/swagger-ui-dist")))
}

async fn show() -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Switchboard, the API" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="swagger-ui/swagger-ui.css";
                style { "body { margin: 0 } #who { font: 1rem/1.5 system-ui, sans-serif; padding: 1rem 20px; max-width: 1460px; margin: auto } .dark-mode #who { color: #e7ebf0 }" }
            }
            body {
                p id="who" { "Loading. When nothing follows, Swagger UI is not installed: " code { "make up" } " does it." }
                main id="api" {}
                script src="swagger-ui/swagger-ui-bundle.js" {}
                script type="module" { (PreEscaped(SCRIPT)) }
            }
        }
    };
    ([(header::CACHE_CONTROL, "no-store")], Html(page.into_string())).into_response()
}
