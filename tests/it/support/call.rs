//! A call as the carrier makes it, request by request, signed by the tests' own code.

use reqwest::StatusCode;

use super::TestApp;

/// A customer's call to one of our numbers.
pub struct CarrierCall<'a> {
    app: &'a TestApp,
    pub sid: String,
    pub from: String,
    pub to: String,
}

/// A document that we answered, read by a real parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallDocument(pub String);

impl<'a> CarrierCall<'a> {
    pub fn new(app: &'a TestApp, sid: &str, from: &str, to: &str) -> Self {
        Self { app, sid: sid.to_owned(), from: from.to_owned(), to: to.to_owned() }
    }

    /// The parameters of every request about the call.
    pub fn form<'b>(&'b self, status: &'b str, more: &[(&'b str, &'b str)]) -> Vec<(&'b str, &'b str)> {
        let mut form = vec![
            ("CallSid", self.sid.as_str()),
            ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
            ("ApiVersion", "2010-04-01"),
            ("Direction", "inbound"),
            ("CallStatus", status),
            ("From", self.from.as_str()),
            ("To", self.to.as_str()),
        ];
        form.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        form.extend(more);
        form
    }

    /// The first request.
    pub async fn comes_in(&self) -> CallDocument {
        self.asks(&self.app.stack.urls.call_webhook, "ringing", &[]).await
    }

    /// A later one, to an address of the document before it.
    pub async fn goes_on(&self, url: &str, more: &[(&str, &str)]) -> CallDocument {
        self.asks(url, "in-progress", more).await
    }

    async fn asks(&self, url: &str, status: &str, more: &[(&str, &str)]) -> CallDocument {
        let answer = self.app.webhook(url, &self.form(status, more)).await;
        assert_eq!(
            (answer.status, &answer.headers["content-type"]),
            (StatusCode::OK, &"text/xml".parse().unwrap()),
            "{answer:?}"
        );
        CallDocument(answer.body.as_str().expect("a document").to_owned())
    }

    /// News, to an address of a document.
    pub async fn tells(&self, url: &str, more: &[(&str, &str)]) {
        let answer = self.app.webhook(url, &self.form("in-progress", more)).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
    }

    /// The end, to the number's own address.
    pub async fn ends(&self, seconds: &str) {
        self.tells(&self.app.stack.urls.call_status_webhook, &[("CallStatus", "completed"), ("CallDuration", seconds)])
            .await;
    }
}

impl CallDocument {
    /// The verbs with what is said, played or dialed.
    pub fn verbs(&self) -> Vec<String> {
        let document = roxmltree::Document::parse(&self.0).unwrap_or_else(|error| panic!("{error}: {}", self.0));
        let root = document.root_element();
        assert_eq!(root.tag_name().name(), "Response", "{}", self.0);
        let texts = |verb: roxmltree::Node<'_, '_>| -> Vec<String> {
            verb.descendants()
                .filter(roxmltree::Node::is_text)
                .filter_map(|node| node.text())
                .map(str::to_owned)
                .collect()
        };
        let verb = |verb: roxmltree::Node<'_, '_>| match verb.tag_name().name() {
            name @ ("Redirect" | "Record" | "Hangup") => name.to_owned(),
            name => format!("{name} {}", texts(verb).join(" ")),
        };
        root.children().filter(roxmltree::Node::is_element).map(verb).collect()
    }

    /// An attribute of the first element of this name, wherever it is.
    pub fn attribute(&self, element: &str, attribute: &str) -> String {
        let document = roxmltree::Document::parse(&self.0).unwrap_or_else(|error| panic!("{error}: {}", self.0));
        let found = document.descendants().find(|node| node.has_tag_name(element));
        let value = found.and_then(|node| node.attribute(attribute).map(str::to_owned));
        value.unwrap_or_else(|| panic!("no {attribute} of {element} in {}", self.0))
    }
}
