//! The template's parameters, as whoever deploys would give them, and the secrets that they name.

use std::collections::BTreeMap;

use crate::accounts::{ClerkAccount, SignalWireAccount};
use crate::options::Options;
use crate::urls::Webhooks;

/// Whose administrators see the platform's figures on this machine: an organisation that owns nothing.
const PLATFORM_ADMINS: &str = "org_platform";
/// Receivers of webhooks may be on this machine as well.
const WEBHOOK_DESTINATIONS: &str = "public-and-loopback";

pub struct Parameters {
    pub values: BTreeMap<String, String>,
    /// Secrets by name.
    pub secrets: BTreeMap<String, String>,
}

impl Parameters {
    pub fn new(
        options: &Options,
        signalwire: &SignalWireAccount,
        clerk: &ClerkAccount,
        urls: (&str, &Webhooks),
    ) -> Self {
        let (console, webhooks) = urls;
        let mut parameters = Self { values: BTreeMap::new(), secrets: BTreeMap::new() };
        let values = [
            ("SignalWireProjectId", &signalwire.project_id),
            ("SignalWireSpaceUrl", &signalwire.space_url),
            ("SignalWirePhoneNumber", &signalwire.phone_number),
            ("SignalWireWhatsAppNumber", &signalwire.whatsapp_number),
            ("SignalWireCampaignId", &signalwire.campaign_id),
            ("SignalWireSigningKeySecondary", &signalwire.signing_key_secondary),
            ("ClerkApiUrl", &clerk.api_url),
            ("ClerkJwtKey", &clerk.jwt_key),
            ("ClerkIssuer", &clerk.issuer),
            ("ClerkAuthorizedParties", &clerk.authorized_parties),
            ("MessageWebhookUrl", &webhooks.message),
            ("MessageStatusWebhookUrl", &webhooks.message_status),
            ("RegistrationWebhookUrl", &webhooks.registration),
            ("CallWebhookUrl", &webhooks.call),
            ("CallStatusWebhookUrl", &webhooks.call_status),
            ("ConsoleOrigin", &console.to_owned()),
            ("PlatformAdmins", &PLATFORM_ADMINS.to_owned()),
            ("WebhookDestinations", &WEBHOOK_DESTINATIONS.to_owned()),
        ];
        parameters.values.extend(values.map(|(name, value)| (name.to_owned(), value.clone())));
        for (parameter, name, value) in [
            ("DatabaseUrlSecret", "database-url", &options.app_database_url),
            ("DatabaseOwnerUrlSecret", "database-owner-url", &options.database_url),
            ("SignalWireTokenSecret", "signalwire-token", &signalwire.token),
            ("SignalWireSigningKeySecret", "signalwire-signing-key", &signalwire.signing_key),
            ("ClerkWebhookSecret", "clerk-webhook-secret", &clerk.webhook_secret),
            ("ClerkSecretKeySecret", "clerk-secret-key", &clerk.secret_key),
        ] {
            // A secret that may be absent has no name then.
            if value.is_empty() {
                parameters.values.insert(parameter.to_owned(), String::new());
                continue;
            }
            let name = format!("{}/{name}", options.stack_name);
            parameters.values.insert(parameter.to_owned(), name.clone());
            parameters.secrets.insert(name, value.clone());
        }
        parameters
    }
}
