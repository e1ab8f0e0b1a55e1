//! One element of a document, and the checks that all verbs share.

use std::{ops::RangeInclusive, str::FromStr};

use roxmltree::Node;

#[derive(Clone, Copy)]
pub struct Element<'a, 'input>(pub Node<'a, 'input>);

impl<'a> Element<'a, '_> {
    pub fn name(self) -> &'a str {
        self.0.tag_name().name()
    }

    /// The child elements of a node that may have no text of its own.
    pub fn children(self) -> Result<Vec<Self>, String> {
        let stray = self.0.children().filter_map(|child| if child.is_text() { child.text() } else { None });
        if let Some(text) = stray.map(str::trim).find(|text| !text.is_empty()) {
            return Err(format!("text {text:?} where only elements may be"));
        }
        Ok(self.child_elements())
    }

    /// The child elements, whatever text stands between them.
    pub fn child_elements(self) -> Vec<Self> {
        self.0.children().filter(Node::is_element).map(Self).collect()
    }

    /// The text of a node that may have no elements.
    pub fn text(self) -> Result<String, String> {
        if let Some(child) = self.child_elements().first() {
            return Err(format!("<{}> does not belong into <{}>", child.name(), self.name()));
        }
        Ok(self.0.children().filter_map(|child| child.text()).collect::<String>().trim().to_owned())
    }

    /// The text of a node that must have some, and no elements.
    pub fn filled_text(self) -> Result<String, String> {
        let text = self.text()?;
        if text.is_empty() { Err(format!("<{}> is empty", self.name())) } else { Ok(text) }
    }

    /// All text inside, without the marks of elements.
    pub fn spoken_text(self) -> String {
        let parts = self.0.descendants().filter(Node::is_text).filter_map(|node| node.text());
        parts.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Refuses content of any kind.
    pub fn empty(self) -> Result<(), String> {
        let text = self.text()?;
        if text.is_empty() { Ok(()) } else { Err(format!("<{}> has no content", self.name())) }
    }

    pub fn only_attributes(self, known: &[&str]) -> Result<(), String> {
        match self.0.attributes().find(|attribute| !known.contains(&attribute.name())) {
            Some(unknown) => Err(format!("<{}> knows no attribute {:?}", self.name(), unknown.name())),
            None => Ok(()),
        }
    }

    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.0.attribute(name)
    }

    /// An attribute that may be absent, but not empty.
    pub fn filled(self, name: &str) -> Result<Option<String>, String> {
        match self.attribute(name) {
            Some("") => Err(format!("{name} of <{}> is empty", self.name())),
            other => Ok(other.map(str::to_owned)),
        }
    }

    /// `POST` unless it says otherwise.
    pub fn method(self, name: &str) -> Result<String, String> {
        self.choice(name, "POST", &["POST", "GET"])
    }

    pub fn choice(self, name: &str, default: &str, allowed: &[&str]) -> Result<String, String> {
        let value = self.attribute(name).unwrap_or(default);
        if allowed.contains(&value) { Ok(value.to_owned()) } else { Err(self.wrong(name, &allowed.join(" or "))) }
    }

    pub fn flag(self, name: &str, default: bool) -> Result<bool, String> {
        let default = if default { "true" } else { "false" };
        self.choice(name, default, &["true", "false"]).map(|value| value == "true")
    }

    pub fn number<T: FromStr + PartialOrd + std::fmt::Debug>(
        self,
        name: &str,
        default: T,
        allowed: RangeInclusive<T>,
    ) -> Result<T, String> {
        let Some(text) = self.attribute(name) else { return Ok(default) };
        let value = text.parse().ok().filter(|value| allowed.contains(value));
        value.ok_or_else(|| self.wrong(name, &format!("a number in {allowed:?}")))
    }

    /// Words from a list, separated by spaces.
    pub fn words(self, name: &str, default: &str, allowed: &[&str]) -> Result<Vec<String>, String> {
        let words = self.attribute(name).unwrap_or(default).split_whitespace();
        let words: Vec<String> = words.map(str::to_owned).collect();
        let known = !words.is_empty() && words.iter().all(|word| allowed.contains(&word.as_str()));
        if known { Ok(words) } else { Err(self.wrong(name, &format!("some of {allowed:?}"))) }
    }

    /// The refusal of a value.
    pub fn wrong(self, name: &str, wanted: &str) -> String {
        let value = self.attribute(name).unwrap_or_default();
        format!("{name}={value:?} of <{}> is not {wanted}", self.name())
    }
}
