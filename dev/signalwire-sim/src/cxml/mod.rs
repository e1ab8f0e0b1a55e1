//! Reads the cXML documents that answer webhooks, as strictly as SignalWire: exact case, known verbs, attributes and
//! values only, XML content type, at most 64 kB. `messages` has the verbs of texts, `voice` those of calls.

mod element;
pub mod messages;
pub mod voice;

use roxmltree::Document;

use crate::delivery::{Delivery, MAX_ANSWER};
use element::Element;

/// Verbs that a voice document may contain one after the other; more of them are no sensible answer to a call.
const MAX_VERBS: usize = 200;

/// The verbs of an answer, or SignalWire's code and words for why it is none.
fn read<T>(answer: &Delivery, verb: fn(Element<'_, '_>) -> Result<T, String>) -> Result<Vec<T>, String> {
    if let Some(error) = &answer.error {
        return Err(error.clone());
    }
    let content_type = answer.content_type.as_deref().unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !matches!(media_type, "text/xml" | "application/xml") {
        return Err(format!("12300: content type {media_type:?} is not XML"));
    }
    if answer.body.len() > MAX_ANSWER {
        return Err("11750: the document is larger than 64 kB".to_owned());
    }
    parse(&answer.body, verb).map_err(|reason| format!("12100: {reason}"))
}

fn parse<T>(document: &str, verb: fn(Element<'_, '_>) -> Result<T, String>) -> Result<Vec<T>, String> {
    let document = Document::parse(document.trim_start()).map_err(|error| error.to_string())?;
    let root = Element(document.root_element());
    if root.name() != "Response" {
        return Err(format!("the root element is <{}>, not <Response>", root.name()));
    }
    root.only_attributes(&[])?;
    let verbs = root.children()?;
    if verbs.len() > MAX_VERBS {
        return Err(format!("more than {MAX_VERBS} verbs"));
    }
    verbs.into_iter().map(verb).collect()
}
