//! Status callbacks of one call.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use super::parameters;
use crate::{
    callbacks::{Callback, Queue},
    delivery::Content,
    journal::WebhookKind,
    network::Network,
    records::{CallDirection, CallEvent},
};

#[derive(Clone)]
pub struct Reports {
    network: Network,
    sid: String,
    queue: Queue,
    /// Callbacks so far.
    count: Arc<AtomicU32>,
}

impl Reports {
    pub fn open(network: &Network, sid: &str) -> Self {
        Self { network: network.clone(), sid: sid.to_owned(), queue: Queue::open(network), count: Arc::default() }
    }

    /// Tells the application, if it wants to know about this.
    pub fn tell(&self, event: CallEvent) {
        let Some(call) = self.network.read(|world| world.call(&self.sid).cloned()) else { return };
        let Some(wanted) = call.status_callback.clone().filter(|wanted| wanted.events.contains(&event)) else { return };
        let account = &self.network.settings().project_id;
        let (kind, content) = match call.direction {
            CallDirection::Inbound => (WebhookKind::InboundCallStatus, parameters::inbound_ended(account, &call)),
            CallDirection::OutboundApi | CallDirection::OutboundDial => {
                let number = self.count.fetch_add(1, Ordering::Relaxed);
                (WebhookKind::CallStatus, parameters::progress(account, &call, event, number))
            }
        };
        self.queue.push(Callback { kind, hook: wanted.hook, content: Content::Form(content), copies: call.copies });
    }
}
