//! Lists page by page (SignalWire, paging): newest first, and from the second page on only with the token of a page link.

use axum::{Json, http::StatusCode};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use super::{Answer, refusal::Refusal};
use crate::form::Form;

const DEFAULT_PAGE_SIZE: usize = 50;
const MAX_PAGE_SIZE: usize = 1_000;

/// How one family of APIs names its parameters.
struct Names {
    page: &'static str,
    size: &'static str,
    token: &'static str,
}

const COMPATIBILITY: Names = Names { page: "Page", size: "PageSize", token: "PageToken" };
const RELAY: Names = Names { page: "page_number", size: "page_size", token: "page_token" };

struct Page<'a, T> {
    entries: &'a [&'a T],
    number: usize,
    size: usize,
    this: String,
    first: String,
    next: Option<String>,
    previous: Option<String>,
}

/// A list of the Compatibility API. `path` starts at `/Accounts`; the links start with `/api/laml` whatever prefix the
/// request had. There must be exactly one key beside the page's own, or the official Node SDK rejects the answer.
/// Page tokens are made of each entry's `id`; only what is on the page is described.
pub fn compatibility<'a, T: 'a>(
    (key, path): (&str, &str),
    query: &Form,
    entries: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> &str,
    describe: impl Fn(&T) -> Value,
) -> Answer {
    let entries: Vec<&T> = entries.collect();
    let page = cut(&COMPATIBILITY, &format!("/api/laml/2010-04-01{path}"), query, &entries, id).map_err(|fault| {
        let (code, message) = match fault {
            Fault::Size => (21481, "PageSize must be a number from 1 to 1000"),
            Fault::Number => (10000, "Page must be a number"),
            Fault::TokenMissing => (54453, "PageToken is required for pages after the first"),
            Fault::TokenInvalid => (54454, "PageToken is not valid"),
        };
        Refusal::bad_request(code, message)
    })?;
    let mut body = json!({
        "uri": page.this,
        "first_page_uri": page.first,
        "next_page_uri": page.next,
        "previous_page_uri": page.previous,
        "page": page.number,
        "page_size": page.size,
    });
    body[key] = page.entries.iter().copied().map(describe).collect();
    Ok((StatusCode::OK, Json(body)))
}

/// A list of the newer API: `links` without the neighbours that do not exist, and `data`.
pub fn relay<'a, T: 'a>(
    path: &str,
    query: &Form,
    entries: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> &str,
    describe: impl Fn(&T) -> Value,
) -> Answer {
    let entries: Vec<&T> = entries.collect();
    let page = cut(&RELAY, path, query, &entries, id).map_err(|fault| {
        Refusal::relay(Some(match fault {
            Fault::Size => "Page size must be a number from 1 to 1000",
            Fault::Number => "Page number must be a number",
            Fault::TokenMissing => "Page token can't be blank",
            Fault::TokenInvalid => "Page token is invalid",
        }))
    })?;
    let mut links = json!({"self": page.this, "first": page.first});
    for (name, link) in [("next", page.next), ("prev", page.previous)] {
        if let Some(link) = link {
            links[name] = link.into();
        }
    }
    Ok((
        StatusCode::OK,
        Json(json!({"links": links, "data": page.entries.iter().copied().map(describe).collect::<Vec<_>>()})),
    ))
}

enum Fault {
    Size,
    Number,
    TokenMissing,
    TokenInvalid,
}

fn cut<'a, T>(
    names: &Names,
    path: &str,
    query: &Form,
    entries: &'a [&'a T],
    id: impl Fn(&T) -> &str,
) -> Result<Page<'a, T>, Fault> {
    let size = match query.filled(names.size) {
        None => DEFAULT_PAGE_SIZE,
        Some(text) => text.parse().ok().filter(|size| (1..=MAX_PAGE_SIZE).contains(size)).ok_or(Fault::Size)?,
    };
    let number: usize = query.filled(names.page).map_or(Ok(0), str::parse).map_err(|_| Fault::Number)?;
    let start = match query.filled(names.token) {
        None if number > 0 => return Err(Fault::TokenMissing),
        None => 0,
        Some(token) => start_of(token, size, entries, &id).ok_or(Fault::TokenInvalid)?,
    };
    let end = (start + size).min(entries.len());
    let on_page = entries.get(start..end).unwrap_or_default();

    let link = |number: usize, token: Option<String>| {
        let mut link = Serializer::new(format!("{path}?"));
        let own = [names.page, names.size, names.token];
        link.extend_pairs(query.pairs().iter().filter(|(name, _)| !own.contains(&name.as_str())));
        link.append_pair(names.page, &number.to_string()).append_pair(names.size, &size.to_string());
        if let Some(token) = token {
            link.append_pair(names.token, &token);
        }
        link.finish().replacen("?&", "?", 1)
    };
    let last = on_page.last().filter(|_| end < entries.len());
    let next = last.map(|last| link(number + 1, Some(format!("PA{}", id(last)))));
    let first = on_page.first().filter(|_| start > 0);
    let previous = first.map(|first| link(number.saturating_sub(1), Some(format!("PB{}", id(first)))));
    Ok(Page {
        this: link(number, query.filled(names.token).map(str::to_owned)),
        first: link(0, None),
        next,
        previous,
        number,
        size,
        entries: on_page,
    })
}

/// `PA<id>` is the page after that entry, `PB<id>` the page before it: new entries at the front shift nothing.
fn start_of<T>(token: &str, size: usize, entries: &[&T], id: impl Fn(&T) -> &str) -> Option<usize> {
    let position = |wanted: &str| entries.iter().position(|entry| id(entry) == wanted);
    if let Some(wanted) = token.strip_prefix("PA") {
        position(wanted).map(|at| at + 1)
    } else {
        position(token.strip_prefix("PB")?).map(|at| at.saturating_sub(size))
    }
}
