use super::tour::{Organization, Step, Tour};
use super::*;

fn urls() -> Urls {
    Urls {
        api: "http://127.0.0.1:1".to_owned(),
        clerk: "http://127.0.0.1:2".to_owned(),
        token: "http://127.0.0.1:2/token".to_owned(),
        ..Urls::default()
    }
}

fn organization(id: &str, name: &str) -> Organization {
    Organization { id: id.to_owned(), name: name.to_owned(), plan: "pro".to_owned() }
}

#[test]
fn without_an_organisation_the_tour_begins_with_one() {
    let page = tour_section(&urls(), &[], None, None).into_string();
    assert!(page.contains("curl -s -X POST 'http://127.0.0.1:2/_sim/organizations'"), "{page}");
}

#[test]
fn the_chosen_organisation_is_selected_and_names_are_escaped() {
    let organizations = [organization("org_1", "One"), organization("org_2", "<Two>")];
    let tour = Tour { steps: vec![Step { what: "Do it.", command: "echo 'a' && b".to_owned() }], hint: None };
    let page = tour_section(&urls(), &organizations, Some(&organizations[1]), Some(&tour)).into_string();
    assert!(page.contains(r#"<option value="org_2" selected>&lt;Two&gt; · pro</option>"#), "{page}");
    assert!(page.contains("echo 'a' &amp;&amp; b"), "{page}");
}

#[tokio::test]
async fn an_api_that_does_not_answer_leaves_a_tour_with_a_hint() {
    // Port 1 answers nobody.
    let mut urls = urls();
    urls.token = "http://127.0.0.1:1/token".to_owned();
    let tour = tour::of(&urls, &organization("org_1", "One")).await;
    assert!(tour.hint.is_some());
    let commands: Vec<_> = tour.steps.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands[0], "TOKEN=$(curl -s 'http://127.0.0.1:1/token?organization=org_1&role=admin&ttl=3600')");
    assert!(commands[1].starts_with("curl -s 'http://127.0.0.1:1/api/workspaces/org_1/phone-numbers' -H "));
    assert!(commands[3].starts_with("curl -s -X POST 'http://127.0.0.1:1/api/workspaces/org_1/messages' "));
}
