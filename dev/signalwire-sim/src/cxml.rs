//! Reads the cXML document that answers an inbound message, as strictly as SignalWire: exact case, known verbs and
//! attributes only, XML content type, at most 64 kB.

use roxmltree::{Document, Node};

use crate::delivery::{Delivery, MAX_ANSWER};

/// A verb that a document for messages may contain.
#[derive(Debug, PartialEq, Eq)]
pub enum Verb {
    Message(Reply),
    /// Verbs after it never run.
    Redirect {
        url: String,
        method: String,
    },
}

/// `<Message>`: a text back, by default to the customer from the number that was texted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub to: Option<String>,
    pub from: Option<String>,
    pub body: String,
    pub media: Vec<String>,
    /// Takes over control after the message.
    pub action: Option<String>,
    pub method: String,
}

/// The verbs of an answer, or SignalWire's code and words for why it is none.
pub fn read(answer: &Delivery) -> Result<Vec<Verb>, String> {
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
    parse(&answer.body).map_err(|reason| format!("12100: {reason}"))
}

fn parse(document: &str) -> Result<Vec<Verb>, String> {
    let document = Document::parse(document.trim_start()).map_err(|error| error.to_string())?;
    let root = document.root_element();
    if root.tag_name().name() != "Response" {
        return Err(format!("the root element is <{}>, not <Response>", root.tag_name().name()));
    }
    only_attributes(root, &[])?;
    elements(root)?.into_iter().map(verb).collect()
}

fn verb(node: Node<'_, '_>) -> Result<Verb, String> {
    match node.tag_name().name() {
        "Message" => reply(node).map(Verb::Message),
        "Redirect" => {
            only_attributes(node, &["method"])?;
            let url = text(node)?.trim().to_owned();
            if url.is_empty() {
                return Err("<Redirect> has no URL".to_owned());
            }
            Ok(Verb::Redirect { url, method: method(node)? })
        }
        other => Err(format!("<{other}> is no verb of a message document")),
    }
}

fn reply(node: Node<'_, '_>) -> Result<Reply, String> {
    only_attributes(node, &["to", "from", "action", "method"])?;
    let attribute = |name: &str| node.attribute(name).map(str::to_owned);
    let mut reply = Reply {
        to: attribute("to"),
        from: attribute("from"),
        action: attribute("action"),
        method: method(node)?,
        ..Reply::default()
    };
    let has_elements = node.children().any(|child| child.is_element());
    if !has_elements {
        text(node)?.trim().clone_into(&mut reply.body);
        return non_empty(reply);
    }
    for child in elements(node)? {
        only_attributes(child, &[])?;
        let content = text(child)?;
        match child.tag_name().name() {
            "Body" => content.trim().clone_into(&mut reply.body),
            "Media" => reply.media.push(content.trim().to_owned()),
            other => return Err(format!("<{other}> does not belong into <Message>")),
        }
    }
    non_empty(reply)
}

fn non_empty(reply: Reply) -> Result<Reply, String> {
    if reply.body.is_empty() && reply.media.is_empty() {
        return Err("<Message> has neither text nor media".to_owned());
    }
    if reply.body.chars().count() > 1_600 {
        return Err("<Message> is longer than 1600 characters".to_owned());
    }
    Ok(reply)
}

fn method(node: Node<'_, '_>) -> Result<String, String> {
    match node.attribute("method") {
        None | Some("POST") => Ok("POST".to_owned()),
        Some("GET") => Ok("GET".to_owned()),
        Some(other) => Err(format!("method {other:?} is neither GET nor POST")),
    }
}

/// The child elements of a node that may have no text of its own.
fn elements<'a, 'input>(node: Node<'a, 'input>) -> Result<Vec<Node<'a, 'input>>, String> {
    let stray = node.children().filter_map(|child| if child.is_text() { child.text() } else { None });
    if let Some(text) = stray.map(str::trim).find(|text| !text.is_empty()) {
        return Err(format!("text {text:?} where only elements may be"));
    }
    Ok(node.children().filter(Node::is_element).collect())
}

/// The text of a node that may have no elements.
fn text(node: Node<'_, '_>) -> Result<String, String> {
    if let Some(child) = node.children().find(Node::is_element) {
        return Err(format!("<{}> does not belong into <{}>", child.tag_name().name(), node.tag_name().name()));
    }
    Ok(node.children().filter_map(|child| child.text()).collect())
}

fn only_attributes(node: Node<'_, '_>, known: &[&str]) -> Result<(), String> {
    match node.attributes().find(|attribute| !known.contains(&attribute.name())) {
        Some(unknown) => Err(format!("<{}> knows no attribute {:?}", node.tag_name().name(), unknown.name())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, Verb, parse};

    fn message(body: &str) -> Reply {
        Reply { body: body.to_owned(), method: "POST".to_owned(), ..Reply::default() }
    }

    #[test]
    fn an_empty_response_does_nothing() {
        assert_eq!(parse("<Response/>"), Ok(vec![]));
        assert_eq!(parse("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>\n</Response>"), Ok(vec![]));
    }

    #[test]
    fn messages_and_redirects_are_read() {
        let document = "<Response><Message>Hi &amp; bye</Message>\
                        <Message to='+12125550100'><Body>Look</Body><Media>https://example.com/a.png</Media></Message>\
                        <Redirect method='GET'>https://example.com/next</Redirect></Response>";
        let picture = Reply {
            to: Some("+12125550100".to_owned()),
            media: vec!["https://example.com/a.png".to_owned()],
            ..message("Look")
        };
        let redirect = Verb::Redirect { url: "https://example.com/next".to_owned(), method: "GET".to_owned() };
        let expected = vec![Verb::Message(message("Hi & bye")), Verb::Message(picture), redirect];
        assert_eq!(parse(document), Ok(expected));
    }

    #[test]
    fn whatever_is_not_exactly_cxml_is_refused() {
        for document in [
            "",
            "OK",
            "<response/>",
            "<Response><message>Hi</message></Response>",
            "<Response><Say>Hi</Say></Response>",
            "<Response>Hi</Response>",
            "<Response><Message colour='red'>Hi</Message></Response>",
            "<Response><Message/></Response>",
            "<Response><Redirect/></Response>",
            "<Response><Message>Hi</Response>",
            "<Response/><Response/>",
        ] {
            assert!(parse(document).is_err(), "{document:?} was accepted");
        }
    }
}
