//! The document that answers an inbound message.

use super::element::Element;
use crate::delivery::Delivery;

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
    super::read(answer, verb)
}

fn verb(element: Element<'_, '_>) -> Result<Verb, String> {
    match element.name() {
        "Message" => reply(element).map(Verb::Message),
        "Redirect" => {
            element.only_attributes(&["method"])?;
            Ok(Verb::Redirect { url: element.filled_text()?, method: element.method("method")? })
        }
        other => Err(format!("<{other}> is no verb of a message document")),
    }
}

fn reply(element: Element<'_, '_>) -> Result<Reply, String> {
    element.only_attributes(&["to", "from", "action", "method"])?;
    let attribute = |name: &str| element.attribute(name).map(str::to_owned);
    let mut reply = Reply {
        to: attribute("to"),
        from: attribute("from"),
        action: attribute("action"),
        method: element.method("method")?,
        ..Reply::default()
    };
    if element.child_elements().is_empty() {
        reply.body = element.text()?;
        return non_empty(reply);
    }
    for child in element.children()? {
        child.only_attributes(&[])?;
        let content = child.text()?;
        match child.name() {
            "Body" => reply.body = content,
            "Media" => reply.media.push(content),
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

#[cfg(test)]
mod tests {
    use super::{Reply, Verb, verb};

    fn parse(document: &str) -> Result<Vec<Verb>, String> {
        crate::cxml::parse(document, verb)
    }

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
