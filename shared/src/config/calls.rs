use serde::Deserialize;

use crate::domain::Prompt;

/// What callers hear where no call flow says it, and what calls cost.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallConfig {
    /// What the carrier takes for each begun minute of a leg that comes to us, in micro-dollars.
    pub inbound_cost_micros_per_minute: i64,
    /// The same of a leg that goes out.
    pub outbound_cost_micros_per_minute: i64,
    /// Greeting of a number without a call flow.
    pub default_greeting: Prompt,
    /// Outside of the business hours.
    pub closed_greeting: Prompt,
    /// Before the tone.
    pub voicemail_greeting: Prompt,
    /// Nobody answers, and there is no voicemail.
    pub unavailable: Prompt,
    /// A key that leads nowhere.
    pub wrong_key: Prompt,
    /// Nobody owns the number.
    pub unknown_number: Prompt,
    /// The number's workspace has no plan for it.
    pub suspended_number: Prompt,
    /// What a member hears before being connected; `{customer}` is the customer's name.
    pub connect_prompt: String,
    /// What stands there for a customer without a name.
    pub unnamed_customer: String,
    /// What a member hears when the customer's line is busy.
    pub customer_busy: Prompt,
    /// What a member hears when the customer does not answer.
    pub customer_unavailable: Prompt,
    /// How often a menu is offered.
    pub menu_repeats: u8,
}
