//! Webhooks to those who build on us: what is told, to which addresses, and how long it is tried.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::{public_url::is_public, text_enum::text_enum};

text_enum! {
    /// What an event tells of.
    pub enum WebhookEventType {
        /// A customer wrote: a text, a WhatsApp message or a mail.
        MessageReceived => "message.received",
        /// A message of the workspace came further, or to its end.
        MessageStatus => "message.status",
        /// The workspace got a number.
        NumberProvisioned => "number.provisioned",
        /// A call, in either direction, is over.
        CallCompleted => "call.completed",
        /// Somebody tries an endpoint.
        Test => "webhook.test",
    }
}

impl WebhookEventType {
    /// Those that an endpoint can ask for.
    pub const SUBSCRIBABLE: [Self; 4] =
        [Self::MessageReceived, Self::MessageStatus, Self::NumberProvisioned, Self::CallCompleted];
}

text_enum! {
    /// Whether an endpoint is told of anything.
    pub enum WebhookEndpointStatus {
        /// It is.
        Enabled => "enabled",
        /// It is not, until an admin enables it.
        Disabled => "disabled",
    }
}

text_enum! {
    /// Why an endpoint is disabled.
    pub enum WebhookDisabledReason {
        /// An admin wanted it so.
        Admin => "admin",
        /// Nothing could be delivered for days.
        Failing => "failing",
        /// It answered 410 Gone.
        Gone => "gone",
    }
}

text_enum! {
    /// How far the delivery of one event to one endpoint is.
    pub enum WebhookDeliveryState {
        /// It is tried, or will be again.
        Pending => "pending",
        /// The endpoint took it.
        Delivered => "delivered",
        /// It was tried for a day.
        Failed => "failed",
        /// The endpoint was disabled or removed meanwhile.
        Canceled => "canceled",
    }
}

text_enum! {
    /// Why the last attempt of a delivery failed.
    pub enum WebhookFailure {
        /// The answer was not 2xx. Redirects are not followed.
        Refused => "refused",
        /// No answer within five seconds.
        TimedOut => "timed_out",
        /// No connection, or no TLS.
        Unreachable => "unreachable",
        /// The address leads, or by now leads, into a private network.
        AddressRefused => "address_refused",
        /// The endpoint was disabled or removed.
        EndpointClosed => "endpoint_closed",
    }
}

/// Waiting times before the next attempt: a day and an hour in all. After the last one the delivery has failed.
const DELAYS: [Duration; 10] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(3),
    Duration::from_hours(6),
    Duration::from_hours(6),
    Duration::from_hours(8),
];

/// How long to wait, give or take a fifth, after so many attempts in vain; `None`: it is given up.
#[must_use]
pub fn webhook_delay(attempts: i32) -> Option<Duration> {
    let made = usize::try_from(attempts).unwrap_or(usize::MAX);
    DELAYS.get(made.saturating_sub(1)).copied()
}

/// Whom webhooks may be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookDestinations {
    /// Public https addresses.
    Public,
    /// This machine as well, also without TLS and on any port: for the local stack and for tests.
    PublicAndLoopback,
}

impl WebhookDestinations {
    /// Whether a connection to this address may be made. A name leads where its owner wants, whenever he wants, so this is
    /// asked of the very address that is connected to.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        is_public_address(address) || (self == Self::PublicAndLoopback && address.is_loopback())
    }

    fn allows_url(self, url: &Url) -> bool {
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let is_here = self == Self::PublicAndLoopback && is_loopback && ["http", "https"].contains(&url.scheme());
        is_public(url) || (is_here && url.username().is_empty() && url.password().is_none())
    }
}

/// Addresses of the public internet (IANA, special-purpose address registries): everything that is reserved for something
/// else, or that wraps another address, is none.
#[must_use]
pub fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b, c) {
        // This network; loopback; multicast and what is reserved. Carrier-grade NAT; benchmarks; IETF protocols; the old 6to4
        // relays.
        (0 | 127 | 224.., _, _) | (100, 64..=127, _) | (198, 18 | 19, _) | (192, 0, 0) | (192, 88, 99) => true,
        _ => address.is_private() || address.is_link_local() || address.is_documentation(),
    };
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Global unicast, less IETF protocols (Teredo among them), documentation (twice) and 6to4.
    let is_special = match (a, b) {
        (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) => true,
        (0x3fff, b) => b < 0x1000,
        _ => false,
    };
    (0x2000..0x4000).contains(&a) && !is_special
}

const MAX_CHARACTERS: usize = 2048;

/// An address that webhooks may be sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookUrl(Url);

/// Not an address for webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a public https address, such as https://example.com/webhooks/switchboard")]
pub struct WebhookUrlError;

impl WebhookUrl {
    /// Reads an address, also one that was stored: what is allowed may have changed.
    ///
    /// # Errors
    /// [`WebhookUrlError`]: no address, or one that leads into a network.
    pub fn parse(text: &str, destinations: WebhookDestinations) -> Result<Self, WebhookUrlError> {
        let url = Url::parse(text).map_err(|_| WebhookUrlError)?;
        if text.len() > MAX_CHARACTERS || !destinations.allows_url(&url) {
            return Err(WebhookUrlError);
        }
        Ok(Self(url))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_connected_to() {
        for public in ["1.1.1.1", "8.8.8.8", "100.63.0.1", "172.32.0.1", "198.20.0.1", "223.255.255.254"] {
            assert!(is_public_address(public.parse().unwrap()), "{public}");
        }
        for public in ["2606:4700::1111", "2a00:1450:4001::1", "2001:4860::8888", "3ffe::1"] {
            assert!(is_public_address(public.parse().unwrap()), "{public}");
        }
        for inside in [
            "0.0.0.0",
            "10.0.0.8",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.9.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.9.9",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!is_public_address(inside.parse().unwrap()), "{inside}");
        }
        for inside in [
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::a00:1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public_address(inside.parse().unwrap()), "{inside}");
        }
    }

    #[test]
    fn this_machine_is_a_destination_only_where_it_is_said() {
        let both = WebhookDestinations::PublicAndLoopback;
        for here in ["http://127.0.0.1:8080/a", "http://localhost:1/", "https://[::1]:8443/a"] {
            assert!(WebhookUrl::parse(here, both).is_ok(), "{here}");
            assert!(WebhookUrl::parse(here, WebhookDestinations::Public).is_err(), "{here}");
        }
        assert!(both.allows("127.0.0.1".parse().unwrap()) && !both.allows("10.0.0.1".parse().unwrap()));
        for never in ["http://10.0.0.1/", "http://example.com/a", "ftp://localhost/", "http://user@localhost/a", "/a"] {
            assert!(WebhookUrl::parse(never, both).is_err(), "{never}");
        }
        assert!(WebhookUrl::parse("https://example.com/hooks?a=b", WebhookDestinations::Public).is_ok());
    }

    #[test]
    fn a_delivery_is_tried_for_a_day() {
        let delays: Vec<Duration> = (1..).map_while(webhook_delay).collect();
        assert!(delays.is_sorted(), "{delays:?}");
        let all: Duration = delays.iter().sum();
        assert!(all >= Duration::from_hours(24) && all < Duration::from_hours(30), "{all:?}");
    }
}
