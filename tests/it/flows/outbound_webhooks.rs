//! Webhooks to those who build on us: told of each event, in time, signed, and of nobody else's.

mod addresses;
mod delivery;
mod endpoints;

use reqwest::Method;
use serde_json::{Value, json};

use super::number_api::call;
use crate::support::{Organization, Receiver, TestApp};

const CUSTOMER: &str = "+14055550123";

/// A workspace with a number, and an endpoint that is told everything.
struct World {
    app: TestApp,
    org: Organization,
    number: String,
    receiver: Receiver,
    endpoint: String,
    secret: String,
    queue_name: String,
}

impl World {
    async fn start() -> Self {
        let mut queue_name = String::new();
        let app = TestApp::start_with(|options| {
            options.limits.instances = 4;
            queue_name = format!("{}-webhooks", options.stack_name);
        })
        .await;
        let org = app.organization("enterprise").await;
        let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
        let receiver = Receiver::start().await;
        let made = create(&app, &org, json!({ "url": receiver.url })).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (endpoint, secret) = (text(&made["webhookEndpoint"]["id"]), text(&made["secret"]));
        Self { app, org, number, receiver, endpoint, secret, queue_name }
    }

    /// A customer texts; the event is stored when this returns.
    async fn text(&self, body: &str) {
        self.app.customer_texts(CUSTOMER, &self.number, body).await;
    }

    /// The receiver was requested so often.
    async fn told(&self, count: usize) {
        self.app
            .eventually(&format!("the receiver is told {count} times"), async || {
                (self.receiver.told().len() >= count).then_some(())
            })
            .await;
    }

    /// Deliveries in this state.
    async fn deliveries(&self, state: &str, count: i64) {
        let sql = "SELECT count(*) FROM webhook_deliveries WHERE state = $1";
        self.app
            .eventually(&format!("{count} are {state}"), async || {
                (self.app.count(sql, &[&state]).await == count).then_some(())
            })
            .await;
    }

    /// What waits is due, and no lease holds any more.
    async fn time_passes(&self) {
        let sql = "UPDATE webhook_deliveries SET due_at = now() - interval '1 second', leased_until = NULL
            WHERE state = 'pending' RETURNING id";
        self.app.rows(sql, &[]).await;
        self.app.stack.fire("relay-webhooks").await.expect("the relay goes well");
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let path = format!("/webhook-endpoints/{}{path}", self.endpoint);
        let answer = call(&self.app, &self.org, method, &path, Some(&body)).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
        answer.body
    }

    fn queue_url(&self) -> String {
        format!("{}{}", self.app.stack.urls.queues, self.queue_name)
    }

    /// Amazon SQS, JSON protocol.
    async fn sqs(&self, action: &str, body: Value) {
        let authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request";
        let target = format!("AmazonSQS.{action}");
        let headers = [("x-amz-target", target.as_str()), ("authorization", authorization)];
        let url = format!("{}/", self.app.stack.urls.sqs);
        let answer =
            self.app.post_raw(&url, "application/x-amz-json-1.0", body.to_string().into_bytes(), &headers).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    async fn listed(&self) -> Value {
        self.app.get(&self.org, "/webhook-endpoints").await.body["webhookEndpoints"][0].clone()
    }
}

async fn create(app: &TestApp, org: &Organization, body: Value) -> Value {
    let answer = app.post(org, "/webhook-endpoints", &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body
}
