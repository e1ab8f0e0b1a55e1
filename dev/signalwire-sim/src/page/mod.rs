//! A customer's phone in the browser: text and call the project's numbers, see what comes back, pick up, look at the
//! webhooks.

use axum::{
    Router,
    http::header::CONTENT_TYPE,
    response::{Html, IntoResponse},
    routing::get,
};
use maud::{DOCTYPE, Markup, html};

use crate::{destinations::MAGIC, records::national_format};

const STYLE: &str = include_str!("phone.css");
const SCRIPTS: [(&str, &str); 3] = [
    ("/phone.js", include_str!("phone.js")),
    ("/calls.js", include_str!("calls.js")),
    ("/dom.js", include_str!("dom.js")),
];

pub fn router() -> Router {
    let pages = Router::new()
        .route("/", get(async || Html(page().into_string())))
        .route("/phone.css", get(async || file("text/css; charset=utf-8", STYLE)));
    SCRIPTS.into_iter().fold(pages, |pages, (path, script)| {
        pages.route(path, get(async || file("text/javascript; charset=utf-8", script)))
    })
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
                script type="module" src="/phone.js" {}
            }
            body {
                header {
                    h1 { "Customer's phone" }
                    p {
                        "A simulated phone network. You are a customer here: text or call one of the numbers below. Answers "
                        "from the console arrive on this page, and every phone that is called rings here."
                    }
                }
                main {
                    (calls())
                    (phone())
                    (behind_the_scenes())
                }
            }
        }
    }
}

fn calls() -> Markup {
    html! {
        section.calls #calls hidden aria-labelledby="calls-title" {
            h2 #calls-title { "On the phone" }
            p #call-outcome .bad role="alert" {}
            ul #call-cards aria-live="polite" {}
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
                h2 #contacts-title { "Text or call" }
                ul #contacts aria-labelledby="contacts-title" {}
                p #no-contacts .hint hidden { "The project has no number yet. Numbers appear here when they are bought." }
            }
            div.thread {
                header {
                    h2 #thread-title { "Choose a number to text or call" }
                    button #dial type="button" hidden { "Call" }
                }
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
                    thead { tr { th scope="col" { "Number" } th scope="col" { "Name" } th scope="col" { "Texts" } th scope="col" { "Webhook for messages" } th scope="col" { "Webhook for calls" } } }
                    tbody #numbers {}
                } }
                form #port {
                    label for="ported-number" { "Port a number in" }
                    input #ported-number type="tel" inputmode="tel" autocomplete="off" required placeholder="+14055550190"
                        aria-describedby="port-hint";
                    button type="submit" { "Put it into the account" }
                    p #port-hint .hint { "The port request desk: the provider has no API for ports. The number comes without webhooks." }
                    p #port-outcome role="status" {}
                }
            }
            details {
                summary { h2 { "Numbers for testing failures" } }
                p.hint {
                    "Texting one of these from the console always goes wrong in the same way. Of calls, those to "
                    "…0103 are never answered, to …0104 busy, and to …0108 fail."
                }
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
