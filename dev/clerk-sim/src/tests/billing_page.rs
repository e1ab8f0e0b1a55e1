use serde_json::json;

use super::support::{Clerk, settings};
use crate::Settings;

const CONSOLE: &str = "http://127.0.0.1:8787";

async fn clerk() -> Clerk {
    Clerk::start(Settings { authorized_party: CONSOLE.to_owned(), ..settings(None) }).await
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Submits the page's form; answers with where it leads.
async fn switch(clerk: &Clerk, organization: &str, plan: &str, return_to: &str) -> String {
    let form = [("organization", organization), ("plan", plan), ("return_to", return_to), ("immediately", "on")];
    let url = format!("{}/billing", clerk.simulator.url());
    let answer = client().post(url).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_page_switches_the_plan_and_leads_back() {
    let clerk = clerk().await;
    let organization = clerk.organization("starter").await;
    let return_to = format!("{CONSOLE}/billing");
    let (status, page) = clerk.get(&format!("/billing?organization={organization}&return_to={return_to}")).await;
    assert_eq!(status, 200);
    assert!(page.contains("Alpha Dental") && page.contains("Switch to Pro"), "{page}");
    assert!(page.contains(&format!(r#"<a href="{return_to}">"#)), "{page}");

    for plan in ["pro", "free_org"] {
        assert_eq!(switch(&clerk, &organization, plan, &return_to).await, return_to);
        let found = clerk.get_json(&format!("/_sim/organizations/{organization}")).await;
        assert_eq!(found["organization"]["plan"], plan);
    }
}

#[tokio::test]
async fn it_leads_nowhere_but_to_the_application() {
    let clerk = clerk().await;
    let organization = clerk.organization("starter").await;
    for elsewhere in ["https://evil.example", "http://127.0.0.1:87870/billing", "javascript:alert(1)", ""] {
        let location = switch(&clerk, &organization, "pro", elsewhere).await;
        assert!(location.starts_with("/billing?"), "{elsewhere}: {location}");
        let (_, page) = clerk.get(&location).await;
        assert!(!page.contains("Back to the application"), "{elsewhere}");
    }
    let location = switch(&clerk, &organization, "gold", CONSOLE).await;
    assert!(location.contains("problem="), "{location}");
    assert_eq!(clerk.get("/billing?organization=org_none").await.0, 404);
}

#[tokio::test]
async fn pages_of_this_machine_may_ask_for_tokens_and_others_may_not() {
    let clerk = clerk().await;
    for (origin, allowed) in [
        (CONSOLE, true),
        ("http://localhost:5173", true),
        ("http://127.0.0.1.evil.example", false),
        ("https://evil.example", false),
    ] {
        let url = format!("{}/_sim/organizations", clerk.simulator.url());
        let asked = client()
            .request(reqwest::Method::OPTIONS, &url)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        let answer = asked.send().await.unwrap();
        let headers = answer.headers();
        let may = headers.get("access-control-allow-origin").is_some_and(|value| value == origin);
        assert_eq!(may, allowed, "{origin}: {headers:?}");
        assert_eq!(headers["access-control-allow-headers"], "content-type");
    }
    let created = clerk.post("/_sim/organizations", &json!({ "name": "Console sign-up", "plan": "pro" })).await;
    assert!(created["organizationId"].is_string());
}
