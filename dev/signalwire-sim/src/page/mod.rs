//! A customer's phone in the browser: text the project's numbers, see what comes back, look at the webhooks.

use axum::{
    Router,
    http::header::CONTENT_TYPE,
    response::{Html, IntoResponse},
    routing::get,
};
use maud::{DOCTYPE, Markup, html};

use crate::{destinations::MAGIC, records::national_format};

const STYLE: &str = include_str!("phone.css");
const SCRIPT: &str = include_str!("phone.js");

pub fn router() -> Router {
    Router::new()
        .route("/", get(async || Html(page().into_string())))
        .route("/phone.css", get(async || file("text/css; charset=utf-8", STYLE)))
        .route("/phone.js", get(async || file("text/javascript; charset=utf-8", SCRIPT)))
}

fn file(content_type: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, content_type)], content)
}

fn page() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Customer's phone" }
                link rel="stylesheet" href="/phone.css";
                link rel="icon" href="data:,";
                script src="/phone.js" defer {}
            }
            body {
                header {
                    h1 { "Customer's phone" }
                    p {
                        "A simulated phone network. You are a customer here: text one of the numbers below, and answers "
                        "from the console arrive on this page."
                    }
                }
                main {
                    (phone())
                    (behind_the_scenes())
                }
            }
        }
    }
}

fn phone() -> Markup {
    html! {
        section.phone aria-label="Phone" {
            div.contacts {
                form #me {
                    label for="my-number" { "My number" }
                    input #my-number name="number" type="tel" inputmode="tel" autocomplete="off" required
                        aria-describedby="my-number-hint";
                    p #my-number-hint .hint { "Any number in the form +12125550142. Leave the field to switch phones." }
                }
                h2 #contacts-title { "Text to" }
                ul #contacts aria-labelledby="contacts-title" {}
                p #no-contacts .hint hidden { "The project has no number yet. Numbers appear here when they are bought." }
            }
            div.thread {
                h2 #thread-title { "Choose a number to text" }
                ol #bubbles aria-live="polite" aria-labelledby="thread-title" {}
                form #send hidden {
                    label.visually-hidden for="text" { "Message" }
                    textarea #text rows="2" maxlength="1600" placeholder="Text message" {}
                    button type="submit" { "Send" }
                    details {
                        summary { "Add a picture" }
                        label for="picture" { "URL of the picture" }
                        input #picture type="url" placeholder="https://example.com/photo.jpg";
                    }
                    p #outcome role="status" {}
                }
            }
        }
    }
}

fn behind_the_scenes() -> Markup {
    html! {
        section.scenes aria-label="Behind the scenes" {
            details open {
                summary { h2 { "Webhooks" } }
                p.hint { "Every request that the network made to the application, newest first." }
                div.scroll { table {
                    thead { tr { th scope="col" { "Time" } th scope="col" { "What" } th scope="col" { "Content" } th scope="col" { "Answer" } } }
                    tbody #webhooks {}
                } }
                p #no-webhooks .hint { "None yet. Send a text to see the first." }
            }
            details {
                summary { h2 { "Numbers of the project" } }
                div.scroll { table {
                    thead { tr { th scope="col" { "Number" } th scope="col" { "Name" } th scope="col" { "Texts" } th scope="col" { "Webhook for messages" } } }
                    tbody #numbers {}
                } }
            }
            details {
                summary { h2 { "Numbers for testing failures" } }
                p.hint { "Texting one of these from the console always goes wrong in the same way." }
                dl {
                    @for magic in &MAGIC {
                        dt { (magic.phone_number) " " span.hint { (national_format(magic.phone_number)) } }
                        dd { (magic.meaning) }
                    }
                }
            }
        }
    }
}
