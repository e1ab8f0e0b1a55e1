//! The URLs that a signature may have been made over.

use url::Url;

use super::form;

/// Every spelling of the configured URL that SignalWire may have signed, the likeliest first.
///
/// - With and without the standard port: the SDKs accept both (SignalWire itself was seen to sign without).
/// - With and without the `#rt=…` fragment, which sets time limits: whether it is signed is not documented.
/// - As configured and as a URL parser writes it (lower-case host, `/` for an empty path), because SignalWire may have
///   been told the latter.
pub fn candidates(configured: &str, raw_query: Option<&str>) -> Vec<String> {
    let parsed = Url::parse(configured).map(String::from);
    let mut found: Vec<String> = Vec::new();
    for spelling in [Some(configured), parsed.as_deref().ok()].into_iter().flatten() {
        for url in spellings(spelling, raw_query) {
            if !found.contains(&url) {
                found.push(url);
            }
        }
    }
    found
}

fn spellings(configured: &str, raw_query: Option<&str>) -> Vec<String> {
    let (base, fragment) = configured.split_once('#').map_or((configured, None), |(base, tail)| (base, Some(tail)));
    let with_query = with_query(base, raw_query).into_iter();
    let with_ports = with_query.flat_map(|url| {
        let toggled = toggle_standard_port(&url);
        [Some(url), toggled].into_iter().flatten()
    });
    let with_fragments = with_ports.flat_map(|url| {
        let complete = fragment.map(|fragment| format!("{url}#{fragment}"));
        [Some(url), complete].into_iter().flatten()
    });
    with_fragments.collect()
}

/// The query that was signed is the one that was requested. When it says the same as the configured one, escaped in
/// another way by a gateway, the configured spelling counts too; a query that says something else does not.
fn with_query(base: &str, raw_query: Option<&str>) -> Vec<String> {
    let (path, configured_query) = base.split_once('?').map_or((base, None), |(path, query)| (path, Some(query)));
    let Some(raw_query) = raw_query.filter(|query| !query.is_empty()) else {
        return vec![base.to_owned()];
    };
    let requested = format!("{path}?{raw_query}");
    match configured_query {
        Some(query) if form::decode(query.as_bytes()) == form::decode(raw_query.as_bytes()) => {
            vec![base.to_owned(), requested]
        }
        Some(_) | None => vec![requested],
    }
}

/// `https://host/…` ↔ `https://host:443/…`. Any other port is part of every signed URL.
fn toggle_standard_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if let Some(host) = authority.strip_suffix(port) {
        return Some(format!("{scheme}://{host}{path}"));
    }
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let has_port = host.rsplit(']').next().unwrap_or(host).contains(':');
    if has_port { None } else { Some(format!("{scheme}://{authority}{port}{path}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configured_url_comes_first_and_nothing_comes_twice() {
        let plain = candidates("https://hooks.example.com/sms", None);
        assert_eq!(plain, ["https://hooks.example.com/sms", "https://hooks.example.com:443/sms"]);
    }

    #[test]
    fn a_standard_port_may_be_there_or_not_and_another_stays() {
        assert!(candidates("http://h:80/x", None).contains(&"http://h/x".to_owned()));
        assert!(candidates("http://[::1]/x", None).contains(&"http://[::1]:80/x".to_owned()));
        assert_eq!(candidates("http://127.0.0.1:8787/x", None), ["http://127.0.0.1:8787/x"]);
        assert_eq!(candidates("https://h:80/x", None), ["https://h:80/x"]);
        assert!(candidates("https://user:pass@h/x", None).contains(&"https://user:pass@h:443/x".to_owned()));
    }

    #[test]
    fn the_requested_query_is_added_unless_it_is_configured() {
        assert_eq!(candidates("http://h:1/x", Some("a=1")), ["http://h:1/x?a=1"]);
        assert_eq!(candidates("http://h:1/x?a=1", Some("a=1")), ["http://h:1/x?a=1"]);
        assert_eq!(candidates("http://h:1/x?a=1", Some("a=2")), ["http://h:1/x?a=2"]);
        assert_eq!(candidates("http://h:1/x?a=1", None), ["http://h:1/x?a=1"]);
        assert_eq!(candidates("http://h:1/x?a=%7E", Some("a=~")), ["http://h:1/x?a=%7E", "http://h:1/x?a=~"]);
    }

    #[test]
    fn the_fragment_may_be_signed_or_not_and_follows_the_query() {
        assert_eq!(candidates("http://h:1/x#rt=9", Some("a=1")), ["http://h:1/x?a=1", "http://h:1/x?a=1#rt=9"]);
    }

    #[test]
    fn the_spelling_of_a_url_parser_counts_too() {
        assert!(candidates("https://Hooks.Example.com", None).contains(&"https://hooks.example.com/".to_owned()));
    }
}
