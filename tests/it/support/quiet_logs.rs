//! What may not be in the logs: secrets, session tokens, phone numbers, and what people wrote. Each test's functions are held
//! to it when its stack goes.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use stack::{Line, LogBook, Urls};

/// Members of bodies and parameters of forms that people write, or that are a person's.
const PRIVATE: &[&str] = &[
    "Body",
    "Caller",
    "From",
    "To",
    "TranscriptionText",
    "accountNumber",
    "authorizedName",
    "billingPhoneNumber",
    "body",
    "company",
    "companyName",
    "email",
    "firstName",
    "from",
    "lastName",
    "memberPhoneNumber",
    "notes",
    "phoneNumber",
    "phoneNumbers",
    "pin",
    "street",
    "subject",
    "to",
];
/// Shorter texts stand in other words.
const SHORTEST: usize = 8;
/// Digits of the shortest phone number that is looked for.
const SHORTEST_NUMBER: usize = 8;
/// Parts of what is secret whatever it is: a session token (the second part of it begins so), Clerk's and SignalWire's
/// secrets, the password in an address of the database, a signed address of a file.
const SECRET_PARTS: &[&str] =
    &[".eyJ", "X-Amz-Signature=", "postgres://", "postgresql://", "sk_live_", "sk_test_", "whsec_"];

/// What a test has used that is private. Clones share it.
#[derive(Clone, Default)]
pub struct Private(Arc<Mutex<BTreeSet<String>>>);

impl Private {
    /// A text, a number or a secret that must not be logged.
    pub fn note(&self, text: &str) {
        let text = text.trim();
        if text.chars().count() >= SHORTEST {
            self.0.lock().unwrap().insert(text.to_owned());
        }
    }

    /// What is private in a JSON body.
    pub fn note_json(&self, body: &Value) {
        match body {
            Value::Object(members) => {
                for (name, value) in members {
                    if PRIVATE.contains(&name.as_str()) { self.note_all(value) } else { self.note_json(value) }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.note_json(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// What is private in a form.
    pub fn note_form(&self, form: &[(&str, &str)]) {
        form.iter().filter(|(name, _)| PRIVATE.contains(name)).for_each(|(_, value)| self.note(value));
    }

    fn note_all(&self, value: &Value) {
        match value {
            Value::String(text) => self.note(text),
            Value::Array(items) => items.iter().for_each(|item| self.note_all(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
        }
    }

    /// The lines that show something private, each with what it shows.
    pub fn leaks(&self, lines: &[Line]) -> Vec<String> {
        let private = self.0.lock().unwrap();
        let describe = |line: &Line, what: &str| format!("{what} in [{}] {}", line.source, line.text);
        let mut leaks = Vec::new();
        for line in lines {
            leaks.extend(private.iter().filter(|text| shows(&line.text, text)).map(|text| describe(line, text)));
            leaks
                .extend(SECRET_PARTS.iter().filter(|text| line.text.contains(**text)).map(|text| describe(line, text)));
            leaks.extend(number_in(&line.text).map(|number| describe(line, number)));
        }
        leaks
    }
}

/// Whether a line shows a text, as it is or as JSON writes it; of a phone number the digits are enough.
fn shows(line: &str, text: &str) -> bool {
    let digits = text.strip_prefix('+').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let escaped = Value::from(text).to_string();
    line.contains(digits.unwrap_or(text)) || line.contains(escaped.trim_matches('"'))
}

/// A phone number in E.164, also as an address writes it.
fn number_in(line: &str) -> Option<&str> {
    ["+", "%2B"].iter().find_map(|plus| {
        line.match_indices(plus).find_map(|(at, _)| {
            let digits = &line[at + plus.len()..];
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            (length >= SHORTEST_NUMBER).then(|| &digits[..length])
        })
    })
}

/// Fails the test in which the functions have logged something private, when its stack goes.
pub struct QuietLogs {
    pub private: Private,
    logs: LogBook,
}

impl QuietLogs {
    pub fn of(logs: &LogBook, urls: &Urls) -> Self {
        let private = Private::default();
        for secret in [&urls.signalwire_token, &urls.signalwire_signing_key, &urls.clerk_webhook_secret] {
            private.note(secret);
        }
        Self { private, logs: logs.clone() }
    }
}

impl Drop for QuietLogs {
    fn drop(&mut self) {
        // A test that fails already says why.
        if std::thread::panicking() {
            return;
        }
        let leaks = self.private.leaks(&self.logs.lines(None));
        assert!(leaks.is_empty(), "{} lines of the logs show what is private:\n{}", leaks.len(), leaks.join("\n"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        vec![Line { at: shared::clock::now(), source: "send-message".to_owned(), text: text.to_owned() }]
    }

    #[test]
    fn what_was_used_is_found() {
        let private = Private::default();
        private.note_json(&json!({ "messages": [{ "body": "My \"new\" address", "phoneNumbers": ["+14055550123"] }] }));
        private.note_form(&[("Body", "Come at noon"), ("MessageSid", "sid-of-the-text")]);
        private.note("PT0123456789");
        for leak in [
            r#"{"level":"ERROR","error":"Failing row contains (1, My \"new\" address)"}"#,
            r#"{"url":"/Messages?Body=1&To=14055550123"}"#,
            r#"{"message":"stored","text":"Come at noon"}"#,
            "Error: PT0123456789 is no token",
        ] {
            assert_eq!(private.leaks(&lines(leak)).len(), 1, "{leak}");
        }
        let quiet =
            r#"{"level":"INFO","message":"text received","carrier.sid":"sid-of-the-text","from":"+1********23"}"#;
        assert_eq!(private.leaks(&lines(quiet)), Vec::<String>::new());
    }

    #[test]
    fn what_is_always_secret_is_found() {
        for leak in [
            "to +14055550199",
            "https://example.signalwire.com/Messages.json?To=%2B442071838750",
            "authorization: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2ln",
            "cannot connect to postgres://switchboard_app:secret@db.example.com/switchboard",
            "https://media.example.com/a.png?X-Amz-Signature=1a2b",
            "the secret is whsec_AAECAw",
        ] {
            assert_eq!(Private::default().leaks(&lines(leak)).len(), 1, "{leak}");
        }
        for quiet in ["2026-01-15T18:30:00.000+00:00", "a+b=12", "+1********23", "1768501800000", "msg_yeyJEPp8sjtan"] {
            assert_eq!(Private::default().leaks(&lines(quiet)), Vec::<String>::new(), "{quiet}");
        }
    }
}
