//! What the people on the phones and the provider's API can do to a live call.

use std::collections::HashMap;

use serde::Deserialize;
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};

use crate::{network::Network, records::Hook};

/// Something that is done to a call.
#[derive(Debug, Clone)]
pub enum Order {
    /// Keys are pressed; none means that the person lets the time pass.
    Digits(String),
    /// Something is said after the tone.
    Record(Voicemail),
    /// The person on the phone hangs up, when given after having talked for so many seconds.
    Hangup(Option<u32>),
    Answer {
        machine: bool,
    },
    Decline,
    /// The phone has rung long enough.
    Ignore,
    /// By the provider's API.
    Complete,
    Cancel,
    Redirect(Hook),
}

/// What a caller leaves.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Voicemail {
    #[serde(default)]
    pub seconds: u32,
    /// What is said; a transcription will know it.
    #[serde(default)]
    pub transcript: Option<String>,
    /// Nothing is said until the call gives up.
    #[serde(default)]
    pub silent: bool,
    /// Ends the recording by hanging up, as most people do.
    #[serde(default)]
    pub hangup: bool,
}

/// One step of a script: what the caller does as soon as the call waits for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    Digits(String),
    Record(Voicemail),
    Hangup,
}

impl Step {
    pub fn order(self) -> Order {
        match self {
            Self::Digits(digits) => Order::Digits(digits),
            Self::Record(voicemail) => Order::Record(voicemail),
            Self::Hangup => Order::Hangup(None),
        }
    }
}

/// An order that waits for the call to take or refuse it.
#[derive(Debug)]
pub struct Request {
    pub order: Order,
    /// Nobody waits for an answer to a step of a script.
    reply: Option<oneshot::Sender<bool>>,
}

impl Request {
    pub fn scripted(order: Order) -> Self {
        Self { order, reply: None }
    }

    pub fn accept(self) {
        self.answer(true);
    }

    /// The call is not in a state for this.
    pub fn refuse(self) {
        self.answer(false);
    }

    fn answer(self, accepted: bool) {
        if let Some(reply) = self.reply {
            // Whoever asked may have given up.
            let _ = reply.send(accepted);
        }
    }
}

/// The calls that are live, by sid.
#[derive(Default)]
pub struct Lines(HashMap<String, UnboundedSender<Request>>);

impl Lines {
    pub fn open(&mut self, sid: &str) -> UnboundedReceiver<Request> {
        let (sender, receiver) = unbounded_channel();
        self.0.insert(sid.to_owned(), sender);
        receiver
    }

    pub fn close(&mut self, sid: &str) {
        self.0.remove(sid);
    }

    fn find(&self, sid: &str) -> Option<UnboundedSender<Request>> {
        self.0.get(sid).cloned()
    }
}

/// Gives a live call an order, and says whether it was taken; `None` when the call is over.
pub async fn order(network: &Network, sid: &str, order: Order) -> Option<bool> {
    let line = network.lines().find(sid)?;
    let (reply, answer) = oneshot::channel();
    line.send(Request { order, reply: Some(reply) }).ok()?;
    answer.await.ok()
}
