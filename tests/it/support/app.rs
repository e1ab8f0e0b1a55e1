use std::{path::Path, time::Duration};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::testing::TestDatabase;
use stack::{Options, Stack};
use tokio::time::Instant;
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

use super::{
    quiet_logs::{Private, QuietLogs},
    sign_form,
    signing::SigningCase,
};

/// How long a test waits for something that happens by itself. Long, because machines are busy; nothing sleeps this long
/// when things go well.
const PATIENCE: Duration = Duration::from_secs(40);

/// A running stack and the means to use it as a customer, as staff and as the providers do.
pub struct TestApp {
    pub stack: Stack,
    pub database: TestDatabase,
    pub http: reqwest::Client,
    /// Goes after the stack.
    quiet_logs: QuietLogs,
}

/// An organisation in the Clerk simulator.
#[derive(Debug, Clone)]
pub struct Organization {
    pub id: String,
    pub user_id: String,
    pub admin_token: String,
}

/// What the API answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let database = TestDatabase::create().await;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let aws = setting("TEST_AWS_ENDPOINT_URL");
        let name = format!("test-{}", Uuid::new_v4().simple());
        let mut options =
            Options::new(root.to_owned(), &database.owner_url, &database.app_url, &aws, &name).expect("options");
        change(&mut options);
        let stack = Stack::start(options).await.expect("the stack starts");
        let http = shared::http_client::build(shared::http_client::TimeLimits {
            connect: Duration::from_secs(5),
            total: Duration::from_mins(1),
        })
        .expect("a client");
        let quiet_logs = QuietLogs::of(&stack.logs, &stack.urls);
        Self { stack, database, http, quiet_logs }
    }

    /// What the logs must not show.
    pub fn private(&self) -> &Private {
        &self.quiet_logs.private
    }

    // ------------------------------------------------------------ Clerk

    /// Creates an organisation with a plan; its events are delivered when this returns.
    pub async fn organization(&self, plan: &str) -> Organization {
        self.organization_with(json!({ "name": format!("Test {plan}"), "plan": plan })).await
    }

    /// The same with a paid plan, but of its billing events only the one that says so arrives: a first number that could
    /// not be had is not tried for again by the next event.
    pub async fn organization_told_once(&self, plan: &str) -> Organization {
        let order = [0, 1, 2, 7];
        self.organization_with(json!({ "name": format!("Test {plan}"), "plan": plan, "order": order })).await
    }

    pub async fn organization_with(&self, body: Value) -> Organization {
        let answer = self.post_json(&format!("{}/_sim/organizations", self.stack.urls.clerk), &body).await;
        assert!(answer.status.is_success(), "{answer:?}");
        let id = answer.body["organizationId"].as_str().expect("an id").to_owned();
        let user_id = answer.body["userId"].as_str().expect("a user").to_owned();
        let admin_token = self.token(&id, "admin", &user_id).await;
        Organization { id, user_id, admin_token }
    }

    pub async fn token(&self, organization: &str, role: &str, user: &str) -> String {
        self.token_by(&format!("organization={organization}&role={role}&user={user}&ttl=3600")).await
    }

    pub async fn token_by(&self, query: &str) -> String {
        let response = self.http.get(format!("{}?{query}", self.stack.urls.token)).send().await.expect("Clerk answers");
        assert!(response.status().is_success(), "{query}");
        let token = response.text().await.expect("a token").trim().to_owned();
        self.private().note(&token);
        token
    }

    // ------------------------------------------------------------ the API

    pub async fn get(&self, organization: &Organization, path: &str) -> Answer {
        self.call(Method::GET, &self.api(&organization.id, path), Some(&organization.admin_token), None, &[]).await
    }

    pub async fn post(&self, organization: &Organization, path: &str, body: &Value) -> Answer {
        self.post_with(organization, path, body, &[]).await
    }

    pub async fn post_with(&self, org: &Organization, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        self.call(Method::POST, &self.api(&org.id, path), Some(&org.admin_token), Some(body), headers).await
    }

    /// The address of a workspace's route.
    pub fn api(&self, workspace: &str, path: &str) -> String {
        format!("{}/api/workspaces/{workspace}{path}", self.stack.urls.api)
    }

    pub async fn call(
        &self,
        method: Method,
        url: &str,
        token: Option<&str>,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.http.request(method, url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            self.private().note_json(body);
            request = request.json(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("the API answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a body");
        let body =
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        Answer { status, headers, body }
    }

    pub async fn post_json(&self, url: &str, body: &Value) -> Answer {
        self.call(Method::POST, url, None, Some(body), &[]).await
    }

    /// The workspace's numbers, when there are as many as expected.
    pub async fn wait_for_numbers(&self, organization: &Organization, count: usize) -> Vec<Value> {
        self.eventually("the numbers are there", async || {
            let answer = self.get(organization, "/phone-numbers").await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            let numbers = answer.body["phoneNumbers"].as_array().expect("a list").clone();
            (numbers.len() == count && answer.body["provisionings"] == json!([])).then_some(numbers)
        })
        .await
    }

    /// The messages of the workspace's only conversation, newest first.
    pub async fn only_conversation(&self, organization: &Organization) -> (Value, Vec<Value>) {
        let answer = self.get(organization, "/conversations").await;
        let conversations = answer.body["conversations"].as_array().expect("a list");
        assert_eq!(conversations.len(), 1, "{answer:?}");
        let id = conversations[0]["id"].as_str().expect("an id");
        // Both out of one answer: between two of them something may be stored.
        let page = self.get(organization, &format!("/conversations/{id}/messages")).await.body;
        (page["conversation"].clone(), page["messages"].as_array().expect("a list").clone())
    }

    /// Gives a number a call flow.
    pub async fn set_voice(&self, organization: &Organization, number: &Value, voice: Value) {
        let path = format!("/phone-numbers/{}", number["id"].as_str().expect("an id"));
        let url = self.api(&organization.id, &path);
        let body = json!({ "voice": voice });
        let answer = self.call(Method::PATCH, &url, Some(&organization.admin_token), Some(&body), &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }

    // ------------------------------------------------------------ SignalWire

    /// A customer texts one of our numbers, from the simulator's phone.
    pub async fn customer_texts(&self, from: &str, to: &str, body: &str) -> Value {
        let url = format!("{}/_sim/messages", self.stack.urls.signalwire);
        let answer = self.post_json(&url, &json!({ "from": from, "to": to, "body": body })).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.body
    }

    /// What a customer's phone shows.
    pub async fn phone(&self, number: &str) -> Vec<Value> {
        let answer = self.sim_get(&format!("/phone/{number}")).await;
        answer["messages"].as_array().expect("a list").clone()
    }

    pub async fn sim_get(&self, path: &str) -> Value {
        let url = format!("{}/_sim{path}", self.stack.urls.signalwire);
        self.call(Method::GET, &url, None, None, &[]).await.body
    }

    pub async fn sim_post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_sim{path}", self.stack.urls.signalwire);
        let answer = self.post_json(&url, &body).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.body
    }

    pub async fn sim_patch(&self, path: &str, body: Value) {
        let url = format!("{}/_sim{path}", self.stack.urls.signalwire);
        let answer = self.call(Method::PATCH, &url, None, Some(&body), &[]).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    /// The numbers that the carrier has sold to us, without the platform number.
    pub async fn bought_numbers(&self) -> Vec<Value> {
        let numbers = self.sim_get("/numbers").await;
        let platform = &self.stack.urls.platform_number;
        let all = numbers["numbers"].as_array().expect("a list");
        all.iter().filter(|n| n["phoneNumber"].as_str() != Some(platform)).cloned().collect()
    }

    /// A webhook as SignalWire sends it, signed by the tests' own code.
    pub async fn webhook(&self, url: &str, form: &[(&str, &str)]) -> Answer {
        let signature = sign_form(&self.stack.urls.signalwire_signing_key, url, form);
        self.post_form(url, form, &[("x-signalwire-signature", &signature)]).await
    }

    /// A webhook with something wrong about its signature.
    pub async fn forged_webhook(&self, url: &str, form: &[(&str, &str)], case: SigningCase) -> Answer {
        let key = &self.stack.urls.signalwire_signing_key;
        let signature = match case {
            SigningCase::Missing => return self.post_form(url, form, &[]).await,
            SigningCase::Garbage => "AAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(),
            SigningCase::OtherKey => sign_form("PSK_other", url, form),
            SigningCase::OtherUrl => sign_form(key, &format!("{url}other"), form),
            SigningCase::ChangedBody => {
                let original: Vec<_> = form.iter().copied().filter(|(name, _)| *name != "AccountSid").collect();
                sign_form(key, url, &original)
            }
        };
        self.post_form(url, form, &[("x-signalwire-signature", &signature)]).await
    }

    pub async fn post_form(&self, url: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        self.private().note_form(form);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.post_raw(url, "application/x-www-form-urlencoded", body.into_bytes(), headers).await
    }

    pub async fn post_raw(&self, url: &str, content_type: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.http.post(url).header("content-type", content_type).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("the webhook answers");
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: Value::String(response.text().await.expect("a body")) }
    }

    /// A request of AWS's API, to the server that stands for it; it reads the service's name from the credentials.
    pub async fn aws(&self, service: &str, path: &str, body: String) -> Answer {
        let url = format!("{}{path}", setting("TEST_AWS_ENDPOINT_URL"));
        let credentials = format!("AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/{service}/aws4_request");
        self.post_raw(&url, "application/json", body.into_bytes(), &[("authorization", &credentials)]).await
    }

    // ------------------------------------------------------------ looking behind the curtain

    /// Rows as the owner sees them: everything.
    pub async fn rows(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Vec<Row> {
        let pool = self.database.owner_pool(1);
        let connection = pool.get().await.expect("a connection");
        connection.query(sql, params).await.expect("rows")
    }

    /// One number, for instance of a `count(*)`.
    pub async fn count(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> i64 {
        self.rows(sql, params).await[0].get(0)
    }

    /// Asks again and again until there is an answer.
    pub async fn eventually<T>(&self, what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            assert!(Instant::now() < deadline, "in vain waited that {what}\n{}", self.log_text());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Everything that the functions have logged.
    pub fn log_text(&self) -> String {
        let lines: Vec<String> =
            self.stack.logs.lines(None).iter().map(|l| format!("[{}] {}", l.source, l.text)).collect();
        lines.join("\n")
    }
}

fn setting(name: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "tests are told where their services are by the environment")]
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the tests by `make test`, or by `cargo run -p stack -- services -- cargo nextest run`")
    })
}
