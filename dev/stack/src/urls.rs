//! Where everything is: the contents of `.dev/urls.json`.

use serde::{Deserialize, Serialize};

use crate::accounts::{ClerkAccount, SignalWireAccount};
use crate::aws::ACCOUNT_ID;
use crate::options::Options;
use crate::simulators::Simulated;

/// Plain strings, for scripts. What a real account replaces is empty: its secrets are not written anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Urls {
    /// What staff works with.
    pub console: String,
    /// What runs where, and a tour to paste into a terminal.
    pub local: String,
    /// Base of the HTTP API; routes start at `/api`.
    pub api: String,
    pub clerk_webhook: String,
    pub message_webhook: String,
    pub message_status_webhook: String,
    pub registration_webhook: String,
    pub call_webhook: String,
    pub call_status_webhook: String,
    /// Base of the SignalWire simulator, or the real Space.
    pub signalwire: String,
    pub signalwire_project: String,
    pub signalwire_token: String,
    pub signalwire_signing_key: String,
    pub platform_number: String,
    /// Base of the Clerk simulator.
    pub clerk: String,
    pub clerk_issuer: String,
    pub clerk_webhook_secret: String,
    pub clerk_secret_key: String,
    /// Answers session tokens: `?organization=org_…&role=admin|member&user=user_…`.
    pub token: String,
    pub sqs: String,
    /// What a queue's name is appended to for its URL.
    pub queues: String,
    /// Lambda's invoke API: `{invoke}/<function>/invocations`.
    pub invoke: String,
    pub database_url: String,
    pub app_database_url: String,
}

/// The URLs that the providers are given, before anything else is known.
#[derive(Clone, Debug)]
pub(crate) struct Webhooks {
    pub clerk: String,
    pub message: String,
    pub message_status: String,
    pub registration: String,
    pub call: String,
    pub call_status: String,
}

impl Webhooks {
    pub fn at(base: &str) -> Self {
        let url = |function: &str| format!("{base}/lambda-url/{function}/");
        Self {
            clerk: url("receive-clerk-event"),
            message: url("receive-message"),
            message_status: url("receive-message-status"),
            registration: url("receive-registration-event"),
            call: url("receive-call"),
            call_status: url("receive-call-status"),
        }
    }
}

impl Urls {
    pub(crate) fn new(
        options: &Options,
        gateway: &str,
        webhooks: &Webhooks,
        accounts: (&SignalWireAccount, &ClerkAccount),
        simulated: Simulated,
    ) -> Self {
        let (signalwire, clerk) = accounts;
        let text = |value: &str| value.to_owned();
        let if_simulated = |on: bool, value: &str| if on { value.to_owned() } else { String::new() };
        let clerk_base = if_simulated(simulated.clerk, &clerk.issuer);
        Self {
            console: text(gateway),
            local: format!("{gateway}/_local/"),
            api: text(gateway),
            clerk_webhook: text(&webhooks.clerk),
            message_webhook: text(&webhooks.message),
            message_status_webhook: text(&webhooks.message_status),
            registration_webhook: text(&webhooks.registration),
            call_webhook: text(&webhooks.call),
            call_status_webhook: text(&webhooks.call_status),
            signalwire: text(&signalwire.space_url),
            signalwire_project: text(&signalwire.project_id),
            signalwire_token: if_simulated(simulated.signalwire, &signalwire.token),
            signalwire_signing_key: if_simulated(simulated.signalwire, &signalwire.signing_key),
            platform_number: text(&signalwire.phone_number),
            token: if_simulated(simulated.clerk, &format!("{clerk_base}/token")),
            clerk: clerk_base,
            clerk_issuer: text(&clerk.issuer),
            clerk_webhook_secret: if_simulated(simulated.clerk, &clerk.webhook_secret),
            clerk_secret_key: if_simulated(simulated.clerk, &clerk.secret_key),
            sqs: text(&options.aws_endpoint),
            queues: format!("{}/{ACCOUNT_ID}/", options.aws_endpoint),
            invoke: format!("{gateway}/2015-03-31/functions"),
            database_url: text(&options.database_url),
            app_database_url: text(&options.app_database_url),
        }
    }
}
