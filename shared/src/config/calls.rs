use serde::Deserialize;

use crate::domain::Prompt;

/// What callers hear where no call flow says it, and what calls cost.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallConfig {
    #[serde(rename = "inboundCostMicrosPerMinute")]
    inbound: i64,
    #[serde(rename = "outboundCostMicrosPerMinute")]
    outbound: i64,
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

/// What the carrier takes for each minute that has begun, in micro-dollars.
#[derive(Debug, Clone, Copy)]
pub struct CallRates {
    inbound: i64,
    outbound: i64,
}

impl CallConfig {
    /// What calls cost.
    #[must_use]
    pub const fn rates(&self) -> CallRates {
        CallRates { inbound: self.inbound, outbound: self.outbound }
    }
}

impl CallRates {
    /// A leg that came to us.
    #[must_use]
    pub fn inbound(self, seconds: i32) -> i64 {
        minutes(seconds) * self.inbound
    }

    /// A leg that went out.
    #[must_use]
    pub fn outbound(self, seconds: i32) -> i64 {
        minutes(seconds) * self.outbound
    }
}

/// Each minute that has begun is billed.
fn minutes(seconds: i32) -> i64 {
    (i64::from(seconds.max(0)) + 59) / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_minute_that_has_begun_costs() {
        let rates = CallRates { inbound: 8500, outbound: 9000 };
        assert_eq!([0, 1, 60, 61, 121].map(|seconds| rates.inbound(seconds)), [0, 8500, 8500, 17_000, 25_500]);
        assert_eq!([0, 59, 3600].map(|seconds| rates.outbound(seconds)), [0, 9000, 540_000]);
        assert_eq!(rates.inbound(-5), 0);
    }
}
