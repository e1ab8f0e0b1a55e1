//! Addresses that somebody outside tells us: of webhooks, sound files and mail boxes. Input: a text.
#![no_main]

use std::net::IpAddr;

use libfuzzer_sys::fuzz_target;
use shared::domain::{ContactField, EmailAddress, PublicUrl, WebhookDestinations, WebhookUrl, is_public_address};
use switchboard_fuzz::assert_storable;
use url::{Host, Url};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    webhooks(text);
    files(text);
    mail(text);
    if let Ok(address) = text.parse() {
        connections(address);
    }
    if let Ok(bytes) = <[u8; 16]>::try_from(data) {
        connections(IpAddr::from(bytes));
    }
    if let Ok(bytes) = <[u8; 4]>::try_from(data) {
        connections(IpAddr::from(bytes));
    }
});

fn webhooks(text: &str) {
    let public = WebhookUrl::parse(text, WebhookDestinations::Public);
    let here = WebhookUrl::parse(text, WebhookDestinations::PublicAndLoopback);
    if let Ok(url) = &public {
        leads_out(url.as_str());
        assert!(text.len() <= 2048);
        assert_eq!(here.as_ref(), Ok(url));
    }
    if let Ok(url) = &here {
        let stored = WebhookUrl::parse(url.as_str(), WebhookDestinations::PublicAndLoopback);
        // Escaped, it may have grown beyond the limit.
        assert!(stored.as_ref() == Ok(url) || url.as_str().len() > 2048, "{}", url.as_str());
        assert_storable("the address", url.as_str());
    }
}

fn files(text: &str) {
    let Ok(url) = PublicUrl::try_from(text.to_owned()) else { return };
    leads_out(url.as_str());
    let stored = PublicUrl::try_from(url.as_str().to_owned());
    assert!(stored.as_ref() == Ok(&url) || url.as_str().len() > 2048, "{}", url.as_str());
}

/// Whatever else reads the address sees the same: encrypted, a name, no password, no port.
fn leads_out(address: &str) {
    let url = Url::parse(address).expect("an address");
    let Some(Host::Domain(name)) = url.host() else { panic!("{address} has no name") };
    let name = name.trim_end_matches('.');
    assert!(url.scheme() == "https" && url.port().is_none() && url.username().is_empty() && url.password().is_none());
    assert!(name.contains('.') && name.is_ascii() && name.parse::<IpAddr>().is_err(), "{name}");
    let last = name.rsplit('.').next().unwrap_or_default();
    assert!(!["localhost", "local", "internal", "test", "invalid", "onion", "lan", "home"].contains(&last), "{name}");
    assert!(last.bytes().any(|byte| !byte.is_ascii_digit()), "{name} may be read as a number");
    assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{address}");
}

fn connections(address: IpAddr) {
    let is_special = match address {
        IpAddr::V4(v4) => {
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || v6.to_ipv4().is_some()
        }
    };
    let is_public = is_public_address(address);
    assert!(!(is_public && is_special), "{address}");
    assert_eq!(WebhookDestinations::Public.allows(address), is_public);
    assert_eq!(WebhookDestinations::PublicAndLoopback.allows(address), is_public || address.is_loopback());
}

fn mail(text: &str) {
    if let Ok(address) = EmailAddress::parse(text) {
        assert!(address.as_str().len() <= 254 && address.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(EmailAddress::parse(address.as_str()).as_ref(), Ok(&address));
        // No second recipient, no header.
        assert!(!address.as_str().contains([',', ';', '<', '>', '"', ':', '\r', '\n']), "{address}");
        assert_eq!(address.as_str().matches('@').count(), 1);
        assert!(
            ContactField::Email.accept(address.as_str()).is_ok(),
            "a contact may have each address that can be written to"
        );
    }
}
