//! Queries and headers of the API. Input: a line with an Idempotency-Key, then the query.
#![no_main]

use chrono::{DateTime, Utc};
use http::HeaderValue;
use lambda_http::{Body, Request};
use libfuzzer_sys::fuzz_target;
use shared::{
    api::{Cursor, page_limit},
    db::Position,
    domain::SearchText,
    lambda,
};
use switchboard_fuzz::{assert_problem, assert_storable};

fuzz_target!(|data: &[u8]| {
    let Some(at) = data.iter().position(|byte| *byte == b'\n') else { return };
    let Some(request) = request(&data[..at], &data[at + 1..]) else { return };
    key(&request);
    page(&request);
    search(&request);
    days(&request);
});

fn request(key: &[u8], query: &[u8]) -> Option<Request> {
    let mut request = Request::new(Body::Empty);
    *request.uri_mut() = format!("https://api.example.com/?{}", std::str::from_utf8(query).ok()?).parse().ok()?;
    if !key.is_empty() {
        request.headers_mut().insert("idempotency-key", HeaderValue::from_bytes(key).ok()?);
    }
    Some(request)
}

fn key(request: &Request) {
    match lambda::idempotency_key(request) {
        Ok(Some(key)) => assert!((1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())),
        Ok(None) => assert!(!request.headers().contains_key("idempotency-key")),
        Err(error) => assert_problem(error),
    }
}

fn page(request: &Request) {
    match lambda::parse_page(request) {
        Ok((position, limit)) => {
            assert!((1..=100).contains(&limit));
            assert_eq!(page_limit(Some(&limit.to_string())), Ok(limit));
            position.into_iter().for_each(comes_back);
        }
        Err(error) => assert_problem(error),
    }
}

/// A place that is asked for is one that Postgres can compare with: a `timestamptz` ends in 4713 BC and 294276 AD.
fn comes_back(position: Position) {
    let first: DateTime<Utc> = DateTime::from_timestamp(-210_866_803_200, 0).expect("4713 BC");
    assert!(position.at >= first, "{position:?}");
    let written = Cursor(position).to_string();
    assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{written}");
    assert_eq!(written.parse(), Ok(Cursor(position)));
}

fn search(request: &Request) {
    match lambda::parse_search(request) {
        Ok(Some(search)) => {
            assert!((1..=200).contains(&search.text().chars().count()));
            assert_storable("the search", search.text());
            assert!(
                search.number_parts().iter().all(|part| part.len() >= 3 && part.bytes().all(|b| b.is_ascii_digit()))
            );
            assert_eq!(search.text().parse::<SearchText>().as_ref(), Ok(&search));
        }
        Ok(None) => {}
        Err(error) => assert_problem(error),
    }
}

fn days(request: &Request) {
    let now = DateTime::from_timestamp(1_768_501_800, 0).expect("a time");
    match lambda::parse_days(request, now) {
        Ok(range) => {
            let ((from, to), (starts, ends)) = (range.dates(), range.span());
            assert!(from <= to && starts < ends && (1..=366).contains(&range.days.len()), "{range:?}");
            assert!(range.days.windows(2).all(|pair| pair[0].ends == pair[1].starts), "no gap: {range:?}");
            let again = self::request(b"", range.query("days", "x").as_bytes()).expect("a request");
            let again = lambda::parse_days(&again, now).expect("the next page's query");
            assert_eq!((again.dates(), again.span()), (range.dates(), range.span()));
        }
        Err(error) => assert_problem(error),
    }
}
