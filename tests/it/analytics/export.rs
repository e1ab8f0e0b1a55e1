//! The file of all charges, when it is longer than an answer of Lambda may be: it comes in pages that make one file.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};

use crate::support::{Answer, Organization, TestApp};

const CHARGES: i32 = 45_000;
/// Lambda answers with no more.
const MOST_BYTES: usize = 6 * 1024 * 1024;

/// Charges of the last hour, hundreds of them at the same instant, and one of another workspace among them.
async fn charge(app: &TestApp, org: &Organization, count: i32) {
    let sql = "INSERT INTO carrier_charges (id, workspace_id, service, direction, outcome, occurred_at, units,
            estimated_micros, revenue_micros)
        SELECT gen_random_uuid(), w.id, 'sms', 'outbound', 'delivered',
            date_trunc('hour', now()) - make_interval(secs => (n % 100)::double precision), 1, 7900, 20000
        FROM workspaces w, generate_series(1, $2) AS n WHERE w.clerk_organization_id = $1";
    app.rows(sql, &[&org.id, &count]).await;
}

/// The address of the next page, from the header `Link` (RFC 8288).
fn next(answer: &Answer) -> Option<String> {
    let link = answer.headers.get("link")?.to_str().unwrap();
    let (address, relation) = link.split_once("; ").unwrap();
    assert_eq!(relation, "rel=\"next\"");
    Some(address.trim_matches(['<', '>']).to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_several_pages_has_every_charge_once_and_one_header() {
    let app = TestApp::start().await;
    let (org, other) = (app.organization("starter").await, app.organization("starter").await);
    charge(&app, &org, CHARGES).await;
    charge(&app, &other, 1).await;

    let mut url = app.api(&org.id, "/analytics/export?report=charges");
    let (mut file, mut pages) = (String::new(), 0);
    loop {
        let page = app.call(Method::GET, &url, Some(&org.admin_token), None, &[]).await;
        assert_eq!(page.status, StatusCode::OK, "{page:?}");
        let text = page.body.as_str().unwrap();
        assert!(text.len() < MOST_BYTES && text.ends_with("\r\n"), "a page ends with a line");
        (file, pages) = (file + text, pages + 1);
        let Some(path) = next(&page) else { break };
        url = format!("{}{path}", app.stack.urls.api);
    }

    assert_eq!(pages, 3);
    let mut lines = file.lines();
    assert!(lines.next().unwrap().starts_with("id,time,service,"));
    let rows: Vec<(&str, &str)> = lines.map(|line| (&line[37..61], &line[..36])).collect();
    assert!(rows.is_sorted(), "in the order of time, and of their ids at one instant");
    let ids: BTreeSet<&str> = rows.iter().map(|(_, id)| *id).collect();
    assert_eq!((rows.len(), ids.len()), (usize::try_from(CHARGES).unwrap(), usize::try_from(CHARGES).unwrap()));
}
